"""What `doctor` asks of the place: archive, database, free space, and whether the clock can be."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from provenance.errors import ArchiveBusy, ArchiveError
from provenance.pipeline.doctor_machine import Finding
from provenance.pipeline.workplace import Workplace

__all__ = ["examine_archive", "examine_clock", "examine_disk", "examine_store"]

# A run that fills the last of a disk ends in order, but it ends: below this nothing should begin.
_LEAST_FREE_BYTES = 100_000_000
# This program was not written before; a clock that says so was never set.
_NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
# Clocks of two machines that share a disk differ a little.
_CLOCK_SLACK = timedelta(minutes=5)
# The NDSA's Levels of Digital Preservation ask for fixity "at fixed intervals" and name none: a quarter is ours.
_FIXITY_IS_OLD = timedelta(days=90)


def examine_archive(workplace: Workplace) -> Iterator[Finding]:
    """Can the archive be written, and does nobody else write to it?"""
    root = workplace.archive_root
    if fault := _refuses_files(root):
        yield Finding("archive", "bad", fault, "give yourself the right to write there, or name"
                      " another folder with --archive")  # fmt: skip
        return
    if not root.exists():
        yield Finding("archive", "good", f"{root} is not there yet and can be made")
        return
    yield _lock_of(root)
    yield _last_fixity(root, workplace.clock())


def _last_fixity(root: Path, now: datetime) -> Finding:
    """When was the archive last read again, and what came of it?"""
    from provenance.keep.fixity_ledger import read_runs

    runs = read_runs(root)
    advice = "`provenance fixity` reads every record again and compares the digests"
    if not runs:
        return Finding("fixity", "note", "the archive was never read again", advice)
    last = runs[-1]
    when = f"{last.finished:%Y-%m-%d %H:%M} UTC, {last.records:,} records"
    if last.differences:
        return Finding("fixity", "bad", f"{when}: {last.differences:,} differences", advice)
    if now - last.finished > _FIXITY_IS_OLD:
        return Finding("fixity", "note", f"last at {when}: clean, and long ago", advice)
    return Finding("fixity", "good", f"last at {when}: clean")


def _lock_of(root: Path) -> Finding:
    from provenance.keep.lock import WriterLock

    if (root / ".lock").exists():
        try:
            WriterLock(root / ".lock", 0.0).release()
        except ArchiveBusy as error:
            return Finding("archive", "note", error.message, "wait for it to finish")
        except ArchiveError as error:
            return Finding("archive", "bad", error.message, error.hint)
    return Finding("archive", "good", f"{root} can be written, and nobody writes to it")


def _refuses_files(folder: Path) -> str | None:
    """Return why no file can be made in a folder, or in the one where it would be made."""
    if folder.exists() and not folder.is_dir():
        return f"{folder} is no folder"
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return None
    except OSError as error:
        return f"{nearest} cannot be written: {error.strerror}"


def examine_store(workplace: Workplace) -> Iterator[Finding]:
    """Can the database be opened, is it ours, and of which schema?"""
    from provenance.pipeline.catchup import open_store
    from provenance.store.abilities import stored_schema

    path = workplace.db_path
    if fault := _refuses_files(path.parent):
        yield Finding("database", "bad", fault, "name another file with --db")
        return
    if not path.exists():
        yield Finding("database", "good", f"{path} is not there yet; `provenance ingest` makes it")
        return
    schema = stored_schema(path) if path.is_file() else None
    if schema is not None and schema.stored < schema.latest:
        yield Finding("database", "note", f"{path} holds schema {schema.stored} of {schema.latest}",
                      "`provenance ingest` or `provenance rebuild` brings it up to date")  # fmt: skip
        return
    with open_store(path, read_only=True) as store:
        store.positions()
    if not os.access(path, os.W_OK):
        yield Finding("database", "bad", f"{path} is read-only", "give write permission to it")
        return
    yield Finding("database", "good", f"{path} of schema {schema.stored if schema else '?'}")


def examine_disk(workplace: Workplace) -> Iterator[Finding]:
    """Is there room for what a run writes?"""
    wanted = workplace.settings.archive.rotate_bytes
    seen: set[int] = set()
    for name, path in (("archive", workplace.archive_root), ("database", workplace.db_path)):
        nearest = next(p for p in (path, *path.absolute().parents) if p.exists())
        device = nearest.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(nearest).free
        found = f"{free / 1e9:,.1f} GB free for the {name}"
        advice = "free some space, or name a folder on another disk"
        if free < _LEAST_FREE_BYTES:
            yield Finding("disk", "bad", found, advice)
        elif free < wanted:
            yield Finding("disk", "note", found + ": less than one WARC file may take", advice)
        else:
            yield Finding("disk", "good", found)


def examine_clock(workplace: Workplace) -> Iterator[Finding]:
    """Can the time be true: was the clock ever set, and is it behind the archive?"""
    now = workplace.clock()
    newest = _newest_change(workplace.archive_root)
    said = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now < _NOT_BEFORE:
        yield Finding("clock", "bad", f"{said}: it was never set", "set the clock")
    elif newest and now < newest - _CLOCK_SLACK:
        yield Finding("clock", "bad",
                      f"{said}, and the archive was written at {newest:%Y-%m-%d %H:%M} UTC",
                      "set the clock: captures would seem older than they are")  # fmt: skip
    else:
        yield Finding("clock", "good", said)


def _newest_change(root: Path) -> datetime | None:
    times = [path.stat().st_mtime for path in root.glob("*/*.jsonl")]
    return datetime.fromtimestamp(max(times), UTC) if times else None
