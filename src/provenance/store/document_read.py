"""What one version of a document says, as the Document page needs it: light rows, each by an index."""

from provenance.formats.strangers import storable
from provenance.store.database import Database, Row

__all__ = ["find_claim_place", "find_version", "list_versions", "read_claims", "read_notes"]

_VERSION = """
SELECT d.document_id AS id, v.seq AS version, d.seq AS current_version, k.content_key, k.title,
  k.authors, k.published, k.data_cutoff, coalesce(k.origin_url, v.origin_url) AS origin_url,
  k.language, k.format, k.sha256, v.path, v.at, k.text
FROM documents d
JOIN versions v ON v.document_id = d.document_id AND v.seq = coalesce(?2, d.seq)
JOIN contents k ON k.content_key = v.content_key
WHERE d.document_id = ?1
"""
_VERSIONS = """
SELECT v.seq AS version, v.at, k.sha256, v.size_bytes, v.path, v.origin_url
FROM versions v JOIN contents k ON k.content_key = v.content_key
WHERE v.document_id = ? ORDER BY v.seq
"""
# One row a marker; a claim without any has one row with an empty label.
_CLAIMS = """
SELECT c.claim_key, c.claim_id, c.start, c."end", c.section, m.label, m.start AS marker_start,
  m."end" AS marker_end, n.note_id
FROM claims c
LEFT JOIN markers m ON m.claim_key = c.claim_key
LEFT JOIN notes n ON n.note_key = m.note_key
WHERE c.content_key = ? ORDER BY c.ordinal, m.ordinal
"""
# One row a citation; a note without any has one row with an empty index.
_NOTES = """
SELECT n.note_id, n.list, n.label, n.start, n."end", i.citation_index, i.kind,
  i.start AS citation_start, i."end" AS citation_end, i.url, i.canonical_url, i.source_id, t.state
FROM notes n
LEFT JOIN citations i ON i.note_key = n.note_key
LEFT JOIN states t ON t.source_id = i.source_id
WHERE n.content_key = ? ORDER BY n.ordinal, i.citation_index
"""

# Where a claim stands: in a document's current version before an earlier one.
_PLACE = """
SELECT v.document_id, v.seq AS version, d.seq = v.seq AS is_current
FROM claims c
JOIN versions v ON v.content_key = c.content_key
JOIN documents d ON d.document_id = v.document_id
WHERE c.claim_id = ? ORDER BY is_current DESC, v.document_id, v.seq DESC LIMIT 1
"""


def find_claim_place(db: Database, claim_id: str) -> Row | None:
    """Return in which version of which document a claim stands: document_id, version, is_current."""
    return db.first(_PLACE, (storable(claim_id),))


def find_version(db: Database, document_id: str, version: int | None) -> Row | None:
    """Return one version of a document, the current one for None; None where there is no such.

    Columns: id, version, current_version, content_key, title, authors (JSON), published,
    data_cutoff, origin_url, language, format, sha256, path, at, text.
    """
    return db.first(_VERSION, (storable(document_id), version))


def list_versions(db: Database, document_id: str) -> list[Row]:
    """Return the versions of a document in the order in which they came.

    Columns: version, at, sha256, size_bytes, path, origin_url.
    """
    return db.rows(_VERSIONS, (document_id,))


def read_claims(db: Database, content_key: int) -> list[Row]:
    """Return a content's claims in order, a row for each of their markers."""
    return db.rows(_CLAIMS, (content_key,))


def read_notes(db: Database, content_key: int) -> list[Row]:
    """Return a content's notes in order, a row for each of their citations, with its source's state."""
    return db.rows(_NOTES, (content_key,))
