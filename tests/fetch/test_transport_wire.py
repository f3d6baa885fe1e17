"""What the transport promises about bytes: exact heads, whole bodies, nothing left open."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable

import pytest

from provenance.fetch.guard import Guard
from provenance.fetch.resolve import Resolver
from provenance.fetch.route import Router
from provenance.fetch.transport import Transport
from provenance.formats.url import parse_address
from provenance.model import Exchange, Failure
from provenance.settings import Settings
from support.web import Clock, Close, Part, Reset, Web, page, run, settings_for, until


def a_transport(settings: Settings) -> Transport:
    guard = Guard(settings.fetch)
    resolver = Resolver(settings.fetch, settings.vantage)
    return Transport(settings.fetch, Router(settings.fetch, guard, resolver), clock=Clock())


Look = Callable[..., Awaitable[Exchange | Failure]]


def on_the_wire(
    reply: bytes | list[Part], test: Callable[[Web, Look], Awaitable[None]], **fetch: object
) -> None:
    """Run a test against one host `a.test` that answers every path with `reply`."""

    async def main() -> None:
        async with Web() as web:
            web.say("a.test", "*", reply)
            transport = a_transport(settings_for(web, "a.test", **fetch))

            async def look(path: str = "/", method: str = "GET") -> Exchange | Failure:
                address = parse_address(f"http://a.test{path}")
                assert address is not None
                return await transport.look(address, {"X-Test": "1"}, method=method)

            await test(web, look)
            await transport.aclose()
            await until(lambda: web.open == 0)

    run(main())


def answer_to(
    reply: bytes | list[Part], method: str = "GET", **fetch: object
) -> Exchange | Failure:
    """Return what the transport makes of a reply."""
    found: list[Exchange | Failure] = []

    async def test(web: Web, look: Look) -> None:
        found.append(await look(method=method))

    on_the_wire(reply, test, **fetch)
    return found[0]


OK_HEAD = b"HTTP/1.1 200 OK\r\n"
WHOLE = {
    "length": (OK_HEAD + b"Content-Length: 2\r\n\r\n", b"ok", b"ok"),
    "odd_spacing_and_repeats": (
        b"HTTP/1.1 200  Weird  Reason\r\nServer:x\r\nX-A: 1\r\nx-a:   2  \r\nContent-Length: 2\r\n\r\n",
        b"ok",
        b"ok",
    ),
    "bare_lf": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n", b"ok", b"ok"),
    "no_reason": (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n", b"ok", b"ok"),
    "equal_lengths": (OK_HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n", b"ok", b"ok"),
    "folded": (OK_HEAD + b"X-A: 1\r\n  2\r\nContent-Length: 2\r\n\r\n", b"ok", b"ok"),
    "line_without_colon": (OK_HEAD + b"nonsense\r\nContent-Length: 2\r\n\r\n", b"ok", b"ok"),
    "latin_1_and_nul": (OK_HEAD + b"X-A: \xe9\x00\r\nContent-Length: 2\r\n\r\n", b"ok", b"ok"),
    "chunked_with_extensions_and_trailers": (
        OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        b"1;a=b\r\no\r\n1;c=\"x\"\r\nk\r\n0\r\nX-Trailer: 1\r\n\r\n",
        b"ok",
    ),
    "chunked_beside_length": (
        OK_HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n",
        b"2\r\nok\r\n0\r\n\r\n",
        b"ok",
    ),
    "http_1_0": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n", b"ok", b"ok"),
}  # fmt: skip


@pytest.mark.parametrize("case", WHOLE)
def test_a_response_is_kept_byte_for_byte_and_its_body_whole(case: str) -> None:
    head, wire, body = WHOLE[case]
    found = answer_to(head + wire)
    assert isinstance(found, Exchange)
    assert (found.response_head, found.body, found.truncated) == (head, body, None)


@pytest.mark.parametrize("case", WHOLE)
def test_a_response_that_comes_byte_by_byte_is_the_same(case: str) -> None:
    head, wire, body = WHOLE[case]
    drip: list[Part] = []
    for byte in head + wire:
        drip += [bytes([byte]), 0.0]
    found = answer_to(drip)
    assert isinstance(found, Exchange)
    assert (found.response_head, found.body, found.truncated) == (head, body, None)


def test_headers_keep_their_order_case_and_repeats() -> None:
    found = answer_to(
        OK_HEAD + b"B: 1\r\na: 2\r\nB: 3\r\nSet-Cookie: x\r\nContent-Length: 0\r\n\r\n"
    )
    assert isinstance(found, Exchange)
    assert found.headers[:4] == (("B", "1"), ("a", "2"), ("B", "3"), ("Set-Cookie", "x"))


def test_interim_responses_are_skipped_and_the_final_head_is_exact() -> None:
    final = OK_HEAD + b"Content-Length: 2\r\n\r\n"
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    found = answer_to(interim + final + b"ok")
    assert isinstance(found, Exchange)
    assert (found.status, found.response_head, found.body) == (200, final, b"ok")


def test_a_body_without_length_lasts_until_the_connection_ends() -> None:
    found = answer_to([OK_HEAD + b"\r\nsome ", 0.02, b"words", Close()])
    assert isinstance(found, Exchange)
    assert (found.body, found.truncated) == (b"some words", None)


def test_content_encoding_is_left_on() -> None:
    packed = gzip.compress(b"hello")
    found = answer_to(page(packed, Content_Encoding="gzip"))
    assert isinstance(found, Exchange)
    assert found.body == packed


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_statuses_without_body_end_with_their_head(status: str) -> None:
    found = answer_to(f"HTTP/1.1 {status}\r\nContent-Length: 10\r\n\r\n".encode())
    assert isinstance(found, Exchange)
    assert (found.body, found.truncated) == (b"", None)


def test_head_ends_with_its_head_whatever_length_it_announces() -> None:
    found = answer_to(OK_HEAD + b"Content-Length: 10\r\n\r\n", method="HEAD")
    assert isinstance(found, Exchange)
    assert (found.status, found.body) == (200, b"")


NO_HTTP = {
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "http_0_9": b"<html>hello</html>\r\n\r\n",
    "http_2_status": b"HTTP/2 200 OK\r\n\r\n",
    "letters_for_a_status": b"HTTP/1.1 abc OK\r\n\r\n",
    "lengths_that_differ": OK_HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    "negative_length": OK_HEAD + b"Content-Length: -2\r\n\r\nok",
    "no_chunk_size": OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "switches_protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "endless_interim_heads": b"HTTP/1.1 102 Processing\r\n\r\n" * 1000,
    "random_bytes": bytes(range(256)) * 4 + b"\r\n\r\n",
}


@pytest.mark.parametrize("case", NO_HTTP)
def test_what_is_no_http_is_a_failure_of_the_protocol(case: str) -> None:
    found = answer_to([NO_HTTP[case], 0.05])
    assert isinstance(found, Failure)
    assert found.kind == "protocol"


def test_a_header_bomb_stops_at_the_cap() -> None:
    found = answer_to([OK_HEAD] + [b"X-A: " + b"a" * 1000 + b"\r\n"] * 100, max_header_bytes=8000)
    assert found == Failure("protocol", "head over 8000 bytes")


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 3000", b"Transfer-Encoding: chunked", b"X-A: 1"]
)
def test_a_body_over_the_cap_is_kept_up_to_it(framing: bytes) -> None:
    wire = b"bb8\r\n" + b"a" * 3000 + b"\r\n0\r\n\r\n" if b"chunked" in framing else b"a" * 3000
    found = answer_to(OK_HEAD + framing + b"\r\n\r\n" + wire, max_body_bytes=1000)
    assert isinstance(found, Exchange)
    assert (found.body, found.truncated) == (b"a" * 1000, "length")


def test_a_body_of_exactly_the_cap_is_whole() -> None:
    found = answer_to(page(b"a" * 1000), max_body_bytes=1000)
    assert isinstance(found, Exchange)
    assert (len(found.body), found.truncated) == (1000, None)


@pytest.mark.parametrize(
    "framing",
    [b"Content-Length: 99\r\n\r\nsome", b"Transfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n"],
)
@pytest.mark.parametrize("end", [Close(), Reset()])
def test_a_body_that_ends_early_is_kept_and_says_so(framing: bytes, end: Part) -> None:
    found = answer_to([OK_HEAD + framing, 0.05, end])
    assert isinstance(found, Exchange)
    assert (found.body, found.truncated) == (b"some", "disconnect")


@pytest.mark.parametrize("end", [Close(), Reset()])
@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nConte"])
def test_a_connection_that_ends_before_the_head_is_a_reset(start: bytes, end: Part) -> None:
    found = answer_to([start, 0.02, end] if start else [end])
    assert isinstance(found, Failure)
    assert found.kind == "reset"


def test_silence_ends_at_the_first_byte_deadline() -> None:
    found = answer_to([5.0], first_byte_timeout_s=0.1)
    assert isinstance(found, Failure)
    assert found.kind == "timeout"


def test_a_dripping_head_ends_at_the_total_deadline() -> None:
    drip: list[Part] = [OK_HEAD]
    for _ in range(100):
        drip += [b"X-A: 1\r\n", 0.02]
    found = answer_to(drip, total_timeout_s=0.2)
    assert isinstance(found, Failure)
    assert found.kind == "timeout"


def test_a_dripping_body_is_kept_up_to_the_total_deadline() -> None:
    drip: list[Part] = [OK_HEAD + b"\r\n"]
    for _ in range(100):
        drip += [b"x", 0.02]
    found = answer_to(drip, total_timeout_s=0.3)
    assert isinstance(found, Exchange)
    assert found.truncated == "time"
    assert 1 <= len(found.body) < 40


def test_the_request_is_kept_as_sent_and_its_target_is_the_urls_own() -> None:
    async def test(web: Web, look: Look) -> None:
        found = await look("/a//b|c/%7Ed?x=%2f&y=[1]#frag")
        assert isinstance(found, Exchange)
        assert found.request_head == web.asked[0].head
        assert web.asked[0].target == "/a//b|c/%7Ed?x=%2f&y=[1]"
        assert b"\r\nHost: a.test\r\n" in found.request_head
        assert found.url == "http://a.test/a//b|c/%7Ed?x=%2f&y=[1]"
        assert found.ip == "127.0.0.1"

    on_the_wire(page(), test)


def test_one_connection_serves_many_requests() -> None:
    async def test(web: Web, look: Look) -> None:
        for _ in range(5):
            assert isinstance(await look(), Exchange)
        assert web.connections == 1

    on_the_wire(page(), test)


@pytest.mark.parametrize(
    "reply",
    [
        page(Connection="close"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        page() + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n",
        [page(), 0.01, page(b"evil")],
    ],
    ids=["close", "http_1_0", "more_than_announced", "more_than_chunked", "speaks_before_asked"],
)
def test_a_connection_that_cannot_be_trusted_is_not_used_again(reply: bytes | list[Part]) -> None:
    async def test(web: Web, look: Look) -> None:
        for _ in range(3):
            found = await look()
            assert isinstance(found, Exchange)
            assert b"evil" not in found.body
            await asyncio.sleep(0.05)
        assert web.connections == 3

    on_the_wire(reply, test)


def test_a_kept_connection_that_went_stale_is_replaced_without_a_failure() -> None:
    async def test(web: Web, look: Look) -> None:
        turn = 0

        def reply(_: object) -> list[Part]:
            nonlocal turn
            turn += 1
            return [Reset()] if turn == 2 else [page()]

        web.say("a.test", "*", reply)
        assert isinstance(await look(), Exchange)
        assert isinstance(await look(), Exchange)
        assert (turn, web.connections) == (3, 2)

    on_the_wire(b"", test)


def test_a_cancelled_request_leaves_no_open_socket() -> None:
    async def test(web: Web, look: Look) -> None:
        tasks = [asyncio.create_task(look()) for _ in range(20)]  # type: ignore[arg-type]
        await until(lambda: web.open == 20)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await until(lambda: web.open == 0)

    on_the_wire([30.0], test)


def test_nobody_listening_is_refused() -> None:
    async def main() -> None:
        async with Web() as web:
            settings = settings_for(web, "a.test")
        transport = a_transport(settings)
        address = parse_address("http://a.test/")
        assert address is not None
        found = await transport.look(address, {})
        assert isinstance(found, Failure)
        assert found.kind == "refused"
        await transport.aclose()

    run(main())
