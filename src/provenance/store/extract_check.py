"""Does the database in a bundle say what the bundle's own records say?

The database comes from a stranger: it is opened read-only, with no trust in its schema, and each
table that is read must be a plain table. What differs is a value. Facts of the records go into a
temporary table beside it, on disk, so that memory does not grow with the package.
"""

import contextlib
import hashlib
import sqlite3
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from provenance.store.database import open_database
from provenance.store.schema import APPLICATION_ID, LATEST_VERSION

__all__ = ["ExtractDiffers", "ExtractSeen", "RecordSeen", "check_extract"]

# A minute, and a second for each MB: our own extracts take about a hundredth of that.
_PATIENCE_S = 60.0
_BYTES_PER_S = 1_000_000
_STEPS_BETWEEN_LOOKS = 100_000
_MOST_TOLD = 50
# A text of so many bytes is held whole while its passages are looked up; the longest book has a tenth.
_MOST_BYTES_OF_A_ROW = 256_000_000

_READ = (
    "contents", "versions", "claims", "notes", "markers", "citations", "captures", "texts",
    "attachments", "memento_lookups", "withdrawals", "evidence", "reviews",
)  # fmt: skip


class RecordSeen(Struct, frozen=True):
    """A record of the package: where it stands, what it is of, its digests as its bytes are.

    `payload` of a revisit is what it states. `converted` is the payload that a text was read from.
    """

    file: str
    offset: int
    length: int
    type: str
    uri: str
    at: str
    payload: str
    block: str
    converted: str = ""


class ExtractDiffers(Struct, frozen=True):
    """One row that is not what the package's records or the row's own text say."""

    table: str
    row: str
    detail: str


class ExtractSeen(Struct, frozen=True):
    """How many rows of which kind were compared, and what differs (of each kind the first 50)."""

    compared: Mapping[str, int]
    differences: tuple[ExtractDiffers, ...]


# table -> rows with a record: how a row is called, the payload it should hold, what is asked besides.
# Each gives name, payload, moment and address (or NULL), the record's stated length, its columns.
_RECORD = "r.file, r.length, r.type, r.uri, r.at, r.payload AS found, r.converted"
_BESIDE = """LEFT JOIN temp.records r ON r.file = c.warc_file AND r."offset" = c.warc_offset"""
_HELD = "c.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)"
_PLACED = {
    "captures": f"""SELECT c.capture_id AS name, c.payload_sha256 AS payload, c.at AS moment, c.final_url AS url,
        c.warc_length AS stated, 0 AS is_text, {_RECORD}
        FROM captures c {_BESIDE} WHERE {_HELD} ORDER BY 1""",  # noqa: S608 - constants
    "versions": f"""SELECT c.document_id || ' version ' || c.seq AS name, k.sha256 AS payload,
        NULL AS moment, NULL AS url, c.warc_length AS stated, 0 AS is_text, {_RECORD}
        FROM versions c LEFT JOIN contents k USING (content_key) {_BESIDE} ORDER BY 1""",  # noqa: S608
    "attachments": f"""SELECT c.attachment_id AS name, c.payload_sha256 AS payload,
        NULL AS moment, NULL AS url, c.warc_length AS stated, 0 AS is_text, {_RECORD}
        FROM attachments c {_BESIDE} WHERE {_HELD} ORDER BY 1""",  # noqa: S608
    "memento_lookups": f"""SELECT c.source_id || ' ' || c.archive AS name,
        c.payload_sha256 AS payload, NULL AS moment, NULL AS url, c.warc_length AS stated, 0 AS is_text, {_RECORD}
        FROM memento_lookups c {_BESIDE} WHERE c.warc_file IS NOT NULL AND {_HELD} ORDER BY 1""",  # noqa: S608
    "texts": f"""SELECT c.payload_sha256 AS name, c.text_sha256 AS payload, NULL AS moment, NULL AS url,
        c.warc_length AS stated, 1 AS is_text, {_RECORD}
        FROM texts c {_BESIDE} WHERE c.text <> '' ORDER BY 1""",  # noqa: S608
}
_REVISITED = "SELECT 1 FROM temp.records WHERE payload = ? AND type <> 'revisit' LIMIT 1"
_STILL_HERE = """SELECT DISTINCT w.withdrawal_id AS name FROM withdrawals w
JOIN temp.records r ON r.payload = w.payload_sha256 AND r.type <> 'revisit'"""

