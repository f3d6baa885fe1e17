"""Which document is this? Decided once, before the journal line is written."""

from provenance.formats.ids import make_id
from provenance.store.database import Database

__all__ = ["current_sha256", "is_current_version", "is_document", "resolve_document_id"]

# In the order of trust; each counts only where exactly one document fits.
_SIGNS = (
    # a path where the current content was seen; one that the document left is free for another
    """SELECT DISTINCT d.document_id FROM versions v JOIN documents d
      ON d.document_id = v.document_id AND d.content_key = v.content_key
    WHERE v.path = ? LIMIT 2""",
    "SELECT document_id FROM documents WHERE origin_url = ? LIMIT 2",
    """SELECT d.document_id FROM contents k JOIN documents d ON d.content_key = k.content_key
    WHERE k.sha256 = ? LIMIT 2""",
)


def resolve_document_id(
    db: Database, *, path: str | None, origin_url: str | None, sha256: str, explicit: str | None
) -> tuple[str, bool]:
    """Return the id of the document that these bytes are a version of, and whether it is known.

    What a person says comes first (`explicit`), then the same path, the same
    `origin_url`, the same content. Where none of these names exactly one document, it
    is a new one, with an id made of what it is known by.
    """
    if explicit is not None:
        return explicit, is_document(db, explicit)
    for sql, sign in zip(_SIGNS, (path, origin_url, sha256), strict=True):
        fits = db.column(sql, (sign,)) if sign is not None else []
        if len(fits) == 1:
            return fits[0], True
    made = make_id("document", origin_url or path or sha256)
    if is_document(db, made):
        # That document has moved on since (another path, another origin): not this one.
        made = make_id("document", origin_url or path or sha256, sha256)
    return made, is_document(db, made)


def is_current_version(db: Database, document_id: str, *, path: str | None, sha256: str) -> bool:
    """Tell whether this content is the document's current one and was seen at this path: no line is needed."""
    return bool(
        db.value(
            "SELECT 1 FROM documents d JOIN contents k ON k.content_key = d.content_key"
            " JOIN versions v ON v.document_id = d.document_id AND v.content_key = d.content_key"
            " WHERE d.document_id = ? AND v.path IS ? AND k.sha256 = ?",
            (document_id, path, sha256),
        )
    )


def current_sha256(db: Database, document_id: str) -> str | None:
    """Return the digest of a document's current content, or None where it is not known."""
    found: str | None = db.value(
        "SELECT k.sha256 FROM documents d JOIN contents k ON k.content_key = d.content_key"
        " WHERE d.document_id = ?",
        (document_id,),
    )
    return found


def is_document(db: Database, document_id: str) -> bool:
    """Tell whether a document has this id."""
    return bool(db.value("SELECT 1 FROM documents WHERE document_id = ?", (document_id,)))
