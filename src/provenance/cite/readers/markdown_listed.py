"""Notes of a Markdown text that no `[^1]:` declares: elements that in-page links lead to, and numbered lists.

Seen: `<sup>[1](#fn1)</sup>` with `<li id="fn1">`, `<sup>1</sup>` or `[1]` with a list of `1.`
below "Notes", `<sup>1</sup>` with lines that begin with `[1]` or `<sup>1</sup>`, and a list of
`1.` below a heading such as "Annex: Sources Used" without any marker.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.model import Link, Mark
from provenance.text import Span

__all__ = ["Leaf", "Page", "find_listed_notes"]

_LABEL = lazy_pattern(
    r"\s*[\[(]?\s*(?P<label>\d{1,4}|[a-z]{1,3}|[*†‡]{1,3})\s*[\])]?\s*", re.IGNORECASE
)
_PRINTED = lazy_pattern(
    r"[\[(]?\^?(?:\d{1,4}|[a-z]{1,3}|[*†‡]{1,3})[\].):]{1,3}(?=\s|$)\s*", re.IGNORECASE
)
_NOTES_TITLE = lazy_pattern(
    r"\b(?:(?:foot|end)?notes|references|sources|bibliography|works cited|citations|notas|fuentes|referencias"
    r"|références|quellen|anmerkungen|fußnoten|einzelnachweise|примечания|источники|сноски|примітки|джерела)\b",
    re.IGNORECASE,
)
_ADDRESS = lazy_pattern(r"https?://|\bdoi\b|[“\"«]\w")
_IN_BRACKETS = lazy_pattern(r"\[(?P<first>\d{1,3})(?P<more>(?:\s?[,;–-]\s?\d{1,3}){0,20})\]")
# `5 km²`, `x²`: units and powers
_BEFORE_POWER = lazy_pattern(r"(?:\d|(?<!\w)(?:[kcdmµn]?m|mi|ft|in|yd|s|км|м|см|[A-Za-z]))$")
_POWER_REACH = 4
_MORE = lazy_pattern(r"(?P<sign>[,;–-])\s?(?P<number>\d{1,3})")
_LABELLED_LINE = lazy_pattern(r"^[ \t]*\[?(?P<label>\d{1,3})\]?(?=[ \t\u00a0])", re.MULTILINE)
_MIN_NOTES = 2
# The share of the lines with a label that has to be raised in the text before them.
_RAISED_SHARE = 0.5


class Leaf(NamedTuple):
    """A block of the text as written: where it stands, and the number of the item or row it begins."""

    span: Span
    is_heading: bool
    number: str


class Page(NamedTuple):
    """What is known of a rendered text: blocks, links and headings in order, named places, raised words."""

    text: str
    leaves: Sequence[Leaf]
    links: Sequence[Link]
    anchors: Mapping[str, int]
    raised: Sequence[Span]


def find_listed_notes(page: Page) -> list[Mark]:
    """Return the markers and notes of a text without footnote definitions, nothing where it has none."""
    return _find_linked(page) or _find_numbered(page) or _find_lines(page)


def _find_linked(page: Page) -> list[Mark]:
    """In-page links with a label for their words that lead to a place further down."""
    starts = [leaf.span.start for leaf in page.leaves]
    markers: list[Mark] = []
    places: dict[int, tuple[str, str, int]] = {}
    for link in page.links:
        place = page.anchors.get(link.href[1:]) if link.href.startswith("#") else None
        label = _LABEL.fullmatch(page.text[link.start : link.end])
        if place is None or label is None or place <= link.end:
            continue
        leaf = page.leaves[max(0, bisect_right(starts, place) - 1)].span
        begins = max(leaf.start, page.text.rfind("\n", leaf.start, place) + 1)
        if begins > link.end and leaf.start <= place < leaf.end:
            markers.append(Mark(link.start, link.end, label["label"], "marker", link.href))
            places.setdefault(begins, (label["label"], link.href, leaf.end))
    in_order = sorted(places.items())
    limits = [*(start for start, _ in in_order), len(page.text)][1:]
    notes = [
        _note(page.text, Span(start, min(limit, leaf_end)), label, target)
        for (start, (label, target, leaf_end)), limit in zip(in_order, limits, strict=True)
    ]
    known = {note.target for note in notes}
    return [*(marker for marker in markers if marker.target in known), *notes]


def _find_numbered(page: Page) -> list[Mark]:
    """The last numbered list that a heading calls notes, or that the raised numbers count."""
    raised = _raised_numbers(page)
    for first, run in reversed(list(_runs_of_items(page.leaves))):
        labels = {label for label, _ in run}
        named = _name_of_list(page, first)
        is_named = _NOTES_TITLE.fullmatch(named) is not None
        # `[1]` is a marker of this list only where the heading says that these are notes
        marks = raised or (_bracketed_numbers(page, run[0][1].start) if is_named else [])
        marked = [
            (label, span) for label, span in marks if label in labels and span.end < run[0][1].start
        ]
        is_list = bool(marked) or is_named
        if not is_list and _NOTES_TITLE.search(named):
            is_list = sum(1 for _, span in run if _cites(page, span)) * 2 >= len(run)
        if len(run) >= _MIN_NOTES and is_list:
            return [
                *(Mark(*span, label, "marker", label) for label, span in marked),
                *(_note(page.text, span, label, label) for label, span in run),
            ]
    return []


def _raised_numbers(page: Page) -> list[tuple[str, Span]]:
    """Raised numbers behind words: `fell.<sup>1</sup>`, and not `10<sup>2</sup>`."""
    found = ((_LABEL.fullmatch(span.of(page.text)), span) for span in page.raised)
    return [
        (label["label"], span)
        for label, span in found
        if label
        and label["label"].isdecimal()
        and not _BEFORE_POWER.search(page.text[max(0, span.start - _POWER_REACH) : span.start])
    ]


def _bracketed_numbers(page: Page, end: int) -> list[tuple[str, Span]]:
    """The numbers in brackets before `end`: `[1]`, `[2, 3]`, `[4-6]`; members share a span."""
    found = []
    for match in _IN_BRACKETS.finditer(page.text, 0, end):
        span, before = Span(*match.span()), int(match["first"])
        found.append((match["first"], span))
        for more in _MORE.finditer(match["more"]):
            number = int(more["number"])
            between = range(before + 1, number) if more["sign"] in "–-" else ()
            found += [(str(one), span) for one in (*between, number)]
            before = number
    return found


def _find_lines(page: Page) -> list[Mark]:
    """Lines that begin with `[1]`, `[2]`, … or raised numbers, when raised numbers before them are theirs."""
    raised = _raised_numbers(page)
    starts = {span.start for _, span in raised}
    lines = [
        (match["label"], Span(*match.span()))
        for match in _LABELLED_LINE.finditer(page.text)
        if match.end("label") < match.end() or match.start("label") in starts
    ]
    chain = _last_chain(lines) if raised else []
    labels = {label for label, _ in chain}
    marked = [
        (label, span) for label, span in raised if label in labels and span.end < chain[0][1].start
    ]
    if not chain or len({label for label, _ in marked}) < len(labels) * _RAISED_SHARE:
        return []
    ends = [*(span.start for _, span in chain[1:]), _end_of_leaf(page, chain[-1][1].start)]
    notes = [
        Mark(span.start, end, label, "note", label, _behind_blanks(page.text, span.end))
        for (label, span), end in zip(chain, ends, strict=True)
    ]
    return [*(Mark(*span, label, "marker", label) for label, span in marked), *notes]


def _last_chain(lines: Sequence[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """The last run of lines whose labels count up from 1, if it is long enough."""
    chains: list[list[tuple[str, Span]]] = []
    for label, span in lines:
        if label == "1":
            chains.append([(label, span)])
        elif chains and int(label) == int(chains[-1][-1][0]) + 1:
            chains[-1].append((label, span))
    return next((one for one in reversed(chains) if len(one) >= _MIN_NOTES), [])


def _end_of_leaf(page: Page, offset: int) -> int:
    index = bisect_right(page.leaves, offset, key=lambda leaf: leaf.span.start) - 1
    return page.leaves[index].span.end


def _behind_blanks(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] in " \t\u00a0":
        offset += 1
    return offset


def _runs_of_items(leaves: Sequence[Leaf]) -> Iterator[tuple[int, list[tuple[str, Span]]]]:
    """Each numbered list: the index of its first leaf, and its items with the numbers that are shown.

    A renderer counts on from the first number, whatever numbers follow (`1. 1. 1.`). What
    stands between two items belongs to the first of them, unless it is a heading.
    """
    run: list[tuple[str, Span]] = []
    first, repeated = 0, ""
    for index, leaf in enumerate(leaves):
        if leaf.is_heading and run:
            yield first, run
            run = []
        if not leaf.number:
            continue
        if run and leaf.number in {str(int(run[-1][0]) + 1), repeated or run[0][0]}:
            repeated = leaf.number if leaf.number == run[0][0] else "none"
            label, before = run[-1]
            run[-1] = (label, Span(before.start, leaves[index - 1].span.end))
            run.append((str(int(label) + 1), leaf.span))
            continue
        if run:
            yield first, run
        first, run, repeated = index, [(leaf.number, leaf.span)], ""
    if run:
        yield first, run


def _name_of_list(page: Page, first: int) -> str:
    """The heading directly before a list, empty where none is."""
    before = page.leaves[first - 1] if first else None
    return before.span.of(page.text).strip(" :") if before and before.is_heading else ""


def _cites(page: Page, span: Span) -> bool:
    index = bisect_right(page.links, span.start, key=lambda link: link.start - 1)
    has_link = index < len(page.links) and page.links[index].start < span.end
    return has_link or _ADDRESS.search(page.text, span.start, span.end) is not None


def _note(text: str, span: Span, label: str, target: str) -> Mark:
    printed = _PRINTED.match(text, span.start, span.end)
    return Mark(
        span.start, span.end, label, "note", target, printed.end() if printed else span.start
    )
