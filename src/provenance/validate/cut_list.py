"""A list of notes that was cut off, or lost: markers that go on where the notes end. PURE."""

from collections.abc import Sequence
from typing import NamedTuple

from provenance.cite.signs import CLOSING
from provenance.model import Marker
from provenance.validate.draft import Draft, once_a_draft
from provenance.validate.numbering import numbered_lists, unanswered

__all__ = ["CutList", "closes_something", "find_cut_list"]

# One marker without a note is a slip (FN001); two that count on are a list that ends too early.
_MIN_MARKERS = 2


class CutList(NamedTuple):
    """Where a list ends too early (or where the first marker of a lost list stands), and which markers that explains."""

    message: str
    start: int
    end: int
    label: str
    markers: frozenset[Marker]
    is_sure: bool = True


@once_a_draft
def find_cut_list(draft: Draft) -> CutList | None:
    """Return what says that a document's (last) list is cut off or missing; None where it is not."""
    lost = unanswered(draft)
    if len({marker.label for marker in lost}) < _MIN_MARKERS:
        return None
    return _cut_off(draft, lost) if draft.parsed.notes else _missing(draft, lost)


def _missing(draft: Draft, lost: Sequence[Marker]) -> CutList:
    first = lost[0]
    like_markers = sum(closes_something(draft.text, marker) for marker in lost)
    is_sure = 2 * like_markers >= len(lost)
    said = "markers" if is_sure else "numbers in brackets"
    message = (
        f"there is no list of notes: none of the {len(lost)} {said},"
        f" from [{first.label}] to [{lost[-1].label}], has one"
    )
    return CutList(message, first.start, first.end, first.label, frozenset(lost), is_sure)


def closes_something(text: str, marker: Marker) -> bool:
    """Tell a marker beside the end of a sentence or clause from `rows[1]`, which is code."""
    before = text[max(0, marker.start - 2) : marker.start].rstrip()[-1:]
    behind = text[marker.end : marker.end + 2]
    return before in CLOSING or (behind[:1] in {".", ",", ";"} and not behind[1:].strip())


def _cut_off(draft: Draft, lost: Sequence[Marker]) -> CutList | None:
    lists = numbered_lists(draft)
    if not lists:
        return None
    listed = lists[-1]
    last = max(listed.numbers)
    beyond = {int(marker.label) for marker in lost if marker.label.isdecimal()}
    reached = last
    while reached + 1 in beyond:
        reached += 1
    if reached < last + _MIN_MARKERS:
        return None
    markers = frozenset(
        marker
        for marker in lost
        if marker.label.isdecimal() and last < int(marker.label) <= reached
    )
    note = listed.notes[-1]
    message = (
        f"the list ends with [{last}], the markers go on to [{reached}]:"
        f" {reached - last} notes are missing, and the end of [{last}] may be"
    )
    return CutList(message, note.start, note.end, note.label, markers)
