"""The same answers put to our transport and to httpcore, over TCP and over TLS."""

import asyncio
import ssl
from datetime import UTC, datetime
from typing import NamedTuple

import httpcore
import trustme

from provenance.fetch.guard import Guard
from provenance.fetch.resolve import Resolver
from provenance.fetch.route import Router
from provenance.fetch.transport import Transport
from provenance.formats.url import parse_address
from provenance.model import Exchange
from support.hostile_web import (
    AT_ONCE,
    FIRST_BYTE_S,
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    TOTAL_S,
)
from support.hostile_web_run import CATALOGUE
from support.oracle_differences import DIFFERENCES
from support.web import Web, settings_for

__all__ = ["ASKED", "Read", "agree", "read_both"]

# Answers of one hop: what a socket, a name or a handshake does is beside the point here.
ASKED = {
    name: behaviour
    for name, behaviour in CATALOGUE.items()
    if "/reports/x" in behaviour.routes
    and not behaviour.name.startswith(("name_", "robots_", "head_"))
}


class Read(NamedTuple):
    """What a client made of an answer: the body, and why there is no more of it."""

    status: int | None
    body: bytes
    end: str


async def read_both(ca: trustme.CA, ca_file: str, *, tls: bool) -> dict[str, tuple[Read, Read]]:
    """Return what we and httpcore make of every answer."""
    async with Web(ca) as web:
        names = {name: f"{name.replace('_', '-')}.plain.test" for name in ASKED}
        await web.serve_tls("*.plain.test")
        for name, behaviour in ASKED.items():
            web.say(names[name], "/reports/x", behaviour.routes["/reports/x"])  # type: ignore[arg-type]
        settings = settings_for(
            web, *names.values(), ca_file=ca_file, first_byte_timeout_s=FIRST_BYTE_S, total_timeout_s=TOTAL_S,
            max_header_bytes=MAX_HEAD_BYTES, max_body_bytes=MAX_BODY_BYTES,
        )  # fmt: skip
        guard, resolver = Guard(settings.fetch), Resolver(settings.fetch, settings.vantage)
        router = Router(settings.fetch, guard, resolver)
        transport = Transport(settings.fetch, router, clock=lambda: datetime.now(UTC))
        scheme = "https" if tls else "http"
        trust = ssl.create_default_context(cafile=ca_file) if tls else None
        port = web.tls_port if tls else web.port
        slots = asyncio.Semaphore(AT_ONCE)

        async def read(host: str) -> tuple[Read, Read]:
            async with slots:
                ours = _ours(transport, f"{scheme}://{host}/reports/x")
                pair = await asyncio.gather(ours, _theirs(scheme, port, host, trust))
                return pair[0], pair[1]

        pairs = dict(zip(names, await asyncio.gather(*map(read, names.values())), strict=True))
        for name, pair in list(pairs.items()):
            if agree(*pair) == (name in DIFFERENCES):
                # a busy machine runs into deadlines: what surprises is read again on its own
                pairs[name] = await read(names[name])
        await transport.aclose()
    return pairs


async def _ours(transport: Transport, url: str) -> Read:
    address = parse_address(url)
    assert address is not None
    found = await transport.look(address, {"Host": address.host})
    if isinstance(found, Exchange):
        return Read(found.status, found.body, found.truncated or "whole")
    return Read(None, b"", found.kind)


async def _theirs(scheme: str, port: int, host: str, trust: ssl.SSLContext | None) -> Read:
    status, body = None, b""
    extensions = {
        "timeout": {"connect": 5.0, "read": TOTAL_S, "write": 5.0},
        "sni_hostname": host,
    }
    headers = {"Host": f"{host}:80"}
    async with httpcore.AsyncConnectionPool(ssl_context=trust) as pool:
        try:
            async with asyncio.timeout(TOTAL_S + 1):
                url = f"{scheme}://127.0.0.1:{port}/reports/x"
                async with pool.stream(
                    "GET", url, headers=headers, extensions=extensions
                ) as response:
                    status = response.status
                    async for piece in response.aiter_stream():
                        body += piece
                        if len(body) > MAX_BODY_BYTES:
                            return Read(status, body, "endless")
        except TimeoutError:
            return Read(status, body, "endless")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            return Read(status, body, type(error).__name__)
    return Read(status, body, "whole")


def agree(ours: Read, theirs: Read) -> bool:
    """Tell whether both read the same answer whole, or neither read any."""
    if ours.end == theirs.end == "whole":
        return ours[:2] == theirs[:2]
    return ours.status is None and theirs.end != "whole"
