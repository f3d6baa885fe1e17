"""A page that shows nothing without a browser, rendered by Chromium.

With `browser_page` the only importer of playwright.

Chromium never reaches the network. Every request of the page is held, asked by our own
fetcher (guard, caps, exact bytes for the archive), and answered with what came; whatever
does not pass through there (WebSockets, WebRTC, its own services, a name look-up) finds a
proxy that is not there and a name service that knows no name.

The page's own document was fetched before, as every source is: the browser is given
those bytes and the URL that the redirects had ended at. Only GET is answered: what a
page would send to somebody stays unsent.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from playwright.async_api import Browser as Chromium
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright

from provenance.errors import SettingsError
from provenance.fetch.browser_page import PageLooking, said
from provenance.fetch.rendering import Rendered
from provenance.model import Visit
from provenance.settings import CaptureSettings

__all__ = ["Browser", "find_chromium"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# The proxy is a port on which nothing may listen ("discard"), for loopback too; no name resolves.
_ARGUMENTS = (
    "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-pings",
    "--dns-prefetch-disable",
    "--metrics-recording-only",
)


def find_chromium(settings: CaptureSettings) -> str | None:
    """Return the path of the Chromium to use: as set, else the first of the usual names."""
    if settings.executable:
        return settings.executable if os.access(settings.executable, os.X_OK) else None
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


class Browser:
    """Renders pages, one at a time. An async context manager: leaving it ends every process.

    `fetch` looks at one URL through the guarded fetcher; `max_decoded_*` are those of
    `FetchSettings`.
    """

    def __init__(
        self,
        settings: CaptureSettings,
        fetch: Callable[[str], Awaitable[Visit]],
        *,
        max_decoded_bytes: int,
        max_decoded_ratio: int,
    ) -> None:
        self._settings = settings
        self._fetch = fetch
        self._decoded_limits = (max_decoded_bytes, max_decoded_ratio)
        # the page's own time, then three steps: document, picture and print
        self._longest_s = settings.total_timeout_s + 3 * settings.step_timeout_s
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None

    async def __aenter__(self) -> Self:
        """Return the browser; Chromium starts with the first page."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End Chromium and the process that drives it."""
        await self._close_chromium()
        if self._playwright is not None:
            await self._playwright.stop()

    async def render(self, visit: Visit) -> Rendered:
        """Render what a look ended with; what the page does wrong is in the answer, not raised.

        Raises:
            SettingsError: there is no Chromium, or it cannot be started.
            ValueError: the visit has no answer to render.
        """
        if visit.last is None:
            raise ValueError(f"nothing was fetched from {visit.url}")
        chromium = await self._start()
        looking = PageLooking(self._settings, self._fetch, visit.last, self._decoded_limits)
        try:
            # what hangs in Chromium hangs behind every time-out that it is told
            async with asyncio.timeout(self._longest_s):
                return await looking.render(chromium, visit.final_url)
        except (PlaywrightError, TimeoutError) as error:
            await self._close_chromium()
            return looking.rendered(visit.final_url, failure=said(error))

    async def _start(self) -> Chromium:
        if self._chromium is not None and self._chromium.is_connected():
            return self._chromium
        path = find_chromium(self._settings)
        if path is None:
            raise SettingsError(
                "capture.browser: no Chromium was found",
                hint="install it (Debian: apt-get install chromium) or name it in capture.executable",
            )
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        try:
            self._chromium = await self._playwright.chromium.launch(
                executable_path=path,
                args=list(_ARGUMENTS),
                # Chromium's own sandbox cannot be made by root
                chromium_sandbox=os.geteuid() != 0,
                handle_sigint=False,
                timeout=60_000,
            )
        except PlaywrightError as error:
            raise SettingsError(f"{path} cannot be started: {said(error)}") from error
        return self._chromium

    async def _close_chromium(self) -> None:
        chromium, self._chromium = self._chromium, None
        if chromium is not None:
            with suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(chromium.close(), self._settings.step_timeout_s)
