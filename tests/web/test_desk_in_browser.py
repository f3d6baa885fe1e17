"""The desk in a real browser: as one types, with the keyboard, on a telephone, in the dark, under attack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, Route, expect

from provenance.web.tokens import hash_token, make_token
from support.asking_web import draft_of_notes, glued_draft
from support.axe import serious_findings
from support.docx_builder import a_docx, note, paragraph, reference, run
from support.serving import serving

GLUED = glued_draft(3)
MENDED = GLUED.replace("https://www.fords", "; https://www.fords")
HOSTILE = "\n".join(
    (
        "</textarea><script>document.title='owned'</script><img src=https://evil.example/x onerror=alert(1)>",
        "<style>@import 'https://evil.example/y'</style><svg onload=alert(1)>[1]",
        "\u202e reversed \u202c {{ 7*7 }} \u2066[2]",
        "",
        "References",
        "",
        "[1] javascript:alert(document.domain) https://a.example/<script>alert(1)</script>https://b.example/",
        "[2] data:text/html,<script>alert(1)</script> https://a.example/\u202egpj.exe",
    )
)
A_WORD_FILE = a_docx(
    paragraph(run("Two barges were stopped below the ford."), reference(2)),
    footnotes={2: note(paragraph(run("https://www.tolls.example/ahttps://www.fords.example/b")))},
)


class Desk:
    """A page at the desk; whatever it complains of or asks of others is kept."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self._address = address
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.route("**/*", self._watch)
        page.goto(address)

    def _watch(self, route: Route) -> None:
        if route.request.url.startswith(self._address.removesuffix("/validate")):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()

    def write(self, text: str) -> None:
        self.page.fill("#text", text)

    def opens(self, name: str, data: bytes) -> None:
        self.page.set_input_files("#file", {"name": name, "mimeType": "", "buffer": data})

    def expect_cards(self, count: int) -> None:
        expect(self.page.locator("#findings .card")).to_have_count(count, timeout=15_000)

    def downloaded(self) -> tuple[str, bytes]:
        with self.page.expect_download() as waiting:
            self.page.click("#download")
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("desk")) as (address, _):
        yield address


