"""How long links live, when most of them live still: the estimate of Kaplan and Meier. PURE.

A link that is still there was not watched to its end. To leave it out, or to call its age its life,
would tell lives too short; so each day's losses are held against the links that were still watched
on that day, and the shares multiply (E. L. Kaplan and P. Meier, 1958). The band is Greenwood's
variance on the scale of log(-log), which stays between 0 and 1; the band of the half-life is where
that band crosses one half (Brookmeyer and Crowley, 1982).
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from provenance.model import LinkLife, Survival, SurvivalStep

__all__ = ["estimate_survival"]

# The two-sided 95 % point of the normal distribution.
_Z = 1.959963984540054
_HALF = 0.5


def estimate_survival(name: str, lives: Iterable[LinkLife]) -> Survival:
    """Return how long these links live; of no links nothing is known."""
    told = list(lives)
    ends = Counter(life.days for life in told if life.ended)
    steps = tuple(_steps(ends, Counter(life.days for life in told)))
    seen_days = sum(life.days for life in told)
    ended = sum(ends.values())
    return Survival(
        name=name,
        links=len(told),
        ended=ended,
        seen_days=seen_days,
        longest_days=max((life.days for life in told), default=0),
        steps=steps,
        half_life_days=_first_day(steps, [step.share for step in steps]),
        half_life_low_days=_first_day(steps, [step.low for step in steps]),
        half_life_high_days=_first_day(steps, [step.high for step in steps]),
        expected_half_life_days=math.log(2) * seen_days / ended if ended and seen_days else None,
    )


def _steps(ends: Counter[int], watched: Counter[int]) -> Iterable[SurvivalStep]:
    """One step for each day on which any ended; who left on that day was watched to its end."""
    at_risk = sum(watched.values())
    share, variance, highest = 1.0, 0.0, 1.0
    for days in sorted(watched):
        ended = ends[days]
        if ended:
            share *= (at_risk - ended) / at_risk
            variance += ended / (at_risk * (at_risk - ended)) if at_risk > ended else math.inf
            low, high = _band(share, variance)
            highest = min(highest, high)
            yield SurvivalStep(days, share, low, highest, at_risk, ended)
        at_risk -= watched[days]


def _band(share: float, variance: float) -> tuple[float, float]:
    if share <= 0.0:  # none is left: how sure that is cannot be said on this scale
        return 0.0, 1.0
    log_share = math.log(share)
    reach = _Z * math.sqrt(variance) / -log_share
    return share ** math.exp(reach), share ** math.exp(-reach)


def _first_day(steps: Sequence[SurvivalStep], shares: Sequence[float]) -> int | None:
    return next(
        (step.days for step, share in zip(steps, shares, strict=True) if share <= _HALF), None
    )
