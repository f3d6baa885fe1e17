"""The passages of one text that claims lean on: a person's word first, else what a method found."""

from provenance.store.database import Database, Row

__all__ = ["passages_in_payload"]

# What a person said of a claim and these bytes stands in place of what was found there for it;
# a rejected passage is one that nothing leans on.
_SAID = """reviews r WHERE r.source_id = ?1 AND r.payload_sha256 = ?2 AND r.overruled_by IS NULL
    AND r.decision <> 'undone'"""
_PASSAGES = f"""
SELECT c.claim_id, c.text AS claim_text, d.document_id, k.title, k.published, d.path,
  x.exact, x.prefix, x.suffix, x.start, x."end"
FROM (
  SELECT e.claim_key, e.exact, e.prefix, e.suffix, e.start, e."end", max(coalesce(e.score, 0.0))
  FROM captures p JOIN evidence e ON e.capture_id = p.capture_id
  JOIN claims o ON o.claim_key = e.claim_key
  WHERE p.payload_sha256 = ?2 AND p.source_id = ?1 AND e.exact IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM {_SAID} AND r.claim_id = o.claim_id)
  GROUP BY e.claim_key
  UNION ALL
  SELECT o.claim_key, r.exact, r.prefix, r.suffix, r.start, r."end", 1.0
  FROM (SELECT r.* FROM {_SAID} AND r.decision <> 'rejected' AND r.exact IS NOT NULL) r
  JOIN claims o ON o.claim_id = r.claim_id) x
JOIN claims c ON c.claim_key = x.claim_key
JOIN contents k ON k.content_key = c.content_key
JOIN documents d ON d.content_key = c.content_key
ORDER BY x.start, x."end", x.exact, c.claim_id, d.document_id LIMIT ?3
"""  # noqa: S608


def passages_in_payload(db: Database, source_id: str, payload_sha256: str, limit: int) -> list[Row]:
    """Return the passages that claims of current versions lean on in a payload's text, as they stand there.

    Where several were found for a claim the best one counts; what a person confirmed or chose in
    these bytes comes in place of it, and what a person rejected is left out.
    """
    return db.rows(_PASSAGES, (source_id, payload_sha256, limit))
