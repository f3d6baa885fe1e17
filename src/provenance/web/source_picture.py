"""What of a source's history goes into its picture."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time

from provenance.model import CheckFacts
from provenance.model.history import History
from provenance.store.database import Database
from provenance.store.rows import parse_time
from provenance.store.source_read import captures_in_time, days_cited
from provenance.store.states import histories_at
from provenance.trace.source_records import KnownSource, SourceReport
from provenance.watch.verdict import derive_state
from provenance.web.timeline import Event, Picture, draw_timeline

__all__ = ["picture_source"]

# Of what happened more often the latest is drawn.
_MOST_DRAWN = 5_000
# What is said to have happened outside are misprints, no history.
_FIRST_MOMENT, _LAST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# Each state is derived from all looks before it: more than the picture has columns is not seen.
_MOST_STATES = 50


def picture_source(db: Database, report: SourceReport) -> Picture | None:
    """Return the history of a source as a picture; None where nothing happened yet."""
    source = report.source
    history = histories_at(db, [source.id]).get(source.id, History())
    looks = history.checks[-_MOST_DRAWN:]
    events = [
        event
        for event in (*_looks(looks), *_copies(db, report))
        if _FIRST_MOMENT <= event.at < _LAST_MOMENT
    ]
    return draw_timeline(events, _states(history, source))


def _looks(looks: Sequence[CheckFacts]) -> Iterator[Event]:
    for look in looks:
        yield Event(look.at, look.outcome)


def _copies(db: Database, report: SourceReport) -> Iterator[Event]:
    seen: set[str] = set()
    for row in captures_in_time(db, report.source.id, _MOST_DRAWN):
        payload = row["payload_sha256"]
        yield Event(parse_time(row["at"]), "same" if payload in seen else "archived")
        seen.add(payload)
    for brought in report.attachments:
        yield Event(parse_time(brought.at), "brought")
    for memento in report.mementos:
        if memento.at:
            yield Event(parse_time(memento.at), "elsewhere")
    for day in days_cited(db, report.source.id, _MOST_DRAWN):
        yield Event(datetime.combine(date.fromisoformat(day), time(12), UTC), "cited")


def _states(history: History, source: KnownSource) -> list[tuple[datetime, str]]:
    looks = history.checks[-_MOST_DRAWN:]
    if not looks:
        return []
    step = -(-len(looks) // _MOST_STATES)
    return [
        (look.at, derive_state(known, kind=source.kind, source_id=source.id).state)
        for look, known in (
            *(
                (looks[end - 1], history.before(looks[end].at))
                for end in range(step, len(looks), step)
            ),
            (looks[-1], history),
        )
    ]
