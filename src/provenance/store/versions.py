"""What the store keeps of a document's versions: read back as it was parsed, for comparing two of them."""

from collections import defaultdict

import msgspec
from msgspec import Struct

from provenance.model import Citation, Claim, Marker, Note, Source, SourceMap
from provenance.store.database import Database, Row

__all__ = ["StoredVersion", "count_versions", "read_version"]

_VERSION = """
SELECT v.document_id, v.seq, k.content_key, k.sha256, k.parser, k.title, k.text
FROM versions v JOIN contents k ON k.content_key = v.content_key
WHERE v.document_id = ? AND v.seq = ?
"""
_CLAIMS = """
SELECT claim_key, claim_id, start, "end", text, section FROM claims
WHERE content_key = ? ORDER BY ordinal
"""
_MARKERS = """
SELECT m.claim_key, m.label, m.start, m."end", n.note_id FROM claims c
JOIN markers m ON m.claim_key = c.claim_key LEFT JOIN notes n ON n.note_key = m.note_key
WHERE c.content_key = ? ORDER BY m.claim_key, m.ordinal
"""
_NOTES = """
SELECT note_key, note_id, list, label, start, "end", text FROM notes
WHERE content_key = ? ORDER BY ordinal
"""
_CITATIONS = """
SELECT i.note_key, i.citation_index, i.kind, i.start, i."end", i.raw, i.url, i.canonical_url,
  i.truncated, i.publisher, i.title, i.authors, i.date, i.access, i.access_url, i.archive_of,
  i.pages, i.accessed, i.isbn, i.archive_url, i.source_id
FROM notes n JOIN citations i ON i.note_key = n.note_key
WHERE n.content_key = ? ORDER BY i.note_key, i.citation_index
"""
_SOURCES = """
SELECT source_id AS id, "key", kind, url, canonical_url, host, truncated, publisher, title, date, access
FROM sources WHERE source_id IN (
  SELECT i.source_id FROM notes n JOIN citations i ON i.note_key = n.note_key WHERE n.content_key = ?)
ORDER BY source_id
"""


class StoredVersion(Struct, frozen=True):
    """One version of a document as the store has it.

    `version` counts from 1; `parser` is the version of the parser that read it. Of the citations
    there is what describes them; repairs, antecedents and recoveries are left out.
    """

    document_id: str
    version: int
    sha256: str
    parser: str
    title: str | None
    text: str
    claims: tuple[Claim, ...]
    notes: tuple[Note, ...]
    source_map: SourceMap


def count_versions(db: Database, document_id: str) -> int:
    """Return how many versions of a document there are; 0 where it is not known."""
    return int(db.value("SELECT count(*) FROM versions WHERE document_id = ?", (document_id,)))


def read_version(db: Database, document_id: str, version: int) -> StoredVersion | None:
    """Return one version of a document; None where there is no such."""
    row = db.first(_VERSION, (document_id, version))
    if row is None:
        return None
    key = row["content_key"]
    cited = defaultdict(list)
    source_ids = {}
    notes = db.rows(_NOTES, (key,))
    note_ids = {note["note_key"]: note["note_id"] for note in notes}
    for citation in db.rows(_CITATIONS, (key,)):
        note_key, source_id = citation.pop("note_key"), citation.pop("source_id")
        made = _citation_of(citation)
        cited[note_key].append(made)
        if source_id is not None:
            source_ids[note_ids[note_key], made.index] = source_id
    sources = [
        Source(**{**each, "truncated": bool(each["truncated"])})
        for each in db.rows(_SOURCES, (key,))
    ]
    return StoredVersion(
        document_id=row["document_id"],
        version=row["seq"],
        sha256=row["sha256"],
        parser=row["parser"],
        title=row["title"],
        text=row["text"],
        claims=_claims_of(db, key),
        notes=tuple(
            Note(note["note_id"], note["list"], note["label"], note["start"], note["end"], note["text"],
                 tuple(cited[note["note_key"]]))
            for note in notes
        ),
        source_map=SourceMap(tuple(sources), source_ids, ()),
    )  # fmt: skip


def _claims_of(db: Database, content_key: int) -> tuple[Claim, ...]:
    markers = defaultdict(list)
    for row in db.rows(_MARKERS, (content_key,)):
        markers[row["claim_key"]].append(
            Marker(row["label"], row["start"], row["end"], row["note_id"])
        )
    return tuple(
        Claim(row["claim_id"], row["start"], row["end"], row["text"],
              tuple(msgspec.json.decode(row["section"])), tuple(markers[row["claim_key"]]))
        for row in db.rows(_CLAIMS, (content_key,))
    )  # fmt: skip


def _citation_of(row: Row) -> Citation:
    authors = tuple(msgspec.json.decode(row.pop("authors")))
    index, truncated = row.pop("citation_index"), bool(row.pop("truncated"))
    return Citation(index=index, truncated=truncated, authors=authors, **row)
