"""What was decided about cut addresses: rows, and what citations point to because of it.

A decision changes four columns of a citation (`kind`, `url`, `canonical_url`,
`truncated`) and the source of it and of its short forms. `raw` stays as written.
The line itself is kept, so that a content which is read by another parser is settled
again; a line about something else than what the parser now reads is passed over.
"""

from collections.abc import Collection
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from provenance.formats.strangers import storable
from provenance.model import Recovery, RecoveryLine
from provenance.store import rows
from provenance.store.database import Database
from provenance.store.rows import insert_sql, json_text, time_text

__all__ = [
    "KnownAddress",
    "apply_recovery",
    "find_known_addresses",
    "read_recoveries",
    "read_recovery",
    "resettle_content",
    "restore_cut_sources",
    "settled_sources",
]

_COLUMNS = (
    "sha256", "note_id", "citation_index", "at", "decision", "rule", "reason", "cut", "url",
    "canonical_url", "source_id", "cut_source_id", "warc_file", "warc_offset", "warc_length",
    "line",
)  # fmt: skip
_PUT = insert_sql(
    "recoveries",
    _COLUMNS,
    "(sha256, note_id, citation_index) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[3:]),
)
# A source that only a recovery names is described by the first document that cites it, whenever
# that is applied: until then its key is empty, as with one that only a check names.
_PUT_SOURCE = insert_sql(
    "sources",
    rows.SOURCE_COLUMNS,
    "(source_id) DO UPDATE SET "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in rows.SOURCE_COLUMNS[1:])
    + " WHERE sources.\"key\" = '' AND sources.canonical_url IS NULL",
)
_PUT_CUT_SOURCE = insert_sql(
    "sources",
    rows.SOURCE_COLUMNS,
    "(source_id) DO UPDATE SET "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in rows.SOURCE_COLUMNS[1:])
    + " WHERE sources.\"key\" = ''",
)
_UNCITED = """
source_id IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM citations i WHERE i.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM cited_mementos m WHERE m.source_id = sources.source_id)
"""
_DROP_UNCITED = f"""
DELETE FROM sources WHERE {_UNCITED}
  AND NOT EXISTS (SELECT 1 FROM checks k WHERE k.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM memento_lookups l WHERE l.source_id = sources.source_id)
  AND NOT EXISTS (SELECT 1 FROM submissions u WHERE u.source_id = sources.source_id)
"""  # noqa: S608
_BARE_UNCITED = f"""
UPDATE sources SET "key" = '', kind = 'web', canonical_url = NULL, host = NULL, truncated = 0,
  publisher = NULL, title = NULL, date = NULL, access = 'open',
  url = (SELECT k.url FROM checks k WHERE k.source_id = sources.source_id
    ORDER BY k.at, k.check_id LIMIT 1)
WHERE {_UNCITED}
"""  # noqa: S608
_SETTLE = """
UPDATE citations SET kind = ?, url = ?, canonical_url = ?, truncated = ?, source_id = ?
WHERE citation_index = ? AND note_key = (
  SELECT n.note_key FROM notes n JOIN contents k ON k.content_key = n.content_key
  WHERE k.sha256 = ? AND n.note_id = ?)
"""
_SETTLE_SHORT_FORM = """
UPDATE citations SET source_id = ?
WHERE citation_index = ? AND antecedent_label IS NOT NULL AND note_key = (
  SELECT n.note_key FROM notes n JOIN contents k ON k.content_key = n.content_key
  WHERE k.sha256 = ? AND n.note_id = ?)
"""
_KNOWN = """
SELECT DISTINCT i.url, d.document_id, k.published
FROM contents k
JOIN documents d ON d.content_key = k.content_key
JOIN notes n ON n.content_key = k.content_key
JOIN citations i ON i.note_key = n.note_key
WHERE substr(k.published, 1, 7) = ? AND d.document_id <> ? AND i.kind = 'web'
  AND i.truncated = 0 AND i.url IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM recoveries r WHERE r.sha256 = k.sha256
    AND r.note_id = n.note_id AND r.citation_index = i.citation_index AND r.decision = 'adopted')
ORDER BY i.url, k.published, d.document_id
"""


_Settled = tuple[str, str | None, str | None, int, str | None]


class KnownAddress(NamedTuple):
    """A whole address, a document that cites it, and the day on which that was published."""

    url: str
    document_id: str
    published: str


def apply_recovery(db: Database, line: RecoveryLine) -> set[str]:
    """Write a line down and settle its citation; return the sources whose states it touches."""
    known = db.first(
        "SELECT source_id, url FROM recoveries"
        " WHERE sha256 = ? AND note_id = ? AND citation_index = ?",
        (line.sha256, line.note_id, line.index),
    )
    db.execute(_PUT, _row_of(line))
    if _still_reads_so(db, line, known["url"] if known else None):
        _settle(db, line)
    named = (line.source, line.was.source)
    touched = {source.id for source in named if source} | {known["source_id"] if known else None}
    return _release(db, touched - {None})


