"""Notes that stand at their markers: hidden in a span, drawn into the margin, noted by LaTeXML.

They are taken out of their sentence and read behind the text, in order, each as a
paragraph of its own: so the sentence stays whole, as a reader sees it. A copy of a
note that also stands in a list below is left out.
"""

import re
from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_index import BLOCKS, PageIndex
from provenance.cite.readers.html_labels import label_of, printed_label
from provenance.cite.readers.html_linked import MarkerAt
from provenance.cite.readers.html_ranges import NoteRange, range_at
from provenance.formats.html import HtmlTag, HtmlText

__all__ = ["find_notes_in_place"]

_BODY = lazy_pattern(
    r"(?:inline-?|side-?)?(?:foot|end|side|margin)-?notes?(?:[-_]{0,2}(?:content|text|body|inner|note|tooltip|popup))?"
    r"|fn-?(?:content|text)|modern-footnotes-footnote__note|ltx_note_content|note-?(?:content|body|text)"
)
# Elements that are notes by their name; the browser draws the number where one stands.
_NOTE_TAGS = frozenset({"d-footnote", "dt-fn", "footnote", "inline-footnote"})
_MARKER_TAGS = frozenset({"label", "sup", "a", "button", "span", "small", "b", "i"})
_DRAWN_MARKER = lazy_pattern(
    r"sidenote-number|margin-toggle|footnote-?(?:ref|number|marker)|footref"
)
# Margin notes have no number: a sign that opens them on narrow screens is all that is printed.
_SIGN = lazy_pattern(r"[^\w\s]{1,2}")
_MARK_ONLY = lazy_pattern(r"footnotemark")
# What stands behind a copy that is cut: "Continue reading", "[…]".
_CUT_SHORT = lazy_pattern(
    r"(?:[\s\[(]{0,4}(?:\.{3}|…)[\])]{0,2})?\s?(?:(?:continue reading|read more|weiterlesen)\W{0,4})?$",
    re.IGNORECASE,
)
_MAX_SIBLINGS = 4


def find_notes_in_place(
    index: PageIndex, taken: Sequence[NoteRange]
) -> tuple[list[NoteRange], list[MarkerAt], frozenset[int]]:
    """Return the notes at their markers, the markers, and the tags that hold mere copies of notes."""
    known = {note.label: " ".join(_body_words(index, note).split()) for note in taken}
    notes: list[NoteRange] = []
    markers: list[MarkerAt] = []
    left_out: set[int] = set()
    end = 0
    for order in index.tags():
        classes = _classes(index.tag(order))
        # LaTeXML says the label of a note twice, and of what kind it is
        if not {"ltx_note_type", "ltx_tag_note"}.isdisjoint(classes):
            left_out.add(order)
        if order < end or not _is_body(index, order, classes) or range_at(taken, order):
            continue
        marker = _marker_of(index, order)
        if marker is None:
            continue
        end = index.ends[order]
        if _MARK_ONLY.search(" ".join(_classes_around(index, order))):
            left_out.add(order)
            continue
        printed = printed_label(index, order, end)
        label = marker[1] or (printed[0] if printed else _next_number(notes))
        one = NoteRange(order, end, order, label, str(order), printed[1] if printed else None)
        if _is_copy(_body_words(index, one), known.get(label)):
            left_out.add(order)
        elif index.first_text(order, end) is not None:
            notes.append(one)
            markers.append(MarkerAt(marker[0], label, one.key))
    return notes, markers, frozenset(left_out)


def _next_number(notes: Sequence[NoteRange]) -> str:
    """The number that a style sheet counts for a note; the notes that are called by a sign do not count."""
    return str(1 + sum(_SIGN.fullmatch(note.label) is None for note in notes))


def _is_copy(words: str, listed: str | None) -> bool:
    """Tell whether a note at its marker only says what the list says, or the beginning of it."""
    return listed is not None and listed.startswith(_CUT_SHORT.sub("", words))


def _body_words(index: PageIndex, note: NoteRange) -> str:
    start = index.ends[note.printed] if note.printed is not None else note.start
    return index.words(start, note.end, 10_000)


def _classes(tag: HtmlTag) -> list[str]:
    said = tag.get("class")
    return [str(one).lower() for one in (said if isinstance(said, list) else [said or ""])]


def _classes_around(index: PageIndex, order: int) -> Iterator[str]:
    for above in index.parents(order, 3):
        yield from _classes(index.tag(above))


def _is_body(index: PageIndex, order: int, classes: Sequence[str]) -> bool:
    tag = index.tag(order)
    return (
        tag.name in _NOTE_TAGS
        or (
            tag.name in {"span", "small", "aside", "div", "p"}
            and any(_BODY.fullmatch(name) for name in classes)
        )
    ) and label_of(index.words_in(order, 24)) is None


def _marker_of(index: PageIndex, body: int) -> tuple[int, str | None] | None:
    """The tag that marks the place of a note in its sentence, and its label: just before it, or around it."""
    if index.tag(body).name in _NOTE_TAGS:
        return body, None
    for order in (body, *index.parents(body, 2)):
        if found := _marker_before(index, order):
            return found
        parent = next(index.parents(order, 1), None)
        if parent is None or index.tag(parent).name in BLOCKS:
            return None
        label = label_of(index.words(parent, order, 24))
        if label is not None:
            return parent, label
    return None


def _marker_before(index: PageIndex, order: int) -> tuple[int, str | None] | None:
    node = index.tag(order).previous_sibling
    for _ in range(_MAX_SIBLINGS):
        if isinstance(node, HtmlText) and node.strip():
            return None
        if isinstance(node, HtmlTag) and node.name != "input":
            before = index.order_of(node)
            if before is None or node.name not in _MARKER_TAGS:
                return None
            label = label_of(index.words_in(before, 24))
            is_drawn = _DRAWN_MARKER.search(" ".join(_classes(node))) is not None
            is_empty = index.first_text(before, index.ends[before]) is None
            if is_drawn and _SIGN.fullmatch(index.words_in(before, 24)):
                return before, index.words_in(before, 24)
            return (before, label) if label is not None or (is_drawn and is_empty) else None
        if node is None:
            return None
        node = node.previous_sibling
    return None
