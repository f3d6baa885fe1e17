"""Where quoted passages stand in a page as it is shown, and marks around them. PURE.

A passage was quoted from the extracted text, which leaves out menus and joins what the page sets
apart. So it is looked for by its words and neighbours (`link.anchor`) in the text between the page's
tokens, with a map back to where each character stands in them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from provenance.link.anchor import SearchText, find_passage
from provenance.model import Passage
from provenance.text import OffsetMap, OffsetMapBuilder, Span
from provenance.web.archived.clean import BLOCKS, Token

__all__ = ["PASSAGE_ID", "Marked", "mark_passages"]

# The fragment by which the frame scrolls to the first passage, without a script.
PASSAGE_ID = "passage"
_REFERENCE = re.compile("&(?:amp|lt|gt|nbsp);")
_CHARACTERS = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0"}
# Same words; or the same numbers, dates and names in a text that the extractor set otherwise.
_FOUND = frozenset({"intact", "moved", "reworded"})


class Marked(NamedTuple):
    """The page with its marks; `found` says of each passage, in the order given, whether it is shown."""

    html: str
    found: tuple[bool, ...]


class _Mark(NamedTuple):
    span: Span
    passage: int


def mark_passages(tokens: Sequence[Token], passages: Sequence[Passage]) -> Marked:
    """Return a page's HTML with every passage that is found in it marked.

    The first passage is the one that was asked for: its mark has the id `passage` and the class
    `chosen`, and where passages overlap it is the one that shows.
    """
    text, offsets = _read_text(tokens)
    search = SearchText(text) if passages else None
    marks: list[_Mark] = []
    found = []
    for number, passage in enumerate(passages):
        assert search is not None
        anchored = find_passage(passage, search)
        is_found = anchored.span is not None and anchored.state in _FOUND
        found.append(is_found)
        if anchored.span is not None and is_found:
            marks += [_Mark(span, number) for span in _in_source(offsets, anchored.span, text)]
    return Marked("".join(_write(tokens, _without_overlaps(marks))), tuple(found))


def _read_text(tokens: Iterable[Token]) -> tuple[str, OffsetMap]:
    """Return the text that the tokens show; offsets lead into their HTML put together."""
    made = OffsetMapBuilder()
    at = 0
    for token in tokens:
        if token.kind == "text":
            _append_text(made, token.html, at)
        elif token.name in BLOCKS:
            made.insert("\n")
        elif token.name == "img":
            made.insert(" ")
        at += len(token.html)
    return made.build()


def _append_text(made: OffsetMapBuilder, written: str, start: int) -> None:
    at = 0
    for match in _REFERENCE.finditer(written):
        made.append(written[at : match.start()], start + at, start + match.start())
        made.append(_CHARACTERS[match[0]], start + match.start(), start + match.end())
        at = match.end()
    made.append(written[at:], start + at, start + len(written))


def _in_source(offsets: OffsetMap, wanted: Span, text: str) -> Iterator[Span]:
    """Yield the stretches of HTML that a span of the text was written as; blanks alone are left out.

    What stands side by side there, with no tag between, is one stretch.
    """
    written, words = Span(0, 0), ""
    for shown, source in offsets.pieces_of(wanted):
        start, end = max(shown.start, wanted.start), min(shown.end, wanted.end)
        if start >= end:
            continue
        part = source
        if shown.end - shown.start == source.end - source.start:
            part = Span(source.start + start - shown.start, source.start + end - shown.start)
        if part.start == written.end:
            written, words = Span(written.start, part.end), words + text[start:end]
            continue
        if words.strip():
            yield written
        written, words = part, text[start:end]
    if words.strip():
        yield written


def _without_overlaps(marks: Iterable[_Mark]) -> list[_Mark]:
    """Cut marks so that none lies over another, an earlier passage's staying whole."""
    kept: list[_Mark] = []
    for mark in marks:
        left = [mark.span]
        for other in kept:
            if other.passage != mark.passage:
                left = [part for span in left for part in _outside(span, other.span)]
        kept += [_Mark(span, mark.passage) for span in left]
    return sorted(kept)


def _outside(span: Span, other: Span) -> Iterator[Span]:
    if not span.overlaps(other):
        yield span
        return
    if span.start < other.start:
        yield Span(span.start, other.start)
    if other.end < span.end:
        yield Span(other.end, span.end)


def _write(tokens: Iterable[Token], marks: Sequence[_Mark]) -> Iterator[str]:
    at, number, named = 0, 0, set[int]()
    for token in tokens:
        end = at + len(token.html)
        done = at
        while number < len(marks) and marks[number].span.start < end:
            span, passage = marks[number]
            yield token.html[done - at : span.start - at]
            yield _start_of_mark(passage, is_first=passage not in named)
            yield token.html[span.start - at : span.end - at]
            yield "</mark>"
            named.add(passage)
            done = span.end
            number += 1
        yield token.html[done - at :]
        at = end


def _start_of_mark(passage: int, *, is_first: bool) -> str:
    if passage:
        return "<mark>"
    return f'<mark class="chosen" id="{PASSAGE_ID}">' if is_first else '<mark class="chosen">'
