"""Questions that a run asks of the store: what to fetch, what is there, what is missing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from provenance.model import Capture, Source
from provenance.store.database import Database
from provenance.store.rows import CAPTURE_COLUMNS, parse_time, time_text
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = [
    "CAPTURE",
    "DocumentSummary",
    "capture_of",
    "count_states",
    "find_capture",
    "find_payload",
    "list_documents",
    "payloads_without_text",
    "read_parser",
    "sources_to_fetch",
    "text_of_payload",
]

# Every column of a capture, of a query over captures `c`.
CAPTURE = ", ".join(f"c.{name}" for name in CAPTURE_COLUMNS)

# Every night asks; all captures are walked only where another extractor is to read them again.
_WAITING = "_text_due d CROSS JOIN captures c ON c.payload_sha256 = d.payload_sha256"
# Sorting by host in SQL would make the planner walk that index: callers sort in Python.
_DUE = """
SELECT s.source_id, s."key", s.kind, s.url, s.canonical_url, s.host, s.truncated,
  s.publisher, s.title, s.date, s.access
FROM states t JOIN sources s ON s.source_id = t.source_id
WHERE (t.next_due <= :now OR t.next_due IS NULL OR t.last_vantage = 'offline')
  AND t.state <> 'not_checkable' AND s.url IS NOT NULL
"""
_CITED = """
  AND t.source_id IN (
    SELECT i.source_id FROM json_each(:documents) wanted
    JOIN documents d ON d.document_id = wanted.value
    JOIN notes n ON n.content_key = d.content_key
    JOIN citations i ON i.note_key = n.note_key)
"""


class DocumentSummary(Struct, frozen=True):
    """A document in its current version, counted; `at` is when that version was read."""

    id: str
    title: str | None
    published: str | None
    path: str | None
    origin_url: str | None
    sha256: str
    at: datetime
    versions: int
    claims: int
    notes: int
    citations: int
    sources: int


def sources_to_fetch(
    db: Database, document_ids: Collection[str] | None, now: datetime
) -> list[Source]:
    """Return the web sources to look at now, ordered by id.

    They are cited by the current version of one of these documents (None: by any
    document), and were never looked at, or last from an offline vantage, or are due.
    A source with a cut URL (`truncated`) is among them until a look said that it
    cannot be checked.
    """
    parameters: dict[str, object] = {"now": time_text(now)}
    sql = _DUE
    if document_ids is not None:
        sql += _CITED
        parameters["documents"] = msgspec.json.encode(sorted(document_ids)).decode()
    found = db.rows(sql, parameters)
    return sorted((_source_of(row) for row in found), key=lambda source: source.id)


def find_payload(db: Database, payload_sha256: str) -> Capture | None:
    """Return the earliest capture that holds this payload itself (no revisit), or None."""
    row = db.first(
        f"SELECT {CAPTURE} FROM captures c WHERE c.payload_sha256 = ?"  # noqa: S608
        " AND c.revisit_of IS NULL ORDER BY c.at, c.capture_id LIMIT 1",
        (payload_sha256,),
    )
    return capture_of(row) if row else None


def find_capture(db: Database, capture_id: str) -> Capture | None:
    """Return one capture, or None where the store knows no such."""
    row = db.first(
        f"SELECT {CAPTURE} FROM captures c WHERE c.capture_id = ?",  # noqa: S608
        (capture_id,),
    )
    return capture_of(row) if row else None


def payloads_without_text(db: Database, extractor: str | None = None) -> list[Capture]:
    """Return one capture (the earliest) for each payload that was not put through extraction.

    With `extractor` also those whose text another extractor made. Ordered by time.
    """
    found = db.rows(
        f"SELECT {CAPTURE} FROM {_WAITING if extractor is None else 'captures c'}"  # noqa: S608
        " LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256"
        " WHERE c.revisit_of IS NULL"
        " AND (x.text_key IS NULL OR x.extractor <> ? OR x.reason = 'withdrawn')"
        f" AND {NOT_WITHDRAWN}"
        " ORDER BY c.at, c.capture_id",
        (extractor,),
    )
    earliest: dict[str, Capture] = {}
    for row in found:
        earliest.setdefault(row["payload_sha256"], capture_of(row))
    return list(earliest.values())


def text_of_payload(db: Database, payload_sha256: str) -> str | None:
    """Return the extracted text of a payload; None where there is none."""
    text: str | None = db.value(
        "SELECT text FROM texts WHERE payload_sha256 = ? AND reason IS NULL", (payload_sha256,)
    )
    return text


def list_documents(
    db: Database, document_ids: Collection[str] | None = None
) -> list[DocumentSummary]:
    """Return documents with their counts, the earliest published first."""
    wanted = None if document_ids is None else msgspec.json.encode(sorted(document_ids)).decode()
    found = db.rows(
        """
        SELECT d.document_id AS id, k.title, k.published, d.path, d.origin_url, k.sha256, v.at,
          (SELECT count(*) FROM versions w WHERE w.document_id = d.document_id) AS versions,
          (SELECT count(*) FROM claims c WHERE c.content_key = d.content_key) AS claims,
          (SELECT count(*) FROM notes n WHERE n.content_key = d.content_key) AS notes,
          (SELECT count(*) FROM notes n JOIN citations i ON i.note_key = n.note_key
           WHERE n.content_key = d.content_key) AS citations,
          (SELECT count(DISTINCT i.source_id) FROM notes n
           JOIN citations i ON i.note_key = n.note_key
           WHERE n.content_key = d.content_key) AS sources
        FROM documents d
        JOIN contents k ON k.content_key = d.content_key
        JOIN versions v ON v.document_id = d.document_id AND v.seq = d.seq
        WHERE ?1 IS NULL OR d.document_id IN (SELECT value FROM json_each(?1))
        ORDER BY coalesce(k.published, v.at), d.document_id
        """,
        (wanted,),
    )
    return [DocumentSummary(**{**row, "at": parse_time(row["at"])}) for row in found]


def read_parser(db: Database, sha256: str) -> str | None:
    """Return which version of the parser read a content; None for one that the store has not."""
    parser: str | None = db.value("SELECT parser FROM contents WHERE sha256 = ?", (sha256,))
    return parser


def count_states(db: Database) -> dict[str, int]:
    """Return how many sources are in each state that occurs."""
    found = db.rows("SELECT state, count(*) AS sources FROM states GROUP BY state ORDER BY state")
    return {row["state"]: row["sources"] for row in found}


def _source_of(row: dict[str, Any]) -> Source:
    return Source(
        id=row["source_id"],
        truncated=bool(row["truncated"]),
        **{name: row[name] for name in row if name not in {"source_id", "truncated"}},
    )


def capture_of(row: dict[str, Any]) -> Capture:
    """Return the capture of a row with the columns `CAPTURE`."""
    rest = {name: row[name] for name in row if name not in {"capture_id", "at"}}
    return Capture(id=row["capture_id"], at=parse_time(row["at"]), **rest)
