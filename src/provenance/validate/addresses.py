"""Addresses as they are written: in the words of a note, in the targets of its anchors. PURE.

A citation's `url` says what was meant. The rules about addresses ask what a reader sees and
where a click leads, and mend just that: `Written` is one address at its place, `rewrite`
makes the edits that change it in both.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from provenance.cite.addresses import RawAddress, find_addresses, find_bare_hosts
from provenance.cite.anchors import targets_of
from provenance.cite.archives import is_archived_copy
from provenance.cite.patterns import lazy_pattern
from provenance.cite.repair import mend_address, trim_address
from provenance.formats.url import Address, canonical_url, parse_address
from provenance.model import Citation, Link, Note, Parsed, Repair, Severity
from provenance.validate.records import Edit, Fix, Found

__all__ = [
    "Respell",
    "Written",
    "all_targets",
    "count_addresses",
    "edits_to",
    "found_at",
    "gathered",
    "holds_several",
    "read_written",
    "rewrite",
]

# More than so many of a kind in one document are a habit, which is told once.
MOST_TOLD = 20
# A longer anchor is one that was never closed: what it covers is not its words.
_LONGEST_ANCHOR = 2000

_SECOND_ADDRESS = lazy_pattern(r"(?:[\s;,]|%C2%A0|%20)https?(?::|$)", re.IGNORECASE)

Respell = Callable[[str], str]


class Written(NamedTuple):
    """One address as it is written; offsets are code points into the document's text.

    Of an address in words, `start`, `scheme_end`, `url_end`, `end` are as in `RawAddress`,
    `words` is what stands there without what only sticks to it, `url` what these words mean
    by themselves, with the `repairs` that led to it. Of an address that only an anchor holds
    `words` is empty, and `start`, `end` are those of the anchor. `anchors` lie over it. `address`
    are the parts of the URL; None where it is none, or cut.
    """

    note: Note
    citation: Citation
    source_id: str | None
    start: int
    scheme_end: int
    url_end: int
    end: int
    is_cut: bool
    words: str
    url: str
    repairs: tuple[Repair, ...]
    anchors: tuple[Link, ...]
    address: Address | None

    @property
    def is_copy(self) -> bool:
        """Whether it leads into a web archive, whose addresses hold others as they were."""
        return is_archived_copy(self.url)

    @property
    def is_main(self) -> bool:
        """Whether it is what its citation cites, and not the archived copy beside that."""
        return self.citation.archive_url != self.url


def read_written(parsed: Parsed, source_ids: Mapping[tuple[str, int], str]) -> Sequence[Written]:
    """Return every address of every note, in the order of the document."""
    links = [link for link in parsed.document.links if link.end - link.start <= _LONGEST_ANCHOR]
    links.sort(key=lambda link: link.start)
    starts = [link.start for link in links]
    written: list[Written] = []
    for note in parsed.notes:
        first, last = bisect_left(starts, note.start), bisect_left(starts, note.end + 1)
        inside = links[first:last]
        for citation in note.citations:
            if citation.url is None:
                continue
            source_id = source_ids.get((note.id, citation.index))
            written += _read_citation(parsed.document.text, note, citation, source_id, inside)
    return written


def _read_citation(
    text: str, note: Note, citation: Citation, source_id: str | None, links: Sequence[Link]
) -> Iterator[Written]:
    def make(raw: RawAddress, words: str, url: str, repairs: tuple[Repair, ...]) -> Written:
        near = tuple(link for link in links if _is_over(link, raw.start, raw.end))
        address = None if raw.is_cut else parse_address(url)
        return Written(note, citation, source_id, *raw, words, url, repairs, near, address)

    raws = () if citation.hidden else _addresses_in(text, citation.start, citation.end)
    for raw in raws:
        words = text[raw.start : raw.end if raw.is_cut else raw.url_end]
        yield make(raw, words, *mend_address(text, raw))
    if not raws and citation.href is not None:
        own = [link for link in links if link.href == citation.href]
        near = [link for link in own if _is_over(link, citation.start, citation.end)]
        start, end = (near[0].start, near[0].end) if near else (citation.start, citation.end)
        at = RawAddress(start, start, end, end)
        yield make(at, "", citation.url or "", ())._replace(anchors=tuple(near))


def _is_over(link: Link, start: int, end: int) -> bool:
    return (link.start < end and start < link.end) or link.start == link.end == start == end


def _addresses_in(text: str, start: int, end: int) -> Sequence[RawAddress]:
    found = [trim_address(text, raw) for raw in find_addresses(text, start, end)]
    return found or [trim_address(text, raw) for raw in find_bare_hosts(text, start, end)]


@lru_cache(maxsize=4096)
def all_targets(href: str) -> tuple[str, ...]:
    """Return the whole URLs that an href holds, mended; none where its host is only begun."""
    return tuple(targets_of(href))


def holds_several(href: str) -> bool:
    """Tell whether an anchor's target holds more than one address, be it only the beginning of one."""
    return len(all_targets(href)) > 1 or _SECOND_ADDRESS.search(href) is not None


def count_addresses(href: str) -> int:
    """Return how many addresses an anchor's target holds, those counted that are only begun."""
    return max(len(all_targets(href)), 1 + len(_SECOND_ADDRESS.findall(href)))


def edits_to(start: int, words: str, wanted: str) -> tuple[Edit, ...]:
    """Return the smallest edit that makes the words at `start` into what is wanted; none where they are."""
    if words == wanted:
        return ()
    return (Edit(start, start + len(words), wanted).trimmed(words),)


def rewrite(one: Written, change: Respell, in_targets: Respell | None = None) -> tuple[Edit, ...]:
    """Return the edits that change an address in its words and in the anchors over it.

    Words that were cut for display stay as they are, and so does an anchor that holds
    several addresses: that is a finding of its own. `in_targets` changes targets, where
    that takes another change.
    """
    is_shown = one.words and not one.is_cut
    edits = edits_to(one.start, one.words, change(one.words)) if is_shown else ()
    for link in one.anchors:
        if holds_several(link.href):
            continue
        wanted = (in_targets or change)(link.href)
        if wanted != link.href:
            edits += (Edit(link.start, link.end, wanted, in_target=True),)
    return edits


def found_at(
    one: Written, message: str, fix: Fix | None = None, severity: Severity | None = None
) -> Found:
    """Return what was found about an address, at its place."""
    return Found(
        message,
        one.start,
        one.end,
        one.note.label,
        fix if fix is not None and fix.edits else None,
        one.citation.canonical_url if one.is_main else canonical_url(one.url),
        one.source_id,
        severity,
    )


def gathered(found: Iterable[Found]) -> Sequence[Found]:
    """Return what was found; a habit of the whole document as one finding that counts the rest.

    Its fix mends all of them that can be mended.
    """
    every = list(found)
    if len(every) <= MOST_TOLD:
        return every
    fixes = [one.fix for one in every if one.fix is not None]
    edits = dict.fromkeys(edit for fix in fixes for edit in fix.edits)
    first = every[0]
    return [
        Found(
            f"{first.message} (and {len(every) - 1} more like it in this document)",
            first.start,
            first.end,
            first.label,
            Fix(all(fix.safe for fix in fixes), tuple(edits)) if fixes else None,
            first.url,
            first.source_id,
            first.severity,
        )
    ]
