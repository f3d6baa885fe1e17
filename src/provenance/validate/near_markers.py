"""Brackets in the text that were meant to be markers: `boats[ `, `ford.[12`, `ford.12]`, `ford.[12}`. PURE.

Seen: `VBIEDs[` and two no-break spaces in a published update, one in 10,170 markers. Brackets have
many other uses (`[py the debtor`, `([30, 29,` over a line's end): a number only counts where it is
a note's, and a bracket around nothing only where the text's other markers stand in brackets.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.model import Marker
from provenance.text import Span
from provenance.validate.draft import Draft, once_a_draft
from provenance.validate.numbering import CountedList, numbered_lists

__all__ = ["NearMarker", "find_near_markers", "notes_found_again"]

_TOUCHING = r"(?<=[\w.,;:!?…”\"’)\]])"
# Not closed before the line ends or another bracket opens: `[ … ]` is somebody's bracket.
_OPEN = r"(?![^\[\]\n]*\])"
_PATTERNS = tuple(
    lazy_pattern(pattern)
    for pattern in (
        rf"{_TOUCHING}\[(?P<number>\d{{1,4}})[}})]",
        rf"{_TOUCHING}\[(?P<number>\d{{1,4}})(?![\d,;–-])(?![ \u00a0]?[)}}–-]){_OPEN}",
        r"(?<=[.,;:!?…”\"’)\]])[({](?P<number>\d{1,4})\]",
        r"(?<=[.!?…”\"’])(?P<number>\d{1,4})\](?!\()",
    )
)
_NOTHING = lazy_pattern(rf"(?<=\w)\[(?P<blanks>[ \u00a0]{{1,4}}){_OPEN}(?=\w)")
_MIN_MARKERS = 2


class NearMarker(NamedTuple):
    """A place that is no marker as it stands, the number meant (None: nobody knows), and what to write there."""

    span: Span
    label: str | None
    replacement: str
    is_sure: bool


@once_a_draft
def find_near_markers(draft: Draft) -> Sequence[NearMarker]:
    """Return the near-markers of a draft's body, in order; none where its markers are not in brackets."""
    markers = sorted(
        {marker for claim in draft.parsed.claims for marker in claim.markers},
        key=lambda marker: marker.start,
    )
    bracketed = [each for each in markers if draft.text[each.start] == "["]
    if len(bracketed) < _MIN_MARKERS:
        return []
    body = _Body(draft, bracketed)
    near = (near for near in chain(body.numbers(), body.empty()) if body.holds(near.span))
    found = list(islice(near, len(bracketed) + 1))
    # a slip is rare: what is frequent is somebody's way of writing
    return sorted(found, key=lambda near: near.span) if len(found) <= len(bracketed) else []


def notes_found_again(draft: Draft) -> frozenset[str]:
    """Return the numbers of notes without a marker that a near-marker was meant for."""
    return frozenset(near.label for near in find_near_markers(draft) if near.label and near.is_sure)


class _Body:
    """The text outside the notes, with its markers."""

    def __init__(self, draft: Draft, markers: Sequence[Marker]) -> None:
        self._text = draft.text
        self._markers = markers
        self._notes = draft.parsed.notes
        self._starts = [note.start for note in self._notes]
        self._taken = {marker.start for marker in markers}
        self._lists = numbered_lists(draft)
        self._end = self._notes[-1].end if self._notes else len(draft.text)

    def holds(self, span: Span) -> bool:
        """Tell whether a place is body: outside every note, no marker, and before what follows the list."""
        if span.start in self._taken or span.start >= max(self._end, self._markers[-1].end):
            return False
        index = bisect_right(self._starts, span.start) - 1
        return index < 0 or span.start >= self._notes[index].end

    def numbers(self) -> Iterator[NearMarker]:
        """Numbers that lack a bracket, or have a wrong one."""
        for pattern in _PATTERNS:
            for match in pattern.finditer(self._text):
                label = match["number"]
                if pattern is _PATTERNS[-1] and self._is_opened(match.start()):
                    continue
                listed = next((one for one in self._lists if int(label) in one.numbers), None)
                if listed is None:
                    continue
                span = Span(*match.span())
                is_sure = self._is_the_missing_one(listed, int(label), span.start)
                yield NearMarker(span, label, f"[{label}]", is_sure)

    def empty(self) -> Iterator[NearMarker]:
        """Brackets that open before a blank and are never closed; one blank stays."""
        for match in _NOTHING.finditer(self._text):
            yield NearMarker(Span(*match.span()), None, match["blanks"][0], is_sure=False)

    def _is_opened(self, offset: int) -> bool:
        """Tell whether a bracket that closes here was opened in the same line."""
        line = self._text.rfind("\n", 0, offset) + 1
        return self._text.rfind("[", line, offset) > self._text.rfind("]", line, offset)

    def _is_the_missing_one(self, listed: CountedList, number: int, offset: int) -> bool:
        """Tell whether the number is that of the only note without a marker, between the markers around it."""
        without = [note for note in listed.notes if not listed.markers[note.id]]
        if len(without) != 1 or without[0].label != str(number):
            return False
        return self._fits_between(number, offset)

    def _fits_between(self, number: int, offset: int) -> bool:
        index = bisect_right([marker.start for marker in self._markers], offset)
        before = self._markers[index - 1].label if index else "0"
        after = self._markers[index].label if index < len(self._markers) else None
        if not before.isdecimal() or (after is not None and not after.isdecimal()):
            return False
        return int(before) < number and (after is None or number < int(after))
