"""Note lists: where each list begins and ends, and each note in it.

`chains` and `pairing` say which labels begin an entry; here the entries get their ends. The
last note of a list has no label behind it: it ends at a blank line (unless the
paragraph behind that goes on with it) or at what the page prints below the list.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from provenance.cite.chains import (
    find_chains,
    find_dotted_chains,
    find_flat_chain,
    is_entry_in_line,
    start_of_heading,
)
from provenance.cite.flat import find_flat_list
from provenance.cite.labels import LabelAt
from provenance.cite.pairing import Paired, SignReader, choose_shape, pair_runs
from provenance.cite.patterns import lazy_pattern
from provenance.cite.printed import Kind
from provenance.cite.signs import Shape
from provenance.text import Span

__all__ = ["NoteList", "NoteSpan", "body_spans", "find_note_lists", "name_of_list"]


class NoteSpan(NamedTuple):
    """One entry of the list: its label, the whole entry, where the words begin, and what the label counts."""

    label: str
    start: int
    end: int
    body: int
    number: int = 0


class NoteList(NamedTuple):
    """One list of notes: its name (`references`, `references 2`, …) and its entries in order.

    `kind` and `family` say how its labels count, `marked_by` how its markers are printed.
    """

    name: str
    notes: tuple[NoteSpan, ...]
    kind: Kind = "number"
    family: str = ""
    marked_by: Shape = "bracket"

    @property
    def has_bracketed_numbers(self) -> bool:
        """Whether markers such as `[1]` stand for the notes."""
        return self.kind == "number" and self.marked_by == "bracket"

    @property
    def span(self) -> Span:
        """From the first note's label to the end of the last note."""
        return Span(self.notes[0].start, self.notes[-1].end)


_LIST_NAME = "references"
_ALONE_ON_LINE = lazy_pattern(r"[^\S\n]*\n(?:[^\S\n]*\n)+")
_BLANK_LINES = lazy_pattern(r"(?:\n[^\S\n]*)+\n")
# A note's second paragraph: indented, an address, or words that go on in lower case.
_GOES_ON = lazy_pattern(r"(?:\t|[ \u00a0]{2,})[^\s*•·▪-]|h(?:tt|xx)ps?\b|www\.|[a-zа-яё]\w*[ ,;]")
_FURNITURE = lazy_pattern(
    r"\n[^\S\n]*(?:no comments:|post a comment|previous|next|share(?: this)?|tags?\b|labels:|related\b|subscribe\b"
    r"|leave a (?:comment|reply)|email this|attachments?\b|newer post|older post|home\b|©|copyright\b)[^\n]{0,80}"
    r"(?=\n|$)",
    re.IGNORECASE,
)


def find_note_lists(text: str, labels: Sequence[LabelAt], reader: SignReader) -> list[NoteList]:
    """Return the note lists of a text in order, nothing where there is none."""
    chains = find_chains(text, labels)
    found = _mark_chains(reader, labels, chains)
    taken = [Span(chain[0].start, chain[-1].end) for chain in chains]
    has_numbers = any(one.marked_by == "bracket" for one in found)
    found += pair_runs(reader, taken, has_numbers, with_brackets=not chains)
    if not found:
        found = _find_without_lines(text, labels, reader)
    found.sort(key=lambda one: one.entries[0].start)
    lists = []
    for number, one in enumerate(found, 1):
        limit = len(text)
        if number < len(found):
            limit = _start_with_heading(text, found[number].entries[0].start)
        notes = _notes_of(text, labels, one.entries, limit)
        lists.append(NoteList(name_of_list(number), notes, one.kind, one.family, one.marked_by))
    return lists


def _find_without_lines(text: str, labels: Sequence[LabelAt], reader: SignReader) -> list[Paired]:
    """The list of a text whose lines no notes begin, or whose heading alone says that they are notes."""
    if chain := find_flat_chain(text, labels):
        return _mark_chains(reader, labels, [chain])
    if flat := find_flat_list(reader):
        return [flat]
    return _mark_chains(reader, labels, find_dotted_chains(text))


