"""What leaves the store as a file: questions that exports ask, some rows at a time.

`chosen` is always a list of source ids, or None for all. Nothing holds more than one page of rows,
so that a store of a million sources can be written out. The order is that of ids: the same store
gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from provenance.formats.strangers import storable
from provenance.store.database import Database, Row
from provenance.store.rows import json_text

__all__ = [
    "at_one_moment",
    "captures_to_name",
    "checks_of_sources",
    "claim_rows",
    "claims_to_export",
    "documents_to_export",
    "first_published",
    "is_known",
    "latest_moment",
    "sources_to_export",
    "warc_files",
]

_PAGE = 500
_STANDS = "{of}.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)"
# Nearest to a day, the earlier of two that are equally near; the latest where there is no day.
_DISTANCE = """CASE WHEN julianday(:near) IS NULL THEN -julianday(at)
      ELSE abs(julianday(at) - julianday(:near)) END AS distance"""
_SOURCES = f"""
SELECT s.source_id, s.kind, s.url, s.host, s.truncated, s.access, t.state,
  s.publisher AS first_publisher, s.title AS first_title, s.date AS first_date,
  c.capture_id, c.at AS captured_at, c.media_type, c.payload_sha256,
  x.title AS page_title, x.authors AS page_authors, x.date AS page_date, x.language
FROM {{sources}}
LEFT JOIN states t ON t.source_id = s.source_id
LEFT JOIN captures c ON c.capture_id = (
  SELECT q.capture_id FROM (
    SELECT h.capture_id, h.at, {_DISTANCE}
    FROM captures h WHERE h.source_id = s.source_id AND {_STANDS.format(of="h")}) q
  ORDER BY q.distance, q.at, q.capture_id LIMIT 1)
LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256
WHERE s.source_id > :after
ORDER BY s.source_id LIMIT {_PAGE}
"""  # noqa: S608 - put together from constants
# A few that are chosen are looked up one by one: a million others are not read for them.
_ALL_SOURCES = "sources s"
_CHOSEN_SOURCES = "json_each(:chosen) w CROSS JOIN sources s ON s.source_id = w.value"
# The citation that says most of a source; of two that say as much the first by its words.
_DESCRIBED = """
SELECT * FROM (
  SELECT i.source_id, i.raw, i.publisher, i.title, i.authors, i.date, i.pages, i.accessed, i.isbn,
    row_number() OVER (PARTITION BY i.source_id ORDER BY
      (i.title IS NOT NULL) + (i.authors <> '[]') + (i.publisher IS NOT NULL)
      + (i.date IS NOT NULL) + (i.isbn IS NOT NULL) + (i.pages IS NOT NULL) DESC,
      i.raw, i.publisher, i.title, i.authors, i.date, i.pages, i.accessed, i.isbn) AS place
  FROM json_each(:ids) wanted JOIN citations i ON i.source_id = wanted.value)
WHERE place = 1
"""
_MEMENTOS = f"""
SELECT * FROM (
  SELECT source_id, archive, uri_m, at AS memento_at,
    row_number() OVER (PARTITION BY source_id ORDER BY at IS NULL, distance, at, uri_m) AS place
  FROM (
    SELECT *, {_DISTANCE} FROM (
      SELECT m.source_id, m.archive, m.uri_m, m.at
      FROM json_each(:ids) wanted JOIN cited_mementos m ON m.source_id = wanted.value
      UNION SELECT l.source_id, l.archive, l.uri_m, l.memento_at
      FROM json_each(:ids) wanted JOIN memento_lookups l ON l.source_id = wanted.value
      WHERE l.outcome = 'found' AND l.uri_m IS NOT NULL)))
WHERE place = 1
"""  # noqa: S608
_NOTHING_SAID = dict.fromkeys(
    ("raw", "publisher", "title", "authors", "date", "pages", "accessed", "isbn")
)
_NO_MEMENTO = dict.fromkeys(("archive", "uri_m", "memento_at"))

_DOCUMENTS = f"""
SELECT d.document_id, k.title, k.authors, k.published, k.data_cutoff, k.language, k.sha256,
  coalesce(k.origin_url, d.origin_url) AS origin_url, k.content_key, v.at, v.seq AS version,
  v.size_bytes, v.warc_file, k.format
FROM {{documents}}
JOIN contents k ON k.content_key = d.content_key
JOIN versions v ON v.document_id = d.document_id AND v.seq = d.seq
WHERE d.document_id > :after
ORDER BY d.document_id LIMIT {_PAGE}
"""  # noqa: S608
_ALL_DOCUMENTS = "documents d"
_CHOSEN_DOCUMENTS = "json_each(:chosen) w CROSS JOIN documents d ON d.document_id = w.value"
_CLAIM_ROWS = """
SELECT v.*, k.published AS document_published, c.start AS claim_start, c."end" AS claim_end
FROM claim_sources v
JOIN documents d ON d.document_id = v.document_id
JOIN contents k ON k.content_key = d.content_key
JOIN claims c ON c.claim_id = v.claim_id AND c.content_key = d.content_key
WHERE v.{column} = ?
ORDER BY v.document_id, c.ordinal, CAST(v.label AS INTEGER), v.label, v.citation_index
"""
_CHECKS = """
SELECT k.check_id, k.source_id, k.at, k.url, k.final_url, k.http_status, k.vantage, k.capture_id,
  coalesce(j.outcome, k.outcome) AS outcome, coalesce(j.rule, k.rule) AS rule
