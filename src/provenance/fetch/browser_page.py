"""One page in Chromium: what it asks for is fetched by us, and what it becomes is taken down.

See `browser` for why nothing of it reaches the network.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Dialog, Page, Route
from playwright.async_api import Error as PlaywrightError

from provenance.fetch.rendering import Refused, Rendered
from provenance.formats.body import decode_body
from provenance.model import Exchange, Visit
from provenance.settings import CaptureSettings

__all__ = ["PageLooking", "said"]

# Taken from the page before its first script runs: both would go past the held requests.
_WITHOUT_SIDE_DOORS = """
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "EventSource"])
  delete globalThis[name];
"""
# Described by the exchange, but no longer true of what Chromium is handed: the body is decoded.
_NOT_HANDED_ON = frozenset(
    """content-encoding content-length transfer-encoding connection keep-alive set-cookie
    alt-svc nel report-to""".split()
)
_UNWANTED_KINDS = frozenset({"media", "eventsource", "websocket", "ping", "manifest"})


def said(error: BaseException) -> str:
    """Return the first line of what an error of the browser says."""
    first, *_ = str(error).strip().splitlines() or [""]
    return first[:300] or type(error).__name__


class PageLooking:
    """One page on its way: what it asked for, got and was refused."""

    def __init__(
        self,
        settings: CaptureSettings,
        fetch: Callable[[str], Awaitable[Visit]],
        document: Exchange,
        decoded_limits: tuple[int, int],
    ) -> None:
        self._settings = settings
        self._fetch = fetch
        self._document: Exchange | None = document
        self._decoded_limits = decoded_limits
        self._known: dict[str, asyncio.Task[Visit]] = {}
        self._visits: list[Visit] = []
        self._refused: list[Refused] = []
        self._bytes = 0
        self._results: dict[str, bytes] = {}

    def rendered(self, final_url: str, failure: str | None = None) -> Rendered:
        """Return what there is so far."""
        return Rendered(
            final_url,
            requisites=tuple(self._visits),
            refused=tuple(self._refused),
            failure=failure,
            **self._results,
        )

    async def render(self, chromium: Chromium, url: str) -> Rendered:
        """Open the page, wait until it is at rest or its time is over, and take it down."""
        settings = self._settings
        context = await chromium.new_context(
            viewport={"width": settings.width, "height": settings.height},
            service_workers="block",
            accept_downloads=False,
            ignore_https_errors=True,  # nothing is asked over TLS by Chromium itself
        )
        try:
            await self._shut_doors(context)
            page = await context.new_page()
            context.on("page", lambda other: asyncio.ensure_future(_close_other(other, page)))
            page.on("dialog", lambda dialog: asyncio.ensure_future(_dismiss(dialog)))
            failure = await self._open(page, url)
            await self._take(page)
            return self.rendered(page.url, failure)
        finally:
            for task in self._known.values():
                task.cancel()
            with suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(context.close(), self._settings.step_timeout_s)

    async def _shut_doors(self, context: BrowserContext) -> None:
        await context.route("**/*", self._answer)
        await context.route_web_socket("**/*", lambda socket: socket.close())
        await context.add_init_script(_WITHOUT_SIDE_DOORS)

    async def _open(self, page: Page, url: str) -> str | None:
        """Load the page; a page that never rests is taken as it stands then."""
        total_ms = self._settings.total_timeout_s * 1000
        try:
            await page.goto(url, wait_until="load", timeout=total_ms)
            await page.wait_for_load_state("networkidle", timeout=self._settings.settle_s * 1000)
        except PlaywrightError as error:
            return None if page.url != "about:blank" else said(error)
        return None

    async def _take(self, page: Page) -> None:
        """Take the document, then its picture, then its print: in the order of their worth."""
        dom = await asyncio.wait_for(page.content(), self._settings.step_timeout_s)
        self._results["dom"] = dom.encode("utf-8", "replace")
        height = await asyncio.wait_for(
            page.evaluate("Math.ceil(document.documentElement?.scrollHeight ?? 0)"),
            self._settings.step_timeout_s,
        )
        clip = {"x": 0, "y": 0, "width": self._settings.width,
                "height": max(1, min(_whole(height), self._settings.max_height))}  # fmt: skip
        picture: dict[str, Any] = {
            "clip": clip,
            "full_page": True,
            "timeout": self._settings.step_timeout_s * 1000,
        }
        self._results["screenshot"] = await page.screenshot(animations="disabled", **picture)
        if self._settings.pdf:
            self._results["pdf"] = await asyncio.wait_for(page.pdf(), self._settings.step_timeout_s)

    # -- answers ---------------------------------------------------------------

    async def _answer(self, route: Route) -> None:
        """Answer one request of the page from what our fetcher gets."""
        try:
            if _leads_on(route) and self._document is None:
                self._refused.append(Refused(route.request.url, "the page leads on to another one"))
                # "no content": Chromium stays where it is; at a refusal it would show its own page
                await route.fulfill(status=204)
                return
            exchange = await self._exchange_for(route)
            if isinstance(exchange, Refused):
                self._refused.append(exchange)
                await route.abort("blockedbyclient")
                return
            await route.fulfill(
                status=exchange.status,
                headers=_headers_for_chromium(exchange),
                body=decode_body(exchange.headers, exchange.body, *self._decoded_limits).data,
            )
        except PlaywrightError:
            pass  # the page went away while we asked
        except asyncio.CancelledError:
            with suppress(PlaywrightError):
                await route.abort("aborted")

    async def _exchange_for(self, route: Route) -> Exchange | Refused:
        request = route.request
        url = request.url.partition("#")[0]
        if self._document is not None and _leads_on(route):
            document, self._document = self._document, None
            return document
        reason = self._why_not(request.method, request.resource_type, url)
        if reason:
            return Refused(url, reason)
        visit = await self._visit(url)
        if visit.last is None or visit.failure is not None:
            said = visit.failure.kind if visit.failure else "no answer"
            return Refused(url, said)
        return visit.last

    def _why_not(self, method: str, kind: str, url: str) -> str | None:
        if method != "GET":
            return f"{method}: nothing is sent for a page"
        if kind in _UNWANTED_KINDS:
            return f"{kind} is not fetched"
        if url not in self._known and len(self._known) >= self._settings.max_requests:
            return f"more than {self._settings.max_requests} requests"
        if self._bytes >= self._settings.max_bytes:
            return f"more than {self._settings.max_bytes} bytes"
        return None

    async def _visit(self, url: str) -> Visit:
        """Look at a URL once, however often the page asks for it."""
        task = self._known.get(url)
        if task is None:
            task = self._known[url] = asyncio.ensure_future(self._look(url))
        return await asyncio.shield(task)

    async def _look(self, url: str) -> Visit:
        visit = await self._fetch(url)
        self._bytes += sum(len(hop.body) for hop in visit.hops)
        self._visits.append(visit)
        return visit


def _headers_for_chromium(exchange: Exchange) -> dict[str, str]:
    """The headers of an answer, those of one name joined; what speaks of the wire is left out."""
    handed: dict[str, str] = {}
    for name, value in exchange.headers:
        key = name.lower()
        if key in _NOT_HANDED_ON:
            continue
        shown = value.replace("\0", "").replace("\r", " ").replace("\n", " ")
        handed[key] = f"{handed[key]}, {shown}" if key in handed else shown
    return handed


def _whole(height: object) -> int:
    return int(height) if isinstance(height, int | float) and math.isfinite(height) else 1


def _leads_on(route: Route) -> bool:
    """Tell whether a request is for the document of the page itself."""
    request = route.request
    return request.is_navigation_request() and request.frame.parent_frame is None


async def _dismiss(dialog: Dialog) -> None:
    with suppress(PlaywrightError):  # it may be gone already
        await dialog.dismiss()


async def _close_other(other: Page, page: Page) -> None:
    if other is not page:
        with suppress(PlaywrightError):
            await other.close()
