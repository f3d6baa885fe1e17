"""What earlier readings of the archive saw: so that one that was cut short goes on, and change shows.

Below `archive/fixity/`: `seen.jsonl` has a line for each file that was read, on disk before the
next one is begun; `runs.jsonl` one for each reading that was finished. Neither is truth: what
is lost or torn of them costs a second reading, never evidence.
"""

from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from provenance.errors import ArchiveError
from provenance.keep.disk import AppendOnlyFile, archive_faults, replace_file
from provenance.keep.fixity_finding import Finding

__all__ = ["FixityRun", "Ledger", "Seen", "read_runs"]

L = TypeVar("L", bound=Struct)


class Seen(Struct, frozen=True):
    """A file as one reading saw it: `sha256` of its first `end` bytes.

    `good_end` and `good_sha256` are those of the latest reading without any finding, when
    `good_withdrawn` records were withdrawn: bytes before it never change otherwise.
    `wanted` is a digest of all that spoke of its records then; `found` counts findings of which `findings` keeps the first ones.
    """

    run: str
    at: datetime
    file: str
    end: int
    sha256: str
    wanted: str = ""
    mtime_ns: int = 0
    records: int = 0
    found: int = 0
    findings: tuple[Finding, ...] = ()
    good_end: int | None = None
    good_sha256: str = ""
    good_withdrawn: int = 0

    @property
    def differences(self) -> int:
        """How many findings are more than a note (what was not kept counts as such)."""
        return (
            sum(finding.is_difference for finding in self.findings)
            + self.found
            - len(self.findings)
        )


class FixityRun(Struct, frozen=True):
    """One reading of the archive that was finished: when, what was read, what came of it.

    `files` WARC files were compared, of which `carried` were not read again since this
    reading, cut short, or one within `since` had read them. Sizes are in stored bytes.
    """

    id: str
    started: datetime
    finished: datetime
    since: datetime | None
    files: int
    carried: int
    records: int
    read_bytes: int
    lines: int
    rows: int
    differences: int
    notes: int


class Ledger:
    """The files below `root/fixity`; where they cannot be written, nothing is kept."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "fixity"
        self._path = self.folder / "seen.jsonl"
        self.seen: dict[str, Seen] = {}
        self._last_run = ""
        for seen in _read(self._path, Seen):
            self.seen[seen.file] = seen
            self._last_run = seen.run
        self._out: AppendOnlyFile | None = None

    def unfinished_run(self) -> str | None:
        """Return the id of the reading that was cut short, if the last one was."""
        finished = {run.id for run in read_runs(self.folder.parent)}
        return self._last_run if self._last_run and self._last_run not in finished else None

    def open(self) -> bool:
        """Make it ready to be written; False where that cannot be."""
        try:
            self._out = _open_for_lines(self._path)
        except ArchiveError:
            return False
        return True

    def add(self, seen: Seen) -> None:
        """Keep what was seen of a file; it is on disk when this returns."""
        self.seen[seen.file] = seen
        if self._out:
            self._out.append(msgspec.json.encode(seen) + b"\n")
            self._out.sync()

    def finish(self, run: FixityRun) -> None:
        """Keep a finished reading, and of each file the latest line only."""
        if self._out is None:
            return
        runs = _open_for_lines(self.folder / "runs.jsonl")
        try:
            runs.append(msgspec.json.encode(run) + b"\n")
            runs.sync()
        finally:
            runs.close()
        self.close()
        lines = (msgspec.json.encode(seen) + b"\n" for _, seen in sorted(self.seen.items()))
        replace_file(self._path, b"".join(lines))

    def close(self) -> None:
        """Let go of the file."""
        if self._out:
            self._out.close()
            self._out = None


def read_runs(root: Path) -> list[FixityRun]:
    """Return the finished readings of the archive below `root`, oldest first."""
    return _read(root / "fixity" / "runs.jsonl", FixityRun)


def _open_for_lines(path: Path) -> AppendOnlyFile:
    """Open a file of lines; what a crash tore off stays behind as a line that nobody can read."""
    out = AppendOnlyFile(path)
    if out.end:
        with archive_faults(path, "read"), path.open("rb") as file:
            file.seek(-1, 2)
            is_whole = file.read(1) == b"\n"
        if not is_whole:
            out.append(b"\n")
    return out


def _read(path: Path, kind: type[L]) -> list[L]:
    decoder, found = msgspec.json.Decoder(kind), []
    if not path.is_file():
        return []
    with archive_faults(path, "read"), path.open("rb") as file:
        for data in file:
            try:
                found.append(decoder.decode(data))
            except (msgspec.MsgspecError, ValueError):
                continue
    return found
