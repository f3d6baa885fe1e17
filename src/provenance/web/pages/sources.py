"""Sources: what is known of one, those of a host, the hosts; what changed between two captures."""

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from provenance.store.database import Database
from provenance.trace.source_records import SourceReport
from provenance.trace.sources import SourcePages, report_source
from provenance.web.library import Library
from provenance.web.problems import Problem
from provenance.web.said import OUTCOMES, say_bytes
from provenance.web.source_picture import picture_source
from provenance.web.views import render

__all__ = ["find_report", "router"]

router = APIRouter()
Token = Annotated[str | None, Query(max_length=200)]


@router.get("/sources/{source_id}")
def show_source(
    request: Request,
    source_id: str,
    claims: Token = None,
    looks: Token = None,
    captures: Token = None,
) -> Response:
    """Show what is known of a source."""
    library: Library = request.app.state.library
    with library.reading() as db:
        report = find_report(db, source_id, SourcePages(claims, looks, captures))
        picture = picture_source(db, report)
    return HTMLResponse(
        render(
            "source.html",
            report=report,
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


def find_report(db: Database, source_id: str, pages: SourcePages) -> SourceReport:
    """Return what is known of a source.

    Raises:
        Problem: there is no such source (404), or no such page of a list (422).
    """
    try:
        report = report_source(db, source_id, pages)
    except ValueError:
        raise Problem(
            422, "There is no such page of this list", hint="follow the links of the first page"
        ) from None
    if report is None:
        raise Problem(
            404, "There is no such source", hint="/sources lists those that documents cite"
        )
    return report
