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
from provenance.cite.addresses import RawAddress, find_addresses, find_bare_hosts
from provenance.cite.anchors import apply_links
from provenance.cite.archives import is_archived_copy, leads_to_copy, original_of
from provenance.cite.describe import Description, describe
from provenance.cite.identifiers import REGISTRIES, find_identifiers, is_identifier
from provenance.cite.linked_words import join_linked_words
from provenance.cite.locators import read_locator
from provenance.cite.patterns import lazy_pattern
from provenance.cite.repair import mend_address, trim_address
from provenance.cite.stretches import end_of_locator, is_filler, split_prose
from provenance.formats.hosts import access_of_host
from provenance.formats.url import canonical_url, host_of
from provenance.model import Access, Citation, CitationKind, Link
from provenance.text import Span

__all__ = ["split_note"]

_ACCESS_OF_KIND: dict[CitationKind, Access] = {
    "subscription": "subscription",
    "on_request": "on_request",
}
# `arXiv:2107.07253 [cs]. http://arxiv.org/abs/2107.07253`: the number, then the address that it stands for
_BEHIND_IDENTIFIER = lazy_pattern(r"[\s.,:(]{0,8}(?:\[[\w.-]{1,20}\])?[\s.,:(]{0,8}")
_STUB = lazy_pattern(r"(?:h(?:t(?:t(?:ps?:?/{0,2})?)?)?|www\.?)?(?:\.{3}|…)", re.IGNORECASE)


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
        found = join_linked_words(text, apply_links(text, found, links, end))
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
    if is_filler(text, start, end):
        return []
    found = [*find_identifiers(text, start, end), *find_bare_hosts(text, start, end)]
    return [trim_address(text, raw) for raw in sorted(found)]


def _walk(text: str, start: int, end: int, addresses: list[RawAddress]) -> Iterator[Citation]:
    """Yield the citations of a note, each with the words that belong to it."""
    position = start
    found: list[Citation] = []
    limits = [*(address.start for address in addresses), end][1:]
    for address, limit in zip(addresses, limits, strict=True):
        found = _with_address(text, position, address, found)
        position = end_of_locator(text, address.end, limit)
        if position > address.end:
            found[-1] = _with_locator(text, found[-1], address.end, position)
        position = max(position, found[-1].end)
        yield from found[:-1]
        found = found[-1:]
    yield from found
    for stretch in split_prose(text, position, end):
        yield _plain(text, stretch.span)


def _with_address(
    text: str, position: int, address: RawAddress, before: list[Citation]
) -> list[Citation]:
    """The citation before an address, if any, and what the address and the words before it name."""
    if before and _is_second_address(text, position, address, before[-1]):
        return [*before[:-1], _with_second_address(text, before[-1], address)]
    if is_filler(text, position, address.start):
        return [*before, _web(text, address)]
    if prose.promises_access(text, position, address.start):
        return [*before, *_with_access_address(text, position, address)]
    return [*before, *_with_words_before(text, position, address)]


def _is_second_address(text: str, position: int, address: RawAddress, before: Citation) -> bool:
    """Tell whether an address only says again where the citation before it is to be found.

    Its copy in a web archive ("archived at …", "[https://perma.cc/…]"), or the number
    under which a described paper is registered.
    """
    if before.kind != "web" or before.url is None or before.truncated or address.is_cut:
        return False
    between = text[position : address.start]
    if is_identifier(text, address):
        return before.title is not None and not re.search(r"[;\w]", between)
    url = mend_address(text, address).url
    if _is_registered(before) and _BEHIND_IDENTIFIER.fullmatch(between):
        return canonical_url(url) == canonical_url(before.url)
    copies = is_archived_copy(before.url), is_archived_copy(url)
    return copies[0] != copies[1] and before.archive_url is None and leads_to_copy(between)


def _is_registered(citation: Citation) -> bool:
    """Tell whether a citation's URL was made from a registered number alone."""
    return any(repair.kind in REGISTRIES for repair in citation.repairs)


def _with_second_address(text: str, before: Citation, address: RawAddress) -> Citation:
    closed = address.end
    while closed < len(text) and text[closed] in ")]>" and text[address.start - 1] in "([<":
        closed += 1
    whole = _extend(text, before, closed)
    if is_identifier(text, address):
        return whole
    url = mend_address(text, address).url
    if before.url is not None and is_archived_copy(before.url):
        return replace(whole, url=url, archive_url=before.url)
    if _is_registered(before):
        return replace(whole, url=url)
    return replace(whole, archive_url=url)


def _with_locator(text: str, citation: Citation, start: int, end: int) -> Citation:
    """The words behind an address that say which part is meant, when it was read, or who may read it."""
    words = text[start:end]
    pages, accessed = read_locator(words)
    return replace(
        _extend(text, citation, end),
        pages=citation.pages or pages,
        accessed=citation.accessed or accessed,
        access="subscription" if prose.needs_subscription(words) else citation.access,
    )


def _extend(text: str, citation: Citation, end: int) -> Citation:
    return replace(citation, end=end, raw=text[citation.start : end])


def _with_access_address(text: str, position: int, address: RawAddress) -> list[Citation]:
    """The address says where the work before it can be had: it is no citation itself."""
    *others, last = split_prose(text, position, address.start)
    report = _plain(text, last.span, kind="subscription")
    access_url = text[address.start : address.end]
    report = replace(_extend(text, report, address.end), access_url=access_url)
    return [*(_plain(text, stretch.span) for stretch in others), report]


def _with_words_before(text: str, position: int, address: RawAddress) -> list[Citation]:
    """What stands before an address describes it, or is something of its own."""
    stretches = split_prose(text, position, address.start)
    described = (
        bool(stretches)
        and not stretches[-1].ends_list
        and prose.describes_address(stretches[-1].span.of(text))
    )
    plain = [_plain(text, stretch.span) for stretch in (stretches[:-1] if described else stretches)]
    web = _web(text, address)
    if not described:
        return [*plain, web]
    span = stretches[-1].span
    whole = replace(web, start=span.start, raw=text[span.start : web.end])
    words = span.of(text)
    if prose.names_label(words):
        return [*plain, _described(whole, Description(title=words.rstrip(": \u00a0")))]
    described_web = _described(whole, describe(words, "web"))
    if prose.needs_subscription(words):
        described_web = replace(described_web, access="subscription")
    return [*plain, described_web]


def _described(citation: Citation, words: Description) -> Citation:
    return replace(citation, **words._asdict())


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
    plain = Citation(0, kind, span.start, span.end, raw)
    return plain if kind in {"commentary", "unknown"} else _described(plain, describe(raw, kind))


def _complete(citation: Citation, index: int) -> Citation:
    """Give a citation its number and what follows from its URL."""
    if citation.url is None:
        return replace(citation, index=index, access=_ACCESS_OF_KIND.get(citation.kind, "none"))
    if citation.truncated:
        access = access_of_host(host_of(citation.url) or "")
        return replace(citation, index=index, canonical_url=citation.url, access=access)
    original = original_of(citation.url)
    canonical = canonical_url(original or citation.url)
    return replace(
        citation,
        index=index,
        canonical_url=canonical,
        access=_access_of(citation, canonical),
        archive_of=original,
    )


def _access_of(citation: Citation, canonical: str) -> Access:
    """What the note says about who may read it goes before what is known about the host."""
    said: Access = citation.access
    return said if said == "subscription" else access_of_host(host_of(canonical) or "")
