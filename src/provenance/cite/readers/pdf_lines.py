"""Fragments -> the lines of a page in reading order, with what is raised and what is linked."""

from collections.abc import Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.pdf_columns import limit_of, parts_in_order
from provenance.cite.readers.pdf_fragments import Fragment, join_runs, rows_of
from provenance.cite.signs import RAISED
from provenance.formats.pdf_layout import LinkArea, TextRun

__all__ = ["Line", "lines_of"]

# Raised type (a note's marker) is at most this big beside its line, and stands this much higher.
_RAISED_SIZE = 0.85
_RAISED_BY = 0.12
# Type of nearly the line's size is raised where it stands this much higher.
_CLEARLY_RAISED_BY = 0.25
_LONE_MARKER = lazy_pattern(r"\d{1,3}")
_LONE_SIZE = 0.95
_LONE_GAP = 1.6

# A line of which less is bold begins with a heading and goes on in the paragraph's own type.
_BOLD_SHARE = 0.9


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


def lines_of(
    fragments: Sequence[Fragment], number: int, first_column: int, links: Sequence[LinkArea]
) -> list[Line]:
    """Return the lines of page `number` in reading order; its columns count from `first_column`."""
    lines: list[Line] = []
    for part in parts_in_order(fragments):
        rows = rows_of(part)
        limit = limit_of(part)
        column = first_column + (lines[-1].column - first_column + 1 if lines else 0)
        for row in rows:
            line = _line_of(row, number, column, limit, links)
            lines.append(_raise_lone(line, lines[-1] if lines else line))
    return lines


def _raise_lone(line: Line, last: Line) -> Line:
    """The number of a note that had no room on the full line above stands raised, with nothing beside it."""
    is_lone = (
        _LONE_MARKER.fullmatch(line.text) is not None
        and line.size <= _LONE_SIZE * last.size
        and 0 < last.baseline - line.baseline < _LONE_GAP * last.size
        and last.limit - last.right < last.size
    )
    return line._replace(raised=((0, len(line.text)),), size=last.size) if is_lone else line


def _line_of(
    row: Sequence[Fragment], page: int, column: int, limit: float, links: Sequence[LinkArea]
) -> Line:
    runs = sorted((run for fragment in row for run in fragment.runs), key=lambda run: run.left)
    text, edges, starts = join_runs(runs)
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


def _raised_in(
    runs: Sequence[TextRun], starts: Sequence[int], main: TextRun, text: str
) -> tuple[tuple[int, int], ...]:
    """Where the line's text stands raised, in order; neighbours are one span."""
    spans = [
        (start, start + len(run.text))
        for run, start in zip(runs, starts, strict=True)
        if run.baseline
        >= main.baseline
        + main.size * (_RAISED_BY if run.size <= _RAISED_SIZE * main.size else _CLEARLY_RAISED_BY)
    ]
    spans += [(i, i + 1) for i, char in enumerate(text) if char in RAISED]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _is_of_line(link: LinkArea, left: float, right: float, size: float) -> bool:
    """Tell whether an area lies over a line; one over an overfull line reaches into the next column."""
    shared = min(link.right, right) - max(link.left, left)
    is_of_more_lines = link.top - link.bottom > 2 * size
    return shared > 0 and (is_of_more_lines or shared >= (link.right - link.left) / 2)


def _linked_in(
    text: str, edges: Sequence[float], right: float, main: TextRun, links: Sequence[LinkArea]
) -> tuple[tuple[int, int, str], ...]:
    """What characters of the line lie in the area of a link, by their middles."""
    middle = main.baseline + 0.3 * main.size
    here = [
        link
        for link in links
        if link.bottom <= middle <= link.top and _is_of_line(link, edges[0], right, main.size)
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
