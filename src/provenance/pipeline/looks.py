"""Looking at sources: visits in, records and journal lines and rows out, in small batches.

What comes back is judged before it counts as a capture: a challenge, a login page
or an error page is archived as what was seen, but it is no copy of the source.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from msgspec.structs import replace

from provenance.fetch import seen
from provenance.fetch.classify import (
    describe_drift,
    find_cause_of_drift,
    is_page,
    judge,
    read_page,
)
from provenance.fetch.facts import facts_of
from provenance.fetch.fetcher import Fetcher
from provenance.formats.page import PageFacts
from provenance.keep.archive import Archive, StoredExchange
from provenance.keep.records import EarlierPayload
from provenance.model import (
    Capture,
    CheckLine,
    Failure,
    Source,
    Verdict,
    Visit,
    WarcPlace,
)
from provenance.pipeline.ahead import Ahead, in_queues, same_page
from provenance.pipeline.beside import Beside
from provenance.pipeline.conditions import (
    Conditions,
    HeldPages,
    held_payload,
    place_of,
)
from provenance.pipeline.crew import Crew
from provenance.pipeline.look_records import capture_of, check_of, result_of, without_a_trace
from provenance.pipeline.one_look import OneLook
from provenance.pipeline.progress import Progress
from provenance.pipeline.rendering import Renderer, keep_rendered, with_view
from provenance.pipeline.report import ResultKind, SourceResult
from provenance.pipeline.withheld import Withheld
from provenance.pipeline.workplace import Workplace
from provenance.store.before import Before
from provenance.store.looks import sources_last_seen_offline
from provenance.store.read import find_payload
from provenance.store.write import Store

__all__ = ["Looking"]

# A batch is committed when it is full or this old: what a crash may cost is a second look.
_COMMIT_AFTER_S = 2.0
# So many looks that archive no new bytes weigh as one that does: a commit waits for the disk three times
# and costs a tenth of fifty such looks. It comes after two seconds all the same.
_LIGHT_LOOKS = 4
_CUT = Failure("cut", "the note shows only the beginning of the URL")


_MakeFacts = Callable[[Sequence[WarcPlace], WarcPlace | None], dict[str, object]]


class Looking:
    """The looks of one run; `results` says how each source stands after its look."""

    def __init__(
        self,
        store: Store,
        archive: Archive,
        workplace: Workplace,
        fetcher: Fetcher | None,
        crew: Crew | None = None,
    ) -> None:
        self._store = store
        self._crew = crew
        self._archive = archive
        self._workplace = workplace
        self._fetcher = fetcher
        self._pending: list[CheckLine] = []
        self._weight = 0
        self._last_commit_s = time.monotonic()
        self._seen_offline = sources_last_seen_offline(store.db)
        self._holders: dict[str, str] = {}
        self._ahead = Ahead(store.db, ())
        self._held = HeldPages(self._ahead, {})
        self._withheld = Withheld(store.db)
        self._beside = Beside(store.db, workplace, fetcher)
        self._renderer = Renderer(workplace, fetcher, self._beside.sites)
        self.results: dict[str, SourceResult] = {}

    async def look_at(self, sources: Sequence[Source], progress: Progress) -> None:
        """Look at every source once; without a fetcher the vantage is offline.

        A second offline look in a row says nothing that the first did not, so it is not
        recorded. A run that is told to end keeps what it has seen: nobody is asked twice for it.
        """
        try:
            await self._look_at_all(sources, progress)
        except asyncio.CancelledError:
            self._commit()  # between two looks, never within one: those have no `await`
            raise
        self._commit()

    async def _look_at_all(self, sources: Sequence[Source], progress: Progress) -> None:
        # a crew begins them in their order, a fetcher host by host
        turns = in_queues(sources) if self._crew is None else [source.id for source in sources]
        self._ahead = Ahead(self._store.db, turns)
        with progress("Looking at sources", len(sources)) as stage:
            async with self._renderer, contextlib.aclosing(self._visits(sources)) as visits:
                async for source, visit in visits:
                    before = self._ahead[source.id]
                    known = self._beside.known_of(source, visit, before.title)
                    told = self._ahead.told(source.id)
                    page = same_page(visit, before, told, known) or read_page(visit, known)
                    first = judge(visit, page, known)
                    asks_more = self._beside.wants_probe(visit, page, known, first)
                    if (asks_more or self._renderer.wants(visit)) and self._put_off(visit):
                        continue
                    stage.advance(source.host or "")
                    later, probe = await self._beside.probe(visit, page, known, first)
                    rendered = await self._renderer.render(visit)
                    judged = first if later is known else None
                    look = OneLook(source, visit, page, later, judged, probe, rendered, before)
                    self._take(look)

    def _put_off(self, visit: Visit) -> bool:
        return self._crew is not None and self._crew.put_off(visit)

    async def _visits(self, sources: Sequence[Source]) -> AsyncGenerator[tuple[Source, Visit]]:
        offline = self._fetcher is None or (
            any(source.truncated for source in sources)
            and await self._fetcher.vantage() == "offline"
        )
        can_look = self._fetcher is not None or self._crew is not None
        whole: dict[str, Source] = {}
        for source in sources:
            if not can_look or source.truncated or source.url is None:
                yield source, self._visit_without_fetch(source, offline=offline)
            else:
                asked = self._beside.asked_for(source).url
                whole[source.url if asked in whole else asked] = source
        if can_look:
            self._held = HeldPages(self._ahead, whole)
            async with contextlib.aclosing(self._stream(whole)) as visits:
                async for visit in visits:
                    yield whole[visit.url], visit
                    self._held.forget(visit.url)

    def _stream(self, whole: Mapping[str, Source]) -> AsyncGenerator[Visit, None]:
        if self._crew is not None:
            return self._crew.visits(whole, self._held)
        assert self._fetcher is not None
        return self._fetcher.visits(whole, Conditions(self._held))

    def _visit_without_fetch(self, source: Source, *, offline: bool) -> Visit:
        """A cut address is never fetched; whether it can be completed is only known online."""
        at, url = self._workplace.clock(), source.url or ""
        if offline:
            return Visit(url, at, failure=Failure("offline"), vantage="offline")
        return Visit(url, at, failure=_CUT)

    def _take(self, look: OneLook) -> None:
        source, visit, known = look.source, look.visit, look.known
        verdict, page = look.judge()
        if visit.vantage == "offline" and source.id in self._seen_offline:
            self._note(source, verdict, "failed")
            return
        drift = self._describe_drift(look, page) if is_page(verdict) else None

        def facts(places: Sequence[WarcPlace], of_probe: WarcPlace | None) -> dict[str, object]:
            asked = self._beside.asked_for(source, visit)
            return facts_of(visit, page, known, places, asked=asked, probe=of_probe, drift=drift)

        why_withheld = self._withheld.reason(
            source.id, visit, look.rendered.dom if look.rendered else b""
        )
        if why_withheld is not None:
            check = check_of(source, visit, verdict, None, facts((), None))
            check = without_a_trace(check, visit, why_withheld)
            self._append(CheckLine(check, None, {}), ())
            is_same = is_page(verdict)
            self._note(
                source, verdict, "unchanged" if is_same else result_of(verdict.outcome, None, None)
            )
        else:
            self._keep(look, verdict, facts)
        is_old = time.monotonic() - self._last_commit_s > _COMMIT_AFTER_S
        if is_old or self._weight >= self._workplace.settings.archive.batch * _LIGHT_LOOKS:
            self._commit()

    def _keep(self, look: OneLook, verdict: Verdict, facts: _MakeFacts) -> None:
        source, visit, before = look.source, look.visit, look.before
        stored = self._add_visit(visit, verdict, before)
        capture = self._capture(source, visit, stored[-1]) if is_page(verdict) else None
        told = facts([each.place for each in stored], self._keep_probe(look.probe))
        if look.rendered is not None and look.rendered.dom:
            view = keep_rendered(self._archive, visit, look.rendered, self._find_payload)
            told["rendered"] = view.facts
            capture = with_view(capture, view) if capture else None
        check = check_of(source, visit, verdict, capture, told)
        self._append(CheckLine(check, capture, {}), stored)
        self._note(source, verdict, result_of(verdict.outcome, capture, before.last_payload))

    def _describe_drift(self, look: OneLook, page: PageFacts | None) -> str | None:
        source, visit, known = look.source, look.visit, look.known
        if find_cause_of_drift(visit, page, known) is None:
            return None
        # of a page that was kept there may be its beginning only, and its words are compared here
        is_cut = page is look.page and page is not None and page.word_count >= seen.FEW_WORDS
        whole = read_page(visit, known) if is_cut else page
        return describe_drift(visit, whole, self._beside.with_words(source, known))

    def _append(self, line: CheckLine, stored: Sequence[StoredExchange]) -> None:
        self._pending.append(line)
        is_light = all(each.revisit or not each.payload_bytes for each in stored)
        self._weight += 1 if is_light else _LIGHT_LOOKS

    def _keep_probe(self, probe: Visit | None) -> WarcPlace | None:
        """Archive what a random path answered: evidence of the look, no capture of anything."""
        if probe is None or not probe.hops:
            return None
        return self._archive.add_visit(probe, self._find_payload, is_capture=False)[-1].place

    def _add_visit(
        self, visit: Visit, verdict: Verdict, before: Before
    ) -> Sequence[StoredExchange]:
        kept = self._crew.stored(visit) if self._crew is not None else None
        if kept is not None:
            self._archive.adopt(kept)
            return kept.stored
        held = self._held.get(visit.url) if _is_not_modified(visit) else None
        latest = before.latest

        def find(digest: str) -> EarlierPayload | None:
            is_latest = latest is not None and digest == latest.payload_sha256
            return self._find_payload(digest, before.holder if is_latest else None)

        return self._archive.add_visit(
            visit,
            find,
            is_capture=is_page(verdict),
            unmodified=held_payload(self._archive, held) if held else None,
        )

    def _note(self, source: Source, verdict: Verdict, result: ResultKind) -> None:
        self.results[source.id] = SourceResult(
            source.id, result, verdict.outcome, verdict.reason, source.url
        )

    def _capture(self, source: Source, visit: Visit, stored: StoredExchange) -> Capture:
        """The capture; where its body is another capture's already, that one is named."""
        digest = stored.payload_sha256
        capture = capture_of(source, visit, stored)
        held = self._held.get(visit.url) if _is_not_modified(visit) else None
        if held is not None:
            # what the page is, the answer that had it said
            return replace(capture, media_type=held.capture.media_type, revisit_of=held.holder.id)
        if not stored.revisit:
            self._holders[digest] = capture.id
            return capture
        holder = self._holders.get(digest)
        if holder is None:
            known = find_payload(self._store.db, digest)
            holder = known.id if known else None
        return replace(capture, revisit_of=holder)

    def _find_payload(
        self, payload_sha256: str, known: Capture | None = None
    ) -> EarlierPayload | None:
        capture = known or find_payload(self._store.db, payload_sha256)
        if capture is None:
            return None
        self._holders[payload_sha256] = capture.id
        return self._archive.payload_at(place_of(capture))

    def _commit(self) -> None:
        lines = self._archive.commit(self._pending)
        self._store.apply_checks(
            (line, position) for line, position in lines if isinstance(line, CheckLine)
        )
        self._pending = []
        self._weight = 0
        self._holders = {}  # they are rows now
        self._last_commit_s = time.monotonic()


def _is_not_modified(visit: Visit) -> bool:
    return visit.last is not None and visit.last.status == 304
