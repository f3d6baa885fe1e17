"""Notes that the format itself declares: `[^1]: …` in Markdown, list items that in-page links lead to.

Where the format says which note a marker stands for, nothing has to be guessed
from numbers: labels may be words, and notes may stand anywhere in the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from provenance.cite.notes import NoteList, NoteSpan, name_of_list
from provenance.cite.patterns import lazy_pattern
from provenance.model import Document, Mark
from provenance.text import Span

__all__ = ["DeclaredNotes", "read_declared_notes"]

# Formats that say of every note that it is one.
_ENTRY_LINE = lazy_pattern(r"^\[\d{1,4}\](?!_)", re.MULTILINE)
_KEEPS_NOTES_APART = frozenset({"docx", "wikitext"})


class DeclaredNotes(NamedTuple):
    """The declared lists, the markers (a span and the place of its note), and the body around them.

    `is_certain` is set where the format keeps notes apart from all other text (Word, Markdown): then
    no numbers in the text can tell better. `marked_in_notes` are the starts of notes that stand for
    a marker inside another note: they are referred to, though by no claim.
    """

    lists: tuple[NoteList, ...]
    markers: tuple[tuple[str, Span, NoteSpan | None], ...]
    bodies: tuple[Span, ...]

    is_certain: bool = False
    marked_in_notes: frozenset[int] = frozenset()

    @property
    def note_count(self) -> int:
        """How many notes are declared."""
        return sum(len(one.notes) for one in self.lists)


def read_declared_notes(document: Document) -> DeclaredNotes:
    """Return the notes that the document's format declares, none where it declares none."""
    marks = document.marks
    noted = _read_notes(document.text, [mark for mark in marks if mark.role == "note"])
    notes = {mark.target: note for mark, note in reversed(noted)}
    in_order = sorted((note for _, note in noted), key=lambda note: note.start)
    markers = tuple(
        (mark.label, Span(mark.start, mark.end), notes.get(mark.target))
        for mark in sorted(marks, key=lambda mark: mark.start)
        if mark.role == "marker" and not _note_around(in_order, mark.start)
    )
    in_notes = frozenset(_marked_in_notes(marks, notes, in_order))
    bodies = _around(document.text, in_order)
    typed = len(_ENTRY_LINE.findall(document.text, 0, in_order[0].start if in_order else 0))
    if noted and all(mark.list for mark, _ in noted):
        lists = _group_by_name(noted)
        # a list typed by hand in front of the notes may be the document's own, and longer than theirs
        is_certain = (document.format in _KEEPS_NOTES_APART and typed <= len(noted)) or (
            # read from the layout, or written beside plain lists: believed where no list was overlooked
            document.format in {"pdf", "rst"}
            and len(noted) >= len(_ENTRY_LINE.findall(document.text))
        )
        return DeclaredNotes(lists, markers, bodies, is_certain, in_notes)
    is_certain = bool(noted) and document.format == "markdown"
    lists = _group_by_place(document.text, in_order)
    return DeclaredNotes(lists, markers, bodies, is_certain, in_notes)


def _note_around(in_order: Sequence[NoteSpan], offset: int) -> NoteSpan | None:
    index = bisect_right(in_order, offset, key=lambda note: note.start) - 1
    return in_order[index] if index >= 0 and offset < in_order[index].end else None


def _marked_in_notes(
    marks: Sequence[Mark], notes: Mapping[str, NoteSpan], in_order: Sequence[NoteSpan]
) -> Iterator[int]:
    """The starts of notes that another note refers to; one that leads to itself says nothing."""
    for mark in marks:
        note = notes.get(mark.target) if mark.role == "marker" else None
        around = _note_around(in_order, mark.start) if note else None
        if note and around and note.start != around.start:
            yield note.start


def _read_notes(text: str, marks: Sequence[Mark]) -> list[tuple[Mark, NoteSpan]]:
    """The notes in the order declared; a torn file may begin one inside another, which ends there."""
    ends = dict(pairwise([*sorted({mark.start for mark in marks}), len(text)]))
    return [(mark, _note_of(text, mark, min(mark.end, ends[mark.start]))) for mark in marks]


def _note_of(text: str, mark: Mark, end: int) -> NoteSpan:
    body = min(end, mark.start if mark.body is None else mark.body)
    while end > body and text[end - 1].isspace():
        end -= 1
    return NoteSpan(mark.label, mark.start, end, body)


def _group_by_name(noted: Sequence[tuple[Mark, NoteSpan]]) -> tuple[NoteList, ...]:
    """The lists that the format keeps apart, in the order in which they begin."""
    groups: dict[str, list[NoteSpan]] = {}
    for mark, note in sorted(noted, key=lambda one: one[1].start):
        groups.setdefault(mark.list, []).append(note)
    return tuple(NoteList(name, tuple(group)) for name, group in groups.items())


def _group_by_place(text: str, notes: Sequence[NoteSpan]) -> tuple[NoteList, ...]:
    """One list for notes that follow each other; a number said again begins the next one."""
    groups: list[list[NoteSpan]] = []
    labels: set[str] = set()
    for note in notes:
        if not groups or (note.label in labels and text[groups[-1][-1].end : note.start].strip()):
            groups.append([])
            labels = set()
        groups[-1].append(note)
        labels.add(note.label)
    return tuple(
        NoteList(name_of_list(number), tuple(group)) for number, group in enumerate(groups, 1)
    )


def _around(text: str, notes: Sequence[NoteSpan]) -> tuple[Span, ...]:
    ends = [0, *(note.end for note in notes)]
    starts = [*(note.start for note in notes), len(text)]
    spans = (Span(end, start) for end, start in zip(ends, starts, strict=True) if end < start)
    return tuple(span for span in spans if span.of(text).strip()) or (Span(0, 0),)
