"""Documents in a real browser: from a claim to its passage without leaving the text, by mouse and by keys."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from provenance.demo.run import Demonstration
from provenance.store.database import open_database
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


class Reader:
    """A tab at the document; what it complains of, or asks of others, is kept."""

    def __init__(self, page: Page, address: str, path: str) -> None:
        self.page, self.address, self.path = page, address, path
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)  # fmt: skip
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.context.on("request", lambda request: self.asked.append(request.url))

    def opens(self, query: str = "") -> None:
        self.page.goto(self.address + self.path + query)

    def marker(self, label: str) -> Any:
        return self.page.locator("#written a[id^=m]", has_text=f"[{label}]").first

    def expect_chosen(self, label: str) -> None:
        expect(self.page.locator("#claim-title")).to_have_text(f"Claim [{label}]")
        expect(self.page.locator("#written a.chosen")).to_have_text(f"[{label}]")
        assert self.page.locator("#written .here").count() >= 1

    def claim_in_address(self) -> str | None:
        return parse_qs(urlsplit(self.page.url).query).get("claim", [None])[0]

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.textContent"))


@pytest.fixture(scope="module")
def place(
    demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    workplace = demonstrated.workplace
    with open_database(workplace.db_path, read_only=True) as db:
        document_id = db.value(
            "SELECT d.document_id FROM documents d JOIN contents k ON k.content_key = d.content_key"
            " WHERE k.title LIKE '%Ouldane%'"
        )
    folder = tmp_path_factory.mktemp("documents")
    told = ("--db", str(workplace.db_path), "--archive", str(workplace.archive_root))
    with serving(folder, *told, "--archive-port", "0") as (address, _):
        parts = urlsplit(address)
        yield f"{parts.scheme}://{parts.netloc}", f"/documents/{document_id}"


@pytest.fixture
def reader(
    browser: Browser, place: tuple[str, str], request: pytest.FixtureRequest
) -> Iterator[Reader]:
    context = browser.new_context(reduced_motion="reduce", **getattr(request, "param", {}))
    reader = Reader(context.new_page(), *place)
    reader.opens()
    yield reader
    context.close()
    assert reader.complaints == []
    host = urlsplit(place[0]).hostname
    assert {urlsplit(url).hostname for url in reader.asked} == {host}


def test_from_the_list_to_a_claim_to_its_passage_in_the_archived_page(reader: Reader) -> None:
    page = reader.page
    page.goto(reader.address + "/")
    page.get_by_role("link", name="The River Front Closes In on Ouldane").click()
    reader.marker("22").click()
    reader.expect_chosen("22")
    expect(page.locator("#chain .best blockquote")).to_contain_text("Two gunboats were promised")
    claim = reader.claim_in_address()
    page.locator("#chain .best a[data-open]").click()
    page.wait_for_url("**/captures/**")
    assert reader.claim_in_address() == claim
    expect(page.locator("main")).to_contain_text("Two gunboats were promised")
    page.go_back()
    reader.expect_chosen("22")


def test_choosing_leaves_the_text_where_it_is(reader: Reader) -> None:
    reader.marker("12").scroll_into_view_if_needed()
    before = reader.marker("12").bounding_box()
    loads = len([url for url in reader.asked if urlsplit(url).path == reader.path])
    reader.marker("12").click()
    reader.expect_chosen("12")
    after = reader.marker("12").bounding_box()
    assert abs(before["y"] - after["y"]) < 5 or after["y"] < 700
    assert len([url for url in reader.asked if urlsplit(url).path == reader.path]) == loads
    expect(reader.page.locator("#panel")).to_be_in_viewport()


def test_the_words_of_a_claim_choose_it_too(reader: Reader) -> None:
    reader.page.locator("#written [data-c]", has_text="closed its river base").click()
    reader.expect_chosen("13")


def test_back_and_forward_go_through_what_was_chosen(reader: Reader) -> None:
    reader.marker("1").click()
    reader.expect_chosen("1")
    reader.marker("3").click()
    reader.expect_chosen("3")
    reader.page.go_back()
    reader.expect_chosen("1")
    reader.page.go_back()
    expect(reader.page.locator("#panel.open")).to_have_count(0)
    reader.page.go_forward()
    reader.expect_chosen("1")


def test_an_address_with_a_claim_opens_it_in_sight(reader: Reader) -> None:
    reader.marker("33").click()
    reader.expect_chosen("33")
    address = reader.page.url
    reader.page.goto("about:blank")
    reader.page.goto(address)
    reader.expect_chosen("33")
    expect(reader.page.locator("#written .here").first).to_be_in_viewport()


def test_everything_is_done_with_keys(reader: Reader) -> None:
    page = reader.page
    page.keyboard.press("j")
    assert reader.focused() == "[1]"
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    assert reader.focused() == "[3]"
    page.keyboard.press("Enter")
    reader.expect_chosen("3")
    page.keyboard.press("j")
    reader.expect_chosen("4")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^Claim \[4\]: \w"))
    page.keyboard.press("k")
    reader.expect_chosen("3")
    page.keyboard.press("Escape")
    expect(page.locator("#panel.open")).to_have_count(0)
    assert reader.focused() == "[3]"
    assert reader.claim_in_address() is None
    page.keyboard.press("Enter")
    reader.expect_chosen("3")
    page.keyboard.press("o")
    page.wait_for_url("**/captures/**")


def test_the_ends_are_ends(reader: Reader) -> None:
    reader.marker("1").click()
    reader.expect_chosen("1")
    reader.page.keyboard.press("k")
    reader.expect_chosen("1")
    expect(reader.page.locator("#back[href]")).to_have_count(0)
    for _ in range(60):
        reader.page.keyboard.press("j")
    reader.expect_chosen("40")
    expect(reader.page.locator("#on[href]")).to_have_count(0)
    reader.page.locator("#back").click()
    reader.expect_chosen("39")


def test_single_keys_can_be_switched_off_and_stay_off(reader: Reader) -> None:
    reader.page.locator("#keys").uncheck()
    reader.page.locator("h1").click()
    reader.page.keyboard.press("j")
    assert reader.focused() != "[1]"
    reader.page.reload()
    reader.page.keyboard.press("j")
    assert reader.focused() != "[1]"
    reader.page.locator("#keys").check()
    reader.page.keyboard.press("j")
    assert reader.focused() == "[1]"


def test_keys_typed_into_a_field_are_words(reader: Reader) -> None:
    reader.page.locator("#seek").press_sequentially("jok")
    expect(reader.page.locator("#seek")).to_have_value("jok")
    expect(reader.page.locator("#panel.open")).to_have_count(0)


def test_whoever_holds_a_key_down_asks_for_the_last_claim_only(reader: Reader) -> None:
    reader.marker("1").click()
    reader.expect_chosen("1")
    before = len([url for url in reader.asked if "part=1" in url])
    for _ in range(12):
        reader.page.keyboard.press("j")
    reader.expect_chosen("13")
    assert len([url for url in reader.asked if "part=1" in url]) - before <= 6


def test_an_answer_that_does_not_come_is_a_page_that_says_so(reader: Reader) -> None:
    reader.page.route("**/claims/*part=1*", lambda route: route.fulfill(status=503, body="busy"))
    reader.marker("2").click()
    reader.page.wait_for_url("**claim=**")
    expect(reader.page.locator("#claim-title")).to_have_text("Claim [2]")
    reader.complaints = [said for said in reader.complaints if "503" not in said]


@pytest.mark.parametrize("reader", [{"java_script_enabled": False}], indirect=True, ids=["none"])
def test_without_a_script_links_do_the_same(reader: Reader) -> None:
    page = reader.page
    page.locator("#written a[id^=m]", has_text="[22]").click()
    expect(page.locator("#claim-title")).to_have_text("Claim [22]")
    expect(page.locator("#here")).to_be_in_viewport()
    page.locator("#on").click()
    expect(page.locator("#claim-title")).to_have_text("Claim [23]")
    page.locator("#back").click()
    expect(page.locator("#claim-title")).to_have_text("Claim [22]")
    page.locator("#close").click()
    expect(page.locator("#claim-title")).to_have_count(0)


@pytest.mark.parametrize("reader", LOOKS, indirect=True)
def test_the_pages_fit_and_everybody_can_use_them(
    reader: Reader, request: pytest.FixtureRequest
) -> None:
    # both layouts and both themes are among these; the audit is what takes the time
    is_audited = request.node.callspec.id in {"telephone_light", "screen_dark"}
    page = reader.page
    for path in ("/documents", "/documents?state=dead&q=none", reader.path):
        page.goto(reader.address + path)
        _expect_fit(page)
        assert not is_audited or serious_findings(page) == []
    for label in ("1", "22"):
        reader.marker(label).click()
        reader.expect_chosen(label)
        _expect_fit(page)
        expect(page.locator("#written .here").first).to_be_in_viewport()
        expect(page.locator("#claim-title")).to_be_in_viewport()
    assert not is_audited or serious_findings(page) == []


def _expect_fit(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
