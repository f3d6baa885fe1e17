"""Looks in the order in which they were made, where this machine's clock was wrong. PURE.

A look carries the time that the clock showed and the number under which it was written down.
Where the two disagree the clock was moved: it had been ahead, or it is behind now. Which of
the two is settled by the looks that follow:

* one that goes on from before the jump: the clock was behind for a while, and what was seen
  then is set aside;
* two, half a day apart, that go on from after it: the clock had been ahead, and what was seen
  then is set aside.

What is set aside neither counts as a strike nor holds up the next look.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from provenance.model import CheckFacts

__all__ = ["InOrder", "put_in_order"]

# The new time counts once it has lasted for so long: under the day after which it is looked again.
_CONFIRMED = timedelta(hours=12)


class InOrder(NamedTuple):
    """The looks that count, oldest first, and those at the end of which nobody knows yet."""

    looks: tuple[CheckFacts, ...]
    doubtful: tuple[CheckFacts, ...]


def put_in_order(checks: Iterable[CheckFacts]) -> InOrder:
    """Return looks, handed in in any order, as they were made."""
    kept: list[CheckFacts] = []
    doubtful: list[CheckFacts] = []
    for look in sorted(checks, key=_as_written):
        if not kept or look.at >= kept[-1].at:
            kept.append(look)
            doubtful.clear()
            continue
        while doubtful and look.at < doubtful[-1].at:
            doubtful.pop()  # moved back once more
        doubtful.append(look)
        if look.at - doubtful[0].at >= _CONFIRMED:
            kept = [each for each in kept if each.at <= doubtful[0].at] + doubtful
            doubtful = []
    return InOrder(tuple(kept), tuple(doubtful))


def _as_written(look: CheckFacts) -> tuple[object, ...]:
    return (look.number, look.at, look.outcome, look.vantage, look.reason, look.content or "",
            look.drift or "")  # fmt: skip
