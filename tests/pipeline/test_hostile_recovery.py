"""Completing a cut address asks strangers: wherever they send us and whatever they send, it ends well."""

import gzip
import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from provenance import Workplace, ingest
from provenance.demo.web import SampleWeb
from support.workplace import a_draft, a_workplace, query, web_settings

CUT = "https://www.river-bulletin.org/analysis/how-the-low-water-of-spring-chan..."
WHOLE = "https://www.river-bulletin.org/analysis/how-the-low-water-of-spring-changed-the-fairs"
PROOF = f'[["original","timestamp"],["{WHOLE}","20230309101112"]]'.encode()
# The tests allow the first alone: it stands for the web; the second is a house that nobody may look into.
PUBLIC, PRIVATE = "127.0.0.2", "127.0.0.1"
PAGE = (
    f'<html><body><p>It rained.[1]</p><h2>References</h2><p>[1] <a href="{WHOLE}">{CUT}</a></p>'
).encode()


class Stranger:
    """A server at both addresses that says, by path, exactly these bytes, and then `drips` without end."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.replies: dict[str, bytes] = {}
        self.drips = b""
        self.stopped = threading.Event()
        stranger = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                line = self.rfile.readline().split()
                while self.rfile.readline().strip():
                    pass
                path = line[1].decode().partition("?")[0] if len(line) > 1 else ""
                if path != "/robots.txt":
                    stranger.asked.append(path)
                with suppress(OSError):
                    self.wfile.write(stranger.replies.get(path, reply(b"none", "404 Not Found")))
                    while path == "/cdx" and stranger.drips and not stranger.stopped.wait(0.02):
                        self.wfile.write(stranger.drips)

        public = socketserver.ThreadingTCPServer((PUBLIC, 0), Handler)
        self.port = int(public.server_address[1])
        self.here = f"{PUBLIC}:{self.port}"
        self.servers = [public, socketserver.ThreadingTCPServer((PRIVATE, self.port), Handler)]
        for server in self.servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()


def reply(body: bytes, status: str = "200 OK", length: int | None = None, **more: str) -> bytes:
    headers = {"Content_Type": "text/html", "Connection": "close"} | more
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    counted = f"Content-Length: {len(body) if length is None else length}"
    return "\r\n".join([f"HTTP/1.1 {status}", counted, *lines, "", ""]).encode() + body


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    made = Stranger()
    yield made
    made.stopped.set()
    for server in made.servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def workplace(tmp_path: Path, web: SampleWeb, stranger: Stranger, monkeypatch: Any) -> Workplace:
    """Settings in which two names lead to the stranger's public address; the other is guarded as ever."""
    monkeypatch.chdir(tmp_path)
    settings = web_settings(web)
    names = {"origin.example.org:80": stranger.here, "index.example.org:80": stranger.here}
    fetch = replace(
        settings.fetch,
        connect_to=settings.fetch.connect_to | names,
        # the port is no reason to refuse: only the network is
        allow_ports=(stranger.port,),
        allow_networks=(f"{PUBLIC}/32",),
        attempts=1,
        total_timeout_s=1.5,
    )
    recover = replace(settings.recover, cdx_url="http://index.example.org/cdx")
    return a_workplace(tmp_path, replace(settings, fetch=fetch, recover=recover))


def take(workplace: Workplace, origin: str | None = None) -> list[tuple[Any, ...]]:
    Path("a.txt").write_text(a_draft([CUT], **({"origin": origin} if origin else {})), "utf-8")
    ingest(["a.txt"], workplace)
    return query(workplace, "SELECT decision, rule, url FROM recoveries")


def private_addresses(port: int) -> list[str]:
    return [f"http://{host}:{port}/secret" for host in (PRIVATE, "localhost", "[::1]", "2130706433", "0x7f.1")]  # fmt: skip


def test_the_stranger_is_believed_where_nothing_is_wrong(
    workplace: Workplace, stranger: Stranger
) -> None:
    stranger.replies["/cdx"] = reply(PROOF)
    assert take(workplace) == [("adopted", "web_archive", WHOLE)]


def test_the_page_that_no_test_may_reach_would_be_proof(
    workplace: Workplace, stranger: Stranger
) -> None:
    stranger.replies["/secret"] = reply(PAGE)
    address = "http://index.example.org/secret"
    assert take(workplace, address) == [("adopted", "origin_page", WHOLE)]


@pytest.mark.parametrize("which", range(5))
def test_an_index_that_redirects_to_a_private_address_is_not_followed(
    workplace: Workplace, stranger: Stranger, which: int
) -> None:
    target = private_addresses(stranger.port)[which]
    stranger.replies["/cdx"] = reply(b"", "302 Found", Location=target)
    stranger.replies["/secret"] = reply(PROOF)
    assert take(workplace) == []
    assert "/secret" not in stranger.asked
    assert "/cdx" in stranger.asked


@pytest.mark.parametrize("which", range(5))
def test_an_origin_page_at_a_private_address_is_never_asked_for(
    workplace: Workplace, stranger: Stranger, which: int
) -> None:
    stranger.replies["/secret"] = reply(PAGE)
    assert take(workplace, private_addresses(stranger.port)[which]) == []
    assert "/secret" not in stranger.asked


def test_an_origin_page_that_redirects_to_a_private_address_is_not_followed(
    workplace: Workplace, stranger: Stranger
) -> None:
    stranger.replies["/march"] = reply(
        b"", "302 Found", Location=f"http://{PRIVATE}:{stranger.port}/secret"
    )
    stranger.replies["/secret"] = reply(PAGE)
    assert take(workplace, "http://origin.example.org/march") == []
    assert "/march" in stranger.asked
    assert "/secret" not in stranger.asked


@pytest.mark.parametrize("origin", ["file:///etc/hostname", "javascript:alert(1)", "data:text/html,x", "http://a@127.0.0.1/"])  # fmt: skip
def test_an_origin_that_is_no_web_address_is_passed_over(
    workplace: Workplace, stranger: Stranger, origin: str
) -> None:
    stranger.replies["/cdx"] = reply(b"[]")
    assert ("adopted", "origin_page", WHOLE) not in take(workplace, origin)


def test_an_answer_that_unpacks_without_end_proves_nothing(
    workplace: Workplace, stranger: Stranger
) -> None:
    bomb = gzip.compress(b"[" + b" " * 200_000_000 + PROOF[1:])
    stranger.replies["/cdx"] = reply(bomb, Content_Encoding="gzip")
    assert take(workplace) == []


def test_an_answer_that_says_it_is_ten_gigabytes_long_proves_nothing(
    workplace: Workplace, stranger: Stranger
) -> None:
    stranger.replies["/cdx"] = reply(PROOF, length=10_000_000_000)
    stranger.drips = b" " * 1_000_000
    assert take(workplace) == []


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nX-A: ", reply(b"[", length=10_000)])
def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(
    workplace: Workplace, stranger: Stranger, begun: bytes
) -> None:
    stranger.replies["/cdx"] = begun
    stranger.drips = b" "
    assert take(workplace) == []
