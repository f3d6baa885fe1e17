"""Is a quoted passage still in a text, and where? PURE.

A passage is looked for by its words, with its neighbours and its place only to choose::

    exact      the normal form stands in the text at a word's edges    -> intact, moved
    near       the words that it shares with the text point at places
               there; of each the stretch that is most like it         -> reworded, altered
    neither                                                            -> missing

`moved`: the neighbours stand together elsewhere. `altered`: a number, date, name or
negation differs (`changes.py`). A near one whose every sign is still there, with nothing
but page furniture set between, is intact. What only resembles the passage while other
words stand around it is another sentence: missing.

The work is bounded: the text is indexed once in linear time, a passage is compared with
at few places (`near.py`).
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from rapidfuzz import fuzz

from provenance.link.changes import Changes, compare_passages
from provenance.link.near import WORD, Quote, SearchText, find_stretches
from provenance.link.normal import normalise
from provenance.model import Passage
from provenance.text import Span

__all__ = ["AnchorState", "Anchored", "SearchText", "find_passage"]

AnchorState = Literal["intact", "moved", "reworded", "altered", "missing"]

# Measured on real revisions (benchmarks/rot.py): below it what is found is another sentence.
ACCEPTED_AT = 0.75
# As like as this, no neighbour needs to say so.
SURE_AT = 0.97
# Neighbours as like as this vouch for a passage; W3C's annotators keep 32 characters of each.
CONTEXT_AT = 0.45
CONTEXT_CHARS = 32
# With both neighbours as they were a passage may have changed as much as this.
ACCEPTED_BETWEEN_NEIGHBOURS_AT = 0.60
BOTH_NEIGHBOURS_AT = 0.90
# So short that it stands anywhere: only neighbours tell whose it is.
_SHORT_CHARS = 16
_MOST_COPIES = 200
# How many of the likeliest places are compared sign by sign.
_MOST_COMPARED = 3
# Strangers of one language are as like as 0.5: so unlike, it is worth asking where the neighbours are.
_STAYED_AT = 0.75
# A neighbour that stands this far from the passage, beside the other one, shows that it moved.
_FAR_CHARS = 64

_GOES_ON_AFTER = re.compile(r"[^\W_]|[.,]\d|%| (?:%|percent\b|thousand\b|million\b|billion\b)")


class Anchored(NamedTuple):
    """What became of a passage in a text.

    `span` counts code points of the text as it was given; None where the passage is missing.
    `score` (how like, 0 to 1) and `context` (how like its neighbours are; 1.0 where none were
    kept) belong to the best place seen, also where it was not believed. `changes` is there for
    what was found by likeness. `reason` is a sentence for people.
    """

    state: AnchorState
    span: Span | None
    score: float
    context: float
    reason: str
    changes: Changes | None = None


class _Place(NamedTuple):
    """A stretch of a normal form, and how much speaks for it."""

    span: Span
    score: float
    context: float
    has_all: bool = False


def find_passage(passage: Passage, text: SearchText) -> Anchored:
    """Return what became of a passage that was quoted from an earlier state of a text.

    Of several copies the one whose neighbours are most like its own counts, then the one
    nearest to its old place.

    >>> quoted = Passage(exact="The toll is 16.", prefix="", suffix="", start=0, end=15)
    >>> found = find_passage(quoted, SearchText("News. The toll is 17."))
    >>> found.state, found.span.of("News. The toll is 17."), found.reason
    ('altered', 'The toll is 17.', 'number: 16 is now 17')
    """
    quote = Quote(
        normalise(passage.exact).text.strip(), normalise(passage.prefix).text,
        normalise(passage.suffix).text, passage.start, passage.exact,
    )  # fmt: skip
    if not quote.exact:
        return Anchored("missing", None, 0.0, 0.0, "the passage has no words")
    exact = _best_copy(quote, text)
    if exact is not None and _is_its_own(quote, exact):
        return _of_copy(quote, exact, text)
    places = sorted(_near(quote, text), key=lambda place: -(place.score + place.context))
    whole = [place for place in places if place.has_all]
    if not places:
        return Anchored("missing", None, 0.0, 0.0, "nothing like it stands in the text")
    for place in whole[:_MOST_COMPARED]:
        found = _of_near(quote, place, text)
        if found.state == "intact":
            return found
    return _of_near(quote, places[0], text)


def _near(quote: Quote, text: SearchText) -> Iterator[_Place]:
    normal = text.normal.text
    for span, has_all in find_stretches(quote, text):
        score = fuzz.ratio(quote.exact, span.of(normal)) / 100
        yield _Place(span, score, _context(quote, span, normal), has_all)


def _is_its_own(quote: Quote, copy: _Place) -> bool:
    is_short = len(quote.exact) < _SHORT_CHARS
    return not (is_short and quote.has_neighbours and copy.context < CONTEXT_AT)


def _best_copy(quote: Quote, text: SearchText) -> _Place | None:
    """The verbatim copy (in normal form) that is most likely the passage's own."""
    copies = [
        _Place(span, 1.0, _context(quote, span, text.normal.text)) for span in _copies(quote, text)
    ]
    if not copies:
        return None

    def closeness(place: _Place) -> tuple[float, int]:
        start = text.normal.to_source(place.span).start
        return round(place.context, 2), -abs(start - quote.start)

    return max(copies, key=closeness)


