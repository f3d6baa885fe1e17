"""A stranger's page in the archive, in a real browser: no script of it runs, nothing is asked for, nobody is led away."""

import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from provenance.model import Passage
from provenance.settings import FetchSettings
from provenance.store.database import open_database
from provenance.web.archived.clean import clean_page
from provenance.web.archived.marking import mark_passages
from provenance.web.archived.page import ShowJob, ShownPage
from provenance.web.archived.shower import Shower, Wanted
from provenance.web.library import Library
from support.archived_desk import BothOrigins, Told, Trap, both_origins, ingest_pages
from support.axe import serious_findings
from support.hostile_page import HOSTILE_TITLE, PIECES, hostile

# What is waited for comes at once, but on a busy machine.
expect.set_options(timeout=30_000)
CLAIM = "The toll at the ford was raised to 16 crowns on Monday"
LONG = "<p>Barges crossed at night and nobody counted them.</p>\n" * 400
CALM = f"<html><title>Tolls</title><h1>Tolls</h1>{LONG}<p>{CLAIM}.</p>{LONG}</html>"


class Scene(NamedTuple):
    """A desk with archived pages, the trap that they call, and the capture of each path."""

    desk: BothOrigins
    trap: Trap
    library: Library
    captures: dict[str, str]
    claims: dict[str, str]


def pages(trap: str) -> dict[str, Told]:
    page = hostile(trap)
    xhtml = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "%s/entity">]><html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title><script src="%s/x.js"/></head><body onload="alert(1)"><p>&e; %s.</p><img src="%s/x.png"/></body></html>'  # fmt: skip
    return {
        "/hostile": Told(page.encode()),
        "/utf-16": Told(page.encode("utf-16"), "text/html"),
        "/utf-7": Told(b"<html><title>t</title><p>" + CLAIM.encode() + b".</p>+ADw-script src=" + trap.encode() + b"/utf7.js+AD4APA-/script+AD4-", "text/html; charset=utf-7"),
        "/xhtml": Told((xhtml % (trap, trap, CLAIM, trap)).encode(), "application/xhtml+xml"),
        "/text": Told(f"{CLAIM}. <script src='{trap}/sniffed.js'></script>".encode(), "text/plain"),
        "/calm": Told(CALM.encode()),
    }  # fmt: skip


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("hostile-archive")
    with Trap() as trap:
        told = pages(trap.address)
        workplace = ingest_pages(folder, told, dict.fromkeys(told, CLAIM))
        library = Library(workplace.db_path, workplace.archive_root)
        captures, claims = {}, {}
        with open_database(library.db_path, read_only=True) as db:
            for row in db.rows("SELECT capture_id, url FROM captures"):
                path = "/" + row["url"].rpartition("/")[2]
                captures[path] = row["capture_id"]
                claims[path] = db.value(
                    "SELECT c.claim_id FROM evidence e JOIN claims c ON c.claim_key = e.claim_key"
                    " WHERE e.capture_id = ? AND e.exact IS NOT NULL",
                    (row["capture_id"],),
                )
        assert set(captures) == set(told)
        with both_origins(library, folder) as desk:
            trap.asked.clear()
            yield Scene(desk, trap, library, captures, claims)
        library.close()


