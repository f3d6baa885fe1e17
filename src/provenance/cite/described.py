"""Citations that the format itself declares: nothing is read out of words where data says it.

A citation template of a wiki is one citation, whatever stands in its title. The words
between two of them are split as in any other note.
"""

from bisect import bisect_left
from collections.abc import Sequence

from msgspec.structs import replace

from provenance.cite.archives import original_of
from provenance.cite.split import split_note
from provenance.formats.hosts import access_of_host
from provenance.formats.url import canonical_url, host_of
from provenance.model import Citation, CitationMark, Document, Link
from provenance.text import Span

__all__ = ["split_declared_note"]


def split_declared_note(
    document: Document, span: Span, links: Sequence[Link]
) -> tuple[Citation, ...]:
    """Return the citations of a note of `document.text`: those that are declared, and those around them.

    `span` is the note behind its label, `links` are the anchors in it.
    """
    marks = _marks_inside(document.citations, span)
    if not marks:
        return split_note(document.text, span.start, span.end, links)
    found: list[Citation] = []
    position = span.start
    for mark in marks:
        found += _split_between(document.text, position, mark.start, links)
        named = _citation_of(document.text, mark)
        if found and _is_copy_of(found[-1], mark):
            found[-1] = _with_copy(document.text, found[-1], mark)
        else:
            found.append(named)
        position = mark.end
    found += _split_between(document.text, position, span.end, links)
    return tuple(replace(citation, index=index) for index, citation in enumerate(found))


def _marks_inside(marks: Sequence[CitationMark], span: Span) -> list[CitationMark]:
    """The declared citations of a note in order; one inside another belongs to it."""
    first = bisect_left(marks, span.start, key=lambda mark: mark.start)
    last = bisect_left(marks, span.end, key=lambda mark: mark.start)
    found: list[CitationMark] = []
    for mark in marks[first:last]:
        if mark.end > mark.start and (not found or mark.start >= found[-1].end):
            found.append(mark)
    return found


def _split_between(text: str, start: int, end: int, links: Sequence[Link]) -> tuple[Citation, ...]:
    inside = [link for link in links if start <= link.start and link.end <= end]
    return split_note(text, start, end, inside)


def _citation_of(text: str, mark: CitationMark) -> Citation:
    raw = text[mark.start : mark.end]
    url = mark.url or mark.archive_url
    citation = Citation(
        0,
        "web" if url else "work",
        mark.start,
        mark.end,
        raw,
        url=url,
        publisher=mark.publisher,
        title=mark.title,
        authors=mark.authors,
        date=mark.date,
        pages=mark.pages,
        accessed=mark.accessed,
        isbn=mark.isbn,
        archive_url=mark.archive_url if mark.url else None,
        access="none",
    )
    if url is None:
        return citation
    original = original_of(url)
    canonical = canonical_url(original or url)
    return replace(
        citation,
        canonical_url=canonical,
        hidden=url not in raw,
        href=url,
        archive_of=original,
        access="subscription" if mark.is_paywalled else access_of_host(host_of(canonical) or ""),
    )


def _is_copy_of(before: Citation, mark: CitationMark) -> bool:
    """Tell whether a declared archived copy is one of what is cited directly before it."""
    if mark.url or not mark.archive_url or before.archive_url or not before.canonical_url:
        return False
    original = original_of(mark.archive_url)
    return original is not None and canonical_url(original) == before.canonical_url


def _with_copy(text: str, before: Citation, mark: CitationMark) -> Citation:
    return replace(
        before, end=mark.end, raw=text[before.start : mark.end], archive_url=mark.archive_url
    )
