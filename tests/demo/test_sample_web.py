"""Every scene of the sample web, fetched with the standard library through its throw-away CA."""

import asyncio
import gzip
import http.client
import io
import re
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import docx
import msgspec
import pypdfium2
import pytest

from provenance.demo.background import start_in_thread
from provenance.demo.docx import DOCX_TYPE
from provenance.demo.scenes import Scene, load_hosts, load_scenes, table
from provenance.demo.web import SampleWeb, main, settings_toml
from provenance.settings import FetchSettings, Settings, load_settings

TIMEOUT_S = 10
READ_AS_ARTICLE = {"page", "post", "changing page", "slow page", "memento", "paywall"}
# What happens before a single byte of HTTP: no page to read, and tested on its own below.
UNREADABLE_HOSTS = {"www.navalregister.example", "www.harbourmail.example"}


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        raw = self.body
        if self.headers.get("content-encoding") == "gzip":
            raw = gzip.decompress(raw)
        charset = self.headers["content-type"].partition("charset=")[2] or "utf-8"
        return raw.decode(charset)


def connect(web: SampleWeb, url: str) -> http.client.HTTPConnection:
    """A connection to where `connect_to` says, with the URL's name in SNI."""
    parts = urlsplit(url)
    port = 443 if parts.scheme == "https" else 80
    address, _, real_port = web.connect_to[f"{parts.hostname}:{port}"].rpartition(":")
    connection = http.client.HTTPConnection(parts.hostname or "", port, timeout=TIMEOUT_S)
    connection.sock = socket.create_connection((address, int(real_port)), TIMEOUT_S)
    # As http.client's own connect() does: or each page waits 40 ms for a delayed ACK.
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if parts.scheme == "https":
        trusting = ssl.create_default_context(cafile=str(web.ca_file))
        try:
            connection.sock = trusting.wrap_socket(connection.sock, server_hostname=parts.hostname)
        except BaseException:
            connection.sock.close()
            raise
    return connection


