"""From a source to its history in a real browser: by keyboard, on a telephone, in the dark, under attack."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from support.axe import serious_findings
from support.histories import HOSTILE_CITATION, TOLLS, a_store_with_history
from support.records import source_id_of
from support.serving import serving

EVIL = source_id_of(HOSTILE_CITATION)
PATHS = (
    f"/sources/{TOLLS}",
    f"/sources/{EVIL}",
    f"/sources/{TOLLS}/compare",
    "/sources",
    "/sources?host=tolls.example",
    "/nights/2020-01-06",
    "/verdicts",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("sources-served")
    a_store_with_history(folder / "provenance.db").close()
    with serving(folder, "--db", "provenance.db") as (address, _):
        yield re.sub(r"(//[^/]+).*", r"\1", address)


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose every complaint, dialog and request elsewhere fails the test."""
    context: BrowserContext = browser.new_context(**getattr(request, "param", {}))
    made = context.new_page()
    complaints: list[str] = []
    elsewhere: list[str] = []

    def watch(route: Route) -> None:
        if route.request.url.startswith(address):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    made.on("dialog", lambda dialog: complaints.append(dialog.message))
    made.route("**/*", watch)
    yield made
    context.close()
    assert complaints == []
    assert elsewhere == []


def test_from_a_host_to_a_source_to_what_became_of_its_words(page: Page, address: str) -> None:
    page.goto(f"{address}/sources")
    page.get_by_role("link", name="tolls.example").click()
    page.get_by_role("link", name="https://tolls.example/rates").click()
    expect(page).to_have_url(f"{address}/sources/{TOLLS}")
    picture = page.get_by_role("img", name=re.compile("gone 15"))
    expect(picture).to_be_visible()
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("region", name="History as a table")).to_be_visible()
    page.get_by_role("link", name="What changed between the first and the latest").click()
    expect(page.get_by_text("number: 16 is now 17")).to_be_visible()
    page.get_by_role("link", name="Other way round").click()
    expect(page.get_by_text("15 words gone, 21 new")).to_be_visible()


def test_every_mark_of_the_picture_is_drawn_and_stands_in_its_lane(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/sources/{TOLLS}")
    drawn: list[dict[str, Any]] = page.evaluate(
        "[...document.querySelectorAll('.timeline .mark')].map((mark) => { const box ="
        " mark.querySelector(':not(title)').getBoundingClientRect(); return {kind:"
        " mark.classList[1], y: box.y + box.height / 2, width: box.width, height: box.height,"
        " fill: getComputedStyle(mark).fill, stroke: getComputedStyle(mark).stroke}; })"
    )
    assert {each["kind"] for each in drawn} == {"cited", "ok", "temporary", "gone", "archived", "same", "elsewhere"}  # fmt: skip
    assert all(each["width"] > 2 and each["height"] > 2 for each in drawn)
    lanes = {kind: {round(each["y"] / 3) for each in drawn if each["kind"] == kind} for kind in ("ok", "gone")}  # fmt: skip
    assert len(lanes["ok"]) == len(lanes["gone"]) == 1
    assert lanes["ok"] != lanes["gone"]
    looks = {each["kind"]: (each["fill"], each["stroke"]) for each in drawn}
    assert looks["ok"] != looks["gone"] != looks["temporary"]


def test_lists_go_on_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/sources/{TOLLS}")
    first = page.locator("section:has(#looks) tbody th").first.inner_text()
    page.get_by_role("link", name="Earlier looks").click()
    expect(page.locator("section:has(#looks) tbody tr")).to_have_count(12)
    assert page.locator("section:has(#looks) tbody th").first.inner_text() < first
    page.goto(f"{address}/sources/{TOLLS}/compare")
    options = page.locator("select[name=to] option")
    expect(options).to_have_count(2)
    page.select_option("select[name=from]", index=1)
    page.select_option("select[name=to]", index=0)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("15 words gone, 21 new")).to_be_visible()
    context.close()


def test_a_reason_leads_to_the_rule_that_it_names(page: Page, address: str) -> None:
    page.goto(f"{address}/sources/{TOLLS}")
    page.locator(".whystate").get_by_role("link", name="last_look").click()
    expect(page.locator("tr:target")).to_contain_text("What the last look saw")


def test_one_walks_from_night_to_night_to_the_source_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/nights/2021-02-22")
    page.get_by_role("link", name="2021-03-01 →").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2021-03-01", level=1)).to_be_visible()
    link = page.get_by_role("link", name="https://tolls.example/rates")
    for _ in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("(link) => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/sources/{TOLLS}")


def test_wide_screens_show_both_texts_narrow_ones_both_in_one(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/sources/{TOLLS}/compare")
    gone = page.locator("tr.gone td.old del").first
    fresh_beside = page.locator("tr.new td.new ins").first
    fresh_inline = page.locator("tr.new td.old ins").first
    expect(gone).to_be_visible()
    expect(fresh_beside).to_be_visible()
    expect(fresh_inline).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 740})
    expect(gone).to_be_visible()
    expect(fresh_beside).to_be_hidden()
    expect(fresh_inline).to_be_visible()


LOOKS = [
    pytest.param({"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}, id="telephone_dark"),
    pytest.param({"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}, id="screen_light"),
]  # fmt: skip


def test_no_page_is_wider_than_the_screen_whatever_is_unfolded(page: Page, address: str) -> None:
    for path in PATHS:
        page.goto(f"{address}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for width in (320, 360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                path,
                width,
            )
        assert page.title() != "owned"


@pytest.mark.parametrize("page", LOOKS, indirect=True)
def test_everybody_can_use_the_pages(page: Page, address: str) -> None:
    for path in PATHS:
        page.goto(f"{address}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert serious_findings(page) == [], path


@pytest.mark.parametrize("page", LOOKS[:1], indirect=True)
def test_on_a_telephone_the_picture_opens_at_what_happened_last(page: Page, address: str) -> None:
    page.goto(f"{address}/sources/{TOLLS}")
    seen = page.locator(".timeline .scroll").first.evaluate(
        "(box) => { const right = box.getBoundingClientRect().right; const last ="
        " [...box.querySelectorAll('.mark')].map((mark) => mark.getBoundingClientRect().right);"
        " return {wide: box.scrollWidth > box.clientWidth, last: Math.max(...last), right,"
        " lane: box.querySelector('text.lane').getBoundingClientRect().right}; }"
    )
    assert seen["wide"]
    assert 0 < seen["last"] < seen["right"]
    assert seen["lane"] <= seen["right"], "and the names of the lanes are seen"