class Watched:
    """A tab; what it complains of, what it asks for elsewhere and what opens beside it is kept."""

    def __init__(self, browser: Browser, scene: Scene, **options: object) -> None:
        self.context = browser.new_context(service_workers="allow", **options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.elsewhere: list[str] = []
        ours = (scene.desk.address, scene.desk.archived, "data:")
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("console", lambda line: self.said.append(line.text) if line.type == "error" else None)  # fmt: skip
        self.context.on("request", lambda asked: None if asked.url.startswith(ours) else self.elsewhere.append(asked.url))  # fmt: skip
        self.page.on("download", lambda got: self.said.append(f"download {got.url}"))

    def expect_contained(self, scene: Scene, url: str, title: str) -> None:
        self.page.wait_for_timeout(600)  # what would call home has had the time to
        assert self.page.url == url
        assert title in self.page.title()
        assert len(self.context.pages) == 1
        assert self.context.service_workers == []
        assert self.context.cookies() == []
        assert self.elsewhere == []
        assert scene.trap.asked == []
        assert "owned" not in self.page.content().replace("owned()", "")


@pytest.fixture
def tab(browser: Browser, scene: Scene, request: pytest.FixtureRequest) -> Iterator[Watched]:
    watched = Watched(browser, scene, **getattr(request, "param", {}))
    yield watched
    watched.context.close()


@pytest.mark.parametrize("path", ["/hostile", "/utf-16", "/utf-7", "/xhtml", "/text"])
def test_a_hostile_page_is_contained_and_shows_its_words(
    scene: Scene, tab: Watched, path: str
) -> None:
    url = f"{scene.desk.address}/captures/{scene.captures[path]}?claim={scene.claims[path]}"
    tab.page.goto(url)
    url = tab.page.url  # a text is shown as such, at its own address
    frame = tab.page.locator("iframe.archived")
    if path == "/text":
        assert frame.count() == 0
        expect(tab.page.locator("mark#passage")).to_contain_text(CLAIM)
    else:
        words = tab.page.frame_locator("iframe.archived")
        expect(words.locator("mark#passage")).to_contain_text(CLAIM)
        for link in words.locator("a").all():
            link.click(force=True, timeout=2_000)
        assert frame.get_attribute("sandbox") == ""
    tab.expect_contained(scene, url, "Capture")
    assert tab.said == []


def test_a_hostile_page_in_a_tab_of_its_own_is_contained(scene: Scene, tab: Watched) -> None:
    wanted = Wanted("capture", scene.captures["/hostile"], scene.claims["/hostile"])
    url = scene.desk.archived + scene.desk.shower.address(wanted, "127.0.0.1")
    tab.page.goto(url)
    expect(tab.page.locator("mark#passage")).to_be_visible()
    tab.page.mouse.click(200, 200)
    tab.expect_contained(scene, url, f"Archived: {HOSTILE_TITLE}")


def test_headers_and_frame_contain_it_even_where_nothing_was_cleaned(
    browser: Browser, scene: Scene, tmp_path: Path
) -> None:
    """The second wall by itself: the page as it came, on the other origin."""

    class Uncleaned(Shower):
        def _ask(self, job: ShowJob) -> ShownPage:
            return ShownPage("page", job.data.decode(), (True,) * len(job.passages))

    with both_origins(
        scene.library, tmp_path, Uncleaned(scene.library, FetchSettings(), now=lambda: 1.7e9)
    ) as desk:
        there = scene._replace(desk=desk)
        tab = Watched(browser, there)
        url = (
            f"{desk.address}/captures/{scene.captures['/hostile']}?claim={scene.claims['/hostile']}"
        )
        tab.page.goto(url)
        frame = tab.page.frame_locator("iframe.archived")
        expect(frame.locator("h1").first).to_be_attached()
        assert frame.locator("script").count() > 0  # it is all there, and does nothing
        for name in ("a-js", "a-data", "a-top", "a-blank", "a-download"):
            frame.locator(f"#{name}").press("Enter")
        frame.locator("#f button").press("Enter")
        tab.page.wait_for_timeout(600)
        assert tab.page.url == url
        assert "owned" not in tab.page.title()
        assert len(tab.context.pages) == 1
        assert tab.context.service_workers == []
        assert scene.trap.asked == []
        tab.context.close()


_LEADS_AWAY = (
    'http-equiv="refresh"', "top.location=", "window.open", "alert(1)", "<object", "<embed", "<portal",
    "<fencedframe", "speculationrules", 'rel="prerender"',
)  # fmt: skip


def test_the_trap_catches_what_is_not_contained(browser: Browser, scene: Scene) -> None:
    """Without walls the same page calls home: the tests above could fail."""
    page = hostile(scene.trap.address)
    for leads_away in _LEADS_AWAY:
        page = page.replace(leads_away, "")  # it is to stay, and be counted
    with Trap({"/": Told(page.encode())}) as open_web:
        context = browser.new_context()
        tab = context.new_page()
        tab.on("dialog", lambda dialog: dialog.dismiss())
        tab.goto(open_web.address + "/", wait_until="commit")
        tab.wait_for_timeout(800)
        context.close()
    asked = {line.rpartition("/")[2] for line in scene.trap.asked}
    scene.trap.asked.clear()
    assert {"script.js", "sheet.css", "img.png", "iframe.html", "fetch"} <= asked


def test_the_frame_is_scrolled_to_the_passage_without_a_script(scene: Scene, tab: Watched) -> None:
    tab.page.goto(
        f"{scene.desk.address}/captures/{scene.captures['/calm']}?claim={scene.claims['/calm']}"
    )
    box = tab.page.locator("iframe.archived").bounding_box()
    passage = tab.page.frame_locator("iframe.archived").locator("mark#passage")
    expect(passage).to_contain_text(CLAIM)
    at = passage.bounding_box()
    assert box is not None
    assert at is not None
    assert box["y"] <= at["y"] < box["y"] + box["height"]


def test_a_sheet_that_comes_late_leaves_the_passage_in_sight(scene: Scene, tab: Watched) -> None:
    """Laid out narrow at first, the frame would stay scrolled to where its passage was then."""

    def late(route: Route) -> None:
        time.sleep(0.8)
        route.continue_()

    tab.page.route("**/static/capture.css", late)
    tab.page.goto(
        f"{scene.desk.address}/captures/{scene.captures['/calm']}?claim={scene.claims['/calm']}"
    )
    passage = tab.page.frame_locator("iframe.archived").locator("mark#passage")
    expect(passage).to_be_in_viewport()


def test_from_a_claim_one_comes_to_its_passage_and_to_the_next_claims(
    scene: Scene, tab: Watched
) -> None:
    """The first of the journeys: a claim, what stands behind it, the page, the passage."""
    claim = scene.claims["/calm"]
    tab.page.goto(f"{scene.desk.address}/claims/{claim}")
    expect(tab.page.locator("main")).to_contain_text(CLAIM)
    link = tab.page.locator(
        f'a[href^="/captures/{scene.captures["/calm"]}"][href*="{claim}"]'
    ).first
    link.click()
    expect(tab.page).to_have_url(re.compile(f"/captures/{scene.captures['/calm']}"))
    passage = tab.page.frame_locator("iframe.archived").locator("mark#passage")
    expect(passage).to_contain_text(CLAIM)
    expect(passage).to_be_in_viewport()
    expect(tab.page.locator("section.chosen")).to_contain_text(CLAIM)
    tab.page.get_by_role("link", name="All that stands behind it").click()
    expect(tab.page).to_have_url(re.compile("/documents/.*claim="))
    assert tab.said == []
    assert tab.elsewhere == []


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True, ids=["no_script"])
def test_without_any_script_the_passage_is_there_too(scene: Scene, tab: Watched) -> None:
    tab.page.goto(
        f"{scene.desk.address}/captures/{scene.captures['/calm']}?claim={scene.claims['/calm']}"
    )
    expect(tab.page.frame_locator("iframe.archived").locator("mark#passage")).to_contain_text(CLAIM)
    tab.page.get_by_role("link", name="Text", exact=True).click()
    expect(tab.page.locator("mark#passage")).to_be_in_viewport()
    tab.page.get_by_role("link", name="Record", exact=True).click()
    expect(tab.page.locator(".record")).to_contain_text("SHA-256")


