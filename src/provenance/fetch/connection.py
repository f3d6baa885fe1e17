"""One TCP or TLS connection: a request out, a response in, byte for byte. Imports httptools.

A connection carries one exchange at a time. What ends an exchange early is a
timer that aborts the socket (never a cancelled read that leaves it open)::

    sent ── first byte ── head complete ── body ── complete
      └ first_byte_s ┘
      └──────────────── total_s ────────────────┘

Before the head is complete there is nothing to keep, so a deadline is a failure;
after it the body so far is kept, and `truncated` says why it ends.
"""

import asyncio
from typing import Literal, NamedTuple, cast

import httptools

from provenance.fetch.budget import BodyBudget, Deadlines, Share
from provenance.fetch.head import Head, HeadError, begins_like_http, find_head_end, parse_head

__all__ = ["Answer", "Connection", "Limits", "ProtocolError", "StaleConnection"]

Truncation = Literal["length", "time", "disconnect"]

# The chunked coding is read by llhttp; the head it is handed says just that.
_CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
# What servers send and browsers read: bare LF, spaces after a chunk's size.
_LENIENCIES = {
    "lenient_optional_cr_before_lf": True,
    "lenient_optional_lf_after_cr": True,
    "lenient_spaces_after_chunk_size": True,
    "lenient_headers": True,
}
# A server may send several 1xx heads (100, 102, 103); an endless row of them is an attack.
_MAX_INTERIM_HEADS = 16
# A chunk of one byte costs five more; beyond that and room for trailers it is no page that comes.
_FRAMING_PER_BYTE = 16


class ProtocolError(Exception):
    """What came back is no HTTP/1 response; the message says why."""


class StaleConnection(Exception):
    """A kept-alive connection ended before the first byte: ask again on a fresh one."""


class Limits(NamedTuple):
    """Deadlines in seconds from when the request is sent, and caps in bytes."""

    first_byte_s: float
    total_s: float
    head_bytes: int
    body_bytes: int
    budget: BodyBudget | None = None


class Answer(NamedTuple):
    """A response as received: its head byte for byte, its body without transfer-encoding."""

    head: Head
    block: bytes
    body: bytes
    truncated: Truncation | None


