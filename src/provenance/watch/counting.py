"""The looks of a source counted: its strikes, its troubles, what the last ones saw. PURE."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from provenance.model import CheckFacts, Opinion
from provenance.watch.hearing import STRIKES_TO_DEAD, weigh

__all__ = ["STRIKE_GAP", "TROUBLE", "Counted", "count_looks"]

# InternetArchiveBot: three failed looks, each three days after the one before.
STRIKE_GAP = timedelta(hours=72)
# EDGI: two weeks of trouble, each look weighing until the next.
TROUBLE = timedelta(days=14)
# After trouble the next look comes in a day; where it came later, nobody knows what was between.
_SPEAKS_FOR = timedelta(days=2)
# What is seen for the first time counts once it was seen again, not in the same hour.
_SETTLED = timedelta(hours=12)


class Counted(NamedTuple):
    """The online looks in order, and what counting them gave.

    `strikes` are the gone looks that count since the last ok, `last_gone` is the last that there
    was, counting or not; `oks_since_dead` is None where it was never dead.
    """

    looks: tuple[CheckFacts, ...]
    strikes: tuple[datetime, ...]
    last_gone: datetime | None
    oks_since_dead: int | None
    trouble_since: datetime | None

    @property
    def last(self) -> CheckFacts:
        """The last look."""
        return self.looks[-1]

    @property
    def is_gone_long_ago(self) -> bool:
        """Tell whether a count of gone says nothing of today: what was seen for two weeks is another thing."""
        return _is_long_ago(self.last_gone, self.told[-1].at) if self.told else False

    @property
    def told(self) -> tuple[CheckFacts, ...]:
        """The looks that say something of the page, and not of the moment."""
        return tuple(look for look in self.looks if look.outcome != "temporary")

    def is_first_sight(self) -> bool:
        """Tell whether what the last telling look saw is new: another kind than what was seen before it."""
        kinds = [(_kind(look), look.at) for look in self.told]
        kind, last = kinds[-1]
        if kind in {"well", "gone"}:
            return False
        since = last
        for earlier, at in reversed(kinds):
            if earlier != kind:
                return last - since < _SETTLED
            since = at
        return False

    def ok_share_in_trouble(self) -> float | None:
        """Return the share of the last 14 days that was ok, or None while that is not the question.

        Each look weighs from its moment to the next look; one that was not ok for two days at
        most: two bad nights with a good week between them are no fortnight of trouble.
        """
        last, started = self.last, self.trouble_since
        if last.outcome != "temporary" or started is None or last.at - started < TROUBLE:
            return None
        window_start = last.at - TROUBLE
        ok, other = timedelta(), timedelta()
        for look, following in pairwise(self.looks):
            lasted = following.at - max(look.at, window_start)
            if following.at > window_start and look.outcome == "ok":
                ok += lasted
            elif following.at > window_start:
                other += min(lasted, _SPEAKS_FOR)
        return ok / (ok + other) if ok else 0.0


def count_looks(looks: tuple[CheckFacts, ...], opinions: Sequence[Opinion] = ()) -> Counted:
    """Count looks from an online vantage, oldest first; `opinions` tell what was dead before an ok."""
    strikes: list[datetime] = []
    oks_since_dead: int | None = None
    trouble_since: datetime | None = None
    calm_since: datetime | None = None
    gone: datetime | None = None
    other: datetime | None = None
    for look in looks:
        if look.outcome == "ok":
            if len(strikes) >= STRIKES_TO_DEAD and _was_dead(strikes, gone, opinions, look.at):
                oks_since_dead = 0
            strikes.clear()
            oks_since_dead = None if oks_since_dead is None else oks_since_dead + 1
            calm_since = calm_since or look.at
            continue
        if look.outcome == "gone":
            if len(strikes) < STRIKES_TO_DEAD and _is_long_ago(gone, other):
                strikes.clear()  # two weeks of a wall were between: no third strike of those in May
            gone = look.at
        elif look.outcome != "temporary":
            other = look.at
        if look.outcome == "gone" and (not strikes or look.at - strikes[-1] >= STRIKE_GAP):
            strikes.append(look.at)
        if look.outcome == "temporary":
            # a month of a wall is no trouble either: one 503 behind it is the first
            was_calm = calm_since is not None and look.at - calm_since >= TROUBLE
            trouble_since = look.at if trouble_since is None or was_calm else trouble_since
            calm_since = None
        else:
            calm_since = calm_since or look.at
    return Counted(looks, tuple(strikes), gone, oks_since_dead, trouble_since)


def _is_long_ago(gone: datetime | None, other: datetime | None) -> bool:
    """Tell whether something else than gone was seen for two weeks after the last gone look."""
    return gone is not None and other is not None and other - gone >= TROUBLE


def _was_dead(
    strikes: Sequence[datetime],
    gone: datetime | None,
    opinions: Sequence[Opinion],
    moment: datetime,
) -> bool:
    heard = tuple(each for each in opinions if each.at < moment)
    return gone is not None and weigh(strikes, gone, heard) is None


def _kind(look: CheckFacts) -> str:
    """A wall and a refusal are one kind: which of them a host shows changes by the day."""
    if look.outcome in {"wall", "blocked"}:
        return "refused"
    if look.outcome == "ok":
        return "well" if look.drift is None else "drifted"
    return look.outcome
