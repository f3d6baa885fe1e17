"""Pages that need a browser: rendered once they are fetched, and kept beside what was fetched."""

from contextlib import AsyncExitStack
from typing import Any, NamedTuple

from msgspec.structs import replace

from provenance.errors import SettingsError
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.rendering import Rendered
from provenance.formats.ids import make_id, sha256_hex
from provenance.formats.page import PageFacts, is_html, read_page_facts
from provenance.formats.sites import SiteTable
from provenance.formats.url import host_of
from provenance.keep.archive import Archive
from provenance.keep.exchanges import FindPayload
from provenance.keep.records import make_view
from provenance.model import Capture, Visit, WarcPlace
from provenance.pipeline.workplace import Workplace

__all__ = ["KeptView", "Renderer", "keep_rendered", "read_document_facts", "with_view"]

_DOM_TYPE = "text/html; charset=utf-8"


class KeptView(NamedTuple):
    """Where a rendered document was stored, and what a check says of the rendering."""

    place: WarcPlace
    payload_sha256: str
    payload_bytes: int
    facts: dict[str, object]


class Renderer(AsyncExitStack):
    """The run's one browser, started by the first page that needs it; none where it is off."""

    def __init__(self, workplace: Workplace, fetcher: Fetcher | None, sites: SiteTable) -> None:
        super().__init__()
        self._settings = workplace.settings
        self._fetcher = fetcher
        self._sites = sites
        self._browser: Any = None

    async def render(self, visit: Visit) -> Rendered | None:
        """Render what a look ended with where its host needs that; None where nothing is to be rendered.

        Raises:
            SettingsError: the extra `capture` or Chromium is missing, or Chromium does not start.
        """
        if not self.wants(visit) or self._fetcher is None:
            return None
        if self._browser is None:
            self._browser = await self._open(self._fetcher)
        rendered: Rendered = await self._browser.render(visit)
        return rendered

    def wants(self, visit: Visit) -> bool:
        """Tell whether a browser is to render what a look ended with."""
        last = visit.last
        if self._fetcher is None or self._settings.capture.browser == "never":
            return False
        if last is None or visit.failure is not None:
            return False
        is_page = last.status == 200 and is_html(last.header("content-type") or "")
        return is_page and self._sites.site_of(host_of(visit.final_url) or "").capture == "browser"

    async def _open(self, fetcher: Fetcher) -> Any:
        try:
            from provenance.fetch.browser import Browser
        except ImportError as error:
            raise SettingsError(
                'capture.browser is "listed", and the extra `capture` is not installed',
                hint="pip install 'provenance-desk[capture]', or set capture.browser to \"never\"",
            ) from error
        fetch = self._settings.fetch
        browser = Browser(
            self._settings.capture,
            fetcher.fetch,
            max_decoded_bytes=fetch.max_decoded_bytes,
            max_decoded_ratio=fetch.max_decoded_ratio,
        )
        return await self.enter_async_context(browser)


def read_document_facts(dom: bytes) -> PageFacts:
    """Return what a rendered document says about itself: what its page is judged by."""
    return read_page_facts(dom, _DOM_TYPE)


def keep_rendered(
    archive: Archive, visit: Visit, rendered: Rendered, find_payload: FindPayload
) -> KeptView:
    """Append the requisites, the rendered document, its picture and its print.

    They are of the moment of the look that they belong to.
    """
    requisites = [
        {"url": each.url, "place": _told(archive.add_visit(each, find_payload, is_capture=False)[-1].place)}
        for each in rendered.requisites
        if each.hops
    ]  # fmt: skip
    at = visit.hops[-1].at
    parts = (("dom", _DOM_TYPE, rendered.dom), ("fullPage", "image/png", rendered.screenshot),
             ("pdf", "application/pdf", rendered.pdf))  # fmt: skip
    places = {
        shows: archive.add_record(make_view(data, media_type, shows, rendered.final_url, at))
        for shows, media_type, data in parts
        if data
    }
    facts: dict[str, object] = {shows: _told(place) for shows, place in places.items()}
    facts["requisites"] = requisites
    facts["refused"] = [[one.url, one.reason] for one in rendered.refused]
    if rendered.failure:
        facts["failure"] = rendered.failure
    return KeptView(places["dom"], sha256_hex(rendered.dom), len(rendered.dom), facts)


def with_view(capture: Capture, view: KeptView) -> Capture:
    """Return the capture of a page as that of its rendered document: what a person would have seen."""
    return replace(
        capture,
        id=make_id("capture", capture.source_id, capture.at.isoformat(), view.payload_sha256),
        media_type="text/html",
        warc_file=view.place.file,
        warc_offset=view.place.offset,
        warc_length=view.place.length,
        payload_sha256=view.payload_sha256,
        payload_bytes=view.payload_bytes,
        truncated=None,
        revisit_of=None,
    )


def _told(place: WarcPlace) -> list[object]:
    return [place.file, place.offset, place.length]
