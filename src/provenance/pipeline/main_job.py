"""The main job on one page: documents in, claims linked to archived sources.

Every stage commits as it goes and starts from what is already there, so that the
same command after a crash does only the rest, and after a finished run nothing.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import NamedTuple

from msgspec.structs import replace

from provenance.cite.corrections import Correction
from provenance.errors import UnreadableDocument, UsageError
from provenance.fetch.classify import is_page, observe
from provenance.fetch.fetcher import Fetcher
from provenance.formats.body import decode_body
from provenance.formats.strangers import storable
from provenance.keep.archive import Archive
from provenance.pipeline.cases import Case
from provenance.pipeline.catchup import catch_up, open_store
from provenance.pipeline.corrections import read_corrections
from provenance.pipeline.crew import Crew, Hire
from provenance.pipeline.documents import ingest_document
from provenance.pipeline.evidence import find_all_evidence
from provenance.pipeline.following import follow_all
from provenance.pipeline.inputs import Expanded, Input, RawDocument, expand_inputs, read_input
from provenance.pipeline.looks import Looking
from provenance.pipeline.mementos import look_up_mementos
from provenance.pipeline.parsing import ParseElsewhere, Parser
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.recovery import count_recoveries, recover_addresses
from provenance.pipeline.report import (
    DocumentReport,
    IngestOptions,
    IngestReport,
    InputFault,
    MementoReport,
    ResultKind,
    SourceResult,
    count_results,
)
from provenance.pipeline.taking_over import take_over, take_over_earlier
from provenance.pipeline.texts import extract_texts
from provenance.pipeline.workplace import Workplace
from provenance.pipeline.writing import open_archive
from provenance.store.identity import is_document
from provenance.store.looks import Standing, standings
from provenance.store.read import list_documents, sources_to_fetch
from provenance.store.write import Store

__all__ = ["ingest"]

_DEFAULTS = IngestOptions()


class _Run(NamedTuple):
    """What every stage of one run works with."""

    store: Store
    archive: Archive
    workplace: Workplace
    options: IngestOptions
    progress: Progress
    hire: Hire | None = None
    elsewhere: ParseElsewhere | None = None

    def crew(self, fetcher: Fetcher | None) -> Crew | None:
        """Return those who look at sources in place of this process."""
        if self.hire is None or fetcher is None:
            return None
        name = f"ingest-{secrets.token_hex(6)}"
        return self.hire(self.store, self.archive, self.workplace, name)


class _Seen(NamedTuple):
    """What a run saw of its documents' sources."""

    results: tuple[SourceResult, ...] = ()
    texts: int = 0
    mementos: MementoReport = MementoReport()


def ingest(
    names: Sequence[str],
    workplace: Workplace,
    options: IngestOptions = _DEFAULTS,
    progress: Progress = silent_progress,
    *,
    hire: Hire | None = None,
    elsewhere: ParseElsewhere | None = None,
) -> IngestReport:
    """Take in documents and look at the sources that they cite.

    `names` are files, folders, globs, URLs or `-`. An input that cannot be read is a
    fault in the report and stops none of the others. Where none leads to a document,
    neither database nor archive is touched. `hire` brings others who ask in place of this process, `elsewhere` others who parse.

    Raises:
        UsageError: nothing is named, one document is to be several files, or there is none such.
        ArchiveError, StoreError: a fault of the house; what was committed stays.
    """
    began_s = time.monotonic()
    named = _expand(names, options)
    corrections = read_corrections(workplace.settings.recover)
    if not named.inputs:
        return IngestReport((), count_results(()), 0.0, (), named.faults, named.passed_over)
    if not workplace.db_path.exists() and not workplace.archive_root.exists():
        _refuse_unknown(None, options)
    with open_store(workplace.db_path) as store, open_archive(store, workplace) as archive:
        run = _Run(store, archive, workplace, options, progress, hire, elsewhere)
        catch_up(store, archive, progress, workplace.settings.extract)
        take_over_earlier(store, archive, workplace, progress)
        _refuse_unknown(store, options)
        report = _take_in(run, named, corrections)
    return replace(report, elapsed_s=time.monotonic() - began_s)


def _take_in(run: _Run, named: Expanded, corrections: Sequence[Correction]) -> IngestReport:
    documents, cases, unread = _take_documents(run, named.inputs, corrections)
    seen = asyncio.run(_look_and_read(run, documents, cases))
    _find_passages(run.store, run.progress)
    return IngestReport(
        documents=tuple(_with_settled_sources(run.store, documents, cases)),
        fetch=count_results(seen.results),
        elapsed_s=0.0,
        results=seen.results,
        faults=(*named.faults, *unread),
        passed_over=named.passed_over,
        texts=seen.texts,
        recovered=count_recoveries(run.store, cases),
        mementos=seen.mementos,
    )


def _refuse_unknown(store: Store | None, options: IngestOptions) -> None:
    """A typing error must not become a document of its own."""
    wanted = options.document_id
    if wanted is None or (store is not None and is_document(store.db, wanted)):
        return
    raise UsageError(
        f"there is no document {storable(wanted)} that this could be a version of",
        hint="`provenance trace --json` and the desk say which id a document has; without --document "
        "it is known by its path, its address or its content",
    )


def _find_passages(store: Store, progress: Progress) -> None:
    """Find what each claim leans on, and what later looks left of it."""
    find_all_evidence(store, progress)
    follow_all(store, progress)


