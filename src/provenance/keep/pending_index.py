"""Index lines of records that count already and stand in no index file yet."""

import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from provenance.errors import CorruptRecord
from provenance.keep.index import WarcIndex

__all__ = ["PendingIndex"]

_log = logging.getLogger("provenance.keep")
# Lines of a WARC file that wait for its index: some 5 MB. Each merge writes the file's whole index.
_MOST_FRESH_LINES = 20_000


class PendingIndex:
    """What the indexes of an archive's files still lack.

    `committed` are the ends of its files, kept up to date by their writer; of `files` those whose
    index is missing or behind are made anew by `write`.
    """

    def __init__(self, root: Path, committed: Mapping[str, int], files: Iterable[str]) -> None:
        self._index = WarcIndex(root)
        self._committed = committed
        self._fresh: dict[str, list[str]] = {}
        self._stale = {file for file in files if self._index.is_stale(file)}

    def add(self, lines: Mapping[str, list[str]]) -> None:
        """Take lines of records that count by now, by file.

        Those of a long run are written down as it goes: memory is for so many of them.
        """
        for file, fresh in lines.items():
            self._fresh.setdefault(file, []).extend(fresh)
        much = [file for file, fresh in self._fresh.items() if len(fresh) >= _MOST_FRESH_LINES]
        for file in set(much) - self._stale:
            self._index.merge(file, self._fresh.pop(file))

    def distrust(self, files: Collection[str]) -> None:
        """Have those of the files that lines wait for made anew: some of them were taken out."""
        self._stale |= self._fresh.keys() & set(files)

    def write(self) -> None:
        """Bring the index of every file up to date."""
        for file, fresh in self._fresh.items():
            if file not in self._stale:
                self._index.merge(file, fresh)
        for file in sorted(self._stale):
            try:
                self._index.make_anew(file, self._committed[file])
            except CorruptRecord as error:
                _log.warning("no index of %s: %s\n  → %s", file, error.message, error.hint)
        self._fresh, self._stale = {}, set()