def get(web: SampleWeb, url: str, method: str = "GET", **headers: str) -> Got:
    connection = connect(web, url)
    parts = urlsplit(url)
    target = quote(parts.path or "/", safe="/%@:") + (f"?{parts.query}" if parts.query else "")
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, target, headers=sent)
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Got(response.status, fields, response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def web() -> Iterator[SampleWeb]:
    with start_in_thread(edition=0, stand_in_for=["News.Stand-In-Test.org"]) as running:
        yield running


@pytest.fixture
def fresh_web() -> Iterator[SampleWeb]:
    with start_in_thread(edition=0) as running:
        yield running


def scenes_that(*does: str) -> list[Scene]:
    return [s for s in load_scenes() if s.does in does and s.host not in UNREADABLE_HOSTS]


def the_scene(does: str) -> Scene:
    (found,) = scenes_that(does)
    return found


def visible_text(page: str) -> str:
    import html

    body = page[page.index("<body") :]
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize("scene", scenes_that(*READ_AS_ARTICLE), ids=lambda s: s.url)
def test_an_article_shows_the_sentence_its_claims_lean_on(web: SampleWeb, scene: Scene) -> None:
    got = get(web, scene.url)
    assert got.status == 200
    assert got.headers["content-type"] == f"text/html; charset={scene.charset}"
    shown = visible_text(got.text)
    assert scene.passage in shown
    assert scene.title in shown
    assert scene.published in shown
    assert f'lang="{scene.language}"' in got.text


@pytest.mark.parametrize(
    "scene", scenes_that(*READ_AS_ARTICLE - {"slow page"}), ids=lambda s: s.url
)
def test_an_article_tells_machines_its_date_author_and_title(web: SampleWeb, scene: Scene) -> None:
    page = get(web, scene.url).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    record = msgspec.json.decode(block)
    assert record["headline"] == scene.title
    assert record["datePublished"] == scene.published
    assert record["author"]["name"] in {scene.author, scene.title, scene.host}
    assert record["isAccessibleForFree"] is (scene.does != "paywall")


@pytest.mark.parametrize(
    "scene",
    [
        s
        for s in load_scenes()
        if s.host not in UNREADABLE_HOSTS
        and s.does not in {"broken page", "pdf", "docx", "slow page"}
    ],
    ids=lambda s: f"{s.url} {s.does}",
)
def test_every_page_says_that_it_is_a_stand_in(web: SampleWeb, scene: Scene) -> None:
    got = get(web, scene.url)
    assert f"A stand-in made for a demonstration of provenance: {scene.host}" in visible_text(
        got.text
    )


@pytest.mark.parametrize("scene", scenes_that("redirect"), ids=lambda s: s.url)
def test_a_redirect_has_its_status_and_location(web: SampleWeb, scene: Scene) -> None:
    got = get(web, scene.url)
    assert (got.status, got.headers["location"]) == (scene.status, scene.location)


def test_every_chain_of_redirects_ends_at_a_page(web: SampleWeb) -> None:
    from urllib.parse import urljoin

    lengths = {}
    for scene in scenes_that("redirect"):
        url, hops = scene.url, 0
        while (got := get(web, url)).status in {301, 302, 303, 307, 308}:
            url, hops = urljoin(url, got.headers["location"]), hops + 1
        assert got.status == 200, url
        lengths[scene.url] = hops
    assert lengths["https://sh.example/3xQ7"] == 3
    assert {s.status for s in scenes_that("redirect")} >= {301, 302, 307}
    assert any(not s.location.startswith("http") for s in scenes_that("redirect"))


def test_plain_http_leads_to_https(web: SampleWeb) -> None:
    got = get(web, "http://luom.littoral-union.example/en/last-detachment-leaves-upper-orrin")
    assert got.headers["location"].startswith("https://luom.littoral-union.example/")
    got = get(web, "http://t.example/orrin_alerts/5120")
    assert (got.status, got.headers["location"]) == (301, "https://t.example/orrin_alerts/5120")


def test_the_dead_pages_are_dead(web: SampleWeb) -> None:
    assert get(web, the_scene("404").url).status == 404
    assert get(web, the_scene("410").url).status == 410
    assert get(web, "https://www.wirepress.example/no/such/page").status == 404


def test_the_challenge_is_a_challenge(web: SampleWeb) -> None:
    scene = the_scene("challenge")
    got = get(web, scene.url)
    assert (got.status, got.headers["cf-mitigated"]) == (403, "challenge")
    assert "<title>Just a moment...</title>" in got.text
    assert scene.title not in got.text


def test_the_login_wall_asks_for_a_password(web: SampleWeb) -> None:
    wall = get(web, "https://www.facepages.example/UpperOrrinGovernorate/posts/912733")
    assert wall.headers["location"].startswith("/login/")
    page = get(web, "https://www.facepages.example" + wall.headers["location"])
    assert page.status == 200
    assert 'type="password"' in page.text
    assert len(visible_text(page.text).split()) < 200


def test_the_paywall_stops_after_the_first_lines(web: SampleWeb) -> None:
    page = get(web, the_scene("paywall").url).text
    assert '"isAccessibleForFree": false' in page
    assert "Subscribe to continue reading" in visible_text(page)


def test_the_soft_404_is_the_same_for_any_path_of_its_host(web: SampleWeb) -> None:
    got = get(web, the_scene("soft-404").url)
    assert got.status == 200
    assert "<title>Page not found</title>" in got.text
    assert get(web, "https://www.tessaline-today.example/x8s7d6f").body == got.body


def test_the_slow_host_takes_two_seconds(web: SampleWeb) -> None:
    started = time.monotonic()
    assert get(web, the_scene("slow page").url).status == 200
    # no less; the bound above is generous, since other work may stand in the way
    assert 1.9 <= time.monotonic() - started < 40


def test_the_busy_host_asks_once_for_a_second_of_patience(fresh_web: SampleWeb) -> None:
    url = the_scene("busy page").url
    first, second = get(fresh_web, url), get(fresh_web, url)
    assert (first.status, first.headers["retry-after"]) == (429, "1")
    assert second.status == 200
    assert the_scene("busy page").passage in visible_text(second.text)


def test_the_pdf_can_be_read_back(web: SampleWeb) -> None:
    scene = the_scene("pdf")
    got = get(web, scene.url)
    assert got.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(got.body)
    try:
        page = document[0]
        text_page = page.get_textpage()
        text = " ".join(text_page.get_text_bounded().split())
        text_page.close()
        page.close()
        assert document.get_metadata_value("Title") == scene.title
    finally:
        document.close()
    assert scene.passage in text
    assert "A stand-in made for a demonstration" in text
    assert all(paragraph in text for paragraph in scene.text)


def test_the_word_file_can_be_read_back_and_stays_the_same(web: SampleWeb) -> None:
    scene = the_scene("docx")
    got = get(web, scene.url)
    assert got.headers["content-type"] == DOCX_TYPE
    document = docx.Document(io.BytesIO(got.body))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == scene.title
    assert "A stand-in made for a demonstration" in texts[1]
    assert tuple(texts[3:]) == scene.text
    said = document.core_properties
    assert (said.title, said.author) == (scene.title, scene.author)
    assert str(said.created).startswith(scene.published)
    assert get(web, scene.url).body == got.body


def test_coded_pages_cross_the_wire_as_the_table_says(web: SampleWeb) -> None:
    coded = [s for s in load_scenes() if s.sent_as != "plain"]
    assert {s.sent_as for s in coded} == {"gzip", "chunked", "chunked and gzip"}
    for scene in coded:
        got = get(web, scene.url)
        assert (got.headers.get("content-encoding") == "gzip") == ("gzip" in scene.sent_as)
        assert (got.headers.get("transfer-encoding") == "chunked") == ("chunked" in scene.sent_as)
        assert ("content-length" in got.headers) != ("chunked" in scene.sent_as)


def test_a_chunked_page_comes_in_several_chunks(web: SampleWeb) -> None:
    scene = next(s for s in load_scenes() if s.sent_as == "chunked")
    connection = connect(web, scene.url)
    try:
        connection.sock.sendall(
            f"GET {scene.path} HTTP/1.1\r\nHost: {scene.host}\r\nConnection: close\r\n\r\n".encode()
        )
        raw = b"".join(iter(lambda: connection.sock.recv(65536), b""))
    finally:
        connection.close()
    body = raw.partition(b"\r\n\r\n")[2]
    assert len(re.findall(rb"(?:^|\r\n)[0-9a-f]{2,3}\r\n", body)) >= 2
    assert body.endswith(b"\r\n0\r\n\r\n")


def test_the_russian_page_is_in_windows_1251_and_the_arabic_one_runs_right_to_left(
    web: SampleWeb,
) -> None:
    (russian,) = [s for s in load_scenes() if s.language == "ru" and s.labels]
    body = get(web, russian.url).body
    assert russian.passage.encode("cp1251") in body
    assert b'charset="windows-1251"' in body
    (arabic,) = [s for s in load_scenes() if s.language == "ar" and s.labels]
    page = get(web, arabic.url).text
    assert 'dir="rtl"' in page
    assert arabic.passage in page


def test_a_changing_page_changes_with_the_edition_and_only_then(fresh_web: SampleWeb) -> None:
    scene = the_scene("changing page")
    first = get(fresh_web, scene.url)
    assert get(fresh_web, scene.url).body == first.body
    fresh_web.turn_the_page()
    second = get(fresh_web, scene.url)
    assert scene.passage in visible_text(first.text)
    assert scene.passage not in visible_text(second.text)
    still = next(s for s in load_scenes() if s.does == "page" and s.sent_as == "gzip")
    before = get(fresh_web, still.url).body
    fresh_web.turn_the_page()
    assert get(fresh_web, still.url).body == before
    assert get(fresh_web, scene.url).body not in {first.body, second.body}


def test_each_start_has_an_edition_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.5)
    assert SampleWeb().edition == 1_700_000_000
    assert SampleWeb(edition=7).edition == 7


