"""What every request passes before any page sees it: names, origins, sizes; headers on every answer.

- The `Host` must be one of ours: a page of somebody else's whose name is made to point at this
  machine (DNS rebinding) is refused, 421.
- What changes or costs something (all but GET, HEAD, OPTIONS) must come from our own pages or from no
  page at all: browsers say so in `Sec-Fetch-Site` and `Origin`, 403. Programs send neither.
- A body is taken whole and no longer than allowed, 413, before anything is made of it; who sends it
  drop by drop is not waited for, 408, and all bodies together may hold so much memory, 503. Who
  left before the end gets no work done.
- Every answer, the refusals too, forbids all that our pages do not need: scripts, styles and
  requests that are not our own, frames, a referrer to others, being kept in a cache.
"""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from provenance.web.audit import AuditLog, Entry
from provenance.web.problems import Problem, answer_problem

__all__ = ["CONTENT_POLICY", "Gatekeeper"]

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # not "no-referrer": with that, browsers send our own forms with `Origin: null`
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
# 20 MB in this time are 330 kB a second; nobody waits longer for a page.
BODY_TIMEOUT_S = 60.0
# Bodies are read before anybody is asked for a token: so many of the largest may be held at a time.
_MOST_BODIES = 8
_SUSPICIOUS = frozenset({403, 421})
_UNCHANGING = frozenset({"GET", "HEAD", "OPTIONS"})
_OUR_SITES = frozenset({"same-origin", "none"})


class Gatekeeper:
    """An ASGI application around another one. `hosts` are names without ports, in lower case."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str],
        max_body_bytes: int,
        body_timeout_s: float = BODY_TIMEOUT_S,
        audit: AuditLog | None = None,
    ) -> None:
        self._app = app
        self._audit = audit
        self._hosts = frozenset(hosts)
        self._max_body_bytes = max_body_bytes
        self._body_timeout_s = body_timeout_s
        self._held_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # a WebSocket: there is none here
            await send({"type": "websocket.close", "code": 1008})
            return
        guarded = _with_headers(send, is_file=scope["path"].startswith("/static/"))
        refusal = self._refuse(scope)
        if refusal is not None:
            self._write_down(scope, refusal)
            await answer_problem(scope, refusal)(scope, receive, guarded)
            return
        parts: list[bytes] = []
        try:
            body = await self._read_body(receive, parts)
            if isinstance(body, Problem):
                await answer_problem(scope, body)(scope, receive, guarded)
            elif body is not None:
                await self._app(_read_as_get(scope), _replay(body, receive), guarded)
        finally:
            self._held_bytes -= sum(map(len, parts))

    def _refuse(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if len(headers.getlist("host")) > 1:
            return Problem(400, "A request has one Host")
        if name_of_host(host) not in self._hosts:
            return Problem(
                421,
                "This server does not answer to that name",
                hint="ask for it by the address that `provenance serve` printed, or add the name to serve.hosts",
            )
        if scope["method"] not in _UNCHANGING and not _is_from_us(headers, host):
            return Problem(
                403,
                "This was sent by a page of another site",
                hint="open our own page and send it from there",
            )
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return Problem(400, "Content-Length is no number")
        return self._too_large() if int(length[:18]) > self._max_body_bytes else None

    def _write_down(self, scope: Scope, refusal: Problem) -> None:
        """Note what a page of others tried; what is merely malformed is not worth a line."""
        if self._audit is not None and refusal.status in _SUSPICIOUS:
            address = scope["client"][0] if scope.get("client") else ""
            what = f"{scope['method']} {scope['path']}"
            self._audit.note(Entry("gate", f"{refusal.status} {refusal}", None, address, what))

    async def _read_body(self, receive: Receive, parts: list[bytes]) -> bytes | Problem | None:
        """Return the whole body, or why not; None where its sender has left. What is held of it stands in `parts`."""
        size = 0
        try:
            async with asyncio.timeout(self._body_timeout_s):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        return None
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    self._held_bytes += len(parts[-1])
                    if size > self._max_body_bytes:
                        return self._too_large()
                    if self._held_bytes > _MOST_BODIES * self._max_body_bytes:
                        return _too_many()
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            return Problem(408, "The document did not come in time", hint="send it again")

    def _too_large(self) -> Problem:
        return Problem(
            413,
            f"A document may have {self._max_body_bytes / 1e6:g} MB at most",
            hint="leave its pictures out, or raise ingest.max_document_bytes",
        )


def _too_many() -> Problem:
    return Problem(
        503,
        "Too many documents at once",
        hint="try again in a moment",
        headers={"Retry-After": "2"},
    )


def name_of_host(host: str) -> str:
    """Return the name of a `Host` header without its port, in lower case; "" where it is none.

    >>> name_of_host("LocalHost:8000"), name_of_host("[::1]:8000"), name_of_host("a@b")
    ('localhost', '::1', '')
    """
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname, parts.port  # a port that is none raises
    except ValueError:
        return ""
    is_plain = parts.netloc == host and "@" not in host
    return name if name and is_plain else ""


def _is_from_us(headers: Headers, host: str) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _OUR_SITES:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    parts = origin.partition("://")
    return parts[0] in {"http", "https"} and parts[2].lower() == host.lower()


def _read_as_get(scope: Scope) -> Scope:
    """Let HEAD find whatever GET finds (RFC 9110, 9.3.2); the server leaves the body of its answer out."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out the body in one piece, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _with_headers(send: Send, *, is_file: bool) -> Send:
    kept = b"no-cache" if is_file else b"no-store"

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            named = {name.lower() for name, _ in message.get("headers", ())}
            more = [each for each in _HEADERS if each[0] not in named]
            headers = [*message.get("headers", ()), *more, (b"cache-control", kept)]
            message = {**message, "headers": headers}
        await send(message)

    return guarded
