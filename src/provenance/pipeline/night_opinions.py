"""Second opinions before a death is told: other archives, the host's front page, the host's other pages."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from provenance.fetch.fetcher import Fetcher
from provenance.keep.archive import Archive
from provenance.keep.memento import OtherArchive, list_archives
from provenance.model import Failure, Opinion, OpinionLine, Visit
from provenance.pipeline.opinions import Heard, Question, ask_archive, hear_front_page
from provenance.pipeline.progress import Progress
from provenance.pipeline.workplace import Workplace
from provenance.store.night_doubts import (
    DoubtedSource,
    list_doubted,
    others_of_host,
    said_tonight,
)
from provenance.store.write import Store
from provenance.watch.hearing import FRONT_PAGE, SAME_HOST

__all__ = ["ask_second_opinions"]


async def ask_second_opinions(
    store: Store, archive: Archive, workplace: Workplace, fetcher: Fetcher, progress: Progress
) -> int:
    """Ask about every source that tonight's look, or the next, would make dead; return how many there were.

    The archives are those of `[mementos]`. A front page is asked once a host and night. What is
    answered is a journal line, and the source's state is derived anew with it.
    """
    doubted = list_doubted(store.db)
    if not doubted:
        return 0
    asking = _Asking(store, archive, workplace, fetcher)
    with progress("Asking for second opinions", len(doubted)) as stage:
        for source in doubted:
            await asking.ask_about(source)
            stage.advance(source.host)
    return len(doubted)


class _Asking:
    """The opinions of one night; those on a source are committed together."""

    def __init__(
        self, store: Store, archive: Archive, workplace: Workplace, fetcher: Fetcher
    ) -> None:
        self._store = store
        self._archive = archive
        self._workplace = workplace
        self._fetcher = fetcher
        # a run of this night that was killed may have asked for some
        self._front_pages = {
            said.url: Heard(said.outcome, said.reason, status=said.status)
            for said in said_tonight(store.db, FRONT_PAGE)
        }
        self._silent: set[str] = set()

    async def ask_about(self, source: DoubtedSource) -> None:
        others = list_archives(self._workplace.settings.mementos)
        said = [
            await self._ask_front_page(source),
            *self._ask_ourselves(source),
            *[await self._ask_archive(source, other) for other in others
              if other.name not in self._silent],
        ]  # fmt: skip
        lines = self._archive.commit([OpinionLine(opinion, {}) for opinion in said])
        self._store.apply_holdings(
            (line, position) for line, position in lines if isinstance(line, OpinionLine)
        )

    async def _ask_front_page(self, source: DoubtedSource) -> Opinion:
        parts = urlsplit(source.url)
        url = f"{parts.scheme}://{parts.netloc}/"
        if url not in self._front_pages:
            self._front_pages[url] = hear_front_page(await self._fetcher.fetch(url))
        return self._opinion(source, FRONT_PAGE, url, self._front_pages[url])

    def _ask_ourselves(self, source: DoubtedSource) -> Iterator[Opinion]:
        looked_at, found = others_of_host(self._store.db, source)
        if looked_at:
            reason = f"{found:,} of {looked_at:,} other sources of {source.host} were there"
            heard = Heard("seen" if found else "missing", reason)
            yield self._opinion(source, SAME_HOST, source.url, heard)

    async def _ask_archive(self, source: DoubtedSource, other: OtherArchive) -> Opinion:
        question = Question(source.url, source.since, self._workplace.clock())
        heard = await ask_archive(other, question, self._ask, self._workplace.settings.mementos)
        if heard.is_silent:
            self._silent.add(other.name)
        return self._opinion(source, other.name, source.url, heard)

    async def _ask(self, url: str) -> Visit:
        mementos = self._workplace.settings.mementos
        try:
            async with asyncio.timeout(mementos.timeout_s):
                return await self._fetcher.ask(url, mementos.max_bytes)
        except TimeoutError:
            detail = f"no answer in {mementos.timeout_s:g} s"
            return Visit(url, self._workplace.clock(), failure=Failure("timeout", detail))

    def _opinion(self, source: DoubtedSource, who: str, url: str, heard: Heard) -> Opinion:
        return Opinion(
            source.id, self._workplace.clock(), who, url, heard.outcome, heard.reason,
            heard.seen_at, heard.uri_m, heard.status,
        )  # fmt: skip
