"""The rules behind outcomes and states, in words: what the reasons on other pages link to."""

from typing import NamedTuple

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from provenance.model import SourceState
from provenance.pipeline.verdict_rules import look_rules
from provenance.web.said import OUTCOMES
from provenance.web.views import render

__all__ = ["STATE_RULES", "router"]

router = APIRouter()


class StateRule(NamedTuple):
    """A rule by which the looks at a source make its state (`watch/verdict.py`), in the order of asking."""

    name: str
    state: SourceState | None
    why: str


STATE_RULES = (
    StateRule("no_address", "not_checkable", "It is cited without an address that could be asked."),
    StateRule("never_looked", "unchecked", "There was no look yet."),
    StateRule("only_offline", "unchecked", "Every look came from a machine that was offline."),
    StateRule("only_trouble", "unchecked", "Every look met passing trouble."),
    StateRule("gone_thrice", "dead", "Three looks found it gone, each at least 72 hours after the one before, and none between them found it there."),
    StateRule("gone_counting", "failing", "One or two such looks found it gone; the next ones decide."),
    StateRule("long_trouble", "failing", "For 14 days it met trouble, and was there for less than three quarters of that time."),
    StateRule("back", "revived", "It counted as gone, and the last look found it there."),
    StateRule("last_look", None, "What the last look saw that was more than passing trouble."),
)  # fmt: skip


@router.get("/verdicts")
def explain_verdicts() -> Response:
    """List the rules by which looks are judged and states are made."""
    page = render("verdicts.html", states=STATE_RULES, looks=look_rules(), outcomes=OUTCOMES)
    return HTMLResponse(page)
