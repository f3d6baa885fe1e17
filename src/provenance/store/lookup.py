"""Find the claims that a researcher asks for, and what hangs on them: questions of `trace`."""

from collections.abc import Sequence

from msgspec import Struct

from provenance.formats.strangers import storable
from provenance.formats.url import canonical_url, parse_address
from provenance.store.database import Database, Row
from provenance.store.matching import match_expression

__all__ = [
    "FoundClaim",
    "claims_by_id",
    "claims_by_label",
    "claims_by_source",
    "claims_by_text",
    "claims_by_url",
    "documents_named",
    "read_citations",
    "read_evidence",
    "read_mementos",
    "sources_by_url",
]

_COLUMNS = """
SELECT DISTINCT c.claim_key, c.claim_id, c.text, c.start, c."end",
  d.document_id, d.path, k.title, k.published
"""
_OF_CURRENT = """
FROM claims c
JOIN contents k ON k.content_key = c.content_key
JOIN documents d ON d.content_key = c.content_key
"""
_IN_ORDER = " ORDER BY k.published DESC, d.document_id, c.ordinal"

_EVIDENCE = """
SELECT e.verdict, e.score, e.capture_id, e.attachment_id, e.uri_m, e.exact, e.prefix, e.suffix,
  e.start, e."end", e.method, e.reason
FROM evidence e WHERE e.claim_key = ?1 AND e.source_id = ?2
ORDER BY e.exact IS NOT NULL DESC,
  e.capture_id IS NOT NULL AND e.capture_id IS (
    SELECT h.capture_id FROM captures h
    WHERE h.source_id = ?2 AND h.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)
    ORDER BY CASE WHEN julianday(?3) IS NULL THEN -julianday(h.at)
      ELSE abs(julianday(h.at) - julianday(?3)) END, h.at, h.capture_id LIMIT 1) DESC,
  e.capture_id IS NOT NULL DESC, e.score DESC, e.evidence_id
"""
# How a document may be named, the surest first: the first way that fits anything counts.
_DOCUMENT_NAMES = (
    "SELECT document_id FROM documents WHERE document_id = ?1",
    "SELECT document_id FROM documents WHERE path = ?1",
    "SELECT document_id FROM documents WHERE substr(path, -length(?1) - 1) = '/' || ?1",
    """SELECT d.document_id FROM documents d JOIN contents k ON k.content_key = d.content_key
    WHERE lower(k.title) = lower(?1)""",
    """SELECT document_id FROM documents WHERE length(?1) >= 4
    AND ?1 IN (substr(document_id, 1, length(?1)), substr(document_id, 10, length(?1)))""",
)


class FoundClaim(Struct, frozen=True):
    """A claim and the document that it stands in; `key` is the store's own and for its use only."""

    key: int
    id: str
    text: str
    start: int
    end: int
    document_id: str
    path: str | None
    title: str | None
    published: str | None


def _found(rows: list[Row]) -> list[FoundClaim]:
    return [
        FoundClaim(
            key=row["claim_key"],
            id=row["claim_id"],
            text=row["text"],
            start=row["start"],
            end=row["end"],
            document_id=row["document_id"],
            path=row["path"],
            title=row["title"],
            published=row["published"],
        )
        for row in rows
    ]


def claims_by_id(db: Database, claim_id: str) -> list[FoundClaim]:
    """Return the claim with this id, once for each document; also one of an earlier version."""
    where = " WHERE c.claim_id = ?" + _IN_ORDER
    current = db.rows(_COLUMNS + _OF_CURRENT + where, (claim_id,))
    if current:
        return _found(current)
    once = _OF_CURRENT.replace("JOIN documents d", "JOIN versions d")
    return _found(db.rows(_COLUMNS + once + where, (claim_id,)))


def claims_by_label(db: Database, document: str, label: str) -> list[FoundClaim]:
    """Return the claims of a document that carry the marker `[label]`, in order.

    `document` is an id or how one begins, a path or how one ends (whole names), or a
    title.
    """
    found: list[FoundClaim] = []
    for document_id in documents_named(db, document):
        sql = (
            f"{_COLUMNS}{_OF_CURRENT} JOIN markers m ON m.claim_key = c.claim_key"
            f" WHERE d.document_id = ? AND m.label = ?{_IN_ORDER}"
        )
        found += _found(db.rows(sql, (document_id, storable(label))))
    return found


def documents_named(db: Database, name: str) -> list[str]:
    """Return the documents that a person may mean by `name`, by the first reading that fits one."""
    for sql in _DOCUMENT_NAMES:
        if ids := db.column(sql, (storable(name),)):
            return sorted(ids)
    return []


