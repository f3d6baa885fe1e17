"""What must hold of a desk behind every kill: what was on disk is there, fixity is clean, a rebuild agrees."""

import json
from pathlib import Path
from typing import Any

from support.keeping import check_with_strangers
from support.runs import run_here
from support.workplace import all_rows

__all__ = ["Kept", "lines_of"]


def lines_of(folder: Path, journal: str) -> list[dict[str, Any]]:
    """The whole lines of a journal, as a stranger reads them."""
    found = []
    for path in sorted((folder / "archive" / journal).glob("*.jsonl")):
        whole = path.read_bytes().rpartition(b"\n")[0]
        found += [json.loads(line) for line in whole.splitlines()]
    return found


class Kept:
    """The desk in `folder`; `look` after each kill, `assert_whole` at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journals: dict[Path, bytes] = {}
        self.look()

    def look(self) -> None:
        """Hold the journals against what was in them at the last look: they only grow."""
        files = sorted((self.folder / "archive").glob("*/[0-9]*.jsonl"))
        now = {path: path.read_bytes() for path in files if path.parent.name != "uncommitted"}
        for path, before in self._journals.items():
            assert now[path].startswith(before), f"what was in {path} is gone"
        # a line without its end never counted: the next writer moves it away
        self._journals = {path: lines[: lines.rfind(b"\n") + 1] for path, lines in now.items()}

    @staticmethod
    def looked_at(folder: Path) -> set[str]:
        """The sources of which a look is on disk."""
        return {line["check"]["url"] for line in lines_of(folder, "checks")}

    def assert_whole(self) -> dict[str, list[tuple[Any, ...]]]:
        """Hold everything against everything, and return the rows of the store."""
        self.look()
        done = run_here(self.folder, "fixity", "--full", "--json")
        assert done.code == 0, done.out
        assert done.json["findings"] == []
        check_with_strangers(self.folder / "archive")
        rows = all_rows(self.folder / "provenance.db")
        rebuilt = run_here(self.folder, "rebuild")
        assert rebuilt.code == 0, rebuilt.err
        assert all_rows(self.folder / "provenance.db") == rows
        return rows
