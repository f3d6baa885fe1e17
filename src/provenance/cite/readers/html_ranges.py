"""Note ranges: from the place that a link leads to, to the part of the page that is the note."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from provenance.cite.chains import HEADING_WORDS
from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_index import HEADINGS, PageIndex, hints_of
from provenance.cite.readers.html_labels import label_of, printed_label

__all__ = [
    "NoteRange",
    "close_ranges",
    "is_under_notes_heading",
    "names_notes",
    "range_around",
    "range_at",
    "with_printed",
]

_NOTES_HEADING = lazy_pattern(rf"(?:^|\W){HEADING_WORDS}(?:\W|$)", re.IGNORECASE)
_MAX_HEADING = 60
_NOTES_HINT = lazy_pattern(
    r"foot-?note|end-?note|footdef|reflist|references|\bcitations?\b|bibliograph|doc-endnote|\bnotes?\b"
    r"|\bfn\b|rearnote|ltx_bib|fussnote|fußnote|\bsources\b"
)
# A label and its frame: more words than these before a target, and it is no head of a line.
_LABEL_WIDTH = 8
_ENDS_LIST = frozenset({"hr", "nav", "form", "footer", *HEADINGS})


class NoteRange(NamedTuple):
    """A note: the half-open range of nodes that it covers, the block it stands in, and how it is called.

    `printed` is the number of the tag that holds nothing but the printed label.
    """

    start: int
    end: int
    block: int
    label: str
    key: str
    printed: int | None = None


def names_notes(index: PageIndex, order: int, climb: int = 4) -> bool:
    """Tell whether a tag or one close around it is named for notes."""
    near = [order, *index.parents(order, climb)]
    return any(_NOTES_HINT.search(hints_of(index.tag(one))) for one in near)


def is_under_notes_heading(index: PageIndex, order: int) -> bool:
    """Tell whether the last heading before a node is one that note lists have."""
    heading = index.heading_before(order)
    if heading is None:
        return False
    words = index.words_in(heading, _MAX_HEADING + 1)
    return len(words) <= _MAX_HEADING and _NOTES_HEADING.search(words) is not None


def range_around(index: PageIndex, target: int, marker: int) -> NoteRange | None:
    """Return the range of the note that a target is, or stands at the head of; without label and key.

    It begins right behind the words before it, so that the tags of its head are in it.
    """
    found = _range_around(index, target, marker)
    return found._replace(start=index.begin_of(found.start)) if found else None


def _range_around(index: PageIndex, target: int, marker: int) -> NoteRange | None:
    block = _note_block(index, target)
    end = index.ends[block]
    if index.tag(block).name == "dt":
        end = _end_of_definition(index, block)
    first = index.first_text(target, end)
    if first is None and block <= target:
        return None
    if block <= marker < index.ends[block]:
        return _range_of_line(index, target, block, marker)
    if block == target or index.tag(block).name in {"li", "tr", "dt", "dd", "table"}:
        start = index.first_text(block, end)
        return None if start is None else NoteRange(start, end, block, "", "")
    assert first is not None
    line = index.line_at(first)
    before = index.words(line.order, target, _LABEL_WIDTH + 1) if line.order < target else ""
    start = line.order if block <= line.order and len(before) <= _LABEL_WIDTH else first
    return NoteRange(start, end, block, "", "")


def _note_block(index: PageIndex, target: int) -> int:
    """The list item, row or block that a target is or heads; the block around it elsewhere."""
    block = index.block_of(target)
    for above in (target, *index.parents(target, 6)):
        name = index.tag(above).name
        if name == "li" and _is_at_head(index, above, target):
            return above
        if name == "tr" and index.tag(block).name in {"td", "th", "tr"}:
            return above
        if name in {"ol", "ul", "table", "body", "article"}:
            break
    return block


def _is_at_head(index: PageIndex, block: int, target: int) -> bool:
    is_empty = index.first_text(target, index.ends[target]) is None
    return is_empty or len(index.words(block, target, _LABEL_WIDTH + 1)) <= _LABEL_WIDTH


def _end_of_definition(index: PageIndex, term: int) -> int:
    parent = next(index.parents(term, 1), None)
    if parent is None:
        return index.ends[term]
    end = index.ends[term]
    for child in index.following(end, index.ends[parent]):
        name = getattr(index.nodes[child], "name", None)
        if name is None:
            continue
        if name != "dd":
            break
        end = index.ends[child]
    return end


def _range_of_line(index: PageIndex, target: int, block: int, marker: int) -> NoteRange | None:
    """The line behind a target whose block holds the marker too: notes set off by `<br>`, or by nothing."""
    if index.block_of(target) == target:
        return None
    first = index.first_text(target, index.ends[block])
    if first is None:
        return None
    line = index.line_at(first)
    if line.order <= marker:
        return None
    inner = index.block_of(first)
    end = index.next_line(first) if inner <= marker < index.ends[inner] else index.ends[inner]
    return NoteRange(line.order, end, inner, "", "")


def close_ranges(
    index: PageIndex, ranges: Iterable[NoteRange], markers: Sequence[int]
) -> list[NoteRange]:
    """Return the ranges in order, none overlapping, each with the paragraphs that go on with it.

    What stands between two notes of one list belongs to the first, unless a marker
    or a heading shows that it is text; what stands behind the last belongs to it
    only in a section that is named for notes, or where the label has a line of its own.
    """
    in_order = sorted(ranges, key=lambda one: one.start)
    closed: list[NoteRange] = []
    for position, one in enumerate(in_order):
        if closed and one.start <= closed[-1].start:
            continue
        following = next(
            (other.start for other in in_order[position + 1 :][:2] if other.start > one.start), None
        )
        end = min(one.end, following) if following is not None else one.end
        closed.append(one._replace(end=_extended(index, one, end, following, markers)))
    return closed


def _extended(
    index: PageIndex, one: NoteRange, end: int, following: int | None, markers: Sequence[int]
) -> int:
    container = next(index.parents(one.block, 1), None)
    if container is None or end < one.end or index.tag(one.block).name in {"li", "tr"}:
        return end
    within = index.ends[container]
    if following is not None and following <= within:
        is_text = _any_in(markers, end, following) or index.has_heading(end, following)
        return end if is_text else following
    is_bare = label_of(index.words(one.start, end, 24)) is not None
    if not is_bare and not _NOTES_HINT.search(hints_of(index.tag(container))):
        return end
    stop = _end_of_list(index, container, end)
    return end if _any_in(markers, end, stop) else stop


def _any_in(orders: Sequence[int], start: int, end: int) -> bool:
    position = bisect_left(orders, start)
    return position < len(orders) and orders[position] < end


def _end_of_list(index: PageIndex, container: int, end: int) -> int:
    """Where a list's section ends: at a rule, a heading, a form, or with the section."""
    for child in index.following(end, index.ends[container]):
        name = getattr(index.nodes[child], "name", None)
        if name in _ENDS_LIST or index.has_heading(child, index.ends[child]):
            return child
    return index.ends[container]


def range_at(ranges: Sequence[NoteRange], order: int) -> NoteRange | None:
    """Return the range that covers a node; `ranges` are in order and do not overlap."""
    position = bisect_right(ranges, order, key=lambda one: one.start) - 1
    found = ranges[position] if position >= 0 else None
    return found if found is not None and order < found.end else None


def with_printed(index: PageIndex, one: NoteRange) -> NoteRange:
    """Return a range with the label that has a tag of its own at its head, where there is one."""
    printed = printed_label(index, one.start, one.end)
    is_whole = printed is not None and index.first_text(index.ends[printed[1]], one.end) is None
    if is_whole and index.tag(one.block).name in {"li", "aside"}:
        return one  # an item that says no more than "Note 1." says that, and is not labelled so
    return one._replace(label=printed[0], printed=printed[1]) if printed else one
