"""How the sources that were looked at since the last run stand now, and stood then; what became of passages."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from provenance.model import PassageChange, PassageState, State
from provenance.store.database import Database, Row
from provenance.store.rows import json_text, parse_time, time_text

__all__ = ["passage_changes", "rows_of_night", "rows_of_sources", "sources_seen_since", "state_of"]

_AT_ONCE = 1_000
_TROUBLED = "('failing', 'dead', 'walled', 'blocked', 'drifted')"
_NOW = f"""
SELECT {{wanted}}, s.source_id, s.url, s.host, s.kind,
  t.state, t.rule, t.reason, t.last_checked, t.last_ok,
  coalesce(j.outcome, k.outcome) AS outcome, coalesce(j.rule, k.rule) AS look_rule,
  coalesce(j.reason, k.reason) AS look_reason, k.http_status, k.final_url, k.vantage,
  CASE WHEN t.state IN {_TROUBLED} THEN (SELECT min(b.at) FROM checks b
    WHERE b.source_id = s.source_id AND b.at > coalesce(t.last_ok, '')) END AS since
{{found}}
JOIN states t ON t.source_id = w.source_id
JOIN sources s ON s.source_id = w.source_id
JOIN checks k ON k.rowid = (SELECT max(c.rowid) FROM checks c WHERE c.source_id = w.source_id)
LEFT JOIN judgements j ON j.check_id = k.check_id
"""  # noqa: S608 - put together from constants
_OF_NIGHT = (
    _NOW.format(
        wanted="w.place, w.state AS was_state, w.rule AS was_rule, w.reason AS was_reason,"
        " w.last_checked AS was_checked, w.last_ok AS was_ok",
        found="FROM _night_work w",
    )
    + f"WHERE w.place > ? AND t.checks > w.checks ORDER BY w.place LIMIT {_AT_ONCE}"
)
_OF_SOURCES = _NOW.format(
    wanted="0 AS place", found="FROM (SELECT value AS source_id FROM json_each(?)) w"
)
# Looked at, or spoken of, since a moment, but not by the night that is under way.
_SEEN_SINCE = """
SELECT n.source_id FROM (
  SELECT source_id FROM checks WHERE at > ?1 UNION SELECT source_id FROM overrides WHERE at > ?1) n
WHERE NOT EXISTS (SELECT 1 FROM _night_work w JOIN states t ON t.source_id = w.source_id
  WHERE w.source_id = n.source_id AND t.checks > w.checks)
ORDER BY n.source_id
"""
# The last two texts that a source showed up to a moment, the latest first.
_SHOWN = """
SELECT source_id, text_sha256 FROM (
  SELECT k.source_id, x.text_sha256, k.at,
    row_number() OVER (PARTITION BY k.source_id ORDER BY k.at DESC, k.check_id DESC) AS place
  FROM json_each(?1) w
  JOIN checks k ON k.source_id = w.value AND (?2 IS NULL OR k.at < ?2)
  JOIN captures c ON c.capture_id = k.capture_id
  JOIN texts x ON x.payload_sha256 = c.payload_sha256 AND x.reason IS NULL)
WHERE place <= 2 ORDER BY source_id, place
"""
_FOLLOWED = """
SELECT f.source_id, f.text_sha256, f.claim_key, f.state, f.was, f.now, f.reason, c.claim_id,
  d.document_id
FROM json_each(?) w
JOIN followed f ON f.source_id = w.value
JOIN claims c ON c.claim_key = f.claim_key
JOIN documents d ON d.content_key = c.content_key
ORDER BY f.source_id, d.document_id, c.ordinal
"""
_LOST = frozenset({"altered", "missing"})


def rows_of_night(db: Database) -> Iterator[list[Row]]:
    """Yield how the sources of the night that were looked at stood when it began and stand now."""
    place = -1
    while rows := db.rows(_OF_NIGHT, (place,)):
        yield rows
        place = rows[-1]["place"]


def sources_seen_since(db: Database, moment: datetime) -> list[str]:
    """Return the sources that others looked at, or spoke of, since a moment."""
    return db.column(_SEEN_SINCE, (time_text(moment),))


def rows_of_sources(db: Database, source_ids: Collection[str]) -> Iterator[list[Row]]:
    """Yield how sources stand now, as `rows_of_night` but for how they stood."""
    ordered = sorted(source_ids)
    for first in range(0, len(ordered), _AT_ONCE):
        yield db.rows(_OF_SOURCES, (json_text(ordered[first : first + _AT_ONCE]),))


def state_of(row: Row, prefix: str = "") -> State:
    """Return the state that a row names (`prefix` "was_": the one that it was in)."""
    checked = row["was_checked" if prefix else "last_checked"]
    ok = row["was_ok" if prefix else "last_ok"]
    return State(
        row[f"{prefix}state"],
        row[f"{prefix}rule"],
        row[f"{prefix}reason"],
        parse_time(checked) if checked else None,
        parse_time(ok) if ok else None,
    )


def passage_changes(
    db: Database, source_ids: Collection[str], before: datetime
) -> dict[str, list[PassageChange]]:
    """Return, by source, the claims whose passage is another than it was told of before a moment.

    A passage counts as altered or missing when the last two looks at the page say so: after the first
    it is what it was.
    """
    wanted = json_text(sorted(source_ids))
    followed = db.rows(_FOLLOWED, (wanted,))
    if not followed:
        return {}
    concerned = json_text(sorted({row["source_id"] for row in followed}))
    now, then = (_shown(db, concerned, at) for at in (None, before))
    by_claim: dict[tuple[str, int, str], dict[str, Row]] = defaultdict(dict)
    for row in followed:
        by_claim[row["source_id"], row["claim_key"], row["document_id"]][row["text_sha256"]] = row
    changes = defaultdict(list)
    for (source_id, _, _), rows in by_claim.items():
        is_now = _told(now.get(source_id, []), rows)
        was = _told(then.get(source_id, []), rows)
        if is_now != was:
            changes[source_id].append(_change(rows, now.get(source_id, []), was, is_now))
    return dict(changes)


def _shown(db: Database, wanted: str, before: datetime | None) -> dict[str, list[str]]:
    shown = defaultdict(list)
    for row in db.rows(_SHOWN, (wanted, time_text(before) if before else None)):
        shown[row["source_id"]].append(row["text_sha256"])
    return shown


def _told(shown: list[str], rows: dict[str, Row]) -> PassageState:
    """What is told of a passage after these texts, the latest first: two must agree that it is lost."""
    states: list[PassageState] = [
        rows[text]["state"] if text in rows else "intact" for text in shown
    ]
    if not states:
        return "intact"
    if states[0] in _LOST and (len(states) == 1 or states[1] not in _LOST):
        return states[1] if len(states) > 1 else "intact"
    return states[0]


def _change(
    rows: dict[str, Row], shown: list[str], was: PassageState, now: PassageState
) -> PassageChange:
    latest = next((rows[text] for text in shown if text in rows), None)
    row = latest or next(iter(rows.values()))
    return PassageChange(
        claim_id=row["claim_id"],
        document_id=row["document_id"],
        state=now,
        before=row["was"],
        now=latest["now"] if latest else row["was"],
        said=row["reason"],
        was=was,
    )
