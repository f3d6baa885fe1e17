"""Notes that stand in an attribute: `<sup title="…">1</sup>`, `<span class="footnote" data-note="…">2</span>`."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_index import PageIndex, hints_of
from provenance.cite.readers.html_labels import label_of
from provenance.cite.readers.html_linked import MarkerAt
from provenance.cite.readers.html_ranges import NoteRange, range_at

__all__ = ["SaidNote", "find_notes_in_attributes"]

_DATA = ("data-footnote", "data-note", "data-fn", "data-footnote-content", "data-content", "data-tooltip", "data-tippy-content")  # fmt: skip
_HINT = lazy_pattern(r"foot-?note|end-?note|\bfn\b|note-?ref|side-?note|tooltip|\bnote\b")
# What such an attribute says where it is no note: an instruction, or what the link does.
_INSTRUCTION = lazy_pattern(
    r"(?:see|go|jump|skip|scroll|click|view|read|show|open|close|toggle|link|back|return|siehe|zu[mr]?|voir|aller)\b",
    re.IGNORECASE,
)
_MIN_CHARS = 12
_TAG = lazy_pattern(r"<[^>]*>")


class SaidNote(NamedTuple):
    """A note whose words stand in an attribute of its marker."""

    note: NoteRange
    words: str


def find_notes_in_attributes(
    index: PageIndex, taken: Sequence[NoteRange], tied: Sequence[MarkerAt]
) -> tuple[list[SaidNote], list[MarkerAt]]:
    """Return the notes that markers carry with them, in order, and those markers."""
    known = {one.order for one in tied}
    known |= {above for one in tied for above in index.parents(one.order, 2)}
    notes: list[SaidNote] = []
    markers: list[MarkerAt] = []
    end = 0
    for order in index.tags("sup", "span", "a", "abbr", "button", "cite"):
        if order < end or order in known or range_at(taken, order) is not None:
            continue
        label = label_of(index.words_in(order, 24))
        words = next(_said_by(index, order), None) if label is not None else None
        if label is None or words is None:
            continue
        end = index.ends[order]
        key = f"said {order}"
        notes.append(SaidNote(NoteRange(order, end, order, label, key), words))
        markers.append(MarkerAt(order, label, key))
    return notes, markers


def _said_by(index: PageIndex, order: int) -> Iterator[str]:
    tag = index.tag(order)
    names = [name for name in _DATA if tag.get(name)]
    if tag.name == "sup" or _HINT.search(hints_of(tag)):
        names.append("title")
    for name in names:
        words = " ".join(_TAG.sub(" ", str(tag.get(name) or "")).split())
        if len(words) >= _MIN_CHARS and " " in words and not _INSTRUCTION.match(words):
            yield words
