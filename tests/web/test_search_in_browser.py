"""Search in a real browser: as one types, with the keyboard, on a telephone, in the dark, without a script."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from provenance.demo.run import Demonstration
from support.axe import serious_findings
from support.serving import serving

SIZES = {"telephone": (360, 740), "tablet": (768, 1024), "screen": (1440, 900)}
LOOKS = [
    pytest.param(
        {"viewport": {"width": width, "height": height}, "color_scheme": theme},
        id=f"{name}_{theme}",
    )
    for name, (width, height) in SIZES.items()
    for theme in ("light", "dark")
]


class Searcher:
    """A tab at the search; what it complains of, or asks of others, is kept."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)  # fmt: skip
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", lambda request: self.asked.append(request.url))

    def opens(self, query: str = "") -> None:
        self.page.goto(f"{self.address}/search{query}")

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.href"))


@pytest.fixture(scope="module")
def address(demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = demonstrated.workplace
    told = ("--db", str(place.db_path), "--archive", str(place.archive_root), "--archive-port", "0")
    with serving(tmp_path_factory.mktemp("search"), *told) as (served, _):
        parts = urlsplit(served)
        yield f"{parts.scheme}://{parts.netloc}"


@pytest.fixture
def tab(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Searcher]:
    context = browser.new_context(**getattr(request, "param", {}))
    searcher = Searcher(context.new_page(), address)
    searcher.opens()
    yield searcher
    context.close()
    assert searcher.complaints == []
    # archived pages come from another port of ours
    assert [url for url in searcher.asked if not url.startswith("http://127.0.0.1:")] == []


def test_results_come_as_one_types_and_the_address_can_be_shared(tab: Searcher) -> None:
    tab.page.locator("#q").press_sequentially("river fron", delay=20)
    expect(tab.page.locator("#told")).to_contain_text("claim", timeout=15_000)
    expect(tab.page.locator("#claims-head")).to_be_visible()
    expect(tab.page).to_have_url(f"{tab.address}/search?q=river+fron")
    assert tab.focused() == "q"
    words = {each.lower() for each in tab.page.locator("#results mark").all_text_contents()}
    assert words <= {"river", "front"}
    shared = tab.page.locator("#results").inner_text()
    tab.opens("?q=river+fron")
    assert tab.page.locator("#results").inner_text() == shared


def test_filters_narrow_and_are_taken_off_again(tab: Searcher) -> None:
    tab.page.fill("#q", "river")
    expect(tab.page.locator("#told")).to_contain_text("claims", timeout=15_000)
    before = tab.page.locator("#told").inner_text()
    tab.page.locator(".filters summary").click()
    tab.page.select_option("#state", "alive")
    tab.page.fill("#host", "social.example")
    tab.page.locator("#host").press("Enter")
    expect(tab.page).to_have_url(
        f"{tab.address}/search?q=river&host=social.example&state=alive", timeout=15_000
    )
    expect(tab.page.locator(".narrowed li")).to_have_count(2)
    assert tab.page.locator("#told").inner_text() != before
    tab.page.get_by_role("link", name="Without host social.example").click()
    expect(tab.page).to_have_url(f"{tab.address}/search?q=river&state=alive")
    assert tab.page.locator("#host").input_value() == ""


def test_everything_is_done_with_the_keyboard(tab: Searcher) -> None:
    tab.page.locator("h1").click()
    tab.page.keyboard.press("/")
    assert tab.focused() == "q"
    tab.page.keyboard.type("river")
    expect(tab.page.locator("#claims-head")).to_be_visible(timeout=15_000)
    links = tab.page.evaluate(
        "[...document.querySelectorAll('#results a.goes')].map((a) => a.href)"
    )
    assert len(links) > 3
    walked = []
    for key in ("ArrowDown", "ArrowDown", "j", "k"):
        tab.page.keyboard.press(key)
        walked.append(tab.focused())
    assert walked == [links[0], links[1], links[2], links[1]]
    tab.page.keyboard.press("Escape")
    assert tab.focused() == "q"
    tab.page.keyboard.type(" /jk")  # in the box they are letters
    assert tab.page.locator("#q").input_value() == "river /jk"
    expect(tab.page.locator("#told")).to_contain_text("nothing", timeout=15_000)
    tab.page.fill("#q", "river")
    expect(tab.page.locator("#told")).to_contain_text("claims", timeout=15_000)
    tab.page.keyboard.press("ArrowDown")
    leads = tab.focused()
    tab.page.keyboard.press("Enter")
    expect(tab.page).to_have_url(leads)


def test_from_words_to_the_passage_in_the_archived_page(tab: Searcher) -> None:
    tab.page.fill("#q", '"boats packed with explosives"')
    hit = tab.page.locator("#results a.goes[href^='/captures/']").first
    expect(hit).to_be_visible(timeout=15_000)
    hit.click()
    assert urlsplit(tab.page.url).path.startswith("/captures/")


def test_a_mistyped_name_is_offered(tab: Searcher) -> None:
    tab.page.fill("#q", "meridain inteligence group")
    offered = tab.page.locator(".names a", has_text="Meridian Intelligence Group")
    expect(offered).to_be_visible(timeout=15_000)
    offered.click()
    assert urlsplit(tab.page.url).path.startswith("/sources/")


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True, ids=["no_script"])
def test_without_a_script_the_form_is_sent_and_answered(tab: Searcher) -> None:
    tab.page.fill("#q", "river")
    tab.page.get_by_role("button", name="Search").click()
    expect(tab.page.locator("#claims-head")).to_be_visible()
    assert tab.page.locator("#results a.goes").count() > 3


@pytest.mark.parametrize("tab", LOOKS, indirect=True)
def test_the_page_fits_and_everybody_can_use_it(tab: Searcher) -> None:
    for query in (
        "",
        "?q=river",
        "?q=meridian+inteligence+group",
        f"?q={'x' * 300}&host=a.example&state=dead&since=2020",
        "?q=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE",
    ):
        tab.opens(query)
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), query
        assert serious_findings(tab.page) == []
    for query in ("", "?q=social.example", "?q=nobody"):
        tab.page.goto(f"{tab.address}/back{query}")
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), query
        assert serious_findings(tab.page) == []
