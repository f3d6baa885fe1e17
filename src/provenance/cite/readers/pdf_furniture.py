"""What a page prints around its text: running heads, footers, page numbers.

A line at the top or bottom of a page is furniture when it comes again at the same
height on other pages, its numbers aside; when it is a number alone; or when it
stands where such lines stand on most pages (heads that name the section).
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from provenance.cite.readers.pdf_lines import Fragment, rows_of
from provenance.formats.pdf_layout import PageLayout

__all__ = ["without_furniture"]

_ROWS_LOOKED_AT = 3
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page\s)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s?(?:of|/)\s?\d{1,4})?\W*", re.IGNORECASE
)
_HEIGHT_STEP = 4.0  # points: baselines of the same line on other pages differ by less
# A footer stands clear of the text above it: in shares of the size of type.
_CLEAR_OF_TEXT = 1.6
_CLEAR_ALONE = 2.0


class _Edge(NamedTuple):
    """A row at the top or bottom of a page."""

    page: int
    is_top: bool
    text: str
    slot: tuple[bool, int, int]
    is_clear: bool
    fragments: tuple[Fragment, ...]

    @property
    def shape(self) -> tuple[bool, int, str]:
        """Where it stands and its words, the numbers aside."""
        return (self.is_top, self.slot[1], _NUMBER.sub("#", self.text))


def without_furniture(
    pages: Sequence[PageLayout], fragments: Sequence[Sequence[Fragment]]
) -> list[list[Fragment]]:
    """Return the fragments of each page, without what is printed around the text."""
    edges = [edge for number, page in enumerate(fragments) for edge in _edges_of(number, page)]
    shapes = Counter(edge.shape for edge in edges)
    numbers = Counter(
        edge.slot for edge in edges if edge.is_clear and _PAGE_NUMBER.fullmatch(edge.text)
    )
    sure = [edge for edge in edges if _is_furniture(edge, shapes, numbers, len(pages))]
    slots = Counter(edge.slot for edge in sure)
    dropped: list[set[int]] = [set() for _ in pages]
    for edge in edges:
        stands_there = edge.is_clear and slots[edge.slot] * 2 > len(pages) > 2
        if edge in sure or stands_there:
            dropped[edge.page].update(map(id, edge.fragments))
    return [
        [fragment for fragment in page if id(fragment) not in gone]
        for page, gone in zip(fragments, dropped, strict=True)
    ]


def _edges_of(number: int, fragments: Sequence[Fragment]) -> list[_Edge]:
    rows = rows_of(fragments)
    top = range(min(_ROWS_LOOKED_AT, len(rows)))
    bottom = range(max(_ROWS_LOOKED_AT, len(rows) - _ROWS_LOOKED_AT), len(rows))
    return [
        *(_edge(number, rows, index, is_top=True) for index in top),
        *(_edge(number, rows, index, is_top=False) for index in bottom),
    ]


def _edge(number: int, rows: Sequence[Sequence[Fragment]], index: int, *, is_top: bool) -> _Edge:
    row = rows[index]
    main = max((fragment.main for fragment in row), key=lambda run: len(run.text))
    beside = index + 1 if is_top else index - 1
    gap = 99.0
    if 0 <= beside < len(rows):
        gap = abs(rows[beside][0].main.baseline - main.baseline) / max(main.size, 1.0)
    slot = (is_top, round(main.baseline / _HEIGHT_STEP), round(main.size))
    text = " ".join(fragment.text for fragment in row)
    return _Edge(number, is_top, text, slot, gap > _CLEAR_OF_TEXT, tuple(row))


def _is_furniture(
    edge: _Edge,
    shapes: Counter[tuple[bool, int, str]],
    numbers: Counter[tuple[bool, int, int]],
    pages: int,
) -> bool:
    if _PAGE_NUMBER.fullmatch(edge.text) and edge.is_clear:
        return numbers[edge.slot] > 1 or pages == 1
    times = shapes[edge.shape]
    # "12 Id." may end two pages at the same height: a footer stands clear, or on most pages
    return times > 1 and (edge.is_clear or times * 2 > pages > 2)