def test_robots_files_say_what_the_table_says(web: SampleWeb) -> None:
    for host, manners in load_hosts().items():
        if manners.answers != "yes":
            continue
        got = get(web, f"https://{host}/robots.txt")
        assert got.status == (404 if manners.robots == "missing" else 200)
        assert ("Disallow: /" in got.text) == (manners.robots == "disallow")
        assert ("Crawl-delay: 1" in got.text) == (manners.robots == "crawl-delay")
    kinds = {manners.robots for manners in load_hosts().values()}
    assert kinds == {"allow", "missing", "disallow", "crawl-delay"}


def test_one_host_refuses_the_connection(web: SampleWeb) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(ConnectionRefusedError):
            get(web, f"{scheme}://www.navalregister.example/craft/river/2024")


def test_one_host_breaks_off_in_mid_body(web: SampleWeb) -> None:
    scene = the_scene("broken page")
    connection = connect(web, scene.url)
    try:
        connection.request("GET", scene.path)
        response = connection.getresponse()
        promised = int(response.headers["content-length"])
        with pytest.raises((http.client.IncompleteRead, OSError)) as broken:
            response.read()
    finally:
        connection.close()
    if isinstance(broken.value, http.client.IncompleteRead):
        assert 0 < len(broken.value.partial) < promised


