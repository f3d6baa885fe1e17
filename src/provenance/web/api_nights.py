"""The JSON of nights: what the looks of each day said."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.trace.nights import Night, Nights, list_nights
from provenance.web.answers import AsciiJSON, answers_of, say_record
from provenance.web.finding import find_night
from provenance.web.library import library_of
from provenance.web.parameters import Day

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