# Stretches of a text: (what, key of the text, name, start, end, words, before, behind).
_OF_DOCUMENT = """
SELECT 'claims' AS what, content_key AS key, claim_id AS name, start, "end" AS stop, text AS words,
  '' AS before, '' AS behind FROM claims
UNION ALL SELECT 'notes', content_key, note_id, start, "end", text, '', '' FROM notes
UNION ALL SELECT 'citations', n.content_key, n.note_id || ' ' || i.citation_index, i.start, i."end",
  i.raw, '', '' FROM citations i JOIN notes n USING (note_key)
ORDER BY 2"""
_OF_PAYLOADS = """
SELECT 'evidence' AS what, coalesce(c.payload_sha256, a.text_payload, m.payload_sha256) AS key,
  e.evidence_id AS name, e.start, e."end" AS stop, e.exact AS words, e.prefix AS before,
  e.suffix AS behind
FROM evidence e
LEFT JOIN captures c ON c.capture_id = e.capture_id
LEFT JOIN attachments a ON a.attachment_id = e.attachment_id
LEFT JOIN memento_lookups m ON m.uri_m = e.uri_m AND m.source_id = e.source_id
WHERE e.exact IS NOT NULL
UNION ALL SELECT 'reviews', x.payload_sha256, s.review_id, s.start, s."end", s.exact, s.prefix,
  s.suffix FROM reviews s JOIN texts x ON x.text_sha256 = s.text_sha256
  AND (x.payload_sha256 = s.payload_sha256 OR s.attachment_id IS NOT NULL) WHERE s.exact <> ''
ORDER BY 2"""


def check_extract(path: Path, records: Iterable[RecordSeen]) -> ExtractSeen:
    """Compare a bundle's database with the records of the bundle, and its rows with each other."""
    seen = _Comparison()
    try:
        with contextlib.closing(_opened(path)) as db:
            if why := _refuse_schema(db):
                return ExtractSeen({}, (ExtractDiffers("", "", why),))
            _lay_records(db, records)
            for table, sql in _PLACED.items():
                seen.compare_records(db, table, sql)
            for row in db.execute(_STILL_HERE):
                seen.note("withdrawals", row["name"], "what was withdrawn is in the package")
            seen.compare_digests(db)
            seen.compare_stretches(db, _OF_DOCUMENT, _text_of_content)
            seen.compare_stretches(db, _OF_PAYLOADS, _text_of_payload)
    except (sqlite3.Error, UnicodeError, TypeError, ValueError, OverflowError) as error:
        seen.note("", "", f"the database cannot be read: {error}")
    return ExtractSeen(seen.compared, tuple(seen.differences))


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)
    db.row_factory = sqlite3.Row
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES_OF_A_ROW)
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.execute("PRAGMA temp_store = FILE")
    until = time.monotonic() + _PATIENCE_S + path.stat().st_size / _BYTES_PER_S
    db.set_progress_handler(lambda: time.monotonic() > until, _STEPS_BETWEEN_LOOKS)
    return db


def _refuse_schema(db: sqlite3.Connection) -> str | None:
    """Return why the database's tables are not read, None where they are what they seem."""
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return "it is another program's database"
    stands = {(row["type"], row["name"]): row["sql"] for row in db.execute(_SCHEMA)}
    for name in _READ:
        sql = stands.get(("table", name))
        if not isinstance(sql, str) or not sql.startswith("CREATE TABLE"):
            return f"its {name} is no table"
        if any(column["hidden"] for column in db.execute(f"PRAGMA table_xinfo({name})")):
            return f"its {name} has columns that are computed"
    if (
        db.execute("PRAGMA user_version").fetchone()[0] == LATEST_VERSION
        and stands != _our_schema()
    ):
        return "its tables, views or triggers are not those of this version of provenance"
    first = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    return None if first == "ok" else f"SQLite finds it damaged: {first}"


_SCHEMA = "SELECT type, name, sql FROM sqlite_master"


def _our_schema() -> dict[tuple[str, str], Any]:
    with open_database(":memory:") as ours:
        return {(row["type"], row["name"]): row["sql"] for row in ours.rows(_SCHEMA)}


