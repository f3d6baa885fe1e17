"""Our transport behind httpx's own seam, `httpx.AsyncBaseTransport`. The only importer of httpx.

Every request of the house is an `httpx.Request` and every answer an `httpx.Response`
that carries its `Exchange`. `AsyncClient.send` is passed by: its redirects, its lasting cookie
jar and its authentication are not wanted here (docs/adr/0003); whoever wants them uses
`httpx.AsyncClient(transport=HttpxTransport(...))`, as the tests do to hold it against httpcore.
"""

import functools
from collections.abc import Mapping

import httpx

from provenance.fetch.gate import Turn
from provenance.fetch.transport import Transport
from provenance.formats.url import Address, parse_address
from provenance.model import Exchange, Failure

__all__ = ["HttpxTransport", "Unanswered"]


# One for all requests without content: nothing of it is read, so nothing of it can be used up.
_NO_CONTENT = httpx.ByteStream(b"")


class Unanswered(httpx.TransportError):
    """There is no answer; `failure` says why."""

    def __init__(self, failure: Failure, request: httpx.Request) -> None:
        super().__init__(f"{failure.kind}: {failure.detail}", request=request)
        self.failure = failure


class HttpxTransport(httpx.AsyncBaseTransport):
    """`httpx.AsyncClient(transport=HttpxTransport(transport))`: guarded, capped, exact.

    Responses carry their `Exchange` in `response.extensions["exchange"]`. Request
    extensions: `address` (the parsed URL, sent as it stands), `said` (the headers as text, in
    place of reading them out of the request once more), `max_body_bytes` and `turn`.
    Where there is an `address`, the request's own URL names its origin and httpx's extension
    `target` what is asked of it: httpx would parse and quote each URL once more.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._said: dict[str, str] = {}
        self._headers = httpx.Headers()

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
        """Ask for one URL and return what crossed the wire, or why nothing did. No redirects."""
        extensions = {
            "address": address,
            "target": address.target.encode("ascii"),
            "max_body_bytes": max_body_bytes,
            "turn": turn,
            "said": headers,
        }
        try:
            # with a stream httpx derives nothing: Host and Content-Length are the transport's
            request = httpx.Request(
                method,
                _read_origin(f"{address.origin}/"),
                headers=self._headers_of(headers),
                stream=httpx.ByteStream(content) if content else _NO_CONTENT,
                extensions=extensions,
            )
            response = await self.handle_async_request(request)
        except httpx.InvalidURL as error:
            return Failure("unsupported", str(error))
        except Unanswered as error:
            return error.failure
        exchange: Exchange = response.extensions["exchange"]
        return exchange

    def _headers_of(self, headers: Mapping[str, str]) -> httpx.Headers:
        """Return headers as httpx has them: made once, since nearly all requests say the same."""
        if headers != self._said:
            self._said, self._headers = dict(headers), httpx.Headers(headers)
        return self._headers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of httpx.

        Raises:
            Unanswered: no route, no connection or no answer.
        """
        address: Address | None = request.extensions.get("address")
        address = address or parse_address(str(request.url))
        if address is None:
            raise Unanswered(Failure("unsupported", str(request.url)), request)
        said: Mapping[str, str] | None = request.extensions.get("said")
        content = b"" if request.stream is _NO_CONTENT else await request.aread()
        found = await self._transport.look(
            address,
            _read_headers(request) if said is None else said,
            method=request.method,
            content=content or None,
            max_body_bytes=request.extensions.get("max_body_bytes"),
            turn=request.extensions.get("turn"),
        )  # fmt: skip
        if isinstance(found, Failure):
            raise Unanswered(found, request)
        return httpx.Response(
            found.status,
            headers=[(name.encode("latin-1"), value.encode("latin-1"))
                     for name, value in found.headers],
            stream=httpx.ByteStream(found.body),
            extensions={"exchange": found},
        )  # fmt: skip

    async def aclose(self) -> None:
        """Close every connection of the transport."""
        await self._transport.aclose()


def _read_headers(request: httpx.Request) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}


@functools.lru_cache(maxsize=4096)
def _read_origin(origin: str) -> httpx.URL:
    return httpx.URL(origin)
