"""Our transport for whoever comes with an `httpx.AsyncClient`. The only importer of httpx.

The house itself calls `Transport.look`; here it is held against httpcore, and lent
to code that speaks httpx.
"""

import httpx

from provenance.fetch.transport import Transport
from provenance.formats.url import Address, parse_address
from provenance.model import Failure

__all__ = ["HttpxTransport", "Unanswered"]


class Unanswered(httpx.TransportError):
    """There is no answer; `failure` says why."""

    def __init__(self, failure: Failure, request: httpx.Request) -> None:
        super().__init__(f"{failure.kind}: {failure.detail}", request=request)
        self.failure = failure


class HttpxTransport(httpx.AsyncBaseTransport):
    """`httpx.AsyncClient(transport=HttpxTransport(transport))`: guarded, capped, exact.

    Responses carry their `Exchange` in `response.extensions["exchange"]`. Request
    extensions: `address` (the parsed URL, sent as it stands) and `max_body_bytes`.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of httpx.

        Raises:
            Unanswered: no route, no connection or no answer.
        """
        address: Address | None = request.extensions.get("address")
        address = address or parse_address(str(request.url))
        if address is None:
            raise Unanswered(Failure("unsupported", str(request.url)), request)
        content = await request.aread()
        found = await self._transport.look(
            address,
            {name.decode("latin-1"): value.decode("latin-1")
             for name, value in request.headers.raw},
            method=request.method,
            content=content or None,
            max_body_bytes=request.extensions.get("max_body_bytes"),
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
