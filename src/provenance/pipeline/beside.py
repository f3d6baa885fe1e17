"""What is known beside a look when it is judged: site table, last title, a sibling's page."""

import secrets
from datetime import timedelta

import msgspec

from provenance.fetch.classify import read_page
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.probe import sibling_url, wants_probe
from provenance.fetch.seen import Known, Sibling, words_of
from provenance.formats.page import PageFacts, is_html
from provenance.formats.sites import Asked, read_sites
from provenance.formats.url import host_of
from provenance.model import Source, Verdict, Visit
from provenance.pipeline.workplace import Workplace
from provenance.store.database import Database
from provenance.store.looks import last_probe_of_host
from provenance.store.rot import base_words

__all__ = ["Beside"]

_PROBE_AGAIN_AFTER = timedelta(days=1)


class Beside:
    """Asked before a look (what is asked for a source) and after it (how it is to be judged).

    `sites` is the site table in force.
    """

    def __init__(self, db: Database, workplace: Workplace, fetcher: Fetcher | None) -> None:
        self._db = db
        self._clock = workplace.clock
        self._fetcher = fetcher
        self.sites = read_sites(workplace.settings.fetch.sites)
        self._probed: dict[str, Sibling | None] = {}

    def asked_for(self, source: Source, visit: Visit | None = None) -> Asked:
        """Return what is to be asked for a source that has a whole URL, or was by a visit."""
        url = source.url or ""
        asked = self.sites.asked_for(url, host_of(url) or "")
        return asked if visit is None or visit.url == asked.url else Asked(visit.url)

    def known_of(self, source: Source, visit: Visit, title: str | None) -> Known:
        """Return what is known of a source before a look at it is judged, but for its words.

        `title` is that of the copy which claims lean on, not of the latest: what another took over
        stays another's on the second night.
        """
        return Known(self.sites, title, shows=self.asked_for(source, visit).shows)

    def with_words(self, source: Source, known: Known) -> Known:
        """Return what is known with the words of the copy which claims lean on: 0.1 ms to read and to split."""
        title, text = base_words(self._db, source.id)
        words = words_of(f"{title or ''} {text}") if text else frozenset[str]()
        return msgspec.structs.replace(known, words=words)

    def wants_probe(
        self, visit: Visit, page: PageFacts | None, known: Known, verdict: Verdict
    ) -> bool:
        """Tell whether a verdict leaves a doubt that a random path of the host can settle."""
        if self._fetcher is None or visit.failure is not None:
            return False
        return wants_probe(visit, page, known, verdict)

    async def probe(
        self, visit: Visit, page: PageFacts | None, known: Known, verdict: Verdict
    ) -> tuple[Known, Visit | None]:
        """Ask for a random path where a verdict leaves a doubt; return what is known then.

        The visit is that of the probe where one was made now: one a host and day.
        """
        if not self.wants_probe(visit, page, known, verdict):
            return known, None
        host = host_of(visit.url) or ""
        if host not in self._probed:
            since = self._clock() - _PROBE_AGAIN_AFTER
            self._probed[host] = _read_sibling(last_probe_of_host(self._db, host, since))
        if (earlier := self._probed[host]) is not None:
            return msgspec.structs.replace(known, sibling=earlier), None
        return await self._ask_sibling(visit, known, host)

    async def _ask_sibling(
        self, visit: Visit, known: Known, host: str
    ) -> tuple[Known, Visit | None]:
        assert self._fetcher is not None
        url = sibling_url(visit.url, secrets.token_hex(8))
        if url is None:
            return known, None
        probe = await self._fetcher.fetch(url)
        page = read_page(probe)
        status = probe.last.status if probe.last else 0
        sibling = Sibling(url, status, page if _is_page(probe) else None)
        self._probed[host] = sibling
        return msgspec.structs.replace(known, sibling=sibling), probe


def _is_page(visit: Visit) -> bool:
    last = visit.last
    return visit.failure is None and last is not None and is_html(last.header("content-type") or "")


def _read_sibling(told: dict[str, object] | None) -> Sibling | None:
    if told is None:
        return None
    page = told.get("page")
    return Sibling(
        str(told["url"]),
        int(str(told["status"])),
        None if page is None else msgspec.convert(page, PageFacts),
    )
