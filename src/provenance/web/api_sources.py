"""The JSON of sources: one with its history, those of a host, the hosts, two captures compared."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.model import SourceState
from provenance.trace.hosts import report_host, report_hosts
from provenance.trace.source_records import HostReport, Hosts, SourceReport
from provenance.trace.sources import SourcePages
from provenance.web.answers import AsciiJSON, answers_of, say_record
from provenance.web.capture_comparison import CaptureComparison, compare_captures
from provenance.web.finding import find_source_name, find_source_report
from provenance.web.library import library_of

__all__ = ["router"]

router = APIRouter(prefix="/api")
_NEXT = "What stood in the `next` of the page before."
Further = Annotated[str | None, Query(max_length=200, description=_NEXT)]
FurtherClaims = Annotated[
    str | None, Query(max_length=200, pattern="^[^~]+~[0-9]{1,9}$", description=_NEXT)
]
FurtherBack = Annotated[
    str | None, Query(max_length=200, pattern="^[^~]+~[^~]+$", description=_NEXT)
]
Host = Annotated[
    str, Query(max_length=255, description="A host; empty: the sources without an address.")
]
OnlyState = Annotated[
    SourceState | None, Query(description="Only those of the next 5,000 that are in this state.")
]
Begins = Annotated[str, Query(max_length=255, description="How a host's name begins.")]
Old = Annotated[
    str | None,
    Query(
        alias="from",
        max_length=100,
        description="The earlier capture; the first where none is named.",
    ),
]
New = Annotated[
    str | None,
    Query(
        alias="to", max_length=100, description="The later capture; the latest where none is named."
    ),
]
FirstLine = Annotated[
    int,
    Query(ge=0, le=10_000_000, description="How many lines of the changes came on pages before."),
]


@router.get(
    "/hosts",
    response_class=AsciiJSON,
    responses=answers_of(
        Hosts, "provenance.hosts/1", "Hosts by name, with how many sources each has."
    ),
)
def list_hosts(request: Request, begins: Begins = "", after: Further = None) -> Response:
    """List the hosts that documents cite; how many sources are in which state is said on the first page."""
    with library_of(request).reading() as db:
        return say_record(report_hosts(db, after or "", begins))


@router.get(
    "/sources",
    response_class=AsciiJSON,
    responses=answers_of(
        HostReport, "provenance.sources/1", "Sources in the order in which they were first cited."
    ),
)
def list_sources(
    request: Request, host: Host, state: OnlyState = None, after: Further = None
) -> Response:
    """List the sources of a host. A page may be short while `next` says that there is more."""
    with library_of(request).reading() as db:
        return say_record(report_host(db, host, after, state))


@router.get(
    "/sources/{source_id}",
    response_class=AsciiJSON,
    responses=answers_of(SourceReport, "provenance.source/1", "All that is known of a source."),
)
def read_source(
    request: Request,
    source_id: str,
    claims: FurtherClaims = None,
    looks: FurtherBack = None,
    captures: FurtherBack = None,
) -> Response:
    """Say what is known of a source: its state, its looks and captures, copies elsewhere, the claims on it."""
    with library_of(request).reading() as db:
        report = find_source_report(db, source_id, SourcePages(claims, looks, captures))
    return say_record(report)


@router.get(
    "/sources/{source_id}/compare",
    response_class=AsciiJSON,
    responses=answers_of(
        CaptureComparison,
        "provenance.capture-comparison/1",
        "What changed from one capture to another.",
    ),
)
def compare(
    request: Request, source_id: str, old: Old = None, new: New = None, line: FirstLine = 0
) -> Response:
    """Say what changed between two captures of a source, and what became of the passages that claims rest on."""
    with library_of(request).reading() as db:
        find_source_name(db, source_id)
        return say_record(compare_captures(db, source_id, old, new, line))
