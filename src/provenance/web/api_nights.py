"""The JSON of nights: what the looks of each day said."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.formats.strangers import storable
from provenance.model import NightReport, YearPicture
from provenance.trace.night_runs import NightRuns, list_runs
from provenance.trace.nights import Night, Nights, list_nights
from provenance.watch.report.data import report_to_data
from provenance.web.answers import AsciiJSON, answers_of, say_record
from provenance.web.finding import find_night, find_run
from provenance.web.library import library_of
from provenance.web.parameters import Day
from provenance.web.year_shown import year_of

__all__ = ["router"]

router = APIRouter(prefix="/api")


@router.get(
    "/nights",
    response_class=AsciiJSON,
    responses=answers_of(Nights, "provenance.nights/1", "Days (UTC) with looks, the latest first."),
)
def list_them(
    request: Request,
    before: Annotated[Day | None, Query(description="Only days before this one.")] = None,
) -> Response:
    """List the days on which anything was looked at, each in numbers."""
    with library_of(request).reading() as db:
        return say_record(list_nights(db, before))


@router.get(
    "/nights/runs",
    response_class=AsciiJSON,
    responses=answers_of(NightRuns, "provenance.night-runs/1", "Nightly runs, the latest first."),
)
def list_the_runs(
    request: Request,
    before: Annotated[
        str | None, Query(max_length=100, description="Only runs before the run with this id.")
    ] = None,
) -> Response:
    """List nightly runs, each in numbers."""
    with library_of(request).reading() as db:
        return say_record(list_runs(db, storable(before) if before else None))


@router.get(
    "/nights/run/{run_id}",
    response_class=AsciiJSON,
    responses=answers_of(NightReport, "provenance.nightly/1", "What a nightly run told."),
)
def read_one_run(request: Request, run_id: str) -> Response:
    """Say what a nightly run told, as `provenance nightly --json` printed it."""
    with library_of(request).reading() as db:
        return AsciiJSON(report_to_data(find_run(db, run_id).report))


@router.get(
    "/nights/year",
    response_class=AsciiJSON,
    responses=answers_of(
        YearPicture, "provenance.year/1", "States week by week for a year, and how long links live."
    ),
)
def read_year(request: Request) -> Response:
    """Say what the year looked like, up to some minutes ago."""
    with library_of(request).reading() as db:
        return say_record(year_of(request).picture(db))


@router.get(
    "/nights/{day}",
    response_class=AsciiJSON,
    responses=answers_of(Night, "provenance.night/1", "What the looks of a day said."),
)
def read_night(
    request: Request,
    day: Day,
    after: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern="^[^~]+~[^~]+$",
            description="What stood in the `next` of the page before.",
        ),
    ] = None,
) -> Response:
    """Say what the looks of a day (UTC) said, and which sources are in another state than before it."""
    with library_of(request).reading() as db:
        return say_record(find_night(db, day, after))
