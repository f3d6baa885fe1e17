"""How a night begins: what is due in the order in which it is asked, or what a killed run left."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from provenance.formats.ids import make_id
from provenance.keep.disk import archive_faults, make_folder
from provenance.pipeline.catchup import open_store
from provenance.pipeline.workplace import Workplace
from provenance.store.database import Database
from provenance.store.due import Due, list_due, weigh_sources
from provenance.store.night_work import (
    OpenNight,
    begin_night,
    end_night,
    find_open_night,
    sources_left,
)
from provenance.store.watching import last_night, read_night
from provenance.watch.due import HostPlan, order_due, plan_hosts

__all__ = ["Begun", "NightOptions", "begin_or_take_up", "marks_of", "plan_night"]


class NightOptions(Struct, frozen=True):
    """What a night is to look at, of what is due: all of it, or these hosts and documents only."""

    hosts: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()


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
        end_night(db)
    _forget_marks(workplace)
    before = last_night(db)
    night = OpenNight(
        make_id("night", now.isoformat()),
        now,
        before.run.id if before else None,
        before.run.finished if before else None,
    )
    weigh_sources(db)
    begin_night(db, night, [each.source_id for each in _due_in_order(db, workplace, options)])
    return Begun(night, sources_left(db), is_taken_up=False)


def plan_night(workplace: Workplace, options: NightOptions) -> list[HostPlan]:
    """Return what a night would do now, host by host; nothing is written and nobody is asked.

    Raises:
        UsageError: nothing was ever ingested here.
    """
    with open_store(workplace.db_path, read_only=True) as store:
        due = list_due(
            store.db, workplace.clock(), hosts=options.hosts, document_ids=options.document_ids
        )
    return plan_hosts(due, workplace.settings.fetch.per_host_interval_s)


def _due_in_order(db: Database, workplace: Workplace, options: NightOptions) -> Iterable[Due]:
    due = list_due(db, workplace.clock(), hosts=options.hosts, document_ids=options.document_ids)
    night = workplace.settings.night
    return order_due(due, is_bounded=bool(night.max_minutes or night.max_requests))


def marks_of(workplace: Workplace, night_id: str) -> Path:
    """Return the file in which a night marks what it asked; its folder is there."""
    folder = workplace.archive_root / "marks"
    make_folder(folder)
    return folder / night_id


def _forget_marks(workplace: Workplace) -> None:
    """Remove the marks of nights that are over."""
    folder = workplace.archive_root / "marks"
    with archive_faults(folder, "tidy up"):
        for path in folder.glob("night-*"):
            path.unlink(missing_ok=True)
