"""/documents: every document that was ingested, and how its sources stand."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from provenance.model import SourceState
from provenance.store.documents_read import DocumentQuery, Sorting, count_documents, list_years
from provenance.trace.documents import list_documents
from provenance.web.document_query import DOCUMENTS_A_PAGE, AskedDocuments
from provenance.web.library import library_of
from provenance.web.views import render

__all__ = ["STATES", "VERDICTS", "router"]

router = APIRouter()
# In the order in which a bar of them is drawn: from what is well to what is not.
STATES: tuple[SourceState, ...] = (
    "alive", "revived", "drifted", "walled", "blocked", "failing", "dead", "unchecked", "not_checkable",
)  # fmt: skip
VERDICTS = (
    "supported", "partial", "not_found", "unseen", "source_unavailable", "not_checkable",
)  # fmt: skip
_SORTINGS: dict[Sorting, str] = {
    "newest": "newest first",
    "oldest": "oldest first",
    "title": "by title",
}


@router.get("/documents")
def show_documents(request: Request, asked: Annotated[AskedDocuments, Depends()]) -> Response:
    """Show one page of the documents."""
    with library_of(request).reading() as db:
        listed = list_documents(db, asked.query, limit=DOCUMENTS_A_PAGE)
        years = list_years(db)
        total = count_documents(db, DocumentQuery())
    query = request.url.query
    return HTMLResponse(
        render(
            "documents.html",
            listed=listed,
            query=asked.query,
            link=asked.link,
            years=years,
            total=total,
            states=STATES,
            verdicts=VERDICTS,
            sortings=_SORTINGS,
            alternate=f"/api/documents{'?' + query if query else ''}",
        )
    )
