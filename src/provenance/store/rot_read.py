"""A page as it was read, and what a claim's passage is on the live page now by what was followed."""

from urllib.parse import urljoin

from provenance.formats.url import canonical_url
from provenance.store.database import Database, Row

__all__ = ["read_page", "read_passage_now"]

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
# The first look at a payload told of its head; what is read later is the same bytes.
_PAGE = """
SELECT x.text, x.title, x.language, h.facts ->> '$.page.canonical_link' AS canonical_link,
  h.final_url
FROM texts x
LEFT JOIN checks h ON h.check_id = (
  SELECT k.check_id FROM captures c JOIN checks k ON k.capture_id = c.capture_id
  WHERE c.payload_sha256 = x.payload_sha256 AND k.facts -> '$.page' IS NOT NULL
  ORDER BY c.at, c.capture_id, k.check_id LIMIT 1)
WHERE x.payload_sha256 = ?
"""


def read_page(db: Database, payload_sha256: str) -> Row:
    """Return text, title and language of a payload that was read, and the identity that it gives itself.

    That is `canonical_url`: of its canonical link, read at the address at which it was seen first;
    None where it has none that can be read.

    Raises:
        KeyError: it was not read.
    """
    row = db.first(_PAGE, (payload_sha256,))
    if row is None:
        raise KeyError(payload_sha256)
    row["canonical_url"] = _identity_of(row.pop("canonical_link"), row.pop("final_url"))
    return row


def _identity_of(link: str | None, seen_at: str | None) -> str | None:
    try:
        return canonical_url(urljoin(seen_at or "", link)) if link else None
    except ValueError:
        return None


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
