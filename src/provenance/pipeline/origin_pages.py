"""The page that a document was copied from: looked at once, archived, read by our own reader."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct

from provenance.cite.parse import parse_document
from provenance.cite.sources import source_of_address
from provenance.errors import UnreadableDocument
from provenance.fetch.head import HeadError, parse_head
from provenance.formats.body import decode_body
from provenance.keep.archive import Archive
from provenance.model import Capture, Parsed, Source, WarcPlace
from provenance.pipeline.reading import DocumentReader
from provenance.pipeline.workplace import Workplace
from provenance.store.looks import last_look, latest_capture
from provenance.store.read import find_payload
from provenance.store.write import Store

__all__ = ["OriginPage", "OriginPages"]

LookAt = Callable[[Source], Awaitable[None]]


class OriginPage(Struct, frozen=True):
    """A page as it was archived, read; `parsed` is None where there is nothing to read.

    `is_final` is False where the page may still be had: it was not asked for online, or
    met passing trouble.
    """

    url: str
    is_final: bool
    parsed: Parsed | None = None
    at: datetime | None = None
    payload_sha256: str | None = None


class OriginPages:
    """The pages of one run; `look_at` looks at a source and archives it, None where nobody may."""

    def __init__(
        self,
        store: Store,
        archive: Archive,
        workplace: Workplace,
        *,
        reader: DocumentReader,
        look_at: LookAt | None,
    ) -> None:
        self._store = store
        self._archive = archive
        self._settings = workplace.settings
        self._reader = reader
        self._look_at = look_at
        self._now = workplace.clock()
        self._pages: dict[str, OriginPage] = {}

    async def read(self, url: str) -> OriginPage:
        """Return the page at a URL: from the archive, else from the web; each once a run."""
        if url not in self._pages:
            self._pages[url] = await self._read(url)
        return self._pages[url]

    async def _read(self, url: str) -> OriginPage:
        source = source_of_address(url)
        capture = latest_capture(self._store.db, source.id)
        if capture is None and self._look_at is not None and self._is_due(source.id):
            await self._look_at(source)
            capture = latest_capture(self._store.db, source.id)
        if capture is None:
            look = last_look(self._store.db, source.id)
            is_final = look is not None and look.vantage == "online" and look.outcome != "temporary"
            return OriginPage(url, is_final)
        return OriginPage(url, True, self._parse(capture, url), capture.at, capture.payload_sha256)

    def _is_due(self, source_id: str) -> bool:
        """A page that is no page is asked for again when its state says so, not in every run."""
        look = last_look(self._store.db, source_id)
        if look is None or look.vantage == "offline":
            return True
        return look.next_due is not None and look.next_due <= self._now

    def _parse(self, capture: Capture, url: str) -> Parsed | None:
        holder = find_payload(self._store.db, capture.payload_sha256) or capture
        place = WarcPlace(holder.warc_file, holder.warc_offset, holder.warc_length)
        record = self._archive.read(place)
        try:
            headers = parse_head(record.http_head or b"", "GET").headers
        except HeadError:
            headers = ()
        limits = self._settings.fetch
        decoded = decode_body(
            headers, record.payload, limits.max_decoded_bytes, limits.max_decoded_ratio
        )
        if len(decoded.data) > self._settings.ingest.max_document_bytes:
            return None
        try:
            return parse_document(self._reader.read(decoded.data, url))
        except UnreadableDocument:
            return None
