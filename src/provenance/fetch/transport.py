"""A request goes to a checked address, an Exchange comes back. HTTP/1.1 on asyncio.

What httpx says is put on the wire here: `httpx_seam.HttpxTransport` is the door to it.

Every exception of the wire becomes a `Failure` here and nowhere else::

    guard, dns, nxdomain, offline    no route                        (route.py)
    refused unreachable timeout tls  no connection                   (pool.py)
    timeout reset protocol           no answer                       (connection.py)
"""

import asyncio
import errno
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

import certifi

from provenance.errors import ProvenanceError, SettingsError
from provenance.fetch.budget import BodyBudget
from provenance.fetch.connection import Answer, Connection, Limits, ProtocolError, StaleConnection
from provenance.fetch.gate import Turn
from provenance.fetch.pool import NoConnection, Origin, Pool
from provenance.fetch.route import Route, Router
from provenance.formats.url import Address
from provenance.model import Exchange, Failure, FailureKind
from provenance.settings import FetchSettings

__all__ = ["Transport", "failure_of", "make_tls_context"]

_KIND_OF_ERRNO: dict[int, FailureKind] = {
    errno.ENETUNREACH: "unreachable",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETDOWN: "unreachable",
    errno.EHOSTDOWN: "unreachable",
    errno.EADDRNOTAVAIL: "unreachable",
    errno.EAFNOSUPPORT: "unreachable",
    errno.EACCES: "unreachable",
    errno.EPERM: "unreachable",
}
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Servers read no more than 8 to 64 KiB of it; a longer one is no citation (httpx stops here too).
_MAX_URL_CHARACTERS = 65_536
# Hosts wait for their turn four to a connection in use (fetcher.py), and each comes back: with
# fewer kept than that, every request of a polite run would shake hands anew.
_KEPT_PER_REQUEST = 4
# These are faults of the house: a source must not be blamed for them.
_OUR_OWN_ERRNOS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})


class _Message(NamedTuple):
    """A request on its way: its bytes, and what holds while it is asked."""

    sent: bytes
    method: str
    limits: Limits
    turn: Turn | None


