"""The report of a night in a real browser: axe, phones, both schemes, no requests, no stranger's script."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("playwright", reason="the extra `capture` is not installed")
pytest.importorskip("axe_playwright_python", reason="the extra `dev` is not installed")

from playwright.sync_api import Browser, sync_playwright

from provenance.fetch.browser import find_chromium
from provenance.model import NightReport
from provenance.settings import CaptureSettings
from provenance.watch.report.html_night import render_html
from support.nights import a_blind_night, a_busy_night, a_hostile_night

CHROMIUM = find_chromium(CaptureSettings())
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)"
)
BUSY = a_busy_night(70)
# One change in five: axe takes as long as there are elements.
SOME = replace(BUSY, changes=BUSY.changes[::5])
NIGHTS = {"busy": SOME, "hostile": a_hostile_night(), "blind": a_blind_night()}
PICTURE = (
    '<figure><div class="scroll" tabindex="0" role="region" aria-label="Picture: a year">'
    '<svg viewBox="0 0 900 90" role="img" aria-label="A year"><rect width="900" height="90"/></svg>'
    "</div><figcaption>All of it was well.</figcaption></figure>"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS.keys())
def test_a_night_is_readable_everywhere_and_asks_nobody(
    browser: Browser, tmp_path: Path, night: NightReport
) -> None:
    path = tmp_path / "night.html"
    path.write_text(
        render_html(night, desk="https://desk.example", pictures=[("A year", PICTURE)]), "utf-8"
    )
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    for scheme, width in (("light", 1440), ("dark", 360)):
        with browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme  # type: ignore[arg-type]
        ) as context:  # fmt: skip
            page = context.new_page()
            heard: list[Any] = []
            page.on("request", lambda request, heard=heard: heard.append(request.url))
            page.on("console", lambda message, heard=heard: heard.append(message.text))
            page.on("dialog", lambda dialog, heard=heard: heard.append(dialog.message))
            page.goto(path.as_uri())
            page.evaluate(
                "for (const each of document.querySelectorAll('details')) each.open = true"
            )
            page.evaluate(axe)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert found["passes"]
            bad = [(each["id"], [node["html"][:200] for node in each["nodes"][:3]])
                   for each in found["violations"]]  # fmt: skip
            assert bad == [], (scheme, width)
            assert heard == [path.as_uri()]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.title().startswith("Night of 2026-03-04")
