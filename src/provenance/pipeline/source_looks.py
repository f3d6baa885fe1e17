"""Looks at a draft's sources just now, for an editor who is about to publish: nothing is stored.

The looks go through the same fetcher as every other (guard, robots.txt, one host's turn after
the other). What they amount to is one look's worth: a page that is not there now is
"failing", not "dead", which takes three looks (RULES of `watch.verdict`). Archiving is for
`provenance ingest`.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from provenance.fetch.again import CHECKED_BODY_BYTES
from provenance.fetch.classify import describe_drift, is_page, judge, read_page
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.probe import sibling_url, wants_probe
from provenance.fetch.seen import Known as Beside
from provenance.fetch.seen import Sibling, words_of
from provenance.formats.page import PageFacts, is_html
from provenance.formats.sites import SiteTable, read_sites
from provenance.formats.url import host_of
from provenance.model import Source, SourceState, Verdict, Visit
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.workplace import utc_now
from provenance.settings import Settings
from provenance.validate.draft import AskKnowledge, Knowledge, Known, nothing_known
from provenance.validate.moved import moved_to

__all__ = ["LiveLooks", "LookedAt"]

# As much of a text as tells what a page is about (as `store.rot.base_words`).
_FIRST_WORDS = 20_000
# Trouble on the way that a reader meets too; the others speak of us, or of the moment.
_TROUBLE = frozenset(
    {"dns", "refused", "unreachable", "timeout", "tls", "reset", "protocol", "redirects"}
)
_STATE_OF_OUTCOME: dict[str, SourceState] = {
    "ok": "alive",
    "wall": "walled",
    "blocked": "blocked",
    "not_checkable": "not_checkable",
}


class LookedAt(NamedTuple):
    """What is known of sources: what was seen just now, over what was known before (`draft.Knowledge`).

    `is_offline` where this machine reaches nothing: then nothing was learnt.
    """

    seen: dict[str, Known]
    before: Knowledge | None = None
    is_offline: bool = False

    def of(self, source_id: str) -> Known | None:
        """Return what is known of a source; None where a store was asked and has never met it."""
        if self.before is None:
            return self.seen.get(source_id, Known(source_id))
        return self.seen.get(source_id) or self.before.of(source_id)

    def texts_of(self, source_id: str) -> Sequence[str]:
        """Return the archived texts of a source; a look archives nothing."""
        return self.before.texts_of(source_id) if self.before else ()


class LiveLooks:
    """Looks at the sources of one draft after the other; `ask` is what the desk wants.

    A source that several drafts cite is looked at once. `stored` says what is known besides
    (a store): when it was last seen, what copies there are. `is_offline` tells, after a
    look, that this machine reaches nothing, and that nothing was learnt.
    """

    def __init__(
        self,
        settings: Settings,
        progress: Progress = silent_progress,
        stored: AskKnowledge | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._progress = progress
        self._stored = stored
        self._clock = clock
        self._seen: dict[str, Known] = {}
        self.is_offline = False

    def ask(self, sources: Sequence[Source]) -> LookedAt:
        """Look at every web source that has a whole address."""
        before = self._stored(sources) if self._stored else None
        wanted = [each for each in sources if _can_be_looked_at(each) and each.id not in self._seen]
        if wanted and not self.is_offline:
            asyncio.run(self._look_at(wanted, before or nothing_known))
        ids = {source.id for source in sources}
        return LookedAt(
            {key: self._seen[key] for key in ids & set(self._seen)}, before, self.is_offline
        )

    async def _look_at(self, sources: Sequence[Source], before: Knowledge) -> None:
        fetch = self._settings.fetch
        capped = min(fetch.max_body_bytes, CHECKED_BODY_BYTES)
        limited = msgspec.structs.replace(fetch, max_body_bytes=capped)
        settings = msgspec.structs.replace(self._settings, fetch=limited)
        async with Fetcher(settings, clock=self._clock) as fetcher:
            looks = _Round(fetcher, read_sites(fetch.sites), before)
            with self._progress("Looking at sources", len(sources)) as stage:
                async with contextlib.aclosing(looks.take(sources)) as taken:
                    async for source, known in taken:
                        stage.advance(source.host or "")
                        if known is None:
                            self.is_offline = True
                        else:
                            self._seen[source.id] = known


def _can_be_looked_at(source: Source) -> bool:
    return source.kind == "web" and source.url is not None and not source.truncated


class _Round:
    """The looks of one draft: judged as the main job judges them, with what is known beside."""

    def __init__(self, fetcher: Fetcher, sites: SiteTable, before: Knowledge) -> None:
        self._fetcher = fetcher
        self._sites = sites
        self._before = before
        self._siblings: dict[str, Sibling] = {}

    async def take(
        self, sources: Sequence[Source]
    ) -> AsyncGenerator[tuple[Source, Known | None], None]:
        """Yield each source with what was seen; None where this machine is offline."""
        by_url: dict[str, list[Source]] = {}
        for source in sources:
            by_url.setdefault(self._asked(source)[0], []).append(source)
        async with contextlib.aclosing(self._fetcher.visits(by_url)) as visits:
            async for visit in visits:
                for source in by_url[visit.url]:
                    yield source, await self._judge(source, visit)

    def _asked(self, source: Source) -> tuple[str, str]:
        """The address that is asked for a source, and what it must show."""
        url = source.url or ""
        asked = self._sites.asked_for(url, host_of(url) or "")
        return asked.url, asked.shows

    async def _judge(self, source: Source, visit: Visit) -> Known | None:
        if visit.vantage == "offline":
            return None
        stored = self._before.of(source.id) or Known(source.id)
        beside = self._beside(source, stored)
        page = read_page(visit, beside)
        verdict = judge(visit, page, beside)
        if visit.failure is None and wants_probe(visit, page, beside, verdict):
            beside = await self._with_sibling(visit, beside)
            verdict = judge(visit, page, beside)
        drift = describe_drift(visit, page, beside) if is_page(verdict) else None
        hops = [(hop.url, hop.status) for hop in visit.hops]
        is_itself = self._asked(source)[0] == source.url
        return msgspec.structs.replace(
            stored,
            state=_state_of(verdict, stored, drift),
            outcome=verdict.outcome,
            rule=verdict.rule,
            reason=verdict.reason,
            state_reason=drift or _one_look(verdict),
            checked_at=visit.at,
            last_ok=visit.at if verdict.outcome == "ok" else stored.last_ok,
            http_status=visit.last.status if visit.last else None,
            final_url=visit.final_url,
            moved_to=moved_to(hops) if is_itself and verdict.outcome == "ok" else None,
            title=_title_of(verdict, page) or stored.title,
        )

    def _beside(self, source: Source, stored: Known) -> Beside:
        texts = self._before.texts_of(source.id)
        text = texts[0][:_FIRST_WORDS] if texts else ""
        words = words_of(f"{stored.title or ''} {text}") if text else frozenset[str]()
        return Beside(self._sites, stored.title, words, self._asked(source)[1])

    async def _with_sibling(self, visit: Visit, beside: Beside) -> Beside:
        """Ask for a random path of the host where a verdict leaves a doubt: once a host."""
        host = host_of(visit.url) or ""
        if host not in self._siblings:
            url = sibling_url(visit.url, secrets.token_hex(8))
            if url is None:
                return beside
            probe = await self._fetcher.fetch(url)
            last = probe.last
            shows = last is not None and is_html(last.header("content-type") or "")
            page = read_page(probe) if shows and probe.failure is None else None
            self._siblings[host] = Sibling(url, last.status if last else 0, page)
        return msgspec.structs.replace(beside, sibling=self._siblings[host])


def _one_look(verdict: Verdict) -> str:
    said = f": {verdict.reason}" if verdict.outcome == "temporary" else ""
    return f"one look, just now{said}"


def _title_of(verdict: Verdict, page: PageFacts | None) -> str | None:
    return page.title if page is not None and verdict.outcome == "ok" else None


def _state_of(verdict: Verdict, stored: Known, drift: str | None) -> SourceState:
    """Return the state that one look gives; trouble of the moment leaves it as it was."""
    if verdict.outcome == "gone":
        return "dead" if stored.state == "dead" else "failing"
    if verdict.outcome == "temporary":
        is_trouble = verdict.rule in _TROUBLE or verdict.reason.startswith("HTTP 5")
        return "failing" if is_trouble and stored.state != "dead" else stored.state
    return "drifted" if drift else _STATE_OF_OUTCOME[verdict.outcome]
