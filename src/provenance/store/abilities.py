"""What the SQLite at hand can do, and which schema a database file holds; nothing is changed."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from provenance.store.schema import APPLICATION_ID, LATEST_VERSION

__all__ = ["Ability", "StoredSchema", "sqlite_abilities", "sqlite_version", "stored_schema"]

# What the store asks of SQLite, each as a statement that only such an SQLite takes.
_PROBES = (
    ("STRICT tables (3.37)", "CREATE TABLE probe_strict (a TEXT) STRICT"),
    ("JSON operators (3.38)", """SELECT '{"a": [1]}' ->> '$.a[0]'"""),
    ("RETURNING (3.35)", "INSERT INTO probe (a) VALUES (1) RETURNING a"),
    ("FTS5", "CREATE VIRTUAL TABLE probe_fts USING fts5 (a, tokenize='unicode61')"),
)
# SQLite's file format, section 1.3: magic, user version, application id.
_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 72


class Ability(NamedTuple):
    """Something that the store needs, and whether it is there."""

    name: str
    is_there: bool


class StoredSchema(NamedTuple):
    """The schema number of a database of ours, and the number that this version writes."""

    stored: int
    latest: int


def sqlite_version() -> str:
    """Return the version of the library, not of its Python module."""
    return sqlite3.sqlite_version


def sqlite_abilities() -> Iterator[Ability]:
    """Try each thing that the store needs in a database in memory."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE TABLE probe (a)")
        for name, statement in _PROBES:
            try:
                connection.execute(statement).fetchall()
            except sqlite3.Error:
                yield Ability(name, is_there=False)
            else:
                yield Ability(name, is_there=True)
    finally:
        connection.close()


def stored_schema(path: Path) -> StoredSchema | None:
    """Return which schema a file holds, by its header; None where it is no database of ours."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header.startswith(_MAGIC) or int.from_bytes(header[68:72]) != APPLICATION_ID:
        return None
    return StoredSchema(int.from_bytes(header[60:64]), LATEST_VERSION)
