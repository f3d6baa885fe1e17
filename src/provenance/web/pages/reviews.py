"""/claims/CLAIM/reviews: the form by which an editor confirms, rejects or chooses the passage of a claim."""

from typing import Annotated, Any, NamedTuple, get_args

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from provenance.model import ReviewDecision
from provenance.pipeline.reviewing import ReviewOrder
from provenance.web.claim_view import ClaimView, view_claim
from provenance.web.csrf import FIELD
from provenance.web.demands import need_editor, need_seal
from provenance.web.judging import judge
from provenance.web.library import library_of
from provenance.web.problems import Problem
from provenance.web.review_view import Choice, choices_of, held_text
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()
_DECISIONS: tuple[str, ...] = get_args(ReviewDecision)
_MAX_PART = 20_000
_FIELDS = ("of", "decision", "passage", "start", "why")


class Typed(NamedTuple):
    """What the form held when it was sent; shown again where it cannot be kept."""

    of: str = ""
    decision: str = ""
    passage: str = ""
    start: str = ""
    why: str = ""


@router.get("/claims/{claim_id}/reviews")
def show_form(
    request: Request, claim_id: str, of: Annotated[str, Query(max_length=3000)] = ""
) -> Response:
    """Show the form, with the text of the copy that is chosen beside it."""
    need_editor(request, "review")
    return _page(request, claim_id, Typed(of=of))


@router.post("/claims/{claim_id}/reviews")
async def keep_review(request: Request, claim_id: str) -> Response:
    """Keep what was said and lead back to the claim; where it cannot be, show what was typed."""
    person = need_editor(request, "review")
    async with request.form(max_files=0, max_fields=12, max_part_size=_MAX_PART) as form:
        typed = Typed(*(_text(form.get(name)) for name in _FIELDS))
        seal = _text(form.get(FIELD))
    need_seal(request, seal, "review")
    try:
        await judge(request, _order(claim_id, typed, person.name))
    except Problem as problem:
        return await run_in_threadpool(_page, request, claim_id, typed, problem)
    return RedirectResponse(f"/claims/{claim_id}", 303)


def _text(value: Any) -> str:
    # forms are sent with CR LF at the ends of lines, whatever was typed
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def _order(claim_id: str, typed: Typed, by: str) -> ReviewOrder:
    """Return what is meant.

    Raises:
        Problem: a field holds what our form cannot have sent.
    """
    if typed.decision not in _DECISIONS:
        raise Problem(
            422, "Say whether the passage supports the claim", hint="choose one of the answers"
        )
    decision: ReviewDecision = typed.decision  # type: ignore[assignment]
    start = typed.start.strip()
    if start and not (start.isascii() and start.isdigit() and len(start) <= 15):
        raise Problem(422, "The place is a number: where in the text the words begin")
    source, _, copy = typed.of.partition(" ")
    return ReviewOrder(
        claim_id,
        decision,
        by,
        typed.why,
        source or None,
        copy or None,
        typed.passage if decision == "chosen" else None,
        int(start) if start else None,
    )


def _page(
    request: Request, claim_id: str, typed: Typed, problem: Problem | None = None
) -> Response:
    with library_of(request).reading() as db:
        view: ClaimView = view_claim(db, claim_id)
        choices: tuple[Choice, ...] = choices_of(db, view)
        chosen = next((each for each in choices if each.value == typed.of), None)
        if chosen is None and choices:
            chosen = choices[0]
        text = held_text(db, chosen.held) if chosen else ""
    page = render(
        "review.html",
        claim=view.claim,
        choices=choices,
        chosen=chosen,
        text=text,
        typed=typed,
        problem=problem,
        alternate=f"/api/claims/{view.claim.id}",
    )
    return HTMLResponse(
        page, problem.status if problem else 200, headers=problem.headers if problem else None
    )
