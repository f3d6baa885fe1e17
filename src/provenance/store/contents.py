"""Write down what one content says: claims, notes, markers, citations, sources, mementos."""

from typing import Any

import msgspec

from provenance.formats.strangers import storable
from provenance.model import Parsed, SourceMap
from provenance.store import rows
from provenance.store.database import Database
from provenance.store.recoveries import resettle_content, restore_cut_sources
from provenance.store.rows import insert_sql

__all__ = ["put_content"]

# The first document's url stays. A source that was only known from a check (its key is
# empty) gets its description from the first document that cites it.
_PUT_SOURCE = insert_sql(
    "sources",
    rows.SOURCE_COLUMNS,
    "(source_id) DO UPDATE SET "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in rows.SOURCE_COLUMNS[1:])
    + " WHERE sources.\"key\" = ''",
)
_PUT_CONTENT = insert_sql(
    "contents",
    rows.CONTENT_COLUMNS,
    "(sha256) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in rows.CONTENT_COLUMNS[2:]),
)
_DROP_ORPHANS = """
DELETE FROM sources WHERE source_id IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM citations i WHERE i.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM cited_mementos m WHERE m.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM checks k WHERE k.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM memento_lookups l WHERE l.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM submissions u WHERE u.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.source_id = sources.source_id)
"""


def put_content(db: Database, parsed: Parsed, sources: SourceMap, *, parser: str) -> int:
    """Write a content's rows and return its key; the caller holds the transaction.

    The same content read by the same parser is left untouched, by another parser
    written anew.
    """
    sha256 = parsed.document.sha256
    known = db.first("SELECT content_key, parser FROM contents WHERE sha256 = ?", (sha256,))
    restore_cut_sources(db, [source.id for source in sources.sources])
    db.executemany(_PUT_SOURCE, map(rows.source_row, sources.sources))
    if known and known["parser"] == parser:
        resettle_content(db, sha256)
        return int(known["content_key"])
    before = _forget_reading(db, known["content_key"]) if known else set()
    key = known["content_key"] if known else _next_key(db, "contents", "content_key")
    db.execute(_PUT_CONTENT, rows.content_row(key, parsed, parser))
    _put_reading(db, key, parsed, sources)
    gone = sorted(before - {source.id for source in sources.sources})
    db.execute(_DROP_ORPHANS, (msgspec.json.encode(gone).decode(),))
    resettle_content(db, sha256)
    return int(key)


def _next_key(db: Database, table: str, key: str) -> int:
    """Return the first free key; safe since only one process writes at a time."""
    return int(db.value(f"SELECT coalesce(max({key}), 0) + 1 FROM {table}"))  # noqa: S608


def _forget_reading(db: Database, content_key: int) -> set[str]:
    """Delete what an earlier parser read, and return the sources that it had found."""
    found = db.column(
        "SELECT DISTINCT i.source_id FROM citations i JOIN notes n ON n.note_key = i.note_key"
        " WHERE n.content_key = ?1 AND i.source_id IS NOT NULL"
        " UNION SELECT source_id FROM cited_mementos WHERE content_key = ?1",
        (content_key,),
    )
    for table in ("claims", "notes", "cited_mementos"):
        db.execute(f"DELETE FROM {table} WHERE content_key = ?", (content_key,))  # noqa: S608
    return set(found)


def _put_reading(db: Database, content_key: int, parsed: Parsed, sources: SourceMap) -> None:
    first_note = _next_key(db, "notes", "note_key")
    note_keys = {note.id: first_note + index for index, note in enumerate(parsed.notes)}
    first_claim = _next_key(db, "claims", "claim_key")

    def put(table: str, columns: tuple[str, ...], made: Any) -> None:
        db.executemany(insert_sql(table, columns), made)

    put("notes", rows.NOTE_COLUMNS, (
        rows.note_row(first_note + index, content_key, index, note)
        for index, note in enumerate(parsed.notes)
    ))  # fmt: skip
    put("citations", rows.CITATION_COLUMNS, (
        rows.citation_row(
            note_keys[note.id], citation, sources.source_ids.get((note.id, citation.index))
        )
        for note in parsed.notes for citation in note.citations
    ))  # fmt: skip
    put("claims", rows.CLAIM_COLUMNS, (
        rows.claim_row(first_claim + index, content_key, index, claim)
        for index, claim in enumerate(parsed.claims)
    ))  # fmt: skip
    put("markers", rows.MARKER_COLUMNS, (
        row for index, claim in enumerate(parsed.claims)
        for row in rows.marker_rows(first_claim + index, claim, note_keys)
    ))  # fmt: skip
    _put_mementos(db, content_key, sources)


def _put_mementos(db: Database, content_key: int, sources: SourceMap) -> None:
    columns = ("content_key", "source_id", "archive", "uri_m", "at")
    db.executemany(
        insert_sql("cited_mementos", columns, "DO NOTHING"),
        (
            (
                content_key,
                memento.source_id,
                storable(memento.archive),
                storable(memento.uri_m),
                rows.time_text(memento.at) if memento.at else None,
            )
            for memento in sources.mementos
        ),
    )
