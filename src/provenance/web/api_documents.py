"""The JSON of documents, their versions compared, and claims."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.trace.chain import trace_by_id
from provenance.trace.document_records import DocumentList, DocumentText
from provenance.trace.documents import list_documents
from provenance.trace.records import Trace
from provenance.validate.compare_records import Comparison
from provenance.web.answers import AsciiJSON, answers_of, say_record
from provenance.web.document_query import DOCUMENTS_A_PAGE, AskedDocuments
from provenance.web.finding import find_document, no_such_claim
from provenance.web.library import library_of
from provenance.web.versions_compared import From, To, compare_versions

__all__ = ["router"]

router = APIRouter(prefix="/api")
_MOST_DOCUMENTS = 200


@router.get(
    "/documents",
    response_class=AsciiJSON,
    responses=answers_of(
        DocumentList,
        "provenance.documents/1",
        "One page of documents; `next` is the `after` of the next.",
    ),
)
def list_them(
    request: Request,
    asked: Annotated[AskedDocuments, Depends()],
    limit: Annotated[
        int, Query(ge=1, le=_MOST_DOCUMENTS, description="How many at most.")
    ] = DOCUMENTS_A_PAGE,
) -> Response:
    """List the documents that were ingested, and how their sources and claims stand."""
    with library_of(request).reading() as db:
        listed = list_documents(db, asked.query, limit=limit)
    return say_record(listed)


@router.get(
    "/documents/{document_id}",
    response_class=AsciiJSON,
    responses=answers_of(
        DocumentText,
        "provenance.document/1",
        "One version of the document with its claims and notes.",
    ),
)
def read_one(
    request: Request,
    document_id: str,
    version: Annotated[
        int | None, Query(ge=1, le=1_000_000, description="Which version; without it the current.")
    ] = None,
) -> Response:
    """Return a document's text as it was read, its claims, markers, notes and citations in their places."""
    with library_of(request).reading() as db:
        return say_record(find_document(db, document_id, version))


@router.get(
    "/documents/{document_id}/compare",
    response_class=AsciiJSON,
    responses=answers_of(
        Comparison,
        "provenance.compare/1",
        "What changed, in the words of `provenance compare --json`.",
    ),
)
def compare_two(request: Request, document_id: str, old: From = None, new: To = None) -> Response:
    """Say what changed between two versions of a document in its notes, claims and sources."""
    with library_of(request).reading() as db:
        found = compare_versions(db, document_id, old, new)
    return AsciiJSON({"schema": "provenance.compare/1", **msgspec.to_builtins(found)})


@router.get(
    "/claims/{claim_id}",
    response_class=AsciiJSON,
    responses=answers_of(
        Trace, "provenance.trace/1", "The chain, in the words of `provenance trace --json`."
    ),
)
def trace_one(request: Request, claim_id: str) -> Response:
    """Return the chain behind a claim: note, citation, source, captures, evidence."""
    with library_of(request).reading() as db:
        found = trace_by_id(db, claim_id)
    if not found.claims:
        raise no_such_claim()
    return say_record(found)
