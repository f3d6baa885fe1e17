"""Who made a work, what it is called, where and when it appeared, and which place is meant.

Five shapes cover what notes write, tried in this order:

* a title in quotes: `authors, “Title,” where, when, pages` (Chicago, MLA, news);
* `Authors (year). Title. Publisher.` (APA, Wikipedia);
* `Authors, Title (Place: Publisher, year), pages` (Chicago, books);
* `Doe v. Roe, 12 U.S. 345 (1999)` (Bluebook: the parties are the title);
* `Authors, Title, further parts, year, pages` (German, French, agencies).

What cannot be told is None: an unquoted title is only read where commas or full
stops set it off.
"""

import re
from typing import NamedTuple

from provenance.cite.locators import read_isbn, read_locator, without_locators
from provenance.cite.people import is_organisation, read_people
from provenance.cite.short_forms import read_short_form
from provenance.cite.stretches import is_filler
from provenance.cite.works import find_title_in_quotes, without_signal
from provenance.formats.dates import find_dates
from provenance.model import CitationKind

__all__ = ["Description", "describe"]


class Description(NamedTuple):
    """What the words around a citation say about it; dates are ISO, as much of them as is said."""

    publisher: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    pages: str | None = None
    accessed: str | None = None
    isbn: str | None = None


_AVAILABILITY = re.compile(
    r"[\s.,;:(]*\b(?:is\s+|are\s+)?(?:available\s+|obtainable\s+)?(?:up)?(?:on|by)\s+request\b.*$"
    r"|[\s.,;:(]*\bon\s+file\s+with\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_HOST_IN_BRACKETS = re.compile(
    r"^(.*\S)\s+\(((?:[\w-]+\.)+[a-z]{2,})\)\W*$", re.IGNORECASE | re.DOTALL
)
_AVAILABLE = re.compile(
    r"[,.\s(]*\b(?:available|accessible|online|verfügbar|disponible|доступно|متاح)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_LAST_NUMBERS = re.compile(
    r"[:,]\s*(?P<pages>(?![12]\d{3}(?!\d))\d{1,4}(?:\s?[–-]\s?\d{1,4})?(?:,\s?\d{1,4}){0,4})\W{0,3}$"
)
_IDENTIFIERS = re.compile(
    r"[\s.,;]*\b(?:ISBN|ISSN|doi|PMID|PMC|OCLC|hdl|S2CID|Bibcode|arXiv)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
# ` 12, no. 3 (2021): 44–61` behind a journal's name, or a year alone
_ISSUE_AND_PAGES = re.compile(
    r"[\s,.]+(?:\d{1,4}(?:\s?[:.(]|,?\s+(?:no\.|nr\.|issue|\())|vol(?:ume|\.)|no\.\s?\d|\(?(?:1[6-9]|20)\d\d\b|pp?\.\s?\d"
    r"|S\.\s?\d|Band\s+\d|Bd\.\s?\d|Jg\.|Heft\s+\d).*$",
    re.IGNORECASE | re.DOTALL,
)
_YEAR = re.compile(r"(?<![\w–/-])(?:1[5-9]|20)\d\d(?=[a-z]?(?:\)|\.|,|\W*$))")
_WHEN = r"(?:[^\W\d_]{3,10}\.?,?\s)?(?:\d{1,2}(?:\s[^\W\d_]{3,10})?,?\s)?(?:1[5-9]|20)\d\d[a-z]?(?:[-–/,]\s?[\w-]{1,9}){0,2}(?:\s\d{1,2})?"
_AUTHOR_DATE = re.compile(
    rf"^(?P<names>[^()“”\"]{{2,300}}?)[,.]?\s*(?:\((?P<when>{_WHEN})\)[.:,]?|(?<=\s)(?P<year>(?:1[5-9]|20)\d\d[a-z]?):)\s*(?P<rest>.*)$",
    re.DOTALL,
)
_BOOK = re.compile(
    r"^(?P<head>[^()“”\"]{3,400}?),?\s*\((?P<place>(?:[^():]{1,80}:\s*)?)(?P<publisher>[^():]{2,100}?),\s*(?P<year>(?:1[5-9]|20)\d\d)\)"
)
_CASE = re.compile(
    r"^(?P<title>(?:In re|Ex parte)\s+[^,]{2,100}|[^,]{2,100}?\s[vV]s?\.\s+[^,]{2,100}?),\s*(?:\d|No\.|\[|\()[^;]{0,200}?(?:\((?P<court>[^()]{0,60}?)(?P<year>(?:1[6-9]|20)\d\d)\)|$)"
)
_REPORT = re.compile(
    r"(?P<publisher>CRS)\s+(?:Report|In\s+Focus|Insight|Legal\s+Sidebar)\s+[A-Z]{1,3}\d+,\s*(?P<title>.{3,300}?)"
    r"(?:,\s+(?:coordinated\s+)?by\s+(?P<authors>[^;]{3,300}?))?[.,]?\s*$",
    re.DOTALL,
)
_COMMA = re.compile(r"[,،]\s+")
_STOP = re.compile(r"(?<=[^\W\d_][^\W\d_)])[.?!]\s+(?=[^\Wa-z])|(?<=[)\]”»\"])\.\s+")
_PART_BEHIND_TITLE = re.compile(
    r"(?:in\s+|(?:coordinated\s+)?by\s|vol\.|no\.|bd\.|band\s|t\.\s?\d|nr\.|pp?\.|S\.\s?\d|ed\.|eds\.|\d+(?:st|nd|rd|th)?\s+ed|rev\.\s|"
    r"press\s+release|white\s+paper|working\s+paper|report$|trans\.|translated|docket|\d{4}|\d+(?:\s?[–-]\s?\d+)?$|\(?(?:hrsg|hg)\.|art\.|ch(?:ap)?\.|§|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d)",
    re.IGNORECASE,
)
# Not who published it, but what sort of thing it is
_GENRE = re.compile(
    r"^(?:(?:a\s+)?(?:press|news)\s+release|press\s+statement|statement|paper|white\s+paper|working\s+paper|report|blog(?:\s+post)?|video"
    r"|audio|podcast|tweet|post|dataset|interview|speech|letter|fact\s+sheet|pdf|in\s+[A-Z][a-z]+|press\s+briefing|webinar|presentation)$",
    re.IGNORECASE,
)
_TITLE_EDGE = re.compile(r"^[“«„\"]|[”»\"“]$")
# The full stop that American usage puts inside the quotes, but not that of "U.S."
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")
_EDGE = " \t\r\n\u00a0\u202f;,،|•·–—-^↩↑\ufe0e"
_AROUND = _EDGE + ".:"
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}|[*_]{1,3}(?!\w)")
_HIDDEN = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\ufeff")
)
_JUMPS = re.compile(r"^[\W_]*(?:\b[a-z]\b\s+)+(?=[A-Z“\"«])")
_MAX_PROSE_CHARS = 4000
_LONGEST_NAMES = 160


