"""History in, state out: a pure function of a source's checks.

The rules, in the order in which they are asked; each has the name that is stored
with the state::

    no_address      cited without an address that can be fetched     -> not_checkable
    never_looked    no look                                          -> unchecked
    only_offline    every look was from an offline vantage           -> unchecked
    only_trouble    every look met passing trouble                   -> unchecked
    gone_thrice     3 gone, each >= 72 h after the one before it,
                    with no ok between (InternetArchiveBot: 3 x 3 d) -> dead
    gone_counting   1 or 2 of these                                  -> failing
    long_trouble    temporary for 14 days with under 75 % ok, each
                    look weighing until the next (EDGI)              -> failing
    back            the first ok after dead                          -> revived
    last_look       what the last look that was no passing trouble saw

An offline look is evidence of nothing. Passing trouble (`temporary`) leaves the
state as it was; where there was none before, nothing is known yet. Only an ok
ends a count of gone. Nothing here reads a clock: a state is as of the last look.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from provenance.formats.ids import sha256_hex
from provenance.model import CheckFacts, CitationKind, Outcome, SourceState, State
from provenance.model.history import History

__all__ = ["STATE_RULES_VERSION", "derive_state"]

# Raised whenever a history may amount to another state than before; kept with every state.
STATE_RULES_VERSION = 2

STRIKES_TO_DEAD = 3
STRIKE_GAP = timedelta(hours=72)
TROUBLE = timedelta(days=14)
TROUBLE_OK_SHARE = 0.75
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
}
_STATE_OF_OUTCOME: dict[Outcome, SourceState] = {
    "ok": "alive",
    "wall": "walled",
    "blocked": "blocked",
    "not_checkable": "not_checkable",
}
_WHY_NO_ADDRESS: dict[CitationKind, str] = {
    "subscription": "subscription",
    "on_request": "on request",
    "communication": "communication",
    "work": "no address",
    "commentary": "no address",
    "unknown": "no address",
}


class _Counted(NamedTuple):
    """The online looks in order, and what counting them gave."""

    looks: tuple[CheckFacts, ...]
    strikes: tuple[datetime, ...]
    oks_since_dead: int | None
    trouble_since: datetime | None

    @property
    def last(self) -> CheckFacts:
        return self.looks[-1]

    @property
    def is_dead(self) -> bool:
        return len(self.strikes) >= STRIKES_TO_DEAD


def derive_state(
    history: History,
    *,
    kind: CitationKind,
    source_id: str = "",
) -> State:
    """Return what is known of a source amounts to, and when it is due again.

    What is in the history may come in any order. `next_due` is None for what is never looked at
    (`not_checkable`) and for what was never looked at online, which is due now. Its
    jitter of +- 10 % comes from `source_id`, so that it is the same in a rebuild. A cut
    URL needs no rule of its own: a look at it says `not_checkable`.
    """
    if kind != "web":
        return State("not_checkable", "no_address", _WHY_NO_ADDRESS[kind])
    ordered = sorted(history.checks, key=lambda check: check.at)
    if not ordered:
        return State("unchecked", "never_looked", "never looked at")
    last_checked = ordered[-1].at
    online = tuple(check for check in ordered if check.vantage == "online")
    if not online:
        return State("unchecked", "only_offline", "offline", last_checked)
    counted = _count(online)
    state, rule, reason = _judge(counted)
    return State(
        state,
        rule,
        reason,
        last_checked=last_checked,
        last_ok=max((look.at for look in online if look.outcome == "ok"), default=None),
        next_due=_next_due(counted, state, source_id),
        rules=STATE_RULES_VERSION,
    )


def _count(looks: tuple[CheckFacts, ...]) -> _Counted:
    strikes: list[datetime] = []
    oks_since_dead: int | None = None
    trouble_since: datetime | None = None
    ok_since: datetime | None = None
    for look in looks:
        if look.outcome == "ok":
            if len(strikes) >= STRIKES_TO_DEAD:
                oks_since_dead = 0
            strikes.clear()
            oks_since_dead = None if oks_since_dead is None else oks_since_dead + 1
            ok_since = ok_since or look.at
            continue
        if look.outcome == "gone" and (not strikes or look.at - strikes[-1] >= STRIKE_GAP):
            strikes.append(look.at)
        if look.outcome == "temporary":
            was_calm = ok_since is not None and look.at - ok_since >= TROUBLE
            trouble_since = look.at if trouble_since is None or was_calm else trouble_since
        ok_since = None
    return _Counted(looks, tuple(strikes), oks_since_dead, trouble_since)


def _judge(history: _Counted) -> tuple[SourceState, str, str]:
    strikes = len(history.strikes)
    if history.is_dead:
        return "dead", "gone_thrice", f"gone {STRIKES_TO_DEAD}/{STRIKES_TO_DEAD}"
    if strikes:
        return "failing", "gone_counting", f"gone {strikes}/{STRIKES_TO_DEAD}"
    share = _ok_share_in_trouble(history)
    if share is not None and share < TROUBLE_OK_SHARE:
        reason = f"{share:.0%} ok in {TROUBLE.days} days: {history.last.reason}"
        return "failing", "long_trouble", reason
    return _judge_last_look(history)


def _judge_last_look(history: _Counted) -> tuple[SourceState, str, str]:
    told = [look for look in history.looks if look.outcome != "temporary"]
    if not told:
        return "unchecked", "only_trouble", history.last.reason
    seen = told[-1]
    if seen.outcome == "ok" and seen.drift is not None:
        return "drifted", "last_look", seen.drift
    if seen.outcome == "ok" and history.oks_since_dead == 1:
        return "revived", "back", seen.reason
    return _STATE_OF_OUTCOME[seen.outcome], "last_look", seen.reason


def _ok_share_in_trouble(history: _Counted) -> float | None:
    """Return the share of the last 14 days that was ok, or None while that is not the question.

    Each look weighs from its moment to the next look.
    """
    last = history.last
    started = history.trouble_since
    if last.outcome != "temporary" or started is None or last.at - started < TROUBLE:
        return None
    window_start = last.at - TROUBLE
    ok = timedelta()
    for look, following in pairwise(history.looks):
        if look.outcome == "ok" and following.at > window_start:
            ok += following.at - max(look.at, window_start)
    return ok / TROUBLE


def _next_due(history: _Counted, state: SourceState, source_id: str) -> datetime | None:
    if state == "not_checkable":
        return None
    jitter = _jitter(source_id)
    last = history.last
    if last.outcome == "temporary" and state != "dead":
        due = last.at + _DAY * (1 + jitter)
    else:
        due = last.at + _interval(history, state) * (1 + jitter)
    if history.strikes and not history.is_dead:
        # Never a minute under the gap: a look that comes early is no strike.
        return max(due, history.strikes[-1] + STRIKE_GAP * (1 + abs(jitter)))
    return due


def _interval(history: _Counted, state: SourceState) -> timedelta:
    interval = _CADENCE[state]
    if state != "alive":
        return interval
    return min(interval * (1 << min(_unchanged_looks(history.looks), 8)), _LONGEST_CALM)


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
