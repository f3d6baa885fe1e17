"""Connections that keep others waiting are closed: the head of a request comes in time, or not at all.

uvicorn waits without end for the first request of a connection, for a head that comes drop by drop, and for
somebody who asks for a large answer and does not read it. A few hundred of these hold every file
handle of the process (slowloris). Here a head has `HEAD_TIMEOUT_S` and `MAX_HEAD_BYTES`, an answer that nobody reads
`READ_TIMEOUT_S`; and of more than `MAX_WAITING` connections on which nothing is asked, the one that has
waited longest goes first: a browser asks at once, it is never that one. A handshake of TLS, of which uvicorn's
protocol knows nothing yet, has as long as a head; and the process may open as many files as the system lets it.
"""

import asyncio
import resource
from collections import OrderedDict
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = [
    "HEAD_TIMEOUT_S",
    "MAX_HEAD_BYTES",
    "MAX_WAITING",
    "READ_TIMEOUT_S",
    "ImpatientProtocol",
    "allow_many_files",
    "make_impatient_loop",
]

HEAD_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 60.0
# As h11 and most proxies have it: 8 kB is what servers are asked to take (RFC 9110, 4.1) at least.
MAX_HEAD_BYTES = 65_536
# Well below 1024, the usual limit of open files, of which each request needs some, too.
MAX_WAITING = 256
# Connections that are being shaken hands with are bounded by time only: 10 s of them have to fit.
_WANTED_FILES = 8_192
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class ImpatientProtocol(HttpToolsProtocol):
    """uvicorn's connection with limits to what it waits for."""

    # of all connections of a server: the ones on which nothing is asked, longest waiting first
    _waiting: "OrderedDict[ImpatientProtocol, None]" = OrderedDict()  # noqa: RUF012 - shared on purpose

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head_timer: asyncio.TimerHandle | None = None
        self._read_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait_for_head()
        self._wait_among_the_others()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        self._stop(self._read_timer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head grows without end."""
        super().data_received(data)
        if self._head_timer is None or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Wait for the rest of a head; on a connection's first request, this goes on."""
        super().on_message_begin()
        if self._head_timer is None:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Serve: now it is we who are waited for."""
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, if any."""
        super().on_response_complete()
        if not self.transport.is_closing() and self._head_timer is None and not self.pipeline:
            self._wait_among_the_others()

    def pause_writing(self) -> None:
        """Wait for whoever does not read what they asked for."""
        super().pause_writing()
        self._stop(self._read_timer)
        self._read_timer = self.loop.call_later(READ_TIMEOUT_S, self._give_up)

    def resume_writing(self) -> None:
        """They read."""
        self._stop(self._read_timer)
        self._read_timer = None
        super().resume_writing()

    def _wait_for_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._give_up)

    def _wait_among_the_others(self) -> None:
        self._waiting[self] = None
        while len(self._waiting) > MAX_WAITING:
            longest, _ = self._waiting.popitem(last=False)
            longest._give_up()

    def _stop_waiting(self) -> None:
        self._stop(self._head_timer)
        self._head_timer = None
        self._waiting.pop(self, None)

    def _give_up(self) -> None:
        self._waiting.pop(self, None)
        if not self.transport.is_closing():
            self.transport.abort()  # a close would wait until all was sent

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


class _ImpatientLoop(asyncio.SelectorEventLoop):
    """An event loop whose TLS servers wait `HEAD_TIMEOUT_S` for a handshake; asyncio's own wait a minute."""

    async def create_server(self, *args: Any, **more: Any) -> asyncio.Server:
        if more.get("ssl") is not None:
            more.setdefault("ssl_handshake_timeout", HEAD_TIMEOUT_S)
        return await super().create_server(*args, **more)


def make_impatient_loop() -> asyncio.AbstractEventLoop:
    """Return the loop for a server."""
    return _ImpatientLoop()


def allow_many_files() -> None:
    """Raise the limit of open files as far as this process may, and no further than it needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(_WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
