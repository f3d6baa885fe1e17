"""What persons said of states, and the state of one source as it is told."""

from datetime import datetime

from msgspec import Struct

from provenance.model import Override, SourceState
from provenance.store.database import Database, Row
from provenance.store.rows import parse_time, time_text

__all__ = [
    "KnownState",
    "last_override",
    "list_overrides",
    "override_of",
    "overrides_over",
    "state_of",
]

# The index finds what stands; of what is over most were ended by a look.
_OVER = """
SELECT o.* FROM states t INDEXED BY states_overridden
JOIN overrides o ON o.source_id = t.source_id AND o.overruled_by IS NULL
WHERE t.rule = 'override' AND o.until < ? ORDER BY o.source_id
"""


class KnownState(Struct, frozen=True):
    """The state of a source, why, and when it is looked at next (None: it is due now, or never)."""

    state: SourceState
    rule: str
    reason: str
    next_due: datetime | None


def state_of(db: Database, source_id: str) -> KnownState:
    """Return the state of a stored source."""
    row = db.first(
        "SELECT state, rule, reason, next_due FROM states WHERE source_id = ?", (source_id,)
    )
    if row is None:
        return KnownState("unchecked", "never_looked", "never looked at", None)
    due = parse_time(row["next_due"]) if row["next_due"] else None
    return KnownState(row["state"], row["rule"], row["reason"], due)


def last_override(db: Database, source_id: str) -> Override | None:
    """Return what was said last of a source's state, also where that takes back what was said before."""
    said = list_overrides(db, source_id)
    return said[-1] if said else None


def list_overrides(db: Database, source_id: str) -> list[Override]:
    """Return all that was said of a source's state, oldest first."""
    found = db.rows(
        "SELECT * FROM overrides WHERE source_id = ? ORDER BY at, override_id", (source_id,)
    )
    return [override_of(row) for row in found]


def overrides_over(db: Database, now: datetime) -> list[Override]:
    """Return what counts still though its last moment is over: no look came after it."""
    return [override_of(row) for row in db.rows(_OVER, (time_text(now),))]


def override_of(row: Row) -> Override:
    """Return the record of a row of `overrides`."""
    until = parse_time(row["until"]) if row["until"] else None
    return Override(
        row["override_id"], row["source_id"], parse_time(row["at"]), row["by"], row["why"],
        row["state"], until,
    )  # fmt: skip
