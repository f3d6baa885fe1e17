"""Whether the time of a work grows with its input or with the square of it, on any machine.

A measured time is what the work takes plus what the machine was busy with: noise only ever
adds. So each size is measured several times and the quickest counts, and a growth that was in
step once is in step: what grows with the square does so at every attempt.

Time is CPU time of this process, compared with CPU time of the same process a moment ago. It is
never compared with a number of seconds, and says nothing of how quick a work is.
"""

import gc
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TypeVar

T = TypeVar("T")

POWER = 1.5
"""The limit is the growth of n ** 1.5: as far from n, by factors, as from n ** 2."""

LEAST_STEP = 8
"""At eightfold the limit leaves a line and a square 2.8 times each: a neighbour on the same core takes 2."""

LEAST_S = 0.005
"""What is quicker is run again until all runs took so long: a moment may be a bad one."""

MOST_RUNS = 50
"""... but no oftener than this, since each run gets an input of its own."""

ATTEMPTS = 5
SMALL_TIMES = 3
LARGE_TIMES = 2


def assert_grows_in_step(
    work: Callable[[T], object],
    build: Callable[[int], T],
    small: int,
    large: int,
    *,
    clock: Callable[[], float] = time.process_time,
) -> None:
    """Fail where `work` takes, of `large` pieces, nearer to the square than to the number.

    `build(pieces)` makes the input of one run; it is not measured. No two runs of a measurement
    get the same number of pieces where a tenth of `small` allows it: `build` is asked for up to a
    tenth more than the sizes, so that no cache of whole inputs answers for the work.
    `clock` counts seconds; only the tests of this function need another one.
    """
    assert 0 < small * LEAST_STEP <= large, f"a step of {large / small:.3g} tells too little"
    limit = (large / small) ** POWER
    seen = []
    with _collector_held_off():
        work(build(small))  # what is imported and compiled at the first use
        cost = _Cost(work, build, clock)
        for _ in range(ATTEMPTS):
            few_s = min(cost.of_pieces(small) for _ in range(SMALL_TIMES)) * small
            for _ in range(LARGE_TIMES):
                many_s = cost.of_pieces(large) * large
                if many_s < limit * few_s:
                    return
                times = many_s / few_s if few_s else math.inf
                seen.append(f"{times:.1f} ({few_s * 1e3:.3g} to {many_s * 1e3:.3g} ms)")
    raise AssertionError(
        f"{large / small:.3g} times the input may take {limit:.3g} times as long, "
        f"and took, times: {', '.join(seen)}"
    )


def quickest_s(work: Callable[[T], object], build: Callable[[int], T], pieces: int) -> float:
    """Return the seconds that `work` took at its quickest: to compare with another work's."""
    with _collector_held_off():
        work(build(pieces))
        cost = _Cost(work, build, time.process_time)
        return min(cost.of_pieces(pieces) for _ in range(SMALL_TIMES)) * pieces


class _Cost:
    def __init__(
        self, work: Callable[[T], object], build: Callable[[int], T], clock: Callable[[], float]
    ) -> None:
        self._work, self._build, self._clock = work, build, clock
        self._numbers = count()

    def of_pieces(self, size: int) -> float:
        """Return the seconds of one piece, of the quickest of the runs that fit into `LEAST_S`."""
        gc.collect()  # what the runs before left in circles
        spent_s: list[float] = []
        of_piece_s: list[float] = []
        while not spent_s or (sum(spent_s) < LEAST_S and len(spent_s) < MOST_RUNS):
            pieces = size + next(self._numbers) % max(3, size // 10)
            given = self._build(pieces)
            began_s = self._clock()
            self._work(given)
            spent_s.append(self._clock() - began_s)
            of_piece_s.append(spent_s[-1] / pieces)
        return min(of_piece_s)


@contextmanager
def _collector_held_off() -> Iterator[None]:
    """The collector visits all that is alive, which is what other tests left, not the work's."""
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()  # what lives already is not visited by the collections between the runs
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()