@pytest.fixture
def desk(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    context = browser.new_context(**getattr(request, "param", {}))
    desk = Desk(context.new_page(), address)
    yield desk
    context.close()
    assert desk.complaints == []
    assert desk.elsewhere == []


def test_findings_come_as_one_types_and_go_as_one_mends_by_hand(desk: Desk) -> None:
    desk.write(draft_of_notes(2))
    expect(desk.page.locator("#findings")).to_contain_text("Nothing to report")
    desk.page.locator("#text").press("Control+End")
    desk.page.keyboard.press("Backspace")
    desk.page.keyboard.type("https://www.fords.example/9")
    desk.expect_cards(1)
    marked = desk.page.locator("#under mark")
    assert marked.all_text_contents() == ["https://www.fords.example/9"]
    for _ in "https://www.fords.example/9":
        desk.page.keyboard.press("Backspace")
    expect(desk.page.locator("#findings")).to_contain_text("Nothing to report")


def test_what_is_underlined_lies_under_its_words(desk: Desk) -> None:
    desk.write(
        "\U0001f6a2 A long first line, so that it has to be broken somewhere. " * 30
        + "\n\n"
        + GLUED
    )
    desk.expect_cards(3)
    boxes: list[dict[str, float]] = desk.page.evaluate(
        "['under', 'text'].map((id) => { const {width, height, x, y} = document.getElementById(id)"
        ".getBoundingClientRect(); return {width, height, x, y}; })"
    )
    assert boxes[0] == boxes[1]
    assert desk.page.locator("#under mark").all_text_contents() == [
        f"https://www.fords.example/news/{number}" for number in (1, 2, 3)
    ]


def test_one_fix_then_all_that_is_safe_then_undo(desk: Desk) -> None:
    desk.write(GLUED)
    desk.expect_cards(3)
    desk.page.locator(".card").nth(1).get_by_role("button", name="Mend").click()
    desk.expect_cards(2)
    expect(desk.page.locator("#text")).to_have_value(GLUED.replace("ford-2https", "ford-2; https"))
    desk.page.click("#mend-safe")
    desk.expect_cards(0)
    expect(desk.page.locator("#text")).to_have_value(MENDED)
    expect(desk.page.locator("#status")).to_contain_text("2 findings mended")
    desk.page.click("#undo")
    desk.expect_cards(2)
    desk.page.click("#undo")
    desk.expect_cards(3)
    expect(desk.page.locator("#text")).to_have_value(GLUED)
    expect(desk.page.locator("#undo")).to_be_disabled()


def test_control_z_takes_a_mending_back(desk: Desk) -> None:
    desk.write(GLUED)
    desk.expect_cards(3)
    desk.page.click("#mend-safe")
    desk.expect_cards(0)
    desk.page.locator("#text").press("Control+z")
    desk.expect_cards(3)
    expect(desk.page.locator("#text")).to_have_value(GLUED)


def test_everything_is_done_with_the_keyboard(desk: Desk) -> None:
    desk.write(GLUED)
    desk.expect_cards(3)
    for number in (1, 2, 3, 1):
        desk.page.keyboard.press("F8")
        chosen = desk.page.evaluate(
            "[document.activeElement.id, document.activeElement.value.slice("
            "document.activeElement.selectionStart, document.activeElement.selectionEnd)]"
        )
        assert chosen == ["text", f"https://www.fords.example/news/{number}"]
    for _ in range(40):
        desk.page.keyboard.press("Tab")
        if desk.page.evaluate("document.activeElement.dataset.act") == "mend":
            break
    desk.page.keyboard.press("Enter")
    desk.expect_cards(2)
    assert desk.page.evaluate("document.activeElement.closest('.card') !== null")


def test_control_enter_mends_what_is_chosen_and_nothing_where_nothing_is(desk: Desk) -> None:
    desk.write(GLUED)
    desk.expect_cards(3)
    desk.page.keyboard.press("Control+Enter")
    desk.expect_cards(3)
    desk.page.keyboard.press("F8")
    desk.page.keyboard.press("F8")
    desk.page.keyboard.press("Control+Enter")
    desk.expect_cards(2)
    mended = GLUED.replace("https://www.fords.example/news/2", "; https://www.fords.example/news/2")
    expect(desk.page.locator("#text")).to_have_value(mended)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tolls rose.[^1]\n\n[^1]: https://www.tolls.example/a?utm_source=b\n", "draft.md"),
        ("Tolls rose.[1]\n\n[1] https://www.tolls.example/a?utm_source=b\n", "draft.txt"),
    ],
    ids=["markdown", "text"],
)
def test_what_was_pasted_is_downloaded_as_what_it_is(desk: Desk, text: str, name: str) -> None:
    desk.write(text)
    desk.expect_cards(1)
    desk.page.click("#mend-safe")
    desk.expect_cards(0)
    assert desk.downloaded() == (name, text.replace("?utm_source=b", "").encode())


def test_a_rule_is_explained_without_leaving(desk: Desk) -> None:
    desk.write(GLUED)
    desk.expect_cards(3)
    desk.page.locator(".card .rule").first.press("Enter")
    expect(desk.page.locator("dialog")).to_contain_text("Why it matters")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("dialog")).to_be_hidden()
    assert desk.page.url.endswith("/validate")
    expect(desk.page.locator("#text")).to_have_value(GLUED)


def test_severities_are_filtered(desk: Desk) -> None:
    desk.write(GLUED)
    desk.expect_cards(3)
    desk.page.locator("#filter .chip.error").click()
    assert desk.page.locator("#findings .card:visible").count() == 0
    desk.page.locator("#filter .chip.error input").press("Space")
    assert desk.page.locator("#findings .card:visible").count() == 3


def test_a_word_file_is_shown_mended_undone_and_stays_what_it_is(desk: Desk) -> None:
    desk.opens("update.docx", A_WORD_FILE)
    desk.expect_cards(1)
    expect(desk.page.locator("#text")).to_have_attribute("readonly", "")
    expect(desk.page.locator("#opened")).to_contain_text("update.docx")
    desk.page.click("#mend-safe")
    desk.expect_cards(0)
    name, data = desk.downloaded()
    assert name == "update-mended.docx"
    assert data[:4] == b"PK\x03\x04"
    assert data != A_WORD_FILE
    desk.page.click("#undo")
    desk.expect_cards(1)
    assert desk.downloaded() == ("update.docx", A_WORD_FILE)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GLUED.replace("\n", "\r\n").encode(),
        GLUED.encode(),
        GLUED.encode("utf-16"),
    ],
    ids=["bom_and_crlf", "plain", "utf_16"],
)
def test_a_text_file_comes_back_to_the_byte(desk: Desk, data: bytes) -> None:
    is_utf16 = data.startswith(b"\xff\xfe")  # which is a finding of its own
    desk.opens("update.txt", data)
    desk.expect_cards(3 + is_utf16)
    assert desk.downloaded() == ("update.txt", data)
    desk.page.click("#mend-safe")
    desk.expect_cards(int(is_utf16))
    encoding = "utf-16" if is_utf16 else "utf-8"
    assert desk.downloaded()[1].decode(encoding) == data.decode(encoding).replace(
        "https://www.fords", "; https://www.fords"
    )


