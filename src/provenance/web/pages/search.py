"""/search: one box for claims, notes, archived texts and names; the address says all that was asked."""

from typing import Annotated, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from provenance.model import CitationKind, SourceState
from provenance.store.search import NoteHit, TextHit
from provenance.text import Span
from provenance.trace.found import Found, find
from provenance.web.library import library_of
from provenance.web.search_query import AskedSearch
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()
_LISTS = {"claims": "claims", "notes": "notes", "texts": "archived texts"}
_SHOWN = 10
_MOST_SHOWN = 100
# A claim is a sentence; a text without a full stop is one of any length.
_MOST_CHARACTERS = 1_000
_LEAD_CHARACTERS = 200


@router.get("/search")
def show_search(
    request: Request,
    asked: Annotated[AskedSearch, Depends()],
    hx_request: Annotated[str, Header()] = "",
) -> Response:
    """Show what was found; a script that asks while one types is given the same page.

    The last word may go on unless a space or a quotation mark ends it.
    """
    typed = request.query_params.get("q", "")
    goes_on = not typed.endswith((" ", '"'))
    with library_of(request).reading() as db:
        found = find(
            db, asked.q, asked.filters, limit=asked.limit, prefix=goes_on, within=asked.lists
        )
    page = render(
        "search.html",
        found=found,
        asked=asked,
        told=_tell(found) if asked.q else "",
        lists=_LISTS,
        states=get_args(SourceState),
        kinds=[kind for kind in get_args(CitationKind) if kind != "commentary"],
        pieces=_pieces,
        link_of_note=_link_of_note,
        link_of_text=_link_of_text,
        shown=_SHOWN,
        most_shown=_MOST_SHOWN,
        alternate=asked.link("/api/search"),
    )
    # what is shown has an address without the form's empty fields
    headers = {"HX-Replace-Url": asked.link()} if hx_request else {}
    return HTMLResponse(page, headers={**headers, "Vary": "HX-Request"})


def _tell(found: Found) -> str:
    """Say in one line how much there is, for the eye and for the screen reader."""
    told = []
    for name, noun in _LISTS.items():
        count = found.counts[name]
        if count:
            said = f"{count:,} {noun if count > 1 else noun.removesuffix('s')}"
            told.append(f"more than {said}" if name in found.bounded else said)
    names = len(found.titles) + len(found.hosts)
    if names:
        told.append(f"{names} {'names' if names > 1 else 'name'} like it")
    return ", ".join(told) or "nothing found"


def _pieces(text: str, ranges: tuple[Span, ...]) -> list[tuple[str, bool]]:
    """Cut a text at its highlighted words: each piece, and whether it is one.

    Of a very long text only what is around the first of them is shown.
    """
    at = 0
    if len(text) > _MOST_CHARACTERS and ranges:
        at = max(0, ranges[0].start - _LEAD_CHARACTERS)
    last = min(len(text), at + _MOST_CHARACTERS)
    cut = [("…", False)] if at else []
    for start, end in ranges:
        if start >= last:
            break
        cut += [(text[at:start], False), (text[start : min(end, last)], True)]
        at = min(end, last)
    cut += [(text[at:last], False), ("…" if last < len(text) else "", False)]
    return [(part, is_word) for part, is_word in cut if part]


def _link_of_note(note: NoteHit) -> str:
    """Lead to the claim that a note stands behind, in its document; else to the document."""
    if note.claim_id is None:
        return f"/documents/{note.document_id}"
    return f"/documents/{note.document_id}?claim={note.claim_id}"


def _link_of_text(hit: TextHit) -> str:
    """Lead to the copy that shows a text, with the passage marked; else to its source."""
    span = f"?{urlencode({'start': hit.start, 'end': hit.end})}" if hit.start is not None else ""
    if hit.capture_id:
        return f"/captures/{hit.capture_id}{span}"
    if hit.attachment_id:
        return f"/attachments/{hit.attachment_id}{span}"
    return f"/sources/{hit.source_id}"
