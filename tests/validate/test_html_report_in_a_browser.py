"""The HTML report in a real browser: keys, filter, phones, both schemes, no scripts, no requests, axe."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="the extra `capture` is not installed")
pytest.importorskip("axe_playwright_python", reason="the extra `dev` is not installed")

from playwright.sync_api import Browser, Page, expect, sync_playwright

from provenance.fetch.browser import find_chromium
from provenance.settings import CaptureSettings
from provenance.validate.report.html_report import render_html
from provenance.validate.report.records import Unread
from support.reported import GLUED, RULES, changed, reported

CHROMIUM = find_chromium(CaptureSettings())
pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)"
    ),
]

HOSTILE = GLUED.replace(
    "doubled", "<img src=https://www.leak.example/x.png> doubled \u202e"
).replace("A Short Update", "A Short Update <script>document.title = 'stolen'</script>")


def a_report() -> str:
    looked_at = reported(HOSTILE, "drafts/a draft with quite a long name of its own (2).txt")
    first, second = looked_at.findings
    mild = changed(second, severity="warning", start=first.start + 3, end=first.start + 3)
    more = [first, mild, second, changed(first, severity="info", start=0, end=14),
            changed(first, standing="waived", reason="until the ministry answers", start=30, end=33)]  # fmt: skip
    return render_html(
        [looked_at._replace(findings=more), reported(path="clean.txt", findings=[])],
        RULES,
        unread=[Unread("b.docx", "b.docx: it is no Word file")],
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(a_report(), encoding="utf-8")
    return path


class Opened:
    """A page with everything that it asked for and complained about."""

    def __init__(self, browser: Browser, path: Path, width: int, **options: Any) -> None:
        self._context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        self.page: Page = self._context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(path.as_uri())

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_axe_finds_nothing_serious_and_nothing_is_asked_for(
    browser: Browser, report: Path, width: int, scheme: Any
) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    with Opened(browser, report, width, color_scheme=scheme) as opened:
        page = opened.page
        page.evaluate(axe)
        if width == 360:
            page.evaluate("document.getElementById('help').showModal()")
            assert page.evaluate("axe.run()")["violations"] == []
            page.keyboard.press("Escape")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert found["passes"]
        bad = [(each["id"], each["impact"], [node["html"][:200] for node in each["nodes"][:3]])
               for each in found["violations"]]  # fmt: skip
        assert bad == []
        assert opened.asked == [report.as_uri()]
        assert opened.said == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title().startswith("Notes of ")


def test_axe_would_have_found_something(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text("<img src=x><p style='color:#ccc;background:#fff'>pale</p>", encoding="utf-8")
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    with Opened(browser, path, 800) as opened:
        opened.page.evaluate(axe)
        found = opened.page.evaluate("axe.run()")
        assert {"image-alt", "color-contrast"} <= {each["id"] for each in found["violations"]}


def on(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_keys_lead_through_findings_to_their_places_and_back(
    browser: Browser, report: Path
) -> None:
    with Opened(browser, report, 1440) as opened:
        page = opened.page
        seen = []
        for key in ("j", "j", "ArrowDown", "k", "ArrowUp", "k"):
            page.keyboard.press(key)
            seen.append(on(page))
        first, second, third = seen[:3]
        assert seen == [first, second, third, second, first, first]
        assert len({first, second, third}) == 3
        page.keyboard.press("Enter")
        assert on(page) == first.replace("f", "p")
        page.keyboard.press("Enter")
        assert on(page) == first
        page.keyboard.press("?")
        assert page.locator("#help").is_visible()
        page.keyboard.press("j")
        assert page.locator(".card.on").get_attribute("id") == first
        page.keyboard.press("Escape")
        assert not page.locator("#help").is_visible()
        page.keyboard.press("Control+j")
        assert page.locator(".card.on").get_attribute("id") == first
        assert opened.said == []


def test_single_keys_can_be_turned_off_and_stay_off(browser: Browser, report: Path) -> None:
    with Opened(browser, report, 1440) as opened:
        page = opened.page
        page.keyboard.press("?")
        page.uncheck("#single")
        page.keyboard.press("Escape")
        page.reload()
        page.keyboard.press("j")
        assert page.locator(".card.on").count() == 0
        page.locator(".msg").first.click()
        first = on(page)
        page.keyboard.press("ArrowDown")
        assert on(page) != first
        assert opened.said == []


def test_the_filter_hides_cards_places_and_empty_groups_and_says_how_many_are_left(
    browser: Browser, report: Path
) -> None:
    with Opened(browser, report, 1440) as opened:
        page = opened.page
        count = page.locator("#count")
        assert count.inner_text() == "5 shown"
        page.keyboard.press("w")
        assert count.inner_text() == "4 of 5 shown"
        page.keyboard.press("w")
        page.select_option("#rule", "FN103")
        assert count.inner_text() == "2 of 5 shown"
        page.keyboard.press("Escape")
        page.select_option("#rule", "")
        page.locator("h1").click()
        page.keyboard.press("/")
        page.keyboard.type("ministry ANSWERS")
        expect(page.locator("#count")).to_have_text("1 of 5 shown", timeout=10_000)
        assert page.locator(".card:visible").count() == 1
        assert page.locator(".group:visible").count() == 1
        assert page.locator(".m:not(.off)").count() == 1
        page.keyboard.press("Escape")
        assert count.inner_text() == "5 shown"
        assert page.locator(".m.off").count() == 0


def test_notes_without_findings_can_be_shown(browser: Browser, report: Path) -> None:
    with Opened(browser, report, 1440) as opened:
        assert opened.page.locator(".clean:visible").count() == 0
        opened.page.check("#clean")
        assert opened.page.locator(".clean:visible").count() == 1


def test_a_click_on_a_place_takes_its_card(browser: Browser, report: Path) -> None:
    with Opened(browser, report, 1440) as opened:
        opened.page.locator(".m").first.click()
        taken = opened.page.locator(".card.on")
        assert f"#{taken.get_attribute('id')}" == opened.page.locator(".m").first.get_attribute(
            "href"
        )


def test_the_switch_of_schemes_goes_round(browser: Browser, report: Path) -> None:
    with Opened(browser, report, 1440, color_scheme="light") as opened:
        page = opened.page

        def paper() -> str:
            return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

        light = paper()
        button = page.locator("[data-theme-switch]")
        button.click()
        assert (button.inner_text(), paper()) == ("Theme: light", light)
        page.keyboard.press("t")
        assert button.inner_text() == "Theme: dark"
        assert paper() != light
        page.keyboard.press("t")
        assert (button.inner_text(), paper()) == ("Theme: auto", light)


def test_without_scripts_it_is_a_list_with_links(browser: Browser, report: Path) -> None:
    with Opened(browser, report, 360, java_script_enabled=False) as opened:
        page = opened.page
        assert page.locator(".filter").is_hidden()
        assert page.locator("#help").is_hidden()
        assert page.locator(".card:visible").count() == 5
        assert page.locator(".clean:visible").count() == 1
        page.locator(".m").first.click()
        assert page.url.endswith(str(page.locator(".m").first.get_attribute("href")))


def test_on_paper_it_is_light_and_without_controls(browser: Browser, report: Path) -> None:
    with Opened(browser, report, 1440, color_scheme="dark") as opened:
        page = opened.page
        page.keyboard.press("t")
        page.keyboard.press("t")
        page.emulate_media(media="print")
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        )
        assert page.locator(".filter").is_hidden()
        assert page.locator(".card:visible").count() == 5
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.found')).maxHeight") == "none"
        )


def test_ten_thousand_findings_open_filter_and_step_without_freezing(
    browser: Browser, tmp_path: Path
) -> None:
    one = reported().findings[0]
    text = "\n\n".join("Some words about tolls at the ford. " * 5 for _ in range(2000))
    step = len(text) // 10_000
    found = [
        changed(one, start=at * step, end=at * step + 4, message=f"number {at}")
        for at in range(10_000)
    ]
    path = tmp_path / "many.html"
    path.write_text(render_html([reported(text)._replace(findings=found)], RULES), encoding="utf-8")
    with Opened(browser, path, 1440) as opened:
        page = opened.page
        assert page.locator("#count").inner_text() == "10000 shown"
        hide = "(() => { const at = performance.now(); document.querySelector('input[value=error]').click(); return performance.now() - at; })()"
        assert page.evaluate(hide) < 3000
        assert page.locator("#count").inner_text() == "0 of 10000 shown"
        page.keyboard.press("e")
        page.fill("#words", "number 9999")
        expect(page.locator("#count")).to_have_text("1 of 10000 shown", timeout=10_000)
        page.fill("#words", "")
        expect(page.locator("#count")).to_have_text("10000 shown", timeout=10_000)
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        assert on(page) == "f1"
