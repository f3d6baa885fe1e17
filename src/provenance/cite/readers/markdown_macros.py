"""What site generators put between the words of a Markdown text: attributes, tags, shortcodes, remarks."""

from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.text import Span

__all__ = ["Macro", "read_attributes", "read_remark", "read_shortcode"]

# kramdown's `{: .class}`, Pandoc's `{.class}` and `{#id}`, the tags of Liquid
_ATTRIBUTES = lazy_pattern(r"\{:[^{}\n]{0,400}\}|\{[.#][^{}\n]{0,400}\}|\{%[^{}\n]{0,400}%\}")
# Hugo's `{{< figure caption="…" >}}`, the variables of Liquid and Jinja
_SHORTCODE = lazy_pattern(r"\{\{(?P<words>[^{}]{0,4000})\}\}")
_CAPTION = lazy_pattern(r"\bcaption=\"(?P<words>[^\"]*)\"")
# `+++(5)+++`: a number that whoever copied a text wrote beside it is no word of the text.
_REMARK = lazy_pattern(r"\+\+\+\((?P<words>[^()\n]{0,400})\)\+\+\+")


class Macro(NamedTuple):
    """The part of a macro that readers see, maybe empty, and the offset behind the macro."""

    caption: Span
    end: int


def read_attributes(text: str, position: int) -> int | None:
    """Return the offset behind the attributes or the tag at `position`, None where none is."""
    found = _ATTRIBUTES.match(text, position)
    return found.end() if found else None


def read_shortcode(text: str, position: int) -> Macro | None:
    """Return the shortcode at `position`: of its arguments only a caption is seen."""
    found = _SHORTCODE.match(text, position)
    if found is None:
        return None
    caption = _CAPTION.search(text, found.start("words"), found.end("words"))
    return Macro(
        Span(*caption.span("words")) if caption else Span(found.end(), found.end()), found.end()
    )


def read_remark(text: str, position: int) -> Macro | None:
    """Return the remark at `position`: its words in their parentheses, nothing of a mere number.

    >>> read_remark("a+++(yes)+++", 1), read_remark("a+++(5)+++", 1)
    (Macro(caption=Span(start=4, end=9), end=12), Macro(caption=Span(start=10, end=10), end=10))
    """
    found = _REMARK.match(text, position)
    if found is None:
        return None
    start, end = found.span("words")
    is_number = found["words"].isdigit()
    return Macro(
        Span(found.end(), found.end()) if is_number else Span(start - 1, end + 1), found.end()
    )
