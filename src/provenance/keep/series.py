"""The series of WARC files: names, rotation, ends. One writer, under the archive's lock."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from provenance.errors import ArchiveError
from provenance.keep.cdxj import format_line
from provenance.keep.disk import AppendOnlyFile
from provenance.keep.index import WarcIndex
from provenance.keep.records import make_warcinfo
from provenance.keep.warc import Batch
from provenance.version import __version__

__all__ = ["WarcSeries", "list_warcs", "worker_of"]

# ours alone: a file of another name in `warc/` is never touched
_NAME = re.compile(r"provenance-(\d{8})-(\d{4,})(?:-(w[0-9a-f]{12}))?\.warc\.gz")


# What is indexed is merged in memory whenever a run ends: a file of many small records is full
# before its index takes longer than this to write (some 50,000 lines, a tenth of a second).
_MOST_INDEX_BYTES = 16_000_000


class _Name(NamedTuple):
    day: str
    number: int
    worker: str = ""

    @property
    def file(self) -> str:
        of_worker = f"-{self.worker}" if self.worker else ""
        return f"{self.day[:4]}/provenance-{self.day}-{self.number:04d}{of_worker}.warc.gz"


def list_warcs(root: Path) -> list[str]:
    """Return the archive's own WARC files by their names below `warc/`, oldest first."""
    paths = (root / "warc").glob("[0-9]*/*.warc.gz")
    found = ((path.parent.name, _NAME.fullmatch(path.name)) for path in paths)
    # a copy in another year's folder has the name of ours and is none
    names = sorted(_name_of(match) for year, match in found if match and match[1][:4] == year)
    return [name.file for name in names]


def worker_of(file: str) -> str:
    """Return the name of the worker that writes a WARC file, "" where the archive's one writer does.

    >>> worker_of("2026/provenance-20261123-0001-w0123456789ab.warc.gz")
    'w0123456789ab'
    """
    return _parse_name(file).worker


def _name_of(match: re.Match[str]) -> _Name:
    return _Name(match[1], int(match[2]), match[3] or "")


class WarcSeries:
    """Appends batches of records to the file of the day, and to a new one when it is full.

    Names are `YYYY/provenance-YYYYMMDD-NNNN.warc.gz`. No name comes back: a file that
    was cut takes no more records, so that a place once seen never means another record.
    With `worker` they are files of its own, `…-NNNN-WORKER.warc.gz`, beside those of others.
    """

    def __init__(self, root: Path, rotate_bytes: int, robots: str, worker: str = "") -> None:
        self._root = root
        self._worker = worker
        self._rotate_bytes = rotate_bytes
        self._robots = robots
        self._writer: AppendOnlyFile | None = None
        self._retired = self._names_of_cut_files()
        existing = [name for name in map(_parse_name, list_warcs(root)) if name.worker == worker]
        self._current = max([*existing, *self._retired], default=_Name("00000000", 0, worker))
        self._ends: dict[str, int] = {}
        self._lines: dict[str, list[str]] = {}
        self._index = WarcIndex(root)
        self._index_bytes = self._index.size(self._current.file)

    def _names_of_cut_files(self) -> set[_Name]:
        kept = (self._root / "uncommitted").glob("provenance-*.warc.gz.*")
        found = (_NAME.match(path.name) for path in kept)
        names = {_name_of(match) for match in found if match}
        return {name for name in names if name.worker == self._worker}

    def begin(self, now: datetime) -> Batch:
        """Return an empty batch for the end of the file that `now` belongs to."""
        self._choose_file(now)
        file = self._current.file
        start = self._writer.end if self._writer else self._size(file)
        batch = Batch(file, start)
        if start == 0:
            batch.add(
                make_warcinfo(Path(file).name, f"provenance/{__version__}", self._robots, now)
            )
        return batch

    def _size(self, file: str) -> int:
        path = self._root / "warc" / file
        return path.stat().st_size if path.exists() else 0

    def _choose_file(self, now: datetime) -> None:
        # a clock that was set back stays in the file of the later day
        day = max(f"{now.astimezone(UTC):%Y%m%d}", self._current.day)
        if day != self._current.day:
            self._start(_Name(day, 1, self._worker))
        elif self._current in self._retired or self._is_full():
            self._start(_Name(day, self._current.number + 1, self._worker))

    def _is_full(self) -> bool:
        end = self._writer.end if self._writer else self._size(self._current.file)
        return end >= self._rotate_bytes or self._index_bytes >= _MOST_INDEX_BYTES

    def _start(self, name: _Name) -> None:
        if self._writer:
            self._writer.sync()
        self.close()
        self._current = name
        self._index_bytes = 0

    def write(self, batch: Batch) -> None:
        """Append a batch: all of it or, with an `ArchiveError`, none."""
        if self._writer is None:
            self._writer = AppendOnlyFile(self._root / "warc" / batch.file)
        self._writer.append(batch.data())
        self._ends[batch.file] = batch.end
        lines = self._lines.setdefault(batch.file, [])
        for record in batch.written:
            line = format_line(record.headers, record.http_head, record.place)
            if line is not None:
                lines.append(line)
                self._index_bytes += len(line) + 1

    def adopt(self, ends: Mapping[str, int], index: Mapping[str, Sequence[str]]) -> None:
        """Count records that a worker put into files of its own, as if they had been written here.

        Raises:
            ArchiveError: a file does not reach to its end: this is not the folder it was written to.
        """
        for file, end in ends.items():
            if self._size(file) < end:
                raise ArchiveError(
                    f"{self._root / 'warc' / file} has {self._size(file)} of the {end} bytes that its"
                    " worker wrote",
                    hint="one folder must be mounted on every machine; run again once it is",
                )
            self._ends[file] = max(end, self._ends.get(file, 0))
        for file, lines in index.items():
            self._lines.setdefault(file, []).extend(lines)

    def sync(self) -> dict[str, int]:
        """Put all records on disk; return the ends of the files that grew since `forget`."""
        if self._writer:
            self._writer.sync()
        return dict(self._ends)

    def forget(self) -> dict[str, list[str]]:
        """Start counting anew: what was appended is committed. Returns its index lines by file."""
        lines, self._lines, self._ends = self._lines, {}, {}
        return lines

    def close(self) -> None:
        """Let go of the file."""
        if self._writer:
            self._writer.close()
            self._writer = None


def _parse_name(file: str) -> _Name:
    match = _NAME.fullmatch(Path(file).name)
    assert match, file
    return _name_of(match)
