"""What a citation template says, as data: address, names, days, numbers."""

import html
import re
from collections.abc import Callable

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.wikitext_fields import Fields
from provenance.formats.dates import find_dates
from provenance.model import CitationMark
from provenance.text import Span

__all__ = ["Render", "address_of", "first_address", "mark_of_fields", "year_in"]

Render = Callable[[Span], Flow]

# identifiers that have an address, the first that is there is taken (resolvers' own documentation)
_RESOLVERS = (
    ("doi", "https://doi.org/"), ("arxiv", "https://arxiv.org/abs/"), ("hdl", "https://hdl.handle.net/"),
    ("jstor", "https://www.jstor.org/stable/"), ("pmc", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC"),
    ("pmid", "https://pubmed.ncbi.nlm.nih.gov/"),
)  # fmt: skip
_PAYWALLED = frozenset(("subscription", "limited", "registration", "yes", "y", "true", "1"))
_YEAR = lazy_pattern(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_ADDRESS = lazy_pattern(r"(?:https?:)?//[^\s|]+", re.IGNORECASE)
_BEHIND_ADDRESS = lazy_pattern(r"<|\{\{|\}\}")
_SEPARATORS_OF_PEOPLE = lazy_pattern(r"\s*[,;]\s*|\s+(?:and|und|et|y|и)\s+")


def mark_of_fields(
    source: str, fields: Fields, render: Render, start: int, end: int
) -> CitationMark:
    """Return what the fields say of the citation that stands at `start` to `end` of the text."""

    def words(field: str) -> str | None:
        return (render(fields[field]).words() or None) if field in fields else None

    return CitationMark(
        start,
        end,
        url=address_of(source, fields),
        archive_url=first_address(source, fields.get("archive_url")),
        title=words("title") or words("chapter"),
        authors=_authors_of(fields, render, words("authors")),
        publisher=words("work") or words("publisher"),
        date=_iso_of(words("date")) or _iso_of(words("year")),
        pages=words("pages"),
        accessed=_day_of(words("access_date")),
        isbn=_isbn_of(words("isbn")),
        is_paywalled=(words("access") or "").lower() in _PAYWALLED,
    )


def address_of(source: str, fields: Fields) -> str | None:
    """Return the address of the work: its own, its chapter's, or that of its first identifier."""
    for field in ("url", "chapter_url"):
        if found := first_address(source, fields.get(field)):
            return found
    for field, resolver in _RESOLVERS:
        number = fields[field].of(source).strip().removeprefix("PMC") if field in fields else ""
        if number and not re.search(r"[\s{}\[\]<>]", number):
            return resolver + number
    return None


def first_address(source: str, span: Span | None) -> str | None:
    """Return the first whole address in a value, None where there is none."""
    found = _ADDRESS.search(source, span.start, span.end) if span else None
    if found is None:
        return None
    address = html.unescape(_BEHIND_ADDRESS.split(found[0], maxsplit=1)[0])
    return f"https:{address}" if address.startswith("//") else address


def year_in(words: str) -> str | None:
    """Return the first year that words name."""
    year = _YEAR.search(words)
    return year[0] if year else None


def _authors_of(fields: Fields, render: Render, listed: str | None) -> tuple[str, ...]:
    if not fields.people and not fields.editors and listed:
        return tuple(name for name in _SEPARATORS_OF_PEOPLE.split(listed) if name)
    names = (
        (render(last).words(), render(first).words() if first else "")
        for last, first in fields.people or fields.editors
    )
    return tuple(f"{first} {last}".strip() for last, first in names if last)


def _iso_of(words: str | None) -> str | None:
    return _day_of(words) or (year_in(words) if words else None)


def _day_of(words: str | None) -> str | None:
    dates = find_dates(words) if words else []
    return dates[0].iso if dates else None


def _isbn_of(words: str | None) -> str | None:
    digits = re.sub(r"[\s-]", "", words or "")
    return digits if re.fullmatch(r"\d{9}[\dXx]|\d{13}", digits) else None
