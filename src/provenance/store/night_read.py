"""What the checks of a day said: questions of the Night pages. Every one reads a range of time by index."""

from collections.abc import Collection
from datetime import date

from provenance.store.database import Database, Row
from provenance.store.rows import json_text

__all__ = [
    "count_captures",
    "count_outcomes",
    "find_unsettled",
    "first_day_after",
    "last_day_before",
    "list_touched",
    "list_troubles",
    "looked_at_first",
    "span_of",
]

# A later judgement counts in place of what was said then. Where there is none at all, the index tells alone.
_OUTCOMES = """
SELECT coalesce(j.outcome, k.outcome) AS outcome, count(*) AS looks
FROM checks k LEFT JOIN judgements j ON j.check_id = k.check_id
WHERE k.at >= ? AND k.at < ? GROUP BY 1 ORDER BY 1
"""
_OUTCOMES_AS_SAID = """
SELECT outcome, count(*) AS looks FROM checks WHERE at >= ? AND at < ? GROUP BY 1 ORDER BY 1
"""
_TROUBLES = """
SELECT s.host, failed.outcome, failed.cause, count(DISTINCT s.source_id) AS sources
FROM (
  SELECT k.source_id, {outcome} AS outcome, {reason} AS cause
  FROM checks k INDEXED BY checks_by_time {judged}
  WHERE k.at >= ?1 AND k.at < ?2 AND {outcome} NOT IN ('ok', 'not_checkable')
  ORDER BY k.at LIMIT ?4) failed
JOIN sources s ON s.source_id = failed.source_id
GROUP BY 1, 2, 3 ORDER BY sources DESC, s.host, failed.cause LIMIT ?3
"""
_AS_JUDGED = {
    "outcome": "coalesce(j.outcome, k.outcome)",
    "reason": "coalesce(j.reason, k.reason)",
    "judged": "LEFT JOIN judgements j ON j.check_id = k.check_id",
}
_AS_SAID = {"outcome": "k.outcome", "reason": "k.reason", "judged": ""}
# Each source once, at its first look of the day.
_FIRST_LOOKS = """
SELECT k.at, k.source_id FROM checks k
WHERE k.at >= ?1 AND k.at < ?2 AND (?3 IS NULL OR (k.at, k.source_id) > (?3, ?4))
  AND NOT EXISTS (SELECT 1 FROM checks e
    WHERE e.source_id = k.source_id AND e.at >= ?1 AND e.at < k.at)
ORDER BY k.at, k.source_id LIMIT ?5
"""
# A look that says what the two before it said cannot have changed a state (of three oks the second
# may have been the first after dead: what was revived is alive by the third), but one that counts
# strikes or troubles, or that follows strikes which no ok ended. What a person said is asked anew.
_SETTLED_LOOKS = 3
_UNSETTLED = f"""
SELECT w.value FROM json_each(?1) w WHERE
  EXISTS (SELECT 1 FROM overrides o WHERE o.source_id = w.value)
  OR NOT (
  (SELECT count(*) FROM checks k WHERE k.source_id = w.value AND k.at >= ?2 AND k.at < ?3)
    <= {_SETTLED_LOOKS - 2}
  AND (SELECT count(*) = {_SETTLED_LOOKS} AND count(DISTINCT said) = 1
      AND (min(said) = 'ok' OR min(said) IN ('wall', 'blocked', 'not_checkable') AND NOT EXISTS (
        SELECT 1 FROM checks g LEFT JOIN judgements h ON h.check_id = g.check_id
        WHERE g.source_id = w.value AND coalesce(h.outcome, g.outcome) = 'gone'))
    FROM (SELECT coalesce(j.outcome, k.outcome) || coalesce(' ' || (k.facts ->> '$.drift'), '') AS said
      FROM checks k LEFT JOIN judgements j ON j.check_id = k.check_id
      WHERE k.source_id = w.value AND k.at < ?3 ORDER BY k.at DESC LIMIT {_SETTLED_LOOKS})))
"""  # noqa: S608
_TOUCHED = """
SELECT s.source_id, s.kind, s.url, s.title, s.publisher, s.host, v.claims,
  (SELECT count(DISTINCT d.document_id) FROM citations i JOIN notes n ON n.note_key = i.note_key
   JOIN documents d ON d.content_key = n.content_key WHERE i.source_id = s.source_id) AS documents
FROM json_each(?) w
JOIN sources s ON s.source_id = w.value
JOIN source_states v ON v.source_id = s.source_id
"""


def span_of(day: date) -> tuple[str, str]:
    """Return the texts between which the times of a day lie (UTC): from the first on, before the second.

    >>> first, behind = span_of(date(2024, 3, 8))
    >>> first < "2024-03-08T00:00:00.000000Z" < "2024-03-08T23:59:59.999999Z" < behind
    True
    """
    return f"{day}T", f"{day}U"


def last_day_before(db: Database, day: date | None) -> date | None:
    """Return the last day before `day` (None: of all) on which anything was looked at, or None."""
    found = (
        db.value("SELECT max(at) FROM checks")
        if day is None
        else db.value("SELECT max(at) FROM checks WHERE at < ?", (span_of(day)[0],))
    )
    return date.fromisoformat(found[:10]) if found else None


def first_day_after(db: Database, day: date) -> date | None:
    """Return the first day after `day` on which anything was looked at, or None."""
    found = db.value("SELECT min(at) FROM checks WHERE at >= ?", (span_of(day)[1],))
    return date.fromisoformat(found[:10]) if found else None


def count_outcomes(db: Database, day: date) -> dict[str, int]:
    """Return how many looks of a day saw what, as they are judged today."""
    found = db.rows(_OUTCOMES if _is_judged(db) else _OUTCOMES_AS_SAID, span_of(day))
    return {row["outcome"]: row["looks"] for row in found}


def count_captures(db: Database, day: date) -> int:
    """Return how many captures with bytes that we did not have were made on a day."""
    sql = "SELECT count(*) FROM captures WHERE at >= ? AND at < ? AND revisit_of IS NULL"
    return int(db.value(sql, span_of(day)))


def list_troubles(db: Database, day: date, limit: int, looks: int) -> list[Row]:
    """Return why the first `looks` looks of a day that failed did, by host and cause, what met most sources first."""
    sql = _TROUBLES.format(**(_AS_JUDGED if _is_judged(db) else _AS_SAID))
    return db.rows(sql, (*span_of(day), limit, looks))


def _is_judged(db: Database) -> bool:
    """Tell whether any look was judged again: if none was, what was said then is what counts."""
    return bool(db.value("SELECT EXISTS (SELECT 1 FROM judgements)"))


def looked_at_first(
    db: Database, day: date, limit: int, behind: tuple[str, str] | None = None
) -> list[Row]:
    """Return the sources that were looked at on a day with the moment of the first look, in order."""
    return db.rows(_FIRST_LOOKS, (*span_of(day), *(behind or (None, None)), limit))


def find_unsettled(db: Database, day: date, source_ids: Collection[str]) -> list[str]:
    """Return those of these sources whose state may have changed on a day: no others did."""
    wanted = json_text(sorted(source_ids))
    return db.column(_UNSETTLED, (wanted, *span_of(day)))


def list_touched(db: Database, source_ids: Collection[str]) -> dict[str, Row]:
    """Return sources by id with how many claims and documents of current versions rest on each."""
    wanted = json_text(sorted(source_ids))
    return {row["source_id"]: row for row in db.rows(_TOUCHED, (wanted,))}
