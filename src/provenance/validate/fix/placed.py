"""Edits of a draft that are asked about thousands of times: what they meet, how far they push the rest. PURE."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from provenance.validate.records import Edit

__all__ = ["PlacedEdits"]


class PlacedEdits:
    """Edits in the order of the text; every question takes the logarithm of their number.

    >>> edits = PlacedEdits([Edit(3, 5, "ford"), Edit(9, 9, "toll")])
    >>> edits.meet(5, 7), edits.meet(6, 8), edits.push(9), edits.push(9, is_behind=True)
    (True, False, 2, 6)
    """

    def __init__(self, edits: Iterable[Edit]) -> None:
        by_start = sorted(edits, key=lambda one: one.start)
        by_end = sorted(by_start, key=lambda one: one.end)
        self._starts = [one.start for one in by_start]
        self._furthest = list(accumulate((one.end for one in by_start), max))
        self._pushed_from = list(accumulate(map(_growth, by_start), initial=0))
        self._ends = [one.end for one in by_end]
        self._pushed_by = list(accumulate(map(_growth, by_end), initial=0))

    def meet(self, start: int, end: int) -> bool:
        """Tell whether one of them overlaps a stretch of the text, or touches it."""
        before = bisect_right(self._starts, end)
        return before > 0 and self._furthest[before - 1] >= start

    def push(self, offset: int, *, is_behind: bool = False) -> int:
        """Return by how many code points those that end before an offset move it.

        `is_behind`: those that begin there or before it.
        """
        if is_behind:
            return self._pushed_from[bisect_right(self._starts, offset)]
        return self._pushed_by[bisect_left(self._ends, offset)]


def _growth(edit: Edit) -> int:
    return len(edit.replacement) - (edit.end - edit.start)
