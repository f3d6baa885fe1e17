"""The passages of one text that claims lean on: a person's word first, else what a method found."""

from provenance.store.database import Database, Row
from provenance.store.reviews import standing_reviews

__all__ = ["passages_in_payload"]

# Claims of current versions for which something was found in these bytes, or was said of them.
_PASSAGES = """
SELECT c.claim_key, c.claim_id, c.text AS claim_text, d.document_id, k.title, k.published, d.path,
  x.exact, x.prefix, x.suffix, x.start, x."end"
FROM (
  SELECT e.claim_key, e.exact, e.prefix, e.suffix, e.start, e."end", max(coalesce(e.score, 0.0))
  FROM captures p JOIN evidence e ON e.capture_id = p.capture_id
  WHERE p.payload_sha256 = ?2 AND p.source_id = ?1 AND e.exact IS NOT NULL
  GROUP BY e.claim_key
  UNION ALL
  SELECT o.claim_key, NULL, NULL, NULL, NULL, NULL, NULL
  FROM reviews r JOIN claims o ON o.claim_id = r.claim_id
  WHERE r.source_id = ?1 AND r.payload_sha256 = ?2) x
JOIN claims c ON c.claim_key = x.claim_key
JOIN contents k ON k.content_key = c.content_key
JOIN documents d ON d.content_key = c.content_key
ORDER BY x.exact IS NULL, x.start LIMIT ?3
"""
_QUOTED = ("exact", "prefix", "suffix", "start", "end")


def passages_in_payload(db: Database, source_id: str, payload_sha256: str, limit: int) -> list[Row]:
    """Return the passages that claims of current versions lean on in a payload's text, as they stand there.

    Where several were found for a claim the best one counts; what a person confirmed or chose in
    these bytes comes in place of it, and what a person rejected is left out. Of more than `limit`
    claims the first are looked at.
    """
    leaning: dict[tuple[int, str], Row] = {}
    for row in db.rows(_PASSAGES, (source_id, payload_sha256, limit)):
        leaning.setdefault((row["claim_key"], row["document_id"]), row)
    said = {
        key: [
            each
            for each in standing_reviews(db, key, source_id)
            if each["payload_sha256"] == payload_sha256
        ]
        for key in {key for key, _ in leaning}
    }
    found = [_as_said(row, said[key]) for (key, _), row in leaning.items()]
    return sorted((row for row in found if row["exact"]), key=_place)


def _as_said(row: Row, said: list[Row]) -> Row:
    """Return a claim's passage as a person has it, if one said anything of it."""
    if not said:
        return row
    first = said[0]
    is_one = first["decision"] != "rejected" and first["exact"]
    return {**row, **{name: first[name] if is_one else None for name in _QUOTED}}


def _place(row: Row) -> tuple[int, int, str, str, str]:
    return row["start"], row["end"], row["exact"], row["claim_id"], row["document_id"]
