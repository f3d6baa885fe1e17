"""Our transport beside httpcore on the same bytes: the same answer, or a reason."""

import asyncio
from datetime import UTC, datetime

import httpcore
import httpx
import pytest

from provenance.fetch.guard import Guard
from provenance.fetch.httpx_seam import HttpxTransport, Unanswered
from provenance.fetch.resolve import Resolver
from provenance.fetch.route import Router
from provenance.fetch.transport import Transport
from support.web import Close, Part, Reset, Web, page, run, settings_for

OK = b"HTTP/1.1 200 OK\r\n"
CASES: dict[str, bytes | list[Part]] = {
    "plain": page(b"body"),
    "interim": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + page(b"final"),
    "chunked": OK + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: 1\r\n\r\n",
    "until_close": [OK + b"\r\nbody", Close()],
    "http_1_0": [b"HTTP/1.0 200 OK\r\n\r\nbody", Close()],
    "repeated_header": OK + b"A: 1\r\nA: 2\r\nContent-Length: 0\r\n\r\n",
    "equal_lengths": OK + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "no_content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "status_999": b"HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n",
    "bare_lf": b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx",
    "no_reason": b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx",
    "folded": OK + b"A: 1\r\n 2\r\nContent-Length: 1\r\n\r\nx",
    "garbage": [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", 0.05],
    "lengths_differ": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
    "bad_chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "reset": [Reset()],
    "closed": [Close()],
}
# Where httpcore gives nothing and we keep what was received: a WARC has a place for half a page.
READ_BY_US_ALONE: dict[str, bytes | list[Part]] = {
    "broken_off": [OK + b"Content-Length: 9\r\n\r\nbody", Close()],
    "broken_off_in_chunks": [OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nbody", Close()],
    "line_without_colon": OK + b"nonsense\r\nContent-Length: 4\r\n\r\nbody",
    "space_in_a_name": OK + b"Bad Name: x\r\nContent-Length: 4\r\n\r\nbody",
}

Answer = tuple[int, bytes] | None


async def ask_httpcore(port: int) -> Answer:
    def ask() -> Answer:
        with httpcore.ConnectionPool() as pool:
            try:
                response = pool.request(
                    "GET", f"http://127.0.0.1:{port}/", headers={"Host": "a.test"}
                )
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
                return None
            return response.status, response.content

    return await asyncio.to_thread(ask)


async def ask_ours(web: Web) -> Answer:
    """Ask through `httpx.AsyncClient`: the transport is an httpx transport like any other."""
    settings = settings_for(web, "a.test")
    router = Router(
        settings.fetch, Guard(settings.fetch), Resolver(settings.fetch, settings.vantage)
    )
    transport = Transport(settings.fetch, router, clock=lambda: datetime.now(UTC))
    async with httpx.AsyncClient(transport=HttpxTransport(transport)) as client:
        try:
            response = await client.get("http://a.test/")
        except Unanswered:
            return None
        return response.status_code, response.content


def answers_to(reply: bytes | list[Part]) -> tuple[Answer, Answer]:
    found: list[Answer] = []

    async def main() -> None:
        async with Web() as web:
            web.say("a.test", "*", reply)
            found.append(await ask_ours(web))
            found.append(await ask_httpcore(web.port))

    run(main())
    return found[0], found[1]


@pytest.mark.parametrize("case", CASES)
def test_we_read_what_httpcore_reads(case: str) -> None:
    ours, theirs = answers_to(CASES[case])
    assert ours == theirs


@pytest.mark.parametrize("case", READ_BY_US_ALONE)
def test_we_keep_what_httpcore_throws_away(case: str) -> None:
    ours, theirs = answers_to(READ_BY_US_ALONE[case])
    assert (ours, theirs) == ((200, b"body"), None)


def test_the_seam_sends_what_httpx_was_told_and_the_host_once() -> None:
    heard: list[bytes] = []

    async def main() -> None:
        async with Web() as web:
            web.say("a.test", "*", page(b"body"))
            settings = settings_for(web, "a.test")
            router = Router(
                settings.fetch, Guard(settings.fetch), Resolver(settings.fetch, settings.vantage)
            )
            ours = Transport(settings.fetch, router, clock=lambda: datetime.now(UTC))
            async with httpx.AsyncClient(transport=HttpxTransport(ours)) as client:
                response = await client.post("http://a.test/x?y=%7E", content=b"sent")
                heard.append(response.extensions["exchange"].request_head)

    run(main())
    lines = heard[0].lower().split(b"\r\n")
    assert lines[0] == b"post /x?y=%7e http/1.1"
    assert [line for line in lines if line.startswith((b"host:", b"content-length:"))] == [
        b"host: a.test",
        b"content-length: 4",
    ]
    assert heard[0].endswith(b"\r\n\r\nsent")