def _mark_chains(
    reader: SignReader, labels: Sequence[LabelAt], chains: Sequence[Sequence[LabelAt]]
) -> list[Paired]:
    """The lists of numbers, each with the shape of its markers, which are seldom raised or in parentheses."""
    found, end = [], 0
    for chain in chains:
        region = Span(end, chain[0].start)
        # lists that follow each other have their markers in the same body
        if not reader.text[end : chain[0].start].count("\n\n"):
            region = Span(0, chain[0].start)
        shape = choose_shape(reader, labels, {label.number for label in chain}, region)
        found.append(Paired(list(chain), "number", "", shape))
        end = chain[-1].end
    return found


def name_of_list(number: int) -> str:
    """Return the name of a document's first, second, … list."""
    return _LIST_NAME if number == 1 else f"{_LIST_NAME} {number}"


def body_spans(text: str, lists: Sequence[NoteList]) -> list[Span]:
    """Return the parts of a text that stand before each list's heading; all of it where there is none.

    What follows the last list is page furniture, and no body.
    """
    if not lists:
        return [Span(0, len(text))]
    ends = [0, *(one.span.end for one in lists)]
    return [
        Span(end, max(end, _start_with_heading(text, one.span.start)))
        for end, one in zip(ends, lists, strict=False)
    ]


def _start_with_heading(text: str, start: int) -> int:
    heading = start_of_heading(text, start)
    return start if heading is None else heading


def _notes_of(
    text: str, labels: Sequence[LabelAt], chain: Sequence[LabelAt], limit: int
) -> tuple[NoteSpan, ...]:
    end_of_list = _end_of_list(text, _start_of_words(text, chain, limit), limit)
    entries = _with_entries_in_line(text, labels, chain, end_of_list)
    notes = []
    for label, following in zip(entries, [*entries[1:], None], strict=True):
        end = following.start if following else end_of_list
        while end > label.end and text[end - 1].isspace():
            end -= 1
        notes.append(NoteSpan(label.label, label.start, end, label.end, label.number))
    return tuple(notes)


def _with_entries_in_line(
    text: str, labels: Sequence[LabelAt], chain: Sequence[LabelAt], end: int
) -> list[LabelAt]:
    """The chain with the notes that share a line with the one before: `[1] https://a [2] https://b`."""
    if text[chain[0].start] not in "[［【" or not chain[0].label.isdecimal():
        return list(chain)
    numbers = {label.number for label in chain}
    listed = {label.start for label in chain}
    first = bisect_left(labels, chain[0].start, key=attrgetter("start"))
    last = bisect_left(labels, end, key=attrgetter("start"))
    others = [label for label in labels[first:last] if label.start not in listed]
    entries: list[LabelAt] = []
    for label in sorted([*chain, *others], key=attrgetter("start")):
        if label.start in listed or (
            label.number == entries[-1].number + 1
            and label.number not in numbers
            and is_entry_in_line(text, label)
        ):
            entries.append(label)
    return entries


def _start_of_words(text: str, chain: Sequence[LabelAt], limit: int) -> int:
    """Where the last note's words begin: below its label, where every label stands alone on its line.

    So copies of pages and tables write them that have the labels in a column of their own.
    """
    behind = [_ALONE_ON_LINE.match(text, label.end, limit) for label in chain]
    last = behind[-1]
    return last.end() if last and len(chain) > 1 and all(behind) else chain[-1].end


def _end_of_list(text: str, start: int, limit: int) -> int:
    """Where the last note ends: at page furniture, or at a blank line that no more of it follows."""
    furniture = _FURNITURE.search(text, start, limit)
    limit = furniture.start() if furniture else limit
    for blank in _BLANK_LINES.finditer(text, start, limit):
        if not _GOES_ON.match(text, blank.end(), limit):
            return blank.start()
    return limit
