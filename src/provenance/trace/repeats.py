"""Claims that say the same, or nearly, among those that rest on one thing. PURE."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

__all__ = ["group_repeats"]

_WORD = re.compile(r"\w+")
# Of 100, by letters. Of two wordings of one sentence ("16" for "sixteen", a word put in) nine in
# ten letters stay; sentences about one event that were written apart seldom share so many.
_ALIKE = 90.0
# Each text is compared with its neighbours in two orders of words, forwards and backwards, in
# which those that differ in one place come to stand near each other.
_NEIGHBOURS = 12


def group_repeats(texts: Sequence[str]) -> list[list[int]]:
    """Return groups of places of texts that read alike, each text in one group, in order.

    Whoever says the same in the same words always comes together; for wordings that differ all
    pairs are compared only among few texts, among many those that begin or end alike.
    """
    plain = [" ".join(_WORD.findall(text.lower())) for text in texts]
    first: dict[str, int] = {}
    group = [first.setdefault(text, place) for place, text in enumerate(plain)]
    for one, other in _pairs(list(first)):
        if fuzz.ratio(one, other, score_cutoff=_ALIKE):
            _join(group, first[one], first[other])
    groups: dict[int, list[int]] = {}
    for place in range(len(texts)):
        groups.setdefault(_root(group, place), []).append(place)
    return [places for places in groups.values() if len(places) > 1]


def _pairs(texts: list[str]) -> list[tuple[str, str]]:
    found = []
    for ordered in (sorted(texts), sorted(texts, key=lambda text: text[::-1])):
        for at, one in enumerate(ordered):
            found += [(one, other) for other in ordered[at + 1 : at + 1 + _NEIGHBOURS]]
    return found


def _root(group: list[int], place: int) -> int:
    while group[place] != place:
        place = group[place]
    return place


def _join(group: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(group, one), _root(group, other)))
    group[high] = low
