"""A web on loopback that says exactly the bytes it is told to, and a name service beside it.

Nothing here parses or corrects what a test wants to send: a reply is bytes,
pauses and a way to end. What came in is kept, so that a test can say what was
asked, how often, and over which connection.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import msgspec
import trustme

from provenance.settings import FetchSettings, Settings, VantageSettings


class Asked(NamedTuple):
    """One request as it came in."""

    host: str
    target: str
    head: bytes
    connection: int
    sni: str | None = None
    body: bytes = b""


class Reset(NamedTuple):
    """End the connection with a TCP reset."""


class Close(NamedTuple):
    """End the connection in order."""


Part = bytes | float | Reset | Close
Reply = bytes | list[Part] | Callable[[Asked], "bytes | list[Part]"]


def page(
    body: bytes | str = b"<title>A page</title><p>Some words.</p>",
    status: str = "200 OK",
    **headers: str,
) -> bytes:
    """Return a whole response; header names are written with `_` for `-`."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}"]
    fields = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    """Return a response that leads on."""
    return page(b"", status, Location=location)


class Web:
    """Hosts, paths and what they say. `routes[host, path]`; path "*" is for any other."""

    def __init__(self, ca: trustme.CA | None = None) -> None:
        self.routes: dict[tuple[str, str], Reply] = {}
        self.asked: list[Asked] = []
        self.most_at_once: dict[str, int] = {}
        self.connections = 0
        self.open = 0
        self.port = self.tls_port = 0
        self._ca = ca
        self._now: dict[str, int] = {}
        self._servers: list[asyncio.Server] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._snis: dict[ssl.SSLObject, str | None] = {}

    def say(self, host: str, path: str, reply: Reply) -> None:
        """Let a host answer a path with this reply, every time."""
        self.routes[host, path] = reply

    def paths_asked(self, host: str | None = None) -> list[str]:
        """Return the targets that were asked for, in order, robots.txt left out."""
        return [a.target for a in self.asked
                if a.target != "/robots.txt" and host in (None, a.host)]  # fmt: skip

    async def __aenter__(self) -> "Web":
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._servers.append(server)
        self.port = server.sockets[0].getsockname()[1]
        return self

    async def serve_tls(self, *names: str) -> None:
        """Serve https too, with one certificate for these names."""
        assert self._ca is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*names).configure_cert(context)

        def keep_sni(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            self._snis[connection] = name

        context.sni_callback = keep_sni
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self._servers.append(server)
        self.tls_port = server.sockets[0].getsockname()[1]

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        for _ in range(200):
            if not self.open:
                break
            await asyncio.sleep(0.01)
        self._snis.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        self.open += 1
        self._writers.add(writer)
        try:
            while await self._serve_one(reader, writer, number):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self.open -= 1

    async def _serve_one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        target = head.split(b" ")[1].decode()
        host = next(
            line[5:].strip().decode()
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"host:")
        ).rpartition(":")[0] or _host(head)
        sni = self._snis.get(writer.get_extra_info("ssl_object"))
        body = await reader.readexactly(_body_length(head))
        asked = Asked(host, target, head, number, sni, body)
        self.asked.append(asked)
        self._now[host] = self._now.get(host, 0) + 1
        self.most_at_once[host] = max(self.most_at_once.get(host, 0), self._now[host])
        try:
            return await self._reply(asked, reader, writer)
        finally:
            self._now[host] -= 1

    async def _reply(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        reply = self.routes.get((asked.host, asked.target.partition("?")[0]))
        if reply is None and asked.target != "/robots.txt":
            reply = self.routes.get((asked.host, "*"))
        if reply is None:
            reply = page(b"no such page", "404 Not Found")
        if callable(reply):
            reply = reply(asked)
        for part in [reply] if isinstance(reply, bytes) else reply:
            match part:
                case bytes():
                    writer.write(part)
                    await writer.drain()
                    # over TLS `drain` neither waits nor tells that the client is gone: an endless
                    # answer would never let the loop learn it
                    await asyncio.sleep(0)
                    if writer.is_closing():
                        return False
                case Reset():
                    reset(writer)
                    return False
                case Close():
                    return False
                case _:
                    await pause(part, reader)
        return True


def _body_length(head: bytes) -> int:
    lines = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return int(lines[0].partition(b":")[2]) if lines else 0


def _host(head: bytes) -> str:
    line = next(each for each in head.split(b"\r\n") if each.lower().startswith(b"host:"))
    return line[5:].strip().decode()


async def pause(seconds: float, reader: asyncio.StreamReader) -> None:
    """Say nothing for so long; notice when the client goes away."""
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + seconds
    while (left_s := ends_s - loop.time()) > 0:
        if reader.at_eof():
            raise ConnectionResetError
        await asyncio.sleep(min(left_s, 0.01))
    await asyncio.sleep(0)


def reset(writer: asyncio.StreamWriter) -> None:
    """Send a TCP RST."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def settings_for(web: Web, *hosts: str, ca_file: str = "", **fetch: object) -> Settings:
    """Return settings under which these hosts' ports 80 and 443 lead to `web`; nothing waits."""
    connect_to = {f"{host}:80": f"127.0.0.1:{web.port}" for host in hosts}
    if web.tls_port:
        connect_to |= {f"{host}:443": f"127.0.0.1:{web.tls_port}" for host in hosts}
    values: dict[str, object] = {
        "per_host_interval_s": 0.0,
        "connect_to": connect_to,
        "allow_networks": ("127.0.0.0/8",),
        "ca_file": ca_file,
        "nameservers": ("127.0.0.1:9",),
    }
    return Settings(fetch=FetchSettings(**(values | fetch)), vantage=VantageSettings(()))  # type: ignore[arg-type]


def with_fetch(settings: Settings, **fetch: object) -> Settings:
    """Return the settings with some of `[fetch]` changed."""
    return msgspec.structs.replace(settings, fetch=msgspec.structs.replace(settings.fetch, **fetch))


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


Zone = dict[str, "list[str] | str"]


class NameService(asyncio.DatagramProtocol):
    """A DNS server on loopback. A name's answer is its addresses, an RCODE's name, or "silence".

    A name that is not listed is NXDOMAIN. `asked` keeps (name, type) in order.
    """

    def __init__(self, zone: Zone, ttl_s: int = 60) -> None:
        self.zone = zone
        self.ttl_s = ttl_s
        self.asked: list[tuple[str, str]] = []
        self.address = ""

    async def __aenter__(self) -> "NameService":
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        self.address = f"127.0.0.1:{self._transport.get_extra_info('sockname')[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()
        await asyncio.sleep(0)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text().rstrip(".").lower()
        family = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, family))
        found = self.zone.get(name, "NXDOMAIN")
        if found == "silence":
            return
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if isinstance(found, str):
            reply.set_rcode(dns.rcode.from_text(found))
        else:
            fitting = [a for a in found if (":" in a) == (family == "AAAA")]
            if fitting:
                reply.answer.append(
                    dns.rrset.from_text(question.name, self.ttl_s, "IN", family, *fitting)
                )
        self._transport.sendto(reply.to_wire(), addr)


async def until(done: Callable[[], bool], seconds: float = 3.0) -> None:
    """Wait until something holds; fail if it does not in time."""
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.01)


def run(coroutine: Awaitable[None]) -> None:
    """Run a test's coroutine to its end, in debug-free asyncio."""

    async def main() -> None:
        await coroutine

    asyncio.run(main())
