"""What a page prints around its text: running heads, footers, page numbers.

A line at the top or bottom of a page is furniture when it comes again at the same
height on other pages, its numbers aside; when it is a number alone; or when it
stands where such lines stand on most pages (heads that name the section). Nothing
but furniture stands outside of it, and it stands clear of the text.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.pdf_fragments import Fragment, rows_of
from provenance.formats.pdf_drawn import Rule
from provenance.formats.pdf_layout import PageLayout

__all__ = ["without_furniture"]

_ROWS_LOOKED_AT = 3
_NUMBER = lazy_pattern(r"\d+")
_PAGE_NUMBER = lazy_pattern(
    r"\W*(?:page\s)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s?(?:of|/)\s?\d{1,4})?\W*", re.IGNORECASE
)
# "[20] Ibid." may begin two pages of a list at the same height.
_ENTRY = lazy_pattern(r"\[\d{1,4}\]\s|\d{1,4}[.)]?\s+(?:Ibid|Id)\b")
_HEIGHT_STEP = 4.0  # points: baselines of the same line on other pages differ by less
# A footer stands clear of the text above it: in shares of the size of type.
_CLEAR_OF_TEXT = 1.6
_ALONE = 99.0
# A rule above notes, in points: it is a part of the column wide; one above a footer is as wide as the page.
_SHORT_RULE = 250.0
_NEAR = 20.0
# In shares of the size of type: a rule above notes stands no further above the first of them.
_RULE_ABOVE = 3.0

_Kind = TypeVar("_Kind", int, str)


class _Edge(NamedTuple):
    """A row at the top or bottom of a page."""

    page: int
    is_top: bool
    depth: int
    text: str
    slot: tuple[bool, int, int]
    is_clear: bool
    is_note: bool
    fragments: tuple[Fragment, ...]

    @property
    def shape(self) -> tuple[bool, int, str]:
        """Where it stands and its words, the numbers aside."""
        return (self.is_top, self.slot[1], _NUMBER.sub("#", self.text))


def without_furniture(
    pages: Sequence[PageLayout], fragments: Sequence[Sequence[Fragment]]
) -> list[list[Fragment]]:
    """Return the fragments of each page, without what is printed around the text."""
    edges = [
        edge
        for number, page in enumerate(fragments)
        for edge in _edges_of(number, page, pages[number].rules)
        if not edge.is_note
    ]
    shapes = Counter(edge.shape for edge in edges)
    edges = [
        edge._replace(is_clear=edge.is_clear or _is_on_most(edge, shapes, len(pages)))
        for edge in edges
    ]
    numbers = Counter(
        edge.slot for edge in edges if edge.is_clear and _PAGE_NUMBER.fullmatch(edge.text)
    )
    sure = [edge for edge in edges if _is_furniture(edge, shapes, numbers, len(pages))]
    known = set(map(id, sure))
    slots = Counter(edge.slot for edge in _outermost(sure))
    found = [
        edge
        for edge in edges
        if id(edge) in known
        or (edge.is_clear and _times_near(slots, edge.slot) * 2 > len(pages) > 2)
    ]
    dropped = {id(fragment) for edge in _outermost(found) for fragment in edge.fragments}
    return [[fragment for fragment in page if id(fragment) not in dropped] for page in fragments]


def _outermost(found: Sequence[_Edge]) -> list[_Edge]:
    """Those with nothing but their like towards the page's edge, up to the last that stands clear."""
    kept: list[_Edge] = []
    for _, side in groupby(found, key=lambda edge: (edge.page, edge.is_top)):
        rows = list(side)
        unbroken = [edge for number, edge in enumerate(rows) if edge.depth == number]
        last = max((n for n, edge in enumerate(unbroken, 1) if edge.is_clear), default=0)
        kept += unbroken[:last]
    return kept


def _edges_of(number: int, fragments: Sequence[Fragment], rules: Sequence[Rule]) -> list[_Edge]:
    """The rows of both edges, from the edge inwards."""
    rows = rows_of(fragments)
    upper = min(_ROWS_LOOKED_AT, (len(rows) + 1) // 2)
    top = range(upper)
    bottom = range(len(rows) - 1, max(upper, len(rows) - _ROWS_LOOKED_AT) - 1, -1)
    return [
        *(_edge(number, rows, index, rules, is_top=True) for index in top),
        *(_edge(number, rows, index, rules, is_top=False) for index in bottom),
    ]


def _edge(
    number: int,
    rows: Sequence[Sequence[Fragment]],
    index: int,
    rules: Sequence[Rule],
    *,
    is_top: bool,
) -> _Edge:
    row = rows[index]
    main = max((fragment.main for fragment in row), key=lambda run: len(run.text))
    beside = index + 1 if is_top else index - 1
    next_to = rows[beside][0].main.baseline if 0 <= beside < len(rows) else None
    gap = _ALONE if next_to is None else abs(next_to - main.baseline) / max(main.size, 1.0)
    slot = (is_top, round(main.baseline / _HEIGHT_STEP), round(main.size))
    text = " ".join(fragment.text for fragment in row)
    return _Edge(
        number,
        is_top,
        index if is_top else len(rows) - 1 - index,
        text,
        slot,
        gap > _CLEAR_OF_TEXT,
        _ENTRY.match(text) is not None or (not is_top and _begins_note(row, next_to, rules)),
        tuple(row),
    )


def _begins_note(row: Sequence[Fragment], above: float | None, rules: Sequence[Rule]) -> bool:
    """Tell whether a row at the bottom begins with a raised number, or stands below a short rule."""
    first = row[0].runs[0]
    if first is not row[0].main and first.baseline > row[0].main.baseline + 1:
        return True
    return any(
        row[0].main.baseline < rule.y < (above or rule.y)
        and rule.y - row[0].main.baseline < _RULE_ABOVE * row[0].main.size
        and rule.right - rule.left < _SHORT_RULE
        and abs(rule.left - row[0].left) < _NEAR
        for rule in rules
    )


def _times_near(counted: Counter[tuple[bool, int, _Kind]], wanted: tuple[bool, int, _Kind]) -> int:
    """How often it was counted at this height, or one step beside it."""
    is_top, height, kind = wanted
    return sum(counted[is_top, height + step, kind] for step in (-1, 0, 1))


def _is_furniture(
    edge: _Edge,
    shapes: Counter[tuple[bool, int, str]],
    numbers: Counter[tuple[bool, int, int]],
    pages: int,
) -> bool:
    if _PAGE_NUMBER.fullmatch(edge.text) and edge.is_clear:
        return _times_near(numbers, edge.slot) > 1 or pages == 1
    # "12 Id." may end two pages at the same height: a footer stands clear, or on most pages
    return edge.is_clear and _times_near(shapes, edge.shape) > 1


def _is_on_most(edge: _Edge, shapes: Counter[tuple[bool, int, str]], pages: int) -> bool:
    """Tell whether the first or last row of a page is that of most pages, the numbers aside."""
    if edge.depth:
        return False
    return _times_near(shapes, edge.shape) * 2 > pages > 2
