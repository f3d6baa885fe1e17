"""Open the store: one connection, its pragmas, its transactions, its faults.

Every fault of SQLite becomes a `StoreError` here, and only here, with the path
and what to do about it.

Facts behind the pragmas: `foreign_keys` is off unless asked for; under WAL
readers never wait for the writer; `synchronous=FULL` makes a committed
transaction survive a power cut. Transactions start with BEGIN IMMEDIATE: a
deferred one that reads first and writes later fails at once, without waiting,
when another process wrote in between.
"""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import sqlite_utils

from provenance.errors import StoreError
from provenance.store.schema import check_identity, migrate

__all__ = ["Database", "open_database"]

Parameters = Sequence[object] | Mapping[str, object]
Row: TypeAlias = dict[str, Any]

MEMORY = ":memory:"
_CACHE_KIB = 65_536
_RETRY_S = 0.02
# A document writes one to two megabytes; readers get slower with a log of hundreds.
_LOG_BYTES = 32 * 1024 * 1024
_LOG_PATIENCE_MS = 500
# Copying the log back at every megabyte writes the same pages of a large store again and again: half
# of what one more document takes there (benchmarks/store.py: median 38 ms by 1,000 pages, 20 by these).
_CHECKPOINT_PAGES = 8_192

# SQLite's primary result code -> what it means for a person, and what to do about it.
_FAULTS: dict[str, tuple[str, str]] = {
    "SQLITE_READONLY": ("is read-only", "give write permission to it and to its folder"),
    "SQLITE_PERM": ("may not be opened", "give read and write permission to it"),
    "SQLITE_AUTH": ("may not be opened", "give read and write permission to it"),
    "SQLITE_CANTOPEN": (
        "cannot be opened",
        "its folder must exist and be writable, and the path must be a file",
    ),
    "SQLITE_FULL": ("cannot grow: the disk is full", "free some space and run the same again"),
    "SQLITE_IOERR": (
        "cannot be read or written",
        "check the disk and its free space, then run the same again",
    ),
    "SQLITE_BUSY": ("is in use by another process", "wait until that is done"),
    "SQLITE_LOCKED": ("is in use by another process", "wait until that is done"),
    "SQLITE_NOTADB": (
        "is not a database",
        "name another with --db; or move it away and run `provenance rebuild`",
    ),
    "SQLITE_CORRUPT": (
        "is damaged",
        "move it away and run `provenance rebuild`: the archive holds all of it",
    ),
}


def fault_of(error: sqlite3.Error, path: str) -> StoreError:
    """Return what SQLite's error means, naming the database and what to do."""
    name = getattr(error, "sqlite_errorname", None) or ""
    primary = "_".join(name.split("_")[:2])
    meaning, hint = _FAULTS.get(primary, ("failed", ""))
    return StoreError(f"database {path} {meaning} ({error})", hint=hint)


