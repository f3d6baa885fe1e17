"""The index files below `archive/index/`: derived, written whole, made anew when they lag behind."""

import logging
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from provenance.keep.cdxj import format_line, last_end, merge_lines, read_line
from provenance.keep.disk import archive_faults, make_folder, replace_file
from provenance.keep.warc import iter_records
from provenance.model import WarcPlace

__all__ = ["WarcIndex"]

_log = logging.getLogger("provenance.keep")


class WarcIndex:
    """The CDXJ files of an archive: one for each WARC file, of committed records only."""

    def __init__(self, root: Path) -> None:
        self._warcs = root / "warc"
        self.folder = root / "index"

    def path(self, file: str) -> Path:
        """Return the index file of a WARC file named as below `warc/`."""
        return self.folder / (Path(file).name.removesuffix(".warc.gz") + ".cdxj")

    def size(self, file: str) -> int:
        """Return how many bytes the index of a WARC file has."""
        path = self.path(file)
        return path.stat().st_size if path.is_file() else 0

    def lines(self, file: str) -> list[str]:
        """Return the lines of a WARC file's index, none where there is no index."""
        path = self.path(file)
        if not path.is_file():
            return []
        with archive_faults(path, "read"):
            return path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]

    def last_end(self, file: str) -> int:
        """Return up to which byte of the WARC file the index speaks of; 0 where it is unreadable."""
        try:
            return last_end(self.lines(file))
        except ValueError:
            return 0

    def is_stale(self, file: str) -> bool:
        """Tell whether a WARC file has no index, or one that was written before its last record.

        An index bears the time of its WARC file. Were it only to be the later of the two, a
        clock that was set back would make one that lacks records look complete.
        """
        path, warc = self.path(file), self._warcs / file
        return not path.is_file() or path.stat().st_mtime_ns != warc.stat().st_mtime_ns

    def merge(self, file: str, fresh: Iterable[str]) -> None:
        """Add lines to a WARC file's index."""
        self._write(file, merge_lines(self.lines(file), fresh))

    def drop(self, file: str, offsets: Collection[int]) -> None:
        """Take the records at these offsets out of a WARC file's index.

        An index that cannot be read is removed: the next writer makes it anew.
        """
        try:
            kept = [line for line in self.lines(file) if read_line(line).offset not in offsets]
        except ValueError:
            self.path(file).unlink(missing_ok=True)
            return
        self._write(file, merge_lines(kept))

    def make_anew(self, file: str, end: int) -> None:
        """Write a WARC file's index from its records up to the committed `end`."""
        _log.info("making the index of %s anew", file)
        lines = []
        for record in iter_records(self._warcs / file, end=end):
            place = WarcPlace(file, record.offset, record.length)
            line = format_line(record.headers, record.http_head, place)
            if line is not None:
                lines.append(line)
        self._write(file, merge_lines(lines))

    def _write(self, file: str, data: bytes) -> None:
        make_folder(self.folder)
        path, warc = self.path(file), self._warcs / file
        replace_file(path, data)
        with archive_faults(path, "write"):
            at = warc.stat()
            os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))
