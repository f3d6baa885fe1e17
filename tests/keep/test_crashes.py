"""kill -9 at any moment: nothing committed is lost, nothing uncommitted is visible."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.keeping import (
    a_check_line,
    a_visit,
    an_exchange,
    check_with_strangers,
    nothing_earlier,
    open_archive,
)

TESTS = Path(__file__).parents[1]


def crash_rounds(root: Path, how: str) -> dict[str, int]:
    command = [sys.executable, "-m", "support.crash_rounds", str(root), how]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_records_are_on_disk_before_the_line_and_the_line_before_commit_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, str]] = []

    def record(name: str) -> None:
        call = getattr(os, name)

        def recorded(handle: int, *arguments: object) -> object:
            path = Path(os.readlink(f"/proc/self/fd/{handle}"))
            events.append((name, str(path.relative_to(tmp_path)).split("/")[0]))
            return call(handle, *arguments)

        monkeypatch.setattr(os, name, recorded)

    with open_archive(tmp_path) as archive:
        archive.commit([a_check_line()])  # the journal's file is there already
        (stored,) = archive.add_visit(a_visit(an_exchange(body=b"1")), nothing_earlier)
        record("write")
        record("fsync")
        archive.add_visit(a_visit(an_exchange(body=b"2")), nothing_earlier)
        archive.commit([a_check_line(stored), a_check_line(stored)])
        seen = list(events)
    assert seen == [("write", "warc"), ("fsync", "warc"), ("write", "checks"), ("fsync", "checks")]


def test_a_file_that_is_full_is_on_disk_before_the_next_one_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def recorded(handle: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", recorded)
    with open_archive(tmp_path, rotate_bytes=1) as archive:
        for number in range(2):
            archive.add_visit(a_visit(an_exchange(body=b"%d" % number)), nothing_earlier)
        assert "provenance-20261122-0001.warc.gz" in synced
        assert "provenance-20261122-0002.warc.gz" not in synced


def test_new_files_are_on_disk_by_name_before_they_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def recorded(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", recorded)
    root = tmp_path / "archive"
    with open_archive(root) as archive:
        (stored,) = archive.add_visit(a_visit(), nothing_earlier)
        archive.commit([a_check_line(stored)])
        done = set(synced)
    folders = {tmp_path, root, root / "warc", root / "warc/2026", root / "checks"}
    assert {str(folder) for folder in folders} <= done


def test_a_writer_killed_at_each_of_its_steps_leaves_a_whole_archive(tmp_path: Path) -> None:
    seen = crash_rounds(tmp_path, "steps")
    assert seen["killed"] > 25
    assert 0 < seen["acknowledged"] <= seen["lines"]
    check_with_strangers(tmp_path)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_writers_killed_at_random_moments_leave_a_whole_archive(tmp_path: Path, seed: str) -> None:
    seen = crash_rounds(tmp_path, seed)
    assert seen["killed"] == 15
    assert 0 < seen["acknowledged"] <= seen["lines"]
    check_with_strangers(tmp_path)
