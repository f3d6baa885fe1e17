"""Links of a wikitext: inside the wiki, to files and categories, and out to the web."""

import html
import re
from typing import TYPE_CHECKING

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.wikitext_templates import read_call, split_at_pipes
from provenance.cite.readers.wikitext_words import CATEGORY_NAMES, FILE_NAMES, FILE_OPTIONS
from provenance.model import Link
from provenance.text import Span

if TYPE_CHECKING:
    from provenance.cite.readers.wikitext_walk import WikitextWalk

__all__ = ["take_external_link", "take_internal_link"]

_ADDRESS = lazy_pattern(r"[^\s\[\]<>\"|]+")
# `[[fr:Canard]]` leads to the same page in another language, and shows nothing here.
_INTERLANGUAGE = lazy_pattern(r"[a-z]{2,3}(?:-[a-z]{2,8}){0,2}\Z")
_SIZE = lazy_pattern(
    r"(?:\d{0,4}x)?\d{1,4}\s?(?:px|пкс|بك)|(?:upright|hochkant)\s*=?\s*[\d.]*", re.IGNORECASE
)
_SETTING = lazy_pattern(
    r"\s*(?:alt|link|upright|hochkant|page|lang|class|start|end|thumbtime|thumb|альт)\s*=",
    re.IGNORECASE,
)
_BOOKS = "https://books.google.com/books?id="


def take_internal_link(walk: "WikitextWalk", at: int, closing: int, flow: Flow) -> None:
    """Write the words of `[[target|words]]`; a file shows its caption, a category nothing."""
    first, *rest = split_at_pipes(walk.source, walk.pairs, at + 2, closing)
    target = first.of(walk.source).strip()
    namespace, colon, _ = target.partition(":")
    namespace = namespace.strip().lower() if colon else ""
    if namespace in FILE_NAMES:
        _write_caption(walk, rest, flow)
    elif namespace in CATEGORY_NAMES:
        return
    elif rest and Span(rest[0].start, closing).of(walk.source).strip():
        walk.walk(rest[0].start, closing, flow, is_inline=True)
    elif not _INTERLANGUAGE.match(namespace):
        start = first.start + first.of(walk.source).find(target.lstrip(":"))
        walk.walk(start, first.end, flow, is_inline=True)


def _write_caption(walk: "WikitextWalk", values: list[Span], flow: Flow) -> None:
    """A caption is a paragraph of its own, before the words that go on around the picture."""
    captions = [span for span in values if not _is_option(span.of(walk.source))]
    if not captions:
        return
    shown = walk.render(captions[-1])
    for other in captions[:-1]:
        if walk.refs_in(other):
            shown.splice(walk.render(other))
    if flow.at_line_start:
        flow.break_line(2)
        flow.splice(shown)
        flow.break_line(2)
    else:
        flow.set_aside(shown)


def _is_option(value: str) -> bool:
    words = value.strip().lower()
    return (
        not words
        or words in FILE_OPTIONS
        or _SIZE.fullmatch(words) is not None
        or _SETTING.match(value) is not None
    )


def take_external_link(walk: "WikitextWalk", at: int, closing: int, flow: Flow) -> None:
    """Write the words of `[address words]`, or the address where it has none."""
    source = walk.source
    if at + 1 in walk.pairs.closings:
        after = walk.pairs.closings[at + 1] + 2
        call = read_call(source, walk.pairs, at + 1, after)
        book = call.values.get("id") or call.values.get("1")
        href = _BOOKS + book.of(source).strip() if book and "google books" in call.name else None
    else:
        address = _ADDRESS.match(source, at + 1, closing)
        after = address.end() if address else at + 1
        href = html.unescape(source[at + 1 : after])
    if not source[after:closing].strip():
        walk.walk(at + 1, after, flow, is_inline=True)
        return
    while source[after] in " \t":
        after += 1
    start = flow.settle()
    walk.walk(after, closing, flow, is_inline=True)
    if href and flow.length > start:
        flow.links.append(
            Link(start, flow.length, f"https:{href}" if href.startswith("//") else href)
        )
