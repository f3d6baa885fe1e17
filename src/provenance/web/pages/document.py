"""/documents/DOCUMENT: the text as written, its markers live, what stands behind a claim beside it.

Below it `/compare`: what changed between two of its versions.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from provenance.store.document_read import find_claim_place
from provenance.validate.compare_summary import (
    CHANGE_NAMES,
    FIELD_NAMES,
    count_changes,
    name_of_cited,
)
from provenance.web.claim_view import view_claim
from provenance.web.finding import find_document, no_such_claim
from provenance.web.library import library_of
from provenance.web.marked_text import mark_text
from provenance.web.pages.documents import STATES, VERDICTS
from provenance.web.versions_compared import From, To, compare_versions
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()
# A verdict as the text is underlined: green, amber, red; the rest has nothing to be judged by.
_UNDERLINED = {"supported": "ok", "partial": "part", "not_found": "none"}
_GONE = frozenset({"dead", "failing"})


@router.get("/documents/{document_id}")
def show_document(
    request: Request,
    document_id: str,
    claim: Annotated[str | None, Query(max_length=200)] = None,
    version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> Response:
    """Show a document, in its current version or another, with a claim selected or none."""
    with library_of(request).reading() as db:
        document = find_document(db, document_id, version)
        chosen = next((n for n, each in enumerate(document.claims) if each.id == claim), None)
        if claim is not None and chosen is None:
            if find_claim_place(db, claim) is None:
                raise no_such_claim()
            return RedirectResponse(f"/claims/{claim}", 303)
        view = view_claim(db, claim, document_id) if claim is not None else None
    is_current = document.version == document.current_version
    at = "" if is_current else f"version={document.version}&"
    return HTMLResponse(
        render(
            "document.html",
            document=document,
            marked=mark_text(document),
            chosen=chosen,
            view=view,
            at=at,
            is_current=is_current,
            underlined=_UNDERLINED,
            gone=_GONE,
            states=STATES,
            verdicts=VERDICTS,
            alternate=f"/api/documents/{document.id}" + (f"?{at[:-1]}" if at else ""),
        )
    )


@router.get("/documents/{document_id}/compare")
def show_changes(request: Request, document_id: str, old: From = None, new: To = None) -> Response:
    """Show what changed between two versions."""
    with library_of(request).reading() as db:
        found = compare_versions(db, document_id, old, new)
    return HTMLResponse(
        render(
            "document_compare.html",
            found=found,
            document_id=document_id,
            summed=count_changes(found.summary),
            change_names=CHANGE_NAMES,
            field_names=FIELD_NAMES,
            name_of=name_of_cited,
            alternate=f"/api/documents/{document_id}/compare"
            f"?from={found.old.version}&to={found.new.version}",
        )
    )
