"""A night: everything that is due, asked, judged, read, followed, and told of once.

The order is the promise: lock → catch up → take up a killed run, or begin → ask (within the budget) →
second opinions → other archives → read → hold claims against it → follow passages → tell → forget the
work. Each step commits as it goes; a run that is killed anywhere is taken up by the next one.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from provenance.errors import ArchiveBusy
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.marks import count_marks
from provenance.keep.archive import Archive
from provenance.keep.lock import WriterLock
from provenance.model import NightLine, NightReport, NightRun, Source
from provenance.pipeline.crew import Hire
from provenance.pipeline.evidence import find_all_evidence
from provenance.pipeline.following import follow_all
from provenance.pipeline.looks import Looking
from provenance.pipeline.mementos import look_up_mementos
from provenance.pipeline.night_begin import (
    Begun,
    begin_or_take_up,
    marks_of,
    take_what_fell_due,
)
from provenance.pipeline.night_budget import (
    BudgetSpent,
    EndedBy,
    TimeBudget,
    keep_within,
    until_spent,
)
from provenance.pipeline.night_choice import NightOptions, resolve_options
from provenance.pipeline.night_crew import NightCrew
from provenance.pipeline.night_opinions import ask_second_opinions
from provenance.pipeline.night_report import assemble_report
from provenance.pipeline.overriding import end_overrides
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.taking_over import take_over
from provenance.pipeline.texts import extract_texts
from provenance.pipeline.workplace import Workplace
from provenance.pipeline.writing import open_for_writing
from provenance.store.due import read_sources
from provenance.store.night_work import (
    count_captured,
    count_due,
    count_results,
    end_night,
    note_requests,
    sources_left,
    was_due_by,
)
from provenance.store.write import Store
from provenance.watch.outage import OutageWatch
from provenance.watch.verdict import STATE_RULES_VERSION

__all__ = ["NightOptions", "run_night"]

_EVERYTHING = NightOptions()
# So long a host may send us away unnoticed; then each such night is one of trouble.
_PASSED_OVER_FOR = timedelta(days=2)


class _Asked(Struct):
    """What came of asking."""

    requests: int = 0
    ended_by: EndedBy | None = None
    was_cut_off: bool = False


class _Night(Struct, frozen=True):
    """What every step of a night works with."""

    store: Store
    archive: Archive
    workplace: Workplace
    progress: Progress
    budget: TimeBudget
    begun: Begun
    options: NightOptions
    hire: Hire | None


def run_night(
    workplace: Workplace,
    options: NightOptions = _EVERYTHING,
    progress: Progress = silent_progress,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    hire: Hire | None = None,
) -> NightReport:
    """Look at what is due and return what changed since the last night.

    Bounds are those of `[night]`. `monotonic` returns seconds for `max_minutes`; every other moment
    is `workplace.clock()`. `hire` brings others who ask in place of this process.

    Raises:
        UsageError: nothing was ever ingested here, or an option names nothing.
        ArchiveBusy: another night is under way, or another process writes.
        ArchiveError, StoreError: a fault of the house; what was committed stays.
    """
    budget = TimeBudget(workplace.settings.night, monotonic)
    with _alone(workplace), open_for_writing(workplace, progress) as (store, archive):
        options = resolve_options(store.db, options)
        begun = begin_or_take_up(store.db, workplace, options)
        night = _Night(store, archive, workplace, progress, budget, begun, options, hire)
        asked = asyncio.run(_ask_and_read(night))
        if asked.ended_by != "signal":
            _find_passages(night, asked)
        end_overrides(store, archive, workplace)
        report = _tell(night, asked)
        marks_of(workplace, begun.night).unlink(missing_ok=True)
        end_night(store.db)
    return report


@contextlib.contextmanager
def _alone(workplace: Workplace) -> Iterator[None]:
    """Hold the lock of nights; whoever finds it held has nothing to wait for."""
    root = workplace.archive_root
    if not root.is_dir():  # whoever opens the archive says so in better words
        yield
        return
    try:
        lock = WriterLock(root / ".night.lock", 0.0)
    except ArchiveBusy as error:
        raise ArchiveBusy(
            error.message.replace(" writes to ", " is at its night over "),
            hint="let it finish: its report tells of this night; two are never run at once",
        ) from error
    try:
        yield
    finally:
        lock.release()


async def _ask_and_read(night: _Night) -> _Asked:
    asked = await _ask(night)
    if asked.ended_by == "signal":
        return asked
    bounded = until_spent(night.progress, night.budget)
    try:
        # pages are read by the hundred, and each may take half a minute
        async with asyncio.timeout(night.budget.left_s()) as over:
            await extract_texts(night.store, night.archive, night.workplace, bounded)
    except BudgetSpent:
        pass
    except TimeoutError:
        if not over.expired():
            raise
    return asked


async def _ask(night: _Night) -> _Asked:
    """Ask everybody who is to be asked, until the budget is spent."""
    workplace, begun, store = night.workplace, night.begun, night.store
    bound = workplace.settings.night.max_requests
    marks = marks_of(workplace, begun.night)
    # a run that was killed wrote no number down: each page that it marked was one request at least
    asked = _Asked(max(begun.night.requests, count_marks(marks)))
    if bound and asked.requests >= bound:
        return replace(asked, ended_by="requests")
    async with contextlib.AsyncExitStack() as opened:
        fetcher = await opened.enter_async_context(
            Fetcher(
                workplace.settings,
                clock=workplace.clock,
                marks=None if night.hire else marks,
                max_requests=bound - asked.requests if bound else 0,
            )
        )
        run = begun.night.id
        hired = night.hire(store, night.archive, workplace, run) if night.hire else None
        outage = OutageWatch(workplace.settings.night.offline_looks)
        long_ago = begun.night.started - _PASSED_OVER_FOR
        crew = NightCrew(
            fetcher,
            outage,
            night.budget.is_asking_over,
            lambda source: was_due_by(store.db, source.id, long_ago),
            hired,
        )
        asked.ended_by = await _ask_in_turn(night, fetcher, crew)
        asked.requests += fetcher.meter.sent
        asked.was_cut_off = crew.was_cut_off or outage.was_all_offline
        if hired is not None:  # what they have seen and not handed over
            asked.requests += hired.requests
            await take_over(store, night.archive, workplace, night.progress, fetcher=fetcher)
    note_requests(store.db, asked.requests)
    return asked


async def _ask_in_turn(night: _Night, fetcher: Fetcher, crew: NightCrew) -> EndedBy | None:
    """Look at the sources, then ask others about what was not there; return what ended it early."""
    store, archive, workplace, progress = (
        night.store,
        night.archive,
        night.workplace,
        night.progress,
    )
    looking = Looking(store, archive, workplace, fetcher, crew)
    sources = _sources_of(night, night.begun.left)
    looks = looking.look_at(sources, progress) if sources else None
    ended_by = await keep_within(night.budget, fetcher.meter, looks)
    if ended_by is None and not crew.was_cut_off and not night.budget.is_asking_over():
        later = _sources_of(night, take_what_fell_due(store.db, workplace, night.options))
        looks = looking.look_at(later, progress) if later else None
        ended_by = await keep_within(night.budget, fetcher.meter, looks)
    if ended_by is None and fetcher.meter.spent.is_set() and sources_left(store.db):
        ended_by = "requests"
    elif ended_by is None and night.budget.is_asking_over():
        ended_by = "minutes"
    if ended_by is None and not crew.was_cut_off:
        opinions = ask_second_opinions(store, archive, workplace, fetcher, progress)
        ended_by = await keep_within(night.budget, fetcher.meter, opinions)
    if ended_by is None and not crew.was_cut_off:
        ended_by = await keep_within(
            night.budget, fetcher.meter, _ask_other_archives(night, fetcher)
        )
    return ended_by


def _sources_of(night: _Night, source_ids: Sequence[str]) -> list[Source]:
    known = read_sources(night.store.db, source_ids)
    return [known[source_id] for source_id in source_ids if source_id in known]


async def _ask_other_archives(night: _Night, fetcher: Fetcher) -> None:
    async def open_fetcher() -> Fetcher:
        return fetcher

    await look_up_mementos(
        night.store,
        night.archive,
        night.workplace,
        open_fetcher=open_fetcher,
        progress=night.progress,
    )


def _find_passages(night: _Night, asked: _Asked) -> None:
    """Hold claims against what came, follow what they lean on; what there is no time for waits."""
    bounded = until_spent(night.progress, night.budget)
    try:
        find_all_evidence(night.store, bounded)
        follow_all(night.store, bounded)
    except BudgetSpent:
        asked.ended_by = asked.ended_by or "minutes"


def _tell(night: _Night, asked: _Asked) -> NightReport:
    """Put the report into the journal; what was told of is not told again."""
    store, begun = night.store, night.begun
    results = count_results(store.db)
    due, failed = count_due(store.db), results["temporary"]
    checked = results.total() - failed
    run = NightRun(
        id=begun.night.id,
        started=begun.night.started,
        finished=night.workplace.clock(),
        due=due,
        checked=checked,
        skipped=due - checked - failed,
        failed=failed,
        requests=asked.requests,
        captured=count_captured(store.db, begun.night.started),
        vantage="offline" if asked.was_cut_off else "online",
        ended_by=asked.ended_by,
        resumed=begun.is_taken_up,
        rules=STATE_RULES_VERSION,
        previous=begun.night.previous,
    )
    report = assemble_report(store.db, begun.night, run, night.workplace)
    lines = night.archive.commit([NightLine(report, {})])
    store.apply_holdings((line, at) for line, at in lines if isinstance(line, NightLine))
    return report
