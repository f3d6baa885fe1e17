"""A year's picture from the store: states week by week, and how long links live."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from provenance.model import LinkLife, Survival, WeekOfStates, YearPicture
from provenance.model.history import History
from provenance.store import year
from provenance.store.database import Database
from provenance.store.read import count_states
from provenance.watch.lives import Absent, life_of, states_at
from provenance.watch.pictures.kaplan_meier import estimate_survival
from provenance.watch.verdict import derive_state

__all__ = ["DRAWN", "picture_year"]

WEEKS = 53
DRAWN = 2_000
"""Sources that a picture is made of: a share of 1 % is told to within 0.45 % (95 %)."""

HOSTS = 8
_HOSTS_SEARCHED = 16
DRAWN_OF_HOST = 200
# Of a host with fewer links a curve says nothing.
_FEWEST_LINKS = 5


def picture_year(db: Database, until: datetime, *, drawn: int = DRAWN) -> YearPicture:
    """Return the year of states and the lives of links up to a moment, as they are judged today.

    What it costs grows with the sources drawn and the looks at each, not with the store.
    """
    lot = year.draw_sources(db, drawn)
    now = count_states(db)
    histories = year.read_histories(db, lot, until)
    mondays = _mondays(until)
    ends = [*(_midnight(monday) for monday in mondays[1:]), until]
    counts = [Counter[str]() for _ in mondays]
    # behind the last look nobody knows: what was then is not drawn on
    last = max((look.at for each in histories.values() for look in each.checks), default=until)
    ends = ends[: sum(_midnight(monday) <= last for monday in mondays)]
    for source_id, history in histories.items():
        states = states_at(history, ends, kind=lot[source_id], source_id=source_id)
        for counter, state in zip(counts, states, strict=False):
            if state is not None:
                counter[state] += 1
    lives, absent = _lives(histories, lot)
    return YearPicture(
        until=until.astimezone(UTC).date(),
        sources=sum(now.values()),
        drawn=len(lot),
        now=now,
        weeks=tuple(
            WeekOfStates(monday.date(), dict(sorted(counter.items())))
            for monday, counter in zip(mondays, counts, strict=True)
        ),
        overall=estimate_survival("", lives),
        absent=absent,
        hosts=tuple(_hosts(db, until)),
    )


def _mondays(until: datetime) -> list[datetime]:
    """The beginnings of the weeks of the picture; the last one holds the moment before `until`."""
    day = (until - timedelta(microseconds=1)).astimezone(UTC)
    monday = _midnight(day - timedelta(days=day.weekday()))
    return [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), UTC)


def _hosts(db: Database, until: datetime) -> Iterator[Survival]:
    """The largest hosts with enough links that were looked at."""
    found = 0
    for host, sources in year.largest_hosts(db, _HOSTS_SEARCHED):
        lot = year.draw_of_host(db, host, sources, DRAWN_OF_HOST)
        lives, _ = _lives(year.read_histories(db, lot, until), lot)
        if len(lives) >= _FEWEST_LINKS:
            found += 1
            yield estimate_survival(host, lives)
        if found == HOSTS:
            return


def _lives(histories: dict[str, History], lot: year.Drawn) -> tuple[list[LinkLife], int]:
    lives: list[LinkLife] = []
    absent = 0
    for source_id, history in histories.items():
        state = derive_state(history, kind=lot[source_id], source_id=source_id).state
        match life_of(history, state):
            case LinkLife() as life:
                lives.append(life)
            case Absent():
                absent += 1
            case None:
                pass
    return lives, absent
