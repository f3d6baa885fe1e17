"""/claims/CLAIM: a claim's own address. It leads to its document; a part of it is the panel there."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from provenance.store.document_read import find_claim_place
from provenance.web.claim_view import view_claim
from provenance.web.finding import no_such_claim
from provenance.web.library import library_of
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()


@router.get("/claims/{claim_id}")
def show_claim(
    request: Request,
    claim_id: str,
    part: bool = False,
    document: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Lead to the claim in its document, or return the panel alone."""
    with library_of(request).reading() as db:
        if part:
            return HTMLResponse(render("claim_panel.html", view=view_claim(db, claim_id, document)))
        place = find_claim_place(db, claim_id)
    if place is None:
        raise no_such_claim()
    query = {} if place["is_current"] else {"version": place["version"]}
    asked = urlencode({**query, "claim": claim_id})
    return RedirectResponse(f"/documents/{quote(place['document_id'], safe='')}?{asked}#here", 303)
