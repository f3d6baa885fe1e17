"""History in, state out: a pure, versioned function of what was seen and said of a source.

The rules, in the order in which they are asked; each has the name that is stored
with the state::

    override        a person said so, and no look came after its end -> what the person said
    no_address      cited without an address that can be fetched     -> not_checkable
    never_looked    no look                                          -> unchecked
    only_offline    every look was from an offline vantage           -> unchecked
    only_trouble    every look met passing trouble                   -> unchecked
    seen_elsewhere  gone thrice, but another archive has it since    -> blocked
    host_refuses    gone thrice, but the whole host is, for us       -> blocked
    last_look_held  gone thrice, and nobody to confirm it            -> failing
    gone_thrice     3 gone, each >= 72 h after the one before it,
                    with no ok between (InternetArchiveBot: 3 x 3 d) -> dead
    gone_counting   1 or 2 of these, the last under 14 days before
                    what else was seen, or before long trouble       -> failing
    long_trouble    temporary for 14 days with under 75 % ok, each
                    look weighing until the next (EDGI)              -> failing
    back            the first ok after dead                          -> revived
    first_sight     a wall, a refusal or another page, for the first
                    time after something else: seen again in a day   -> as it was seen
    last_look       what the last look that was no passing trouble saw

An offline look is evidence of nothing. Passing trouble (`temporary`) leaves the
state as it was; where there was none before, nothing is known yet. Only an ok
ends a count of gone. What second opinions say is weighed in `watch.hearing`, looks that
a wrong clock dated are set aside in `watch.clocks`, the next look is set in `watch.cadence`.
Nothing here reads a clock: a state is as of the last look.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from provenance.model import CitationKind, Outcome, Override, SourceState, State
from provenance.model.history import History
from provenance.watch.cadence import next_due
from provenance.watch.clocks import InOrder, put_in_order
from provenance.watch.counting import TROUBLE, Counted, count_looks
from provenance.watch.hearing import STRIKES_TO_DEAD, weigh

__all__ = ["STATE_RULES_VERSION", "derive_state"]

# Raised whenever a history may amount to another state than before; kept with every state.
STATE_RULES_VERSION = 2

TROUBLE_OK_SHARE = 0.75
# A doubtful look is told apart by the next one, after a day.
_DOUBTFUL = timedelta(days=1)
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


class _Verdict(NamedTuple):
    state: SourceState
    rule: str
    reason: str
    held_until: datetime | None = None


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
    ordered = put_in_order(history.checks)
    state = _derive(history, ordered, kind, source_id)
    overridden = _override_of(history, ordered)
    return state if overridden is None else _apply(overridden, state, kind)


def _derive(history: History, ordered: InOrder, kind: CitationKind, source_id: str) -> State:
    rules = STATE_RULES_VERSION
    if kind != "web":
        return State("not_checkable", "no_address", _WHY_NO_ADDRESS[kind], rules=rules)
    if not ordered.looks:
        return State("unchecked", "never_looked", "never looked at", rules=rules)
    last_checked = ordered.looks[-1].at
    online = tuple(look for look in ordered.looks if look.vantage == "online")
    if not online:
        return State("unchecked", "only_offline", "offline", last_checked, rules=rules)
    counted = count_looks(online, history.opinions)
    verdict = _judge(counted, history)
    due = None
    if verdict.state != "not_checkable" or _was_ever_answered(counted):
        due = next_due(
            counted, verdict.state, verdict.rule, source_id, held_until=verdict.held_until
        )
        if ordered.doubtful:
            due = min(due, ordered.doubtful[-1].at + _DOUBTFUL)
    return State(
        verdict.state,
        verdict.rule,
        verdict.reason,
        last_checked=last_checked,
        last_ok=max((look.at for look in online if look.outcome == "ok"), default=None),
        next_due=due,
        rules=rules,
    )


def _judge(counted: Counted, history: History) -> _Verdict:
    strikes = len(counted.strikes)
    if strikes >= STRIKES_TO_DEAD and counted.last_gone is not None:
        doubt = weigh(counted.strikes, counted.last_gone, history.opinions)
        if doubt is not None:
            return _Verdict(*doubt)
        return _Verdict("dead", "gone_thrice", f"gone {STRIKES_TO_DEAD}/{STRIKES_TO_DEAD}")
    share = counted.ok_share_in_trouble()
    is_long = share is not None and share < TROUBLE_OK_SHARE
    if strikes and not counted.is_gone_long_ago and not (is_long and _is_silent_since(counted)):
        return _Verdict("failing", "gone_counting", f"gone {strikes}/{STRIKES_TO_DEAD}")
    if share is not None and is_long:
        reason = f"{share:.0%} ok in {TROUBLE.days} days: {counted.last.reason}"
        return _Verdict("failing", "long_trouble", reason)
    return _judge_last_look(counted)


def _is_silent_since(counted: Counted) -> bool:
    """Tell whether nothing but trouble came for two weeks: a host that died behind two 404s is no first sign."""
    gone = counted.last_gone
    return gone is not None and counted.last.at - gone >= TROUBLE


def _judge_last_look(counted: Counted) -> _Verdict:
    told = counted.told
    if not told:
        return _Verdict("unchecked", "only_trouble", counted.last.reason)
    seen = told[-1]
    rule = "first_sight" if counted.is_first_sight() else "last_look"
    if seen.outcome == "ok" and seen.drift is not None:
        return _Verdict("drifted", rule, seen.drift)
    if seen.outcome == "ok" and counted.oks_since_dead == 1:
        return _Verdict("revived", "back", seen.reason)
    return _Verdict(_STATE_OF_OUTCOME[seen.outcome], rule, seen.reason)


def _was_ever_answered(counted: Counted) -> bool:
    """Tell whether there is anything at the address: then it may be asked again some day."""
    return any(look.outcome != "not_checkable" for look in counted.told)


def _override_of(history: History, ordered: InOrder) -> Override | None:
    """Return the person's word that counts: the latest, until a look comes after its end."""
    if not history.overrides:
        return None
    latest = max(history.overrides, key=lambda each: (each.at, each.id))
    if latest.state is None:
        return None
    until = latest.until
    looks = (*ordered.looks, *ordered.doubtful)
    if until is not None and any(look.vantage == "online" and look.at > until for look in looks):
        return None
    return latest


def _apply(override: Override, derived: State, kind: CitationKind) -> State:
    assert override.state is not None  # what takes a word back is no word
    until = override.until
    ends = f" (until {until:%Y-%m-%d})" if until is not None else ""
    return msgspec.structs.replace(
        derived,
        state=override.state,
        rule="override",
        reason=f"{override.by}: {override.why}{ends}",
        next_due=_due_under(override, derived) if kind == "web" else None,
    )


def _due_under(override: Override, derived: State) -> datetime | None:
    """Looks go on as they would, and one comes when the person's word ends."""
    due, until = derived.next_due, override.until
    return due if due is None or until is None else min(due, until)
