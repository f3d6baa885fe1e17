"""What Markdown stands in: block quotes, list items and notes, and whether a line goes on with them."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from provenance.cite.readers.markdown_lines import indent_of, skip_columns

__all__ = ["Container", "match_containers"]

_MAX_QUOTE_INDENT = 3
_NOTE_INDENT = 4


class Container(NamedTuple):
    """A container, and how many blanks a line begins with that goes on with it."""

    kind: Literal["quote", "item", "note"]
    indent: int = 0


def match_containers(
    source: str, stack: Sequence[Container], position: int, end: int
) -> tuple[int, int]:
    """Return where a line's content begins, and how many of the open containers it goes on with."""
    for depth, container in enumerate(stack):
        columns, first = indent_of(source, position, end)
        if container.kind == "quote":
            if columns > _MAX_QUOTE_INDENT or first >= end or source[first] != ">":
                return position, depth
            position = first + 1
            position += source[position:end].startswith((" ", "\t"))
        elif first < end:
            if columns < container.indent:
                return position, depth
            most = _NOTE_INDENT if container.kind == "note" else container.indent
            position = skip_columns(source, position, end, most)
    return position, len(stack)
