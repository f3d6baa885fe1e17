"""Looks that workers stored and nobody committed yet: a run was killed, or ended by its budget.

The archive's one writer takes them over before it looks at anything itself, whoever it is: what
a worker has seen is seen, and is not asked again.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from provenance.fetch.fetcher import Fetcher
from provenance.formats.ids import make_id
from provenance.keep.archive import Archive
from provenance.keep.spool import (
    Look,
    SpoolReader,
    end_run,
    is_held,
    list_runs,
    list_spools,
    settle_spool,
    stop_run,
    stop_worker,
)
from provenance.pipeline.looks import Looking
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.stored_looks import StoredLooks
from provenance.pipeline.workplace import Workplace
from provenance.store.due import read_sources
from provenance.store.write import Store

__all__ = ["NIGHT", "take_over", "take_over_earlier"]

_log = logging.getLogger("provenance.pipeline")
# What the names of nights' runs begin with.
NIGHT = "night-"
_POLL_S = 0.05
_BATCH = 500


async def take_over(
    store: Store,
    archive: Archive,
    workplace: Workplace,
    progress: Progress = silent_progress,
    *,
    fetcher: Fetcher | None = None,
    keeps_nights: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Commit what workers of earlier runs have seen; return how many looks that were.

    They are told to ask nobody any more, and waited for as long as `cluster.let_go_s` says. One that
    still lives then is left for the next run. With `keeps_nights` the marks of nights stay readable:
    a night that is taken up asks nobody a second time.
    """
    taken = 0
    for run in list_runs(archive.root):
        stop_run(archive.root, run)
        for path in list_spools(archive.root, run):
            stop_worker(archive.root, run, path.stem)
            if not _is_let_go(path, workplace.settings.cluster.let_go_s, sleep):
                _log.warning("%s is still written to: its looks are taken over later", path)
                continue
            for looks in _batches(path, store):
                sources = list(read_sources(store.db, [look.source_id for look in looks]).values())
                crew = StoredLooks(store, archive, looks)
                await Looking(store, archive, workplace, fetcher, crew).look_at(sources, progress)
                taken += len(looks)
            settle_spool(path)
        if not (keeps_nights and run.startswith(NIGHT)):
            end_run(archive.root, run)
    return taken


def take_over_earlier(
    store: Store, archive: Archive, workplace: Workplace, progress: Progress = silent_progress
) -> int:
    """As `take_over`, for whoever begins to write, before anything is asked."""
    if not list_runs(archive.root):
        return 0
    return asyncio.run(take_over(store, archive, workplace, progress, keeps_nights=True))


def _is_let_go(path: Path, patience_s: float, sleep: Callable[[float], None]) -> bool:
    waited_s = 0.0
    while is_held(path):
        if waited_s >= patience_s:
            return False
        sleep(_POLL_S)
        waited_s += _POLL_S
    return True


def _batches(path: Path, store: Store) -> Iterator[list[Look]]:
    """Yield the looks of a journal that are no checks yet; a source is in a batch once."""
    batch: dict[str, Look] = {}
    for line in SpoolReader(path).read():
        if not isinstance(line, Look) or _is_known(line, store):
            continue
        if line.source_id in batch or len(batch) >= _BATCH:
            yield list(batch.values())
            batch = {}
        batch[line.source_id] = line
    if batch:
        yield list(batch.values())


def _is_known(look: Look, store: Store) -> bool:
    check_id = make_id("check", look.source_id, look.visit.at.isoformat())
    found: int = store.db.value("SELECT count(*) FROM checks WHERE check_id = ?", (check_id,))
    return found > 0
