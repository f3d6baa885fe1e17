"""Anchors in a note: what an href adds to the visible text.

On Drupal pages neither is enough (11,086 anchors counted): 3,153 texts are cut
while the href is whole, 1,332 hrefs swallow two or more URLs, 885 link only half
of an address, 332 hrefs are a host cut by ` dot `. So the two are laid beside
each other: an href completes a cut text, a text that goes on past its anchor wins
over the stub in the href, and what only the href names becomes a citation whose
span is the anchor's, marked `hidden`.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from msgspec.structs import replace

from provenance.cite.addresses import find_addresses, tail_after
from provenance.cite.described_anchors import bare_address, is_same_page, join_described
from provenance.cite.patterns import lazy_pattern
from provenance.cite.repair import mend_address, trim_address
from provenance.cite.second_links import join_second_links, without_redirect
from provenance.formats.url import host_of, is_known_suffix
from provenance.model import Citation, Link, Repair

__all__ = ["apply_links", "targets_of"]


# A linkifier that takes U+00A0 for a letter puts it between two addresses, or before words;
# inside a query it is what somebody searched for.
_BLANK_BEFORE_ADDRESS = lazy_pattern(
    r"(?:%C2%A0)+(?=(?:%C2%A0|%20|[;,.\s]){0,8}(?:https?:|www\.|$))", re.IGNORECASE
)
# How many visible addresses are looked at for one that an href names: anchors show two or three.
_MOST_SHOWN = 100
# `href="https://a.org/x; https://tass dot">https://a.org/x...</a> ru/politics/1`: the linkifier stopped
# at the blank behind the dot (10 of 41 pages), or behind `http` where somebody typed `http s://`
_ENDS_IN_DOT = lazy_pattern(r"[\s\u00a0]dot[\s\u00a0]*$", re.IGNORECASE)
_ENDS_IN_SCHEME = lazy_pattern(r"(?:^|[\s\u00a0;,])https?[\s\u00a0]*$", re.IGNORECASE)
_TAIL_BEHIND_BLANK = lazy_pattern(r"[^\S\n](?P<tail>[^\s\"“”«»;]+)")
_TAIL_OF_SCHEME = lazy_pattern(r"[^\S\n](?P<tail>s?://[^\s\"“”«»;]+)", re.IGNORECASE)


def apply_links(
    text: str, citations: Sequence[Citation], links: Sequence[Link], end: int
) -> list[Citation]:
    """Return the citations of a note that ends at `end`, completed by and merged with its anchors."""
    merged = list(citations)
    promised = [citation for citation in citations if citation.access_url is not None]
    first = 0
    for link in sorted(links, key=attrgetter("start")):
        if _says_where_to_get(promised, link):
            continue
        widened, targets = _with_tail(text, link, end)
        if not targets:
            continue
        # what ends before this link ends before all that follow: a note may hold thousands
        while first < len(merged) and merged[first].end <= link.start:
            first += 1
        last = first
        while last < len(merged) and merged[last].start < widened.end:
            last += 1
        merged[first:last] = _lay_beside(text, merged[first:last], link, widened, targets)
    return join_second_links(text, join_described(merged))


def _lay_beside(
    text: str, near: list[Citation], link: Link, widened: Link, targets: list[str]
) -> list[Citation]:
    """The citations at a link, completed by what it points to."""
    scraps = [citation for citation in near if _is_scrap(citation, link, widened)]
    others = [citation for citation in near if citation not in scraps] if scraps else near
    return _with_uncovered(_merge(text, others, widened, targets), scraps)


def _says_where_to_get(promised: Sequence[Citation], link: Link) -> bool:
    """Tell whether a link is the address where a paywalled work can be had: it is no citation."""
    before = bisect_right(promised, link.start, key=attrgetter("start"))
    return before > 0 and link.end <= promised[before - 1].end


def _is_cut(text: str, link: Link) -> bool:
    return text.endswith(("...", "…"), link.start, link.end)


def _with_tail(text: str, link: Link, end: int) -> tuple[Link, list[str]]:
    """The link with what goes on behind a cut anchor as part of its last address, and all its addresses."""
    glue, tail, start = _tail_of(text, link, end)
    if not tail:
        return link, targets_of(link.href)
    tail = tail.rstrip(".,;")
    targets = targets_of(link.href.rstrip(" \u00a0") + glue + tail)
    if start > link.end and not (targets and tail.rstrip("?)/")[-8:] in targets[-1]):
        return link, targets_of(link.href)
    return replace(link, end=start + len(tail)), targets


def _tail_of(text: str, link: Link, end: int) -> tuple[str, str, int]:
    """What goes on behind a cut anchor as its last address: what joins the two, the words, where they begin."""
    if not _is_cut(text, link):
        return "", "", link.end
    if _ENDS_IN_DOT.search(link.href) and (behind := _TAIL_BEHIND_BLANK.match(text, link.end, end)):
        return " ", behind["tail"], behind.start("tail")
    if _ENDS_IN_SCHEME.search(link.href) and (behind := _TAIL_OF_SCHEME.match(text, link.end, end)):
        return "", behind["tail"], behind.start("tail")
    return "", tail_after(text, link.end, end), link.end


def _is_scrap(citation: Citation, link: Link, widened: Link) -> bool:
    """Tell whether what stands inside a link, or in its tail, may be the tail of the link's own address."""
    if link.end <= citation.start and citation.end <= widened.end:
        return True
    if citation.kind == "web" or citation.truncated:
        return False
    return link.start <= citation.start and citation.end <= widened.end


