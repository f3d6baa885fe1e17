"""Numbers of notes as the rules about them need them: who points where, and how to renumber. PURE.

Renumbering is only possible where the numbers are written out in the person's own file
(text, Markdown's plain `[12]`, HTML without `<ol>`, Word without its notes): numbers that a program counts
change by themselves.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.cite.labels import read_labels
from provenance.cite.patterns import lazy_pattern
from provenance.cite.printed import read_number, write_number
from provenance.model import Marker, Note
from provenance.text import Span
from provenance.validate.draft import Draft, once_a_draft
from provenance.validate.records import Edit, Fix
from provenance.validate.subscripts import is_subscript, without_subscripts

__all__ = [
    "CountedList",
    "first_mentions",
    "has_typed_markers",
    "is_written_out",
    "neighbour_out_of_order",
    "numbered_lists",
    "relabel_note",
    "renumber",
    "unanswered",
]

_WRITTEN_FORMATS = frozenset({"text", "markdown", "html"})
# Formats whose numbers people type, or whose printed numbers are all there is.
_PRINTED_FORMATS = _WRITTEN_FORMATS | {"rst", "pdf"}
_PRINTED = re.compile(r"[\[［【(]?[ \u00a0]?(?P<digits>\d{1,4})")
_MEMBER = re.compile(r"(?P<first>\d{1,4})(?:(?P<dash>\s?[-–—]\s?)(?P<last>\d{1,4}))?")
_TWO_BRACKETS = re.compile(r"[\]］】)]\s?[–—-]")
_NO_NUMBERS = re.compile(r"[\[\]［］【】()\s,;\u00a0–—-]*")
# Words that name a note by its number: those would lead astray once the numbers move.
_NAMES_A_NOTE = lazy_pattern(
    r"\b(?:(?:foot|end)?notes?|n\.|nn\.|fn\.|anm\.|fußnote|nota|сноск\w+|прим\.)[\s\u00a0]*(?:no\.[\s\u00a0]*)?\[?\d{1,4}\b(?!\s*[.:]\d)"
    r"|\b(?:see|supra|cf\.|ref\.)[\s\u00a0]+\[\d",
    re.IGNORECASE,
)


class CountedList(NamedTuple):
    """A list of notes with decimal numbers, in the order printed, and the markers of each note by its id."""

    name: str
    notes: tuple[Note, ...]
    numbers: tuple[int, ...]
    markers: Mapping[str, Sequence[Marker]]


@once_a_draft
def numbered_lists(draft: Draft) -> Sequence[CountedList]:
    """Return the lists of which every note has a decimal number."""
    listed: dict[str, list[Note]] = {}
    for note in draft.parsed.notes:
        listed.setdefault(note.list, []).append(note)
    markers: dict[str, list[Marker]] = {note.id: [] for note in draft.parsed.notes}
    for marker in _all_markers(draft):
        if marker.note_id is not None:
            markers[marker.note_id].append(marker)
    found = []
    for name, notes in listed.items():
        numbers = [read_number(note.label) for note in notes]
        if all(number is not None for number in numbers):
            counted = tuple(number for number in numbers if number is not None)
            found.append(CountedList(name, tuple(notes), counted, markers))
    return found


@once_a_draft
def unanswered(draft: Draft) -> Sequence[Marker]:
    """Return the markers that lead to no note, in the order of the text; subscripts of code are none."""
    lost = [marker for marker in _all_markers(draft) if marker.note_id is None]
    return without_subscripts(draft.text, lost, has_notes=bool(draft.parsed.notes))


def first_mentions(draft: Draft, listed: CountedList) -> list[Note]:
    """Return the notes of a list that have markers, in the order in which the text first names them."""
    notes = {note.id: note for note in listed.notes}
    seen: dict[str, Note] = {}
    for marker in _all_markers(draft):
        if marker.note_id in notes:
            seen.setdefault(marker.note_id, notes[marker.note_id])
    return list(seen.values())


def neighbour_out_of_order(numbers: Sequence[int], index: int) -> int:
    """Return the place of a number that one which is out of order stands behind, or else before, wrongly."""
    before = max(range(index), key=lambda at: numbers[at], default=index)
    if numbers[before] > numbers[index]:
        return before
    return min(range(index + 1, len(numbers)), key=lambda at: numbers[at], default=index)


def renumber(draft: Draft, listed: CountedList, numbers: Mapping[str, int]) -> Fix | None:
    """Return the edits that give every note (by id) its number and every marker its note's.

    Where the numbers then do not ascend, the entries change places, which only a text file
    allows. None where a number is not written out, where a marker leads to no note or may be a
    subscript of code, or where words name a note by its number.
    """
    if unanswered(draft) or _has_subscripts(draft) or _names_notes(draft, listed):
        return None
    order = sorted(listed.notes, key=lambda note: numbers[note.id])
    if order != list(listed.notes) and draft.parsed.document.format != "text":
        return None
    entries = _entry_edits(draft, listed, order, numbers)
    spans = {
        (marker.start, marker.end) for note in listed.notes for marker in listed.markers[note.id]
    }
    by_number = {read_number(note.label): numbers[note.id] for note in listed.notes}
    markers = [_marker_edit(draft, Span(*span), by_number) for span in sorted(spans)]
    if entries is None or None in markers:
        return None
    edits = [edit for edit in (*entries, *markers) if edit and _changes(draft, edit)]
    is_kept = order == list(listed.notes)
    return Fix(True, tuple(edits), "kept" if is_kept else "moved") if edits else None


def relabel_note(draft: Draft, note: Note, number: int) -> Edit | None:
    """Return the edit that prints another number before a note; None where it is not written out."""
    printed = _PRINTED.match(draft.text, note.start, note.end)
    if printed is None or printed["digits"] != note.label:
        return None
    if not is_written_out(draft, Span(*printed.span())):
        return None
    return Edit(*printed.span("digits"), write_number(number, like=note.label))


def is_written_out(draft: Draft, span: Span) -> bool:
    """Tell whether the person's file has these very characters: nothing that a program counts."""
    return _is_typed(draft, _WRITTEN_FORMATS) and _is_in_file(draft, span)


