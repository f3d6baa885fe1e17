"""The page of a comparison: what it says, and in a real browser that it says it to everybody."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from provenance.fetch.browser import find_chromium
from provenance.settings import CaptureSettings
from provenance.validate.compare_records import Comparison
from provenance.validate.report.compare_html import render_comparison
from support.compared import Said, a_draft, changed

TOLL = Said("The toll at the ford was doubled on Monday.", ("https://tolls.example/doubled",))
BARGES = Said("Two barges were stopped below the ford.", ("https://barges.example/stopped",))
GUARD = Said(
    "The guard let grain pass at night.", ("Interview with a guard, Ouldane, March 1, 2024.",)
)
FERRY = Said(
    "The ferry has not run since the flood.",
    ("https://ferry.example/a-timetable-of-quite-a-length-that-fits-into-no-column",),
)
NOTE = "https://quay.example/log. The figure leaves the upper ford out."
LOG = Said("Nine owners paid at the quay before they were let through.", (NOTE,))
HOSTILE = Said(
    "They <b>shouted</b> <script>document.title='stolen'</script> at \u202ethe ford.",
    (
        'https://evil.example/"onmouseover=alert(1), “<img src=https://leak.example/x.png>,” May 1, 2024',
        "javascript:alert(1)",
    ),
)


def a_comparison() -> Comparison:
    """Two drafts between which everything changed that may."""
    old = a_draft((TOLL, BARGES, GUARD, FERRY, LOG))
    new = a_draft(
        (
            HOSTILE,
            BARGES._replace(sentence="Three barges were stopped just below the ford."),
            Said(
                GUARD.sentence, (GUARD.notes[0].replace("March 1", "March 2"), "https://b.example")
            ),
            Said(LOG.sentence, (NOTE.replace("upper", "lower"),)),
            Said(TOLL.sentence, ()),
        )
    )
    return changed(old, new)


def test_the_page_names_what_changed_and_holds_no_markup_of_the_drafts() -> None:
    page = render_comparison(a_comparison())
    body = page[page.index("<body>") :]
    assert (
        "<del>Two</del><ins>Three</ins> barges were stopped<ins> just</ins> below the ford." in page
    )
    assert "<del>upper</del><ins>lower</ins>" in page
    for markup in (
        "<b>shouted",
        "<img",
        "document.title",
        'href="javascript',
        'onmouseover=alert(1)"',
    ):
        assert markup not in body.replace("&lt;script&gt;document.title", "")
    assert "\u202e" not in page
    assert "Its words are still in the text" in page


def test_a_page_without_changes_says_so() -> None:
    text = a_draft((TOLL,))
    assert "No note, claim or source changed." in render_comparison(changed(text, text))


CHROMIUM = find_chromium(CaptureSettings())
in_a_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the extra `capture` is not installed"
    )
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@in_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_axe_finds_nothing_and_nothing_is_asked_for(
    browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python", reason="the extra `dev` is not installed")
    path = tmp_path / "compared.html"
    path.write_text(render_comparison(a_comparison()), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    try:
        page = context.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        page.evaluate((files(axe.__name__) / "axe.min.js").read_text("utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert found["passes"]
        assert [(each["id"], [node["html"][:200] for node in each["nodes"][:3]])
                for each in found["violations"]] == []  # fmt: skip
        assert asked == [path.as_uri()]
        assert said == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title().startswith("What changed from ")
    finally:
        context.close()
