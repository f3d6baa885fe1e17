"""Our httpx transport: a request goes to a checked address, an Exchange comes back. Imports httpx.

The seam is `httpx.AsyncBaseTransport`, so that `httpx.AsyncClient(transport=…)`
works on it. The fetcher calls `look`, which goes through the same seam without
`AsyncClient.send` around it: redirects, a lasting cookie jar and authentication are not
wanted here, and they are half of the cost (docs/adr/0003).

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

import httpx

from provenance.errors import ProvenanceError, SettingsError
from provenance.fetch.connection import Answer, Connection, Limits, ProtocolError, StaleConnection
from provenance.fetch.pool import NoConnection, Origin, Pool
from provenance.fetch.route import Route, Router
from provenance.formats.url import Address, parse_address
from provenance.model import Exchange, Failure, FailureKind
from provenance.settings import FetchSettings

__all__ = ["Transport", "Unanswered", "failure_of", "make_tls_context"]

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
# These are faults of the house: a source must not be blamed for them.
_OUR_OWN_ERRNOS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})


class Unanswered(httpx.TransportError):
    """There is no answer; `failure` says why."""

    def __init__(self, failure: Failure, request: httpx.Request) -> None:
        super().__init__(f"{failure.kind}: {failure.detail}", request=request)
        self.failure = failure


class Transport(httpx.AsyncBaseTransport):
    """Guarded HTTP/1.1 on asyncio: deadlines, caps, kept connections, exact bytes.

    Responses carry their `Exchange` in `response.extensions["exchange"]`. Request
    extensions: `address` (the parsed URL, sent as it stands) and `max_body_bytes`.
    """

    def __init__(
        self, settings: FetchSettings, router: Router, *, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._router = router
        self._clock = clock
        self._tls_context: ssl.SSLContext | None = None
        self._pool = Pool(
            connect_s=settings.connect_timeout_s,
            max_idle=settings.concurrency,
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
    ) -> Exchange | Failure:
        """Ask for one URL and return what crossed the wire, or why nothing did. No redirects."""
        extensions = {"address": address, "max_body_bytes": max_body_bytes}
        try:
            request = httpx.Request(
                method, address.href, headers=headers, content=content, extensions=extensions
            )
            response = await self.handle_async_request(request)
        except httpx.InvalidURL as error:
            return Failure("unsupported", str(error))
        except Unanswered as error:
            return error.failure
        exchange: Exchange = response.extensions["exchange"]
        return exchange

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of httpx.

        Raises:
            Unanswered: no route, no connection or no answer.
        """
        address = request.extensions.get("address") or parse_address(str(request.url))
        if address is None:
            raise Unanswered(Failure("unsupported", str(request.url)), request)
        exchange = await self._exchange(request, address)
        if isinstance(exchange, Failure):
            raise Unanswered(exchange, request)
        return httpx.Response(
            exchange.status,
            headers=[(name.encode("latin-1"), value.encode("latin-1"))
                     for name, value in exchange.headers],
            stream=httpx.ByteStream(exchange.body),
            extensions={"exchange": exchange},
        )  # fmt: skip

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def _exchange(self, request: httpx.Request, address: Address) -> Exchange | Failure:
        sent = await _request_bytes(request, address)
        limits = self._limits(request)
        at, started_s = self._clock(), asyncio.get_running_loop().time()
        found = await self._send(address, sent, request.method, limits)
        if isinstance(found, Failure):
            return found
        answer, ip = found
        elapsed_ms = round((asyncio.get_running_loop().time() - started_s) * 1000)
        return Exchange(
            url=address.href.partition("#")[0],
            method=request.method,
            at=at,
            ip=ip,
            request_head=sent,
            status=answer.head.status,
            response_head=answer.block,
            headers=answer.head.headers,
            body=answer.body,
            elapsed_ms=elapsed_ms,
            truncated=answer.truncated,
        )

    async def _send(
        self, address: Address, sent: bytes, method: str, limits: Limits
    ) -> tuple[Answer, str] | Failure:
        origin = Origin(address.host, address.port, address.scheme == "https")
        kept = self._pool.take_idle(origin)
        if kept is not None:
            try:
                return await self._ask(origin, kept, sent, method, limits)
            except StaleConnection:
                pass  # the server closed it while it was idle: nothing was answered, ask anew
            except (OSError, ProtocolError) as error:
                return failure_of(error)
        return await self._send_afresh(origin, address, sent, method, limits)

    async def _send_afresh(
        self, origin: Origin, address: Address, sent: bytes, method: str, limits: Limits
    ) -> tuple[Answer, str] | Failure:
        route = await self._router.find_route(address)
        if isinstance(route, Failure):
            return route
        made = await self._connect(origin, route)
        if isinstance(made, Failure):
            return made
        try:
            return await self._ask(origin, made, sent, method, limits)
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
        self,
        origin: Origin,
        made: tuple[Connection, str],
        sent: bytes,
        method: str,
        limits: Limits,
    ) -> tuple[Answer, str]:
        connection, ip = made
        answer = await connection.ask(sent, method, limits)
        self._pool.keep(origin, connection, ip)
        return answer, ip

    def _limits(self, request: httpx.Request) -> Limits:
        settings = self._settings
        cap = request.extensions.get("max_body_bytes")
        return Limits(
            first_byte_s=settings.first_byte_timeout_s,
            total_s=settings.total_timeout_s,
            head_bytes=settings.max_header_bytes,
            body_bytes=settings.max_body_bytes if cap is None else cap,
        )

    def _find_tls_context(self) -> ssl.SSLContext:
        if self._tls_context is None:
            self._tls_context = make_tls_context(self._settings)
        return self._tls_context


def make_tls_context(settings: FetchSettings) -> ssl.SSLContext:
    """Return the context for all hosts: httpx's roots, the system's, and `ca_file`.

    Raises:
        SettingsError: `ca_file` cannot be read.
    """
    context = httpx.create_ssl_context(trust_env=False)
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


async def _request_bytes(request: httpx.Request, address: Address) -> bytes:
    """Return the request as sent: the target is the URL's own, not httpx's re-encoding of it."""
    target = address.path + ("?" + address.query if address.query else "")
    lines = [f"{request.method} {target} HTTP/1.1".encode("ascii")]
    lines += [name + b": " + value for name, value in request.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n" + await request.aread()
