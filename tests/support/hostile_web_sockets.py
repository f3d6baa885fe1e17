"""The catalogue's fifth part: sockets and TLS, which go wrong before the first byte of HTTP."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import trustme

from support.hostile_web import BODY, HTML, OK, Behaviour, Reply, expect
from support.web import reset

__all__ = ["SERVERS", "SOCKETS", "TLS", "Ports"]

Ports = dict[str, int]
Start = Callable[[trustme.CA, list[object]], Awaitable[int]]
SERVERS: dict[str, Start] = {}
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WHOLE = OK + HTML + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY


def at_socket(
    name: str, sentence: str, ends: str, start: Start, *, tls: bool = False, **more: object
) -> Behaviour:
    """Return a behaviour of a socket of its own; robots.txt is asked there too."""
    outcome, rule = expect(ends)
    SERVERS[name] = start
    scheme = "https" if tls else "http"
    host = f"{name.replace('_', '-')}.{scheme}.test"
    url = f"{scheme}://{host}/reports/x"
    routes: dict[str, Reply] = {}
    return Behaviour(name, sentence, outcome, rule, routes, url, host, server=name, **more)  # type: ignore[arg-type]


def served(handler: Handler, tls: Callable[[trustme.CA], ssl.SSLContext] | None = None) -> Start:
    """Start a server whose connections this handler holds to the end."""

    async def start(ca: trustme.CA, kept: list[object]) -> int:
        async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            kept.append(writer.transport)
            try:
                await handler(reader, writer)
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()
                kept.remove(writer.transport)

        server = await asyncio.start_server(hold, "127.0.0.1", 0, ssl=tls(ca) if tls else None)
        kept.append(server)
        return int(server.sockets[0].getsockname()[1])

    return start


async def closed_port(ca: trustme.CA, kept: list[object]) -> int:
    """Hold a port on which nobody listens."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    kept.append(held)
    return int(held.getsockname()[1])


async def full_backlog(ca: trustme.CA, kept: list[object]) -> int:
    """Listen and never accept, with the queue already full: SYNs stay without an answer."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = int(listener.getsockname()[1])
    kept.append(listener)
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
        kept.append(filler)
    await asyncio.sleep(0.05)
    return port


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    reset(writer)


async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    return


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(1000):
        pass


async def half_closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write_eof()
    await mute(reader, writer)


async def half_closes_after(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(WHOLE)
    writer.write_eof()
    await mute(reader, writer)


async def stops_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(25):
        await asyncio.sleep(0.1)
        if writer.transport.is_closing():
            return
    writer.transport.resume_reading()  # type: ignore[attr-defined]
    await mute(reader, writer)


SOCKETS: tuple[Behaviour, ...] = (
    at_socket("port_closed", "Nobody listens.", "temporary/refused", closed_port),
    at_socket("never_accepts", "The queue of connections is full.", "temporary/timeout", full_backlog),
    at_socket("accepts_and_resets", "TCP reset as soon as the connection is made.", "temporary/reset", served(resets)),
    at_socket("accepts_and_closes", "The connection is closed as soon as it is made.", "temporary/reset", served(closes)),
    at_socket("accepts_and_keeps_silent", "The connection is made, and nothing follows.", "temporary/timeout", served(mute)),
    at_socket("half_closed", "The server's half is closed in place of an answer.", "temporary/reset", served(half_closes)),
    at_socket("half_closed_after_answer", "The server's half is closed behind the answer.", "ok", served(half_closes_after), body=BODY),
    at_socket("never_reads", "The question is never read.", "temporary/timeout", served(stops_reading)),
)  # fmt: skip


def context_for(
    issue: Callable[[trustme.CA], trustme.LeafCert],
) -> Callable[[trustme.CA], ssl.SSLContext]:
    """Return the maker of a server's context with this certificate."""

    def make(ca: trustme.CA) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issue(ca).configure_cert(context)
        return context

    return make


def self_signed(ca: trustme.CA) -> ssl.SSLContext:
    """Return a context that shows an authority's own certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own = trustme.CA()
    with own.cert_pem.tempfile() as certificate, own.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    return context


def asks_for_certificate(ca: trustme.CA) -> ssl.SSLContext:
    """Return a context that lets in only who shows a certificate."""
    context = GOOD(ca)
    context.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(context)
    return context


def names_of_certificate() -> list[str]:
    """Return what a good certificate is for: OpenSSL takes no `*.test`, nor `*.*.https.test`."""
    return ["*.https.test", *(f"*.{name.replace('_', '-')}.https.test" for name in SERVERS)]


GOOD = context_for(lambda ca: ca.issue_cert(*names_of_certificate()))
PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)


def sends(*raw: bytes, holds: bool = False) -> Handler:
    """Wait for the ClientHello, send these bytes, and close or hold the connection."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10_000)
        for piece in raw:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.1)
        if holds:
            await mute(reader, writer)

    return handler


