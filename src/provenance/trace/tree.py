"""Lines of a tree for any terminal: each says what it is, so that whoever prints it may colour it.

Texts come from documents and pages: control characters are replaced, since one could otherwise
move the reader's cursor.
"""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from provenance.formats.strangers import printable

__all__ = ["Node", "Role", "TreeLine", "draw"]

Role = Literal[
    "claim",
    "document",
    "note",
    "citation",
    "source",
    "capture",
    "withdrawn",
    "attachment",
    "memento",
    "evidence",
    "blank",
]

_NARROW = 60
_SHORTEST_TEXT = 20


class TreeLine(NamedTuple):
    """One line on the screen: the branches of the tree, then the text."""

    branches: str
    text: str
    role: Role

    def __str__(self) -> str:
        return f"{self.branches}{self.text}".rstrip()


class Node(NamedTuple):
    """What a line says, and what hangs on it."""

    role: Role
    text: str
    children: tuple["Node", ...] = ()


def draw(root: Node, width: int) -> Iterator[TreeLine]:
    """Yield the lines of a tree of at most `width` characters; only a longer word makes a longer line."""
    for part in _wrapped(root.text, width):
        yield TreeLine("", part, root.role)
    yield from _draw_children(root.children, "", width)


def _draw_children(children: Iterable[Node], stem: str, width: int) -> Iterator[TreeLine]:
    fork, corner, pipe, space = (
        ("├ ", "└ ", "│ ", "  ") if width < _NARROW else ("├── ", "└── ", "│   ", "    ")
    )
    nodes = tuple(children)
    for index, node in enumerate(nodes):
        is_last = index == len(nodes) - 1
        below = stem + (space if is_last else pipe)
        first = stem + (corner if is_last else fork)
        under = below + (pipe if node.children else "")
        for number, part in enumerate(_wrapped(node.text, width - max(len(first), len(under)))):
            yield TreeLine(first if number == 0 else under, part, node.role)
        yield from _draw_children(node.children, below, width)


def _wrapped(text: str, width: int) -> list[str]:
    clean = printable(text)
    room = max(width, _SHORTEST_TEXT)
    # an address that is too long is left whole, for the terminal to wrap: only so can it be copied
    wrapped = textwrap.wrap(clean, room, break_on_hyphens=False, break_long_words=False)
    return wrapped or [""]
