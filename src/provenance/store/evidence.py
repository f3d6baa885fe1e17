"""Evidence by rows: which claims were not held against which captures yet, and what was found."""

from collections.abc import Iterable

from msgspec import Struct

from provenance.formats.ids import make_id
from provenance.model import Evidence
from provenance.store.database import Database

__all__ = ["PendingClaim", "PendingText", "claims_pending", "put_evidence", "texts_pending"]

# A claim and a capture that somebody cites for it; a page that came back unchanged is told by its first capture.
_PENDING = """
FROM captures p
JOIN texts x ON x.payload_sha256 = p.payload_sha256
JOIN citations i ON i.source_id = p.source_id
JOIN markers m ON m.note_key = i.note_key AND m.repeats_note = 0
JOIN claims c ON c.claim_key = m.claim_key
JOIN contents k ON k.content_key = c.content_key
WHERE p.revisit_of IS NULL AND NOT EXISTS (
  SELECT 1 FROM evidence e
  WHERE e.claim_key = c.claim_key AND e.capture_id = p.capture_id AND e.method = ?1)
"""


class PendingText(Struct, frozen=True):
    """The text of a payload that claims wait for; empty where there is none, and `reason` says why."""

    payload_sha256: str
    text: str
    language: str | None
    reason: str | None


class PendingClaim(Struct, frozen=True):
    """A claim that a capture of a payload has not been held against; `key` is the store's own."""

    key: int
    id: str
    text: str
    language: str | None
    source_id: str
    capture_id: str


def texts_pending(db: Database, method: str) -> list[str]:
    """Return the payloads that some claim has not been held against by this method, in order."""
    return [
        str(found)
        for found in db.column(
            f"SELECT DISTINCT p.payload_sha256 {_PENDING} ORDER BY p.payload_sha256",
            (method,),
        )
    ]


def claims_pending(
    db: Database, method: str, payload_sha256: str
) -> tuple[PendingText, list[PendingClaim]]:
    """Return a payload's text and the claims that wait for it, in order."""
    text = db.first(
        "SELECT x.payload_sha256, x.text, x.language, coalesce("
        " (SELECT 'withdrawn: ' || w.reason FROM withdrawals w"
        "  WHERE w.payload_sha256 = x.payload_sha256 LIMIT 1), x.reason) AS reason"
        " FROM texts x WHERE x.payload_sha256 = ?",
        (payload_sha256,),
    )
    assert text is not None, payload_sha256
    rows = db.rows(
        "SELECT DISTINCT c.claim_key AS key, c.claim_id AS id, c.text, k.language,"
        f" p.source_id, p.capture_id {_PENDING} AND p.payload_sha256 = ?2"
        " ORDER BY c.claim_id, p.capture_id, c.claim_key",
        (method, payload_sha256),
    )
    return PendingText(**text), [PendingClaim(**row) for row in rows]


def put_evidence(db: Database, found: Iterable[tuple[int, Evidence]]) -> None:
    """Write what was found, each with its claim's key; what another method found of the same pair goes.

    Raises:
        StoreError: nothing was written.
    """
    rows = [(key, each) for key, each in found]
    with db.atomic():
        db.executemany(
            "DELETE FROM evidence WHERE claim_key = ? AND capture_id = ?",
            [(key, each.capture_id) for key, each in rows],
        )
        db.executemany(
            "INSERT INTO evidence (evidence_id, claim_key, source_id, capture_id, verdict, score, exact,"
            ' prefix, suffix, start, "end", method, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            [_row(key, each) for key, each in rows],
        )


def _row(key: int, each: Evidence) -> tuple[object, ...]:
    p = each.passage
    # a claim's id is that of its document's words: the same claim in two contents has two keys
    name = make_id("evidence", each.claim_id, key, each.capture_id or "", each.method)
    quoted = (p.exact, p.prefix, p.suffix, p.start, p.end) if p else (None,) * 5
    return (
        name, key, each.source_id, each.capture_id, each.verdict, each.score, *quoted, each.method, each.reason,
    )  # fmt: skip