def _with_uncovered(merged: list[Citation], scraps: Sequence[Citation]) -> list[Citation]:
    """Put the scraps back that no address covers: words of the note, which nothing may lose."""
    for scrap in scraps:
        if not any(one.start <= scrap.start and scrap.end <= one.end for one in merged):
            behind = (i for i, one in enumerate(merged) if one.start >= scrap.end)
            merged.insert(next(behind, len(merged)), scrap)
    return merged


def targets_of(href: str) -> list[str]:
    """Return the whole URLs that an href holds: often several, often with a separator at the end."""
    # `//books.example.org/…` is an address in the page's own scheme
    href = without_redirect(f"https:{href}" if href.startswith("//") else href)
    readable = _with_blanks(href)
    for separator in (";%20", ",%20", "%20;", "%20http"):
        readable = readable.replace(separator, separator.replace("%20", " "))
    addresses = [trim_address(readable, raw) for raw in find_addresses(readable, 0, len(readable))]
    urls = [mend_address(readable, address).url for address in addresses if not address.is_cut]
    return [url for url in urls if _has_whole_host(url)]


def _with_blanks(href: str) -> str:
    """Read the no-break spaces of an href, encoded or not, as the blanks that they were."""
    path, mark, query = href.replace("\u00a0", " ").partition("?")
    path = re.sub("%C2%A0", " ", path, flags=re.IGNORECASE)
    return path + mark + _BLANK_BEFORE_ADDRESS.sub(" ", query)


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
        match = next((c for c in visible[:_MOST_SHOWN] if _shows(c, target)), None)
        if match is None:
            merged.append(_hidden(text, link, target))
            continue
        # whatever stands before it in the text comes before it
        position = visible.index(match)
        merged += visible[:position]
        visible = visible[position + 1 :]
        # an anchor that was never closed may go on over the addresses behind this one
        reach = min(link.end, visible[0].start) if visible else link.end
        merged.append(_completed(text, match, replace(link, end=reach), target))
    return [*citations[:first], *merged, *visible, *citations[last:]]


def _shows(citation: Citation, target: str) -> bool:
    """Tell whether a citation's visible text is (the beginning or the whole of) `target`."""
    if citation.kind == "unknown" and citation.truncated:
        return True
    if citation.kind != "web" or citation.url is None:
        return False
    if citation.truncated:
        # the linkifier gives `http:` to a `www.` whose damaged scheme stands before the anchor
        beginning = citation.url.rstrip(".…").rstrip(";,").partition("://")[2]
        return target.partition("://")[2].startswith(beginning)
    shown = citation.url.rstrip("/")
    if shown == target.rstrip("/") or shown.startswith(target) or target.startswith(shown):
        return True
    return is_same_page(shown, target) or _is_name_of_site(citation, target)


def _is_name_of_site(citation: Citation, target: str) -> bool:
    """Tell whether the visible address is only the site's name, "“Ducks”. www.fao.org", of a linked title."""
    return citation.title is not None and bare_address(citation.url) == (
        host_of(target) or ""
    ).removeprefix("www.")


def _completed(text: str, citation: Citation, link: Link, target: str) -> Citation:
    if not citation.truncated:
        longer = citation.url is not None and len(citation.url) >= len(target)
        return replace(citation, href=link.href, url=citation.url if longer else target)
    end = max(citation.end, link.end) if target.endswith(_last_word(text, link)) else citation.end
    if citation.start < link.start and (citation.url or "").startswith("https:"):
        target = re.sub("^http:", "https:", target)
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
