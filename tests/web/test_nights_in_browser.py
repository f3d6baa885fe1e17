"""The page Night and its runs in a real browser: by keyboard, on a telephone, in the dark, under attack."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from provenance.store.database import Database
from support.axe import serious_findings
from support.histories import TOLLS, a_store_with_history
from support.records import a_check_line, a_parsed, source_id_of
from support.serving import serving
from support.stores import FilledStore
from support.told_nights import BUSY, HOSTILE_NIGHT, OUTAGE, tell_nights

RUNS = [f"/nights/run/{each}" for each in (BUSY, HOSTILE_NIGHT, OUTAGE)]
PATHS = ("/nights", "/nights/runs", "/nights/2021-03-01", *RUNS)
LOOKS = [
    pytest.param({"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}, id="telephone_dark"),
    pytest.param({"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}, id="screen_light"),
]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("nights-served")
    db = a_store_with_history(folder / "provenance.db")
    tell_nights(db)
    _look_lately(db)
    db.close()
    with serving(folder, "--db", "provenance.db") as (address, _):
        yield re.sub(r"(//[^/]+).*", r"\1", address)


def _look_lately(db: Database) -> None:
    """Looks of the last months, for the year's picture ends with the clock of the server."""
    urls = [f"https://ferries.example/{number}" for number in range(12)]
    filled = FilledStore(db, "2026-11.jsonl")
    filled.document(
        a_parsed({str(number): [url] for number, url in enumerate(urls)}),
        document_id="late",
        path=None,
    )
    now = datetime.now(UTC)
    filled.checks(
        *(
            a_check_line(source_id_of(url), now - timedelta(days=days), outcome, url=url)
            for number, url in enumerate(urls)
            for days, outcome in zip((90, 60, 30, 2), ("ok", "ok", "gone" if number < 3 else "ok", "wall" if number == 5 else "ok"), strict=True)
        )
    )  # fmt: skip


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose every complaint, dialog and request elsewhere fails the test."""
    context = browser.new_context(**getattr(request, "param", {}))
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    made.on("dialog", lambda dialog: complaints.append(dialog.message))
    made.on(
        "request",
        lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url),
    )
    yield made
    context.close()
    assert complaints == []


def test_from_the_morning_to_the_source_to_what_rests_on_it_by_keyboard(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/nights")
    _tab_to(page, "link", re.compile("2021-03-01 07:48"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("47 worse")
    _tab_to(page, "link", re.compile("Toll rates of the upper ford"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/sources/{TOLLS}")


def _tab_to(page: Page, role: str, name: re.Pattern[str]) -> None:
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("(link) => link === document.activeElement"):
            return
    pytest.fail(f"the keyboard does not reach {name.pattern}")


def test_what_is_folded_unfolds_by_keyboard_without_a_script(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/nights/run/{BUSY}")
    summary = page.get_by_text("The 45 sources")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("and 25 more")).to_be_visible()
    page.goto(f"{address}/nights")
    page.get_by_text("The same as a table").first.click()
    expect(page.locator(".picture table").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("page", LOOKS, indirect=True)
def test_the_year_opens_at_the_present_and_its_rows_can_be_told_apart(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/nights")
    seen = page.locator(".picture .scroll.latest").evaluate(
        "(box) => { const right = box.getBoundingClientRect().right; const of = (each) =>"
        " [...box.querySelectorAll(each)].map((one) => one.getBoundingClientRect());"
        " return {right, cells: Math.max(...of('.cells rect').map((each) => each.right)),"
        " names: Math.max(...of('.row > text').map((each) => each.right)),"
        " heights: of('.cells rect').map((each) => each.height),"
        " inks: [...box.querySelectorAll('.row')].map((row) => getComputedStyle(row).color)}; }"
    )
    assert 0 < seen["cells"] < seen["names"] <= seen["right"]
    assert min(seen["heights"]) > 8
    assert len(set(seen["inks"])) == len(seen["inks"]) > 1


@pytest.mark.parametrize("page", LOOKS[:1], indirect=True)
def test_everybody_can_use_the_pages_and_none_is_wider_than_the_screen(
    page: Page, address: str
) -> None:
    for path in PATHS:
        page.goto(f"{address}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert serious_findings(page) == [], path
        assert page.title() != "owned"
        for width in (320, 360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                path,
                width,
            )


@pytest.mark.parametrize("page", LOOKS[1:], indirect=True)
def test_by_day_the_colours_can_be_read_too(page: Page, address: str) -> None:
    for path in ("/nights", f"/nights/run/{BUSY}"):
        page.goto(f"{address}{path}")
        assert serious_findings(page) == [], path


def test_on_a_telephone_every_page_of_the_desk_is_in_sight(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}/nights")
    ends = page.evaluate(
        "[...document.querySelectorAll('.top nav a')].map((each) => each.getBoundingClientRect().right)"
    )
    assert len(ends) == 6
    assert max(ends) <= 360