def test_a_file_that_is_none_is_said_and_the_draft_stands(desk: Desk) -> None:
    desk.write(GLUED)
    desk.expect_cards(3)
    desk.opens("broken.docx", A_WORD_FILE[:800])
    expect(desk.page.locator("#problem")).to_be_visible()
    expect(desk.page.locator("#text")).to_have_value(GLUED)
    desk.complaints = [said for said in desk.complaints if "422" not in said]


def test_a_hostile_draft_stays_words(desk: Desk) -> None:
    title = desk.page.title()
    desk.write(HOSTILE)
    expect(desk.page.locator("#findings .card").first).to_be_visible(timeout=15_000)
    desk.page.keyboard.press("F8")
    links = desk.page.evaluate("[...document.links].map((each) => each.protocol)")
    assert set(links) == {"http:"}
    assert desk.page.title() == title
    assert desk.page.locator("main script, main img, main svg, main style").count() == 0


def test_nothing_is_left_in_the_browser(desk: Desk) -> None:
    desk.write(GLUED)
    desk.expect_cards(3)
    kept = desk.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert kept == [0, 0, ""]


SIZES = {"telephone": (360, 740), "tablet": (768, 1024), "screen": (1440, 900)}
LOOKS = [
    pytest.param(
        {"viewport": {"width": width, "height": height}, "color_scheme": theme},
        id=f"{name}_{theme}",
    )
    for name, (width, height) in SIZES.items()
    for theme in ("light", "dark")
]


@pytest.mark.parametrize("desk", LOOKS, indirect=True)
def test_the_pages_fit_and_everybody_can_use_them(desk: Desk) -> None:
    page = desk.page
    _expect_fit(page)
    desk.write(HOSTILE + "\n\n" + GLUED)
    expect(page.locator("#findings .card").first).to_be_visible(timeout=15_000)
    page.keyboard.press("F8")
    _expect_fit(page)
    assert serious_findings(page) == []
    page.locator(".card .rule").first.click()
    expect(page.locator("dialog")).to_be_visible()
    assert serious_findings(page) == []
    for path in ("/rules", "/rules/FN103", "/login"):
        page.goto(page.url.partition("/validate")[0].partition("/rules")[0] + path)
        _expect_fit(page)
        assert serious_findings(page) == []


def _expect_fit(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_huge_draft_is_looked_at_whole_and_shown_in_part(desk: Desk) -> None:
    data = (GLUED + "The barges crossed at night. " * 100_000).encode()
    desk.opens("huge.txt", data)
    expect(desk.page.locator("#opened")).to_contain_text("the first part is shown", timeout=60_000)
    assert desk.page.evaluate("document.getElementById('text').value.length") == 300_000
    assert desk.downloaded() == ("huge.txt", data)


@pytest.mark.parametrize("desk", [{"java_script_enabled": False}], indirect=True, ids=["no_script"])
def test_without_a_script_the_form_is_sent_and_answered(desk: Desk) -> None:
    desk.write(GLUED)
    desk.page.click("#check")
    desk.expect_cards(3)
    expect(desk.page.locator("#text")).to_have_value(GLUED)


def test_one_signs_in_works_and_signs_out_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    token = make_token()
    (tmp_path / "provenance.toml").write_text(f'[serve]\ntoken_scrypt = "{hash_token(token)}"\n')
    with serving(tmp_path) as (address, _):
        context = browser.new_context()
        desk = Desk(context.new_page(), address)
        expect(desk.page).to_have_url(address.replace("/validate", "/login?next=/validate"))
        desk.page.fill("#token", "a guess")
        desk.page.get_by_role("button", name="Sign in").click()
        expect(desk.page.get_by_role("alert")).to_be_visible()
        desk.page.fill("#token", token)
        desk.page.get_by_role("button", name="Sign in").click()
        expect(desk.page).to_have_url(address)
        desk.write(GLUED)
        desk.expect_cards(3)
        desk.page.get_by_role("button", name="Sign out").click()
        expect(desk.page).to_have_url(address.replace("/validate", "/login"))
        desk.page.goto(address)
        expect(desk.page).to_have_url(address.replace("/validate", "/login?next=/validate"))
        context.close()
    assert [said for said in desk.complaints if "401" not in said] == []
