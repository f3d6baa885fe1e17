"""Splitting a note into the things that it names.

The addresses come first; what stands between them is either a separator, or the
description of the address behind it, or a citation of its own (a paywalled
report, a database, a book), or commentary. Together they cover the note: nothing
is lost.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from provenance.cite import prose
from provenance.cite.addresses import RawAddress, find_addresses, find_bare_hosts, find_identifiers
from provenance.cite.anchors import apply_links
from provenance.cite.archives import original_of
from provenance.cite.repair import mend_address, trim_address
from provenance.formats.hosts import access_of_host
from provenance.formats.url import canonical_url, host_of
from provenance.model import Access, Citation, CitationKind, Link
from provenance.text import Span

__all__ = ["split_note"]

_ACCESS_OF_KIND: dict[CitationKind, Access] = {
    "subscription": "subscription",
    "on_request": "on_request",
}
_STUB = re.compile(r"(?:h(?:t(?:t(?:ps?:?/{0,2})?)?)?|www\.?)?(?:\.{3}|…)", re.IGNORECASE)
_LOCATOR = re.compile(
    r"\s*+[,(]?\s*+(?:\d{1,4}\s?[-–]\s?\d{1,4}(?=\W*$)|(?:last\s+)?(?:accessed|visited|retrieved|archived|checked)\b|pp?\.\s?\d|at\s+\d"
    r"|geolocat|para(?:graph)?s?\.?\s\d|minute\s\d|timestamp)[^;]*",
    re.IGNORECASE,
)


def split_note(text: str, start: int, end: int, links: Sequence[Link] = ()) -> tuple[Citation, ...]:
    """Return the citations that `text[start:end]` names, in the order written.

    `start` is behind the note's label. `links` are the anchors inside the note, if
    the format has any: an href completes a display cut, and brings to light what
    the visible text does not show.

    >>> [c.url for c in split_note("https://a.orghttps://b dot org/x.", 0, 33)]
    ['https://a.org', 'https://b.org/x']
    """
    addresses = _find_all_addresses(text, start, end)
    found = list(_walk(text, start, end, addresses))
    if links:
        found = apply_links(text, found, links)
    return tuple(_complete(citation, index) for index, citation in enumerate(found))


def _find_all_addresses(text: str, start: int, end: int) -> list[RawAddress]:
    whole = [trim_address(text, raw) for raw in find_addresses(text, start, end)]
    addresses, position = [], start
    for address in whole:
        addresses += _bare_hosts_between(text, position, address.start)
        addresses.append(address)
        position = address.end
    return addresses + _bare_hosts_between(text, position, end)


def _bare_hosts_between(text: str, start: int, end: int) -> list[RawAddress]:
    if prose.is_filler(text, start, end):
        return []
    found = [*find_identifiers(text, start, end), *find_bare_hosts(text, start, end)]
    return [trim_address(text, raw) for raw in sorted(found)]


def _walk(text: str, start: int, end: int, addresses: list[RawAddress]) -> Iterator[Citation]:
    """Yield the citations of a note, each with the words that belong to it."""
    position = start
    limits = [*(address.start for address in addresses), end][1:]
    for address, limit in zip(addresses, limits, strict=True):
        if prose.is_filler(text, position, address.start):
            named = [_web(text, address)]
        elif prose.promises_access(text, position, address.start):
            named = _with_access_address(text, position, address)
        else:
            named = _with_words_before(text, position, address)
        position = _end_of_locator(text, address.end, limit)
        if position > address.end:
            named[-1] = _extend(text, named[-1], position)
        yield from named
    for stretch in prose.split_prose(text, position, end):
        yield _plain(text, stretch.span)


def _end_of_locator(text: str, start: int, limit: int) -> int:
    """Where the words end that say which part of an address is meant, or when it was read."""
    locator = _LOCATOR.match(text, start, limit)
    return prose.trim(text, start, locator.end()).end if locator else start


def _extend(text: str, citation: Citation, end: int) -> Citation:
    return replace(citation, end=end, raw=text[citation.start : end])


def _with_access_address(text: str, position: int, address: RawAddress) -> list[Citation]:
    """The address says where the work before it can be had: it is no citation itself."""
    *others, last = prose.split_prose(text, position, address.start)
    report = _plain(text, last.span, kind="subscription")
    access_url = text[address.start : address.end]
    report = replace(_extend(text, report, address.end), access_url=access_url)
    return [*(_plain(text, stretch.span) for stretch in others), report]


def _with_words_before(text: str, position: int, address: RawAddress) -> list[Citation]:
    """What stands before an address describes it, or is something of its own."""
    stretches = prose.split_prose(text, position, address.start)
    described = stretches and not stretches[-1].ends_list and _describes(text, stretches[-1].span)
    plain = [_plain(text, stretch.span) for stretch in (stretches[:-1] if described else stretches)]
    web = _web(text, address)
    if not described:
        return [*plain, web]
    span = stretches[-1].span
    words = prose.describe(span.of(text), "web")
    described_web = replace(
        web,
        start=span.start,
        raw=text[span.start : web.end],
        publisher=words.publisher,
        title=words.title,
        authors=words.authors,
        date=words.date,
    )
    return [*plain, described_web]


def _describes(text: str, span: Span) -> bool:
    """Tell whether the words before an address describe it, rather than say something of their own.

    A title with author and date does, and so does a mere label ("Shoigu interview").
    """
    return prose.kind_of_prose(span.of(text)) in {"work", "unknown"}


def _web(text: str, address: RawAddress) -> Citation:
    raw = text[address.start : address.end]
    if address.is_cut and _STUB.fullmatch(text, address.start, address.url_end):
        return Citation(0, "unknown", address.start, address.end, raw, truncated=True)
    mended = mend_address(text, address)
    return Citation(
        0,
        "web",
        address.start,
        address.end,
        raw,
        url=mended.url,
        truncated=address.is_cut,
        repairs=mended.repairs,
    )


def _plain(text: str, span: Span, kind: CitationKind | None = None) -> Citation:
    raw = span.of(text)
    kind = kind or prose.kind_of_prose(raw)
    words = (
        prose.describe(raw, kind) if kind not in {"commentary", "unknown"} else prose.Description()
    )
    return Citation(
        0,
        kind,
        span.start,
        span.end,
        raw,
        publisher=words.publisher,
        title=words.title,
        authors=words.authors,
        date=words.date,
    )


def _complete(citation: Citation, index: int) -> Citation:
    """Give a citation its number and what follows from its URL."""
    if citation.url is None:
        return replace(citation, index=index, access=_ACCESS_OF_KIND.get(citation.kind, "none"))
    if citation.truncated:
        return replace(
            citation,
            index=index,
            canonical_url=citation.url,
            access=access_of_host(host_of(citation.url) or ""),
        )
    original = original_of(citation.url)
    canonical = canonical_url(original or citation.url)
    return replace(
        citation,
        index=index,
        canonical_url=canonical,
        access=access_of_host(host_of(canonical) or ""),
        archive_of=original,
    )
