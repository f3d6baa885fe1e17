"""One round through other people's archives: look up what is absent, ask them to keep what is live."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from msgspec import Struct

from provenance.fetch.fetcher import Fetcher
from provenance.keep.archive import Archive
from provenance.pipeline.evidence import find_all_evidence
from provenance.pipeline.following import follow_all
from provenance.pipeline.mementos import look_up_mementos
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.report import MementoReport, SubmitReport
from provenance.pipeline.submissions import submit_pages
from provenance.pipeline.texts import extract_texts
from provenance.pipeline.withdraw import resolve_source
from provenance.pipeline.workplace import Workplace
from provenance.pipeline.writing import open_for_writing
from provenance.store.write import Store

__all__ = ["RoundReport", "visit_other_archives"]


class RoundReport(Struct, frozen=True):
    """What came of a round; `submitted` is None where nothing was to be sent."""

    mementos: MementoReport
    submitted: SubmitReport | None = None


def visit_other_archives(
    workplace: Workplace,
    sources: Sequence[str] = (),
    *,
    submit: bool = False,
    progress: Progress = silent_progress,
) -> RoundReport:
    """Look up copies of what is gone, walled or blocked; with `submit` have live pages kept too.

    `sources` are named as for `attach`; none named is all of them.

    Raises:
        UsageError: there is no database, or a name fits no source, or several.
        SettingsError: the key for submissions cannot be used.
        ArchiveError, StoreError: a fault of the house; what was committed stays.
    """
    with open_for_writing(workplace, progress) as (store, archive):
        chosen = [resolve_source(store.db, name).id for name in sources] or None
        report = asyncio.run(
            _visit(store, archive, workplace, chosen, submit=submit, progress=progress)
        )
        find_all_evidence(store, progress)
        follow_all(store, progress)
        return report


async def _visit(
    store: Store,
    archive: Archive,
    workplace: Workplace,
    chosen: list[str] | None,
    *,
    submit: bool,
    progress: Progress,
) -> RoundReport:
    async with AsyncExitStack() as opened:
        made: list[Fetcher] = []

        async def open_fetcher() -> Fetcher:
            if not made:
                fetcher = Fetcher(workplace.settings, clock=workplace.clock)
                made.append(await opened.enter_async_context(fetcher))
            return made[0]

        found = await look_up_mementos(
            store,
            archive,
            workplace,
            open_fetcher=open_fetcher,
            progress=progress,
            source_ids=chosen,
        )
        sent = None
        if submit:
            sent = await submit_pages(
                store,
                archive,
                workplace,
                open_fetcher=open_fetcher,
                progress=progress,
                source_ids=chosen,
            )
    # copies of a run that was killed wait to be read, too
    await extract_texts(store, archive, workplace, progress)
    return RoundReport(found, sent)
