"""Which raised or bracketed numbers of the body stand for which note.

A note at a page's bottom has its marker on that page (or on the one before, where
there was no room). Numbers are taken in the order of the notes; one that looks like
an exponent only where nothing else is left. What no note belongs to is no marker.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.signs import PLAIN_DIGITS
from provenance.model import Mark

__all__ = ["NoteAt", "RaisedAt", "find_bracketed", "tie_listed", "tie_page_notes"]

_GROUP = lazy_pattern(r"\[(\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*)(?:,\s?[^\d\s\[\]][^\[\]]{0,40})?\]")
_PART = lazy_pattern(r"(\d+)(?:\s?[–-]\s?(\d+))?")
_RAISED = lazy_pattern(r"(?:\d{1,4}(?:\s?[,–-]\s?\d{1,4})*|[*†‡§¶∗]{1,3})[,.;]?")
_MAX_RANGE = 50
# "10⁶", "5 m²", "x²": a number, a unit or a single letter that a power belongs to.
_BASE_OF_POWER = lazy_pattern(r"(?:\d|(?<![^\W\d_])(?:[a-zA-Z]|[ckm]m|mi|ft))\s?\Z")


class NoteAt(NamedTuple):
    """A note in the text: its label, its page (0 where it stands in a list), the mark's target."""

    label: str
    page: int
    target: str


class RaisedAt(NamedTuple):
    """Raised characters in the text of the body."""

    start: int
    end: int
    page: int


def tie_page_notes(text: str, raised: Sequence[RaisedAt], notes: Sequence[NoteAt]) -> list[Mark]:
    """Return the markers of the notes at the bottom of pages, at most one run for each note.

    Where most notes of a page have no marker on it, nor on the one before, they are endnotes:
    their markers stand in order on the pages since the last such notes.
    """
    by_label: dict[tuple[int, str], list[tuple[int, RaisedAt]]] = defaultdict(list)
    anywhere: dict[str, list[tuple[int, RaisedAt]]] = defaultdict(list)
    for order, one in enumerate(raised):
        for label in _labels_of(text[one.start : one.end]):
            by_label[one.page, label].append((order, one))
            anywhere[label].append((order, one))
    marked: Counter[int] = Counter()
    for note in notes:
        near = by_label[note.page, note.label] or by_label[note.page - 1, note.label]
        marked[note.page] += 1 if near else -1
    marks = []
    position = -1
    for note in notes:
        here = by_label[note.page, note.label] or by_label[note.page - 1, note.label]
        if marked[note.page] < 0:
            here = _next_before(text, anywhere[note.label], position, note.page)
        if not here:
            continue
        order, one = min(
            here, key=lambda found: (_is_power(text, found[1]), found[0] < position, found[0])
        )
        position = max(position, order)
        marks.append(Mark(one.start, _end_of(text, one), note.label, "marker", note.target))
    return marks


def _next_before(
    text: str, found: Sequence[tuple[int, RaisedAt]], position: int, page: int
) -> list[tuple[int, RaisedAt]]:
    """The first raised number from `position` on that is no power, above a page; none or one."""
    for index in range(bisect_left(found, position, key=itemgetter(0)), len(found)):
        if found[index][1].page >= page:
            break
        if not _is_power(text, found[index][1]):
            return [found[index]]
    return []


def tie_listed(
    text: str, raised: Sequence[RaisedAt], notes: Mapping[str, NoteAt], start: int
) -> list[Mark]:
    """Return the raised markers of the notes in a list; names above `start` carry affiliations."""
    return [
        Mark(one.start, _end_of(text, one), label, "marker", notes[label].target)
        for one in raised
        if one.start >= start and not _is_power(text, one)
        for label in _labels_of(text[one.start : one.end])
        if label in notes
    ]


def find_bracketed(text: str, start: int, end: int, notes: Mapping[str, NoteAt]) -> Iterator[Mark]:
    """Yield the markers in brackets between two offsets; `[1-3]` gives three that share a span."""
    for match in _GROUP.finditer(text, start, end):
        labels = _expand(match[1])
        if any(label in notes for label in labels):
            for label in labels:
                target = notes[label].target if label in notes else ""
                yield Mark(match.start(), match.end(), label, "marker", target)


def _labels_of(raised: str) -> list[str]:
    plain = raised.translate(PLAIN_DIGITS).strip()
    if not _RAISED.fullmatch(plain):
        return []
    return _expand(plain) if plain[0].isdigit() else [plain]


def _expand(group: str) -> list[str]:
    labels: list[str] = []
    for part in _PART.finditer(group):
        first, last = int(part[1]), int(part[2] or part[1])
        if first <= last <= first + _MAX_RANGE:
            labels += map(str, range(first, last + 1))
    return labels


def _end_of(text: str, one: RaisedAt) -> int:
    end = one.end
    while end > one.start + 1 and text[end - 1] in " ,.;":
        end -= 1
    return end


def _is_power(text: str, one: RaisedAt) -> bool:
    return _BASE_OF_POWER.search(text, max(0, one.start - 4), one.start) is not None
