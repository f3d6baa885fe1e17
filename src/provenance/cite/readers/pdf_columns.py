"""The fragments of a page in reading order, in one column or two.

A gutter is looked for: a strip in the middle of the page that hardly any fragment
crosses, with running text on both sides. What crosses it (a title, a wide figure)
parts the page into bands; in each band the left column is read before the right one.
"""

from collections import Counter
from collections.abc import Sequence

from provenance.cite.readers.pdf_fragments import Fragment, rows_of

__all__ = ["limit_of", "parts_in_order"]

_BIN_POINTS = 2.0
_MIDDLE = (0.35, 0.65)
_LEAST_FRAGMENTS = 6
_MOST_CROSSING = 0.4
_LEAST_SHARE = 0.25
# Share of its column that the middle fragment of running text fills; the cells of a table do not.
_LEAST_FILL = 0.6
# Where so many lines end at one edge, what goes beyond it is overfull (an address without a break).
_LEAST_JUSTIFIED = 5
_JUSTIFIED_SHARE = 0.3
# A word (an address) of the left column may run this far into the right one, in shares of its width.
_MOST_OVERFULL = 0.3


def limit_of(part: Sequence[Fragment]) -> float:
    """The right edge of a column: where justified lines end, else where the longest one does."""
    rights = Counter(round(fragment.right) for fragment in part)
    edge, times = rights.most_common(1)[0]
    times += rights[edge - 1] + rights[edge + 1]
    is_justified = times >= max(_LEAST_JUSTIFIED, _JUSTIFIED_SHARE * len(part))
    return edge + 1.0 if is_justified else max(fragment.right for fragment in part)


def parts_in_order(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """The fragments by column and band, in reading order."""
    if not fragments:
        return []
    gutter = _find_gutter(fragments)
    if gutter is None:
        return [list(fragments)]
    parts: list[list[Fragment]] = []
    left: list[Fragment] = []
    right: list[Fragment] = []
    spanning: list[Fragment] = []
    overfull_by = _MOST_OVERFULL * (max(fragment.right for fragment in fragments) - gutter)
    for row in rows_of(fragments):
        if any(_crosses(fragment, row, gutter, overfull_by) for fragment in row):
            parts += [left, right]
            left, right = [], []
            spanning += row
            continue
        parts.append(spanning)
        spanning = []
        left += [fragment for fragment in row if fragment.left < gutter]
        right += [fragment for fragment in row if fragment.left >= gutter]
    return [part for part in [*parts, spanning, left, right] if part]


def _crosses(
    fragment: Fragment, row: Sequence[Fragment], gutter: float, overfull_by: float
) -> bool:
    """Tell whether a fragment belongs to both columns; an overfull line of the left one does not."""
    if not fragment.left < gutter < fragment.right:
        return False
    if fragment.right < gutter + overfull_by and " " not in fragment.text:
        return False
    return row[-1].left < gutter or row[-1].left <= fragment.right


def _find_gutter(fragments: Sequence[Fragment]) -> float | None:
    """The middle of the strip between two columns of running text; None where there is one column."""
    start = min(fragment.left for fragment in fragments)
    width = max(fragment.right for fragment in fragments) - start
    if width <= 0 or len(fragments) < 2 * _LEAST_FRAGMENTS:
        return None
    first, last = (int(share * width / _BIN_POINTS) for share in _MIDDLE)
    crossed = [0] * (int(width / _BIN_POINTS) + 2)
    for fragment in fragments:
        # a difference array: linear however wide the fragments are
        crossed[min(len(crossed) - 1, max(0, int((fragment.left - start) / _BIN_POINTS)))] += 1
        crossed[min(len(crossed) - 1, int((fragment.right - start) / _BIN_POINTS) + 1)] -= 1
    for index in range(1, len(crossed)):
        crossed[index] += crossed[index - 1]
    middle = crossed[first : last + 1]
    if not middle:
        return None
    least = min(middle)
    if least > _MOST_CROSSING * len(fragments) / 2:
        return None
    free = [first + index for index, times in enumerate(middle) if times == least]
    gutter = start + (free[len(free) // 2] + 0.5) * _BIN_POINTS
    return gutter if _is_text_beside(fragments, gutter, start, start + width) else None


def _is_text_beside(fragments: Sequence[Fragment], gutter: float, start: float, end: float) -> bool:
    """Tell whether both sides of a gutter are columns of running text, and no cells of a table."""
    left = [fragment for fragment in fragments if fragment.right <= gutter]
    right = [fragment for fragment in fragments if fragment.left >= gutter]
    least = max(_LEAST_FRAGMENTS, _LEAST_SHARE * len(fragments) / 2)
    if min(len(left), len(right)) < _LEAST_FRAGMENTS or max(len(left), len(right)) < least:
        return False
    return all(
        _middle_width(side) >= _LEAST_FILL * column
        for side, column in ((left, gutter - start), (right, end - gutter))
    )


def _middle_width(side: Sequence[Fragment]) -> float:
    widths = sorted(row[-1].right - row[0].left for row in rows_of(side))
    return widths[len(widths) // 2]
