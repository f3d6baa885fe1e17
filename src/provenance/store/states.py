"""The cache of states: what is derived from rows, again whenever those rows change."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

import msgspec

from provenance.model import CheckFacts, CitationKind, Opinion, State
from provenance.model.history import History
from provenance.store.database import Database
from provenance.store.overrides import override_of
from provenance.store.rot_tables import DRIFT_OF_LOOK, JOIN_DRIFT
from provenance.store.rows import STATE_COLUMNS, insert_sql, parse_time, state_row, time_text

__all__ = ["DeriveState", "histories_at", "looks_at", "refresh_states"]

# Digest of what a look saw: of its text, where that was extracted, since bytes change daily.
_FACTS = f"""
SELECT k.source_id, k.at, coalesce(j.outcome, k.outcome) AS outcome,
  coalesce(j.reason, k.reason) AS reason, k.vantage, {DRIFT_OF_LOOK} AS drift,
  k.rowid AS number,
  coalesce(nullif(x.text_sha256, ''), c.payload_sha256, k.facts ->> '$.withdrawn') AS content
FROM json_each(?) wanted
JOIN checks k ON k.source_id = wanted.value
LEFT JOIN judgements j ON j.check_id = k.check_id
LEFT JOIN captures c ON c.capture_id = k.capture_id
LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256
  AND (x.reason IS NULL OR x.reason = 'withdrawn')
{JOIN_DRIFT}
WHERE ?2 IS NULL OR k.at < ?2
ORDER BY k.source_id, k.at, k.check_id
"""  # noqa: S608 - put together from constants
_SOURCES = """
SELECT s.source_id, s.kind,
  (SELECT count(*) FROM captures c WHERE c.source_id = s.source_id
   AND c.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)) AS captures
FROM json_each(?) wanted JOIN sources s ON s.source_id = wanted.value
"""
# What is said beside the looks, of the sources of which anything is said: few.
_OPINIONS = """
SELECT o.* FROM json_each(?) wanted JOIN opinions o ON o.source_id = wanted.value
WHERE ?2 IS NULL OR o.at < ?2 ORDER BY o.source_id, o.at, o.who
"""
_OVERRIDES = """
SELECT o.* FROM json_each(?) wanted JOIN overrides o ON o.source_id = wanted.value
WHERE ?2 IS NULL OR o.at < ?2 ORDER BY o.source_id, o.at, o.override_id
"""
_UPSERT = insert_sql(
    "states",
    STATE_COLUMNS,
    "(source_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in STATE_COLUMNS if name != "source_id"),
)
_NOTHING = History()
# So many sources at a time: the checks of all of them are in memory at once.
_BATCH = 1_000


class DeriveState(Protocol):
    """The pure function from a history to a state (`provenance.watch.verdict.derive_state`)."""

    def __call__(
        self,
        history: History,
        *,
        kind: CitationKind,
        source_id: str = "",
    ) -> State:
        """Return what the history of one source amounts to."""
        ...


def refresh_states(db: Database, derive_state: DeriveState, source_ids: Collection[str]) -> None:
    """Derive the states of these sources anew; the caller holds the transaction."""
    ordered = sorted(source_ids)
    for first in range(0, len(ordered), _BATCH):
        wanted = (msgspec.json.encode(ordered[first : first + _BATCH]).decode(),)
        known = histories_at(db, ordered[first : first + _BATCH])
        rows = []
        for source in db.rows(_SOURCES, wanted):
            source_id = source["source_id"]
            history = known.get(source_id, _NOTHING)
            looks = history.checks
            state = derive_state(history, kind=source["kind"], source_id=source_id)
            last_vantage = looks[-1].vantage if looks else None
            captures = source["captures"]
            rows.append(state_row(source_id, state, last_vantage, len(looks), captures))
        db.executemany(_UPSERT, rows)


def histories_at(
    db: Database, source_ids: Collection[str], before: datetime | None = None
) -> dict[str, History]:
    """Return what the states of sources depend on; with `before` as it was then.

    A source of which nothing was seen or said has no entry.
    """
    wanted = msgspec.json.encode(sorted(source_ids)).decode()
    until = time_text(before) if before else None
    opinions, overrides = defaultdict(list), defaultdict(list)
    for row in db.rows(_OPINIONS, (wanted, until)):
        opinions[row["source_id"]].append(_opinion_of(row))
    for row in db.rows(_OVERRIDES, (wanted, until)):
        overrides[row["source_id"]].append(override_of(row))
    looks = looks_at(db, source_ids, before)
    return {
        source_id: History(
            tuple(looks.get(source_id, ())),
            tuple(opinions.get(source_id, ())),
            tuple(overrides.get(source_id, ())),
        )
        for source_id in (*looks, *sorted((opinions.keys() | overrides.keys()) - looks.keys()))
    }


def looks_at(
    db: Database, source_ids: Collection[str], before: datetime | None = None
) -> dict[str, list[CheckFacts]]:
    """Return the looks that the states of sources depend on, in the order of time; with `before` as it was then.

    A source that was not looked at has no entry. Later judgements count, also for looks before them.
    """
    wanted = msgspec.json.encode(sorted(source_ids)).decode()
    facts: dict[str, list[CheckFacts]] = defaultdict(list)
    for row in db.rows(_FACTS, (wanted, time_text(before) if before else None)):
        facts[row["source_id"]].append(_facts_of(row))
    return dict(facts)


def _facts_of(row: dict[str, Any]) -> CheckFacts:
    return CheckFacts(
        at=parse_time(row["at"]),
        outcome=row["outcome"],
        reason=row["reason"],
        vantage=row["vantage"],
        content=row["content"],
        drift=row["drift"],
        number=row["number"],
    )


def _opinion_of(row: dict[str, Any]) -> Opinion:
    seen_at = parse_time(row["seen_at"]) if row["seen_at"] else None
    return Opinion(
        row["source_id"], parse_time(row["at"]), row["who"], row["url"], row["outcome"],
        row["reason"], seen_at, row["uri_m"], row["status"],
    )  # fmt: skip
