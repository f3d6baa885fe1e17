"""What second opinions say against a death: a page may be gone for our machine alone. PURE.

Three gone looks would make a source dead. They are held against what was heard since the first
of them, in this order::

    a web archive has a newer copy of the page, and under three of our
        strikes are younger than it                                 -> blocked, seen_elsewhere
    a web archive has a newer copy of an answer that says gone      -> dead
    another page of the host was there lately                       -> dead
    the host's front page is there, or the host itself is no more   -> dead
    the front page refuses machines                                 -> blocked, host_refuses
    the front page is gone too, or fails, and so did all other
        sources of the host that were looked at: for 90 days        -> blocked, host_refuses
    it is gone or fails, and there is no other source to ask:
        until a gone look 8.5 days after the first                  -> failing, last_look_held
    nobody was asked, or nobody knows                               -> dead

A host that has blacklisted us answers for its front page as for every other; one that took a page
down answers for its front page as before. Nine nights after the first gone look a page of which
nothing else is known is dead.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from provenance.model import Opinion, SourceState

__all__ = ["FRONT_PAGE", "HELD_FOR", "SAME_HOST", "STRIKES_TO_DEAD", "Doubt", "weigh"]

# InternetArchiveBot: three failed looks, each three days after the one before.
STRIKES_TO_DEAD = 3
# Who else is asked, beside the archives.
FRONT_PAGE, SAME_HOST = "front page", "same host"
# Nine nights, less half a day for the hour at which the night comes to a source.
HELD_FOR = timedelta(days=8.5)
# A blacklist is forgotten by then; a site that is gone as a whole was told of long before.
HELD_FOR_HOST = timedelta(days=90)


class Doubt(NamedTuple):
    """Why what is gone three times is not called dead. `until` is when a gone look ends the doubt."""

    state: SourceState
    rule: str
    reason: str
    until: datetime | None = None


def weigh(strikes: Sequence[datetime], gone: datetime, opinions: Sequence[Opinion]) -> Doubt | None:
    """Return what speaks against a death; None where nothing does.

    `strikes` are the gone looks that count, oldest first, at least three; `gone` is the last gone
    look, counting or not. Opinions may come in any order; those before the first strike are not heard.
    """
    first = strikes[0]
    latest = _latest_by_who(opinions, first)
    archives = [each for who, each in latest.items() if who not in (FRONT_PAGE, SAME_HOST)]
    seen = _last_seen(opinions, first)
    if seen is not None and sum(at > seen[0] for at in strikes) < STRIKES_TO_DEAD:
        return Doubt("blocked", "seen_elsewhere", seen[1])
    if any(each.outcome == "missing" for each in archives):
        return None
    return _hear_host(latest.get(FRONT_PAGE), latest.get(SAME_HOST), first, gone)


def _latest_by_who(opinions: Sequence[Opinion], first: datetime) -> dict[str, Opinion]:
    heard = sorted((each for each in opinions if each.at >= first), key=lambda each: each.at)
    return {each.who: each for each in heard}


def _last_seen(opinions: Sequence[Opinion], first: datetime) -> tuple[datetime, str] | None:
    """When another archive last saw the page, and how that is told; of copies after the first strike.

    A copy that is dated behind the moment at which it was heard of is none: no strike is ever younger.
    """
    copies = [
        (each.seen_at, f"gone for us, and {each.who} saw it on {each.seen_at:%Y-%m-%d}")
        for each in opinions
        if each.outcome == "seen" and each.seen_at is not None and first < each.seen_at <= each.at
    ]
    return max(copies, default=None)


def _hear_host(
    front: Opinion | None, others: Opinion | None, first: datetime, gone: datetime
) -> Doubt | None:
    if front is None or front.outcome in {"seen", "missing", "nothing"}:
        return None
    if others is not None and others.outcome == "seen":
        return None
    if front.outcome == "refused":
        return Doubt("blocked", "host_refuses", f"gone for us, and so is the host: {front.reason}")
    if others is not None and others.outcome == "missing":
        until, rule = first + HELD_FOR_HOST, "host_refuses"
        doubt = Doubt("blocked", rule, f"the whole host is gone for us: {front.reason}", until)
    else:
        until, rule = first + HELD_FOR, "last_look_held"
        doubt = Doubt("failing", rule, f"gone 3/3, a last look decides: {front.reason}", until)
    return doubt if gone < until else None
