"""A page is rendered from what our fetcher gets, and nothing of it reaches anything else."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the extra `capture` is not installed")

from provenance.fetch.browser import Browser, find_chromium
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.rendering import Rendered
from provenance.settings import CaptureSettings
from support.web import Web, page, redirect, run, settings_for, with_fetch

CAPTURE = CaptureSettings(browser="listed", total_timeout_s=10.0, settle_s=0.6, max_requests=20)
HOSTS = ("site.test", "cdn.test", "elsewhere.test")

pytestmark = pytest.mark.skipif(
    find_chromium(CAPTURE) is None, reason="no Chromium is installed (apt-get install chromium)"
)


class Listener:
    """A private listener: counts who connects, and says nothing."""

    async def __aenter__(self) -> "Listener":
        self.reached = 0
        self._server = await asyncio.start_server(self._take, "127.0.0.2", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _take(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        writer.close()

    async def __aexit__(self, *_: object) -> None:
        self._server.close()


@contextlib.asynccontextmanager
async def a_browser(
    web: Web, settings: CaptureSettings = CAPTURE
) -> AsyncIterator[tuple[Fetcher, Browser]]:
    # of this machine only the address of the web may be reached; the private listener is at another
    fetching = with_fetch(
        settings_for(web, *HOSTS), allow_networks=("127.0.0.1/32",), robots="ignore", attempts=1
    )
    async with (
        Fetcher(fetching, clock=_now) as fetcher,
        Browser(
            settings, fetcher.fetch, max_decoded_bytes=10_000_000, max_decoded_ratio=100
        ) as browser,
    ):
        yield fetcher, browser


def _now() -> object:
    from datetime import UTC, datetime

    return datetime.now(UTC)


async def rendered(web: Web, url: str, settings: CaptureSettings = CAPTURE) -> Rendered:
    async with a_browser(web, settings) as (fetcher, browser):
        visit = await fetcher.fetch(url)
        return await browser.render(visit)


def test_what_scripts_write_is_in_the_document_the_picture_and_the_print() -> None:
    async def story() -> None:
        async with Web() as web:
            web.say("site.test", "/old", redirect("http://site.test/deep/page"))
            web.say("site.test", "/deep/page", page(
                "<title>x</title><link rel=stylesheet href=style.css><h1 id=h></h1>"
                "<script src=http://cdn.test/app.js></script>"))  # fmt: skip
            web.say(
                "site.test", "/deep/style.css", page("h1{color:green}", Content_Type="text/css")
            )
            web.say("cdn.test", "/app.js", page(
                "fetch('/api').then(r => r.text()).then(t => {document.title = t; h.textContent = t})",
                Content_Type="text/javascript"))  # fmt: skip
            web.say("site.test", "/api", page("Sixteen attacks", Content_Type="text/plain"))
            found = await rendered(web, "http://site.test/old")
            assert found.failure is None
            assert found.final_url == "http://site.test/deep/page"
            assert b'<h1 id="h">Sixteen attacks</h1>' in found.dom
            assert found.screenshot.startswith(b"\x89PNG")
            assert found.pdf.startswith(b"%PDF-")
            assert sorted(visit.url for visit in found.requisites) == [
                "http://cdn.test/app.js",
                "http://site.test/api",
                "http://site.test/deep/style.css",
            ]
            # the page's own document is asked for once: the browser gets the archived bytes
            assert web.paths_asked("site.test").count("/deep/page") == 1

    run(story())


HOSTILE = """<title>start</title><p>Some words.</p><link rel=prefetch href=http://127.0.0.2:{port}/prefetch>
<link rel=dns-prefetch href=//leak.example><link rel=preconnect href=http://127.0.0.2:{port}>
<img src=http://127.0.0.2:{port}/image><img src=http://169.254.169.254/latest/meta-data>
<iframe src=http://127.0.0.2:{port}/frame></iframe><iframe src=file:///etc/passwd></iframe>
<a id=a href=http://127.0.0.2:{port}/download download>x</a><form id=f method=post action=http://127.0.0.2:{port}/post></form>
<script>
try {{ new WebSocket('ws://127.0.0.2:{port}/socket') }} catch (e) {{}}
try {{ new EventSource('http://127.0.0.2:{port}/events') }} catch (e) {{}}
try {{ new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.2:{port}'}}]}}).createDataChannel('x') }} catch (e) {{}}
navigator.serviceWorker && navigator.serviceWorker.register('/worker.js').catch(() => 0);
navigator.sendBeacon('http://127.0.0.2:{port}/beacon', 'x');
fetch('http://localhost:{port}/fetch').catch(() => 0);
fetch('http://[::1]:{port}/fetch6').catch(() => 0);
fetch('http://2130706434:{port}/odd').catch(() => 0);
fetch('http://elsewhere.test/lead').catch(() => 0);
fetch('/post', {{method: 'POST', body: 'secret'}}).catch(() => 0);
document.cookie = 'id=1'; fetch('/with-cookie').catch(() => 0);
window.open('http://127.0.0.2:{port}/popup'); a.click();
setTimeout(() => f.submit(), 50);
setTimeout(() => alert('stop'), 100); setTimeout(() => document.title = 'done', 300);
</script>"""


def test_a_hostile_page_reaches_no_private_listener_and_sends_nothing() -> None:
    async def story() -> None:
        async with Web() as web, Listener() as listener:
            hostile = HOSTILE.format(port=listener.port)
            web.say("site.test", "/", page(hostile, Set_Cookie="session=1"))
            web.say("site.test", "/with-cookie", page("x"))
            web.say(
                "elsewhere.test", "/lead", redirect(f"http://127.0.0.2:{listener.port}/redirected")
            )
            found = await rendered(web, "http://site.test/")
            await asyncio.sleep(0.3)
            assert listener.reached == 0
            assert b"Some words." in found.dom
            assert b"root:" not in found.dom
            heads = [asked.head.lower() for asked in web.asked]
            assert not [head for head in heads if not head.startswith(b"get ")]
            assert not [head for head in heads if b"cookie:" in head]
            refused = {item.reason for item in found.refused}
            assert any("guard" in reason for reason in refused), refused
            assert any("POST" in reason for reason in refused), refused

    run(story())


# Each starts a Chromium of its own: three of them always, the rest where there is time.
RESTLESS = {
    "busy": "while (true) {}",
    "images": "setInterval(() => new Image().src = '/i' + Math.random(), 1)",
    "leads-on": "setInterval(() => location = '/on' + Math.random(), 5)",
}
if os.environ.get("PROVENANCE_HARD_ENDS"):
    RESTLESS |= {
        "alerts": "function again() { alert(1); setTimeout(again) } again()",
        "growing": "setInterval(() => document.body.append('x'.repeat(1e5)), 1)",
        "reload": "location.reload()",
        "no-root": "document.documentElement.remove()",
        "popups": "while (true) open('/popup')",
    }


@pytest.mark.parametrize("script", RESTLESS.values(), ids=RESTLESS.keys())
def test_a_page_that_never_rests_ends_in_time_and_the_next_one_is_rendered(script: str) -> None:
    async def story() -> None:
        async with Web() as web:
            web.say("site.test", "/", page(f"<body><p>Words.<script>{script}</script>"))
            web.say("site.test", "/next", page("<p>Next."))
            quick = CaptureSettings(
                browser="listed",
                total_timeout_s=2.0,
                settle_s=0.5,
                max_requests=10,
                step_timeout_s=1.0,
            )
            async with a_browser(web, quick) as (fetcher, browser):
                began_s = time.monotonic()
                await browser.render(await fetcher.fetch("http://site.test/"))
                assert time.monotonic() - began_s < 45
                after = await browser.render(await fetcher.fetch("http://site.test/next"))
                assert b"Next." in after.dom
            assert len(web.paths_asked("site.test")) <= 2 + 10

    run(story())


def test_a_tall_page_gives_a_picture_of_bounded_height() -> None:
    async def story() -> None:
        async with Web() as web:
            web.say("site.test", "/", page("<div style='height:1000000px'>x</div>"))
            found = await rendered(web, "http://site.test/")
            height = int.from_bytes(found.screenshot[20:24], "big")
            assert 0 < height <= CAPTURE.max_height

    run(story())


CHILD = """
import asyncio, sys
from provenance.fetch.browser import Browser
from provenance.model import Exchange, Visit
from provenance.settings import CaptureSettings
from datetime import UTC, datetime
now = datetime.now(UTC)
async def never(url): await asyncio.sleep(3600)
body = b"<img src=/never>"
hop = Exchange("http://site.test/", "GET", now, "127.0.0.1", b"", 200, b"HTTP/1.1 200 OK\\r\\n\\r\\n",
               (("content-type", "text/html"),), body, 1)
async def main():
    async with Browser(CaptureSettings(browser="listed"), never, max_decoded_bytes=10**7, max_decoded_ratio=100) as browser:
        await browser._start()
        print("ready", flush=True)
        await browser.render(Visit("http://site.test/", now, (hop,)))
asyncio.run(main())
"""


def test_a_run_that_is_killed_leaves_no_chromium_behind() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdout=subprocess.PIPE, start_new_session=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    ours = _family_of(child.pid)
    assert any("chrom" in name for name in ours.values())
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    ends_s = time.monotonic() + 15
    while any(_is_alive(pid) for pid in ours) and time.monotonic() < ends_s:
        time.sleep(0.1)
    assert [name for pid, name in ours.items() if _is_alive(pid)] == []


def _family_of(pid: int) -> dict[int, str]:
    """Process ids below one, with their names."""
    parents: dict[int, tuple[int, str]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = status.read_text()
            name, _, rest = text.partition("(")[2].rpartition(")")
            parents[int(status.parent.name)] = (int(rest.split()[1]), name)
    family = {pid}
    while grown := {child for child, (parent, _) in parents.items() if parent in family} - family:
        family |= grown
    return {one: parents[one][1] for one in family - {pid} if one in parents}


def _is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_the_doors_that_the_browser_has_of_its_own_are_shut() -> None:
    """Chromium's own traffic would go to the proxy: nothing may listen there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        assert probe.connect_ex(("127.0.0.1", 9)) != 0
