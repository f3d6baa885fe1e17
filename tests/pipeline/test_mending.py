"""A mended draft on disk: written at once, kept as it was beside it, or had back from git."""

import fcntl
import os
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from provenance.errors import UsageError
from provenance.pipeline.mending import mend_draft, write_mended
from provenance.pipeline.validation import Desk
from provenance.settings import Settings
from provenance.validate.house import House

DRAFT = b"""Tolls

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
"""
MENDED = DRAFT.replace(b"bargeshttps", b"barges; https")


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_bytes(DRAFT)
    return path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@a.example", *arguments],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def test_a_draft_is_mended_by_the_rules_of_the_desk() -> None:
    with Desk(Settings(), House(), today=datetime(2024, 3, 8, tzinfo=UTC).date()) as desk:
        done = mend_draft(desk, desk.validate(DRAFT, "draft.txt"))
        again = mend_draft(desk, desk.validate(done.data, "draft.txt"))
    assert done.data == MENDED
    assert (again.data, again.is_changed) == (MENDED, False)


def test_the_draft_as_it_was_is_kept_beside_it(draft: Path) -> None:
    written = write_mended(draft, DRAFT, MENDED)
    assert draft.read_bytes() == MENDED
    assert written.backup == draft.with_name("draft.txt.bak")
    assert written.backup.read_bytes() == DRAFT
    assert sorted(path.name for path in draft.parent.iterdir()) == ["draft.txt", "draft.txt.bak"]


def test_a_backup_is_never_written_over_and_never_made_twice(draft: Path) -> None:
    draft.with_name("draft.txt.bak").write_bytes(b"an older one")
    assert write_mended(draft, DRAFT, MENDED).backup == draft.with_name("draft.txt.bak2")
    draft.write_bytes(DRAFT)
    assert write_mended(draft, DRAFT, MENDED).backup == draft.with_name("draft.txt.bak2")
    assert draft.with_name("draft.txt.bak").read_bytes() == b"an older one"


def test_what_a_killed_run_left_behind_does_no_harm(draft: Path) -> None:
    for name in (".draft.txt.mending", ".draft.txt.backing"):
        draft.with_name(name).write_bytes(b"half of it" * 1000)
    write_mended(draft, DRAFT, MENDED)
    assert draft.read_bytes() == MENDED
    assert draft.with_name("draft.txt.bak").read_bytes() == DRAFT
    assert len(list(draft.parent.iterdir())) == 2


def test_mode_and_symbolic_link_are_kept(draft: Path, tmp_path: Path) -> None:
    draft.chmod(0o640)
    alias = tmp_path / "alias.txt"
    alias.symlink_to(draft.name)
    write_mended(alias, DRAFT, MENDED)
    assert alias.is_symlink()
    assert draft.read_bytes() == MENDED
    assert stat.S_IMODE(draft.stat().st_mode) == 0o640
    assert draft.with_name("draft.txt.bak").exists()


def test_a_draft_that_was_saved_meanwhile_is_not_written_over(draft: Path) -> None:
    draft.write_bytes(DRAFT + b"one more line\n")
    with pytest.raises(UsageError, match="was changed while"):
        write_mended(draft, DRAFT, MENDED)
    assert draft.read_bytes() == DRAFT + b"one more line\n"
    assert [path.name for path in draft.parent.iterdir()] == ["draft.txt"]


def test_two_runs_do_not_mend_one_draft_at_once(draft: Path) -> None:
    held = os.open(draft.with_name(".draft.txt.mending"), os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with pytest.raises(UsageError, match="another run"):
            write_mended(draft, DRAFT, MENDED)
    finally:
        os.close(held)
    assert draft.read_bytes() == DRAFT


def test_a_folder_that_cannot_be_written_to_says_what_to_do(draft: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    draft.parent.chmod(0o500)
    try:
        with pytest.raises(UsageError, match="cannot write"):
            write_mended(draft, DRAFT, MENDED)
    finally:
        draft.parent.chmod(0o700)


def test_no_backup_is_kept_of_what_the_last_commit_holds(draft: Path) -> None:
    git(draft.parent, "init", "-q")
    git(draft.parent, "add", draft.name)
    git(draft.parent, "commit", "-qm", "first")
    assert write_mended(draft, DRAFT, MENDED).backup is None
    assert not draft.with_name("draft.txt.bak").exists()


@pytest.mark.parametrize("how", ["not added", "only added", "changed since", "assumed unchanged"])
def test_a_backup_is_kept_of_what_no_commit_holds(draft: Path, how: str) -> None:
    git(draft.parent, "init", "-q")
    if how != "not added":
        git(draft.parent, "add", draft.name)
    if how in {"changed since", "assumed unchanged"}:
        git(draft.parent, "commit", "-qm", "first")
        if how == "assumed unchanged":
            git(draft.parent, "update-index", "--assume-unchanged", draft.name)
        draft.write_bytes(DRAFT + b"more\n")
    before = draft.read_bytes()
    written = write_mended(draft, before, MENDED)
    assert written.backup is not None
    assert written.backup.read_bytes() == before


def test_a_backup_is_kept_where_git_is_missing(
    draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert write_mended(draft, DRAFT, MENDED).backup is not None