FROM json_each(?) wanted
JOIN checks k ON k.source_id = wanted.value
LEFT JOIN judgements j ON j.check_id = k.check_id
ORDER BY k.at, k.check_id
"""
_NAMED = """
SELECT c.capture_id AS id, c.at, c.payload_sha256, c.media_type, c.status FROM captures c
WHERE c.source_id = ? AND c.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)
ORDER BY c.at, c.capture_id
"""


def _as_list(ids: Sequence[str] | None) -> str | None:
    return None if ids is None else json_text(sorted(set(ids)))


@contextmanager
def at_one_moment(db: Database) -> Iterator[None]:
    """Read the store as it is now for the length of a block, whatever others write meanwhile.

    SQLite's log cannot be taken into the database while the block lasts: it grows by what is written.
    """
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def sources_to_export(
    db: Database, chosen: Sequence[str] | None, near: str | None = None
) -> Iterator[Row]:
    """Yield sources by id with what the note that says most says of them, and one copy of each kind.

    The capture and the memento are those nearest to the day `near` (ISO 8601), the latest without one;
    what was withdrawn is passed over.
    """
    after, wanted = "", _as_list(chosen)
    sql = _SOURCES.format(sources=_ALL_SOURCES if chosen is None else _CHOSEN_SOURCES)
    while found := db.rows(sql, {"after": after, "chosen": wanted, "near": near}):
        after = found[-1]["source_id"]
        ids = _as_list([row["source_id"] for row in found])
        described = {row["source_id"]: row for row in db.rows(_DESCRIBED, {"ids": ids})}
        mementos = {row["source_id"]: row for row in db.rows(_MEMENTOS, {"ids": ids, "near": near})}
        for row in found:
            id_ = row["source_id"]
            said = dict(described.get(id_) or _NOTHING_SAID)
            for name in ("publisher", "title", "date"):  # what it was first cited as comes first
                said[name] = row.pop(f"first_{name}") or said[name]
            yield {**row, **said, **(mementos.get(id_) or _NO_MEMENTO)}


def documents_to_export(db: Database, chosen: Sequence[str] | None) -> Iterator[Row]:
    """Yield documents by id in their current version."""
    after, wanted = "", _as_list(chosen)
    sql = _DOCUMENTS.format(documents=_ALL_DOCUMENTS if chosen is None else _CHOSEN_DOCUMENTS)
    while found := db.rows(sql, {"after": after, "chosen": wanted}):
        yield from found
        after = found[-1]["document_id"]


def claim_rows(
    db: Database, documents: Sequence[str] | None, sources: Sequence[str] | None
) -> Iterator[Row]:
    """Yield rows of the view `claim_sources` for documents and for sources (both None: for all).

    Besides the view's columns: document_published, claim_start, claim_end. Those of one document
    come in its order. A row that a document and a source both ask for comes once.
    """
    chosen = set(documents or ())
    wanted = documents if documents is not None or sources is None else ()
    for document in documents_to_export(db, wanted):
        yield from db.rows(_CLAIM_ROWS.format(column="document_id"), (document["document_id"],))
    for source_id in sorted(set(sources or ())):
        rows = db.rows(_CLAIM_ROWS.format(column="source_id"), (source_id,))
        yield from (row for row in rows if row["document_id"] not in chosen)


def claims_to_export(db: Database, content_key: int) -> list[str]:
    """Return the ids of the claims of one content, in order."""
    return db.column("SELECT claim_id FROM claims WHERE content_key = ? ORDER BY ordinal", (content_key,))  # fmt: skip


def checks_of_sources(db: Database, source_ids: Sequence[str]) -> list[Row]:
    """Return the checks of sources in the order of time, as they are judged today."""
    return db.rows(_CHECKS, (_as_list(source_ids),))


def captures_to_name(db: Database, source_id: str) -> list[Row]:
    """Return a source's captures in the order of time (id, at, …), without those that were withdrawn."""
    return db.rows(_NAMED, (source_id,))


def warc_files(
    db: Database, documents: Sequence[str] | None, sources: Sequence[str] | None
) -> list[str]:
    """Return the names of the WARC files, below `warc/`, that hold the chosen documents and captures."""
    named: set[str] = set()
    for table, key, chosen in (
        ("captures", "source_id", sources),
        ("versions", "document_id", documents),
    ):
        if chosen is None:
            named |= set(db.column(f"SELECT DISTINCT warc_file FROM {table}"))  # noqa: S608
            continue
        sql = f"SELECT DISTINCT t.warc_file FROM json_each(?) w CROSS JOIN {table} t ON t.{key} = w.value"  # noqa: S608
        named |= set(db.column(sql, (_as_list(chosen),)))
    return sorted(named)


def latest_moment(db: Database) -> str | None:
    """Return when the last thing came into the store: a capture, or a version of a document."""
    found: str | None = db.value(
        "SELECT max(at) FROM (SELECT max(at) AS at FROM captures UNION SELECT max(at) FROM versions)"
    )
    return found


def first_published(db: Database, document_id: str) -> str | None:
    """Return the day on which a document was published, where it names one."""
    found: str | None = db.value(
        "SELECT k.published FROM documents d JOIN contents k ON k.content_key = d.content_key"
        " WHERE d.document_id = ?",
        (document_id,),
    )
    return found


def is_known(db: Database, what: str, id_: str) -> bool:
    """Tell whether the store has the "document" or the "source" with this id."""
    table = {"document": "documents", "source": "sources"}[what]
    return bool(db.value(f"SELECT 1 FROM {table} WHERE {what}_id = ?", (storable(id_),)))  # noqa: S608
