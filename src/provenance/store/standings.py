"""How the claims of a document stand: the best that is known for each, a person's word before a method's."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from provenance.store.database import Database, Row
from provenance.store.judged_view import STANDING_REVIEWS

__all__ = ["read_claim_standings"]

_RANKED = ("supported", "partial", "not_found", "source_unavailable", "not_checkable")
_RANK_OF = {verdict: rank for rank, verdict in enumerate(_RANKED)}
_CASES = " ".join(f"WHEN '{verdict}' THEN {rank}" for verdict, rank in _RANK_OF.items())
_BEST = f"""
SELECT c.content_key, c.claim_key, min(CASE e.verdict {_CASES} END) AS rank
FROM json_each(?) wanted
CROSS JOIN claims c ON c.content_key = wanted.value
LEFT JOIN evidence e ON e.claim_key = c.claim_key
GROUP BY c.claim_key
"""  # noqa: S608 - put together from constants
# Where nobody looked: whether there is anything to look for, and anything to look in.
_UNSEEN = """
SELECT m.claim_key, max(i.kind = 'web' AND coalesce(t.state, '') <> 'not_checkable') AS has_address,
  max(coalesce(t.captures, 0)) AS captures
FROM json_each(?) wanted
CROSS JOIN markers m ON m.claim_key = wanted.value
CROSS JOIN citations i ON i.note_key = m.note_key AND i.source_id IS NOT NULL
LEFT JOIN states t ON t.source_id = i.source_id
GROUP BY m.claim_key
"""
# What persons said: for each claim and source of which anything was said, as `claim_sources` chooses it
# (but for which of several copies they said it of).
_SAID = f"""
SELECT DISTINCT c.content_key, c.claim_key, i.source_id, (
  SELECT g.decision FROM (
    SELECT s.review_id, s.at, s.decision, s.decision = 'rejected' AS is_rejected,
      s.claim_id = c.claim_id AS is_own
    {STANDING_REVIEWS}) g
  ORDER BY g.is_own DESC, g.is_rejected, g.at DESC, g.review_id LIMIT 1) AS decision
FROM json_each(?) wanted
CROSS JOIN claims c ON c.content_key = wanted.value
CROSS JOIN markers m ON m.claim_key = c.claim_key AND m.repeats_note = 0
CROSS JOIN citations i ON i.note_key = m.note_key
WHERE EXISTS (SELECT 1 FROM reviews r WHERE r.source_id = i.source_id)
"""  # noqa: S608
_OF_SOURCES = f"""
SELECT e.claim_key, e.source_id, min(CASE e.verdict {_CASES} END) AS rank
FROM json_each(?) wanted CROSS JOIN evidence e ON e.claim_key = wanted.value
GROUP BY e.claim_key, e.source_id
"""  # noqa: S608

Standings = dict[int, dict[int, str | None]]


def read_claim_standings(db: Database, content_keys: Collection[int]) -> Standings:
    """Return for each content what is known at best of the support of each of its claims.

    By content and claim key: a verdict of evidence, the best over all copies of all sources, what
    a person said of a source before what a method found in it. None where there are copies that
    nobody looked into yet; a claim without any source is `not_checkable`.
    """
    standings: Standings = {key: {} for key in content_keys}
    unseen: dict[int, int] = {}
    for row in db.rows(_BEST, (_json(content_keys),)):
        rank = row["rank"]
        standings[row["content_key"]][row["claim_key"]] = None if rank is None else _RANKED[rank]
        if rank is None:
            unseen[row["claim_key"]] = row["content_key"]
    told = {row["claim_key"]: row for row in db.rows(_UNSEEN, (_json(unseen),))}
    for claim_key, content_key in unseen.items():
        standings[content_key][claim_key] = _standing_unseen(told.get(claim_key))
    said = [row for row in db.rows(_SAID, (_json(content_keys),)) if row["decision"] is not None]
    for content_key, claim_key, verdict in _overruled(db, said):
        standings[content_key][claim_key] = verdict
    return standings


def _standing_unseen(told: Row | None) -> str | None:
    if told is None or not (told["has_address"] or told["captures"]):
        return "not_checkable"
    return None if told["captures"] else "source_unavailable"


def _overruled(db: Database, said: list[Row]) -> Iterable[tuple[int, int, str]]:
    """Return content, claim and verdict of the claims of which a person said something."""
    if not said:
        return
    claims: Mapping[int, int] = {row["claim_key"]: row["content_key"] for row in said}
    ranks: dict[int, dict[str, int]] = {claim_key: {} for claim_key in claims}
    for row in db.rows(_OF_SOURCES, (_json(claims),)):
        ranks[row["claim_key"]][row["source_id"]] = row["rank"]
    for row in said:
        verdict = "not_found" if row["decision"] == "rejected" else "supported"
        ranks[row["claim_key"]][row["source_id"]] = _RANK_OF[verdict]
    for claim_key, content_key in claims.items():
        yield content_key, claim_key, _RANKED[min(ranks[claim_key].values())]


def _json(keys: Iterable[int]) -> str:
    return msgspec.json.encode(list(keys)).decode()