def test_one_host_shows_the_certificate_of_another(web: SampleWeb) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        get(web, "https://www.harbourmail.example/archive/88213")


def test_no_certificate_is_good_without_the_throw_away_authority(web: SampleWeb) -> None:
    address, _, port = web.connect_to["t.example:443"].rpartition(":")
    plain = ssl.create_default_context()
    with (
        socket.create_connection((address, int(port)), TIMEOUT_S) as bare,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        plain.wrap_socket(bare, server_hostname="t.example")


def test_names_without_a_stand_in_lead_nowhere(web: SampleWeb) -> None:
    absent = {h for h, manners in load_hosts().items() if manners.answers == "not at all"}
    assert "www.lapsed-gazette.example" in absent
    assert not absent & {key.rpartition(":")[0] for key in web.connect_to}


def test_a_stand_in_for_a_real_host_says_that_it_is_not_that_host(web: SampleWeb) -> None:
    for scheme in ("http", "https"):
        got = get(web, f"{scheme}://news.stand-in-test.org/2024/some-story?id=1")
        shown = visible_text(got.text)
        assert got.status == 200
        assert "not written or published by news.stand-in-test.org" in shown
        assert "/2024/some-story?id=1" in shown
    other = get(web, "https://news.stand-in-test.org/2024/another-story")
    assert other.body != got.body


def test_a_path_that_tries_to_write_html_is_escaped(web: SampleWeb) -> None:
    got = get(web, "https://news.stand-in-test.org/%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in got.text


def test_a_page_seen_before_is_answered_304(web: SampleWeb) -> None:
    url = "https://t.example/orrin_alerts/5120"
    etag = get(web, url).headers["etag"]
    again = get(web, url, If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")
    assert get(web, url, If_None_Match='"another"').status == 200


def test_head_sends_the_head_alone(web: SampleWeb) -> None:
    url = "https://t.example/orrin_alerts/5120"
    got = get(web, url, method="HEAD")
    assert (got.status, got.body) == (200, b"")
    assert int(got.headers["content-length"]) == len(get(web, url).body)


def test_one_connection_serves_several_pages(web: SampleWeb) -> None:
    connection = connect(web, "https://social.example/")
    try:
        for scene in [s for s in load_scenes() if s.host == "social.example"][:4]:
            connection.request("GET", scene.path)
            assert scene.text[0] in visible_text(connection.getresponse().read().decode())
    finally:
        connection.close()


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nHost: t.example\r\n\r\n",
     b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\nHost: t.example\r\n\r\n"],
)  # fmt: skip
def test_nonsense_is_answered_400_and_the_next_client_is_served(
    web: SampleWeb, sent: bytes
) -> None:
    connection = connect(web, "http://t.example/")
    try:
        connection.sock.sendall(sent)
        assert connection.sock.recv(65536).startswith(b"HTTP/1.1 400 ")
    finally:
        connection.close()
    assert get(web, "https://t.example/").status == 200


def test_a_client_that_leaves_in_the_middle_of_a_handshake_harms_nobody(web: SampleWeb) -> None:
    address, _, port = web.connect_to["t.example:443"].rpartition(":")
    with socket.create_connection((address, int(port)), TIMEOUT_S) as bare:
        bare.sendall(b"\x16\x03\x01")
    assert get(web, "https://t.example/").status == 200


def test_the_log_tells_what_was_served(fresh_web: SampleWeb) -> None:
    get(fresh_web, "https://t.example/orrin_alerts/5120")
    assert list(fresh_web.log) == [("https", "t.example", "/orrin_alerts/5120", 200)]


def test_settings_lead_to_the_sample_web_and_keep_the_rest(web: SampleWeb) -> None:
    base = Settings(fetch=FetchSettings(attempts=7, connect_to={"a.test:443": "10.0.0.1:443"},
                                        allow_networks=("10.0.0.0/8",)))  # fmt: skip
    fetch = web.settings(base).fetch
    assert fetch.attempts == 7
    assert fetch.connect_to["a.test:443"] == "10.0.0.1:443"
    assert fetch.connect_to["t.example:443"].startswith("127.0.0.1:")
    assert fetch.allow_networks == ("10.0.0.0/8", "127.0.0.0/8")
    assert fetch.ca_file == str(web.ca_file)
    assert fetch.nameservers == (web.name_server,)
    assert web.settings(base, with_names=False).fetch.nameservers == ()


def test_the_printed_settings_can_be_loaded(web: SampleWeb, tmp_path) -> None:
    settings = web.settings(Settings(), with_names=False)
    path = tmp_path / "provenance.toml"
    path.write_text(settings_toml(settings))
    assert load_settings(path) == settings


def test_nothing_is_left_behind_and_the_ports_are_free_again() -> None:
    with start_in_thread() as web:
        ca_file, address = web.ca_file, web.connect_to["t.example:443"]
        lingering = connect(web, "https://t.example/")
        assert ca_file.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    lingering.close()
    assert not ca_file.parent.exists()
    host, _, port = address.rpartition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), TIMEOUT_S)