def test_another_site_cannot_frame_an_archived_page(scene: Scene, tab: Watched) -> None:
    wanted = Wanted("capture", scene.captures["/calm"], scene.claims["/calm"])
    target = scene.desk.archived + scene.desk.shower.address(
        wanted, scene.desk.address.partition("://")[2]
    )
    framing = f'<iframe src="{target}"></iframe>'.replace("&", "&amp;")
    with Trap({"/": Told(framing.encode())}) as other:
        tab.page.goto(other.address + "/")
        tab.page.wait_for_timeout(400)
        assert tab.page.frame_locator("iframe").locator("mark").count() == 0
    assert any("frame-ancestors" in line for line in tab.said)


@pytest.mark.skipif(
    not os.environ.get("PROVENANCE_LONG_TESTS"), reason="PROVENANCE_LONG_TESTS is not set"
)
def test_a_page_of_five_megabytes_is_shown_with_its_passage(
    browser: Browser, tmp_path: Path
) -> None:
    body = f"<title>Long</title>{LONG * 120}<p>{CLAIM}.</p>{LONG * 120}"
    assert len(body) > 5_000_000
    workplace = ingest_pages(tmp_path, {"/long": Told(body.encode())}, {"/long": CLAIM})
    library = Library(workplace.db_path, workplace.archive_root)
    with open_database(library.db_path, read_only=True) as db:
        row = db.rows("SELECT capture_id FROM captures")[0]
    with both_origins(library, tmp_path) as desk:
        page = browser.new_page()
        started = time.perf_counter()
        page.goto(f"{desk.address}/captures/{row['capture_id']}?view=page")
        expect(page.frame_locator("iframe.archived").locator("h1, p").first).to_be_attached(
            timeout=30_000
        )
        print(f"5 MB shown after {time.perf_counter() - started:.1f} s")
        page.close()
    library.close()


