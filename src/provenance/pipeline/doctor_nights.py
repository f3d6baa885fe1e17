"""What `doctor` asks of the nights: did the last one end, how long ago, and for how many more is there room?"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from provenance.errors import ArchiveBusy
from provenance.pipeline.doctor_machine import Finding
from provenance.pipeline.workplace import Workplace
from provenance.store.database import Database

__all__ = ["examine_log", "examine_nights"]

# A timer that runs every night leaves at most some thirty hours between two ends of runs.
_NIGHT_IS_OLD = timedelta(hours=48)
# Who is told a month before has time to buy a disk.
_FEW_NIGHTS = 30
_LATEST_NIGHTS = 30
# A writer begins the log anew at 32 MB (store/database.py); four times that means that it could not.
_LARGE_LOG_BYTES = 128 * 1024 * 1024
_PAGE = "docs/operations.md has a timer, a cron line and a workflow"


class _Growth(NamedTuple):
    """What a night adds: bytes of archive and database for each look, looks a night."""

    bytes_a_look: float
    looks_a_night: float


def examine_nights(workplace: Workplace) -> Iterator[Finding]:
    """When did the last night end, is one under way, and does the disk have room for more?"""
    from provenance.pipeline.catchup import open_store
    from provenance.store.abilities import stored_schema

    path = workplace.db_path
    schema = stored_schema(path) if path.is_file() else None
    if schema is None or schema.stored != schema.latest:
        return  # what there is to say of the database is said already
    with open_store(path, read_only=True) as store:
        yield _last_night(store.db, workplace)
        growth = _growth(store.db, workplace)
    if growth is not None:
        yield _room(growth, workplace)


def _last_night(db: Database, workplace: Workplace) -> Finding:
    from provenance.store.night_work import find_open_night
    from provenance.store.watching import last_night

    if holder := _night_under_way(workplace.archive_root):
        return Finding("night", "note", holder, "wait for its report")
    now, last, left = workplace.clock(), last_night(db), find_open_night(db)
    if left is not None and (last is None or left.started > last.run.started):
        return Finding(
            "night", "note", f"the one that began at {_said(left.started)} did not end",
            "`provenance nightly` takes it up, and asks for nothing that was asked for",
        )  # fmt: skip
    if last is None:
        return Finding("night", "note", "none yet: nobody looks whether sources are still there",
                       f"`provenance nightly` does; {_PAGE}")  # fmt: skip
    run = last.run
    looked = f"{run.checked + run.failed:,} of {run.due:,} due were looked at"
    found = f"last ended at {_said(run.finished)}: {looked}"
    if run.failed:
        found += f", {run.failed:,} in vain"
    if now - run.finished > _NIGHT_IS_OLD:
        days = (now - run.finished) / timedelta(days=1)
        return Finding("night", "note", f"{found}; that is {days:,.0f} days ago",
                       f"see whether it is still started every night; {_PAGE}")  # fmt: skip
    if run.skipped and run.ended_by in {"minutes", "requests"}:
        return Finding("night", "note", f"{found}, then the {run.ended_by} were spent",
                       f"raise night.max_{run.ended_by} if it is so every night")  # fmt: skip
    return Finding("night", "good", found)


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _night_under_way(root: Path) -> str | None:
    from provenance.keep.lock import WriterLock

    lock = root / ".night.lock"
    if lock.exists():
        try:
            WriterLock(lock, 0.0).release()
        except ArchiveBusy as error:
            return error.message.replace(" writes to ", " is at its night over ")
    return None


def _growth(db: Database, workplace: Workplace) -> _Growth | None:
    """Return what a night adds, as far as the latest nights tell; None where none looked at anything."""
    looks_a_night = db.value(
        "SELECT avg(checked + failed) FROM"
        " (SELECT checked, failed FROM nights ORDER BY started DESC LIMIT ?)",
        (_LATEST_NIGHTS,),
    )
    looks = db.value("SELECT count(*) FROM checks")
    if not looks_a_night or not looks:
        return None
    kept = [path for path in workplace.archive_root.rglob("*") if path.is_file()]
    held = sum(path.stat().st_size for path in [*kept, workplace.db_path])
    return _Growth(held / looks, looks_a_night)


def _room(growth: _Growth, workplace: Workplace) -> Finding:
    a_night = growth.bytes_a_look * growth.looks_a_night
    nights = shutil.disk_usage(workplace.archive_root).free / a_night
    found = (
        f"for {min(nights, 99_999):,.0f} nights of {growth.looks_a_night:,.0f} looks, at "
        f"{growth.bytes_a_look / 1e3:,.1f} kB a look as until now"
    )
    if nights < _FEW_NIGHTS:
        return Finding("room", "note", found, "give the archive a larger disk, in time")
    return Finding("room", "good", found)


def examine_log(workplace: Workplace) -> Iterator[Finding]:
    """Is SQLite's write-ahead log as small as writers keep it?"""
    log = Path(f"{workplace.db_path}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > _LARGE_LOG_BYTES:
        yield Finding(
            "write-ahead log", "note",
            f"{log} holds {size / 1e6:,.0f} MB: somebody reads and never ends",
            "end what keeps the database open (serve, Datasette, a shell); the next run shortens it",
        )  # fmt: skip
