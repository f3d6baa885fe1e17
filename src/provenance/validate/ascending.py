"""What keeps its order: the longest ascending series among numbers. PURE."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

__all__ = ["longest_ascending"]


def longest_ascending(numbers: Sequence[int], *, may_repeat: bool = False) -> set[int]:
    """Return the places of the longest ascending series, others left out; n log n."""
    find_place = bisect_right if may_repeat else bisect_left
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        place = find_place(tails, number)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [index]
    kept = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept
