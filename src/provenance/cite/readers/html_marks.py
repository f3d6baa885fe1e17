"""Marks: where the notes and markers of a page come to stand in its text."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_index import PageIndex
from provenance.cite.readers.html_labels import split_printed
from provenance.cite.readers.html_linked import MarkerAt
from provenance.cite.readers.html_notes import PageNotes
from provenance.cite.readers.html_ranges import NoteRange
from provenance.model import Mark

__all__ = ["MarkMaker"]

# What stands between a printed label and the note's words: `[1]:`, `1. `, `↑ `
_AFTER_LABEL = lazy_pattern(r"[\s\u00a0]{0,8}[\])]?[.:)]?[\s\u00a0^↑]{0,40}")
_BEFORE_WORDS = lazy_pattern(r"[\s\u00a0]{0,8}[\^↑](?:[\s\u00a0]*[\^↑])*[\s\u00a0]{0,40}")
_OPENERS = {"[": "]", "(": ")"}
_LABEL_REACH = 40
_DASHES = frozenset("-–—")
_MAX_RANGE = 50
_IN_BRACKETS = lazy_pattern(r"\[(\d{1,3}(?:\s?,\s?\d{1,3}){0,9})\]")


class MarkMaker:
    """Told of every node of the walk and how long the text is by then; gives the marks in the end."""

    def __init__(self, index: PageIndex, notes: PageNotes) -> None:
        self._index = index
        self._notes = notes.notes
        self._markers: dict[int, list[MarkerAt]] = {}
        for one in notes.markers:
            self._markers.setdefault(one.order, []).append(one)
        both = (*notes.notes, *notes.moved)
        self._printed = {one.printed for one in both if one.printed is not None}
        self._takes_brackets = notes.brackets
        self._begun = 0
        self._open: tuple[NoteRange, int] | None = None
        self._bodies: dict[int, int] = {}
        self._spans: list[tuple[NoteRange, int, int]] = []
        self._marks: list[tuple[MarkerAt, int, int]] = []

    def reach(self, order: int, length: int) -> None:
        """Close the note that ends before a node, and open the one that begins at it."""
        if self._open is not None and order >= self._open[0].end:
            self._spans.append((*self._open, length))
            self._open = None
        if self._begun < len(self._notes) and order >= self._notes[self._begun].start:
            self.open(self._notes[self._begun], length)
            self._begun += 1

    def open(self, note: NoteRange, length: int) -> None:
        """Begin a note where the text is `length` long."""
        self._open = (note, length)

    def drawn_label(self, order: int) -> str | None:
        """Return the label of a marker's tag, which a browser draws where the tag holds no words."""
        return self._markers[order][0].label if order in self._markers else None

    def leave(self, order: int, start: int, end: int) -> None:
        """Note where a tag came to stand that is a marker or a printed label."""
        if order in self._printed:
            self._bodies[order] = end
        if start < end:
            self._marks += [(one, start, end) for one in self._markers.get(order, ())]

    def build(self, text: str) -> tuple[Mark, ...]:
        """Return the marks, given the whole text that was made."""
        notes = [
            mark
            for one, start, end in self._spans
            if (mark := self._mark_of(text, one, start, end))
        ]
        marked = {mark.target for mark in notes}
        markers = [
            Mark(*_with_brackets(text, start, end), one.label, "marker", one.key)
            for one, start, end in self._marks
            if one.key in marked
        ]
        markers = _with_ranges(text, notes, markers)
        if self._takes_brackets:
            markers += _bracketed_markers(text, notes, markers)
        return (*notes, *markers)

    def _mark_of(self, text: str, one: NoteRange, start: int, end: int) -> Mark | None:
        while start < end and text[start].isspace():
            start += 1
        end = _without_empty_brackets(text, start, end)
        if start == end:
            return None
        return Mark(start, end, one.label, "note", one.key, self._body_of(text, one, start, end))

    def _body_of(self, text: str, one: NoteRange, start: int, end: int) -> int:
        """Where the note's words begin: behind the label that is printed in front of them."""
        body = self._bodies.get(one.printed) if one.printed is not None else None
        # torn markup may put the words of a note before its label: then it is no label of them
        if body is None or not start <= body <= end:
            arrows = _BEFORE_WORDS.match(text, start, end)
            body = arrows.end() if arrows else start
            printed = split_printed(text[body : min(end, body + _LABEL_REACH)])
            if printed is None or printed[0] != one.label:
                return body
            body += len(_label_in_front(text[body : body + _LABEL_REACH], printed[0]))
        after = _AFTER_LABEL.match(text, body, end)
        return after.end() if after else body


def _without_empty_brackets(text: str, start: int, end: int) -> int:
    """Where a note's words end: before blanks, and before the brackets that stood around a link back."""
    while end > start:
        if text[end - 1].isspace():
            end -= 1
        elif text[max(start, end - 2) : end] in {"[]", "()"}:
            end -= 2
        else:
            break
    return end


def _with_ranges(text: str, notes: list[Mark], markers: list[Mark]) -> list[Mark]:
    """The markers, those of a range with one span: `[<a>1</a>–<a>3</a>]` is three markers, one of them unsaid."""
    targets = {note.label: note.target for note in reversed(notes)}
    joined = sorted(markers, key=lambda one: one.start)
    unsaid: list[Mark] = []
    for position, (first, last) in enumerate(pairwise(joined)):
        if not _is_range(text, first, last):
            continue
        start, end = _with_brackets(text, first.start, last.end)
        joined[position] = replace(first, start=start, end=end)
        joined[position + 1] = replace(last, start=start, end=end)
        unsaid += [
            Mark(start, end, str(number), "marker", targets[str(number)])
            for number in range(int(first.label) + 1, int(last.label))
            if str(number) in targets
        ]
    # the labels of one span stand in the order in which the range says them
    return sorted([*joined, *unsaid], key=lambda one: (one.start, _number_of(one)))


def _is_range(text: str, first: Mark, last: Mark) -> bool:
    if not (first.label.isdigit() and last.label.isdigit()):
        return False
    step = int(last.label) - int(first.label)
    return 0 < step <= _MAX_RANGE and text[first.end : last.start].strip() in _DASHES


def _number_of(mark: Mark) -> int:
    return int(mark.label) if mark.label.isdigit() else 0


def _bracketed_markers(text: str, notes: list[Mark], markers: list[Mark]) -> Iterator[Mark]:
    """The labels in brackets that no link ties to a note: each stands for the next note of that label."""
    by_label: dict[str, list[Mark]] = {}
    for note in sorted(notes, key=lambda one: one.start):
        by_label.setdefault(note.label, []).append(note)
    marked = sorted((one.start, one.end) for one in (*markers, *notes))
    for match in _IN_BRACKETS.finditer(text):
        position = bisect_left(marked, (match.end(), 0)) - 1
        if position >= 0 and marked[position][1] > match.start():
            continue
        for label in re.findall(r"\d+", match[1]):
            if found := by_label.get(label):
                after = bisect_right(found, match.start(), key=lambda one: one.start)
                note = found[min(after, len(found) - 1)]
                yield Mark(match.start(), match.end(), label, "marker", note.target)


def _label_in_front(words: str, label: str) -> str:
    position = words.find(label)
    return words[: position + len(label)] if position >= 0 else ""


def _with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """A marker's span with the brackets around it where they stand outside its tag: `[<a>3</a>]`."""
    closer = _OPENERS.get(text[start - 1 : start] if start else "")
    if closer and text[end : end + 1] == closer:
        return start - 1, end + 1
    return start, end
