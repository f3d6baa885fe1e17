"""What a claim's passage is on the live page now: read from what was followed."""

from provenance.store.database import Database, Row

__all__ = ["read_passage_now"]

_IS_FOLLOWED = "SELECT 1 FROM drifts WHERE source_id = ? LIMIT 1"
_LOOKS = """
SELECT c.at, f.state, f.reason, f.was, f.now
FROM captures c JOIN texts x ON x.payload_sha256 = c.payload_sha256
LEFT JOIN followed f ON f.source_id = c.source_id AND f.claim_key = ?1
  AND f.text_sha256 = x.text_sha256
WHERE c.source_id = ?2 AND x.reason IS NULL AND x.text_sha256 <> ''
  AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.payload_sha256 = c.payload_sha256)
ORDER BY c.at DESC, c.capture_id DESC
"""


def read_passage_now(db: Database, claim_key: int, source_id: str) -> Row | None:
    """Return what a claim's passage in a source is by now; None where the page showed one text only.

    The row has `state`, `since` and `seen` (the first and the last of the looks in a row that saw it
    so), `looks` (how many), `reason` and `now` (the words that stand there, where they are others).
    """
    if db.first(_IS_FOLLOWED, (source_id,)) is None:
        return None
    looks = db.rows(_LOOKS, (claim_key, source_id))
    if not looks:
        return None
    latest = looks[0]
    same = [latest]
    for look in looks[1:]:
        if look["state"] != latest["state"]:
            break
        same.append(look)
    return {
        "state": latest["state"] or "intact",
        "since": same[-1]["at"],
        "seen": latest["at"],
        "looks": len(same),
        "reason": latest["reason"] or "",
        "now": latest["now"] or "",
    }
