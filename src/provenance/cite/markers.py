"""Markers: the `[12]` that a claim is followed by, and the note that each one stands for.

Where a document has several lists, a marker belongs to the first list behind it
that holds its label. That is not decided, and the marker tied to none, where two
such lists follow each other with no body between them; nor is a marker that its
own list lacks tied to a later list whose own body has the same marker.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from provenance.cite.labels import LabelAt
from provenance.cite.notes import NoteList
from provenance.cite.pairing import SignReader
from provenance.cite.patterns import lazy_pattern
from provenance.cite.printed import Kind, write_number
from provenance.cite.signs import Shape, Sign, read_parts
from provenance.model import Marker, Note
from provenance.text import Span

__all__ = ["find_markers", "labels_in", "tie_labels"]

_GROUP = lazy_pattern(r"[\[［【](\d{1,4}(?:\s*[,;–-]\s*\d{1,4})+)[\]］】]")
_PART = lazy_pattern(r"(\d+)(?:\s*[–-]\s*(\d+))?")
# `[4]–[6]`, as reference managers write a range
_RANGE = lazy_pattern(
    r"[\[［【](?P<first>\d{1,4})[\]］】][ \u00a0]?[–—-][ \u00a0]?[\[［【](?P<last>\d{1,4})[\]］】]"
)
_MAX_RANGE = 50
# How far beyond the last note a group's member may lie: `[1, 2023]` names a year.
_MAX_BEYOND = 50


class Way(NamedTuple):
    """How the markers of a list are printed and count: two lists of one way share their labels."""

    marked_by: Shape
    kind: Kind
    family: str


_IN_BRACKETS = Way("bracket", "number", "")
# By way and number, the note that a marker stands for; None where that cannot be decided.
Ties = Mapping[Way, Mapping[int, str | None]]


def tie_labels(
    bodies: Sequence[Span],
    labels: Sequence[LabelAt],
    reader: SignReader,
    lists: Sequence[tuple[NoteList, Sequence[Note]]],
) -> list[Ties]:
    """Return, for each body, which note each label stands for; `lists` are in order, with their notes."""
    ways = [Way(one.marked_by, one.kind, one.family) for one, _ in lists]
    held = [
        {
            (way, span.number): note.id
            for span, note in reversed(list(zip(one.notes, notes, strict=True)))
        }
        for way, (one, notes) in zip(ways, lists, strict=True)
    ]
    times = Counter(label for labels in held for label in labels)
    if all(number == 1 for number in times.values()):
        # the numbers go on from list to list: each stands for one note, wherever its marker is
        everywhere = _by_way({label: note for notes in held for label, note in notes.items()})
        return [everywhere for _ in bodies]
    others = set(ways) - {_IN_BRACKETS}
    said = [_labels_said(body, labels, reader, others) for body in bodies]
    ties: list[Ties] = []
    behind: dict[tuple[Way, int], str | None] = {}
    for index in range(len(held) - 1, -1, -1):
        # a label that the next body says itself is that body's, and not this one's
        next_said = said[index + 1] if index + 1 < len(said) else set()
        behind = {label: note for label, note in behind.items() if label not in next_said}
        is_alone = index + 1 == len(held) or bool(next_said)
        behind |= {
            label: note if is_alone or label not in behind else None
            for label, note in held[index].items()
        }
        ties.append(_by_way(behind))
    return ties[::-1] or [{} for _ in bodies]


def _by_way(labels: Mapping[tuple[Way, int], str | None]) -> Ties:
    ties: dict[Way, dict[int, str | None]] = {}
    for (way, number), note in labels.items():
        ties.setdefault(way, {})[number] = note
    return ties


def _labels_said(
    body: Span, labels: Sequence[LabelAt], reader: SignReader, others: set[Way]
) -> set[tuple[Way, int]]:
    said = {(_IN_BRACKETS, label.number) for label in labels_in(body, labels)}
    for way in others:
        said |= {(way, number) for number in reader.numbers(*way, body)}
    return said


def labels_in(body: Span, labels: Sequence[LabelAt]) -> Sequence[LabelAt]:
    """Return the labels that begin inside a body; `labels` are in order."""
    first = bisect_left(labels, body.start, key=attrgetter("start"))
    return labels[first : bisect_left(labels, body.end, key=attrgetter("start"))]


def find_markers(
    text: str, body: Span, labels: Sequence[LabelAt], reader: SignReader, ties: Ties
) -> list[Marker]:
    """Return the markers in the body, in order; `[1-3]` gives three that share one span.

    A bracketed number is a marker when there is a note of that name, or when it
    counts on from its neighbours: `[2023]` beside `[4]` is a year. An editor is
    shown the ones without a note, so they are kept with `note_id` None. Every
    other sign needs a note, or a place among the numbers of its list.
    """
    markers: list[Marker] = []
    if _IN_BRACKETS in ties or not any(way.kind == "number" for way in ties):
        markers += _find_numbers(text, body, labels, ties.get(_IN_BRACKETS, {}))
    seen = {marker.start for marker in markers}
    for way in sorted(ties.keys() - {_IN_BRACKETS}):
        found = _find_others(reader.signs(way.marked_by, body), way, ties[way])
        markers += [marker for marker in found if marker.start not in seen]
        seen |= {marker.start for marker in found}
    return sorted(markers, key=lambda marker: (marker.start, marker.end))


def _find_numbers(
    text: str, body: Span, labels: Sequence[LabelAt], notes: Mapping[int, str | None]
) -> list[Marker]:
    """The numbers in brackets: ranges of two, groups, and one by one."""
    single = labels_in(body, labels)
    said = {label.number for label in single}
    markers: list[Marker] = []
    in_ranges: set[int] = set()
    for match in _RANGE.finditer(text, body.start, body.end):
        if found := list(_expand_range(match, notes)):
            markers += found
            in_ranges |= {match.start("first") - 1, match.start("last") - 1}
    markers += [
        Marker(label.label, label.start, label.end, notes.get(label.number))
        for label in single
        if label.start not in in_ranges
        and (label.number in notes or _counts_on(label.number, said, notes))
    ]
    for match in _GROUP.finditer(text, body.start, body.end):
        markers += _expand(match, notes)
    return markers


def _expand_range(match: re.Match[str], notes: Mapping[int, str | None]) -> Iterator[Marker]:
    """A marker for each member of `[4]–[6]`, when its ends have notes; they share one span."""
    first, last = int(match["first"]), int(match["last"])
    if first in notes and last in notes and first < last <= first + _MAX_RANGE:
        for number in range(first, last + 1):
            name = write_number(number, like=match["first"])
            yield Marker(name, match.start(), match.end(), notes.get(number))


def _counts_on(number: int, *numbers: Container[int]) -> bool:
    return number == 1 or any(number - 1 in some or number + 1 in some for some in numbers)


def _expand(match: re.Match[str], notes: Mapping[int, str | None]) -> Iterator[Marker]:
    """A marker for each member of a group, when at least one has a note and none is out of all reach."""
    members: list[tuple[str, int]] = []
    for part in _PART.finditer(match[1]):
        first, end = int(part[1]), int(part[2] or part[1])
        if not first <= end <= first + _MAX_RANGE:
            return
        members += [(write_number(n, like=part[1]), n) for n in range(first, end + 1)]
    if any(number in notes for _, number in members):
        last = max(notes)
        for name, number in members:
            if number in notes or 0 < number <= last + _MAX_BEYOND:
                yield Marker(name, match.start(), match.end(), notes.get(number))


def _find_others(signs: Sequence[Sign], way: Way, notes: Mapping[int, str | None]) -> list[Marker]:
    """The markers among signs that may also be something else, in order."""
    markers: list[Marker] = []
    highest = 0
    for sign in signs:
        parts = read_parts(sign, way.kind, way.family)
        if not any(number in notes for _, number in parts) and not _fills_a_gap(way, parts, notes):
            continue
        if parts[0][1] != highest + 1 and sign.is_doubtful:
            continue
        markers += [Marker(name, sign.start, sign.end, notes.get(n)) for name, n in parts]
        highest = max(highest, *(number for _, number in parts))
    return markers


def _fills_a_gap(
    way: Way, parts: Sequence[tuple[str, int]], notes: Mapping[int, str | None]
) -> bool:
    """Tell whether a sign without a note counts on from one with a note; in parentheses and for `*` it never does."""
    if way.marked_by in {"paren", "symbol"} or way.kind == "symbol":
        return False
    return any(_counts_on(number, notes) for _, number in parts if number > 1)
