"""Requests as no browser writes them, sent to a server that has a store: paths that climb, heads that lie."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from provenance.demo.run import Demonstration
from support.copied import copy_workplace
from support.serving import serving

Place = tuple[str, int]


@pytest.fixture(scope="module")
def server(
    demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("raw")
    copy_workplace(demonstrated.workplace, folder)
    with serving(folder) as (address, _):
        parts = urlsplit(address)
        yield parts.hostname or "", parts.port or 0


def answered(server: Place, data: bytes) -> bytes:
    """What comes back until the server closes; it is asked to."""
    with closing(socket.create_connection(server, timeout=30)) as asking:
        asking.sendall(data)
        got = b""
        try:
            while part := asking.recv(65_536):
                got += part
        except ConnectionResetError:
            pass
        return got


def get(server: Place, path: bytes, *heads: bytes) -> tuple[int, bytes]:
    lines = [
        b"GET " + path + b" HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Connection: close",
        *heads,
        b"",
        b"",
    ]
    got = answered(server, b"\r\n".join(lines))
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", got)
    return (int(found[1]) if found else 0), got


UP = (
    b"..",
    b"%2e%2e",
    b"%2E%2E",
    b".%2e",
    b"%252e%252e",
    b"..%00",
    b"%c0%ae%c0%ae",
    b"..\\",
    b"..%5c",
    b"..;",
    b"....//",
)
BELOW = (
    b"/static/",
    b"/captures/",
    b"/documents/",
    b"/sources/",
    b"/attachments/",
    b"/api/captures/",
    b"/rules/",
    b"/",
)


@pytest.mark.parametrize("up", UP, ids=ascii)
def test_no_path_climbs_out(server: Place, up: bytes) -> None:
    for below in BELOW:
        for target in (b"etc/passwd", b"provenance.db", b"app.py", b"provenance.toml"):
            for slash in (b"/", b"%2f"):
                path = below + slash.join([up] * 6 + [target])
                status, got = get(server, path)
                assert status in {303, 307, 308, 400, 404, 405, 422}, (path, got[:300])
                assert b"root:x:" not in got, path
                assert b"SQLite format" not in got, path
                assert b"import " not in got, path


ODD_PATHS = (b"/%00", b"/static/%00", b"/static/desk.css%00.png", b"/documents/%00", b"/captures/%0d%0aX-Owned:%201", b"/%ff%fe",
             b"/search?q=%ff%fe%00", b"/search?q=" + b"a" * 30_000, b"//evil.example/", b"///", b"/\\evil.example",
             b"http://evil.example/", b"/documents?" + b"&".join([b"a=b"] * 3_000), b"/documents/" + b"%20" * 5_000)  # fmt: skip


@pytest.mark.parametrize("path", ODD_PATHS, ids=lambda path: ascii(path[:30]))
def test_an_odd_path_is_answered_in_words(server: Place, path: bytes) -> None:
    status, got = get(server, path)
    assert 200 <= status < 500, got[:300]
    head = got.partition(b"\r\n\r\n")[0].lower()
    assert b"x-owned" not in head
    assert b"location: //" not in head
    assert b"location: http" not in head


@pytest.mark.parametrize(
    "path", [b"/documents", b"/api/documents", b"/static/desk.css", b"/nowhere"]
)
def test_head_says_what_get_says_and_sends_no_body(server: Place, path: bytes) -> None:
    status, _ = get(server, path)
    asked = b"HEAD " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    head, _, body = answered(server, asked).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"content-length: " in head.lower()
    assert body == b""


HEADS = {
    "two hosts": (b"Host: evil.example",),
    "a host of others": (b"X-Forwarded-Host: evil.example", b"X-Original-URL: /api/rules", b"Forwarded: host=evil.example"),
    "a folded head": (b"X-Long: a", b" b"),
    "no name": (b": nothing",),
    "NUL in a head": (b"X-Nul: a\x00b",),
    "a bare CR": (b"X-Cr: a\rSet-Cookie: b",),
    "a range": (b"Range: bytes=0-99999999999,-1,1-0,5-",),
    "many heads": tuple(b"X-%d: 1" % number for number in range(2_000)),
    "many cookies": (b"Cookie: " + b"; ".join(b"__Host-provenance_session=%d" % number for number in range(1_000)),),
    "an odd cookie": (b'Cookie: "; ; =; __Host-provenance_session; \xff=\xfe',),
    "an odd token": (b"Authorization: Bearer \xff\xfe", b"Accept: \xff"),
    "an odd language": (b"Accept: text/html;q=nan,*/*;q=-1,,;", b"Accept-Language: \xe2\x80\xae"),
    "an upgrade": (b"Upgrade: websocket", b"Connection: upgrade", b"Sec-WebSocket-Key: AAAA", b"Sec-WebSocket-Version: 13"),
}  # fmt: skip


@pytest.mark.parametrize("what", HEADS)
def test_odd_heads_break_nothing(server: Place, what: str) -> None:
    status, got = get(server, b"/documents", *HEADS[what])
    assert status < 500, got[:300]
    assert b"evil.example" not in got
    assert b"set-cookie: b" not in got.lower()
    assert get(server, b"/documents")[0] == 200
    if what == "two hosts":
        assert status == 400


SMUGGLED = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "heads",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"Content-Length: 4\r\nContent-Length: 200",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
        b"Content-Length: +4",
    ],
    ids=ascii,
)
def test_no_request_is_smuggled_behind_another(server: Place, heads: bytes) -> None:
    """A proxy and this server must not disagree on where a request ends."""
    got = answered(
        server,
        b"POST /api/validate HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + heads
        + b"\r\n\r\n0\r\n\r\n"
        + SMUGGLED,
    )
    answers = re.findall(rb"HTTP/1\.1 (\d{3}) ", got)
    assert answers == [b"400"]
    assert b"Sign in" not in got
