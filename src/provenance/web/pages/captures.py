"""A capture, an attachment or the copy of a memento: what it shows, its text, its record.

The page itself stands in a frame of another origin (`web/archived/`). Here are only its words,
escaped, and what is known of it.
"""

from typing import Annotated, Literal, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from provenance.trace.capture_records import CopyKind, CopyPassage
from provenance.trace.captures import Held
from provenance.web.archived.page import ShownPage
from provenance.web.archived.place import ArchivedPlace, Frame
from provenance.web.archived.shower import Wanted, choose_passages
from provenance.web.finding import desk_address, find_held
from provenance.web.gatekeeper import CONTENT_POLICY
from provenance.web.library import library_of
from provenance.web.memento import memento_headers
from provenance.web.said import say_bytes
from provenance.web.text_window import window
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()
View = Literal["page", "text", "record", "screenshot"]
Offset = Annotated[int, Field(ge=-1, le=2**40)]


class CopyQuery(BaseModel):
    """What may be asked of a copy: `claim` marks that claim's passage, `start` and `end` any span of its text.

    `view` is what is shown of it, "" for what shows the passage; `at` where its text is entered.
    """

    claim: Annotated[str, Field(max_length=200)] = ""
    start: Offset = -1
    end: Offset = -1
    view: View | Literal[""] = ""
    at: Offset = -1


Asking = Annotated[CopyQuery, Query()]


class _Asked(NamedTuple):
    wanted: Wanted
    view: View | Literal[""]
    at: int


@router.get("/captures/{capture_id}")
def show_capture(request: Request, capture_id: str, query: Asking) -> Response:
    """Show what we saw of a source."""
    return _answer(request, "capture", capture_id, query)


@router.get("/attachments/{attachment_id}")
def show_attachment(request: Request, attachment_id: str, query: Asking) -> Response:
    """Show a copy that a person brought."""
    return _answer(request, "attachment", attachment_id, query)


@router.get("/mementos/{source_id}/{archive}")
def show_memento(request: Request, source_id: str, archive: str, query: Asking) -> Response:
    """Show our copy of what another archive holds."""
    return _answer(request, "memento", f"{source_id}/{archive}", query)


def _answer(request: Request, kind: CopyKind, id_: str, query: CopyQuery) -> Response:
    wanted = Wanted(kind, id_, query.claim, query.start, query.end)
    asked = _Asked(wanted, query.view, query.at)
    held = find_held(library_of(request), wanted.kind, wanted.id, wanted.claim_id)
    place: ArchivedPlace | None = getattr(request.app.state, "archived", None)
    passages = choose_passages(held, wanted)
    shown, frame = _show(request, place, held, asked)
    is_wanted = bool(passages) and _is_asked_for(held, wanted)
    view = asked.view or _best_view(shown, frame, is_wanted=is_wanted)
    if view == "text" and not asked.view and is_wanted:
        # with the fragment, so that the text is scrolled to the passage
        return RedirectResponse(f"{_path(wanted)}?view=text{_kept(wanted)}#passage", 303)
    if view == "screenshot" and place is not None:
        frame = place.frame(request, wanted._replace(shows="screenshot"))
    page = render(
        "capture.html",
        copy=held.copy,
        size=say_bytes,
        address=_path(wanted),
        kept=_kept(wanted),
        view=view,
        shown=shown,
        frame=frame,
        is_marked=bool(shown.found and shown.found[0]),
        is_wanted=is_wanted,
        chosen=_chosen(held, wanted),
        claim_id=wanted.claim_id,
        text=window(held.text, [(each.start, each.end) for each in passages], asked.at),
        alternate=f"/api{_path(wanted)}",
    )
    policy = frame.policy if frame else CONTENT_POLICY
    told = memento_headers(desk_address(request), held.copy)
    return HTMLResponse(page, headers={"Content-Security-Policy": policy, **told})


def _show(
    request: Request, place: ArchivedPlace | None, held: Held, asked: _Asked
) -> tuple[ShownPage, Frame | None]:
    """Return what is shown of a copy and in which frame; nothing is looked at for another view."""
    if place is None:
        return ShownPage("none", reason="archived pages are not shown by this server"), None
    if asked.view not in {"", "page", "text"}:
        return ShownPage("none"), None
    frame = place.frame(request, asked.wanted)
    if frame is None:
        why = "we are asked through a proxy, and serve.archive_origin does not say at which origin archived pages are"
        return ShownPage("none", reason=why), None
    return place.shower.show_held(held, choose_passages(held, asked.wanted)), frame


def _best_view(shown: ShownPage, frame: Frame | None, *, is_wanted: bool) -> View:
    """The page where it shows what is wanted; else the text, which has every passage."""
    if shown.kind == "none" or frame is None:
        return "text"
    is_lost = shown.kind == "page" and is_wanted and not shown.found[0]
    return "text" if is_lost else "page"


def _is_asked_for(held: Held, wanted: Wanted) -> bool:
    """Whether the first passage is one that was asked for, and not just the best of all."""
    if 0 <= wanted.start < wanted.end:
        return True
    return any(each.claim_id == wanted.claim_id and each.exact for each in held.copy.passages)


def _chosen(held: Held, wanted: Wanted) -> CopyPassage | None:
    return next((each for each in held.copy.passages if each.claim_id == wanted.claim_id), None)


def _path(wanted: Wanted) -> str:
    return quote(f"/{wanted.kind}s/{wanted.id}")


def _kept(wanted: Wanted) -> str:
    """Return the part of a query that says what is marked, for links to the other views."""
    if 0 <= wanted.start < wanted.end:
        return f"&start={wanted.start}&end={wanted.end}"
    return f"&claim={quote(wanted.claim_id, safe='')}" if wanted.claim_id else ""
