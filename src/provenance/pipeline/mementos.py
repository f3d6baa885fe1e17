"""Copies in other people's archives, looked up for what is gone, walled or blocked.

Each archive that the settings name is asked about each such source once in so many days; what
it answers is a journal line. One that does not answer is left alone for the rest of the run,
and asked again by the next: its outage costs a line in the report and nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import NamedTuple

from provenance.fetch.fetcher import Fetcher
from provenance.keep.archive import Archive
from provenance.keep.memento import OtherArchive, SeenCopy, list_archives, look_at_copy, look_up
from provenance.keep.memento_index import NamedCopy, in_order_of_nearness
from provenance.model import (
    Failure,
    MementoCopy,
    MementoLine,
    MementoLookup,
    MementoOutcome,
    Visit,
)
from provenance.pipeline.progress import Progress, Stage
from provenance.pipeline.report import MementoReport, SilentArchive
from provenance.pipeline.withheld import Withheld
from provenance.pipeline.workplace import Workplace
from provenance.store.mementos import (
    AbsentSource,
    EarlierLookup,
    absent_sources,
    count_with_memento,
    earlier_lookups,
)
from provenance.store.write import Store

__all__ = ["look_up_mementos"]

# So many answers in a row that say nothing, and an archive is taken for one that is out of order.
_MAX_EMPTY_ANSWERS = 3
_MAX_REASON = 300


class _Question(NamedTuple):
    source: AbsentSource
    before: EarlierLookup | None


async def look_up_mementos(
    store: Store,
    archive: Archive,
    workplace: Workplace,
    *,
    open_fetcher: Callable[[], Awaitable[Fetcher]] | None,
    progress: Progress,
    source_ids: Collection[str] | None = None,
    document_ids: Collection[str] | None = None,
) -> MementoReport:
    """Ask the archives of the settings about absent sources; say what is known afterwards.

    Without `open_fetcher` nobody is asked. Nothing that an archive does raises.
    """
    absent = absent_sources(store.db, source_ids=source_ids, document_ids=document_ids)
    archives = list_archives(workplace.settings.mementos)
    rounds = {other: _due(store, workplace, other, absent) for other in archives}
    looking = _LookingUp(store, archive, workplace)
    due = sum(map(len, rounds.values()))
    if open_fetcher is not None and due:
        looking.fetcher = await open_fetcher()
        with progress("Asking other archives", due) as stage:
            await asyncio.gather(
                *(looking.ask_all(other, asked, stage) for other, asked in rounds.items())
            )
    return MementoReport(
        absent=len(absent),
        with_memento=count_with_memento(store.db, [source.id for source in absent]),
        asked=looking.asked,
        copied=looking.copied,
        silent=tuple(sorted(looking.silent, key=lambda each: each.archive)),
    )


def _due(
    store: Store, workplace: Workplace, other: OtherArchive, absent: Sequence[AbsentSource]
) -> list[_Question]:
    """What an archive has to be asked: not what it said lately, nor what is copied already."""
    again = workplace.clock() - timedelta(days=workplace.settings.mementos.again_after_days)
    questions = []
    for source in absent:
        before = earlier_lookups(store.db, source.id).get(other.name)
        is_answered = before is not None and before.at > again and before.near == source.near
        if not is_answered and not (before and before.has_copy):
            questions.append(_Question(source, before))
    return questions


class _LookingUp:
    """The questions of one run; each answer is committed before the next question."""

    fetcher: Fetcher

    def __init__(self, store: Store, archive: Archive, workplace: Workplace) -> None:
        self._store = store
        self._archive = archive
        self._workplace = workplace
        self._settings = workplace.settings.mementos
        self._withheld = Withheld(store.db)
        self.asked = 0
        self.copied = 0
        self.silent: list[SilentArchive] = []

    async def ask_all(
        self, other: OtherArchive, questions: Sequence[_Question], stage: Stage
    ) -> None:
        """Ask one archive about source after source, until it does not answer."""
        empty = 0
        for number, question in enumerate(questions):
            self.asked += 1
            outcome, reason = await self._ask_about(other, question)
            stage.advance(other.name)
            empty = empty + 1 if outcome == "unknown" else 0
            if outcome is None or empty == _MAX_EMPTY_ANSWERS:
                left = len(questions) - number - (outcome is not None)
                if outcome is None or left:
                    self.silent.append(SilentArchive(other.name, reason, left))
                return

    async def _ask_about(
        self, other: OtherArchive, question: _Question
    ) -> tuple[MementoOutcome | None, str]:
        """Settle one question; None where the archive did not answer and nothing was written."""
        source = question.source
        answer = await look_up(other, source.url, source.near, self._ask, self._settings)
        if answer.kind == "silent":
            return None, answer.reason
        if answer.kind != "copies":
            self._write(other, question, answer.kind, answer.reason)
            return answer.kind, answer.reason
        refusals: list[str] = []
        for copy in in_order_of_nearness(answer.copies, source.near)[: self._settings.max_looks]:
            seen = await look_at_copy(copy, source.url, self._ask)
            if seen.is_silent and copy.status is None:
                return None, seen.refusal
            if not seen.refusal or seen.is_silent:
                self._write_found(other, question, copy, seen, len(answer.copies))
                return "found", ""
            refusals.append(f"{copy.at:%Y-%m-%d}: {seen.refusal}")
        reason = f"{answer.reason}; none that was looked at is the page: {'; '.join(refusals)}"
        self._write(other, question, "none", reason, count=len(answer.copies))
        return "none", reason

    async def _ask(self, url: str) -> Visit:
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                return await self.fetcher.ask(url, self._settings.max_bytes)
        except TimeoutError:
            detail = f"no answer in {self._settings.timeout_s:g} s"
            return Visit(url, self._workplace.clock(), failure=Failure("timeout", detail))

    def _write_found(
        self,
        other: OtherArchive,
        question: _Question,
        copy: NamedCopy,
        seen: SeenCopy,
        count: int,
    ) -> None:
        words = f"by the archive's word alone, it was not shown: {seen.refusal}"
        self._write(
            other,
            question,
            "found",
            words if seen.is_silent else "looked at",
            copy=copy,
            seen=seen,
            count=count,
        )

    def _write(
        self,
        other: OtherArchive,
        question: _Question,
        outcome: MementoOutcome,
        reason: str,
        *,
        copy: NamedCopy | None = None,
        seen: SeenCopy | None = None,
        count: int = 0,
    ) -> None:
        """Write an answer down; one that says nothing never takes the place of a copy's."""
        if outcome == "unknown" and question.before and question.before.outcome == "found":
            return
        lookup = MementoLookup(
            source_id=question.source.id,
            archive=other.name,
            at=self._workplace.clock(),
            url=question.source.url,
            outcome=outcome,
            reason=reason[:_MAX_REASON],
            near=question.source.near,
            uri_m=seen.uri_m if seen else None,
            memento_at=(seen.at if seen else None) or (copy.at if copy else None),
            status=200 if copy else None,
            count=count,
            copy=self._keep_copy(question.source, seen) if seen else None,
        )
        lines = self._archive.commit([MementoLine(lookup, {})])
        self._store.apply_holdings(
            (line, position) for line, position in lines if isinstance(line, MementoLine)
        )

    def _keep_copy(self, source: AbsentSource, seen: SeenCopy) -> MementoCopy | None:
        """Put a copy into our archive, where that is asked for and it was not taken out of it."""
        last = seen.visit.last
        if not self._settings.copy or seen.is_silent or last is None or last.truncated:
            return None
        if self._withheld.reason(source.id, seen.visit) is not None:
            return None
        stored = self._archive.add_memento(seen.visit, source.url)
        self.copied += 1
        declared = (last.header("content-type") or "").partition(";")[0].strip().lower()
        return MementoCopy(
            declared or "application/octet-stream",
            stored.payload_sha256,
            stored.payload_bytes,
            stored.place,
        )
