"""The reader of responses, fed without a network: any split, any damage, never a surprise."""

import asyncio
import itertools
from typing import Any

import h11
from hypothesis import example, given, settings
from hypothesis import strategies as st

from provenance.fetch.connection import Answer, Connection, Limits, ProtocolError
from provenance.fetch.head import HeadError, find_head_end, parse_head

LIMITS = Limits(first_byte_s=60, total_s=60, head_bytes=4096, body_bytes=4096)
RESPONSES = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=1\r\nbo\r\n2\r\ndy\r\n0\r\nT: 1\r\n\r\n",
    b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
    b"HTTP/1.1 200 OK\nContent-Length: 4\n\nbody",
    b"HTTP/1.0 200 OK\r\nA: 1\r\n b\r\n\r\nbody",
]


class Line(asyncio.Transport):
    """A transport that takes what is written and hears when it is aborted."""

    def __init__(self) -> None:
        super().__init__()
        self.is_aborted = False

    def write(self, data: Any) -> None:
        pass

    def abort(self) -> None:
        self.is_aborted = True


def read(pieces: list[bytes]) -> Answer | BaseException:
    """Return what a connection makes of these pieces and the end of the line."""

    async def main() -> Answer | BaseException:
        connection, line = Connection(), Line()
        connection.connection_made(line)
        asking = asyncio.ensure_future(connection.ask(b"GET / HTTP/1.1\r\n\r\n", "GET", LIMITS))
        await asyncio.sleep(0)
        for piece in pieces:
            if line.is_aborted:
                break
            connection.data_received(piece)
        connection.connection_lost(None)
        (outcome,) = await asyncio.gather(asking, return_exceptions=True)
        return outcome

    return asyncio.run(main())


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RESPONSES), st.lists(st.integers(0, 120), max_size=12))
def test_how_the_bytes_are_split_changes_nothing(response: bytes, cuts: list[int]) -> None:
    outcome = read(split(response, cuts))
    assert isinstance(outcome, Answer), outcome
    assert (outcome.body, outcome.truncated) == (b"body", None)
    assert outcome.block in response


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(RESPONSES),
    st.lists(st.tuples(st.integers(0, 110), st.binary(max_size=6)), max_size=4),
    st.lists(st.integers(0, 120), max_size=4),
)
def test_damage_gives_an_answer_or_a_known_failure(
    response: bytes, damage: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    data = bytearray(response)
    for place, replacement in damage:
        data[place : place + len(replacement)] = replacement
    outcome = read(split(bytes(data), cuts))
    assert isinstance(outcome, (Answer, ProtocolError, ConnectionResetError)), outcome
    if isinstance(outcome, Answer):
        assert outcome.block in bytes(data)
        assert 200 <= outcome.head.status <= 999


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
@example(b"HTTP/1.1 200 OK\r\n\r\n")
def test_noise_gives_an_answer_or_a_known_failure(noise: bytes) -> None:
    assert isinstance(read([noise]), (Answer, ProtocolError, ConnectionResetError))


NAMES = st.text("abcDEF-123", min_size=1, max_size=8)
VALUES = st.text("abc 123;=,\"'/\t", max_size=20)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(200, 599),
    st.lists(st.tuples(NAMES, VALUES), max_size=6),
    st.sampled_from(["", "Content-Length: 3", "Transfer-Encoding: chunked", "Connection: close"]),
)
def test_heads_are_read_as_h11_reads_them(
    status: int, headers: list[tuple[str, str]], framing: str
) -> None:
    lines = [f"HTTP/1.1 {status} Reason", *(f"{name}: {value}" for name, value in headers)]
    block = "\r\n".join([*lines, *([framing] if framing else [])]).encode() + b"\r\n\r\n"
    oracle = h11.Connection(h11.CLIENT)
    oracle.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    oracle.receive_data(block)
    event = oracle.next_event()
    assert isinstance(event, h11.Response)
    head = parse_head(block, "GET")
    assert head.status == event.status_code
    theirs = [(name.lower(), value.strip()) for name, value in event.headers]
    ours = [(n.lower().encode(), v.strip().encode()) for n, v in head.headers]
    assert ours == theirs
    assert find_head_end(block) == len(block)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_a_head_is_read_or_refused(noise: bytes) -> None:
    try:
        head = parse_head(b"HTTP/1.1 200 OK\r\n" + noise + b"\r\n\r\n", "GET")
    except HeadError:
        return
    assert head.framing in {"length", "chunked", "close"}
