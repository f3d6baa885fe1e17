"""What became of one source, from its history: its state week by week, and how long it lived. PURE."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from provenance.model import CheckFacts, CitationKind, LinkLife, SourceState
from provenance.model.history import History
from provenance.watch.clocks import put_in_order
from provenance.watch.verdict import derive_state

__all__ = ["Absent", "life_of", "states_at"]

# What a look says that proves nothing of whether the page is there.
_SAYS_NOTHING = frozenset({"temporary", "not_checkable"})
# A look that says what the two before it said changes no state, but one that counts strikes or troubles,
# or that follows a count of strikes that nothing ended: after two weeks it is forgotten.
_SETTLED = frozenset({"ok", "wall", "blocked", "not_checkable"})
_SETTLED_LOOKS = 3


class Absent(NamedTuple):
    """A link that was gone at the first look that told anything: nobody knows how long it lived."""


def states_at(
    history: History, moments: Sequence[datetime], *, kind: CitationKind, source_id: str
) -> list[SourceState | None]:
    """Return the state of a source at each of these moments, which are in order; None before its first look."""
    looks = put_in_order(history.checks).looks  # what a wrong clock dated is set aside
    is_plain = not (history.opinions or history.overrides)
    if not moments:
        return []
    found: list[SourceState | None] = []
    state: SourceState | None = None
    behind = 0
    for before, moment in pairwise((datetime.min.replace(tzinfo=moments[0].tzinfo), *moments)):
        known = behind
        while behind < len(looks) and looks[behind].at < moment:
            behind += 1
        if behind == known and (is_plain or not _is_said(history, before, moment)):
            found.append(state)
            continue
        if behind and not (is_plain and _is_settled(looks, known, behind)):
            then = History(tuple(looks[:behind])) if is_plain else history.before(moment)
            state = derive_state(then, kind=kind, source_id=source_id).state
        found.append(state)
    return found


def _is_said(history: History, first: datetime, behind: datetime) -> bool:
    said = [opinion.at for opinion in history.opinions]
    said += [override.at for override in history.overrides]
    return any(first <= at < behind for at in said)


def _is_settled(looks: Sequence[CheckFacts], known: int, behind: int) -> bool:
    """Tell whether the looks from `known` on say no more than those before them, which were many enough."""
    first = known - _SETTLED_LOOKS
    said = {(look.outcome, look.drift, look.vantage) for look in looks[max(0, first) : behind]}
    if first < 0 or len(said) != 1 or looks[known].outcome not in _SETTLED:
        return False
    return looks[known].outcome == "ok" or all(look.outcome != "gone" for look in looks[:first])


def life_of(history: History, state: SourceState) -> LinkLife | Absent | None:
    """Return how long a link was seen to live; None where no look told whether it was there.

    `state` is its state by all of its history. A link ended when it is dead, at the first of the
    looks that found it gone in a row; one that came back had not ended.
    """
    told = [
        look
        for look in put_in_order(history.checks).looks
        if look.vantage == "online" and look.outcome not in _SAYS_NOTHING
    ]
    there = [number for number, look in enumerate(told) if look.outcome != "gone"]
    if not there:
        return Absent() if told else None
    first, last = told[there[0]], told[there[-1]]
    if state == "dead":
        end = told[there[-1] + 1] if there[-1] + 1 < len(told) else last
        return LinkLife((end.at - first.at).days, ended=True)
    return LinkLife((told[-1].at - first.at).days, ended=False)
