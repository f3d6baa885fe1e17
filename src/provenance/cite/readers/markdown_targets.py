"""Where the links of Markdown lead: `](href "title")`, and labels as they are compared."""

from html import unescape
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern

__all__ = [
    "Reference",
    "Target",
    "find_inline_target",
    "find_reference",
    "normalize_label",
    "unescape_markdown",
]

# An href without angle brackets holds balanced parentheses; three deep is more than any seen
# (wiki pages have one, the U.S. Code's search two).
_HREF = lazy_pattern(
    r"[ \t\n]*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?:[^\s()\\<]|\\.|<|"
    r"\((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+\))*+\))*+))"
)
_BEHIND_HREF = lazy_pattern(
    r"(?:[ \t\n]+(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)))?[ \t\n]*\)"
)
_ATTRIBUTES = lazy_pattern(r"\{:?[ \t]*(?:[.#]|[\w-]+=)[^{}\n]{0,400}\}")
_REFERENCE = lazy_pattern(r"\[(?P<label>(?:[^\[\]\\]|\\.){0,999})\]")
# No label of a definition is longer (CommonMark 0.31, 4.7).
_MAX_LABEL = 999
_ESCAPE = lazy_pattern(r"\\([!-/:-@\[-`{-~])")


class Target(NamedTuple):
    """An href as a renderer would write it, and the offset behind the link's end."""

    href: str
    end: int


class Reference(NamedTuple):
    """The label that brackets refer to, the offset behind them, and whether it is not their own words."""

    label: str
    end: int
    is_full: bool


def find_inline_target(text: str, position: int) -> Target | None:
    """Return what the parenthesis at `position` names, None where it is no link's.

    >>> find_inline_target('(https://a.org/x_(y) "Title") more', 0)
    Target(href='https://a.org/x_(y)', end=29)
    """
    if not text.startswith("(", position):
        return None
    href = _HREF.match(text, position + 1)
    closed = _BEHIND_HREF.match(text, href.end()) if href else None
    if href is None or closed is None:
        return None
    written = href["bare"] if href["angled"] is None else href["angled"]
    return Target(unescape_markdown(written), end_of_attributes(text, closed.end()))


def find_reference(text: str, content: int, position: int) -> Reference | None:
    """Return what the brackets around `text[content : position - 1]` refer to, if they are not too long.

    >>> find_reference("[words][Label] more", 1, 7)
    Reference(label='label', end=14, is_full=True)
    """
    found = _REFERENCE.match(text, position)
    end = found.end() if found else position
    if found and found["label"]:
        return Reference(normalize_label(found["label"]), end, is_full=True)
    if position - content > _MAX_LABEL:
        return None
    return Reference(normalize_label(text[content : position - 1]), end, is_full=False)


def end_of_attributes(text: str, position: int) -> int:
    """Return the offset behind attributes such as `{:target="_blank"}`, or `position` itself."""
    found = _ATTRIBUTES.match(text, position)
    return found.end() if found else position


def normalize_label(label: str) -> str:
    """Return a link's label as labels are compared: blanks and case do not count."""
    return " ".join(label.split()).casefold()


def unescape_markdown(written: str) -> str:
    """Return an href or title without backslashes and entities."""
    return unescape(_ESCAPE.sub(r"\1", written)) if "\\" in written or "&" in written else written
