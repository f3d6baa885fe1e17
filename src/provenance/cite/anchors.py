"""Anchors in a note: what an href adds to the visible text.

On Drupal pages neither is enough (11,086 anchors counted): 3,153 texts are cut
while the href is whole, 1,332 hrefs swallow two or more URLs, 885 link only half
of an address, 332 hrefs are a host cut by ` dot `. So the two are laid beside
each other: an href completes a cut text, a text that goes on past its anchor wins
over the stub in the href, and what only the href names becomes a citation whose
span is the anchor's, marked `hidden`.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from provenance.cite.addresses import find_addresses, tail_after
from provenance.cite.repair import mend_address, trim_address
from provenance.formats.url import host_of, is_known_suffix
from provenance.model import Citation, Link, Repair

__all__ = ["apply_links"]


_AROUND_TITLE = ' .,;:\u00a0“”"«»'


def apply_links(text: str, citations: Sequence[Citation], links: Sequence[Link]) -> list[Citation]:
    """Return the citations of a note, completed by and merged with what its anchors point to."""
    merged = list(citations)
    for link in links:
        if _says_where_to_get(merged, link):
            continue
        tail = tail_after(text, link.end) if _is_cut(text, link) else ""
        if targets := _targets_of(link.href + tail):
            widened = replace(link, end=link.end + len(tail.rstrip(".,;")))
            merged = _merge(text, _without_scraps(merged, widened), widened, targets)
    return _join_described(merged)


def _join_described(citations: Sequence[Citation]) -> list[Citation]:
    """Make one citation of a described work and the one address that an anchor in its words holds."""
    joined = list(citations)
    for work in [citation for citation in citations if citation.kind == "work"]:
        inside = [
            index
            for index, other in enumerate(joined)
            if other.hidden and work.start <= other.start and other.end <= work.end
        ]
        if len(inside) != 1:
            continue
        hidden = joined.pop(inside[0])
        joined[joined.index(work)] = replace(
            work,
            kind="web",
            url=hidden.url,
            href=hidden.href,
            hidden=True,
            title=work.title or hidden.raw.strip(_AROUND_TITLE),
        )
    return joined


def _says_where_to_get(citations: Sequence[Citation], link: Link) -> bool:
    """Tell whether a link is the address where a paywalled work can be had: it is no citation."""
    return any(
        citation.access_url is not None
        and citation.start <= link.start
        and link.end <= citation.end
        for citation in citations
    )


def _is_cut(text: str, link: Link) -> bool:
    return text.endswith(("...", "…"), link.start, link.end)


def _without_scraps(citations: list[Citation], link: Link) -> list[Citation]:
    """Drop the scraps of prose that turn out to be the tail of the link's own address."""
    return [
        citation
        for citation in citations
        if citation.kind == "web"
        or citation.truncated
        or not (link.start <= citation.start and citation.end <= link.end)
    ]


def _targets_of(href: str) -> list[str]:
    """The whole URLs that an href holds: often several, often with a separator at the end."""
    readable = href.replace("\u00a0", " ").replace("%C2%A0", " ").replace("%c2%a0", " ")
    for separator in (";%20", ",%20", "%20;", "%20http"):
        readable = readable.replace(separator, separator.replace("%20", " "))
    addresses = [trim_address(readable, raw) for raw in find_addresses(readable, 0, len(readable))]
    urls = [mend_address(readable, address).url for address in addresses if not address.is_cut]
    return [url for url in urls if _has_whole_host(url)]


def _has_whole_host(url: str) -> bool:
    """`https://tass` and `http://kremlin` are hosts that ` dot ` cut."""
    host = host_of(url)
    if host is None:
        return False
    name, _, suffix = host.rpartition(".")
    return (
        bool(name and name != "www" and is_known_suffix(suffix))
        or host.startswith("[")
        or suffix.isdigit()
    )


def _merge(text: str, citations: list[Citation], link: Link, targets: list[str]) -> list[Citation]:
    first = next((i for i, c in enumerate(citations) if c.end > link.start), len(citations))
    last = next(
        (i for i in range(first, len(citations)) if citations[i].start >= link.end), len(citations)
    )
    visible = citations[first:last]
    merged: list[Citation] = []
    for target in targets:
        match = next((c for c in visible if _shows(c, target)), None)
        if match is None:
            merged.append(_hidden(text, link, target))
            continue
        # whatever stands before it in the text comes before it
        position = visible.index(match)
        merged += visible[:position]
        visible = visible[position + 1 :]
        merged.append(_completed(text, match, link, target))
    return [*citations[:first], *merged, *visible, *citations[last:]]


def _shows(citation: Citation, target: str) -> bool:
    """Tell whether a citation's visible text is (the beginning or the whole of) `target`."""
    if citation.kind == "unknown" and citation.truncated:
        return True
    if citation.kind != "web" or citation.url is None:
        return False
    if citation.truncated:
        return target.startswith(citation.url.rstrip(".…"))
    shown = citation.url.rstrip("/")
    return shown == target.rstrip("/") or shown.startswith(target) or target.startswith(shown)


def _completed(text: str, citation: Citation, link: Link, target: str) -> Citation:
    if not citation.truncated:
        longer = citation.url is not None and len(citation.url) >= len(target)
        return replace(citation, href=link.href, url=citation.url if longer else target)
    end = max(citation.end, link.end) if target.endswith(_last_word(text, link)) else citation.end
    return replace(
        citation,
        kind="web",
        end=end,
        raw=text[citation.start : end],
        url=target,
        href=link.href,
        truncated=False,
        repairs=(*citation.repairs, Repair("href", citation.raw, target)),
    )


def _last_word(text: str, link: Link) -> str:
    """What the visible text of an anchor ends with, behind the cut."""
    return text[link.start : link.end].replace("…", "...").rpartition("...")[2][-8:]


def _hidden(text: str, link: Link, target: str) -> Citation:
    return Citation(
        0,
        "web",
        link.start,
        link.end,
        text[link.start : link.end],
        url=target,
        hidden=True,
        href=link.href,
    )
