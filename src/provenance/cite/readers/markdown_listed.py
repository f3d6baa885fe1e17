"""Notes of a Markdown text that no `[^1]:` declares: elements that in-page links lead to, and numbered lists.

Seen: `<sup>[1](#fn1)</sup>` with `<li id="fn1">`, `<sup>1</sup>` with a list of `1.` below
"Notes", and a list of `1.` below a heading such as "Annex: Sources Used" without any marker.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.model import Link, Mark
from provenance.text import Span

__all__ = ["Leaf", "Page", "find_listed_notes"]

_LABEL = re.compile(
    r"\s*[\[(]?\s*(?P<label>\d{1,4}|[a-z]{1,3}|[*†‡]{1,3})\s*[\])]?\s*", re.IGNORECASE
)
_PRINTED = re.compile(
    r"[\[(]?\^?(?:\d{1,4}|[a-z]{1,3}|[*†‡]{1,3})[\].):]{1,3}(?=\s|$)\s*", re.IGNORECASE
)
_NOTES_TITLE = re.compile(
    r"\b(?:(?:foot|end)?notes|references|sources|bibliography|works cited|citations|notas|fuentes|referencias"
    r"|références|quellen|anmerkungen|fußnoten|einzelnachweise|примечания|источники|сноски|примітки|джерела)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|\bdoi\b|[“\"«]\w")
_MIN_NOTES = 2


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
    return _find_linked(page) or _find_numbered(page)


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
        marked = [
            (label, span)
            for label, span in raised
            if label in labels and span.end < run[0][1].start
        ]
        named = _name_of_list(page, first)
        is_list = bool(marked) or _NOTES_TITLE.fullmatch(named) is not None
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
        and not page.text[max(0, span.start - 1) : span.start].isdecimal()
    ]


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