class _FaultsNamed:
    """Around each statement: a class of its own, since a generator would cost as much as a small query."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise fault_of(error, self._path) from error


class Database:
    """One connection to the store.

    Threads may share it: statements and `atomic` blocks take turns. Rows come
    back as dicts, all of them at once, so that no cursor stays open. `utils` is
    the same connection as sqlite-utils sees it.
    """

    def __init__(self, connection: sqlite3.Connection, path: str, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self.utils = sqlite_utils.Database(connection, execute_plugins=False)
        self._connection = connection
        self._turn = threading.RLock()
        self._faults_named = _FaultsNamed(path)
        self._log_limit = _LOG_BYTES

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; closing twice is no error."""
        self._connection.close()

    @contextlib.contextmanager
    def atomic(self) -> Iterator[None]:
        """Do all of the block or nothing of it; a block within a block belongs to the outer one.

        Raises:
            StoreError: the database cannot be written.
        """
        with self._turn:
            if self._connection.in_transaction:
                yield
                return
            with self._faults_named:
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                with self._faults_named:
                    self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            self._shorten_log()

    def _shorten_log(self) -> None:
        """Begin the write-ahead log anew where it has grown large.

        SQLite by itself does so only when nobody reads at the end of a transaction: beside readers
        who never pause it grows without end. Who reads for long is not waited for.
        """
        size = self._log_bytes()
        if size < self._log_limit:
            return
        execute = self._connection.execute
        (patience_ms,) = execute("PRAGMA busy_timeout").fetchone()
        execute(f"PRAGMA busy_timeout = {_LOG_PATIENCE_MS}")
        try:
            execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            pass  # what was committed stays committed; the next transaction tells a fault
        finally:
            execute(f"PRAGMA busy_timeout = {patience_ms}")
        self._log_limit = self._log_bytes() + _LOG_BYTES

    def _log_bytes(self) -> int:
        try:
            return Path(f"{self.path}-wal").stat().st_size
        except OSError:
            return 0  # in memory, or nothing was written yet

    def _roll_back(self) -> None:
        # A full disk makes SQLite roll back by itself; there is nothing left to undo then.
        if self._connection.in_transaction:
            with self._faults_named:
                self._connection.execute("ROLLBACK")

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Return every row of a query."""
        with self._turn, self._faults_named:
            cursor = self._connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def first(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """Return the first row of a query, or None where there is none."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """Return the first column of the first row, or None where there is none."""
        with self._turn, self._faults_named:
            row = self._connection.execute(sql, parameters).fetchone()
            return row[0] if row else None

    def column(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """Return the first column of every row."""
        return [row[0] for row in self.tuples(sql, parameters)]

    def tuples(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """Return every row of a query as it comes, for where there are tens of thousands."""
        with self._turn, self._faults_named:
            return self._connection.execute(sql, parameters).fetchall()

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement and return how many rows it changed (-1 where that means nothing)."""
        with self._turn, self._faults_named:
            return self._connection.execute(sql, parameters).rowcount

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for every row of parameters."""
        with self._turn, self._faults_named:
            self._connection.executemany(sql, rows)


def open_database(
    path: str | os.PathLike[str], *, read_only: bool = False, busy_timeout_s: float = 30.0
) -> Database:
    """Open the store at `path`, making or upgrading it where that is needed.

    `":memory:"` gives a store that nobody else sees. With `read_only` nothing is
    made and nothing upgraded, and other processes may go on writing meanwhile.

    Raises:
        NewerStore: a later version of provenance wrote it.
        StoreError: no such file (read-only), no permission, no database, in use,
            damaged, or the database of another program.
    """
    shown = os.fspath(path)
    if read_only and shown != MEMORY and not Path(shown).is_file():
        raise StoreError(f"there is no database {shown}", hint="`provenance ingest` makes one")
    connection = None
    try:
        connection = _connect(shown, read_only, busy_timeout_s)
        database = Database(connection, shown, read_only=read_only)
        _prepare(database, busy_timeout_s)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise fault_of(error, shown) from error
        raise
    return database


def _connect(path: str, read_only: bool, busy_timeout_s: float) -> sqlite3.Connection:
    def connect(query: str) -> sqlite3.Connection:
        target = path if path == MEMORY else f"file:{quote(os.path.abspath(path))}{query}"
        return sqlite3.connect(
            target,
            uri=path != MEMORY,
            timeout=busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )

    if not read_only:
        return connect("")
    connection = connect("?mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        may_not_make_files = error.sqlite_errorname.startswith(
            ("SQLITE_CANTOPEN", "SQLITE_READONLY")
        )
        if not may_not_make_files or Path(f"{path}-wal").exists():
            raise
        # A WAL database in a folder that may not be written (a mounted backup) can be read
        # only like this; without a log there is nothing that it would miss.
        return connect("?immutable=1")
    return connection


def _prepare(database: Database, busy_timeout_s: float) -> None:
    execute = database.utils.conn.execute
    execute("PRAGMA foreign_keys = ON")
    execute("PRAGMA synchronous = FULL")
    execute("PRAGMA temp_store = MEMORY")
    execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    check_identity(database.utils, database.path, can_upgrade=not database.read_only)
    if database.read_only:
        return
    _enable_wal(database, time.monotonic() + busy_timeout_s)
    with database.atomic():
        migrate(database.utils, database.path)


def _enable_wal(database: Database, deadline: float) -> None:
    """Switch to write-ahead logging; the switch itself does not wait for others, so we do."""
    while True:
        try:
            database.utils.conn.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            busy = (error.sqlite_errorname or "").startswith("SQLITE_BUSY")
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)
        else:
            return
