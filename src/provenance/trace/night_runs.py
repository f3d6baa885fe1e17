"""What nightly runs told, as it was stored when each of them was over."""

from datetime import date, datetime

from msgspec import Struct

from provenance.model import NightReport
from provenance.store import run_read
from provenance.store.database import Database, Row
from provenance.store.rows import parse_time
from provenance.store.watching import read_night

__all__ = ["NightRuns", "RunSummary", "ToldRun", "list_runs", "list_runs_on", "read_run"]

_PAGE_OF_RUNS = 14
# A day has one run, or two where somebody started one by hand.
_MOST_ON_A_DAY = 20


class RunSummary(Struct, frozen=True):
    """A nightly run in numbers.

    `worse` counts the changes that need a person, `causes` the causes of whole hosts, or of ours,
    that the run before did not have.
    """

    id: str
    started: datetime
    finished: datetime
    due: int
    checked: int
    skipped: int
    failed: int
    worse: int
    causes: int


class NightRuns(Struct, frozen=True, kw_only=True):
    """Nightly runs, the latest first; `next` is the run from behind which to go on, None at the end."""

    schema: str = "provenance.night-runs/1"
    items: tuple[RunSummary, ...]
    next: str | None


class ToldRun(Struct, frozen=True):
    """What a run told, and the runs before and after it."""

    report: NightReport
    earlier: str | None
    later: str | None


def list_runs(db: Database, before: str | None = None, *, limit: int = _PAGE_OF_RUNS) -> NightRuns:
    """Return the latest runs, or those before the run with the id `before`."""
    found = run_read.list_runs(db, limit + 1, before)
    items = tuple(map(_summary, found[:limit]))
    return NightRuns(items=items, next=items[-1].id if len(found) > limit else None)


def list_runs_on(db: Database, day: date) -> tuple[RunSummary, ...]:
    """Return the runs that began on a day (UTC)."""
    return tuple(map(_summary, run_read.runs_on(db, day, _MOST_ON_A_DAY)))


def read_run(db: Database, run_id: str) -> ToldRun | None:
    """Return what a run told; None where there was no such run."""
    report = read_night(db, run_id)
    if report is None:
        return None
    return ToldRun(report, *run_read.neighbours_of(db, run_id))


def _summary(row: Row) -> RunSummary:
    started, finished = parse_time(row["started"]), parse_time(row["finished"])
    return RunSummary(**{**row, "started": started, "finished": finished})