class Transport:
    """Guarded HTTP/1.1 on asyncio: deadlines, caps, kept connections, exact bytes."""

    def __init__(
        self, settings: FetchSettings, router: Router, *, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._router = router
        self._clock = clock
        self._tls_context: ssl.SSLContext | None = None
        self.budget = BodyBudget(settings.max_bytes_in_flight)
        self._pool = Pool(
            connect_s=settings.connect_timeout_s,
            max_idle=settings.concurrency * _KEPT_PER_REQUEST,
            tls=self._find_tls_context,
        )

    async def look(
        self,
        address: Address,
        headers: Mapping[str, str],
        *,
        method: str = "GET",
        content: bytes | None = None,
        max_body_bytes: int | None = None,
        turn: Turn | None = None,
    ) -> Exchange | Failure:
        """Ask for one URL and return what crossed the wire, or why nothing did. No redirects.

        The target on the wire is the URL's own, not another re-encoding of it. `Host`
        and, with `content`, `Content-Length` are added where `headers` has none. The host's
        `turn` is told when the request goes out.
        """
        if len(address.href) > _MAX_URL_CHARACTERS:
            return Failure("unsupported", f"a URL of {len(address.href)} characters")
        sent = _request_bytes(method, address, headers, content)
        limits = self._limits(max_body_bytes)
        loop = asyncio.get_running_loop()
        at, started_s = self._clock(), loop.time()
        found = await self._send(address, _Message(sent, method, limits, turn))
        if isinstance(found, Failure):
            return found
        answer, ip = found
        return Exchange(
            url=address.href.partition("#")[0],
            method=method,
            at=at,
            ip=ip,
            request_head=sent,
            status=answer.head.status,
            response_head=answer.block,
            headers=answer.head.headers,
            body=answer.body,
            elapsed_ms=round((loop.time() - started_s) * 1000),
            truncated=answer.truncated,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def _send(self, address: Address, message: _Message) -> tuple[Answer, str] | Failure:
        origin = Origin(address.host, address.port, address.scheme == "https")
        # what must not be done twice goes over a fresh connection, never a second time
        kept = self._pool.take_idle(origin) if message.method != "POST" else None
        if kept is not None:
            try:
                return await self._ask(origin, kept, message)
            except StaleConnection:
                # the server closed it while it was idle: nothing was answered, ask anew; but
                # it may have read the request, so the host's pause holds here too
                if message.turn is not None:
                    await message.turn.again()
            except (OSError, ProtocolError) as error:
                return failure_of(error)
        return await self._send_afresh(origin, address, message)

    async def _send_afresh(
        self, origin: Origin, address: Address, message: _Message
    ) -> tuple[Answer, str] | Failure:
        route = await self._router.find_route(address)
        if isinstance(route, Failure):
            return route
        made = await self._connect(origin, route)
        if isinstance(made, Failure):
            return made
        try:
            return await self._ask(origin, made, message)
        except StaleConnection:
            return Failure("reset", "the connection ended before it was used")
        except (OSError, ProtocolError) as error:
            return failure_of(error)

    async def _connect(self, origin: Origin, route: Route) -> tuple[Connection, str] | Failure:
        try:
            return await self._pool.connect(origin, route)
        except NoConnection as error:
            return failure_of(error.__cause__)

    async def _ask(
        self, origin: Origin, made: tuple[Connection, str], message: _Message
    ) -> tuple[Answer, str]:
        connection, ip = made
        if message.turn is not None:
            message.turn.sent()
        try:
            answer = await connection.ask(message.sent, message.method, message.limits)
        finally:
            if message.turn is not None:
                message.turn.answered(connection.seconds_since_first_byte())
        self._pool.keep(origin, connection, ip)
        return answer, ip

    def _limits(self, cap: int | None) -> Limits:
        settings = self._settings
        return Limits(
            first_byte_s=settings.first_byte_timeout_s,
            total_s=settings.total_timeout_s,
            head_bytes=settings.max_header_bytes,
            body_bytes=settings.max_body_bytes if cap is None else cap,
            budget=self.budget,
        )

    def _find_tls_context(self) -> ssl.SSLContext:
        if self._tls_context is None:
            self._tls_context = make_tls_context(self._settings)
        return self._tls_context


def make_tls_context(settings: FetchSettings) -> ssl.SSLContext:
    """Return the context for all hosts: Mozilla's roots (certifi), the system's, and `ca_file`.

    Raises:
        SettingsError: `ca_file` cannot be read.
    """
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    if settings.ca_file:
        _trust(context, settings.ca_file)
    return context


def failure_of(error: BaseException | None) -> Failure:
    """Return what an exception of the wire says about the world.

    Raises:
        ProvenanceError: it says something about this machine (no file descriptors, no memory).
    """
    match error:
        case ProtocolError():
            return Failure("protocol", str(error))
        case ssl.SSLError():
            return Failure(
                "tls", getattr(error, "verify_message", "") or error.reason or str(error)
            )
        case TimeoutError():
            return Failure("timeout", str(error))
        case ConnectionRefusedError():
            return Failure("refused", "the connection was refused")
        case ConnectionError():
            return Failure("reset", str(error) or "the connection was reset")
        case OSError():
            return _failure_of_os_error(error)
    raise TypeError(f"no exception of the wire: {error!r}")


def _failure_of_os_error(error: OSError) -> Failure:
    if error.errno in _OUR_OWN_ERRNOS:
        raise ProvenanceError(
            f"this machine cannot open another connection: {error.strerror}",
            hint="lower fetch.concurrency or raise the limit of open files (ulimit -n)",
        ) from error
    kind = _KIND_OF_ERRNO.get(error.errno or 0, "reset")
    return Failure(kind, error.strerror or str(error))


def _trust(context: ssl.SSLContext, ca_file: str) -> None:
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"fetch.ca_file: cannot read {ca_file}: {error}") from error


def _request_bytes(
    method: str, address: Address, headers: Mapping[str, str], content: bytes | None
) -> bytes:
    given = {name.lower() for name in headers}
    lines = [f"{method} {address.target} HTTP/1.1"]
    if "host" not in given:
        is_default = address.port == _DEFAULT_PORTS[address.scheme]
        lines.append(f"Host: {address.host}{'' if is_default else f':{address.port}'}")
    if content is not None and "content-length" not in given:
        lines.append(f"Content-Length: {len(content)}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + (content or b"")
