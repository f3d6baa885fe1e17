"""What stands behind claims: each source that they cite, whether it can be opened, what it holds.

Asked for many claims at once: what of it remains when something is gone is for `trace.impact`.
"""

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from provenance.store.database import Database
from provenance.store.judged_view import STANDING_REVIEWS
from provenance.store.rows import json_text

__all__ = ["Support", "read_support"]

_HELD = (
    "{0}.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)"
    " AND {0}.payload_sha256 NOT IN (SELECT value FROM json_each(:payloads))"
)
_SUPPORT = f"""
SELECT b.*, p.exact, p.verdict, p.capture_id, p.attachment_id, p.uri_m,
  coalesce(q.at, a.made_at, a.at) AS passage_at
FROM (
  SELECT c.claim_key, m.label, i.source_id, i.kind, t.state,
    (SELECT max(s.decision <> 'rejected') {STANDING_REVIEWS}) AS person,
    (SELECT max(h.at) FROM captures h WHERE h.source_id = i.source_id
      AND {_HELD.format("h")}) AS captured,
    (SELECT count(*) FROM attachments h WHERE h.source_id = i.source_id
      AND {_HELD.format("h")}) AS attachments,
    (SELECT count(*) FROM cited_mementos h WHERE h.source_id = i.source_id
      AND h.uri_m IS NOT :uri_m)
    + (SELECT count(*) FROM memento_lookups h WHERE h.source_id = i.source_id
      AND h.outcome = 'found' AND h.uri_m IS NOT :uri_m) AS mementos,
    (SELECT e.evidence_id FROM evidence e
      LEFT JOIN captures h ON h.capture_id = e.capture_id
      LEFT JOIN attachments g ON g.attachment_id = e.attachment_id
      WHERE e.claim_key = c.claim_key AND e.source_id = i.source_id AND e.exact IS NOT NULL
        AND (h.capture_id IS NULL OR ({_HELD.format("h")}))
        AND (g.attachment_id IS NULL OR ({_HELD.format("g")}))
        AND (e.uri_m IS NULL OR e.uri_m IS NOT :uri_m)
      ORDER BY e.capture_id IS NOT NULL DESC, e.score DESC, h.at DESC, e.evidence_id
      LIMIT 1) AS passage_id
  FROM json_each(:claims) w
  CROSS JOIN claims c ON c.claim_key = w.value
  CROSS JOIN markers m ON m.claim_key = c.claim_key AND m.repeats_note = 0
  CROSS JOIN citations i ON i.note_key = m.note_key
  LEFT JOIN states t ON t.source_id = i.source_id
  WHERE i.source_id IS NOT NULL) b
LEFT JOIN evidence p ON p.evidence_id = b.passage_id
LEFT JOIN captures q ON q.capture_id = p.capture_id
LEFT JOIN attachments a ON a.attachment_id = p.attachment_id
"""  # noqa: S608 - put together from constants
_AT_ONCE = 500


class Support(Struct, frozen=True):
    """One source behind a claim. `captured` is when our latest capture of it was made.

    `exact` is the passage that was found for the claim in a copy that is held, with the copy
    (`capture_id`, `attachment_id` or `uri_m`) and its moment; `person` is what people said of the
    pair: 1 that the source supports the claim, 0 that it does not, None that nobody did.
    """

    claim_key: int
    label: str
    source_id: str
    kind: str
    state: str | None
    person: int | None
    captured: str | None
    attachments: int
    mementos: int
    exact: str | None
    verdict: str | None
    capture_id: str | None
    attachment_id: str | None
    uri_m: str | None
    passage_at: str | None


def read_support(
    db: Database, claim_keys: Collection[int], *, payloads: Collection[str], uri_m: str | None
) -> dict[int, list[Support]]:
    """Return what stands behind each claim; copies with these payloads, and this memento, do not count."""
    found: dict[int, list[Support]] = {key: [] for key in claim_keys}
    keys = sorted(claim_keys)
    for at in range(0, len(keys), _AT_ONCE):
        values: dict[str, Any] = {
            "claims": json_text(keys[at : at + _AT_ONCE]),
            "payloads": json_text(sorted(payloads)),
            "uri_m": uri_m,
        }
        for row in db.rows(_SUPPORT, values):
            del row["passage_id"]
            found[row["claim_key"]].append(Support(**row))
    return found
