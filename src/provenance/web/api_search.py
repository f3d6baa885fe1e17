"""Full-text search as JSON: what `provenance search --json` prints."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.trace.found import Found, find
from provenance.web.answers import AsciiJSON, answers_of, say_record
from provenance.web.library import library_of
from provenance.web.search_query import AskedSearch

__all__ = ["router"]

router = APIRouter(prefix="/api")
Prefix = Annotated[bool, Query(description="The last word may go on: for asking while one types.")]


@router.get(
    "/search",
    response_class=AsciiJSON,
    responses=answers_of(
        Found, "provenance.search/1", "What was found, the best of each kind first."
    ),
)
def search(
    request: Request, asked: Annotated[AskedSearch, Depends()], prefix: Prefix = False
) -> Response:
    """Search claims, notes and archived texts; say which names read nearly like the query."""
    with library_of(request).reading() as db:
        found = find(
            db, asked.q, asked.filters, limit=asked.limit, prefix=prefix, within=asked.lists
        )
    return say_record(found)
