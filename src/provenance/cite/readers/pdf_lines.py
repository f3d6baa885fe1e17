"""Pieces of text on a page -> its lines in reading order, in one column or two.

First pieces that follow each other on a line become fragments, then a gutter is
looked for: a strip in the middle of the page that hardly any fragment crosses,
with running text on both sides. What crosses it (a title, a wide figure) parts the
page into bands; in each band the left column is read before the right one.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from provenance.formats.pdf_layout import LinkArea, PageLayout, TextRun

__all__ = ["Fragment", "Line", "fragments_of", "lines_of", "rows_of"]

# All in shares of the size of type.
_LINE_GAP = 1.5
_WORD_GAP = 0.15
_SAME_LINE = 0.5
# Raised type (a note's marker) is at most this big beside its line, and stands this much higher.
_RAISED_SIZE = 0.85
_RAISED_BY = 0.12
_SUPERSCRIPTS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")

# A line of which less is bold begins with a heading and goes on in the paragraph's own type.
_BOLD_SHARE = 0.9

_BIN_POINTS = 2.0
_MIDDLE = (0.35, 0.65)
_LEAST_FRAGMENTS = 6
_MOST_CROSSING = 0.4
_LEAST_SHARE = 0.25
# Share of its column that the middle fragment of running text fills; the cells of a table do not.
_LEAST_FILL = 0.6


class Fragment(NamedTuple):
    """Runs that follow each other on one line without a wide gap."""

    runs: tuple[TextRun, ...]

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.runs[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(run.right for run in self.runs)

    @property
    def main(self) -> TextRun:
        """The run that most of its characters are in: its size and baseline are the line's."""
        return max(self.runs, key=lambda run: len(run.text))

    @property
    def text(self) -> str:
        """Its characters, with single blanks between the words."""
        return _join_runs(self.runs)[0]


class Line(NamedTuple):
    """One line of a column: `page` counts from 1, `column` numbers the columns of the document.

    `edges` is the left edge of each character, `raised` are the spans of the text
    that stand higher in smaller type, `links` (start, end, address) what its
    characters are linked to; `limit` is the right edge of its column.
    """

    page: int
    column: int
    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool
    edges: tuple[float, ...]
    raised: tuple[tuple[int, int], ...]
    links: tuple[tuple[int, int, str], ...] = ()
    limit: float = 0.0


def fragments_of(page: PageLayout) -> list[Fragment]:
    """Return the fragments of a page in the order of the file."""
    groups: list[list[TextRun]] = []
    for run in page.runs:
        if groups and _follows(groups[-1][-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [Fragment(tuple(group)) for group in groups]


def _follows(last: TextRun, run: TextRun) -> bool:
    size = max(last.size, run.size)
    return (
        abs(run.baseline - last.baseline) < _SAME_LINE * size
        and -0.5 * size <= run.left - last.right <= _LINE_GAP * size
    )


def rows_of(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Return the fragments by the line they stand on, from the top, each line from the left."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda one: -one.main.baseline):
        if rows and _is_same_row(rows[-1], fragment):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _is_same_row(row: Sequence[Fragment], fragment: Fragment) -> bool:
    first = row[0].main
    size = max(first.size, fragment.main.size)
    return first.baseline - fragment.main.baseline < _SAME_LINE * size


def lines_of(
    fragments: Sequence[Fragment], number: int, first_column: int, links: Sequence[LinkArea]
) -> list[Line]:
    """Return the lines of page `number` in reading order; its columns count from `first_column`."""
    lines: list[Line] = []
    for part in _parts_in_order(fragments):
        rows = rows_of(part)
        limit = max(fragment.right for fragment in part)
        column = first_column + (lines[-1].column - first_column + 1 if lines else 0)
        lines += [_line_of(row, number, column, limit, links) for row in rows]
    return lines


def _parts_in_order(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
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
    for row in rows_of(fragments):
        if any(fragment.left < gutter < fragment.right for fragment in row):
            parts += [left, right]
            left, right = [], []
            spanning += row
            continue
        parts.append(spanning)
        spanning = []
        left += [fragment for fragment in row if fragment.right <= gutter]
        right += [fragment for fragment in row if fragment.left >= gutter]
    return [part for part in [*parts, spanning, left, right] if part]


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


def _line_of(
    row: Sequence[Fragment], page: int, column: int, limit: float, links: Sequence[LinkArea]
) -> Line:
    runs = sorted((run for fragment in row for run in fragment.runs), key=lambda run: run.left)
    text, edges, starts = _join_runs(runs)
    main = max(runs, key=lambda run: len(run.text))
    right = max(run.right for run in runs)
    bold = sum(len(run.text) for run in runs if run.is_bold)
    return Line(
        page,
        column,
        text,
        runs[0].left,
        right,
        main.baseline,
        main.size,
        bold > _BOLD_SHARE * len(text),
        edges,
        _raised_in(runs, starts, main, text),
        _linked_in(text, edges, right, main, links),
        limit,
    )


def _join_runs(runs: Sequence[TextRun]) -> tuple[str, tuple[float, ...], list[int]]:
    """The text of runs side by side, the edges of its characters, and where each run starts."""
    parts: list[str] = []
    edges: list[float] = []
    starts: list[int] = []
    length = 0
    for index, run in enumerate(runs):
        last = runs[index - 1]
        size = min(last.size, run.size)
        if index and (run.after_blank or run.left - last.right > _WORD_GAP * size):
            parts.append(" ")
            edges.append(last.right)
            length += 1
        starts.append(length)
        parts.append(run.text)
        edges += run.edges
        length += len(run.text)
    return "".join(parts), tuple(edges), starts


def _raised_in(
    runs: Sequence[TextRun], starts: Sequence[int], main: TextRun, text: str
) -> tuple[tuple[int, int], ...]:
    """Where the line's text stands raised, in order; neighbours are one span."""
    spans = [
        (start, start + len(run.text))
        for run, start in zip(runs, starts, strict=True)
        if run.size <= _RAISED_SIZE * main.size
        and run.baseline >= main.baseline + _RAISED_BY * main.size
    ]
    spans += [(i, i + 1) for i, char in enumerate(text) if char in _SUPERSCRIPTS]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _linked_in(
    text: str, edges: Sequence[float], right: float, main: TextRun, links: Sequence[LinkArea]
) -> tuple[tuple[int, int, str], ...]:
    """What characters of the line lie in the area of a link, by their middles."""
    middle = main.baseline + 0.3 * main.size
    here = [
        link
        for link in links
        if link.bottom <= middle <= link.top and link.left < right and link.right > edges[0]
    ]
    if not here:
        return ()
    ends = [*edges[1:], right]
    centres = [(edge + end) / 2 for edge, end in zip(edges, ends, strict=True)]
    found = []
    for link in here:
        inside = [i for i, centre in enumerate(centres) if link.left <= centre <= link.right]
        inside = [i for i in inside if not text[i].isspace()]
        if inside:
            found.append((inside[0], inside[-1] + 1, link.uri))
    return tuple(sorted(found))
