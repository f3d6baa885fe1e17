"""Connections: made to checked addresses only, kept for the next request to the same host."""

import asyncio
import ssl
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from provenance.fetch.connection import Connection
from provenance.fetch.race import in_turns, race
from provenance.fetch.route import Route

__all__ = ["NoConnection", "Origin", "Pool"]

# Servers close idle connections after 5 s (Apache, Node) to 75 s (nginx): later is rarely alive.
_IDLE_S = 15.0
# A host with more addresses than this is not going to answer on the next one either.
_MAX_ADDRESSES = 4


class Origin(NamedTuple):
    """What a connection is for; `host` is the name that TLS verifies."""

    host: str
    port: int
    is_tls: bool


class NoConnection(Exception):
    """No address of the route could be connected to; `__cause__` is what the last one said."""


class Pool:
    """Idle connections by origin, the longest idle closed first."""

    def __init__(
        self, *, connect_s: float, max_idle: int, tls: Callable[[], ssl.SSLContext]
    ) -> None:
        self._connect_s = connect_s
        self._max_idle = max_idle
        self._tls = tls
        self._idle: OrderedDict[Connection, tuple[Origin, str]] = OrderedDict()
        self._by_origin: dict[Origin, list[Connection]] = {}
        self._all: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._is_closed = False

    def take_idle(self, origin: Origin) -> tuple[Connection, str] | None:
        """Return a kept connection and the address it leads to, if one is still good."""
        oldest_s = asyncio.get_running_loop().time() - _IDLE_S
        for connection in reversed(list(self._by_origin.get(origin, []))):
            _, ip = self._forget(connection)
            if connection.is_reusable and connection.idle_since >= oldest_s:
                return connection, ip
            connection.abort()
        return None

    def keep(self, origin: Origin, connection: Connection, ip: str) -> None:
        """Keep a connection for the next request, unless the last exchange spoiled it."""
        if self._is_closed or not connection.is_reusable:
            connection.abort()
            return
        connection.idle_since = asyncio.get_running_loop().time()
        self._idle[connection] = (origin, ip)
        self._by_origin.setdefault(origin, []).append(connection)
        while len(self._idle) > self._max_idle:
            oldest = next(iter(self._idle))
            self._forget(oldest)
            oldest.abort()

    async def connect(self, origin: Origin, route: Route) -> tuple[Connection, str]:
        """Open a connection to the first address of the route that takes one (race.py).

        The deadline is for all of them together, handshake included.

        Raises:
            NoConnection: none did; the cause is the last one's error.
            RuntimeError: the pool was closed.
        """
        if self._is_closed:
            raise RuntimeError("the fetcher was closed, and somebody still fetches")

        async def attempt(ip: str) -> Connection:
            return await self._open(origin, ip, route.port)

        try:
            async with asyncio.timeout(self._connect_s):
                return await race(in_turns(route.addresses)[:_MAX_ADDRESSES], attempt)
        except TimeoutError as error:
            late = TimeoutError(f"no connection in {self._connect_s:g} s")
            raise NoConnection from (error if error.errno else late)
        except OSError as error:
            raise NoConnection from error

    async def _open(self, origin: Origin, ip: str, port: int) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            Connection,
            ip,
            port,
            ssl=self._tls() if origin.is_tls else None,
            server_hostname=origin.host.strip("[]") if origin.is_tls else None,
        )
        self._all.add(connection)
        return connection

    async def aclose(self) -> None:
        """Close every connection, also those that are in use."""
        self._is_closed = True
        self._idle.clear()
        self._by_origin.clear()
        for connection in list(self._all):
            connection.abort()
        # abort() closes the socket in the next round of the loop, under TLS in the one after
        for _ in range(3):
            await asyncio.sleep(0)

    def _forget(self, connection: Connection) -> tuple[Origin, str]:
        origin, ip = self._idle.pop(connection)
        siblings = self._by_origin[origin]
        siblings.remove(connection)
        if not siblings:
            del self._by_origin[origin]
        return origin, ip
