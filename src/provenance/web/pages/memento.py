"""TimeGate and TimeMaps of the desk's own captures (RFC 7089)."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from provenance.keep.memento_index import read_stamp
from provenance.keep.memento_links import write_timemap
from provenance.trace.export.records import Places
from provenance.trace.export.texts import as_uri, in_path
from provenance.trace.export.timemap import TimeMapPlaces, write_timemap_json
from provenance.web.finding import desk_address
from provenance.web.library import library_of
from provenance.web.memento import (
    Copies,
    around,
    asked_url,
    links_header,
    nearest,
    read_accept_datetime,
    read_copies,
)
from provenance.web.problems import Problem

__all__ = ["router"]

router = APIRouter()
_VARY = {"Vary": "accept-datetime"}
Form = Literal["link", "json"]


@router.api_route("/timegate/{url:path}", methods=["GET", "HEAD"])
def negotiate(request: Request, url: str) -> Response:  # noqa: ARG001 - taken as it was sent
    """Lead to the capture nearest to `Accept-Datetime`, to the latest without one."""
    asked = asked_url(request, "/timegate/")
    at = read_accept_datetime(request.headers.get("accept-datetime"))
    return _lead(request, _find(request, asked), at)


@router.api_route("/memento/{stamp}/{url:path}", methods=["GET", "HEAD"])
def lead_to_memento(request: Request, stamp: str, url: str) -> Response:  # noqa: ARG001
    """Lead to the capture nearest to a stamp of 14 digits, as other archives name their copies."""
    at = read_stamp(stamp)
    if at is None:
        raise Problem(404, "There is no such moment", hint="write it as YYYYMMDDhhmmss")
    return _lead(request, _find(request, asked_url(request, f"/memento/{stamp}/")), at)


@router.api_route("/timemap/{form}/{url:path}", methods=["GET", "HEAD"])
def map_times(request: Request, form: Form, url: str) -> Response:  # noqa: ARG001
    """List every copy that is known of an address: ours, and others'."""
    found = _find(request, asked_url(request, f"/timemap/{form}/"))
    base, asked = desk_address(request), in_path(found.url)
    places = TimeMapPlaces(
        link=f"{base}/timemap/link/{asked}",
        json=f"{base}/timemap/json/{asked}",
        timegate=f"{base}/timegate/{asked}",
    )
    if form == "json":
        return Response(
            write_timemap_json(found.url, places, found.all), media_type="application/json"
        )
    told = write_timemap(as_uri(found.url), places.link, found.all, places.timegate)
    return Response(told.encode(), media_type="application/link-format")


def _find(request: Request, url: str) -> Copies:
    with library_of(request).reading() as db:
        found = read_copies(db, url, Places(desk_address(request))) if url else None
    if found is None:
        raise Problem(
            404, "No document cites this address", hint="name it as it is cited", headers=_VARY
        )
    return found


def _lead(request: Request, found: Copies, at: datetime | None) -> Response:
    if not found.ours:
        raise Problem(
            404,
            "We have no capture of this address",
            hint="its TimeMap names the copies that others have",
            headers={**_VARY, "Link": links_header(desk_address(request), found.url)},
        )
    chosen = nearest(found.ours, at)
    headers = {
        **_VARY,
        "Link": links_header(desk_address(request), found.url, around(found.ours, chosen)),
    }
    return RedirectResponse(chosen.uri_m, 302, headers=headers)
