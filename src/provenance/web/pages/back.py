"""/back: which claims rest on a thing, and what each would be left with if it were gone."""

from typing import Annotated, Literal, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from provenance.cite.typed import read_typed_url
from provenance.store.back import Thing
from provenance.trace.back import trace_back
from provenance.trace.back_records import Back, BackClaim
from provenance.trace.impact import LEVELS, Level
from provenance.web.library import library_of
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()
_SHOWN = 100
_NAMES: dict[Thing, str] = {
    "source": "a source",
    "host": "a host",
    "publisher": "a publisher",
    "author": "an author",
    "document": "a document",
    "capture": "a capture or attachment",
    "memento": "a copy in another archive",
    "claim": "a claim",
}
_LOSSES: dict[Level, str] = {
    "only": "cite nothing else",
    "stranded": "cite others, none of which can be opened",
    "others": "cite others that can be opened",
}
Asked = Annotated[str, Query(max_length=2_000)]
Of = Annotated[Literal[Thing, ""], Query()]


@router.get("/back")
def show_back(request: Request, q: Asked = "", of: Of = "") -> Response:
    """Show what rests on a thing, what would lose most first."""
    asked = q.strip()
    found = None
    if asked:
        with library_of(request).reading() as db:
            found = trace_back(
                db, asked, of=of or None, by_impact=True, limit=_SHOWN, read_url=read_typed_url
            )
    said = {"q": asked, "of": of, "impact": "true"}
    query = urlencode({name: value for name, value in said.items() if value})
    return HTMLResponse(
        render(
            "back.html",
            thing=asked,
            of=of,
            found=found,
            names={thing: _NAMES[thing] for thing in get_args(Thing)},
            levels=_levels(found) if found else [],
            shown=_SHOWN,
            alternate=f"/api/back?{query}" if asked else "",
        )
    )


def _say(level: Level, count: int) -> str:
    told = _LOSSES[level]
    return (
        f"1 claim {told.replace('cite', 'cites', 1)}" if count == 1 else f"{count:,} claims {told}"
    )


def _levels(found: Back) -> list[tuple[Level, str, list[BackClaim]]]:
    """Return each level that has claims: what it means for how many, those that are shown."""
    return [
        (
            level,
            _say(level, getattr(found.levels, level)),
            [claim for claim in found.claims if claim.impact.level == level],
        )
        for level in LEVELS
        if getattr(found.levels, level)
    ]
