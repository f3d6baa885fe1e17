"""The second application, on an origin of its own: it shows archived copies and does nothing else.

It serves what `shower.py` signed, to documents and frames only, with headers under which nothing of a
page could run, load, be sent, or lead anywhere, were it not cleaned before. It sets no cookie and
reads none; it answers no form, no script's question and no service worker's.
"""

import base64
import hashlib
import html
from collections.abc import Iterable
from importlib.resources import files

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from provenance.errors import ProvenanceError
from provenance.trace.capture_records import Copy
from provenance.web.archived.page import ShownPage
from provenance.web.archived.shower import Shower
from provenance.web.gatekeeper import name_of_host
from provenance.web.problems import Problem

__all__ = ["frame_sources", "make_archived_app"]

_SHEET = files("provenance.web").joinpath("static/archived.css").read_text(encoding="utf-8")
_SHEET_HASH = base64.b64encode(hashlib.sha256(_SHEET.encode()).digest()).decode("ascii")
# Who a browser says wants it: a tab or a frame. Older browsers and programs say nothing.
_DESTINATIONS = frozenset({"document", "iframe", "frame"})
_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), fullscreen=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-robots-tag": "noindex, nofollow, noarchive",
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{sheet}</style></head><body class="{kind}" tabindex="0">
{body}
</body></html>
"""


def frame_sources(host: str, scheme: str = "") -> str:
    """Return a host (with port) as sources of a content policy; both schemes where none is given.

    A content policy has no word for IPv6 addresses: any host is named there.
    """
    schemes = (scheme,) if scheme else ("http", "https")
    return " ".join(f"{each}:" if host.startswith("[") else f"{each}://{host}" for each in schemes)


def _policy(framer: str) -> str:
    return "; ".join(
        (
            "sandbox",
            "default-src 'none'",
            f"style-src 'sha256-{_SHEET_HASH}'",
            "img-src data:",
            "form-action 'none'",
            "base-uri 'none'",
            f"frame-ancestors {frame_sources(framer) if framer else chr(39) + 'none' + chr(39)}",
        )
    )


def make_archived_app(shower: Shower, *, hosts: Iterable[str]) -> ASGIApp:
    """Return the application; `hosts` are the names that it answers to, without ports."""
    names = frozenset(hosts)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        if scope["type"] != "http":  # a WebSocket: there is none here
            await send({"type": "websocket.close", "code": 1008})
            return
        status, framer, page = _refuse(scope, names), "", ""
        if status:
            page = _say("This is not shown", _WHY[status])
        else:
            status, framer, page = await _answer(shower, scope)
        body = b"" if scope["method"] == "HEAD" else page.encode("utf-8", "replace")
        headers = {**_HEADERS, "content-security-policy": _policy(framer)}
        if scope["method"] != "HEAD":
            headers["content-length"] = str(len(body))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": body})

    return app


_WHY = {
    403: "It is for a tab or a frame of a browser.",
    405: "There is nothing here but pages to look at.",
    421: "This server does not answer to that name.",
}


def _refuse(scope: Scope, names: frozenset[str]) -> int:
    """Return the status of a refusal, 0 where the request may be answered."""
    headers = Headers(scope=scope)
    if name_of_host(headers.get("host", "")) not in names:
        return 421
    if scope["method"] not in {"GET", "HEAD"}:
        return 405
    destination = headers.get("sec-fetch-dest")
    if "service-worker" in headers or (destination and destination not in _DESTINATIONS):
        return 403
    return 0


async def _answer(shower: Shower, scope: Scope) -> tuple[int, str, str]:
    """Return status, the host that may frame the page, and the page."""
    target = (scope.get("raw_path") or b"") + b"?" + scope["query_string"]
    read = shower.read_address(target.decode("latin-1"))
    if read is None:
        why = "The address of an archived page holds for a quarter of an hour. Open it again from its capture."
        return 404, "", _say("This address is over", why)
    wanted, framer = read
    try:
        shown, copy = await run_in_threadpool(shower.show, wanted)
    except (ProvenanceError, Problem) as error:
        said = error.title if isinstance(error, Problem) else error.message
        return 503, framer, _say("This cannot be shown now", said)
    return _page(shown, copy, framer)


def _page(shown: ShownPage, copy: Copy | None, framer: str) -> tuple[int, str, str]:
    if copy is None:
        return 404, framer, _say("There is no such copy", "It may have been another store's.")
    if shown.kind == "none":
        status = 410 if copy.withdrawn else 200
        return status, framer, _say("There is no page to show", shown.reason)
    title = f"Archived: {copy.source_title or copy.final_url or copy.id}"
    page = _PAGE.format(title=html.escape(title), sheet=_SHEET, kind=shown.kind, body=shown.body)
    return 200, framer, page


def _say(title: str, why: str) -> str:
    body = f"<h1>{html.escape(title)}</h1><p>{html.escape(why)}</p>"
    return _PAGE.format(title=html.escape(title), sheet=_SHEET, kind="none", body=body)
