"""Markers: the `[12]` that a claim is followed by."""

import re
from collections.abc import Sequence

from provenance.cite.notes import LabelAt
from provenance.model import Marker
from provenance.text import Span

__all__ = ["find_markers"]

_GROUP = re.compile(r"\[(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})+)\]")
_PART = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_MAX_RANGE = 50


def find_markers(
    text: str, body: Span, labels: Sequence[LabelAt], note_ids: dict[str, str]
) -> list[Marker]:
    """Return the markers in the body, in order; `[1-3]` gives three that share one span.

    A bracketed number is a marker when there is a note of that name, or when it
    counts on from its neighbours: `[2023]` beside `[4]` is a year. An editor is
    shown the ones without a note, so they are kept with `note_id` None.
    """
    single = [label for label in labels if body.start <= label.start < body.end]
    numbers = {label.number for label in single} | {int(n) for n in note_ids if n.isdigit()}
    markers = [
        Marker(label.label, label.start, label.end, note_ids.get(label.label))
        for label in single
        if label.label in note_ids or _counts_on(label.number, numbers)
    ]
    for match in _GROUP.finditer(text, body.start, body.end):
        markers += _expand(match, note_ids)
    return sorted(markers, key=lambda marker: (marker.start, marker.end))


def _counts_on(number: int, numbers: set[int]) -> bool:
    return number == 1 or number - 1 in numbers or number + 1 in numbers


def _expand(match: re.Match[str], note_ids: dict[str, str]) -> list[Marker]:
    names: list[str] = []
    for part in _PART.finditer(match[1]):
        first, last = int(part[1]), int(part[2] or part[1])
        if not first <= last <= first + _MAX_RANGE:
            return []
        names += [str(number) for number in range(first, last + 1)]
    if not all(name in note_ids for name in names):
        return []
    return [Marker(name, match.start(), match.end(), note_ids[name]) for name in names]
