"""Markers: the `[12]` that a claim is followed by, and the note that each one stands for.

Where a document has several lists, a marker belongs to the first list behind it
that holds its label. That is not decided, and the marker tied to none, where two
such lists follow each other with no body between them; nor is a marker that its
own list lacks tied to a later list whose own body has the same marker.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter

from provenance.cite.labels import LabelAt
from provenance.model import Marker, Note
from provenance.text import Span

__all__ = ["find_markers", "labels_in", "tie_labels"]

_GROUP = re.compile(r"\[(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})+)\]")
_PART = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_MAX_RANGE = 50
# How far beyond the last note a group's member may lie: `[1, 2023]` names a year.
_MAX_BEYOND = 50


def tie_labels(
    bodies: Sequence[Span], labels: Sequence[LabelAt], lists: Sequence[Sequence[Note]]
) -> list[dict[str, str | None]]:
    """Return, for each body, which note each label stands for; None where that cannot be decided."""
    held = [{note.label: note.id for note in reversed(notes)} for notes in lists]
    times = Counter(label for labels in held for label in labels)
    if all(number == 1 for number in times.values()):
        # the numbers go on from list to list: each stands for one note, wherever its marker is
        return [{label: note for notes in held for label, note in notes.items()} for _ in bodies]
    said = [{label.label for label in labels_in(body, labels)} for body in bodies]
    ties: list[dict[str, str | None]] = []
    behind: dict[str, str | None] = {}
    for index in range(len(held) - 1, -1, -1):
        # a label that the next body says itself is that body's, and not this one's
        next_said = said[index + 1] if index + 1 < len(said) else set()
        behind = {label: note for label, note in behind.items() if label not in next_said}
        is_alone = index + 1 == len(held) or bool(next_said)
        behind |= {
            label: note if is_alone or label not in behind else None
            for label, note in held[index].items()
        }
        ties.insert(0, behind)
    return ties or [{} for _ in bodies]


def labels_in(body: Span, labels: Sequence[LabelAt]) -> Sequence[LabelAt]:
    """Return the labels that begin inside a body; `labels` are in order."""
    first = bisect_left(labels, body.start, key=attrgetter("start"))
    return labels[first : bisect_left(labels, body.end, key=attrgetter("start"))]


def find_markers(
    text: str, body: Span, labels: Sequence[LabelAt], ties: Mapping[str, str | None]
) -> list[Marker]:
    """Return the markers in the body, in order; `[1-3]` gives three that share one span.

    A bracketed number is a marker when there is a note of that name, or when it
    counts on from its neighbours: `[2023]` beside `[4]` is a year. An editor is
    shown the ones without a note, so they are kept with `note_id` None.
    """
    single = labels_in(body, labels)
    noted = {int(name) for name in ties if name.isdigit()}
    numbers = {label.number for label in single} | noted
    markers = [
        Marker(label.label, label.start, label.end, ties.get(label.label))
        for label in single
        if label.label in ties or _counts_on(label.number, numbers)
    ]
    for match in _GROUP.finditer(text, body.start, body.end):
        markers += _expand(match, ties, max(noted, default=0))
    return sorted(markers, key=lambda marker: (marker.start, marker.end))


def _counts_on(number: int, numbers: set[int]) -> bool:
    return number == 1 or number - 1 in numbers or number + 1 in numbers


def _expand(match: re.Match[str], ties: Mapping[str, str | None], last: int) -> list[Marker]:
    """A marker for each member of a group, when at least one has a note and none is out of all reach."""
    names: list[str] = []
    for part in _PART.finditer(match[1]):
        first, end = int(part[1]), int(part[2] or part[1])
        if not first <= end <= first + _MAX_RANGE:
            return []
        names += [str(number) for number in range(first, end + 1)]
    if not any(name in ties for name in names):
        return []
    return [
        Marker(name, match.start(), match.end(), ties.get(name))
        for name in names
        if name in ties or 0 < int(name) <= last + _MAX_BEYOND
    ]
