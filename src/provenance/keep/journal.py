"""Journals: what happened, one JSON line each, in a file a month. The archive's commit point.

A line counts when it is on disk with its line feed. What a crash left without one
never counted: the next writer moves it to `uncommitted/`, readers stop before it.
"""

import errno
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from provenance.errors import CorruptRecord, FixityError
from provenance.keep.disk import AppendOnlyFile, archive_faults, move_tail
from provenance.model import JournalPosition

__all__ = ["Journal", "encode_line"]

L = TypeVar("L", bound=msgspec.Struct)

_log = logging.getLogger("provenance.keep")
_MONTHS = "[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"
_TAIL_BYTES = 1 << 16


def encode_line(line: msgspec.Struct) -> bytes:
    """Return a line as it will stand in the file, with its line feed.

    Raises:
        UnicodeEncodeError: a text of it holds a lone surrogate, which JSON cannot say.
    """
    return msgspec.json.encode(line) + b"\n"


class Journal(Generic[L]):
    """The lines of one kind, below `folder` (whose name is the journal's name)."""

    def __init__(self, folder: Path, line_type: type[L]) -> None:
        self.folder = folder
        self.name = folder.name
        self._decoder = msgspec.json.Decoder(line_type)
        self.line_type = line_type
        self._file: AppendOnlyFile | None = None

    def months(self) -> list[Path]:
        """Return the journal's files, oldest first."""
        with archive_faults(self.folder, "list"):
            found = sorted(self.folder.glob(_MONTHS))
            for path in found:
                if not path.is_file():  # a pipe would be waited for, a device read without end
                    raise FileExistsError(errno.EEXIST, f"{path.name} is no file")
            return found

    def append(self, line: L, now: datetime) -> JournalPosition:
        """Write one line with one call and return where the next one begins."""
        return self.append_encoded([encode_line(line)], now)[0]

    def append_encoded(self, encoded: Sequence[bytes], now: datetime) -> list[JournalPosition]:
        """Write lines with one call: all of them or none; return the position behind each."""
        file = self._file_of_month(now)
        offset = file.append(b"".join(encoded))
        positions = []
        for data in encoded:
            offset += len(data)
            positions.append(JournalPosition(self.name, file.path.name, offset))
        return positions

    def _file_of_month(self, now: datetime) -> AppendOnlyFile:
        name = f"{now:%Y-%m}.jsonl"
        if self._file is None:
            # a clock that was set back must not write before lines that were read already
            latest = self.months()
            name = max(name, latest[-1].name) if latest else name
            self._file = AppendOnlyFile(self.folder / name)
        elif name > self._file.path.name:
            self._file.sync()
            self._file.close()
            self._file = AppendOnlyFile(self.folder / name)
        return self._file

    def sync(self) -> None:
        """Return when every line appended so far is on disk."""
        if self._file:
            self._file.sync()

    def close(self) -> None:
        """Let go of the month's file."""
        if self._file:
            self._file.close()
            self._file = None

    def read(self, after: JournalPosition | None = None) -> Iterator[tuple[L, JournalPosition]]:
        """Yield each line with the position behind it, in the order written.

        Raises:
            CorruptRecord: a complete line is not JSON or of another shape.
            FixityError: `after` is a place that the journal does not have.
        """
        months = self.months()
        if after and after.offset:
            self._check_position(after)
        for path in months:
            if after and path.name < after.file:
                continue
            start = after.offset if after and path.name == after.file else 0
            yield from self._read_month(path, start, is_last=path == months[-1])

    def _check_position(self, after: JournalPosition) -> None:
        path = self.folder / after.file
        before = b""
        if path.is_file():
            with archive_faults(path, "read"), path.open("rb") as file:
                file.seek(after.offset - 1)
                before = file.read(1)
        if before != b"\n":
            raise FixityError(
                f"no line of {path} ends at byte {after.offset}, up to which it was read before",
                hint="this is another archive (--archive names the right one), or it is older than the "
                "database: restore it from a copy; only if there is none, `provenance rebuild` makes "
                "the database of what is left",
            )

    def _read_month(
        self, path: Path, start: int, *, is_last: bool
    ) -> Iterator[tuple[L, JournalPosition]]:
        offset = start
        with archive_faults(path, "read"), path.open("rb") as file:
            file.seek(start)
            for data in file:
                if not data.endswith(b"\n"):
                    if is_last:
                        return
                    raise self._corrupt(path, offset, "it has no end, and a later file follows")
                yield (
                    self._decode(path, offset, data),
                    JournalPosition(self.name, path.name, offset + len(data)),
                )
                offset += len(data)

    def _decode(self, path: Path, offset: int, data: bytes) -> L:
        try:
            return self._decoder.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise self._corrupt(path, offset, str(error)) from error

    def _corrupt(self, path: Path, offset: int, why: str) -> CorruptRecord:
        with path.open("rb") as file:
            number = file.read(offset).count(b"\n") + 1
        return CorruptRecord(
            f"{path} line {number} (byte {offset}) is no {self.line_type.__name__}: {why}",
            hint="restore the file from a copy; every other line is untouched",
        )

    def cut_torn_line(self, uncommitted: Path) -> Path | None:
        """Move a last line without line feed to `uncommitted`; for the writer, under its lock."""
        months = self.months()
        if not months:
            return None
        path = months[-1]
        end = _end_of_last_line(path)
        size = path.stat().st_size
        if end == size:
            return None
        kept = move_tail(path, end, uncommitted)
        _log.warning(
            "%s ended in %d bytes of a line that was never committed: moved to %s",
            path,
            size - end,
            kept,
        )
        return kept


def _end_of_last_line(path: Path) -> int:
    """Return the offset behind the last line feed of a file, 0 where there is none."""
    with archive_faults(path, "read"), path.open("rb") as file:
        end = file.seek(0, 2)
        while end:
            start = max(0, end - _TAIL_BYTES)
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            end = start
    return 0