SIZES = {
    "telephone": {"width": 360, "height": 740},
    "tablet": {"width": 768, "height": 1024},
    "screen": {"width": 1440, "height": 900},
}
LOOKS = [
    pytest.param({"viewport": SIZES[name], "color_scheme": theme}, id=f"{name}_{theme}")
    for name, theme in (("telephone", "light"), ("tablet", "dark"), ("screen", "light"))
]
# What is shown, and how: the page, its record, a text that has no page.
VIEWS = (("/hostile", ""), ("/calm", "record"), ("/text", "text"))


@pytest.mark.parametrize("tab", LOOKS, indirect=True)
def test_the_page_of_a_capture_fits_and_everybody_can_use_it(scene: Scene, tab: Watched) -> None:
    for path, view in VIEWS:
        capture, claim = scene.captures[path], scene.claims[path]
        tab.page.goto(f"{scene.desk.address}/captures/{capture}?claim={claim}&view={view}")
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert serious_findings(tab.page, with_frames=False) == [], (path, view)
    assert tab.said == []


def test_everything_is_reached_with_the_keyboard(scene: Scene, tab: Watched) -> None:
    tab.page.goto(
        f"{scene.desk.address}/captures/{scene.captures['/calm']}?claim={scene.claims['/calm']}"
    )
    passage = tab.page.frame_locator("iframe.archived").locator("mark#passage")
    expect(passage).to_be_in_viewport()
    reached = set()
    for _ in range(40):
        tab.page.keyboard.press("Tab")
        reached.add(
            tab.page.evaluate(
                "document.activeElement.tagName === 'IFRAME' ? 'frame' : document.activeElement.textContent.trim()"
            )
        )
        if "frame" in reached:
            break
    assert {"Page", "Text", "Record", "frame"} <= reached
    # in the frame the keys scroll it
    before = passage.bounding_box()
    tab.page.keyboard.press("ArrowUp")
    tab.page.keyboard.press("PageUp")
    assert before is not None
    for _ in range(100):  # a busy machine scrolls when it comes to it
        after = passage.bounding_box()
        if after is not None and after["y"] > before["y"]:
            return
        tab.page.wait_for_timeout(100)
    raise AssertionError("the keys do not scroll the page in the frame")


IN_THE_BROWSER = """(pages) => pages.map((page) => {
  const read = new DOMParser().parseFromString('<!doctype html><body>' + page, 'text/html');
  const bad = [];
  for (const each of read.querySelectorAll('*')) {
    const name = each.localName;
    if (each.namespaceURI !== 'http://www.w3.org/1999/xhtml') bad.push('<' + name + '>');
    if (['script', 'style', 'iframe', 'frame', 'object', 'embed', 'form', 'input', 'button', 'base', 'meta', 'link', 'template', 'textarea', 'select', 'video', 'audio'].includes(name)) bad.push('<' + name + '>');
    for (const {name: attribute, value} of each.attributes) {
      if (attribute.startsWith('on') || ['style', 'srcset', 'action', 'background', 'ping', 'target'].includes(attribute)) bad.push(attribute);
      if (attribute === 'href' && !value.startsWith('#page-')) bad.push('href ' + value);
      if (attribute === 'src' && !/^data:image\\/(png|jpeg|gif|webp);base64,/i.test(value)) bad.push('src ' + value);
    }
  }
  if (read.querySelectorAll('#passage').length > 1) bad.push('two passages');
  return bad;
})"""


def test_a_browser_reads_what_was_cleaned_as_we_wrote_it(browser: Browser) -> None:
    """Pieces of hostile pages put together at random, cleaned, marked, and read by Chromium's own parser."""
    count = 20_000 if os.environ.get("PROVENANCE_LONG_TESTS") else 500
    chance = random.Random(20260101)
    sources = ["".join(chance.choices(PIECES, k=chance.randint(1, 40))) for _ in range(count)]
    written = []
    for number, source in enumerate(sources):
        tokens = clean_page(source, is_xhtml=bool(number % 2))
        written.append(mark_passages(tokens, [Passage("toll", "", "", 0, 4)]).html)
    page = browser.new_page()
    assert all(page.evaluate(IN_THE_BROWSER, ["<svg>", "<p onclick=x>", "<a href=x>", "<form>"]))
    found = page.evaluate(IN_THE_BROWSER, written)
    page.close()
    assert [(sources[number], bad) for number, bad in enumerate(found) if bad] == []
