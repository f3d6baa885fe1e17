"""A store full of attacks in a real browser: nothing runs, nothing is asked of others; and forms of others are refused."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from provenance.demo.run import Demonstration
from provenance.store.database import open_database
from provenance.web.tokens import hash_token, make_token
from support.axe import serious_findings
from support.copied import copy_workplace
from support.crawling import routes
from support.hostile_store import OWNED, make_hostile
from support.serving import serving

TOKEN = make_token("ada")
MOST_PAGES = 30


@pytest.fixture(scope="module")
def hostile(
    demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a server whose store is full of attacks, and its folder."""
    folder = tmp_path_factory.mktemp("hostile")
    copy_workplace(demonstrated.workplace, folder)
    make_hostile(folder / "provenance.db")
    with serving(folder) as (address, _):
        yield f"http://{urlsplit(address).netloc}", folder


@pytest.fixture(scope="module")
def guarded(
    demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a server that asks for a token, and its folder."""
    folder = tmp_path_factory.mktemp("guarded")
    copy_workplace(demonstrated.workplace, folder)
    (folder / "provenance.toml").write_text(
        f'[[serve.tokens]]\nname = "ada"\nrole = "editor"\nscrypt = "{hash_token(TOKEN)}"\n'
    )
    with serving(folder) as (address, _):
        yield f"http://{urlsplit(address).netloc}", folder


def places(folder_db: Path) -> dict[str, list[str]]:
    with open_database(folder_db, read_only=True) as db:
        tables = {"document_id": "documents", "claim_id": "claims", "source_id": "captures",
                  "capture_id": "captures", "attachment_id": "attachments"}  # fmt: skip
        return {
            name: db.column(f"SELECT DISTINCT {name} FROM {table} ORDER BY 1 LIMIT 2")
            for name, table in tables.items()
        }


def read_paths(things: dict[str, list[str]]) -> list[str]:
    """Every page that is read, one or two of each kind."""
    found = ["/search?q=" + quote("owned claims"), "/sources?host=" + quote("//evil.example/")]
    for route in routes():
        if "GET" not in route.methods or route.path.startswith("/api/") or "{part}" in route.path:
            continue
        if route.path.endswith(("/record", "/payload")):
            continue
        if any(not things.get(name) for name in route.in_path):
            continue
        for number in range(2 if route.in_path else 1):
            path = route.path
            for name in route.in_path:
                path = path.replace("{" + name + "}", things[name][number % len(things[name])])
            found.append(path)
    with_claim = [
        f"/documents/{things['document_id'][0]}?claim={claim}" for claim in things["claim_id"]
    ]
    return [*dict.fromkeys(found), *with_claim][:MOST_PAGES]


class Watched:
    """A page of a browser; what it runs, complains of, or asks of others is kept."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.page: Page = context.new_page()
        self.ran: list[str] = []
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self._host = urlsplit(origin).hostname
        self.page.expose_function("owned", lambda *_: self.ran.append(self.page.url))
        self.page.on("dialog", lambda dialog: self.ran.append(dialog.message))
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("console", lambda said: self.complaints.append(f"{self.page.url}: {said.text}") if said.type == "error" else None)  # fmt: skip
        context.route("**/*", self._look)

    def _look(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname == self._host:
            route.continue_()
        else:
            self.elsewhere.append(f"{self.page.url} asked for {route.request.url}")
            route.abort()


def test_no_page_of_a_hostile_store_runs_or_asks_for_anything(
    browser: Browser, hostile: tuple[str, Path]
) -> None:
    origin, folder = hostile
    context = browser.new_context()
    watched = Watched(context, origin)
    shown = 0
    for path in read_paths(places(folder / "provenance.db")):
        answer = watched.page.goto(origin + path, wait_until="load")
        assert answer is not None
        assert answer.status < 500, path
        if answer.status >= 400:
            watched.complaints.clear()  # the browser's own word on a 404
            continue
        shown += 1
        assert watched.page.locator(OWNED).count() == 0, path
        assert watched.page.locator(f"[{OWNED}]").count() == 0, path
        assert watched.page.evaluate("document.cookie") == "", path
        # what only a person's hand would start: every element is hovered over and focused at once
        watched.page.evaluate(
            "for (const each of document.querySelectorAll('*')) for (const kind of ['mouseover', 'focus', 'load', 'error', 'toggle'])"
            " each.dispatchEvent(new Event(kind, {bubbles: false}))"
        )
    context.close()
    assert shown >= 20
    assert watched.ran == []
    assert watched.complaints == []
    assert watched.elsewhere == []


class Elsewhere:
    """Another site: serves the page that it is given, on a port of its own."""

    def __init__(self) -> None:
        outer = self
        self.html = ""

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(outer.html.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        # "localhost" is another site than 127.0.0.1, and the browser finds it without DNS
        self.url = f"http://localhost:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    site = Elsewhere()
    yield site
    site.close()


def sign_in(page: Page, origin: str) -> None:
    page.goto(f"{origin}/documents")
    page.fill("#token", TOKEN)
    page.click("button[type=submit].main")
    page.wait_for_url("**/documents")


def first_claim(folder: Path) -> dict[str, str]:
    with open_database(folder / "provenance.db", read_only=True) as db:
        row = db.first(
            "SELECT c.claim_id, e.source_id, e.capture_id, t.text FROM evidence e JOIN claims c ON c.claim_key = e.claim_key"
            " JOIN captures p ON p.capture_id = e.capture_id JOIN texts t ON t.payload_sha256 = p.payload_sha256"
            " WHERE e.verdict = 'supported' ORDER BY e.evidence_id LIMIT 1"
        )
    assert row is not None
    return dict(row)


def reviews_of(folder: Path) -> int:
    with open_database(folder / "provenance.db", read_only=True) as db:
        return int(db.value("SELECT count(*) FROM reviews"))


def test_no_form_of_another_site_writes_signs_out_or_frames(
    browser: Browser, guarded: tuple[str, Path], elsewhere: Elsewhere
) -> None:
    origin, folder = guarded
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, origin)
    (cookie,) = [each for each in context.cookies(origin) if each["name"].endswith("_session")]
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == (
        True,
        True,
        "Strict",
        "/",
    )
    claim = first_claim(folder)
    before = reviews_of(folder)
    for action, fields in (
        ("/logout", {}),
        (
            f"/claims/{claim['claim_id']}/reviews",
            {"of": f"{claim['source_id']} {claim['capture_id']}", "decision": "rejected"},
        ),
        ("/login", {"token": TOKEN}),
    ):
        inputs = "".join(
            f'<input name="{name}" value="{value}">'
            for name, value in {"csrf": "0" * 64, **fields}.items()
        )
        elsewhere.html = f'<form method="post" action="{origin}{action}">{inputs}<button id="go">go</button></form>'
        other = context.new_page()
        other.goto(elsewhere.url)
        with other.expect_navigation() as going:
            other.click("#go")
        assert going.value is not None
        assert going.value.status == 403, action
        other.close()
    elsewhere.html = (
        f'<iframe src="{origin}/documents"></iframe><script>'
        f"fetch('{origin}/api/reviews', {{method: 'POST', mode: 'no-cors', credentials: 'include', body: '{{}}'}}).catch(() => 0);"
        f"fetch('{origin}/api/documents', {{credentials: 'include'}}).then(a => a.text()).then(t => document.title = t, e => document.title = 'refused')</script>"
    )
    other = context.new_page()
    other.goto(elsewhere.url)
    other.wait_for_function("document.title !== ''")
    assert other.title() == "refused"
    assert other.frames[1].url.startswith("chrome-error:")  # frame-ancestors 'none'
    page.goto(f"{origin}/documents")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert reviews_of(folder) == before
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_an_editor_judges_a_claim_with_selected_words(
    browser: Browser, guarded: tuple[str, Path], width: int, scheme: str
) -> None:
    origin, folder = guarded
    claim = first_claim(folder)
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    watched = Watched(context, origin)
    page = watched.page
    sign_in(page, origin)
    page.goto(
        f"{origin}/claims/{claim['claim_id']}/reviews?of={quote(claim['source_id'] + ' ' + claim['capture_id'])}"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_findings(page) == []
    page.evaluate(
        "() => { const text = document.getElementById('copy-text').firstChild; const range = document.createRange();"
        " range.setStart(text, 0); range.setEnd(text, Math.min(40, text.length)); getSelection().removeAllRanges(); getSelection().addRange(range); }"
    )
    page.get_by_role("button", name="take them").click()
    words = page.locator("#passage").input_value()
    assert len(words) > 10
    assert page.locator("#chosen").is_checked()
    page.fill("#why", f"seen at {width} in {scheme}")
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/documents/**")
    expect(page.locator("body")).to_contain_text("person")
    expect(page.locator(".judge").first).to_be_attached()
    page.locator(".judge summary").first.click()
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
    assert watched.complaints == []
    assert watched.elsewhere == []
