"""How far a page has drifted from what it was: its text, title, canonical link, language. PURE.

Only the page's own lines count: those that it shares with other pages of its host, and
short lines that come again on the page itself (menus, "Read more"), are furniture. What
is left is compared word by word in normal form, so that quotes, blanks and case are no
drift. The share is of words, not of meaning: one changed number is a small share and may
be all that mattered, which `link/anchor.py` tells for each passage that is leaned on.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from provenance.link.normal import normalise

__all__ = ["Drift", "PageText", "compare_pages", "find_furniture", "read_lines"]

# A line of fewer words that stands several times on a page is its furniture.
_SHORT_LINE_WORDS = 6
# Words of one comparison in order; what is longer is compared as bags of words.
_MOST_WORDS = 20_000
# Shares of words that differ, and what people call them.
_LITTLE, _MUCH, _ANOTHER = 0.05, 0.50, 0.90
# Where so little of a page is its own, its neighbours are copies of it, and nothing is furniture.
_LEAST_OWN = 0.05
# Private to us: no line break outlives the normal form, so that lines are told apart by this.
_LINE_END = "\ue000"


class PageText(NamedTuple):
    """What was read on a page at one moment."""

    text: str
    title: str | None = None
    canonical_url: str | None = None
    language: str | None = None


class Drift(NamedTuple):
    """How a page differs from what it was.

    `share` is 0.0 (the same words in the same order) to 1.0 (none in common): words lost and
    gained by the words of both. `words_lost` and `words_gained` count furniture not at all.
    `said` are sentences for people, the weightiest first; empty where nothing differs. They
    quote; `others` only names what differs beside the text: "title", "canonical link", "language".
    """

    share: float
    words_lost: int
    words_gained: int
    said: tuple[str, ...]
    others: tuple[str, ...] = ()


def compare_pages(
    before: PageText, after: PageText, furniture: Collection[str] = frozenset()
) -> Drift:
    """Return how far a page drifted; `furniture` are lines that other pages of its host have too.

    >>> drift = compare_pages(PageText("The toll is due."), PageText("The toll is not due."))
    >>> round(drift.share, 2), drift.said
    (0.11, ('some of the text changed: 0 words gone, 1 new (11 %)',))
    """
    shared = frozenset(read_lines("\n".join(furniture)))
    was, now = read_lines(before.text), read_lines(after.text)
    old = _own_words(was, shared)
    if len(old) < _LEAST_OWN * sum(len(line.split()) for line in was):
        shared = frozenset()
        old = _own_words(was, shared)
    new = _own_words(now, shared)
    lost, gained = _differing(old, new)
    size = len(old) + len(new)
    share = (lost + gained) / size if size else 0.0
    beside = {
        "title": _say_of("title", before.title, after.title),
        "canonical link": _say_of("canonical link", before.canonical_url, after.canonical_url),
        "language": _say_of("language", before.language, after.language),
    }
    said = _say_text(share, lost, gained, bool(old), bool(new))
    said += [words for each in beside.values() for words in each]
    others = tuple(what for what, words in beside.items() if words)
    return Drift(share, lost, gained, tuple(said), others)


def read_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that are not blank, in normal form."""
    marked = _LINE_END.join(text.splitlines())
    return tuple(line for raw in normalise(marked).text.split(_LINE_END) if (line := raw.strip()))


def find_furniture(neighbours: Iterable[Iterable[str]]) -> frozenset[str]:
    """Return the lines that pages of a host share; `neighbours` are the lines of one page each.

    Of several pages at least two must have a line: what one of them quotes from the page that is
    asked about is no furniture.
    """
    pages = [frozenset(lines) for lines in neighbours]
    copies = Counter(line for page in pages for line in page)
    least = min(2, len(pages))
    return frozenset(line for line, number in copies.items() if number >= least)


def _own_words(lines: Collection[str], furniture: frozenset[str]) -> list[str]:
    copies = Counter(lines)
    own = [
        line
        for line in lines
        if line not in furniture and (copies[line] == 1 or len(line.split()) >= _SHORT_LINE_WORDS)
    ]
    return [word for line in own for word in line.split()]


def _differing(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many words were lost and gained.

    Long texts are compared without what both begin and end with, then as bags of words: the
    order within them is not looked at, so that a page of any length takes bounded time.
    """
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(old), len(new)) > _MOST_WORDS:
        common = (Counter(old) & Counter(new)).total()
    else:
        common = LCSseq.similarity(old, new)
    return len(old) - common, len(new) - common


def _say_text(share: float, lost: int, gained: int, had: bool, has: bool) -> list[str]:
    if had != has:
        return ["all of the text is gone"] if had else ["there is a text now, where there was none"]
    if not lost and not gained:
        return []
    if share <= _LITTLE:
        much = "little of the text changed"
    elif share <= _MUCH:
        much = "some of the text changed"
    elif share < _ANOTHER:
        much = "most of the text changed"
    else:
        much = "this is another text"
    percent = "under 1 %" if share < 0.01 else f"{round(100 * share)} %"
    return [f"{much}: {lost:,} words gone, {gained:,} new ({percent})"]


def _say_of(what: str, before: str | None, after: str | None) -> list[str]:
    """A sentence where both are known and differ by more than how they are set, or one is gone."""
    if not before or normalise(before).text.strip() == normalise(after or "").text.strip():
        return []
    if not after:
        return [f"the {what} is gone: it was {before!r}"]
    return [f"the {what} was {before!r} and is {after!r}"]
