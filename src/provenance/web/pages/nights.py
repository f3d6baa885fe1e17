"""Nights: what the looks of each day said, and which sources are not what they were before."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from provenance.store.database import Database
from provenance.trace.nights import Night, StateChange, list_nights, report_night
from provenance.watch.verdict import derive_state
from provenance.web.library import Library
from provenance.web.parameters import Day
from provenance.web.problems import Problem
from provenance.web.said import OUTCOMES
from provenance.web.views import render

__all__ = ["find_night", "router"]

router = APIRouter()
# As many as keep the page of a night on which everything failed under 100 kB; its JSON has all.
_SHOWN_CAUSES = 40
_SHOWN_CHANGES = 5


class Cause(NamedTuple):
    """Sources of one host that came into one state for one reason: one thing happened, to many."""

    host: str | None
    to: str
    reason: str
    before: tuple[tuple[str, int], ...]
    claims: int
    changes: tuple[StateChange, ...]


@router.get("/nights")
def show_nights(request: Request, before: Annotated[Day | None, Query()] = None) -> Response:
    """List the days on which anything was looked at, the latest first."""
    library: Library = request.app.state.library
    with library.reading() as db:
        found = list_nights(db, before)
    return HTMLResponse(render("nights.html", found=found, outcomes=OUTCOMES, before=before))


@router.get("/nights/{day}")
def show_night(
    request: Request, day: Day, after: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """Show what the looks of a day said."""
    library: Library = request.app.state.library
    with library.reading() as db:
        night = find_night(db, day, after)
    causes = group_by_cause(night.changes)
    return HTMLResponse(
        render(
            "night.html",
            night=night,
            causes=causes,
            outcomes=OUTCOMES,
            after=after or "",
            is_later=bool(after),
            shown_causes=_SHOWN_CAUSES,
            shown_changes=_SHOWN_CHANGES,
        )
    )


def find_night(db: Database, day: date, behind: str | None) -> Night:
    """Return what the looks of a day said.

    Raises:
        Problem: there is no such page of its changes (422).
    """
    try:
        return report_night(db, day, derive_state, behind)
    except ValueError:
        raise Problem(
            422, "There is no such page of this night", hint=f"/nights/{day} is its first"
        ) from None


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
