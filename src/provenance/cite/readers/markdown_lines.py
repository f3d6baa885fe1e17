"""What one line of Markdown begins: the patterns of its blocks, and the arithmetic of its indents."""

import re
from itertools import pairwise
from typing import Literal

from provenance.cite.patterns import lazy_pattern
from provenance.text import Span

__all__ = [
    "DEFINITION",
    "DELIMITER_ROW",
    "ENTRY_LINE",
    "ITEM",
    "NOTE",
    "RAW_START",
    "RULE",
    "SETEXT",
    "LeafStart",
    "cells_of",
    "find_leaf_start",
    "heading_words",
    "indent_of",
    "skip_columns",
]

_TAB = 4
_FENCE = lazy_pattern(r"(?P<run>`{3,}(?=[^`]*$)|~{3,})")
_ATX = lazy_pattern(r"(?P<run>#{1,6})(?=[ \t]|$)")
RULE = lazy_pattern(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
SETEXT = lazy_pattern(r" {0,3}(?P<run>=+|-+)[ \t]*$")
DELIMITER_ROW = lazy_pattern(
    r"(?=[^|]*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$|\+(?:[-=:]+\+)+[ \t]*$"
)
_ROW = lazy_pattern(r"\|[^|\n]*\|")
ITEM = lazy_pattern(r"(?P<bullet>[-+*](?=[ \t]|$))|(?P<number>\d{1,9})[.)](?=[ \t]|$)")
NOTE = lazy_pattern(r"\[\^(?P<label>[^\[\]\n]{1,80})\]:")
DEFINITION = lazy_pattern(
    r"\[(?!\^)(?P<label>(?:[^\[\]\\]|\\.){1,999})\]:[ \t]*(?P<href><[^<>\n]*>|[^\s<]\S*)"
    r"(?P<title>[ \t]+(?:\"(?:[^\"\\]|\\.)*+\"|'[^']*'|\([^()]*\)))?[ \t]*(?:\{[^{}\n]*\})?[ \t]*$"
)
# attributes and tags alone on a line, the fence of a div (`:::info`) and what kind of call-out
# a quotation is (`[!NOTE]`)
_ATTRIBUTES_LINE = lazy_pattern(
    r"\{:[^{}]*\}[ \t]*$|\{%[^%]*%\}[ \t]*$|\[toc\][ \t]*$|\[![\w-]{2,20}\][+-]?[ \t]*$"
    r"|:{3,}[ \t]*[\w-]*[ \t]*(?:\{[^{}\n]*\})?[ \t]*:*$",
    re.IGNORECASE,
)
RAW_START = lazy_pattern(
    r"<(?:(?P<comment>!--)|(?P<tag>script|style|template|pre)(?=[\s>]|$))", re.IGNORECASE
)
_HTML_BLOCK = lazy_pattern(
    r"</?(?:address|article|aside|blockquote|body|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure"
    r"|footer|form|h[1-6]|header|hr|html|li|main|menu|nav|ol|p|section|summary|table|tbody|td|tfoot|th|thead"
    r"|tr|ul)(?=[\s/>]|$)",
    re.IGNORECASE,
)
ENTRY_LINE = lazy_pattern(r"\\?\[\d{1,4}\\?\]|\d{1,4}[.)](?=[ \t])|<sup>\s*\\?\[?\d|[⁰¹²³⁴⁵⁶⁷⁸⁹]")


LeafStart = Literal[
    "fence", "heading", "raw", "html", "row", "attributes", "rule", "delimiter row"
]  # fmt: skip
# which first characters a leaf may have (all others: none), its pattern, its name; the first that fits
_LEAF_STARTS: tuple[tuple[str, re.Pattern[str], LeafStart], ...] = (
    ("`~", _FENCE, "fence"),
    ("#", _ATX, "heading"),
    ("<", RAW_START, "raw"),
    ("<", _HTML_BLOCK, "html"),
    ("|-:+", DELIMITER_ROW, "delimiter row"),
    ("|", _ROW, "row"),
    ("{[:", _ATTRIBUTES_LINE, "attributes"),
    ("*_-", RULE, "rule"),
)


def find_leaf_start(source: str, first: int, end: int) -> LeafStart | None:
    """Return what a line begins that may also interrupt a paragraph, None for a paragraph's own line."""
    character = source[first]
    for characters, pattern, name in _LEAF_STARTS:
        if character in characters and pattern.match(source, first, end):
            return name
    return None


def indent_of(source: str, position: int, end: int) -> tuple[int, int]:
    """How many columns of blanks stand at `position`, and where they end."""
    columns = 0
    while position < end and source[position] in " \t\x0c":
        columns += _TAB - columns % _TAB if source[position] == "\t" else 1
        position += 1
    return columns, position


def skip_columns(source: str, position: int, end: int, most: int) -> int:
    """Where a line's content begins behind `most` columns of blanks, or fewer where there are fewer."""
    columns = 0
    while position < end and columns < most and source[position] in " \t":
        columns += _TAB - columns % _TAB if source[position] == "\t" else 1
        position += 1
    return position


def heading_words(source: str, first: int, end: int) -> tuple[Span, int]:
    """The words of an _ATX heading, without its `#` and attributes, and its level."""
    found = _ATX.match(source, first, end)
    level = len(found["run"]) if found else 1
    begins = indent_of(source, first + level, end)[1]
    words = source[begins:end].rstrip()
    if words.endswith("}") and (opened := words.rfind("{")) >= 0:
        words = words[:opened].rstrip()
    closed = words.rstrip("#")
    if closed != words and closed[-1:] in {"", " ", "\t"}:
        words = closed.rstrip()
    return Span(begins, begins + len(words)), level


def cells_of(source: str, start: int, end: int) -> list[Span]:
    """Return the cells of a row, without the blanks and bars around them."""
    bars = [match.start() for match in re.finditer(r"(?<!\\)\|", source[start:end])]
    edges = [start - 1, *(start + bar for bar in bars), end]
    cells = []
    for left, right in pairwise(edges):
        begins, ends = left + 1, right
        while begins < ends and source[begins] in " \t":
            begins += 1
        while ends > begins and source[ends - 1] in " \t":
            ends -= 1
        if begins < ends:
            cells.append(Span(begins, ends))
    return cells
