"""Notes that in-page links lead to: `<a href="#fn1">1</a>` and, somewhere, the element `fn1`.

What counts as a note, and what protects pages without notes: a link whose words are
a label leads to one when either end is declared for notes (`role`, `epub:type`), when
the note leads back to the marker, when the target is named for notes (`_ftn3`,
`cite_note-4`, `sdfootnote1sym`), or when it stands in a section or below a heading
that is. Numbers of equations, theorems, chapters, comments and pages fail all four.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_index import HEADINGS, PageIndex, hints_of
from provenance.cite.readers.html_labels import label_of, ordinals_of, split_printed
from provenance.cite.readers.html_ranges import (
    NoteRange,
    close_ranges,
    is_under_notes_heading,
    names_notes,
    range_around,
    with_printed,
)

__all__ = ["MarkerAt", "find_linked_notes"]

_NOTEREF = lazy_pattern(
    r"noteref|footnote-?ref|footnote-?anchor|footnote-?link|\bfootref\b|fn-?ref|footnote-reference|sdfootnoteanc"
)
_NOTE = lazy_pattern(r"doc-footnote|doc-endnote|\bfootnotes?\b|\bendnotes?\b|rearnote|footdef")
_NOTE_NAME = lazy_pattern(
    r"foot|note(?!book)|f_?t?n|edn|cit[eai]|ref|bib|fu(?:ss|ß)not|source", re.IGNORECASE
)
_OTHER_NAME = lazy_pattern(
    r"comment|respond|reply|\bpage|sec(?:t|\d|-|$)|chap|fig(?:ure|\d|-|\.)|tab(?:le|\d|-)|\beqn?|thm|theorem|lemma|\btoc"
    r"|heading|slide|step",
    re.IGNORECASE,
)
_WORD_NAMES = lazy_pattern(r"(?P<kind>_?(?:ftn|edn|fn|ftnt_?))(?P<number>\d+)")
# What Google Docs calls the comments beside a text that it exports: no notes of the text.
_COMMENT = lazy_pattern(r"cmnt(?:_ref)?\d+")
# How many links of a note are tried for one that leads back.
_MAX_BACK_LINKS = 40
_MAX_LABEL = 40
# An id stands once in a page; where copies of a page's parts repeat it, a few are tried.
_MAX_TARGETS = 4


class MarkerAt(NamedTuple):
    """A marker: the number of its tag, its label as printed, and its note's key."""

    order: int
    label: str
    key: str


class _Tie(NamedTuple):
    marker: int
    label: str
    target: int
    note: NoteRange


def find_linked_notes(index: PageIndex) -> tuple[list[NoteRange], list[MarkerAt]]:
    """Return the notes that labels with links lead to, in order, and the markers, in order."""
    backs = _word_back_links(index)
    ties = [tie for anchor in index.anchors if (tie := _tie_of(index, anchor, backs))]
    first_ties: dict[int, _Tie] = {}
    for tie in ties:
        first_ties.setdefault(tie.note.start, tie)
    ranges = [
        with_printed(index, tie.note._replace(label=tie.label, key=str(start)))
        for start, tie in first_ties.items()
    ]
    ranges = _with_siblings(index, _with_drawn_labels(index, ranges))
    closed = close_ranges(index, ranges, sorted(tie.marker for tie in ties))
    kept = {one.key for one in closed}
    markers = [
        MarkerAt(tie.marker, tie.label, str(tie.note.start))
        for tie in ties
        if str(tie.note.start) in kept
    ]
    return closed, markers


def _tie_of(index: PageIndex, anchor: int, backs: Mapping[str, int]) -> _Tie | None:
    fragment = index.target_of(anchor)
    if fragment is None or _COMMENT.fullmatch(fragment):
        return None
    is_declared = _NOTEREF.search(_hints_around(index, anchor)) is not None
    label = label_of(index.words_in(anchor, _MAX_LABEL), is_declared=is_declared)
    targets = index.named.get(fragment) or [backs[name] for name in [fragment] if name in backs]
    for target in targets[:_MAX_TARGETS] if label is not None else ():
        note = range_around(index, target, anchor)
        if note is None or note.start <= anchor < note.end or label is None:
            continue
        tie = _Tie(anchor, label, target, note)
        if _is_note(index, tie, fragment, is_declared):
            return tie
    return None


def _hints_around(index: PageIndex, anchor: int) -> str:
    near = [anchor, *index.parents(anchor, 1)]
    marked = " noteref" if index.tag(anchor).get("data-footnote-ref") is not None else ""
    return " ".join(hints_of(index.tag(one)) for one in near if index.tag(one).name != "p") + marked


def _is_note(index: PageIndex, tie: _Tie, fragment: str, is_declared: bool) -> bool:
    anchor, target, note = tie.marker, tie.target, tie.note
    hints = f"{hints_of(index.tag(target))} {hints_of(index.tag(note.block))}"
    said_so = _NOTE.search(hints) is not None
    if target < anchor:
        # side notes may stand before their marker; all else that leads up leads back
        return "doc-footnote" in hints or "doc-endnote" in hints
    if _leads_back(index, anchor, note):
        return True
    if _holds_text(index, note, fragment):
        return False
    is_aside = index.tag(note.block).name == "aside" and _prints(index, note, tie.label)
    if is_declared or said_so or is_aside or names_notes(index, target):
        return True
    if _OTHER_NAME.search(fragment):
        return False
    return _NOTE_NAME.search(fragment) is not None or is_under_notes_heading(index, note.start)


