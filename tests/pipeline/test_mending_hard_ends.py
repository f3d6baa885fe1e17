"""A draft is whole at any moment: killed runs, full disks, other people's files, names that are too long."""

import errno
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.errors import ProvenanceError, UsageError
from provenance.pipeline.mending import write_mended

BEFORE = b"Two barges were stopped below the ford.[1]\n"
AFTER = b"Two barges were stopped below the ford.[2]\n"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_bytes(BEFORE)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_killed_at_any_line_the_draft_is_whole_and_the_next_run_mends_it(tmp_path: Path) -> None:
    script = Path(__file__).parent.parent / "support" / "killed_mending.py"
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path)},
    )  # fmt: skip
    rounds = json.loads(done.stdout)
    assert len(rounds) > 50
    assert [each["killed"] for each in rounds] == [True] * (len(rounds) - 1) + [False]
    for each in rounds:
        left = each["left"]
        assert left["draft.txt"] in {"before", "after"}
        # what was there can be had back, and a backup is never half of it
        assert "before" in (left["draft.txt"], left.get("draft.txt.bak"))
        assert left.get("draft.txt.bak", "before") == "before"
        assert ("changed" in each["said"]) == (left["draft.txt"] == "after")
        assert each["end"]["draft.txt"] == "after"
        assert each["end"]["draft.txt.bak"] == "before"
        assert "draft.txt.bak2" not in each["end"]
    # the states that matter were all met
    assert {None, "torn", "after"} <= {each["left"].get(".draft.txt.mending") for each in rounds}
    assert {None, "torn", "before"} <= {each["left"].get(".draft.txt.backing") for each in rounds}


@pytest.mark.parametrize("place", [1, 2, 3])
def test_on_a_full_disk_the_draft_stays_and_nothing_unfinished_is_left(
    draft: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    calls = []
    sync = os.fsync

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == place:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProvenanceError, match="No space left") as raised:
        write_mended(draft, BEFORE, AFTER)
    assert "make room" in raised.value.hint
    assert draft.read_bytes() == BEFORE
    assert set(names_in(draft.parent)) <= {"draft.txt", "draft.txt.bak"}
    monkeypatch.undo()
    write_mended(draft, BEFORE, AFTER)
    assert names_in(draft.parent) == ["draft.txt", "draft.txt.bak"]


@pytest.mark.parametrize("name", [".draft.txt.mending", ".draft.txt.backing"])
@pytest.mark.parametrize("how", ["symlink_to", "hardlink_to"])
def test_a_file_of_somebody_elses_is_not_written_over(draft: Path, name: str, how: str) -> None:
    other = draft.parent / "other.txt"
    other.write_bytes(b"other people's words")
    getattr(draft.with_name(name), how)(other)
    if name.endswith("mending"):
        with pytest.raises(UsageError, match="cannot write the mended"):
            write_mended(draft, BEFORE, AFTER)
        assert draft.read_bytes() == BEFORE
    else:
        write_mended(draft, BEFORE, AFTER)
        assert draft.with_name("draft.txt.bak").read_bytes() == BEFORE
    assert other.read_bytes() == b"other people's words"


def test_a_draft_that_is_saved_while_git_is_asked_is_not_written_over(
    draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = BEFORE + b"A line more.\n"

    def slow(target: Path, _: bytes) -> bool:
        target.write_bytes(newer)
        return False

    monkeypatch.setattr("provenance.pipeline.mending._git_has", slow)
    with pytest.raises(UsageError, match="was changed while"):
        write_mended(draft, BEFORE, AFTER)
    assert draft.read_bytes() == newer
    assert ".draft.txt.mending" not in names_in(draft.parent)


def test_the_file_of_a_run_that_ends_just_now_is_not_taken_for_a_new_one(
    draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the other run renames its new file, which we have opened already, over the draft
    lock = fcntl.flock

    def after_the_other(handle: int, how: int) -> None:
        draft.with_name(".draft.txt.mending").replace(draft)
        draft.write_bytes(AFTER)
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", after_the_other)
    with pytest.raises(UsageError, match="another run"):
        write_mended(draft, BEFORE, AFTER)
    assert draft.read_bytes() == AFTER


def test_another_name_of_the_same_file_keeps_what_was_there(draft: Path) -> None:
    other = draft.with_name("other.txt")
    other.hardlink_to(draft)
    write_mended(draft, BEFORE, AFTER)
    assert (draft.read_bytes(), other.read_bytes()) == (AFTER, BEFORE)


def test_a_name_that_leaves_no_room_for_a_backup_is_said_and_stops_no_other_draft(
    tmp_path: Path,
) -> None:
    long = tmp_path / ("n" * 248 + ".txt")
    long.write_bytes(BEFORE)
    with pytest.raises(UsageError, match="cannot write") as raised:
        write_mended(long, BEFORE, AFTER)
    assert "shorter name" in raised.value.hint
    assert (long.read_bytes(), names_in(tmp_path)) == (BEFORE, [long.name])


def test_a_folder_where_the_new_file_would_stand_is_said(draft: Path) -> None:
    draft.with_name(".draft.txt.mending").mkdir()
    with pytest.raises(ProvenanceError, match="cannot write"):
        write_mended(draft, BEFORE, AFTER)
    assert draft.read_bytes() == BEFORE
