"""Backward traces as JSON: what `provenance trace --back --json` and `--impact --json` print."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.cite.typed import read_typed_url
from provenance.store.back import Thing
from provenance.trace.back import trace_back
from provenance.trace.back_records import Back
from provenance.web.answers import AsciiJSON, answers_of, say_record
from provenance.web.library import library_of

__all__ = ["router"]

router = APIRouter(prefix="/api")
Asked = Annotated[
    str,
    Query(
        min_length=1,
        max_length=2_000,
        description="A source, host, author, publisher, capture, memento, document or claim: its id, address or name.",
    ),
]
Of = Annotated[
    Thing | None, Query(description="What `q` names; the first reading that fits where left out.")
]
ByImpact = Annotated[bool, Query(description="Those claims first that would lose most.")]
Limit = Annotated[int, Query(ge=1, le=1_000, description="Claims at most; counts are of all.")]


@router.get(
    "/back",
    response_class=AsciiJSON,
    responses=answers_of(
        Back, "provenance.back/1", "The claims that rest on it; none where nothing is known by it."
    ),
)
def back(
    request: Request, q: Asked, of: Of = None, impact: ByImpact = False, limit: Limit = 100
) -> Response:
    """Say which claims rest on a thing, and what each would be left with if it were gone."""
    with library_of(request).reading() as db:
        found = trace_back(db, q, of=of, by_impact=impact, limit=limit, read_url=read_typed_url)
    return say_record(found)
