"""A document's text cut into what a page writes: paragraphs of pieces that know their claim.

Nothing but the white space between paragraphs is left out: the paragraphs of the body and the
notes together hold every other character of the text, in its order, notes taken out of the flow.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from provenance.text import Span
from provenance.trace.document_records import DocumentClaim, DocumentNote, DocumentText

__all__ = ["MarkedNote", "MarkedText", "Piece", "mark_text"]

_BREAK = re.compile(r"\n(?:[ \t\r]*\n)+")
_PLAIN_LABEL = re.compile(r"[A-Za-z0-9-]{1,12}")
_MOST_BACKLINKS = 5


class Piece(NamedTuple):
    """Some words. `claim` is the number of the innermost claim that they belong to, or None.

    `marker` is the number of the marker that they are (0: none), counted over the document.
    """

    text: str
    claim: int | None
    marker: int


class MarkedNote(NamedTuple):
    """A note with its anchor, and the numbers of the markers that lead to it (the first few)."""

    note: DocumentNote
    anchor: str
    pieces: tuple[Piece, ...]
    markers: tuple[int, ...]


class MarkedText(NamedTuple):
    """The body without the notes, and the notes by their lists."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    lists: tuple[tuple[str, tuple[MarkedNote, ...]], ...]


def mark_text(document: DocumentText) -> MarkedText:
    """Cut a document's text into paragraphs and notes, every claim and marker in its place."""
    marks = _Marks(document.text, document.claims)
    outside = _between([Span(note.start, note.end) for note in document.notes], len(document.text))
    paragraphs = [
        marks.pieces(paragraph)
        for span in outside
        for paragraph in _paragraphs(document.text, span)
        if paragraph.of(document.text).strip()
    ]
    lists: dict[str, list[MarkedNote]] = {}
    for note, anchor in zip(document.notes, _anchors(document.notes), strict=True):
        pieces = marks.pieces(Span(note.start, note.end))
        back = tuple(marks.markers_of.get(note.id, ()))[:_MOST_BACKLINKS]
        lists.setdefault(note.list, []).append(MarkedNote(note, anchor, pieces, back))
    return MarkedText(
        tuple(paragraphs), tuple((name, tuple(notes)) for name, notes in lists.items())
    )


class _Marks:
    """Where claims and markers begin and end in a text, for asking of one span after the other."""

    def __init__(self, text: str, claims: Sequence[DocumentClaim]) -> None:
        self._text = text
        self.markers_of: dict[str, list[int]] = {}
        numbers: dict[Span, int] = {}
        self._marked: list[tuple[Span, int, int]] = []  # span, claim, marker
        for number, claim in enumerate(claims):
            self._marked.append((Span(claim.start, claim.end), number, 0))
            for marker in claim.markers:
                span = Span(marker.start, marker.end)
                if span not in numbers:
                    numbers[span] = len(numbers) + 1
                    self._marked.append((span, number, numbers[span]))
                if marker.note_id is not None:
                    known = self.markers_of.setdefault(marker.note_id, [])
                    if numbers[span] not in known:
                        known.append(numbers[span])
        self._marked.sort(key=lambda each: (each[0].start, -each[0].end))
        self._starts = [span.start for span, _, _ in self._marked]
        # how far anything reaches that begins here or before: rises, so it can be searched
        self._reach = list(accumulate((span.end for span, _, _ in self._marked), max))

    def pieces(self, within: Span) -> tuple[Piece, ...]:
        """Return a part of the text in pieces, each with the innermost mark that covers it."""
        first = bisect_right(self._reach, within.start)
        last = bisect_left(self._starts, within.end)
        marks = [each for each in self._marked[first:last] if each[0].end > within.start]
        edges = {within.start, within.end}
        for span, _, _ in marks:
            edges |= {max(span.start, within.start), min(span.end, within.end)}
        found = []
        for start, end in pairwise(sorted(edges)):
            covering = [each for each in marks if each[0].start <= start and each[0].end >= end]
            # a marker stands above claims; of those the one that began last is the innermost
            _, claim, marker = max(
                covering, key=lambda each: (each[2] > 0, each[0].start), default=(None, None, 0)
            )
            found.append(Piece(self._text[start:end], claim, marker))
        return tuple(found)


def _between(taken: list[Span], end: int) -> Iterator[Span]:
    """Return what no span takes, in order."""
    at = 0
    for span in sorted(taken):
        if span.start > at:
            yield Span(at, span.start)
        at = max(at, span.end)
    if end > at:
        yield Span(at, end)


def _paragraphs(text: str, within: Span) -> Iterator[Span]:
    at = within.start
    for found in _BREAK.finditer(text, within.start, within.end):
        yield Span(at, found.start())
        at = found.end()
    yield Span(at, within.end)


def _anchors(notes: Sequence[DocumentNote]) -> list[str]:
    """Name the notes by their labels where a label is plain and its own, else by their place."""
    seen: set[str] = set()
    anchors = []
    for number, note in enumerate(notes, start=1):
        is_plain = _PLAIN_LABEL.fullmatch(note.label) and note.label not in seen
        anchors.append(f"note-{note.label}" if is_plain else f"note--{number}")
        seen.add(note.label)
    return anchors
