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
    StateRule("override", None, "A person said so, for a reason; looks count again when their word ends."),
    StateRule("no_address", "not_checkable", "It is cited without an address that could be asked."),
    StateRule("never_looked", "unchecked", "There was no look yet."),
    StateRule("only_offline", "unchecked", "Every look came from a machine that was offline."),
    StateRule("only_trouble", "unchecked", "Every look met passing trouble."),
    StateRule("seen_elsewhere", "blocked", "Three looks found it gone, but another archive has a newer copy: it is gone for this machine alone."),
    StateRule("host_refuses", "blocked", "Three looks found it gone, but the front page of its host refuses this machine too, or is gone with all that was looked at there."),
    StateRule("last_look_held", "failing", "Three looks found it gone, and its host's front page too: a look nine nights after the first decides."),
    StateRule("gone_thrice", "dead", "Three looks found it gone, each at least 72 hours after the one before, and none between them found it there."),
    StateRule("gone_counting", "failing", "One or two such looks found it gone; the next ones decide. What was seen for two weeks after makes it forgotten."),
    StateRule("long_trouble", "failing", "For 14 days it met trouble, and was there for less than three quarters of that time."),
    StateRule("back", "revived", "It counted as gone, and the last look found it there."),
    StateRule("first_sight", None, "It shows a wall, a refusal or another page for the first time: a second look, a day later, decides."),
    StateRule("last_look", None, "What the last look saw that was more than passing trouble."),
)  # fmt: skip


@router.get("/verdicts")
def explain_verdicts() -> Response:
    """List the rules by which looks are judged and states are made."""
    page = render("verdicts.html", states=STATE_RULES, looks=look_rules(), outcomes=OUTCOMES)
    return HTMLResponse(page)
