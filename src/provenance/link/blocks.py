"""Blocks of a page that an extraction ran together, set apart again. PURE.

trafilatura's last resort for short pages makes one line of all that stands in the
article: heading, byline and paragraphs. No sentence of such a line begins where it does
on the page.
"""

from collections.abc import Iterator
from typing import Any

__all__ = ["set_blocks_apart"]

_BLOCKS = frozenset(
    "address article aside blockquote br dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tr ul".split()
)
# Each miss is a search through the page: on a page of a megabyte, up to a millisecond.
_MOST_MISSES = 100
_SILENT = frozenset("script style noscript template".split())


def set_blocks_apart(text: str, body: Any) -> str:
    r"""Return the text with a line break for the blank wherever a new block of the page begins.

    `body` is the page's tree (lxml). Nothing but blanks between words is changed; lines that do not
    stand on the page as they are (cells of a table, say) stay as they are.

    >>> from lxml.html import fromstring
    >>> set_blocks_apart("Tolls rise Ada Marrow A guild pays.", fromstring(
    ...     "<article><h1>Tolls rise</h1><p>Ada <b>Marrow</b></p><p>A guild pays.</p></article>"))
    'Tolls rise\nAda Marrow\nA guild pays.'
    """
    letters, starts = _read(body)
    lines, at, misses = [], 0, 0
    for line in text.split("\n"):
        bare = "".join(line.split())
        # lines follow each other as on the page; each one that does not costs a search of all of it
        found = letters.find(bare, at)
        if found < 0 and misses < _MOST_MISSES:
            misses, found = misses + 1, letters.find(bare)
        lines.append(_cut(line, found, starts) if found >= 0 else line)
        at = found + len(bare) if found >= 0 else at
    return "\n".join(lines)


def _read(body: Any) -> tuple[str, frozenset[int]]:
    """The page's characters without blanks, and the places where a block begins or ends."""
    parts: list[str] = []
    starts: set[int] = set()
    at = 0
    for is_edge, said in _walk(body):
        if is_edge:
            starts.add(at)
        parts.append("".join(said.split()))
        at += len(parts[-1])
    return "".join(parts), frozenset(starts)


def _walk(body: Any) -> Iterator[tuple[bool, str]]:
    """Yield each piece of text, and whether an edge of a block stands before it."""
    is_edge = body.tag in _BLOCKS
    if body.tag not in _SILENT and isinstance(body.tag, str):  # a comment's tag is a function
        yield is_edge, body.text or ""
        for child in body:
            yield from _walk(child)
            yield False, child.tail or ""
    yield is_edge, ""


def _cut(line: str, at: int, starts: frozenset[int]) -> str:
    """Break a line, whose first character is the page's number `at`, at blanks where a block begins."""
    words = line.split(" ")
    parts = [words[0]]
    for word in words[1:]:
        at += len("".join(parts[-1].split()))
        parts += ["\n" if at in starts and word else " ", word]
    return "".join(parts)