async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(WHOLE)


def below_tls(head: bytes, after: Callable[[asyncio.WriteTransport], None]) -> Handler:
    """Answer under TLS, then do something to the connection that TLS does not know of."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        if b"/robots.txt" in asked:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + HTML + head + b"\r\n" + BODY)
        await asyncio.sleep(0.1)
        after(writer.transport._ssl_protocol._transport)  # type: ignore[attr-defined]
        await asyncio.sleep(0.1)

    return handler


def tls_of_1999(*, whole: bool) -> bytes:
    """Return a ServerHello that chooses TLS 1.0, or the half of it."""
    hello = b"\x03\x01" + bytes(32) + b"\x00" + b"\x00\x2f" + b"\x00"
    record = b"\x02" + len(hello).to_bytes(3, "big") + hello
    wire = b"\x16\x03\x01" + len(record).to_bytes(2, "big") + record
    return wire if whole else wire[:20]


def alert(description: int) -> bytes:
    """Return a fatal alert (RFC 8446, section 6)."""
    return b"\x15\x03\x03\x00\x02\x02" + bytes([description])


LENGTH = b"Content-Length: 99999\r\n"
BAD = "temporary/tls"


def at_tls(name: str, sentence: str, ends: str, start: Start, **more: object) -> Behaviour:
    """Return a behaviour of a TLS port of its own."""
    return at_socket(name, sentence, ends, start, tls=True, **more)


TLS: tuple[Behaviour, ...] = (
    at_tls("tls_good", "TLS as it should be.", "ok", served(answers, GOOD), body=BODY),
    at_tls("tls_expired", "The certificate ended in 2020.", BAD,
           served(answers, context_for(lambda ca: ca.issue_cert(*names_of_certificate(), not_after=PAST)))),
    at_tls("tls_not_yet", "The certificate begins in 2150.", BAD,
           served(answers, context_for(lambda ca: ca.issue_cert(*names_of_certificate(), not_before=FUTURE, not_after=FUTURE.replace(year=2151))))),
    at_tls("tls_wrong_name", "The certificate is for another name.", BAD,
           served(answers, context_for(lambda ca: ca.issue_cert("other.example")))),
    at_tls("tls_name_in_common_name_alone", "The name stands in the common name alone.", BAD,
           served(answers, context_for(lambda ca: ca.issue_cert("other.example", common_name="tls-name-in-common-name-alone.https.test")))),
    at_tls("tls_unknown_authority", "The certificate is of an authority that nobody trusts.", BAD,
           served(answers, context_for(lambda _: trustme.CA().issue_cert(*names_of_certificate())))),
    at_tls("tls_self_signed", "The certificate is its own authority.", BAD, served(answers, self_signed)),
    at_tls("tls_asks_for_certificate", "The server hangs up on who shows no certificate.", "temporary/reset", served(answers, asks_for_certificate)),
    at_tls("tls_stalls", "The handshake is never answered.", "temporary/timeout", served(mute)),
    at_tls("tls_stalls_in_the_middle", "Half a ServerHello, then silence.", "temporary/timeout",
           served(sends(tls_of_1999(whole=False), holds=True))),
    at_tls("tls_ends_in_handshake", "Half a ServerHello, then the end.", "temporary/reset", served(sends(tls_of_1999(whole=False)))),
    at_tls("tls_alert", "A fatal alert: handshake failure.", BAD, served(sends(alert(40)))),
    at_tls("tls_name_unrecognised", "A fatal alert: no such name here.", BAD, served(sends(alert(112)))),
    at_tls("tls_1_0", "The server chooses TLS 1.0.", BAD, served(sends(tls_of_1999(whole=True), holds=True))),
    at_tls("tls_plain_http", "Plain HTTP on the port of TLS.", BAD, served(sends(b"HTTP/1.1 400 Bad Request\r\n\r\n"))),
    at_tls("tls_ends_without_notice", "A body without length ends without close_notify: as browsers, the page is taken.", "ok",
           served(below_tls(b"", lambda raw: raw.close()), GOOD), body=BODY),
    at_tls("tls_cut_in_body", "The connection ends in the body, without close_notify.", "ok",
           served(below_tls(LENGTH, lambda raw: raw.close()), GOOD), body=BODY, truncated="disconnect"),
    at_tls("tls_reset_in_body", "TCP reset in the body under TLS.", "ok",
           served(below_tls(LENGTH, lambda raw: raw.abort()), GOOD), body=BODY, truncated="disconnect"),
    at_tls("tls_garbage_in_body", "Somebody writes into the TLS stream.", "ok",
           served(below_tls(LENGTH, lambda raw: raw.write(b"garbage" * 20)), GOOD), body=BODY, truncated="disconnect"),
)  # fmt: skip