def _copies(quote: Quote, text: SearchText) -> Iterator[Span]:
    normal, at, seen = text.normal.text, 0, 0
    while seen < _MOST_COPIES and (at := normal.find(quote.exact, at)) >= 0:
        span = Span(at, at + len(quote.exact))
        if _stands_free(quote, span, normal):
            yield span
        seen += 1
        at += max(1, len(quote.exact) // 2)


def _stands_free(quote: Quote, span: Span, normal: str) -> bool:
    """Tell whether a copy is no part of a longer word or number: `16` is not in `160` or `16.5`."""
    after = normal[span.end : span.end + 12]
    goes_on = _GOES_ON_AFTER.match(after) if quote.exact[-1].isalnum() else None
    if goes_on and not quote.suffix.startswith(after[:2]) and not _is_unspaced(quote.exact[-1]):
        return False
    before = normal[max(0, span.start - 2) : span.start]
    if not quote.exact[0].isalnum() or _is_unspaced(quote.exact[0]) or not before:
        return True
    glued = before[-1].isalnum() or (
        quote.exact[0].isdigit() and (before[-1] in "-.," and before[:1].isdigit())
    )
    return not glued or quote.prefix.endswith(before)


def _is_unspaced(sign: str) -> bool:
    """Tell whether a sign is of a script that sets no blanks between its words."""
    match = WORD.match(sign * 2)
    return match is not None and match.end() == 1


def _context(quote: Quote, span: Span, normal: str) -> float:
    """How like the neighbours are, 0 to 1: each by its own length, the mean of those that were kept."""
    before = normal[max(0, span.start - len(quote.prefix)) : span.start]
    after = normal[span.end : span.end + len(quote.suffix)]
    pairs = [(quote.prefix.strip(), before.strip()), (quote.suffix.strip(), after.strip())]
    likes = [fuzz.ratio(was, now) / 100 for was, now in pairs if was]
    return sum(likes) / len(likes) if likes else 1.0


def _of_copy(quote: Quote, place: _Place, text: SearchText) -> Anchored:
    span = text.normal.to_source(place.span)
    if _neighbours_stayed(quote, place, text):
        return Anchored("moved", span, 1.0, place.context, "it stands elsewhere in the text now")
    return Anchored("intact", span, 1.0, place.context, "it stands there as it was")


def _neighbours_stayed(quote: Quote, place: _Place, text: SearchText) -> bool:
    """Tell whether what stood on both sides of the passage stands together, away from it."""
    if place.context >= _STAYED_AT or not quote.has_neighbours:
        return False
    normal = text.normal.text
    before, after = quote.prefix.strip(), quote.suffix.strip()
    if (
        not before or not after
    ):  # it stood at an end of the text, and its one neighbour is there still
        kept = before or after
        at = normal.rfind(kept) if before else normal.find(kept)
        is_at_end = at + len(kept) >= len(normal.rstrip()) if before else at <= 1
        return at >= 0 and is_at_end
    at, seen = normal.find(before), 0
    while at >= 0 and seen < _MOST_COPIES:
        end = at + len(before)
        if normal.find(after, end, end + len(after) + _FAR_CHARS) >= 0:
            return True
        at, seen = normal.find(before, at + 1), seen + 1
    return False


def _of_near(quote: Quote, place: _Place, text: SearchText) -> Anchored:
    span = text.normal.to_source(place.span)
    changes = compare_passages(quote.raw, span.of(text.text), text.plain_words)
    is_whole = changes.only_set_apart and _is_its_own(quote, place)
    if not is_whole and not _is_believed(quote, place):
        reason = "what is most like it is another passage"
        return Anchored("missing", None, place.score, place.context, reason)
    if is_whole:
        reason = "it stands there as it was; the page sets something between its words"
        return Anchored("intact", span, 1.0, place.context, reason, changes)
    if changes.facts:
        return Anchored("altered", span, place.score, place.context, _say(changes), changes)
    reason = "other words, the same numbers, dates and names"
    return Anchored("reworded", span, place.score, place.context, reason, changes)


def _is_believed(quote: Quote, place: _Place) -> bool:
    if not quote.has_neighbours:
        return place.score >= ACCEPTED_AT
    if place.score >= SURE_AT and _is_its_own(quote, place):
        return True
    if place.context >= BOTH_NEIGHBOURS_AT and place.score >= ACCEPTED_BETWEEN_NEIGHBOURS_AT:
        return True
    return place.score >= ACCEPTED_AT and place.context >= CONTEXT_AT


def _say(changes: Changes) -> str:
    said = []
    for kind, before, after in changes.facts:
        if before and after:
            said.append(f"{kind}: {before} is now {after}")
        else:
            said.append(f"{kind}: {before} is gone" if before else f"{kind}: {after} is new")
    return "; ".join(said)
