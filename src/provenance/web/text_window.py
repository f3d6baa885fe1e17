"""A stretch of a long text with marks in it, as runs that a template can write. PURE."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Run", "Window", "window"]

# A browser lays out so much text without a pause, and a report of 80 pages fits.
_WINDOW_CHARACTERS = 200_000
# What stands before the first mark, where the text has to be entered in its middle.
_LEAD_CHARACTERS = 20_000


class Run(NamedTuple):
    """Some text; `mark` is "" where it is not marked, "chosen" where it is what was asked for."""

    text: str
    mark: str = ""
    is_first: bool = False


class Window(NamedTuple):
    """Code points `start` to `end` of a text of `length`; `before`, `after`: where to go on, -1 nowhere."""

    runs: tuple[Run, ...]
    start: int
    end: int
    length: int
    before: int
    after: int


def window(text: str, spans: Sequence[tuple[int, int]], at: int = -1) -> Window:
    """Return what is shown of a text from `at` on, or around the first span where `at` is -1.

    The first span is the one that was asked for, the others stand in it less loudly; offsets that
    lie outside of the text are left out.

    >>> [(run.text, run.mark) for run in window("The toll rose.", [(4, 8)]).runs]
    [('The ', ''), ('toll', 'chosen'), (' rose.', '')]
    """
    length = len(text)
    kept = [(max(0, start), min(end, length)) for start, end in spans]
    if at < 0:
        wanted = kept[0][0] if kept else 0
        at = max(0, wanted - _LEAD_CHARACTERS) if wanted >= _WINDOW_CHARACTERS else 0
    start = min(at, max(0, length - 1))
    end = min(length, start + _WINDOW_CHARACTERS)
    before = max(0, start - _WINDOW_CHARACTERS) if start else -1
    runs = tuple(_runs(text, kept, start, end))
    return Window(runs, start, end, length, before, end if end < length else -1)


def _runs(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Run]:
    edges = {start, end}
    for span in spans:
        edges |= {edge for edge in span if start < edge < end}
    ordered = sorted(edges)
    has_chosen = False
    for left, right in pairwise(ordered):
        over = [number for number, span in enumerate(spans) if span[0] <= left and right <= span[1]]
        mark = "" if not over else "chosen" if 0 in over else "other"
        yield Run(text[left:right], mark, mark == "chosen" and not has_chosen)
        has_chosen = has_chosen or mark == "chosen"
