"""A web archive's index during one run: asked politely, seldom, and what it said is archived."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec import Struct

from provenance.cite.recover import Found
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.head import HeadError, parse_head
from provenance.formats.body import decode_body
from provenance.formats.ids import sha256_hex
from provenance.keep.archive import Archive
from provenance.model import RecoveryLine, Visit, WarcPlace
from provenance.pipeline.web_archive import cdx_query, read_cdx_answer
from provenance.pipeline.workplace import Workplace

__all__ = ["ArchiveIndex", "Asked"]

_OK = 200


class Asked(Struct, frozen=True):
    """What the index said, where its answer stands; `is_fresh` where this run asked."""

    found: Found
    warc: WarcPlace
    is_fresh: bool


class ArchiveIndex:
    """The index of the archive that the settings name; `open_fetcher` is None where nobody may ask.

    An answer counts for `cdx_again_after_days`. After the first question that has no
    answer the others of this run are left for the next.
    """

    def __init__(
        self,
        archive: Archive,
        workplace: Workplace,
        open_fetcher: Callable[[], Awaitable[Fetcher]] | None,
    ) -> None:
        self._archive = archive
        self._workplace = workplace
        self._settings = workplace.settings.recover
        self._open_fetcher = open_fetcher
        # a hundred notes may cut the same address alike
        self._asked: dict[str, Asked] = {}
        self._is_silent = False

    async def ask(self, cut: str, before: RecoveryLine | None) -> Asked | None:
        """Return what the index knows of addresses that begin so; None where it cannot be asked."""
        if cut not in self._asked:
            known = self._kept(cut, before) or await self._fetch(cut)
            if known is None:
                return None
            self._asked[cut] = known
        return self._asked[cut]

    def _kept(self, cut: str, before: RecoveryLine | None) -> Asked | None:
        """The archived answer that an earlier decision leaned on, while it is young enough."""
        if before is None or before.warc is None:
            return None
        record = self._archive.read(before.warc)
        at = datetime.fromisoformat(record.header("WARC-Date") or before.at.isoformat())
        lasts = timedelta(days=self._settings.cdx_again_after_days)
        if self._open_fetcher is not None and self._workplace.clock() - at > lasts:
            return None
        body = self._decoded(record.http_head or b"", record.payload)
        found = self._read(cut, body, record.header("WARC-Target-URI") or "", at)
        return Asked(found, before.warc, is_fresh=False) if found else None

    async def _fetch(self, cut: str) -> Asked | None:
        query = cdx_query(cut, self._settings)
        if query is None or self._open_fetcher is None or self._is_silent:
            return None
        visit = await (await self._open_fetcher()).fetch(query)
        found = self._answer_of(cut, visit)
        if found is None:
            self._is_silent = True
            return None
        stored = self._archive.add_visit(visit, lambda _: None, is_capture=False)[-1]
        return Asked(found, stored.place, is_fresh=True)

    def _answer_of(self, cut: str, visit: Visit) -> Found | None:
        last = visit.last
        if visit.failure is not None or last is None or last.status != _OK or last.truncated:
            return None
        if len(last.body) > self._settings.cdx_max_bytes:
            return None
        return self._read(cut, self._decoded(last.response_head, last.body), last.url, last.at)

    def _decoded(self, head: bytes, body: bytes) -> bytes:
        try:
            headers = parse_head(head, "GET").headers
        except HeadError:
            headers = ()
        most = self._settings.cdx_max_bytes + 1
        return decode_body(
            headers, body, most, self._workplace.settings.fetch.max_decoded_ratio
        ).data

    def _read(self, cut: str, body: bytes, query: str, at: datetime | None) -> Found | None:
        read = read_cdx_answer(cut, body, self._settings.cdx_url or query, self._settings)
        if read is None:
            return None
        candidates, may_be_more = read
        return Found(
            "web_archive",
            candidates,
            page=query,
            page_sha256=sha256_hex(body),
            at=at.isoformat() if at else None,
            is_partial=may_be_more and bool(candidates),
        )
