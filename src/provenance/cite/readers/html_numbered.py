"""Notes that only their numbers tell: `<sup>1</sup>` in the text and, below, `<p><sup>1</sup> …` or an `<ol>`.

No link ties the two. A list counts as notes when its labels count up and the text
before it raises (or brackets) at least half of them; an `<ol>` under a heading such
as "Notes" needs only one such marker. Raised digits behind a number, a unit or a
single letter are exponents (`10²`, `km²`, `x²`) and mark nothing.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_index import HEADINGS, PageIndex
from provenance.cite.readers.html_labels import ordinals_of, printed_label, split_printed
from provenance.cite.readers.html_linked import MarkerAt
from provenance.cite.readers.html_ranges import (
    NoteRange,
    close_ranges,
    is_under_notes_heading,
    names_notes,
    range_at,
    with_printed,
)

__all__ = ["bracketed_numbers", "find_loose_markers", "find_numbered_notes"]

_RAISED = lazy_pattern(r"[\[(]?\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3}){0,9}\s*[\])]?|[*†‡§]{1,4}|[a-z]")
_PART = lazy_pattern(r"(?P<first>\d+)(?:\s*[–-]\s*(?P<last>\d+))?|(?P<sign>[*†‡§]{1,4}|[a-z])")
_BEFORE_EXPONENT = lazy_pattern(
    r"(?:\d|(?:^|[\s(/·×*+=−-])(?:[A-Za-zα-ω]|[kcdmµn]m|ft|mi|in|kg|sec|CO|m)|[×·^])\s?$"
)
_IN_BRACKETS = lazy_pattern(r"\[(\d{1,3})\]")
_MAX_RANGE = 30
_LABEL_WIDTH = 24
# The share of a list's labels that must be marked in the text before it.
_MARKED_SHARE = 0.5


class _Raised(NamedTuple):
    order: int
    labels: tuple[str, ...]


class _Entry(NamedTuple):
    order: int
    block: int
    label: str
    kind: str


def find_numbered_notes(
    index: PageIndex, taken: Sequence[NoteRange], bracketed: frozenset[str]
) -> list[NoteRange]:
    """Return the notes of lists that no link leads to; `bracketed` are the numbers in brackets in the text."""
    raised = [one for one in _raised_in(index) if range_at(taken, one.order) is None]
    first_raised: dict[str, int] = {}
    for one in raised:
        for label in one.labels:
            first_raised.setdefault(label, one.order)
    found: list[NoteRange] = []
    ends = 0
    for entries in [
        *_lists_of_items(index),
        *_chains_of_lines(index, {"sup", "strong", "b", "em", "span", "a"}),
    ]:
        if range_at(taken, entries[0].order) is not None or entries[0].order < ends:
            continue
        if _is_list(index, entries, _marked_before(entries, first_raised), bracketed):
            found += [_range_of(index, entry) for entry in entries]
            ends = entries[-1].order
    return close_ranges(index, found, sorted(one.order for one in raised)) if found else []


def find_loose_markers(
    index: PageIndex, notes: Sequence[NoteRange], tied: Sequence[MarkerAt]
) -> Iterator[MarkerAt]:
    """Return the raised labels that no link ties to a note, each tied to the next note of that label."""
    by_label: dict[str, list[NoteRange]] = {}
    for note in notes:
        by_label.setdefault(note.label, []).append(note)
    ranges = sorted((one.order, index.ends[one.order]) for one in tied)
    for raised in _raised_in(index):
        if range_at(notes, raised.order) is not None or _touches(index, ranges, raised.order):
            continue
        for label in raised.labels:
            if label in by_label:
                yield MarkerAt(raised.order, label, _next_of(by_label[label], raised.order).key)


def _next_of(notes: Sequence[NoteRange], order: int) -> NoteRange:
    position = bisect_right(notes, order, key=lambda one: one.start)
    return notes[min(position, len(notes) - 1)]


def _touches(index: PageIndex, ranges: Sequence[tuple[int, int]], order: int) -> bool:
    """Tell whether a tag lies in one of the ranges or around one."""
    position = bisect_left(ranges, (index.ends[order], 0)) - 1
    return position >= 0 and ranges[position][1] > order


def _raised_in(index: PageIndex) -> Iterator[_Raised]:
    """The `<sup>` tags that hold labels and stand behind words of their line."""
    for order in index.tags("sup"):
        words = index.words_in(order, _LABEL_WIDTH)
        first = index.first_text(order, index.ends[order])
        if first is None or not _RAISED.fullmatch(words):
            continue
        line = index.line_at(first)
        if line.order == first or _BEFORE_EXPONENT.search(_words_before(index, order)):
            continue
        if labels := tuple(_labels_in(words)):
            yield _Raised(order, labels)


def _words_before(index: PageIndex, order: int) -> str:
    position = bisect_left(index.text_orders, order) - 1
    return str(index.nodes[index.text_orders[position]])[-12:] if position >= 0 else ""


def _labels_in(words: str) -> Iterator[str]:
    for part in _PART.finditer(words):
        if part["sign"]:
            yield part["sign"]
            continue
        first, last = int(part["first"]), int(part["last"] or part["first"])
        if first <= last <= first + _MAX_RANGE:
            yield from (str(number) for number in range(first, last + 1))


def _lists_of_items(index: PageIndex) -> Iterator[list[_Entry]]:
    """The items of each `<ol>`; lists that go on with each other's numbers are one, wherever they stand."""
    entries: list[_Entry] = []
    for order in index.tags("ol"):
        items = [
            _Entry(first, item, label, "ol")
            for item, label in ordinals_of(index, order).items()
            if (first := index.first_text(item, index.ends[item])) is not None
        ]
        if not items:
            continue
        goes_on = index.tag(order).get("start") is not None and entries
        if goes_on and _follows(entries[-1].label, items[0].label):
            entries += items
            continue
        if entries:
            yield entries
        entries = items
    if entries:
        yield entries


