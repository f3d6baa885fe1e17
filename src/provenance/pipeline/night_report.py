"""A night's looks in, its report out: how each source stood and stands, told by `watch.changes`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from provenance.model import NightReport, NightRun, State
from provenance.model.history import History
from provenance.pipeline.workplace import Workplace
from provenance.store.database import Database, Row
from provenance.store.night_looked import (
    passage_changes,
    rows_of_night,
    rows_of_sources,
    sources_seen_since,
    state_of,
)
from provenance.store.night_work import OpenNight
from provenance.store.read import count_states
from provenance.store.rows import parse_time
from provenance.store.states import histories_at
from provenance.store.touched import StoreAnswers
from provenance.store.watching import read_night
from provenance.watch.alarm import stage_of
from provenance.watch.changes import Looked, tell
from provenance.watch.settled import settled_state
from provenance.watch.verdict import derive_state

__all__ = ["assemble_report"]

_NOTHING = History()


def assemble_report(
    db: Database, night: OpenNight, run: NightRun, workplace: Workplace
) -> NightReport:
    """Return what a night has to tell: what differs from the run before it, and nothing else.

    Sources that were looked at by day, and those that a person spoke of, are among them.
    """
    previous = read_night(db, night.previous) if night.previous else None
    return tell(
        run,
        _looked_at(db, night),
        StoreAnswers(db),
        states=count_states(db),
        previous=previous,
        still_after=timedelta(days=workplace.settings.night.still_failing_days),
    )


def _looked_at(db: Database, night: OpenNight) -> Iterator[Looked]:
    since = night.previous_finished
    for rows in rows_of_night(db):
        # what was looked at by day as well stood otherwise when the last run told of it
        by_day = [row for row in rows if since and _is_later(row["was_checked"], since)]
        earlier = _states_before(db, by_day, since) if since else {}
        yield from _looked(
            db,
            rows,
            {row["source_id"]: state_of(row, "was_") for row in rows} | earlier,
            since or night.started,
        )
    if since is None:
        return
    for rows in rows_of_sources(db, sources_seen_since(db, since)):
        yield from _looked(db, rows, _states_before(db, rows, since), since)


def _is_later(at: str | None, moment: datetime) -> bool:
    return at is not None and parse_time(at) > moment


def _states_before(db: Database, rows: Sequence[Row], moment: datetime | None) -> dict[str, State]:
    if not rows:
        return {}
    known = histories_at(db, [row["source_id"] for row in rows], before=moment)
    return {
        row["source_id"]: derive_state(
            known.get(row["source_id"], _NOTHING), kind=row["kind"], source_id=row["source_id"]
        )
        for row in rows
    }


def _looked(
    db: Database, rows: Iterable[Row], before: dict[str, State], moment: datetime
) -> Iterator[Looked]:
    rows = list(rows)
    passages = passage_changes(db, before.keys(), moment)
    settled = _settled(db, rows, before)
    for row in rows:
        source_id = row["source_id"]
        looked = Looked(
            source_id=source_id,
            url=row["url"],
            host=row["host"],
            before=before[source_id],
            after=state_of(row),
            outcome=row["outcome"],
            rule=row["look_rule"],
            reason=row["look_reason"],
            status=row["http_status"],
            final_url=row["final_url"],
            vantage=row["vantage"],
            since=parse_time(row["since"]) if row["since"] else None,
            settled=settled.get(source_id),
        )
        found = passages.get(source_id)
        yield replace(looked, passages=tuple(found)) if found else looked


def _settled(db: Database, rows: Sequence[Row], before: dict[str, State]) -> dict[str, State]:
    """What sources were before the first signs that are settled now, one way or the other."""
    unsure = [
        row
        for row in rows
        if stage_of(before[row["source_id"]]) == "watch" and stage_of(state_of(row)) != "watch"
    ]
    known = histories_at(db, [row["source_id"] for row in unsure]) if unsure else {}
    found: dict[str, State] = {}
    for row in unsure:
        source_id = row["source_id"]
        looked = before[source_id].last_checked
        history = known.get(source_id, _NOTHING)
        found[source_id] = settled_state(
            history.before(looked) if looked else _NOTHING, kind=row["kind"], source_id=source_id
        )
    return found
