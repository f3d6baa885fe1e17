"""When a source is due again. PURE.

Alive grows from 7 days to 30 while the page stays the same; failing and what was never answered 1 day;
drifted, revived and dead 7; walled and blocked 30. What is seen for the first time is looked at again
after a day. +- 10 % of jitter, the same for a source in every run, spreads them over the nights (a look
after a day comes up to 10 % sooner, never later); a look after a strike comes as soon as it counts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from provenance.formats.ids import sha256_hex
from provenance.model import CheckFacts, SourceState
from provenance.watch.counting import STRIKE_GAP, Counted

__all__ = ["next_due"]

JITTER = 0.10

_DAY = timedelta(days=1)
_LONGEST_CALM = timedelta(days=30)
# How soon to look again; while unchanged, alive doubles from this up to `_LONGEST_CALM`.
_CADENCE: dict[SourceState, timedelta] = {
    "alive": timedelta(days=7),
    "drifted": timedelta(days=7),
    "revived": timedelta(days=7),
    "walled": timedelta(days=30),
    "blocked": timedelta(days=30),
    "failing": _DAY,
    "unchecked": _DAY,
    "dead": timedelta(days=7),
    "not_checkable": timedelta(days=30),
}


def next_due(
    counted: Counted, state: SourceState, rule: str, source_id: str, *, held_until: datetime | None
) -> datetime:
    """Return when to look again. `held_until` is when a gone look ends a doubt (`watch.hearing`)."""
    jitter = _jitter(source_id)
    last = counted.last
    is_soon = rule == "first_sight" or (last.outcome == "temporary" and state != "dead")
    interval = _DAY if is_soon else _interval(counted, state)
    # A run once a night would pass over what is due an hour after it, and look every other night.
    spread = -abs(jitter) if interval == _DAY else jitter
    due = last.at + interval * (1 + spread)
    if rule == "gone_counting":
        # Never a minute under the gap, since a look that comes early is no strike; nor over it, so
        # that a run on the third night still counts, and a death behind an outage is told in time.
        return max(due, counted.strikes[-1] + STRIKE_GAP)
    if rule == "last_look_held" and held_until is not None:
        return held_until if last.at < held_until else last.at + _DAY * (1 + jitter)
    return due


def _interval(counted: Counted, state: SourceState) -> timedelta:
    interval = _CADENCE[state]
    if state != "alive":
        return interval
    return min(interval * (1 << min(_unchanged_looks(counted.looks), 8)), _LONGEST_CALM)


def _unchanged_looks(looks: Sequence[CheckFacts]) -> int:
    """Return how many ok looks in a row, the last one going back, saw what the one before saw."""
    count = 0
    newest_first = [look for look in reversed(looks) if look.outcome != "temporary"]
    for later, earlier in pairwise(newest_first):
        is_same = later.content is not None and later.content == earlier.content
        if not (is_same and earlier.outcome == "ok"):
            break
        count += 1
    return count


def _jitter(source_id: str) -> float:
    """Return a number in [-0.1, 0.1) that is always the same for one source."""
    share = int(sha256_hex(source_id.encode())[:8], 16) / 2**32
    return (2 * share - 1) * JITTER
