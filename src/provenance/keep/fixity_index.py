"""The index lines of one WARC file, compared with its records as these go past."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from provenance.keep.cdxj import format_line, read_line
from provenance.keep.disk import archive_faults
from provenance.keep.fixity_finding import Finding, FindingKind
from provenance.keep.fixity_stream import CheckedRecord
from provenance.keep.index import WarcIndex
from provenance.model import WarcPlace

__all__ = ["IndexLines"]

_CURE = "remove the index file: the next run makes it anew from the WARC file"


def _digest(line: bytes) -> bytes:
    return hashlib.blake2b(line, digest_size=16).digest()


class IndexLines:
    """What the index of a WARC file says, as a digest for each offset: some 150 bytes a line.

    An index that is missing, or was written before its file's last record and lacks lines, is no
    difference: a run that is killed leaves it so, and the next makes it anew.
    """

    def __init__(self, root: Path, file: str) -> None:
        index = WarcIndex(root)
        path = index.path(file)
        self._file = file
        self._name = path.relative_to(root).as_posix()
        self._at: dict[int, bytes] = {}
        self._odd: list[Finding] = []
        self.state = hashlib.sha256()
        self.is_behind = not (root / "warc" / file).is_file() or index.is_stale(file)
        if path.is_file():
            self._read(path)
        if self.is_behind:
            message = "it is missing, or of another time than its WARC file"
            cure = "the next run that writes to the archive makes it anew"
            self._odd.append(Finding("behind", "index", self._name, None, message, cure=cure))

    def _read(self, path: Path) -> None:
        before, byte = b"", 0
        with archive_faults(path, "read"), path.open("rb") as file:
            for data in file:
                self.state.update(data)
                line = data.rstrip(b"\n")
                try:
                    offset = read_line(line.decode("utf-8")).offset
                except ValueError as error:
                    self._say("unreadable", byte, f"this line cannot be read: {error}")
                else:
                    if offset in self._at:
                        self._say("extra", byte, f"a second line for the record at byte {offset:,}")
                    self._at[offset] = _digest(line)
                if line < before:
                    self._say("altered", byte, "the lines are not in the order of their bytes")
                before, byte = line, byte + len(data)

    def _say(self, kind: FindingKind, byte: int, message: str) -> None:
        self._odd.append(Finding(kind, "index", self._name, byte, message, cure=_CURE))

    def finding(self, kind: FindingKind, offset: int, message: str) -> Finding:
        """Return a finding about the line of the record at `offset` of the WARC file."""
        message = f"{message} (byte {offset:,} of {self._file})"
        return Finding(kind, "index", self._name, None, message, cure=_CURE)

    def has_line_at(self, offset: int) -> bool:
        """Tell whether a line leads there, and expect it no more."""
        return self._at.pop(offset, None) is not None and not self.is_behind

    def pass_over(self, start: int, end: int) -> None:
        """Expect nothing of the lines that lead into `[start, end)`."""
        for offset in [offset for offset in self._at if start <= offset < end]:
            del self._at[offset]

    def compare(self, record: CheckedRecord) -> Iterator[Finding]:
        """Yield what differs between a record and its line."""
        found = self._at.pop(record.offset, None)
        if found is None and self.is_behind:
            return
        place = WarcPlace(self._file, record.offset, record.length)
        line = format_line(record.headers, record.http_head, place)
        if line is None and found is not None:
            yield self.finding("extra", record.offset, "a line for a record that is not indexed")
        elif line is not None and found is None:
            yield self.finding("missing", record.offset, "a record that is committed has no line")
        elif line is not None and found != _digest(line.encode("utf-8")):
            yield self.finding(
                "altered", record.offset, "the line does not say what its record says"
            )

    def leftovers(self) -> Iterator[Finding]:
        """Yield what is odd about the file, and lines that lead to no record."""
        yield from self._odd
        for offset in sorted(self._at):
            yield self.finding("extra", offset, "a line leads to where no record begins")
