"""How long a night may go on, on a clock that nobody sets; and stages that end when it is over."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from provenance.fetch.meter import Meter
from provenance.pipeline.progress import Progress, Stage
from provenance.settings import NightSettings

__all__ = ["BudgetSpent", "EndedBy", "TimeBudget", "keep_within", "until_spent"]

EndedBy = Literal["minutes", "requests", "signal"]
_MINUTE_S = 60.0
# When no more requests are allowed: for judging what was answered by then.
_HANDED_OVER_S = 5.0


class BudgetSpent(Exception):
    """There is no time left: what was committed stays, the next run does the rest."""


class TimeBudget:
    """The minutes of a run, counted from now; none where `max_minutes` is 0.

    `monotonic` returns seconds. Asking ends a little earlier than the run, so that what came can
    be read and told.
    """

    def __init__(self, settings: NightSettings, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.began_s = monotonic()
        whole_s = settings.max_minutes * _MINUTE_S
        kept_s = min(whole_s * settings.wind_down_share, settings.wind_down_seconds)
        self._ends_s = self.began_s + whole_s if whole_s else None
        self._asking_ends_s = self.began_s + whole_s - kept_s if whole_s else None

    def asking_left_s(self) -> float | None:
        """Return for how many seconds yet anybody may be asked; None where nothing bounds it."""
        if self._asking_ends_s is None:
            return None
        return max(0.0, self._asking_ends_s - self._monotonic())

    def is_asking_over(self) -> bool:
        """Tell whether nobody may be asked any more."""
        return self.asking_left_s() == 0.0

    def left_s(self) -> float | None:
        """Return for how many seconds yet the run may go on; None where nothing bounds it."""
        return None if self._ends_s is None else max(0.0, self._ends_s - self._monotonic())

    def is_over(self) -> bool:
        """Tell whether the run has to end."""
        return self._ends_s is not None and self._monotonic() >= self._ends_s


def until_spent(progress: Progress, budget: TimeBudget) -> Progress:
    """Return `progress` whose stages raise `BudgetSpent` when the run has to end.

    Every stage of the house commits before it says that it has come further: there it can be left.
    """

    @contextmanager
    def opened(name: str, total: int, *, in_bytes: bool = False) -> Iterator[Stage]:
        if budget.is_over():
            raise BudgetSpent
        with progress(name, total, in_bytes=in_bytes) as stage:
            yield _Bounded(stage, budget)

    return opened


class _Bounded:
    def __init__(self, stage: Stage, budget: TimeBudget) -> None:
        self._stage = stage
        self._budget = budget

    def advance(self, note: str = "", by: int = 1) -> None:
        self._stage.advance(note, by)
        if self._budget.is_over():
            raise BudgetSpent


async def keep_within(
    budget: TimeBudget, meter: Meter, work: Coroutine[Any, Any, Any] | None
) -> EndedBy | None:
    """Do some work until the time or the requests are spent, or a signal ends it; say which.

    What is under way then is cut off: it stands as if it had not been begun. None where it was all
    done, or where there is no `work`.
    """
    if work is None:
        return None
    task = asyncio.ensure_future(work)
    spent = asyncio.create_task(meter.spent.wait())
    ended_by: EndedBy | None = None
    try:
        await asyncio.wait(
            {task, spent}, timeout=budget.asking_left_s(), return_when=asyncio.FIRST_COMPLETED
        )
        if not task.done() and spent.done():
            await asyncio.wait({task}, timeout=_HANDED_OVER_S)
        if not task.done():
            ended_by = "requests" if spent.done() else "minutes"
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if current is not None:
            current.uncancel()
        ended_by = "signal"
    finally:
        spent.cancel()
    if not task.done():
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return ended_by