def _lay_records(db: sqlite3.Connection, records: Iterable[RecordSeen]) -> None:
    db.execute(
        'CREATE TEMP TABLE records (file TEXT, "offset" INTEGER, length INTEGER, type TEXT, uri TEXT,'
        ' at TEXT, payload TEXT, block TEXT, converted TEXT, PRIMARY KEY (file, "offset"))'
        " WITHOUT ROWID"
    )
    db.executemany(
        "INSERT OR IGNORE INTO temp.records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((r.file, r.offset, r.length, r.type, r.uri, r.at, r.payload, r.block, r.converted)
         for r in records),
    )  # fmt: skip
    db.execute("CREATE INDEX temp.records_by_payload ON records (payload)")


def _text_of_content(db: sqlite3.Connection, key: Any) -> str | None:
    row = db.execute("SELECT text FROM contents WHERE content_key = ?", (key,)).fetchone()
    return row["text"] if row else None


def _text_of_payload(db: sqlite3.Connection, key: Any) -> str | None:
    row = db.execute("SELECT text FROM texts WHERE payload_sha256 = ?", (key,)).fetchone()
    return row["text"] if row else None


class _Comparison:
    """What was compared so far, and what differs."""

    def __init__(self) -> None:
        self.compared: dict[str, int] = {}
        self.differences: list[ExtractDiffers] = []
        self._told: dict[str, int] = {}

    def note(self, table: str, row: str, detail: str) -> None:
        self._told[table] = self._told.get(table, 0) + 1
        if self._told[table] <= _MOST_TOLD:
            self.differences.append(ExtractDiffers(table, str(row), detail))

    def _count(self, table: str) -> None:
        self.compared[table] = self.compared.get(table, 0) + 1

    def compare_records(self, db: sqlite3.Connection, table: str, sql: str) -> None:
        """Each row's record is in the package, of that length, with that payload, of that moment."""
        for row in db.execute(sql):
            self._count(table)
            if why := _refuse_row(db, row):
                self.note(table, row["name"], why)

    def compare_digests(self, db: sqlite3.Connection) -> None:
        """Each text is what its digest says."""
        for row in db.execute(
            "SELECT payload_sha256, text_sha256, text FROM texts WHERE text <> ''"
        ):
            data = row["text"].encode("utf-8", "surrogatepass")
            if hashlib.sha256(data).hexdigest() != row["text_sha256"]:
                self.note("texts", row["payload_sha256"], "its text is not what its digest says")

    def compare_stretches(self, db: sqlite3.Connection, sql: str, read: Any) -> None:
        """The words of each row stand at its place in the text, between those before and behind."""
        key, text = object(), None
        for row in db.execute(sql):
            self._count(row["what"])
            if row["key"] != key:
                key, text = row["key"], read(db, row["key"])
            if text is None:
                self.note(row["what"], row["name"], "the text that it is of is not here")
            elif not _stands_in(text, row):
                self.note(
                    row["what"], row["name"], "its words do not stand at its place in the text"
                )


def _refuse_row(db: sqlite3.Connection, row: sqlite3.Row) -> str | None:
    """Return why a row's record does not vouch for it, None where it does."""
    if row["file"] is None:
        return "its record is not in the package"
    is_text = (row["type"], row["converted"]) == ("conversion", row["name"])
    is_moved = row["moment"] is not None and row["moment"] != row["at"]
    is_elsewhere = _is_plain(row["url"]) and row["url"] != row["uri"]
    is_lost = row["type"] == "revisit" and not db.execute(_REVISITED, (row["payload"],)).fetchone()
    faults = (
        (row["length"] != row["stated"], "its record has another length"),
        (row["is_text"] and not is_text, "the record at its place is no text of it"),
        (row["payload"] != row["found"], "the record at its place holds something else"),
        (is_moved, f"its record is of {row['at']} and not of {row['moment']}"),
        (is_elsewhere, f"its record is of {row['uri']} and not of {row['url']}"),
        (is_lost, "what its record refers to is not in the package"),
    )
    return next((words for is_so, words in faults if is_so), None)


def _is_plain(url: str | None) -> bool:
    """Tell whether a record names this address as it is: what would break its line is encoded there."""
    return url is not None and url.isprintable() and " " not in url


def _stands_in(text: str, row: sqlite3.Row) -> bool:
    start, stop = row["start"], row["stop"]
    if not 0 <= start <= stop <= len(text) or text[start:stop] != row["words"]:
        return False
    before, behind = row["before"] or "", row["behind"] or ""
    return text.endswith(before, 0, start) and text.startswith(behind, stop)
