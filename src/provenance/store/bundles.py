"""What goes into a package for other people: questions that `export` asks, page by page."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from provenance.store.database import Database, Row

__all__ = [
    "attachments_chosen",
    "captures_chosen",
    "copies_chosen",
    "documents_chosen",
    "holders_of_payloads",
    "read_withdrawals",
    "sources_chosen",
    "sources_of_documents",
]

# So many rows are held at once.
_PAGE = 500

# `:chosen` is a JSON array of source ids, or NULL for all of them
_IS_CHOSEN = "(:chosen IS NULL OR {of}.source_id IN (SELECT value FROM json_each(:chosen)))"

_CAPTURES = f"""
SELECT c.capture_id, c.source_id, c.at, c.url, c.final_url, c.status, c.media_type,
  c.warc_file, c.warc_offset, c.warc_length, c.payload_sha256, c.payload_bytes, c.truncated,
  (SELECT json_extract(k.facts, '$.hops') FROM checks k
   WHERE k.capture_id = c.capture_id ORDER BY k.check_id LIMIT 1) AS hops,
  x.title, x.language, x.text_sha256,
  x.warc_file AS text_file, x.warc_offset AS text_offset,
  h.warc_file AS held_file, h.warc_offset AS held_offset, h.capture_id AS held_by
FROM captures c
LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256
LEFT JOIN captures h ON h.capture_id = c.revisit_of
WHERE c.capture_id > :after AND {_IS_CHOSEN.format(of="c")}
ORDER BY c.capture_id LIMIT {_PAGE}
"""  # noqa: S608 - put together from constants

_ATTACHMENTS = f"""
SELECT a.*, x.text_sha256, x.warc_file AS text_file, x.warc_offset AS text_offset
FROM attachments a LEFT JOIN texts x ON x.payload_sha256 = a.text_payload
WHERE a.attachment_id > :after AND {_IS_CHOSEN.format(of="a")}
ORDER BY a.attachment_id LIMIT {_PAGE}
"""  # noqa: S608

_COPIES = f"""
SELECT m.source_id || ' ' || m.archive AS row_id, m.source_id, m.archive, m.at, m.url, m.uri_m,
  m.memento_at, m.media_type, m.payload_sha256, m.warc_file, m.warc_offset,
  x.text_sha256, x.warc_file AS text_file, x.warc_offset AS text_offset
FROM memento_lookups m LEFT JOIN texts x ON x.payload_sha256 = m.payload_sha256
WHERE m.warc_file IS NOT NULL AND m.source_id || ' ' || m.archive > :after
  AND {_IS_CHOSEN.format(of="m")}
ORDER BY m.source_id || ' ' || m.archive LIMIT {_PAGE}
"""  # noqa: S608

_SOURCES = f"""
SELECT s.source_id, s.kind, s.url, s.canonical_url, s.publisher, s.title, s.date, s.access
FROM sources s WHERE s.source_id > :after AND {_IS_CHOSEN.format(of="s")}
ORDER BY s.source_id LIMIT {_PAGE}
"""  # noqa: S608

# the current version of chosen documents, every version where all is chosen
_DOCUMENTS = f"""
SELECT v.document_id || ' ' || printf('%08d', v.seq) AS row_id, v.document_id, v.seq, v.at,
  k.sha256, k.title, k.published, k.origin_url, v.warc_file, v.warc_offset
FROM versions v JOIN contents k ON k.content_key = v.content_key
JOIN documents d ON d.document_id = v.document_id
WHERE v.document_id || ' ' || printf('%08d', v.seq) > :after
  AND (:chosen IS NULL OR (
    v.seq = d.seq AND v.document_id IN (SELECT value FROM json_each(:chosen))))
ORDER BY v.document_id || ' ' || printf('%08d', v.seq) LIMIT {_PAGE}
"""  # noqa: S608


def _as_list(chosen: Sequence[str] | None) -> str | None:
    return None if chosen is None else msgspec.json.encode(sorted(set(chosen))).decode()


def _pages(db: Database, sql: str, chosen: Sequence[str] | None, key: str) -> Iterator[Row]:
    after, wanted = "", _as_list(chosen)
    while found := db.rows(sql, {"after": after, "chosen": wanted}):
        yield from found
        after = found[-1][key]


def sources_of_documents(db: Database, document_ids: Sequence[str]) -> list[str]:
    """Return the sources that the current versions of these documents cite."""
    return db.column(
        """
        SELECT DISTINCT i.source_id FROM json_each(?) wanted
        JOIN documents d ON d.document_id = wanted.value
        JOIN notes n ON n.content_key = d.content_key
        JOIN citations i ON i.note_key = n.note_key
        WHERE i.source_id IS NOT NULL ORDER BY i.source_id
        """,
        (_as_list(document_ids),),
    )


def captures_chosen(db: Database, source_ids: Sequence[str] | None) -> Iterator[Row]:
    """Yield the captures of sources (None: of all) by id, with their text, hops and body's holder.

    `hops` is a JSON array of the exchanges that the look took, NULL where none is known.
    """
    return _pages(db, _CAPTURES, source_ids, "capture_id")


def attachments_chosen(db: Database, source_ids: Sequence[str] | None) -> Iterator[Row]:
    """Yield what people brought for sources, by id."""
    return _pages(db, _ATTACHMENTS, source_ids, "attachment_id")


def copies_chosen(db: Database, source_ids: Sequence[str] | None) -> Iterator[Row]:
    """Yield the copies of others' archives that ours holds."""
    return _pages(db, _COPIES, source_ids, "row_id")


def sources_chosen(db: Database, source_ids: Sequence[str] | None) -> Iterator[Row]:
    """Yield sources by id."""
    return _pages(db, _SOURCES, source_ids, "source_id")


def documents_chosen(db: Database, document_ids: Sequence[str] | None) -> Iterator[Row]:
    """Yield the current versions of documents, or every version of all, with their records."""
    return _pages(db, _DOCUMENTS, document_ids, "row_id")


def holders_of_payloads(db: Database, payload_sha256: str) -> list[Row]:
    """Return the captures whose own records hold this payload, the earliest first."""
    return db.rows(
        "SELECT warc_file, warc_offset FROM captures"
        " WHERE payload_sha256 = ? AND revisit_of IS NULL ORDER BY at, capture_id",
        (payload_sha256,),
    )


def read_withdrawals(db: Database) -> list[Row]:
    """Return every tombstone; `captures`, `attachments` and `places` as lists."""
    found = db.rows("SELECT * FROM withdrawals ORDER BY withdrawal_id")
    listed = ("captures", "attachments", "places")
    return [{**row, **{name: _decoded(row[name]) for name in listed}} for row in found]


def _decoded(text: str) -> Any:
    return msgspec.json.decode(text)
