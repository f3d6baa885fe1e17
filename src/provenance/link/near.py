"""Where a passage may stand in a text that no longer has it word for word. PURE.

The words that passage and text share point at the places where it may begin; the
stretch at each is cut by the longest row of common words, then widened or narrowed to
what is most like the passage. Nothing is decided here: `anchor.py` does that.

The text is indexed once in time that grows with its length; at most `_MOST_PLACES`
places are looked at, each as long as the passage and some slack.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from provenance.link.normal import Normal, normalise
from provenance.text import Span

__all__ = ["WORD", "Quote", "SearchText", "find_stretches"]

# Scripts that set no blanks have a word in each sign; a longer "word" is no word, but kept in parts.
# Figures are words of their own: `gate12` may be a gate with the mark of note 12.
WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|\d{1,64}"
    r"|[^\W\d_\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,64}"
)
_SMALL = re.compile(r"(?<![^\W_])[^\W\d_A-Z][^\W\d_]*")
_NO_WORD = " .,;:!?…'\"()[]{}<>*_#•●-/\\|$€£%§°©®™«»"
_MOST_PLACES = 8
_SPACED = r"[^\W_\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
_LONGEST_REST = 24
_GOES_ON = re.compile(
    rf"{_SPACED}{{1,{_LONGEST_REST}}}|(?<=\d)(?:[.,]\d{{1,12}})+(?: ?%)?"
    r"|(?<=\d) ?(?:%|(?:percent|thousand|million|billion)\b)"
)
_CAME_ON = re.compile(rf"(?:{_SPACED}|(?<=\d)[-.,])+$")
_MOST_WORDS = 1500
# A word that stands more often in the text speaks only where no rarer one does.
_COMMON = 64
_BIN = 8
# What a page may set in the middle of a passage: some lines of advertisement.
_SLACK_WORDS = 40
# Letters that a row of common words must bring for each word that it steps over.
_WORTH_OF_A_WORD = 0.5
_MOST_ENDS = 3
_MOST_LAST_WORDS = 16


class SearchText:
    """A text made ready, once, for looking up any number of passages in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.normal: Normal = normalise(text)

    @cached_property
    def words(self) -> list[tuple[str, int, int]]:
        """The words of the normal form, each with where it begins and ends."""
        return [(m[0], m.start(), m.end()) for m in WORD.finditer(self.normal.text)]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The numbers of the words at which each word stands."""
        found: dict[str, list[int]] = {}
        for number, (word, _, _) in enumerate(self.words):
            found.setdefault(word, []).append(number)
        return found

    @cached_property
    def plain_words(self) -> frozenset[str]:
        """The words that the text writes small somewhere."""
        return frozenset(word for word in _SMALL.findall(self.text) if word[0].islower())


class Quote(NamedTuple):
    """A passage in normal form."""

    exact: str
    prefix: str
    suffix: str
    start: int
    raw: str

    @property
    def has_neighbours(self) -> bool:
        """Tell whether it is known what stood beside the passage."""
        return bool(self.prefix.strip() or self.suffix.strip())


class _Block(NamedTuple):
    """Words that passage and window have in common: where they stand in the one and the other."""

    start: int
    end: int
    found: int
    found_end: int


_Window = list[tuple[str, int, int]]


def find_stretches(quote: Quote, text: SearchText) -> Iterator[tuple[Span, bool]]:
    """Yield stretches of the normal form that may be the passage, each once, in no promised order.

    With each comes whether all words of the passage stand in it, in order.
    """
    words = [m[0] for m in WORD.finditer(quote.exact)][:_MOST_WORDS]
    before = [m[0] for m in WORD.finditer(quote.prefix)]
    after = [m[0] for m in WORD.finditer(quote.suffix)]
    seen: set[Span] = set()
    for first in _pointed_at([*before, *words, *after], text) if words else []:
        for span, has_all in _stretches(quote, words, first + len(before), text):
            if span not in seen:
                seen.add(span)
                yield span, has_all


def _pointed_at(words: list[str], text: SearchText) -> list[int]:
    """The numbers of the text's words where a row of words may begin, most pointed at first."""
    known = [(i, text.places[word]) for i, word in enumerate(words) if word in text.places]
    rare = [(i, at) for i, at in known if len(at) <= _COMMON] or [
        (i, at[:_COMMON]) for i, at in known
    ]
    votes: dict[int, float] = Counter()  # type: ignore[assignment]
    for i, places in rare:
        share = 1.0 / len(places)
        for number in places:
            votes[(number - i) // _BIN] += share
    around = {at: votes[at] + votes.get(at + 1, 0.0) + votes.get(at - 1, 0.0) for at in list(votes)}
    chosen: list[int] = []
    for each in sorted(around, key=lambda at: (-around[at], at)):
        if len(chosen) == _MOST_PLACES:
            break
        if all(abs(each - other) > 1 for other in chosen):
            chosen.append(each)
    return [each * _BIN for each in chosen]


def _stretches(
    quote: Quote, words: list[str], first: int, text: SearchText
) -> Iterator[tuple[Span, bool]]:
    """The stretch at a place that has all words of the passage, and the one that is most like it."""
    slack = _SLACK_WORDS + len(words) // 4
    window = text.words[max(0, first - slack) : max(0, first + len(words) + slack)]
    matched = LCSseq.opcodes(words, [word for word, _, _ in window])
    blocks = _chain(
        [
            _Block(op.src_start, op.src_end, op.dest_start, op.dest_end)
            for op in matched
            if op.tag == "equal"
        ],
        words,
    )
    if not blocks:
        return
    normal = text.normal.text
    complete = _tightest(words, window)
    if complete is not None:
        low, high = complete
        yield _with_signs(quote, Span(window[low][1], window[high - 1][2]), normal), True
    starts = _ends_of([(b.found, b.start) for b in blocks[:_MOST_ENDS]], -1, len(window))
    behind = [(b.found_end, len(words) - b.end) for b in blocks[-_MOST_ENDS:]]
    best, best_like = None, -1.0
    for start, end in product(starts, _ends_of(behind, 1, len(window))):
        if start < end:
            span = _with_signs(quote, Span(window[start][1], window[end - 1][2]), normal)
            like = fuzz.ratio(quote.exact, span.of(normal), score_cutoff=max(0.0, best_like))
            if like > best_like:
                best, best_like = span, like
    if best is not None:
        yield best, False


def _tightest(words: list[str], window: _Window) -> tuple[int, int] | None:
    """The shortest part of a window in which all words stand, in order; None where there is none."""
    ends = [at for at, (word, _, _) in enumerate(window) if word == words[-1]]
    found = [
        (first, end + 1)
        for end in ends[:_MOST_LAST_WORDS]
        if (first := _first_of(words, window, end)) is not None
    ]
    return min(found, key=lambda each: (each[1] - each[0], each), default=None)


def _first_of(words: list[str], window: _Window, end: int) -> int | None:
    """Where the words begin that end at a word of the window, each as near as it can be."""
    at = end + 1
    for word in reversed(words):
        at -= 1
        while at >= 0 and window[at][0] != word:
            at -= 1
        if at < 0:
            return None
    return at


def _ends_of(blocks: list[tuple[int, int]], step: int, limit: int) -> list[int]:
    """Where a stretch may end: at a block, or as many words beyond as the passage has there."""
    found: dict[int, None] = {}
    for at, unmatched in blocks:
        for beyond in {0, unmatched - 1, unmatched, unmatched + 1, min(unmatched, 1)}:
            end = at + step * beyond
            if beyond >= 0 and 0 <= end <= limit:
                found[end] = None
    return sorted(found)


def _chain(blocks: list[_Block], words: list[str]) -> list[_Block]:
    """The row of blocks that says most: stray words far from the others are left out."""
    best, best_worth, begin, worth = (0, 0), 0.0, 0, 0.0
    for number, block in enumerate(blocks):
        if number > begin:
            worth -= _WORTH_OF_A_WORD * (block.found - blocks[number - 1].found_end)
        if worth <= 0:
            begin, worth = number, 0.0
        worth += sum(map(len, words[block.start : block.end]))
        if worth > best_worth:
            best, best_worth = (begin, number + 1), worth
    return blocks[best[0] : best[1]]


def _with_signs(quote: Quote, span: Span, normal: str) -> Span:
    """The signs at the passage's ends belong to it there too, as far as they stand there: `"`, `.`."""
    start, end = span
    lead = quote.exact[: len(quote.exact) - len(quote.exact.lstrip(_NO_WORD))]
    if lead and normal.endswith(lead, 0, start):
        start -= len(lead)
    elif (
        start and normal[start - 1] in "-$€£" and normal[max(0, start - 2) : start - 1] in (" ", "")
    ):
        start -= 1
    trail = quote.exact[len(quote.exact.rstrip(_NO_WORD)) :]
    if trail and normal.startswith(trail, end):
        end += len(trail)
    elif trail or normal.startswith("%", end):
        # another sign stands there now: one belongs to the passage, as one did
        end += 1 if end < len(normal) and normal[end] in _NO_WORD.strip() else 0
    return _whole_words(quote, Span(start, end), normal)


def _whole_words(quote: Quote, span: Span, normal: str) -> Span:
    """A stretch widened by the rest of a word or number that it cuts: `16` of `16.5`, `16 %`, `160`."""
    start, end = span
    goes_on = _GOES_ON.match(normal, end) if quote.exact[-1].isalnum() else None
    if goes_on and not quote.suffix.startswith(goes_on[0]):
        end = goes_on.end()
    came_on = _CAME_ON.search(normal[max(0, start - _LONGEST_REST) : start])
    if came_on and quote.exact[0].isalnum() and not quote.prefix.endswith(came_on[0]):
        start -= len(came_on[0])
    return Span(start, end)