def describe(prose: str, kind: CitationKind) -> Description:
    """Read what a stretch of prose says about the work that it names.

    >>> describe("SITE, “A, “B” C,” November 24, 2023, available by subscription at x.org",
    ...          "subscription")[:4]
    ('SITE', 'A, “B” C', (), '2023-11-24')
    """
    prose = prose[:_MAX_PROSE_CHARS]
    if kind == "on_request":
        return Description(title=_AVAILABILITY.sub("", prose).strip(" .,;:\u00a0") or None)
    words = " ".join(prose.translate(_HIDDEN).split())
    words = _EMPHASIS.sub("", _JUMPS.sub("", words))
    pages, accessed = read_locator(words)
    form = read_short_form(words)
    if form is not None and form.sort in {"ibid", "note", "far_back"}:
        return Description(pages=pages)
    isbn = read_isbn(words)
    words = without_signal(words.lstrip("^/ ").removeprefix("()").lstrip())
    words = _IDENTIFIERS.sub("", without_locators(words))
    if kind == "communication":
        dates = find_dates(words)
        return Description(date=dates[0].iso if dates else _year_in(words), accessed=accessed)
    found = _describe_shape(words.strip())
    return found._replace(
        pages=found.pages or pages,
        accessed=accessed,
        isbn=isbn,
    )


def _describe_shape(words: str) -> Description:
    if named := _HOST_IN_BRACKETS.match(words):
        return Description(publisher=named[2], title=named[1].strip())
    quoted = find_title_in_quotes(words)
    if quoted is not None:
        return _describe_quoted(words[: quoted.start], quoted.of(words), words[quoted.end :])
    for read in (_describe_report, _describe_case, _describe_author_date, _describe_book):
        found = read(words)
        if found is not None:
            return found
    return _describe_parts(words)


