"""`provenance serve` at two ports: ours, and the one of archived pages; neither does the work of the other."""

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
import pytest

from provenance.demo.run import Demonstration
from provenance.fetch.browser import find_chromium
from provenance.settings import CaptureSettings, ServeSettings
from provenance.store.database import open_database
from provenance.web.tokens import hash_token, make_token
from support.copied import copy_workplace
from support.serving import serving

CHROMIUM = find_chromium(CaptureSettings())


class Shown(NamedTuple):
    """Where a desk and its archived pages are, and a capture with a passage."""

    desk: str
    frame: str
    page: str

    @property
    def archived(self) -> str:
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.frame))


def fetch(address: str) -> tuple[int, str, str]:
    """Status, policy and page."""
    request = urllib.request.Request(address, headers={"Accept": "text/html"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers["Content-Security-Policy"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Security-Policy"], error.read().decode()


def refused(folder: Path, *arguments: str) -> str:
    """What is said on standard error where nothing is served."""
    done = subprocess.run(
        [sys.executable, "-m", "provenance", "serve", "--port", "0", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def folder(demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("two-ports")
    copy_workplace(demonstrated.workplace, made)
    return made


@pytest.fixture(scope="module")
def path(folder: Path) -> str:
    """Where the desk shows a claim's passage in a capture."""
    with open_database(folder / "provenance.db", read_only=True) as db:
        row = db.rows(
            "SELECT e.capture_id, c.claim_id FROM evidence e JOIN claims c ON c.claim_key = e.claim_key"
            " JOIN captures p ON p.capture_id = e.capture_id"
            " WHERE e.exact IS NOT NULL AND p.media_type = 'text/html' ORDER BY e.score DESC, c.claim_id LIMIT 1"
        )[0]
    return f"/captures/{row['capture_id']}?claim={row['claim_id']}"


def framed(page: str) -> str:
    found = re.search(r'<iframe class="archived"[^>]* src="([^"]+)"', page)
    assert found, page
    return unescape(found[1])


@pytest.fixture(scope="module")
def shown(folder: Path, path: str) -> Iterator[Shown]:
    with serving(folder) as (address, _):
        desk = address.removesuffix("/validate")
        status, _, page = fetch(desk + path)
        assert status == 200
        yield Shown(desk, framed(page), page)


def test_the_page_frames_its_capture_from_the_other_port_and_may_frame_nothing_else(
    shown: Shown, path: str
) -> None:
    ours, theirs = urlsplit(shown.desk), urlsplit(shown.frame)
    assert theirs.hostname == ours.hostname
    assert theirs.port != ours.port
    assert theirs.fragment == "passage"
    _, policy, _ = fetch(shown.desk + path)
    assert policy.endswith(f"frame-src {shown.archived}")
    frame = re.search(r"<iframe [^>]*>", shown.page)
    assert frame
    assert re.search(r" sandbox(?:=\"\")? ", frame[0])
    assert "allow" not in frame[0].partition("src=")[0]
    for other in ("/validate", "/rules", "/documents"):
        assert "frame-src" not in fetch(shown.desk + other)[1]


def test_the_other_port_shows_the_page_and_knows_nothing_of_the_desk(shown: Shown) -> None:
    status, policy, page = fetch(shown.frame)
    assert status == 200
    assert 'id="passage"' in page
    assert policy.startswith("sandbox; default-src 'none'")
    for desks in (
        "/",
        "/validate",
        "/api/rules",
        "/api/openapi.json",
        "/static/desk.css",
        "/login",
        "/documents",
    ):
        assert fetch(shown.archived + desks)[0] == 404


def test_our_port_shows_no_archived_page(shown: Shown) -> None:
    target = shown.frame.removeprefix(shown.archived).partition("#")[0]
    assert fetch(shown.desk + target)[0] == 404


def test_what_was_signed_by_another_server_shows_nothing(
    shown: Shown, folder: Path, path: str
) -> None:
    with serving(folder) as (address, _):
        other = framed(fetch(address.removesuffix("/validate") + path)[2])
        moved = shown.archived + other.removeprefix(
            "{0.scheme}://{0.netloc}".format(urlsplit(other))
        )
        assert fetch(moved)[0] == 404


def test_a_port_that_is_taken_is_said_by_its_option(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = refused(tmp_path, "--archive-port", str(taken.getsockname()[1]))
    assert "name another --archive-port" in said


def test_behind_a_proxy_the_settings_say_where_archived_pages_are(
    folder: Path, path: str, tmp_path: Path
) -> None:
    (tmp_path / "provenance.toml").write_text(
        '[serve]\nhosts = ["desk.example"]\narchive_origin = "https://pages.desk.example"\n'
    )
    arguments = ("--db", str(folder / "provenance.db"), "--archive", str(folder / "archive"))
    with serving(tmp_path, *arguments) as (address, _):
        request = urllib.request.Request(
            address.removesuffix("/validate") + path,
            headers={"Host": "desk.example", "Accept": "text/html"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.headers["Content-Security-Policy"].endswith(
                "frame-src https://pages.desk.example"
            )
            assert framed(answer.read().decode()).startswith("https://pages.desk.example/captures/")


@pytest.mark.parametrize(
    "wrong",
    ["pages.desk.example", "https://pages.desk.example/x", "https://a b", "https://a;script-src *"],
    ids=["no_scheme", "path", "blank", "policy"],
)
def test_an_origin_that_is_none_is_a_wrong_setting(wrong: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="archive_origin"):
        msgspec.convert({"archive_origin": wrong}, ServeSettings)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)")
def test_who_signed_in_sees_the_page_in_its_frame(folder: Path, path: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    token = make_token()
    (tmp_path / "provenance.toml").write_text(f'[serve]\ntoken_scrypt = "{hash_token(token)}"\n')
    arguments = ("--db", str(folder / "provenance.db"), "--archive", str(folder / "archive"))
    with serving(tmp_path, *arguments) as (address, _), sync_playwright() as playwright:
        desk = address.removesuffix("/validate")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(desk + path)
        expect(page).to_have_url(re.compile("/login"))
        page.fill("#token", token)
        page.get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url(re.compile("/login"))
        page.goto(desk + path)
        expect(page.frame_locator("iframe.archived").locator("mark#passage")).to_be_visible()
        browser.close()
