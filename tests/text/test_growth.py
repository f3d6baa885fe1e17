"""The measure of growth itself: what it must tell apart, and what must not disturb it."""

import gc
import math
from collections.abc import Callable

import pytest

from support.growth import assert_grows_in_step


class Machine:
    """A clock that only its own work moves; every call takes what `cost` says, times the next noise."""

    def __init__(self, cost: Callable[[int], float], noise: Callable[[int], float]) -> None:
        self.now_s, self.calls = 0.0, 0
        self._cost, self._noise = cost, noise

    def work(self, size: int) -> None:
        self.calls += 1
        self.now_s += self._cost(size) * self._noise(self.calls)

    def judge(self, small: int = 1_000, large: int = 8_000) -> None:
        assert_grows_in_step(self.work, int, small, large, clock=lambda: self.now_s)


IN_STEP: dict[str, Callable[[int], float]] = {
    "constant": lambda n: 1e-3,
    "n": lambda n: n * 1e-6,
    "n log n": lambda n: n * math.log(n) * 1e-6,
    "n and much at the start": lambda n: n * 1e-6 + 0.1,
    "n in less time than is measured": lambda n: n * 1e-10,
}
OUT_OF_STEP: dict[str, Callable[[int], float]] = {
    "n squared": lambda n: n**2 * 1e-9,
    "n squared in less time than is measured": lambda n: n**2 * 1e-13,
    "n squared log n": lambda n: n**2 * math.log(n) * 1e-9,
    "n squared and a little at the start": lambda n: n**2 * 1e-9 + 2e-4,
    "two to the n": lambda n: 2.0 ** (n / 500) * 1e-4,
}
NOISE: dict[str, Callable[[int], float]] = {
    "quiet": lambda call: 1.0,
    "first call": lambda call: 50.0 if call == 1 else 1.0,
    "every second call": lambda call: 6.0 if call % 2 else 1.0,
    "busy from the sixth call to the fiftieth": lambda call: 6.0 if 5 < call < 50 else 1.0,
    "slower and slower": lambda call: 1.0 + call / 100,
}


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("cost", IN_STEP)
@pytest.mark.parametrize(("small", "large"), [(100, 800), (1_000, 8_000), (200, 10_000)])
def test_what_grows_in_step_passes_on_a_busy_machine(
    cost: str, noise: str, small: int, large: int
) -> None:
    Machine(IN_STEP[cost], NOISE[noise]).judge(small, large)


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("cost", OUT_OF_STEP)
@pytest.mark.parametrize(("small", "large"), [(600, 5_000), (1_000, 8_000), (600, 10_000)])
def test_what_grows_with_the_square_fails_on_a_busy_machine(
    cost: str, noise: str, small: int, large: int
) -> None:
    with pytest.raises(AssertionError, match="times the input may take"):
        Machine(OUT_OF_STEP[cost], NOISE[noise]).judge(small, large)


def test_a_failure_says_what_was_allowed_and_what_was_seen() -> None:
    with pytest.raises(AssertionError) as failed:
        Machine(lambda n: n**2 * 1e-8, NOISE["quiet"]).judge(1_000, 8_000)
    said = str(failed.value)
    assert said.startswith("8 times the input may take 22.6 times as long, and took, times: 6")
    assert "(10" in said  # ms for the small one


def test_a_step_is_refused_that_tells_nothing() -> None:
    with pytest.raises(AssertionError, match="a step of 8 tells too little"):
        Machine(IN_STEP["n"], NOISE["quiet"]).judge(1_000, 7_999)


def test_a_cache_of_whole_inputs_hides_no_square() -> None:
    known: set[int] = set()
    machine = Machine(OUT_OF_STEP["n squared"], NOISE["quiet"])

    def work(size: int) -> None:
        if size not in known:
            machine.work(size)
        known.add(size)

    with pytest.raises(AssertionError, match="times the input may take"):
        assert_grows_in_step(work, int, 1_000, 8_000, clock=lambda: machine.now_s)


def test_the_collector_rests_while_it_is_measured_and_goes_on_afterwards() -> None:
    seen: list[bool] = []
    assert_grows_in_step(lambda size: seen.append(gc.isenabled()), int, 10, 80)
    assert set(seen) == {False}
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_the_collector_goes_on_where_the_work_breaks() -> None:
    def work(size: int) -> None:
        raise LookupError(size)

    with pytest.raises(LookupError):
        assert_grows_in_step(work, int, 10, 80)
    assert gc.isenabled()


# -- the clock of this machine --------------------------------------------------------


def numbers(count: int) -> list[int]:
    return [(number * 7_919) % 1_000_003 for number in range(count)]


def test_a_sum_and_a_sorting_of_real_numbers_pass() -> None:
    assert_grows_in_step(sum, numbers, 5_000, 40_000)
    assert_grows_in_step(sorted, numbers, 5_000, 40_000)


def test_a_real_search_of_every_number_among_those_before_it_fails() -> None:
    def work(given: list[int]) -> None:
        seen: list[int] = []
        for number in given:
            if number not in seen:
                seen.append(number)

    with pytest.raises(AssertionError, match="times the input may take"):
        assert_grows_in_step(work, numbers, 200, 1_600)