def has_typed_markers(draft: Draft, listed: CountedList) -> bool:
    """Tell whether the markers of a list stand in the file as printed: no program counts them anew."""
    spans = (
        Span(marker.start, marker.end)
        for note in listed.notes
        for marker in listed.markers[note.id][:1]
    )
    return _is_typed(draft, _PRINTED_FORMATS) and all(_is_in_file(draft, span) for span in spans)


def _is_typed(draft: Draft, formats: Collection[str]) -> bool:
    """Tell whether people type the numbers; in Word that is where they did without its notes.

    The number of a numbered paragraph, which Word counts, is refused when it is to be written.
    """
    document = draft.parsed.document
    return document.format in formats or (document.format == "docx" and not document.marks)


def _is_in_file(draft: Draft, span: Span) -> bool:
    document = draft.parsed.document
    if document.source is None or document.offsets is None:
        return True
    return document.offsets.to_source(span).of(document.source) == span.of(document.text)


def _all_markers(draft: Draft) -> Iterator[Marker]:
    return (marker for claim in draft.parsed.claims for marker in claim.markers)


def _has_subscripts(draft: Draft) -> bool:
    return any(is_subscript(draft.text, marker) for marker in _all_markers(draft))


def _names_notes(draft: Draft, listed: CountedList) -> bool:
    """Tell whether words of the draft name a note by its number, which no marker stands for."""
    if any(
        cited.citation.antecedent and cited.citation.antecedent.reason == "note number"
        for cited in draft.cited
    ) or _NAMES_A_NOTE.search(draft.text):
        return True
    spans = [(marker.start, marker.end) for marker in _all_markers(draft)]
    known = {start for start, _ in spans} | {note.start for note in draft.parsed.notes}
    inside = {at for start, end in spans for at in range(start, min(end, start + 40))}
    return any(
        label.number in listed.numbers and label.start not in known and label.start not in inside
        for label in read_labels(draft.text)
    )


def _entry_edits(
    draft: Draft, listed: CountedList, order: Sequence[Note], numbers: Mapping[str, int]
) -> list[Edit] | None:
    """The edits of the list itself: whole entries where they change places, else only their numbers."""
    edits = []
    for here, note in zip(listed.notes, order, strict=True):
        label = relabel_note(draft, note, numbers[note.id])
        if label is None:
            return None
        if here is note:
            edits.append(label)
            continue
        first, last = label.start - note.start, label.end - note.start
        words = note.text[:first] + label.replacement + note.text[last:]
        edits.append(Edit(here.start, here.end, words))
    return edits


def _marker_edit(draft: Draft, span: Span, by_number: Mapping[int | None, int]) -> Edit | None:
    """The edit that writes the new numbers into one marker, groups and ranges too; None where that cannot be."""
    words = span.of(draft.text)
    if _TWO_BRACKETS.search(words):
        return None  # `[4]–[6]` stands for [5] too
    if not is_written_out(draft, span) or not _NO_NUMBERS.fullmatch(_MEMBER.sub("", words)):
        return None
    try:
        new = _MEMBER.sub(lambda match: _moved(match, by_number), words)
    except LookupError:
        return None
    return Edit(span.start, span.end, new)


def _moved(match: re.Match[str], by_number: Mapping[int | None, int]) -> str:
    """One number, or a range, in its new numbers; a range that is torn apart becomes a list."""
    first, last = int(match["first"]), int(match["last"] or match["first"])
    moved = sorted(by_number[number] for number in range(first, last + 1))
    said = [write_number(number, like=match["first"]) for number in moved]
    if len(moved) > 1 and moved[-1] - moved[0] == len(moved) - 1:
        return f"{said[0]}{match['dash']}{said[-1]}"
    return ", ".join(said)


def _changes(draft: Draft, edit: Edit) -> bool:
    return draft.text[edit.start : edit.end] != edit.replacement