def _prints(index: PageIndex, note: NoteRange, label: str) -> bool:
    """Tell whether a note begins with the marker's label."""
    printed = split_printed(index.words(note.start, note.end, 24))
    return printed is not None and printed[0] == label


def _holds_text(index: PageIndex, note: NoteRange, fragment: str) -> bool:
    """Tell whether a target is a heading or a part of the text with headings in it."""
    tag = index.tag(note.block)
    if tag.name in HEADINGS:
        return not (_NOTE_NAME.search(fragment) and label_of(index.words_in(note.block, 24)))
    return index.has_heading(note.block + 1, note.end)


def _leads_back(index: PageIndex, anchor: int, note: NoteRange) -> bool:
    """Tell whether a link in the note leads to the marker or to what stands right around it."""
    near = {anchor, *index.parents(anchor, 3)}
    around = min(near - set(_blocks(index, near)), default=anchor)
    first = bisect_left(index.anchors, min(note.start, note.block))
    end = max(note.end, index.ends[note.block])
    for back in index.anchors[first : first + _MAX_BACK_LINKS]:
        if back >= end:
            break
        fragment = index.target_of(back) or ""
        for target in index.named.get(fragment, ())[:4]:
            if target in near or around - 3 <= target < index.ends[anchor]:
                return True
    return False


def _blocks(index: PageIndex, orders: set[int]) -> Iterator[int]:
    return (order for order in orders if index.block_of(order) == order)


def _word_back_links(index: PageIndex) -> dict[str, int]:
    """Links that lead back by Word's names, by the name of the note: `#_ftnref1` stands in `_ftn1`.

    Pages that lost their `name` attributes still say by these links which notes they are.
    """
    found: dict[str, int] = {}
    for anchor in index.anchors:
        fragment = index.target_of(anchor) or ""
        if "ref" in fragment:
            name = fragment.replace("ref", "", 1)
            if _WORD_NAMES.fullmatch(name):
                found.setdefault(name, anchor)
    return found


def _with_drawn_labels(index: PageIndex, ranges: Sequence[NoteRange]) -> list[NoteRange]:
    """The ranges with the labels that the browser draws for list items, where the markers agree with them.

    Where most disagree (a group that is drawn `[a]`, numbers that go on from another list)
    the markers' own labels are what a reader sees.
    """
    lists: dict[int, list[NoteRange]] = {}
    for one in ranges:
        parent = next(index.parents(one.block, 1), None)
        if parent is not None and one.printed is None and index.tag(parent).name == "ol":
            lists.setdefault(parent, []).append(one)
    drawn: dict[int, str] = {}
    for list_order, items in lists.items():
        ordinals = ordinals_of(index, list_order)
        if 2 * sum(ordinals.get(item.block) == item.label for item in items) >= len(items):
            drawn |= ordinals
    return [
        one if one.printed is not None else one._replace(label=drawn.get(one.block, one.label))
        for one in ranges
    ]


def _with_siblings(index: PageIndex, ranges: Sequence[NoteRange]) -> list[NoteRange]:
    """The ranges with the items of the same lists that no marker leads to: they are notes too."""
    by_list: Counter[int] = Counter()
    for one in ranges:
        parent = next(index.parents(one.block, 1), None)
        if parent is not None and index.tag(one.block).name == "li":
            by_list[parent] += 1
    blocks = {one.block for one in ranges}
    found = list(ranges)
    for list_order, count in by_list.items():
        items = [order for order in index.children(list_order) if _is_named(index, order, "li")]
        # a range names only its ends: `[<a>1</a>–<a>9</a>]`
        if 2 * count < len(items) and not names_notes(index, list_order, 2):
            continue
        ordinals = ordinals_of(index, list_order)
        for item in items:
            start = index.first_text(item, index.ends[item])
            if item not in blocks and start is not None and item in ordinals:
                found.append(
                    with_printed(
                        index,
                        NoteRange(
                            index.begin_of(start),
                            index.ends[item],
                            item,
                            ordinals[item],
                            str(start),
                        ),
                    )
                )
    return found + list(_named_like(index, blocks))


def _named_like(index: PageIndex, blocks: set[int]) -> Iterator[NoteRange]:
    """Blocks whose ids differ from a note's only in the digits, and that print a label: unreferenced notes."""
    kinds = {
        (next(index.parents(block, 1), -1), index.tag(block).name, kind)
        for block in blocks
        if (kind := _kind_of_id(index, block))
    }
    if not kinds:
        return
    for block in {order for orders in index.named.values() for order in orders} - blocks:
        kind = _kind_of_id(index, block)
        if (
            not kind
            or (next(index.parents(block, 1), -1), index.tag(block).name, kind) not in kinds
        ):
            continue
        start = index.first_text(block, index.ends[block])
        if start is None or index.block_of(block) != block:
            continue
        one = with_printed(
            index, NoteRange(index.begin_of(start), index.ends[block], block, "", str(start))
        )
        printed = split_printed(index.words(start, one.end, 24))
        label = one.label or (printed[0] if printed else "")
        if label:
            yield one._replace(label=label)


def _kind_of_id(index: PageIndex, order: int) -> str | None:
    name = str(index.tag(order).get("id") or "")
    kind = re.sub(r"\d+", "0", name)
    return kind if kind != name and _NOTE_NAME.search(kind) else None


def _is_named(index: PageIndex, order: int, name: str) -> bool:
    return getattr(index.nodes[order], "name", None) == name