def claims_by_source(db: Database, source_ids: list[str], limit: int) -> list[FoundClaim]:
    """Return the claims that cite any of these sources, the latest published document first."""
    marks = ", ".join("?" * len(source_ids))
    sql = (
        f"{_COLUMNS} FROM citations i"
        " JOIN markers m ON m.note_key = i.note_key JOIN claims c ON c.claim_key = m.claim_key"
        " JOIN contents k ON k.content_key = c.content_key"
        " JOIN documents d ON d.content_key = c.content_key"
        f" WHERE i.source_id IN ({marks}){_IN_ORDER} LIMIT ?"
    )
    return _found(db.rows(sql, (*source_ids, limit)))


def claims_by_url(db: Database, written: str, urls: Sequence[str], limit: int) -> list[FoundClaim]:
    """Return the claims that cite one of these URLs: see `sources_by_url`."""
    source_ids = sources_by_url(db, written, urls)
    return claims_by_source(db, source_ids, limit) if source_ids else []


def sources_by_url(db: Database, written: str, urls: Sequence[str]) -> list[str]:
    """Return the sources that are cited under one of these URLs, in any spelling, or as a memento.

    `written` is what was typed, which may stand so in a note; `urls` is what it means.
    """
    written = storable(written.strip())
    spellings = {written, canonical_url(written)}
    if "://" not in written and parse_address(f"https://{written}"):
        spellings.add(canonical_url(f"https://{written}"))
    for url in map(storable, urls):
        spellings |= {url, canonical_url(url)}
    # people type a slash at the end or leave it off; where both are cited, both are meant
    spellings |= {spelling.rstrip("/") for spelling in spellings}
    spellings |= {f"{spelling}/" for spelling in spellings if "?" not in spelling}
    marks = ", ".join("?" * len(spellings))
    return db.column(
        f"SELECT source_id FROM sources WHERE canonical_url IN ({marks})"  # noqa: S608
        f" UNION SELECT source_id FROM cited_mementos WHERE uri_m IN ({marks})"
        " UNION SELECT source_id FROM citations"
        " WHERE raw IN (?, ?) AND raw <> coalesce(url, '') AND source_id IS NOT NULL",
        # "site dot org": web pages hold no-break spaces there, what is typed has plain ones
        (*sorted(spellings), *sorted(spellings), written, written.replace(" ", "\u00a0")),
    )


def claims_by_text(db: Database, text: str, limit: int) -> list[FoundClaim]:
    """Return the claims that read like `text`.

    Those that say exactly this (but for line breaks), else those that hold its words in
    this order, else those that hold all its words, the best first.
    """
    # By rank alone: FTS5 hands out its best rows first then, and the rest is never looked up.
    matching = (
        f"{_COLUMNS.replace('DISTINCT ', '')} FROM claims_fts JOIN claims c ON c.claim_key = claims_fts.rowid"
        " JOIN contents k ON k.content_key = c.content_key"
        " JOIN documents d ON d.content_key = c.content_key"
        " WHERE claims_fts MATCH ? ORDER BY claims_fts.rank LIMIT ?"
    )
    for is_phrase in (True, False):
        expression = match_expression(text, phrase=is_phrase)
        if not expression:
            return []
        found = _found(db.rows(matching, (expression, limit)))
        if found:
            wanted = _on_one_line(storable(text))
            exact = [claim for claim in found if _on_one_line(claim.text) == wanted]
            return exact or found
    return []


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def read_citations(db: Database, claim: FoundClaim) -> list[Row]:
    """Return the citations behind a claim in the order of markers, with their source's state."""
    return db.rows(
        """
        SELECT m.label, i.note_key, i.citation_index, i.kind, i.raw, i.url, i.canonical_url, i.access,
          i.publisher, i.title, i.date, i.source_id, t.state, t.reason
        FROM markers m
        JOIN citations i ON i.note_key = m.note_key
        LEFT JOIN states t ON t.source_id = i.source_id
        WHERE m.claim_key = ? AND m.repeats_note = 0
        ORDER BY m.ordinal, i.citation_index
        """,
        (claim.key,),
    )


def read_mementos(db: Database, source_id: str) -> list[Row]:
    """Return the copies of a source in others' archives: those linked to in notes, those found.

    Each address comes once, in the order of time.
    """
    found = db.rows(
        "SELECT archive, uri_m, at, 0 AS is_found FROM cited_mementos WHERE source_id = ?1"
        " UNION SELECT archive, uri_m, memento_at, 1 FROM memento_lookups"
        " WHERE source_id = ?1 AND outcome = 'found' ORDER BY is_found, at, uri_m",
        (source_id,),
    )
    once = {row["uri_m"]: {name: row[name] for name in ("archive", "uri_m", "at")} for row in found}
    return sorted(once.values(), key=lambda row: (row["at"] or "", row["uri_m"]))


def read_evidence(db: Database, claim: FoundClaim, source_id: str) -> list[Row]:
    """Return what was found for a claim in a source's copies, in the order in which it counts.

    As in the view `claim_sources`: what has a passage; of that the capture nearest to the
    document's day, other captures, copies that people brought and other archives'.
    """
    return db.rows(_EVIDENCE, (claim.key, source_id, claim.published))
