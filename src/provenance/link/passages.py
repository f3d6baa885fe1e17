"""A text cut into the passages that may support a claim: its sentences, each at its place. PURE."""

import re
from collections.abc import Iterator
from itertools import pairwise

from provenance.formats.sentences import find_sentence_starts
from provenance.model import Passage
from provenance.text import Span

__all__ = ["CONTEXT_CHARS", "MAX_PASSAGE_CHARS", "cut_passages", "select_passage"]

# As much as Hypothesis keeps on either side of a quotation.
CONTEXT_CHARS = 32
# Longer ones are tables and menus without a full stop: nobody reads them as one passage.
MAX_PASSAGE_CHARS = 1000
_LINE = re.compile(r"[^\n]+(?:\n|\Z)")
# A line of a PDF ends where its column ends: the sentence goes on below with a small letter.
_GOES_ON = re.compile(r"[^\W\d_]")
_ENDS = re.compile(r"[.!?…:;。！？؟۔»”\"')\]]\s*\Z")
# Behind these no sentence ends, whatever the next line begins with: "rose above it on" / "16 February".
_HANGS = re.compile(
    r"(?<![^\W\d_])(?:a|an|and|as|at|by|for|from|in|of|on|or|than|that|the|to|with)\s*\Z"
)
_WORD_CHAR = re.compile(r"\w")


def cut_passages(text: str, language: str) -> tuple[Span, ...]:
    """Return where the sentences of a text stand, in order, without the blanks around them.

    A line that ends ends its passage too, unless the next one plainly goes on with it.
    Passages hold at least one letter or digit, are at most `MAX_PASSAGE_CHARS` code
    points long and never overlap.
    """
    found: list[Span] = []
    for paragraph in _paragraphs(text):
        starts = [*find_sentence_starts(text, paragraph, language), paragraph.end]
        starts[0] = paragraph.start
        for start, end in pairwise(starts):
            found += _parts(text, _trim(text, start, end))
    return tuple(found)


def select_passage(text: str, span: Span) -> Passage:
    """Return a span of a text with the selectors that find it again (code points, W3C's two kinds)."""
    return Passage(
        exact=span.of(text),
        prefix=text[max(0, span.start - CONTEXT_CHARS) : span.start],
        suffix=text[span.end : span.end + CONTEXT_CHARS],
        start=span.start,
        end=span.end,
    )


def _paragraphs(text: str) -> Iterator[Span]:
    start, end = 0, 0
    for line in _LINE.finditer(text):
        if end and not _is_torn(text, start, end, line.start()):
            yield Span(start, end)
            start = line.start()
        elif not end:
            start = line.start()
        end = line.end()
    if end:
        yield Span(start, end)


def _is_torn(text: str, start: int, end: int, next_start: int) -> bool:
    """Tell whether the line that begins at `next_start` goes on with the paragraph before it."""
    if next_start != end or _ENDS.search(text, max(start, end - 4), end):
        return False
    if _HANGS.search(text, max(start, end - 8), end):
        return True
    first = _GOES_ON.match(text, next_start)
    return first is not None and first[0].islower()


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _parts(text: str, span: Span) -> Iterator[Span]:
    """Yield a passage, or the parts of one that is too long, cut at a blank where there is one."""
    start, end = span
    while end - start > MAX_PASSAGE_CHARS:
        limit = start + MAX_PASSAGE_CHARS
        at = max(text.rfind(mark, start + MAX_PASSAGE_CHARS // 2, limit) for mark in "\n; ")
        part = _trim(text, start, at if at > start else limit)
        if _WORD_CHAR.search(text, *part):
            yield part
        start = _trim(text, part.end, end).start
    if _WORD_CHAR.search(text, start, end):
        yield Span(start, end)
