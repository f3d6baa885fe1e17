"""Nightly runs: what each of them told on its morning, and what to do about it."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from provenance.formats.strangers import storable
from provenance.trace.night_runs import list_runs
from provenance.watch.report.headline import describe_run, headline, outage_of
from provenance.watch.report.items import (
    GROUPS,
    address_of,
    fold,
    say_sources,
    say_weight,
    title_of,
)
from provenance.web.finding import find_run
from provenance.web.library import library_of
from provenance.web.said import PASSAGES
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()
# As many as keep the page of a bad night under 200 kB; its JSON has all.
_SHOWN_ITEMS = 40
_SHOWN_SOURCES = 20
_SHOWN_PASSAGES = 5


@router.get("/nights/runs")
def show_runs(
    request: Request, before: Annotated[str | None, Query(max_length=100)] = None
) -> Response:
    """List nightly runs, the latest first."""
    with library_of(request).reading() as db:
        found = list_runs(db, storable(before) if before else None)
    return HTMLResponse(render("night_runs.html", found=found, before=before))


@router.get("/nights/run/{run_id}")
def show_run(request: Request, run_id: str) -> Response:
    """Show what a run told: the groups of its report, one item for each thing to do."""
    with library_of(request).reading() as db:
        told = find_run(db, run_id)
    report = told.report
    folded = fold(report)
    groups = [(group, name, folded[group]) for group, name in GROUPS if folded[group]]
    page = render(
        "night_run.html",
        told=told,
        report=report,
        title=headline(report),
        described=describe_run(report.run),
        outage=outage_of(report),
        groups=[(group, name, items, say_sources(items)) for group, name, items in groups],
        say_weight=say_weight,
        title_of=title_of,
        address_of=address_of,
        passages=PASSAGES,
        shown_items=_SHOWN_ITEMS,
        shown_sources=_SHOWN_SOURCES,
        shown_passages=_SHOWN_PASSAGES,
    )
    return HTMLResponse(page)