def _row_of(line: RecoveryLine) -> tuple[object, ...]:
    said, place = line.recovery, line.warc
    return (
        line.sha256, line.note_id, line.index, time_text(line.at), said.decision, said.rule,
        storable(said.reason), storable(said.cut), said.url and storable(said.url),
        line.source.canonical_url if line.source else None,
        line.source.id if line.source else None, line.was.source.id if line.was.source else None,
        place.file if place else None, place.offset if place else None,
        place.length if place else None, rows.json_text(line),
    )  # fmt: skip


def _settle(db: Database, line: RecoveryLine) -> None:
    """Let a citation and its short forms point to what was decided, or to what they did before."""
    was, source = line.was, line.source
    if source is not None:
        db.execute(_PUT_SOURCE, rows.source_row(replace(source, key="")))
        settled: _Settled = ("web", line.recovery.url, source.canonical_url, 0, source.id)
    else:
        if was.source is not None:
            db.execute(_PUT_CUT_SOURCE, rows.source_row(was.source))
        source_id = was.source.id if was.source else None
        settled = (was.kind, was.url, was.canonical_url, int(was.truncated), source_id)
    db.execute(_SETTLE, (*settled, line.index, line.sha256, line.note_id))
    for note_id, index in line.also:
        db.execute(_SETTLE_SHORT_FORM, (settled[4], index, line.sha256, note_id))


def _release(db: Database, source_ids: Collection[str | None]) -> set[str]:
    """Give up the descriptions of sources that nothing cites any more; return those that stay.

    One that was looked at stays as bare as a check alone makes it: in a rebuild the
    checks come after the recoveries.
    """
    wanted = json_text(sorted(filter(None, source_ids)))
    db.execute(_DROP_UNCITED, (wanted,))
    db.execute(_BARE_UNCITED, (wanted,))
    return set(
        db.column(
            "SELECT source_id FROM sources WHERE source_id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
    )


def resettle_content(db: Database, sha256: str) -> None:
    """Settle again what was decided about a content that was written (anew)."""
    lines = _lines(db, sha256)
    for line in lines:
        if line.source is not None and _still_reads_so(db, line):
            _settle(db, line)
    _release(db, {line.was.source.id for line in lines if line.was.source})


def read_recovery(db: Database, note_key: int, index: int) -> Recovery | None:
    """Return what was decided about one citation of the store, or None."""
    line = db.value(
        "SELECT r.line FROM notes n JOIN contents k ON k.content_key = n.content_key"
        " JOIN recoveries r ON r.sha256 = k.sha256 AND r.note_id = n.note_id"
        " WHERE n.note_key = ? AND r.citation_index = ?",
        (note_key, index),
    )
    return msgspec.json.decode(line, type=RecoveryLine).recovery if line else None


def settled_sources(db: Database, sha256: str) -> set[str]:
    """Return the sources that citations of a content point to because of a decision."""
    return set(
        db.column(
            "SELECT s.source_id FROM recoveries r JOIN sources s ON s.source_id = r.source_id"
            " WHERE r.sha256 = ?",
            (sha256,),
        )
    )


def restore_cut_sources(db: Database, source_ids: Collection[str]) -> None:
    """Put back the sources of cut addresses that were given up and are cited again.

    As the first document described them: a rebuild, where all documents come before all
    recoveries, keeps that description.
    """
    found = db.rows(
        "SELECT cut_source_id, line, min(at) FROM recoveries"
        " WHERE cut_source_id IN (SELECT value FROM json_each(?)) GROUP BY cut_source_id",
        (json_text(sorted(source_ids)),),
    )
    for row in found:
        was = msgspec.json.decode(row["line"], type=RecoveryLine).was
        if was.source is not None:
            db.execute(_PUT_CUT_SOURCE, rows.source_row(was.source))


def _still_reads_so(db: Database, line: RecoveryLine, recovered: str | None = None) -> bool:
    """Tell whether the citation is the one that was meant: as parsed, or as `recovered` before."""
    return bool(
        db.value(
            "SELECT 1 FROM citations i JOIN notes n ON n.note_key = i.note_key"
            " JOIN contents k ON k.content_key = n.content_key WHERE k.sha256 = ?"
            " AND n.note_id = ? AND i.citation_index = ? AND i.raw = ?"
            " AND (i.url IS ? OR i.url = ?)",
            (
                line.sha256,
                line.note_id,
                line.index,
                *map(storable, (line.was.raw,)),
                line.was.url and storable(line.was.url),
                recovered,
            ),
        )
    )


def _lines(db: Database, sha256: str) -> list[RecoveryLine]:
    found = db.column(
        "SELECT line FROM recoveries WHERE sha256 = ? ORDER BY note_id, citation_index", (sha256,)
    )
    return [msgspec.json.decode(line, type=RecoveryLine) for line in found]


def read_recoveries(db: Database, sha256: str) -> dict[tuple[str, int], RecoveryLine]:
    """Return what was decided about a content's citations, by note id and index."""
    return {(line.note_id, line.index): line for line in _lines(db, sha256)}


def find_known_addresses(db: Database, month: str, document_id: str) -> list[KnownAddress]:
    """Return the whole addresses that other documents published in a month (`2023-12`) cite.

    Those that were themselves recovered are left out: a guess must not prove another.
    """
    found = db.rows(_KNOWN, (month, document_id))
    return [KnownAddress(**row) for row in found]
