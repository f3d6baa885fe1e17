"""The JSON of copies: `/api/captures/{id}` and its like."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.trace.capture_records import SCHEMA, Copy, CopyKind
from provenance.web.answers import AsciiJSON, answers_of, say_record
from provenance.web.finding import find_held
from provenance.web.library import library_of

__all__ = ["router"]

router = APIRouter(prefix="/api")
Claim = Annotated[
    str,
    Query(max_length=200, description="A claim's id: what was found for it stands first."),
]
_RESPONSES = answers_of(
    Copy, SCHEMA, "What is known of the copy; its record was read again for this answer."
)


@router.get("/captures/{capture_id}", response_class=AsciiJSON, responses=_RESPONSES)
def read_capture(request: Request, capture_id: str, claim: Claim = "") -> Response:
    """Say what is known of a capture: when, from where, its digest checked now, whose evidence it is."""
    return _answer(request, "capture", capture_id, claim)


@router.get("/attachments/{attachment_id}", response_class=AsciiJSON, responses=_RESPONSES)
def read_attachment(request: Request, attachment_id: str, claim: Claim = "") -> Response:
    """Say what is known of a copy that a person brought."""
    return _answer(request, "attachment", attachment_id, claim)


@router.get("/mementos/{source_id}/{archive}", response_class=AsciiJSON, responses=_RESPONSES)
def read_memento(request: Request, source_id: str, archive: str, claim: Claim = "") -> Response:
    """Say what is known of our copy of what another archive holds."""
    return _answer(request, "memento", f"{source_id}/{archive}", claim)


def _answer(request: Request, kind: CopyKind, id_: str, claim: str) -> Response:
    held = find_held(library_of(request), kind, id_, claim)
    return say_record(held.copy)
