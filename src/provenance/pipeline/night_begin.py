"""How a night begins: what is due in the order in which it is asked, or what a killed run left."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from provenance.formats.ids import make_id
from provenance.keep.disk import archive_faults, make_folder
from provenance.pipeline.catchup import open_store
from provenance.pipeline.night_choice import NightOptions, resolve_options
from provenance.pipeline.workplace import Workplace
from provenance.store.database import Database
from provenance.store.due import Due, list_due, weigh_sources
from provenance.store.night_work import (
    OpenNight,
    add_to_night,
    begin_night,
    end_night,
    find_open_night,
    sources_left,
)
from provenance.store.rows import time_text
from provenance.store.watching import last_night, read_night
from provenance.watch.due import HostPlan, order_due, plan_hosts

__all__ = [
    "Begun",
    "begin_or_take_up",
    "marks_of",
    "plan_night",
    "take_what_fell_due",
]

# How a file of marks is named: when its night began, and which it is.
_MOMENT = "%Y%m%dT%H%M%SZ"
_BETWEEN = "_"


class Begun(NamedTuple):
    """A night with what is left of it, in order."""

    night: OpenNight
    left: list[str]
    is_taken_up: bool


def begin_or_take_up(db: Database, workplace: Workplace, options: NightOptions) -> Begun:
    """Take up the run that was killed lately; else begin one with what is due now.

    A run that was taken up does what it was begun with, whatever `options` say. One that has been told
    of, or is older than `night.resume_within_hours`, is over.
    """
    now = workplace.clock()
    found = find_open_night(db)
    if found is not None:
        age = now - found.started
        is_fresh = abs(age) <= timedelta(hours=workplace.settings.night.resume_within_hours)
        if is_fresh and read_night(db, found.id) is None:
            return Begun(found, sources_left(db), is_taken_up=True)
        marks_of(workplace, found).unlink(missing_ok=True)
        end_night(db)
    # one that a clock ahead dated years on is before none: what came since it would be told to nobody
    before = last_night(db, time_text(now))
    night = OpenNight(
        make_id("night", now.isoformat()),
        now,
        before.run.id if before else None,
        before.run.finished if before else None,
    )
    _take_over_marks(db, workplace, night)
    weigh_sources(db)
    begin_night(db, night, [each.source_id for each in _due_in_order(db, workplace, options)])
    return Begun(night, sources_left(db), is_taken_up=False)


def take_what_fell_due(db: Database, workplace: Workplace, options: NightOptions) -> list[str]:
    """Add to the night what fell due since it began; return it, in order.

    A page that was gone three nights ago at five past two counts as gone again from five past two
    on: what is asked for when a night begins would have it wait for the fourth.
    """
    return add_to_night(db, [each.source_id for each in _due_in_order(db, workplace, options)])


def plan_night(workplace: Workplace, options: NightOptions) -> list[HostPlan]:
    """Return what a night would do now, host by host; nothing is written and nobody is asked.

    Raises:
        UsageError: nothing was ever ingested here, or an option names nothing.
    """
    with open_store(workplace.db_path, read_only=True) as store:
        options = resolve_options(store.db, options)
        due = list_due(
            store.db, workplace.clock(), hosts=options.hosts, document_ids=options.documents
        )
    return plan_hosts(due, workplace.settings.fetch.per_host_interval_s)


def _due_in_order(db: Database, workplace: Workplace, options: NightOptions) -> Iterable[Due]:
    due = list_due(db, workplace.clock(), hosts=options.hosts, document_ids=options.documents)
    night = workplace.settings.night
    return order_due(due, is_bounded=bool(night.max_minutes or night.max_requests))


def marks_of(workplace: Workplace, night: OpenNight) -> Path:
    """Return the file in which a night marks what it asked; its folder is there."""
    folder = workplace.archive_root / "marks"
    make_folder(folder)
    return folder / f"{night.started:{_MOMENT}}{_BETWEEN}{night.id}"


def _take_over_marks(db: Database, workplace: Workplace, night: OpenNight) -> None:
    """Let the marks of runs that nobody can take up any more (their store was made anew) hold for this one.

    Those of nights that were told of, or that began too long ago, are removed; what is named otherwise
    is somebody else's and stays.
    """
    own = marks_of(workplace, night)
    longest = timedelta(hours=workplace.settings.night.resume_within_hours)
    with archive_faults(own.parent, "tidy up"):
        for path in sorted(own.parent.glob(f"*{_BETWEEN}night-*")):
            began, _, night_id = path.name.partition(_BETWEEN)
            try:
                age = night.started - datetime.strptime(began, _MOMENT).replace(tzinfo=UTC)
            except ValueError:
                continue
            if abs(age) <= longest and read_night(db, night_id) is None:
                _hold_for(own, path)
            else:
                path.unlink(missing_ok=True)


def _hold_for(own: Path, path: Path) -> None:
    """Put marks behind those that a night has already; of two runs that were lost neither's are."""
    if path == own:
        return
    if own.exists():
        with own.open("ab") as marks:
            glue = b"" if own.read_bytes().endswith(b"\n") else b"\n"
            marks.write(glue + path.read_bytes())
        path.unlink()
    else:
        path.replace(own)