def _describe_quoted(before: str, title: str, after: str) -> Description:
    title = _TITLE_EDGE.sub("", _TITLE_EDGE.sub("", title, count=1).strip(), count=1).strip(" ,،")
    title = _FULL_STOP.sub("", title)
    before, year_before = _take_year(before)
    after = _AVAILABLE.sub("", after)
    dates = find_dates(after)
    venue = after[: dates[0].start] if dates else after
    date = (dates[0].iso if dates else None) or year_before or _year_in(venue)
    pages = None if dates else _LAST_NUMBERS.search(after)
    venue = _venue_of(venue)
    before = before.strip(_EDGE + "(")
    if venue and before and not _GENRE.match(venue):
        return Description(
            venue, title, read_people(before), date, pages["pages"] if pages else None
        )
    if before and not is_organisation(before) and year_before:
        return Description(None, title, read_people(before), date)
    return Description(before.rstrip(".:") or _unless_genre(venue), title, (), date)


def _unless_genre(venue: str) -> str | None:
    return None if not venue or _GENRE.match(venue) else venue


def _venue_of(words: str) -> str:
    """The journal, paper or publisher in what stands behind a title."""
    venue = _ISSUE_AND_PAGES.sub("", words)
    if venue.count("(") > venue.count(")"):
        venue = venue.rpartition("(")[2]  # `in The Book of Boats (Example Press, 2019)`
    if is_filler(venue, 0, len(venue)):
        return ""
    venue = re.sub(r"^[\s,.:;،]*\((?:PDF|in\s+\w+|audio|video)\)", "", venue).strip(_AROUND + "()")
    venue = re.sub(r"^in:?\s+", "", venue, flags=re.IGNORECASE)
    return _STOP.split(venue, maxsplit=1)[0].strip(_AROUND)


def _take_year(before: str) -> tuple[str, str | None]:
    """Part `Amos, Jonathan (2003-09-08).` into the name and the date."""
    bracket = re.search(
        r"\s*\((?P<when>[^()]{0,40}(?:1[5-9]|20)\d\d[^()]{0,20})\)[.,:\s]*$", before
    )
    if bracket is None:
        return before, None
    return before[: bracket.start()], _date_in(bracket["when"])


def _date_in(words: str) -> str | None:
    dates = find_dates(words)
    if dates:
        return dates[0].iso
    year = re.search(r"(?:1[5-9]|20)\d\d", words)
    return year[0] if year else None


def _year_in(venue: str) -> str | None:
    """The one year that is said where a date would stand: `(2021)`, or last."""
    years = set(_YEAR.findall(venue))
    return years.pop() if len(years) == 1 else None


def _describe_report(words: str) -> Description | None:
    report = _REPORT.search(words)
    if report is None:
        return None
    dates = find_dates(report["title"])
    title = report["title"][: dates[0].start] if dates else report["title"]
    authors = read_people(report["authors"]) if report["authors"] else ()
    return Description("CRS", title.strip(_AROUND), authors, dates[0].iso if dates else None)


def _describe_case(words: str) -> Description | None:
    case = _CASE.match(words)
    return Description(title=case["title"].strip(_EDGE), date=case["year"]) if case else None


def _describe_author_date(words: str) -> Description | None:
    named = _AUTHOR_DATE.match(words)
    if named is None or len(named["names"]) > _LONGEST_NAMES:
        return None
    title, *further = _STOP.split(named["rest"].strip(), maxsplit=2)
    date = _date_in(named["when"] or named["year"])
    authors = read_people(named["names"])
    publisher = _venue_of(further[0]) if further else ""
    return Description(publisher or None, title.strip(_AROUND) or None, authors, date)


def _describe_book(words: str) -> Description | None:
    book = _BOOK.match(words)
    if book is None:
        return None
    head, _, title = book["head"].partition(", ")
    if not title:
        head, title = "", head
    pages = _LAST_NUMBERS.search(words)
    return Description(
        book["publisher"].strip(_EDGE),
        title.strip(_AROUND),
        read_people(head),
        book["year"],
        pages["pages"] if pages else None,
    )


def _describe_parts(words: str) -> Description:
    """`Authors, Title, Place, 2011, S. 13`: the second part, and what belongs to it, is the title."""
    dates = find_dates(words)
    date = dates[0].iso if dates else _year_in(words)
    parts = [part for part in _COMMA.split(words.strip(_AROUND)) if part]
    if len(parts) < 2 or len(words) > 600:
        return Description(date=date)
    behind = next(
        (i for i, part in enumerate(parts[1:], 1) if _PART_BEHIND_TITLE.match(part)), len(parts)
    )
    named, title = parts[0], parts[1:behind]
    if not title or (behind == len(parts) and not date):
        return Description(date=date)
    pages = _LAST_NUMBERS.search(words) if not dates else None
    numbers = pages["pages"] if pages and pages["pages"] != date else None
    if is_organisation(named):
        return Description(named.strip(_AROUND), title[-1].strip(_AROUND), (), date, numbers)
    return Description(None, title[0].strip(_AROUND), read_people(named), date, numbers)
