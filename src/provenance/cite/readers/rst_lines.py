"""A reStructuredText cut into lines, each with its indent; blank lines belong to what is around them."""

import re
from typing import NamedTuple

from provenance.text import Span

__all__ = ["Line", "end_of_indented", "read_lines"]

_TAB = 8  # a tab stop, as docutils takes it


class Line(NamedTuple):
    """A line: where its words begin and end in the source, and how many columns stand before them."""

    start: int
    end: int
    indent: int

    @property
    def is_blank(self) -> bool:
        """Tell whether the line holds nothing."""
        return self.start == self.end

    def of(self, source: str) -> str:
        """Return the words of the line."""
        return source[self.start : self.end]


def read_lines(source: str, span: Span) -> list[Line]:
    """Return the lines of a part of a source."""
    lines = []
    for match in re.compile(r"[^\n]*\n|[^\n]+").finditer(source, span.start, span.end):
        text = match[0].rstrip()
        words = text.lstrip(" \t\x0b\x0c")
        before = text[: len(text) - len(words)]
        start = match.start() + len(before)
        lines.append(Line(start, start + len(words), len(before.expandtabs(_TAB))))
    return lines


def end_of_indented(lines: list[Line], first: int, indent: int) -> int:
    """Return the index behind the lines from `first` on that are indented deeper than `indent`."""
    end = first
    for index in range(first, len(lines)):
        if lines[index].is_blank:
            continue
        if lines[index].indent <= indent:
            break
        end = index + 1
    return end
