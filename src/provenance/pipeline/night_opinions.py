"""Second opinions before a death is told: other archives, the host's front page, the host's other pages."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from provenance.fetch.classify import observe
from provenance.fetch.fetcher import Fetcher
from provenance.keep.archive import Archive
from provenance.keep.memento import OtherArchive, list_archives, look_up
from provenance.model import Failure, Opinion, OpinionLine, OpinionOutcome, Outcome, Visit
from provenance.pipeline.progress import Progress
from provenance.pipeline.workplace import Workplace
from provenance.store.night_doubts import DoubtedSource, list_doubted, others_of_host
from provenance.store.write import Store
from provenance.watch.hearing import FRONT_PAGE, SAME_HOST

__all__ = ["ask_second_opinions"]

_OK = 200
# What the look at a front page says of the host; a front page behind a wall is one that is there.
_OF_FRONT_PAGE: dict[Outcome, OpinionOutcome] = {
    "ok": "seen",
    "wall": "seen",
    "gone": "empty",
    "blocked": "refused",
    "temporary": "unknown",
    "not_checkable": "unknown",
}
_MAX_REASON = 300


async def ask_second_opinions(
    store: Store, archive: Archive, workplace: Workplace, fetcher: Fetcher, progress: Progress
) -> int:
    """Ask about every source that tonight's look would make dead; return how many there were.

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
        self._front_pages: dict[str, tuple[str, OpinionOutcome, str, int | None]] = {}
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
            visit = await self._fetcher.fetch(url)
            self._front_pages[url] = (url, *_said_of_front_page(visit))
        asked, outcome, reason, status = self._front_pages[url]
        return self._opinion(source, FRONT_PAGE, asked, outcome, reason, status=status)

    def _ask_ourselves(self, source: DoubtedSource) -> Iterator[Opinion]:
        looked_at, found = others_of_host(self._store.db, source)
        if looked_at:
            outcome: OpinionOutcome = "seen" if found else "missing"
            reason = f"{found:,} of {looked_at:,} other sources of {source.host} were there"
            yield self._opinion(source, SAME_HOST, source.url, outcome, reason)

    async def _ask_archive(self, source: DoubtedSource, other: OtherArchive) -> Opinion:
        mementos = self._workplace.settings.mementos
        near = self._workplace.clock()

        async def ask(url: str) -> Visit:
            return await self._fetcher.ask(url, mementos.max_bytes)

        answer = await look_up(other, source.url, near, ask, mementos)
        if answer.kind == "silent":
            self._silent.add(other.name)
        newest = max(answer.copies, key=lambda copy: copy.at, default=None)
        if newest is None:
            outcome: OpinionOutcome = "nothing" if answer.kind == "none" else "unknown"
            return self._opinion(source, other.name, source.url, outcome, answer.reason)
        outcome = "nothing"
        if newest.at > source.since:
            outcome = "seen" if newest.status in {None, _OK} else "missing"
        reason = f"its newest copy is of {newest.at:%Y-%m-%d}"
        opinion = self._opinion(source, other.name, source.url, outcome, reason)
        return Opinion(
            opinion.source_id, opinion.at, opinion.who, opinion.url, opinion.outcome,
            opinion.reason, newest.at, newest.uri_m, newest.status,
        )  # fmt: skip

    def _opinion(
        self,
        source: DoubtedSource,
        who: str,
        url: str,
        outcome: OpinionOutcome,
        reason: str,
        *,
        status: int | None = None,
    ) -> Opinion:
        return Opinion(
            source.id, self._workplace.clock(), who, url, outcome, reason[:_MAX_REASON],
            status=status,
        )  # fmt: skip


def _said_of_front_page(visit: Visit) -> tuple[OpinionOutcome, str, int | None]:
    verdict, _ = observe(visit)
    status = visit.last.status if visit.last else None
    failure: Failure | None = visit.failure
    if failure is not None and failure.kind == "nxdomain":
        return "missing", verdict.reason, status
    return _OF_FRONT_PAGE[verdict.outcome], verdict.reason, status
