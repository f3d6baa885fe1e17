"""What a day's looks said, and which states they changed: read from the checks, as they are judged today."""

from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

from msgspec import Struct

from provenance.model import State
from provenance.store import night_read
from provenance.store.database import Database, Row
from provenance.store.states import DeriveState, histories_at

__all__ = [
    "HostTrouble",
    "Night",
    "NightSummary",
    "Nights",
    "StateChange",
    "list_nights",
    "report_night",
]

_PAGE_OF_NIGHTS = 7
# So many sources are held against what they were before, at a time.
_MOST_SOURCES = 2_000
_MOST_TROUBLES = 100
# Of more looks that failed the first are asked for their causes: 10,000 rows take 0.3 s.
_MOST_FAILED = 10_000
# A source that nobody had looked at is no news where the first look found what was hoped for.
_HOPED_FOR = frozenset({"alive", "not_checkable", "unchecked"})


class NightSummary(Struct, frozen=True):
    """A day (UTC) in numbers: looks by outcome, and captures whose bytes were new."""

    day: date
    looks: int
    by_outcome: dict[str, int]
    captured: int


class Nights(Struct, frozen=True, kw_only=True):
    """Days on which anything was looked at, the latest first; `next` asks for those before."""

    schema: str = "provenance.nights/1"
    items: tuple[NightSummary, ...]
    next: date | None


class StateChange(Struct, frozen=True, rename={"from_": "from"}):
    """A source whose state was another after the day than before it, and how much rests on it."""

    source_id: str
    url: str | None
    name: str
    host: str | None
    from_: str
    to: str
    rule: str
    reason: str
    documents: int
    claims: int


class HostTrouble(Struct, frozen=True):
    """Why looks at sources of one host failed: what many of them share is the host's, not the page's."""

    host: str | None
    outcome: str
    cause: str
    sources: int


class Night(Struct, frozen=True, kw_only=True):
    """What the looks of a day said.

    `first` counts the sources that were looked at for the first time, by the state that it gave.
    `searched` sources were held against what they were before; where there are more, `next` asks
    for the changes among the others. `hosts` tells the causes of the first `explained` looks that
    failed. `earlier` and `later` are the nearest days with looks.
    """

    schema: str = "provenance.night/1"
    day: date
    looks: int
    by_outcome: dict[str, int]
    captured: int
    changes: tuple[StateChange, ...]
    first: dict[str, int]
    searched: int
    next: str | None
    hosts: tuple[HostTrouble, ...]
    explained: int
    earlier: date | None
    later: date | None


def list_nights(db: Database, before: date | None = None) -> Nights:
    """Return the latest days with looks, or the latest before a day."""
    found: list[NightSummary] = []
    day = night_read.last_day_before(db, before)
    while day is not None and len(found) < _PAGE_OF_NIGHTS:
        found.append(_summary(db, day))
        day = night_read.last_day_before(db, day)
    return Nights(items=tuple(found), next=found[-1].day if found and day else None)


def _summary(db: Database, day: date) -> NightSummary:
    outcomes = night_read.count_outcomes(db, day)
    return NightSummary(day, sum(outcomes.values()), outcomes, night_read.count_captures(db, day))


def report_night(
    db: Database, day: date, derive_state: DeriveState, behind: str | None = None
) -> Night:
    """Return what the looks of a day said; a day without looks has none. `behind` is the `next` before.

    Raises:
        ValueError: `behind` never stood in a `next`.
    """
    summary = _summary(db, day)
    looked_at = night_read.looked_at_first(db, day, _MOST_SOURCES + 1, _place(behind))
    searched = looked_at[:_MOST_SOURCES]
    changes, first = _changes(db, day, [row["source_id"] for row in searched], derive_state)
    last = searched[-1] if len(looked_at) > _MOST_SOURCES else None
    return Night(
        day=day,
        looks=summary.looks,
        by_outcome=summary.by_outcome,
        captured=summary.captured,
        changes=changes,
        first=first,
        searched=len(searched),
        next=f"{last['at']}~{last['source_id']}" if last else None,
        hosts=tuple(
            HostTrouble(**row)
            for row in night_read.list_troubles(db, day, _MOST_TROUBLES, _MOST_FAILED)
        ),
        explained=min(_MOST_FAILED, _count_failed(summary)),
        earlier=night_read.last_day_before(db, day),
        later=night_read.first_day_after(db, day),
    )


def _count_failed(summary: NightSummary) -> int:
    return sum(
        looks
        for outcome, looks in summary.by_outcome.items()
        if outcome not in {"ok", "not_checkable"}
    )


def _place(token: str | None) -> tuple[str, str] | None:
    if token is None:
        return None
    at, tilde, source_id = token.partition("~")
    if not (at and tilde and source_id):
        raise ValueError(token)
    return at, source_id


def _changes(
    db: Database, day: date, source_ids: list[str], derive_state: DeriveState
) -> tuple[tuple[StateChange, ...], dict[str, int]]:
    """The states that the day changed, those that most rests on first, and what first looks gave."""
    start = datetime.combine(day, clock(), UTC)
    end = start + timedelta(days=1) if day < date.max else None
    unsettled = night_read.find_unsettled(db, day, source_ids)
    histories = histories_at(db, unsettled, before=end)
    touched = night_read.list_touched(db, unsettled)
    first: dict[str, int] = {}
    changes: list[StateChange] = []
    for source_id, history in histories.items():
        kind = touched[source_id]["kind"]
        earlier = history.before(start)
        before = derive_state(earlier, kind=kind, source_id=source_id)
        after = derive_state(history, kind=kind, source_id=source_id)
        if not earlier.checks:
            first[after.state] = first.get(after.state, 0) + 1
        if after.state != before.state and (earlier.checks or after.state not in _HOPED_FOR):
            changes.append(_change(touched[source_id], before, after))
    changes.sort(key=lambda each: (-each.claims, each.host or "", each.source_id))
    return tuple(changes), dict(sorted(first.items()))


def _change(row: Row, before: State, after: State) -> StateChange:
    return StateChange(
        source_id=row["source_id"],
        url=row["url"],
        name=row["title"] or row["url"] or row["publisher"] or row["source_id"],
        host=row["host"],
        from_=before.state,
        to=after.state,
        rule=after.rule,
        reason=after.reason,
        documents=row["documents"],
        claims=row["claims"],
    )
