"""What the pages read: the store and the archive, for many requests at once; nothing is written.

SQLite's readers wait for nobody (WAL), but a connection serves one question at a time. So there is
a small pool: a request borrows a connection for as long as it reads, and who comes when all are out
waits for his turn. A rebuild puts another file in the database's place: a connection to the old one
is dropped the next time it would be lent.
"""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request

from provenance.keep.reader import ArchiveReader
from provenance.store.database import Database, open_database
from provenance.web.problems import Problem

__all__ = ["Library", "library_of"]

# Reading is CPU work with pauses for the disk: more at once than twice the cores of a small
# machine only makes everybody wait longer.
_MOST_READERS = 8
# A writer's cache is 64 MB; eight of these together are as large.
_CACHE_KIB = 8_192
_WAIT_S = 20.0


class _Lent(NamedTuple):
    db: Database
    inode: tuple[int, int]


class Library:
    """The store at `db_path` and the archive at `archive_root`; neither has to be there yet."""

    def __init__(self, db_path: Path, archive_root: Path) -> None:
        self.db_path = db_path
        self.archive_root = archive_root
        self._turns: queue.LifoQueue[_Lent | None] = queue.LifoQueue()
        for _ in range(_MOST_READERS):
            self._turns.put(None)

    @property
    def is_there(self) -> bool:
        """Whether there is a database at all."""
        return self.db_path.is_file()

    def archive(self) -> ArchiveReader:
        """Return what reads the archive."""
        return ArchiveReader(self.archive_root)

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Lend a connection for the length of a block. Blocks: call it in a thread (a `def` handler is in one).

        Raises:
            Problem: there is no store (404), or everybody reads (503).
            StoreError: the store cannot be read.
        """
        try:
            lent = self._turns.get(timeout=_WAIT_S)
        except queue.Empty:
            raise Problem(
                503, "Too many readers at once", hint="try again", headers={"Retry-After": "2"}
            ) from None
        fresh: _Lent | None = None
        try:
            fresh = self._fresh(lent)
            yield fresh.db
        finally:
            self._turns.put(fresh)

    def close(self) -> None:
        """Close every connection that is not lent, for good: for the end of the server."""
        while not self._turns.empty():
            lent = self._turns.get_nowait()
            if lent is not None:
                lent.db.close()

    def _fresh(self, lent: _Lent | None) -> _Lent:
        try:
            found = self.db_path.stat()
        except FileNotFoundError:
            if lent is not None:
                lent.db.close()
            raise Problem(
                404, "There is no store yet", hint="`provenance ingest` makes one"
            ) from None
        inode = (found.st_dev, found.st_ino)
        if lent is not None and lent.inode == inode:
            return lent
        if lent is not None:
            lent.db.close()
        db = open_database(self.db_path, read_only=True)
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return _Lent(db, inode)


def library_of(request: Request) -> Library:
    """Return the library of the application that was asked."""
    library: Library = request.app.state.library
    return library
