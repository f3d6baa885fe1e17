"""Nights: what the looks of each day said, and which sources are not what they were before."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from provenance.trace.night_runs import list_runs, list_runs_on
from provenance.trace.nights import StateChange, list_nights
from provenance.watch.pictures import draw_year
from provenance.web.finding import find_night
from provenance.web.library import library_of
from provenance.web.parameters import Day
from provenance.web.said import OUTCOMES
from provenance.web.views import render
from provenance.web.wording import state_words
from provenance.web.year_shown import year_of

__all__ = ["router"]

router = APIRouter()
# As many as keep the page of a night on which everything failed under 100 kB; its JSON has all.
_SHOWN_CAUSES = 40
_SHOWN_CHANGES = 5
_SHOWN_RUNS = 7


class Cause(NamedTuple):
    """Sources of one host that came into one state for one reason: one thing happened, to many."""

    host: str | None
    to: str
    reason: str
    before: tuple[tuple[str, int], ...]
    claims: int
    changes: tuple[StateChange, ...]

    @property
    def sources(self) -> int:
        """Return how many sources these are."""
        return len(self.changes)


@router.get("/nights")
def show_nights(request: Request, before: Annotated[Day | None, Query()] = None) -> Response:
    """List the days on which anything was looked at, the latest first."""
    is_first = before is None
    with library_of(request).reading() as db:
        found = list_nights(db, before)
        runs = list_runs(db, limit=_SHOWN_RUNS) if is_first else None
        year = year_of(request).picture(db) if is_first and found.items else None
    page = render(
        "nights.html",
        found=found,
        runs=runs,
        pictures=draw_year(year, _words_of_week) if year else (),
        outcomes=OUTCOMES,
        before=before,
    )
    return HTMLResponse(page)


def _words_of_week(state: str) -> str:
    """What people call a state in a picture of sources that were all looked at."""
    return "nothing told yet" if state == "unchecked" else state_words(state)[0]


@router.get("/nights/{day}")
def show_night(
    request: Request, day: Day, after: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """Show what the looks of a day said."""
    with library_of(request).reading() as db:
        night = find_night(db, day, after)
        runs = list_runs_on(db, day)
    # a source that nobody had looked at was nothing else before: it is found, not changed
    known = [change for change in night.changes if change.from_ != "unchecked"]
    first = [change for change in night.changes if change.from_ == "unchecked"]
    return HTMLResponse(
        render(
            "night.html",
            night=night,
            runs=runs,
            causes=group_by_cause(known),
            first_causes=group_by_cause(first),
            outcomes=OUTCOMES,
            after=after or "",
            is_later=bool(after),
            shown_causes=_SHOWN_CAUSES,
            shown_changes=_SHOWN_CHANGES,
        )
    )


def group_by_cause(changes: Sequence[StateChange]) -> list[Cause]:
    """Return changes that have host, state and reason in common together, those with most claims first."""
    groups: defaultdict[tuple[str | None, str, str], list[StateChange]] = defaultdict(list)
    for change in changes:
        groups[change.host, change.to, change.reason].append(change)
    causes = [
        Cause(
            *key,
            before=tuple(Counter(each.from_ for each in group).most_common()),
            claims=sum(each.claims for each in group),
            changes=tuple(group),
        )
        for key, group in groups.items()
    ]
    return sorted(causes, key=lambda cause: -cause.claims)