def _expand(names: Sequence[str], options: IngestOptions) -> Expanded:
    if not names:
        raise UsageError("no document named", hint="name a file, a folder, a URL or -")
    expanded = expand_inputs(names)
    if options.document_id is not None and len(expanded.inputs) > 1:
        raise UsageError(
            f"{len(expanded.inputs)} files cannot all be versions of {options.document_id}",
            hint="name one file with --document",
        )
    return expanded


def _take_documents(
    run: _Run, inputs: Sequence[Input], corrections: Sequence[Correction]
) -> tuple[list[DocumentReport], list[Case], list[InputFault]]:
    documents: list[DocumentReport] = []
    cases: list[Case] = []
    faults: list[InputFault] = []

    settings, explicit = run.workplace.settings, run.options.document_id

    def read_one(named: Input) -> RawDocument:
        return read_input(named, settings.ingest, lambda url: asyncio.run(_read_url(url, run)))

    with (
        run.progress("Reading documents", len(inputs)) as stage,
        Parser(settings.extract, run.elsewhere) as parser,
    ):
        for named, read in parser.ahead(inputs, read_one):
            try:
                report, case = ingest_document(
                    read(),
                    run.store,
                    run.archive,
                    run.workplace,
                    parser,
                    explicit=explicit,
                    corrections=corrections,
                )
                documents.append(report)
                cases.append(case)
            except UnreadableDocument as error:
                faults.append(_fault_of(named, error))
            stage.advance(named.name)
    return documents, cases, faults


def _with_settled_sources(
    store: Store, documents: Sequence[DocumentReport], cases: Sequence[Case]
) -> list[DocumentReport]:
    """Count sources anew where a completed address turned out to be one that is cited already."""
    asked = {case.document_id for case in cases if case.questions}
    counts = {each.id: each.sources for each in list_documents(store.db, asked)}
    return [replace(each, sources=counts.get(each.id, each.sources)) for each in documents]


def _fault_of(named: Input, error: UnreadableDocument) -> InputFault:
    return InputFault(storable(named.name), storable(error.message), error.hint)


async def _read_url(url: str, run: _Run) -> RawDocument:
    """Read a document from the web, through the same guard as every source."""
    workplace = run.workplace
    if run.options.offline or not run.options.fetch:
        raise UnreadableDocument(f"{url} is not read: this run does not use the network")
    async with Fetcher(workplace.settings, clock=workplace.clock) as fetcher:
        visit = await fetcher.fetch(url)
    verdict, _ = observe(visit)
    last = visit.last
    if not is_page(verdict) or last is None:
        raise UnreadableDocument(f"cannot read {url}: {verdict.reason}")
    limits = workplace.settings.fetch
    data = decode_body(
        last.headers, last.body, limits.max_decoded_bytes, limits.max_decoded_ratio
    ).data
    media_type = (last.header("content-type") or "text/html").partition(";")[0].strip()
    return RawDocument(data, None, url, media_type)


async def _look_and_read(
    run: _Run, documents: Sequence[DocumentReport], cases: Sequence[Case]
) -> _Seen:
    """Complete cut addresses, look at what is due, ask others, read what came; without fetching only the first."""
    store, workplace = run.store, run.workplace
    document_ids = {document.id for document in documents}
    async with _Fetching(run) as fetching:
        await recover_addresses(
            cases,
            store,
            run.archive,
            workplace,
            open_fetcher=fetching.open if fetching.is_allowed else None,
            progress=run.progress,
        )
        if not run.options.fetch:
            return _Seen()
        due = sources_to_fetch(store.db, document_ids, workplace.clock())
        results: dict[str, SourceResult] = {}
        if due:
            fetcher = await fetching.open() if fetching.is_allowed else None
            looking = Looking(store, run.archive, workplace, fetcher, run.crew(fetcher))
            await looking.look_at(due, run.progress)
            results = looking.results
            if run.hire is not None:  # what they have seen and not handed over
                await take_over(store, run.archive, workplace, fetcher=fetcher)
        mementos = await look_up_mementos(
            store,
            run.archive,
            workplace,
            open_fetcher=fetching.open if fetching.is_allowed else None,
            progress=run.progress,
            document_ids=document_ids,
        )
    texts = await extract_texts(store, run.archive, workplace, run.progress)
    standing = standings(store.db, document_ids)
    stand = tuple(results.get(each.source_id) or _result_of(each) for each in standing)
    return _Seen(stand, texts, mementos)


class _Fetching(AsyncExitStack):
    """The run's one fetcher, opened when it is first needed; none where a person says so."""

    def __init__(self, run: _Run) -> None:
        super().__init__()
        self._workplace = run.workplace
        self._fetcher: Fetcher | None = None
        self.is_allowed = run.options.fetch and not run.options.offline

    async def open(self) -> Fetcher:
        """Return the fetcher; it is closed with the block."""
        if self._fetcher is None:
            made = Fetcher(self._workplace.settings, clock=self._workplace.clock)
            self._fetcher = await self.enter_async_context(made)
        return self._fetcher


def _result_of(standing: Standing) -> SourceResult:
    """How a source stands that was not looked at now, since it was not due."""
    outcome = standing.outcome or ("temporary" if standing.kind == "web" else "not_checkable")
    result: ResultKind = "unchanged" if outcome == "ok" else "failed"
    if outcome == "not_checkable":
        result = "not_checkable"
    return SourceResult(standing.source_id, result, outcome, standing.reason, standing.url)
