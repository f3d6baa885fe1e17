"""The notes of a page: what the readers of its shapes found, put together for the walk over its text."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_index import PageIndex, hints_of
from provenance.cite.readers.html_inline import find_notes_in_place
from provenance.cite.readers.html_labels import is_back_words, label_of
from provenance.cite.readers.html_linked import MarkerAt, find_linked_notes
from provenance.cite.readers.html_numbered import (
    bracketed_numbers,
    find_loose_markers,
    find_numbered_notes,
)
from provenance.cite.readers.html_ranges import NoteRange, range_at
from provenance.cite.readers.html_said import SaidNote, find_notes_in_attributes
from provenance.formats.html import HtmlTag

__all__ = ["PageNotes", "find_page_notes"]

_BACK_HINT = lazy_pattern(
    r"backlink|back-?ref|reversefootnote|footnote-?reverse|footnote-?back|footnote-?return|doc-backlink|mw-cite-backlink"
)
_MAX_BACK_WORDS = 48
_MAX_TAGS = 16
_ARROW = lazy_pattern(r"[↑⇑^↩]\ufe0e?")
_LABEL_WIDTH = 8
# How many characters of two notes are compared to tell whether one is a copy of the other.
_COMPARED = 24


class PageNotes(NamedTuple):
    """The notes and markers of a page, each in order, and the numbers of the tags that are left out.

    `moved` are the notes that stand at their markers, `said` those in a marker's attribute;
    they are read behind the text.
    `brackets` says whether `[3]` in the text is a marker too, where nothing ties it to a note.
    """

    notes: list[NoteRange]
    markers: list[MarkerAt]
    moved: list[NoteRange]
    said: list[SaidNote]
    left_out: frozenset[int]
    brackets: bool


def find_page_notes(index: PageIndex) -> PageNotes:
    """Return what a page declares to be notes, by links, by numbers or in place."""
    notes, markers = find_linked_notes(index)
    moved, moved_markers, copies = find_notes_in_place(index, notes)
    bracketed = bracketed_numbers(index)
    if moved and (listed := _listed_again(index, notes, moved, bracketed)):
        notes = sorted([*notes, *listed])
        moved, moved_markers, copies = find_notes_in_place(index, notes)
    said, said_markers = find_notes_in_attributes(index, notes, [*markers, *moved_markers])
    if not moved and not said:
        notes = sorted([*notes, *find_numbered_notes(index, notes, bracketed)])
    markers = sorted([*markers, *moved_markers, *said_markers])
    markers += list(find_loose_markers(index, notes, markers))
    left_out = {
        *copies,
        *(note.block for note in moved),
        *_back_links(index, notes),
        *_arrows(index, notes),
    }
    labels = {note.label for note in notes}
    return PageNotes(
        notes, sorted(markers), moved, said, frozenset(left_out), not labels.isdisjoint(bracketed)
    )


def _listed_again(
    index: PageIndex,
    notes: Sequence[NoteRange],
    moved: Sequence[NoteRange],
    bracketed: frozenset[str],
) -> list[NoteRange]:
    """The list below in which every note at a marker stands again, none where there is no such list."""
    listed = find_numbered_notes(index, notes, bracketed)
    words = {one.label: index.words(one.start, one.end, _COMPARED) for one in listed}
    is_said_again = all(
        words_in[:_COMPARED] in words.get(one.label, "")
        for one in moved
        if (words_in := index.words(one.start, one.end, _COMPARED))
    )
    return listed if is_said_again else []


def _back_links(index: PageIndex, notes: Sequence[NoteRange]) -> Iterator[int]:
    """The links of notes back to the text: navigation, and no words of the note."""
    for note in notes:
        first = bisect_left(index.anchors, note.start)
        last = bisect_left(index.anchors, note.end)
        for anchor in index.anchors[first:last]:
            if anchor != note.printed and _leads_out(index, notes, note, anchor):
                yield _wrapper_of(index, anchor)


def _arrows(index: PageIndex, notes: Sequence[NoteRange]) -> Iterator[int]:
    """The arrows in front of labels, `<span>↑</span>1`: they lead back too."""
    for note in notes:
        if note.printed is None:
            continue
        for order in range(
            note.printed + 1, min(index.ends[note.printed], note.printed + _MAX_TAGS)
        ):
            if isinstance(index.nodes[order], HtmlTag) and _ARROW.fullmatch(
                index.words_in(order, 4)
            ):
                yield order


def _leads_out(index: PageIndex, notes: Sequence[NoteRange], note: NoteRange, anchor: int) -> bool:
    if note.printed is not None and (
        note.printed <= anchor < index.ends[note.printed]
        or anchor <= note.printed < index.ends[anchor]
    ):
        return False
    words = index.words_in(anchor, _MAX_BACK_WORDS)
    if not is_back_words(words) or _is_printed_label(index, note, anchor, words):
        return False
    if any(
        _BACK_HINT.search(hints_of(index.tag(one))) for one in (anchor, *index.parents(anchor, 2))
    ):
        return True
    targets = index.named.get(index.target_of(anchor) or "", ())
    return any(target < note.start and range_at(notes, target) is None for target in targets[:4])


def _is_printed_label(index: PageIndex, note: NoteRange, anchor: int, words: str) -> bool:
    """Tell whether a link is the label in front of the note, in brackets that stand outside it."""
    before = index.words(note.start, anchor, _LABEL_WIDTH) if note.start < anchor else ""
    return not before.strip(" [(") and label_of(words) == note.label


def _wrapper_of(index: PageIndex, anchor: int) -> int:
    """The span around back links that holds nothing else (`^ a b c`), or the link alone."""
    for above in index.parents(anchor, 3):
        names_back = (
            _BACK_HINT.search(hints_of(index.tag(above))) and index.block_of(above) != above
        )
        if names_back and is_back_words(
            re.sub(r"\b[^\W\d_]{1,2}\b|\d", "", index.words_in(above, 400))
        ):
            return above
    return anchor
