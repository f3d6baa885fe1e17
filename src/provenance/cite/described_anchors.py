"""Anchors in the words that describe a work: a title that is linked, and its copies elsewhere."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from urllib.parse import unquote

from msgspec.structs import replace

from provenance.cite.archives import is_archived_copy
from provenance.cite.patterns import lazy_pattern
from provenance.model import Citation

__all__ = ["bare_address", "is_same_page", "join_described"]

# Who resolves an identifier beside a title that has its own link.
_RESOLVER = lazy_pattern(
    r"https?://(?:www\.)?(?:(?:dx\.)?doi\.org|hdl\.handle\.net|pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pmc"
    r"|api\.semanticscholar\.org|ui\.adsabs\.harvard\.edu|(?:search\.)?worldcat\.org|arxiv\.org/abs|jstor\.org/stable"
    r"|id\.loc\.gov|lccn\.loc\.gov|zbmath\.org|mathscinet\.ams\.org)/",
    re.IGNORECASE,
)
_AROUND_TITLE = ' .,;:\u00a0“”"«»'


def join_described(citations: Sequence[Citation]) -> list[Citation]:
    """Make one citation of a described work and the addresses that the anchors in its words hold.

    The title's own link is the address. A copy in a web archive is the citation's
    second address; who resolves an identifier (a DOI, a handle) leads to the same
    paper. A second page that is neither stays a citation of its own.
    """
    # (start, place among the citations) of what anchors alone hold
    anchored = sorted((one.start, place) for place, one in enumerate(citations) if one.hidden)
    made: dict[int, list[Citation]] = {}
    used: set[int] = set()
    for place, work in enumerate(citations):
        if not _is_described(work):
            continue
        near = anchored[bisect_left(anchored, (work.start,)) : bisect_left(anchored, (work.end,))]
        inside = sorted(
            other for _, other in near if other not in used and citations[other].end <= work.end
        )
        if not inside:
            continue
        whole, further = _with_links(work, [citations[other] for other in inside])
        # a visible address stands at the end of its description, behind the anchors
        made[min(place, *inside)] = [*further, whole] if work.url else [whole, *further]
        used.update(inside, {place})
    return [
        one
        for place, citation in enumerate(citations)
        for one in made.get(place, () if place in used else (citation,))
    ]


def _is_described(citation: Citation) -> bool:
    return citation.kind == "work" or (
        citation.kind == "web" and not citation.hidden and citation.title is not None
    )


def _with_links(work: Citation, inside: Sequence[Citation]) -> tuple[Citation, list[Citation]]:
    """Return the work with its address, and which anchors inside it are further citations."""
    copies = [link for link in inside if is_archived_copy(link.url or "")]
    resolvers = [link for link in inside if _RESOLVER.match(link.url or "")]
    pages = [link for link in inside if link not in copies and link not in resolvers]
    page = None if work.url else next(iter([*pages, *resolvers, *copies]), None)
    url = page.url if page else work.url
    further = [link for link in pages if not is_same_page(link.url, url)]
    archive_url = next((link.url for link in copies if link is not page), None)
    whole = replace(work, archive_url=work.archive_url or archive_url)
    if page is None:
        return whole, further
    title = work.title or (None if further else page.raw.strip(_AROUND_TITLE))
    return replace(
        whole, kind="web", url=page.url, href=page.href, hidden=True, title=title
    ), further


def is_same_page(one: str | None, other: str | None) -> bool:
    """Tell whether two spellings lead to one page: percent-encoded or not, http or https."""
    return bare_address(one) == bare_address(other)


def bare_address(url: str | None) -> str:
    """Return an address without scheme, `www.` and last slash, decoded: for comparing."""
    return unquote(url or "").partition("://")[2].removeprefix("www.").rstrip("/")
