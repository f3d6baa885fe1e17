"""Where archived pages are shown to a page of ours: the second origin, as the browser has to ask for it."""

from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from provenance.web.archived.origin import frame_sources
from provenance.web.archived.shower import Shower, Wanted
from provenance.web.gatekeeper import CONTENT_POLICY

__all__ = ["ArchivedPlace", "Frame", "by_port"]


class Frame(NamedTuple):
    """What a page needs to show a copy: the frame's address, and the policy that allows it."""

    address: str
    policy: str


class ArchivedPlace(NamedTuple):
    """The second origin: at `port` of whatever host we were asked at, or `origin` where that is named.

    A proxy in front of us asks at another port than `own_port`: which origin it made for archived
    pages only `serve.archive_origin` can tell.
    """

    shower: Shower
    port: int
    own_port: int
    origin: str = ""

    def frame(self, request: Request, wanted: Wanted) -> Frame | None:
        """Return how a page shows a copy; None where nobody said at which origin."""
        framer = request.headers.get("host", "")
        origin = self.origin or self._beside(request.url.scheme, framer)
        if not origin:
            return None
        scheme, _, host = origin.partition("://")
        address = origin + self.shower.address(wanted, framer)
        return Frame(address, f"{CONTENT_POLICY}; frame-src {frame_sources(host, scheme)}")

    def _beside(self, scheme: str, host: str) -> str:
        parts = urlsplit(f"//{host}")
        asked_at = parts.port or {"http": 80, "https": 443}[scheme]
        if asked_at != self.own_port:
            return ""
        name = parts.hostname or ""
        return f"{scheme}://{f'[{name}]' if ':' in name else name}:{self.port}"


def by_port(desk: ASGIApp, archived: ASGIApp, archived_port: int) -> ASGIApp:
    """Return one application of two: what came in at `archived_port` is for the one, the rest for the other.

    The port is that of our own socket: nothing that is sent can change it.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        server = scope.get("server")
        is_archived = server is not None and server[1] == archived_port
        await (archived if is_archived else desk)(scope, receive, send)

    return app