def test_it_can_be_opened_again_after_it_was_closed() -> None:
    async def twice() -> list[int]:
        web, statuses = SampleWeb(edition=0), []
        for _ in range(2):
            async with web:
                got = await asyncio.to_thread(get, web, "https://t.example/orrin_alerts/5120")
                statuses.append(got.status)
        return statuses

    assert asyncio.run(twice()) == [200, 200]


def test_a_slow_answer_does_not_hold_up_the_end() -> None:
    started = time.monotonic()
    with start_in_thread() as web:
        scene = the_scene("slow page")
        connection = connect(web, scene.url)
        connection.request("GET", scene.path)
    assert time.monotonic() - started < 1.9
    connection.close()


def test_as_a_program_it_prints_settings_that_work_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "-m", "provenance.demo.web", "--stand-in-for", "b.stand-in-test.org"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        lines = []
        while not lines or '"b.stand-in-test.org:80"' not in lines[-1]:
            lines.append(run.stdout.readline())
            assert lines[-1], run.stderr.read()
        fetch = tomllib.loads("".join(lines))["fetch"]
        run.terminate()
        rest, shown = run.communicate(timeout=TIMEOUT_S)
    assert run.returncode == 0
    assert "b.stand-in-test.org:443" in fetch["connect_to"]
    assert rest == ""
    assert fetch["allow_networks"] == ["127.0.0.0/8"]
    assert "www.wirepress.example" in shown


def test_a_wrong_option_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--no-such-option"])
    assert left.value.code == 2
    assert "--no-such-option" in capsys.readouterr().err


def test_the_table_names_every_host_with_what_it_does() -> None:
    lines = table().splitlines()
    assert len(lines) >= len(load_scenes())
    for host in load_hosts():
        assert any(line.startswith(host + " ") for line in lines)
    assert len({len(line.split("  ")[0]) for line in lines}) > 1  # hosts differ, columns do not
