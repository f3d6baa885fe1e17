"""Pipes, devices and loops in place of an archive's files end in words: nothing waits for ever."""

import os
from pathlib import Path

import pytest

from provenance.errors import ArchiveError
from provenance.keep.disk import AppendOnlyFile
from provenance.keep.journal import Journal
from provenance.model import CheckLine


def make_odd(path: Path, kind: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "loop":
            path.symlink_to(path.name)
        case "folder":
            path.mkdir()


@pytest.mark.parametrize("kind", ["pipe", "device", "loop", "folder"])
def test_a_journal_is_made_of_files(tmp_path: Path, kind: str) -> None:
    make_odd(tmp_path / "checks" / "2026-01.jsonl", kind)
    with pytest.raises(ArchiveError, match="no file"):
        list(Journal(tmp_path / "checks", CheckLine).read())


@pytest.mark.parametrize("kind", ["pipe", "device", "loop", "folder"])
def test_nothing_is_appended_to_what_is_no_file(tmp_path: Path, kind: str) -> None:
    make_odd(tmp_path / "seen.jsonl", kind)
    with pytest.raises(ArchiveError, match=r"seen\.jsonl"):
        AppendOnlyFile(tmp_path / "seen.jsonl")
