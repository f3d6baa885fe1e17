"""What persons decided, as gold for whoever measures or fits a method: a claim, a text, a verdict."""

from collections.abc import Iterator

from provenance.store.database import Database, Row

__all__ = ["iter_gold"]

# So many are held at once.
_PAGE = 500
# What counts today, with what the method of today finds in the same copy. A passage that went with a
# withdrawn copy is blank: nobody could measure by it.
_GOLD = """
SELECT r.review_id AS id, r.at, r."by", r.decision, r.why, r.claim_id, r.claim_text, r.source_id,
  s.url, r.capture_id, r.attachment_id, r.uri_m, r.payload_sha256, r.text_sha256,
  r.exact, r.prefix, r.suffix, r.start, r."end",
  e.verdict AS found_verdict, e.score AS found_score, e.exact AS found_exact,
  e.method AS found_method
FROM reviews r
LEFT JOIN sources s ON s.source_id = r.source_id
LEFT JOIN evidence e ON e.evidence_id = (
  SELECT f.evidence_id FROM claims c JOIN evidence f ON f.claim_key = c.claim_key
  WHERE c.claim_id = r.claim_id AND f.source_id = r.source_id AND f.capture_id IS r.capture_id
    AND f.attachment_id IS r.attachment_id AND f.uri_m IS r.uri_m
  ORDER BY f.evidence_id LIMIT 1)
WHERE r.review_id > ? AND r.overruled_by IS NULL AND r.decision <> 'undone'
  AND r.exact IS NOT ''
ORDER BY r.review_id LIMIT ?
"""
_QUOTED = ("exact", "prefix", "suffix", "start", "end")
_FOUND = ("verdict", "score", "exact", "method")


def iter_gold(db: Database) -> Iterator[Row]:
    """Yield every judgement that counts, in the order of ids, each with what was found."""
    after = ""
    while rows := db.rows(_GOLD, (after, _PAGE)):
        after = rows[-1]["id"]
        for row in rows:
            passage = {name: row.pop(name) for name in _QUOTED}
            found = {name: row.pop(f"found_{name}") for name in _FOUND}
            yield {
                **row,
                "verdict": "not_found" if row["decision"] == "rejected" else "supported",
                "passage": passage if passage["exact"] is not None else None,
                "found": found if found["method"] is not None else None,
            }
