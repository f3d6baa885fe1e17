"""The cache of states: what is derived from rows, again whenever those rows change."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from provenance.model import CheckFacts, CitationKind, State
from provenance.store.database import Database
from provenance.store.rows import STATE_COLUMNS, insert_sql, parse_time, state_row, time_text

__all__ = ["DeriveState", "looks_at", "refresh_states"]

# Digest of what a look saw: of its text, where that was extracted, since bytes change daily.
_FACTS = """
SELECT k.source_id, k.at, coalesce(j.outcome, k.outcome) AS outcome,
  coalesce(j.reason, k.reason) AS reason, k.vantage, k.facts ->> '$.drift' AS drift,
  coalesce(nullif(x.text_sha256, ''), c.payload_sha256, k.facts ->> '$.withdrawn') AS content
FROM json_each(?) wanted
JOIN checks k ON k.source_id = wanted.value
LEFT JOIN judgements j ON j.check_id = k.check_id
LEFT JOIN captures c ON c.capture_id = k.capture_id
LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256
  AND (x.reason IS NULL OR x.reason = 'withdrawn')
WHERE ?2 IS NULL OR k.at < ?2
ORDER BY k.source_id, k.at, k.check_id
"""
_SOURCES = """
SELECT s.source_id, s.kind,
  (SELECT count(*) FROM captures c WHERE c.source_id = s.source_id
   AND c.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)) AS captures
FROM json_each(?) wanted JOIN sources s ON s.source_id = wanted.value
"""
_UPSERT = insert_sql(
    "states",
    STATE_COLUMNS,
    "(source_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in STATE_COLUMNS if name != "source_id"),
)
# So many sources at a time: the checks of all of them are in memory at once.
_BATCH = 1_000


class DeriveState(Protocol):
    """The pure function from checks to a state (`provenance.watch.verdict.derive_state`)."""

    def __call__(
        self,
        checks: Sequence[CheckFacts],
        *,
        kind: CitationKind,
        source_id: str = "",
    ) -> State:
        """Return what the checks of one source amount to."""
        ...


def refresh_states(db: Database, derive_state: DeriveState, source_ids: Collection[str]) -> None:
    """Derive the states of these sources anew; the caller holds the transaction."""
    ordered = sorted(source_ids)
    for first in range(0, len(ordered), _BATCH):
        wanted = (msgspec.json.encode(ordered[first : first + _BATCH]).decode(),)
        facts = looks_at(db, ordered[first : first + _BATCH])
        rows = []
        for source in db.rows(_SOURCES, wanted):
            source_id = source["source_id"]
            looks = facts.get(source_id, [])
            state = derive_state(looks, kind=source["kind"], source_id=source_id)
            last_vantage = looks[-1].vantage if looks else None
            captures = source["captures"]
            rows.append(state_row(source_id, state, last_vantage, len(looks), captures))
        db.executemany(_UPSERT, rows)


def looks_at(
    db: Database, source_ids: Collection[str], before: datetime | None = None
) -> dict[str, list[CheckFacts]]:
    """Return what the states of sources depend on, in the order of time; with `before` as it was then.

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
    )