class Connection(asyncio.Protocol):
    """The protocol of one socket. `ask` may be called again while `is_reusable`."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Answer] | None = None
        self._deadlines: Deadlines
        self._share: Share | None = None
        self._is_closed = False
        self._asked, self._first_byte_s = 0, 0.0
        self.is_reusable = False
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport (asyncio calls this)."""
        # no isinstance: an event loop may bring classes of its own (uvloop does)
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, request: bytes, method: str, limits: Limits) -> Answer:
        """Send a request and return the answer to it.

        Raises:
            TimeoutError: a deadline passed before the head was complete.
            ProtocolError: what came back is no HTTP/1, or its head is over the cap.
            StaleConnection: reused, and it ended before the first byte.
            OSError: the connection ended before the head was complete.
        """
        if self._is_closed or self._transport is None:
            raise StaleConnection
        self._asked += 1
        self.is_reusable = False
        self._limits, self._method = limits, method
        self._received = bytearray()
        self._head: Head | None = None
        self._block = b""
        self._searched = self._interim_heads = self._body_bytes = self._wire_bytes = 0
        self._body: list[bytes] = []
        self._chunks: httptools.HttpResponseParser | None = None
        self._first_byte_s = 0.0
        self._waiter = self._loop.create_future()
        self._deadlines = Deadlines(
            limits.first_byte_s, limits.total_s,
            self._pass_first_byte_deadline, self._pass_total_deadline,
        )  # fmt: skip
        if limits.budget is not None:
            self._share = limits.budget.join(self._transport, self._deadlines)
        self._transport.write(request)
        try:
            return await self._waiter
        finally:
            self._deadlines.stop()
            if self._share is not None:
                self._share.leave()
            self._waiter = None
            if not self.is_reusable:
                self.abort()

    def seconds_since_first_byte(self) -> float:
        """Return how long ago the first byte of the latest answer came; 0 where none did."""
        return self._loop.time() - self._first_byte_s if self._first_byte_s else 0.0

    def abort(self) -> None:
        """Close the socket now, whatever is still in it."""
        self._is_closed = True
        self.is_reusable = False
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on (asyncio calls this)."""
        if self._waiter is None or self._waiter.done():
            self.abort()  # it speaks before it was asked: the next answer could be anybody's
            return
        try:
            if self._head is None:
                self._read_head(data)
            else:
                self._read_body(data)
            self._deadlines.await_rest()
        except (HeadError, httptools.HttpParserError, ProtocolError) as error:
            self._break_off(ProtocolError(str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        """End the exchange that was under way (asyncio calls this)."""
        self._is_closed = True
        self.is_reusable = False
        if self._waiter is None or self._waiter.done():
            return
        if self._head is not None:
            is_whole = self._head.framing == "close" and exc is None
            self._complete(None if is_whole else "disconnect")
        elif self._asked > 1 and not self._received:
            self._waiter.set_exception(StaleConnection())
        else:
            self._waiter.set_exception(exc or ConnectionResetError("closed before the response"))

    # -- the head -------------------------------------------------------------

    def _read_head(self, data: bytes) -> None:
        if not self._received:
            self._first_byte_s = self._first_byte_s or self._loop.time()
            self._deadlines.begin_answer()
        self._received += data
        while self._head is None:
            if not begins_like_http(self._received):
                raise ProtocolError(f"no status line of HTTP/1: {bytes(self._received[:60])!r}")
            end = find_head_end(self._received, self._searched)
            if (end if end >= 0 else len(self._received)) > self._limits.head_bytes:
                raise ProtocolError(f"head over {self._limits.head_bytes} bytes")
            if end < 0:
                self._searched = len(self._received)
                return
            block = bytes(self._received[:end])
            del self._received[:end]
            self._searched = 0
            self._take_head(block)
        rest, self._received = bytes(self._received), bytearray()
        self._start_body(self._head)
        if rest:
            self._read_body(rest)

    def _take_head(self, block: bytes) -> None:
        head = parse_head(block, self._method)
        if head.status == 101:
            raise ProtocolError("switches protocols without being asked")
        if head.status >= 200:
            self._head, self._block = head, block
            return
        self._interim_heads += 1
        if self._interim_heads > _MAX_INTERIM_HEADS:
            raise ProtocolError("too many interim responses")

    # -- the body -------------------------------------------------------------

    def _start_body(self, head: Head) -> None:
        if head.framing == "chunked":
            self._chunks = httptools.HttpResponseParser(self)
            self._chunks.set_dangerous_leniencies(**_LENIENCIES)
            self._chunks.feed_data(_CHUNKED_HEAD)
        elif head.framing == "none" or (head.framing == "length" and head.length == 0):
            self._complete(None)

    def _read_body(self, data: bytes) -> None:
        head = self._head
        assert head is not None
        if self._waiter is None or self._waiter.done():
            self.abort()  # more than was announced: nothing after it can be trusted
        elif self._chunks is not None:
            self._read_chunks(data)
        elif head.framing == "length":
            missing = head.length - self._body_bytes
            self.on_body(data[:missing])
            if len(data) >= missing and not self._waiter.done():
                self._complete(None)
            if len(data) > missing:
                self.abort()
        else:
            self.on_body(data)

    def _read_chunks(self, data: bytes) -> None:
        assert self._chunks is not None
        assert self._waiter is not None
        try:
            self._chunks.feed_data(data)
        except httptools.HttpParserError as error:
            if self._waiter.done():
                self.abort()  # garbage behind a complete message
            elif self._body_bytes:
                self._complete("disconnect")
            else:
                raise ProtocolError(str(error)) from error
        self._wire_bytes += len(data)
        self._check_framing()

    def _check_framing(self) -> None:
        """End a chunked body that is nearly all extensions and trailers, before the time does."""
        room = self._limits.head_bytes + _FRAMING_PER_BYTE * self._body_bytes
        if self._wire_bytes <= room or self._waiter is None or self._waiter.done():
            return
        if not self._body_bytes:
            raise ProtocolError(f"over {room} bytes of chunk extensions")
        self._complete("length")

    def on_message_begin(self) -> None:
        """Notice a second message behind the first (llhttp calls this)."""
        if self._waiter is not None and self._waiter.done():
            self.abort()

    def on_body(self, data: bytes) -> None:
        """Keep a piece of the body up to the cap (llhttp calls this)."""
        if self._waiter is None or self._waiter.done():
            return
        room = self._limits.body_bytes - self._body_bytes
        self._body.append(bytes(data[:room]))
        self._body_bytes += min(room, len(data))
        if len(data) > room:
            self._complete("length")
        elif self._share is not None:
            self._share.take(len(data))

    def on_message_complete(self) -> None:
        """End a chunked body (llhttp calls this)."""
        if self._waiter is not None and not self._waiter.done():
            self._complete(None)

    def _complete(self, truncated: Truncation | None) -> None:
        assert self._head is not None
        assert self._waiter is not None
        self.is_reusable = truncated is None and self._head.keeps_alive and not self._is_closed
        answer = Answer(self._head, self._block, b"".join(self._body), truncated)
        self._body = []
        self._waiter.set_result(answer)
        self._deadlines.stop()
        if not self.is_reusable:
            self.abort()

    # -- deadlines ------------------------------------------------------------

    def _pass_first_byte_deadline(self) -> None:
        self._break_off(TimeoutError(f"no byte of a response in {self._limits.first_byte_s:g} s"))

    def _pass_total_deadline(self) -> None:
        if self._head is not None and self._waiter is not None and not self._waiter.done():
            self._complete("time")
        else:
            self._break_off(TimeoutError(f"no whole head in {self._limits.total_s:g} s"))

    def _break_off(self, error: Exception) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        self.abort()
