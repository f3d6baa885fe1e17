"""Sources: what is known of one, those of a host, the hosts; what changed between two captures."""

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from provenance.model import SourceState
from provenance.trace.hosts import report_host, report_hosts
from provenance.trace.source_records import SourceReport
from provenance.trace.sources import SourcePages
from provenance.web.capture_comparison import comparable, compare_captures
from provenance.web.finding import find_source_name, find_source_report
from provenance.web.library import library_of
from provenance.web.said import OUTCOMES, PASSAGES, say_bytes
from provenance.web.source_picture import picture_source
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()
Token = Annotated[str | None, Query(max_length=200)]


@router.get("/sources")
def list_sources(
    request: Request,
    host: Annotated[str | None, Query(max_length=255)] = None,
    state: Annotated[SourceState | None, Query()] = None,
    begins: Annotated[str, Query(max_length=255)] = "",
    after: Token = None,
) -> Response:
    """List the hosts that are cited, or the sources of one; `host=` alone are those without an address."""
    with library_of(request).reading() as db:
        if host is None:
            hosts = report_hosts(db, after or "", begins)
            return HTMLResponse(render("hosts.html", found=hosts, begins=begins))
        found = report_host(db, host, after, state)
    return HTMLResponse(render("host.html", found=found, state=state))


@router.get("/sources/{source_id}/compare")
def compare(
    request: Request,
    source_id: str,
    old: Annotated[str | None, Query(alias="from", max_length=100)] = None,
    new: Annotated[str | None, Query(alias="to", max_length=100)] = None,
    line: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Show what changed between two captures of a source; between the first and the latest where none is named."""
    with library_of(request).reading() as db:
        name = find_source_name(db, source_id)
        found = compare_captures(db, source_id, old, new, line)
        choices = comparable(db, source_id)
    return HTMLResponse(
        render("source_compare.html", found=found, choices=choices, name=name, fates=PASSAGES)
    )


@router.get("/sources/{source_id}")
def show_source(
    request: Request,
    source_id: str,
    claims: Token = None,
    looks: Token = None,
    captures: Token = None,
) -> Response:
    """Show what is known of a source."""
    with library_of(request).reading() as db:
        report = find_source_report(db, source_id, SourcePages(claims, looks, captures))
        picture = picture_source(db, report)
    return HTMLResponse(
        render(
            "source.html",
            report=report,
            name=_name_of(report),
            picture=picture,
            leaning=[
                (document, list(claims))
                for document, claims in groupby(report.claims.items, lambda claim: claim.document)
            ],
            outcomes=OUTCOMES,
            size=say_bytes,
            is_later=bool(claims or looks or captures),
        )
    )


def _name_of(report: SourceReport) -> str:
    """What the notes call it; else the title that the latest capture read; else its address."""
    read = next((each.title for each in report.captures.items if each.title), None)
    return report.source.title or read or report.source.name