def _chains_of_lines(index: PageIndex, tags: set[str]) -> Iterator[list[_Entry]]:
    """Runs of lines whose labels count up, each kind of label for itself."""
    chains: dict[str, list[_Entry]] = {}
    for entry in _labelled_lines(index, tags):
        chain = chains.setdefault(entry.kind, [])
        if chain and _follows(chain[-1].label, entry.label):
            chain.append(entry)
        elif entry.label in {"1", "a", "*", "i"}:
            if chain:
                yield chain
            chains[entry.kind] = [entry]
    yield from (chain for chain in chains.values() if chain)


def _labelled_lines(index: PageIndex, tags: set[str]) -> Iterator[_Entry]:
    for position, line in enumerate(index.lines):
        if index.tag(line.block).name in HEADINGS:
            continue
        end = (
            index.lines[position + 1].order if position + 1 < len(index.lines) else len(index.nodes)
        )
        printed = printed_label(index, line.order, end)
        if printed and (tag := index.tag(printed[1])).name in tags | {"p", "td", "th", "div"}:
            yield _Entry(line.order, line.block, printed[0], tag.name)
            continue
        head = split_printed(str(index.nodes[line.order])[: 2 * _LABEL_WIDTH])
        if head:
            yield _Entry(line.order, line.block, *head)


def _follows(label: str, following: str) -> bool:
    if label.isdigit() and following.isdigit():
        return int(following) == int(label) + 1
    if label[0] in "*†‡§":
        return following[0] in "*†‡§" and following != label
    return len(label) == len(following) == 1 and ord(following) == ord(label) + 1


def _marked_before(entries: Sequence[_Entry], first_raised: Mapping[str, int]) -> set[str]:
    """The labels that are raised in the text before their own entry."""
    return {one.label for one in entries if first_raised.get(one.label, one.order) < one.order}


def _is_list(
    index: PageIndex, entries: Sequence[_Entry], raised: set[str], bracketed: frozenset[str]
) -> bool:
    first = entries[0].order
    is_named = is_under_notes_heading(index, first) or names_notes(index, entries[0].block, 3)
    labels = {entry.label for entry in entries}
    marked = len(labels & raised)
    if entries[0].kind == "ol" and is_named:
        # an `<ol>` prints no numbers into the text: brackets there can only lead to it
        marked = max(marked, len(labels & bracketed))
        return marked > 0 or _says_footnotes(index, first)
    if entries[0].kind == "ol" or not is_named:
        return marked >= 2 and marked >= _MARKED_SHARE * len(labels)
    return marked > 0 and marked >= _MARKED_SHARE * len(labels)


def _says_footnotes(index: PageIndex, order: int) -> bool:
    heading = index.heading_before(order)
    return heading is not None and re.fullmatch(
        r"(?:foot|end)notes?:?", index.words_in(heading, 20), re.IGNORECASE
    ) is not None  # fmt: skip


def _range_of(index: PageIndex, entry: _Entry) -> NoteRange:
    start = index.begin_of(entry.order)
    block = _row_around(index, entry.block)
    return with_printed(
        index, NoteRange(start, index.ends[block], block, entry.label, str(start))
    )._replace(label=entry.label)


def _row_around(index: PageIndex, block: int) -> int:
    """The row of a cell, since the number and the words of a note stand in two; else the block itself."""
    if index.tag(block).name not in {"td", "th"}:
        return block
    return next((one for one in index.parents(block, 2) if index.tag(one).name == "tr"), block)


def bracketed_numbers(index: PageIndex) -> frozenset[str]:
    """Return the numbers that stand in brackets in the text of a page."""
    return frozenset(
        label
        for order in index.text_orders
        for label in _IN_BRACKETS.findall(str(index.nodes[order]))
    )
