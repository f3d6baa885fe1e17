"""Completing cut addresses with proof: the shell around `cite.recover`.

For each cut citation of the run's documents the rules are asked in their order; what
is decided (also that several fit, or nothing) is one line of the journal, from which
the store settles what the citation points to. The same decision is never written
twice, so that a second run adds nothing.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import get_args

from msgspec.structs import replace

from provenance.cite.corrections import Correction
from provenance.cite.cuts import same_note_addresses
from provenance.cite.prefixes import AddressIndex
from provenance.cite.recover import Deliberation, Found, find_candidates
from provenance.cite.sources import source_of_address
from provenance.fetch.fetcher import Fetcher
from provenance.formats.url import canonical_url
from provenance.keep.archive import Archive
from provenance.model import Candidate, Recovery, RecoveryLine, RecoveryRule, Source, WarcPlace
from provenance.pipeline.cases import Case, Question
from provenance.pipeline.cdx import ArchiveIndex, Asked
from provenance.pipeline.looks import Looking
from provenance.pipeline.origin_pages import OriginPages
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.reading import DocumentReader
from provenance.pipeline.report import RecoverReport
from provenance.pipeline.workplace import Workplace
from provenance.store.recoveries import find_known_addresses, read_recoveries
from provenance.store.write import Store

__all__ = ["count_recoveries", "recover_addresses"]

OpenFetcher = Callable[[], Awaitable[Fetcher]]


async def recover_addresses(
    cases: Sequence[Case],
    store: Store,
    archive: Archive,
    workplace: Workplace,
    *,
    open_fetcher: OpenFetcher | None,
    progress: Progress,
) -> None:
    """Settle the cut and corrected addresses of a run's documents.

    `open_fetcher` returns the run's fetcher; without it nobody is asked, and only what
    the documents, the store and the archive hold counts.
    """
    asking = [case for case in cases if case.questions]
    if not asking:
        return

    async def look_at(source: Source) -> None:
        assert open_fetcher is not None
        fetcher = await open_fetcher()
        if await fetcher.vantage() == "offline":
            return  # that we are offline is said of what the documents cite
        looking = Looking(store, archive, workplace, fetcher)
        await looking.look_at([source], silent_progress)

    with (
        progress("Completing cut addresses", len(asking)) as stage,
        DocumentReader(workplace.settings.extract) as reader,
    ):
        looks = look_at if open_fetcher is not None else None
        pages = OriginPages(store, archive, workplace, reader=reader, look_at=looks)
        index = ArchiveIndex(archive, workplace, open_fetcher)
        recovering = Recovering(store, archive, workplace, pages=pages, index=index)
        for case in asking:
            await recovering.settle(case)
            stage.advance(case.document_id)


def count_recoveries(store: Store, cases: Sequence[Case]) -> RecoverReport:
    """Count what became of the cut addresses of these documents."""
    decisions: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    corrected = 0
    for case in cases:
        lines = read_recoveries(store.db, case.sha256) if case.questions else {}
        for question in case.questions:
            line = lines.get(question.cut.key)
            said = line.recovery if line else None
            if not question.was.truncated:
                corrected += said is not None and said.decision == "adopted"
                continue
            decisions[said.decision if said else "nothing"] += 1
            if said is not None and said.decision == "adopted":
                rules[said.rule] += 1
    too_short = sum(case.too_short for case in cases)
    return RecoverReport(
        cut=decisions.total() + too_short,
        too_short=too_short,
        corrected=corrected,
        by_rule={rule: rules[rule] for rule in get_args(RecoveryRule)},
        **decisions,
    )


class Recovering:
    """The recovery of cut addresses in one run; it commits document by document."""

    def __init__(
        self,
        store: Store,
        archive: Archive,
        workplace: Workplace,
        *,
        pages: OriginPages,
        index: ArchiveIndex,
    ) -> None:
        self._store = store
        self._archive = archive
        self._clock = workplace.clock
        self._settings = workplace.settings.recover
        self._pages = pages
        self._index = index
        self._known: dict[str, tuple[AddressIndex, dict[str, str]]] = {}

    async def settle(self, case: Case) -> None:
        """Decide about every citation of a document that asks for it."""
        if not case.questions:
            return
        before = read_recoveries(self._store.db, case.sha256)
        decided = [
            await self._decide(case, question, before.get(question.cut.key))
            for question in case.questions
        ]
        lines = self._archive.commit([line for line in decided if line is not None])
        self._store.apply_recoveries(
            (line, position) for line, position in lines if isinstance(line, RecoveryLine)
        )

    async def _decide(
        self, case: Case, question: Question, before: RecoveryLine | None
    ) -> RecoveryLine | None:
        """Return the line to write, or None where nothing changes."""
        said = before.recovery if before else None
        asked: Asked | None = None
        if question.correction is not None:
            outcome = _of_correction(question, question.correction, self._settings.corrections)
        elif not question.was.truncated:
            outcome = None  # it was corrected once, and is not any more
        elif said is not None and said.decision == "adopted" and said.rule != "correction":
            return None
        else:
            outcome, asked, is_final = await self._ask(case, question, before)
            if not is_final and said is not None and said.rule != "correction":
                return None  # what was decided before holds until the page can be asked again
        if outcome is None and (asked is not None or said is not None):
            rule: RecoveryRule = "web_archive" if asked or said is None else said.rule
            outcome = Recovery("nothing", rule, question.cut.url, "nothing that is known fits")
        is_fresh = asked is not None and asked.is_fresh
        if outcome is None or (outcome == said and not is_fresh):
            return None
        return self._line(case, question, outcome, asked.warc if asked else None)

    def _line(
        self, case: Case, question: Question, outcome: Recovery, warc: WarcPlace | None
    ) -> RecoveryLine:
        return RecoveryLine(
            at=self._clock(),
            sha256=case.sha256,
            note_id=question.cut.note_id,
            index=question.cut.citation.index,
            also=question.cut.also,
            was=question.was,
            recovery=outcome,
            source=source_of_address(outcome.url) if outcome.url else None,
            warc=warc,
            warc_ends={},
        )

    async def _ask(
        self, case: Case, question: Question, before: RecoveryLine | None
    ) -> tuple[Recovery | None, Asked | None, bool]:
        """Ask the rules in their order.

        Returns the outcome, the answer of a web archive if one was needed, and whether
        the page that the document was copied from had its say.
        """
        asked = Deliberation(question.cut.url)
        rules = self._settings.rules
        stated = question.cut.citation.recovery
        if "document" in rules and stated is not None:
            asked.outcome = stated
        if "origin_page" in rules and case.origin_url and asked.is_open_to("origin_page"):
            found, is_final = await self._on_origin_page(case.origin_url, question)
            if not is_final:
                return asked.outcome, None, False  # nobody else is asked before the page was
            asked.take(found)
        if "known_source" in rules and asked.is_open_to("known_source"):
            asked.take(self._in_known_sources(case, question))
        if "web_archive" not in rules or not asked.is_open_to("web_archive"):
            return asked.outcome, None, True
        answer = await self._index.ask(question.cut.url, before)
        if answer is not None:
            asked.take(answer.found)
        return asked.outcome, answer, True

    async def _on_origin_page(self, url: str, question: Question) -> tuple[Found, bool]:
        page = await self._pages.read(url)
        known = same_note_addresses(question.cut, page.parsed) if page.parsed else None
        at = page.at.isoformat() if page.at else None
        candidates = find_candidates(question.cut.url, AddressIndex(known or ()), at)
        found = Found("origin_page", candidates, url, page.payload_sha256, at)
        return found, page.is_final

    def _in_known_sources(self, case: Case, question: Question) -> Found:
        month = (case.published or "")[:7]
        if len(month) < len("2023-12"):
            return Found("known_source", ())
        index, days = self._known_in(month, case.document_id)
        candidates = tuple(
            replace(candidate, at=days[candidate.found_in])
            for candidate in find_candidates(question.cut.url, index)
        )
        first: Candidate | None = candidates[0] if candidates else None
        return Found(
            "known_source",
            candidates,
            page=first.found_in if first else None,
            at=first.at if first else None,
        )

    def _known_in(self, month: str, document_id: str) -> tuple[AddressIndex, dict[str, str]]:
        key = f"{month} {document_id}"
        if key not in self._known:
            known = find_known_addresses(self._store.db, month, document_id)
            index = AddressIndex((each.url, each.document_id) for each in known)
            self._known = {key: (index, {each.document_id: each.published for each in known})}
        return self._known[key]


def _of_correction(question: Question, said: Correction, file: str) -> Recovery:
    words = f" ({said.said})" if said.said else ""
    if said.to is None:
        reason = f"it is to stay as it stands{words}"
        return Recovery("left", "correction", question.cut.url, reason, page=file)
    candidate = Candidate(said.to, canonical_url(said.to), file, said.day)
    return Recovery(
        "adopted",
        "correction",
        question.cut.url or question.was.raw,
        f"a person said so{words}",
        url=said.to,
        count=1,
        candidates=(candidate,),
        page=file,
        at=said.day,
    )
