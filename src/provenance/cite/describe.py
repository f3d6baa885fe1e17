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

from provenance.cite.imprint import (
    EDGE,
    LAST_NUMBERS,
    PLACE_BEFORE_DAY,
    Description,
    date_in,
    venue_of,
    year_in,
)
from provenance.cite.listed import is_person
from provenance.cite.locators import read_isbn, read_locator, without_locators
from provenance.cite.page_titles import read_page_title
from provenance.cite.patterns import lazy_pattern
from provenance.cite.people import is_organisation, read_people
from provenance.cite.phrases import FINITE_VERBS
from provenance.cite.short_forms import read_short_form
from provenance.cite.unquoted import describe_case, describe_unquoted
from provenance.cite.works import find_title_in_quotes, without_signal
from provenance.formats.dates import find_dates
from provenance.model import CitationKind

__all__ = ["Description", "describe"]

_AVAILABILITY = lazy_pattern(
    r"[\s.,;:(]*\b(?:(?:ist\s+|sind\s+)?auf\s+(?:anfrage|nachfrage)|beim\s+(?:autor|verfasser)|(?:disponible\s+)?(?:sur\s+demande|a\s+solicitud|bajo\s+pedido)"
    r"|(?:доступн[аоы]\s+)?по\s+запросу|на\s+запит)\b.*$|[\s.,،;:(]*(?:متاحة?\s+)?عند\s+الطلب.*$|"
    r"[\s.,;:(]*\b(?:is\s+|are\s+)?(?:available\s+|obtainable\s+)?(?:up)?(?:on|by)\s+request\b.*$"
    r"|[\s.,;:(]*\bon\s+file\s+with\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_HOST_IN_BRACKETS = lazy_pattern(
    r"^(.*\S)\s+\(((?:[\w-]+\.)+[a-z]{2,})\)\W*$", re.IGNORECASE | re.DOTALL
)
_AVAILABLE = lazy_pattern(
    r"[,.\s(]*\b(?:available|accessible|online|verfügbar|disponible|доступно|متاح)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_IDENTIFIERS = lazy_pattern(
    r"[\s.,;]*\b(?:ISBN|ISSN|doi|PMID|PMC|OCLC|hdl|S2CID|Bibcode|arXiv)(?:-1[03])?[\s:]{0,3}\d.*$",
    re.IGNORECASE | re.DOTALL,
)
# Not who published it, but what sort of thing it is
_GENRE = lazy_pattern(
    r"^(?:(?:a\s+)?(?:press|news)\s+release|press\s+statement|statement|paper|white\s+paper|working\s+paper|report|blog(?:\s+post)?|video"
    r"|audio|podcast|tweet|post|dataset|interview|speech|letter|fact\s+sheet|pdf|in\s+[A-Z][a-z]+|press\s+briefing|webinar|presentation)$",
    re.IGNORECASE,
)
# `12 Yale L.J. 34, 56`: volume, journal, first page
_LAW_JOURNAL = lazy_pattern(
    r"^[\s,]*(?:\((?P<year>(?:1[5-9]|20)\d\d)\)\s+)?\d{1,4}\s+(?P<journal>(?!C\.?\s?F\.?\s?R|U\.?\s?S|Fed|Stat)[A-Z][^\d()]{2,80}?),?\s+(?P<pages>\d{1,5}(?:[,–-]\s?\d{1,5}){0,3})(?=\W|$)"
)
# `Wikipedia, s.v. “Ferry”`
_ENTRY_OF = lazy_pattern(r",?\s*(?:s\.\s?v\.?|s\.\s?n\.|entry|art\.)[\s,]*$")
# `“Boats” by Jane Doe, in The Daily`
_BY = lazy_pattern(
    r"^[\s,]*(?:by|von|par|por)\s+(?P<names>[^,“”\"\d]{3,80})(?P<rest>.*)$", re.DOTALL
)
_NO_MORE_NAMES = lazy_pattern(r"\s+(?:at|in|on|for|and|available\s+\w+)\s*$")
_LEAD = lazy_pattern(r"(?:(?<=[^\W\d_][^\W\d_])|(?<=\d{4}))[.?!]\s+(?=[^\Wa-z])")
# `Doe, Jane. 2001. “Boats”`
_YEAR_BEFORE = lazy_pattern(r"\.?[,\s]\s*(?P<year>(?:1[5-9]|20)\d\d)[a-z]?[.,:\s]*$")
_SURNAME = lazy_pattern(
    r"[^\W\d_a-z][\w’'-]{1,30}(?:\s+et\.?\s+al\.?|\s+(?:and|&|und|et|y|и)\s+[^\W\d_a-z][\w’'-]{1,30})?"
)
_INITIAL = lazy_pattern(r"(?:^|\s)[^\W\d_]\.")
_WRITTEN = lazy_pattern(
    r"(?:working\s+|white\s+)?paper|blog|presentation|speech|webinar", re.IGNORECASE
)
_STATUTES = lazy_pattern(r"\s*\d{1,4}\s+(?:C\.?\s?F\.?\s?R|U\.?\s?S\.?\s?C|Fed|Stat)")
# The full stop that American usage puts inside the quotes, but not that of "U.S."
_FULL_STOP = lazy_pattern(r"(?<=[^\W\d_]{3})\.$")
_EMPHASIS = lazy_pattern(r"(?<!\w)[*_]{1,3}|[*_]{1,3}(?!\w)")
_HIDDEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u2060\ufeff"))
_JUMPS = lazy_pattern(r"^[\W_]*(?:\b[a-z]\b\s+)+(?=[A-Z“\"«])")
_MAX_PROSE_CHARS = 4000
_MOST_WORDS_OF_NAMES, _LONGEST_NAME = 6, 150
_NO_NAME = lazy_pattern(
    r"(?:an?|and|or|as|for|of|by|on|with|from|to|that|this|these|refer|page|p\.|see|in|at|column|message|last\s|first\s+published|his|her|their|its|there|when|where|which|while)\s"
    r"|(?:For|In|The\s+following|There|This|These|Several|Message|Page|Column|Pursuant|Under|According)\s(?=.{0,60}?\s[a-z])|[\W\d]+$"
    r"|(?:C\.?F\.?R|U\.?S\.?C|Stat)\b|\d+\s(?:U\.S|F\.|C\.F|Fed)|^[^\s]{1,40}\s[vV]\.\s"
)
_SMALL_LETTERS = lazy_pattern(r"\s[a-z]{2,}\s[a-z]{2,}")
# a joiner of two Arabic letters is part of the word
_JOINERS = lazy_pattern(r"(?<![\u0600-\u06ff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u06ff])")


def describe(prose: str, kind: CitationKind) -> Description:
    """Read what a stretch of prose says about the work that it names.

    >>> describe("SITE, “A, “B” C,” November 24, 2023, available by subscription at x.org",
    ...          "subscription")[:4]
    ('SITE', 'A, “B” C', (), '2023-11-24')
    """
    prose = prose[:_MAX_PROSE_CHARS]
    if kind == "on_request":
        return Description(title=_AVAILABILITY.sub("", prose).strip(" .,;:\u00a0") or None)
    words = " ".join(_JOINERS.sub("", prose.translate(_HIDDEN)).split())
    words = _EMPHASIS.sub("", _JUMPS.sub("", words))
    form = read_short_form(words)
    if form is not None and form.sort in {"ibid", "note", "far_back"}:
        return Description(pages=read_locator(words)[0])
    isbn = read_isbn(words)
    words = without_signal(words.lstrip("^/ ").removeprefix("()").lstrip())
    quoted = find_title_in_quotes(words)
    # "Envoy visited …" in a title is no day of access, "PMC …" no number
    start = quoted.end if quoted else 0
    pages, accessed = read_locator(words[start:])
    words = words[:start] + _IDENTIFIERS.sub("", without_locators(words[start:]))
    if kind == "communication":
        dates = find_dates(words)
        return Description(date=dates[0].iso if dates else year_in(words), accessed=accessed)
    found = _describe_shape(words.strip())
    return _without_false_names(found)._replace(
        pages=found.pages or pages,
        accessed=accessed,
        isbn=isbn,
    )


def _describe_shape(words: str) -> Description:
    if named := _HOST_IN_BRACKETS.match(words):
        return Description(publisher=named[2], title=named[1].strip())
    if page := read_page_title(words):
        return Description(publisher=page.site, title=page.title)
    case = describe_case(words)
    if case is not None:
        return case
    quoted = find_title_in_quotes(words)
    if quoted is not None:
        return _describe_quoted(words[: quoted.start], quoted.of(words), words[quoted.end :])
    return describe_unquoted(words)


def _describe_quoted(before: str, title: str, after: str) -> Description:
    title = title[1:-1].strip(" ,،")
    title = _FULL_STOP.sub("", title)
    before, year_before = _take_year(before)
    after = _AVAILABLE.sub("", after)
    said_by = _BY.match(after)
    if said_by and not before.strip(EDGE) and not is_organisation(said_by["names"]):
        before, after = _NO_MORE_NAMES.sub("", said_by["names"]), said_by["rest"]
    dates = find_dates(after)
    venue = PLACE_BEFORE_DAY.sub("", after[: dates[0].start]) if dates else after
    date = (dates[0].iso if dates else None) or year_before or year_in(venue)
    pages = None if dates else LAST_NUMBERS.search(after)
    journal = _LAW_JOURNAL.match(venue)
    if _STATUTES.match(venue.strip(EDGE)):
        venue = ""
    venue = journal["journal"] if journal else venue_of(venue)
    pages = journal or pages
    date = date or (journal["year"] if journal else None)
    before = _last_sentence(before.strip(EDGE + "("))
    entry = _ENTRY_OF.search(before)
    if entry:
        return Description(before[: entry.start()].strip(EDGE) or venue or None, title, (), date)
    if venue and before and not _GENRE.match(venue):
        return Description(
            venue, title, read_people(before), date, pages["pages"] if pages else None
        )
    is_writer = year_before or said_by or _is_writer(before, venue, date)
    if before and not is_organisation(before) and is_writer:
        return Description(
            None, title, read_people(before), date, pages["pages"] if pages else None
        )
    return Description(before.rstrip(".:") or _unless_genre(venue), title, (), date)


def _is_writer(name: str, genre: str, date: str | None) -> bool:
    """Tell a writer from a paper where no paper is named: "Doe, “Boats.”", "J. Doe, “Boats,” 2020"."""
    if _SURNAME.fullmatch(name):
        return date is None
    return is_person(name) and bool(_INITIAL.search(name) or _WRITTEN.match(genre))


def _last_sentence(before: str) -> str:
    """What stands directly before a title, without the sentences that lead up to it."""
    *lead, last = _LEAD.split(before)
    return last if lead and len(" ".join(lead).split()) > _MOST_WORDS_OF_NAMES else before


def _without_false_names(found: Description) -> Description:
    """Drop authors and publishers that are no names: a clause that leads up to a title, a sentence."""
    authors = found.authors if all(_may_be_name(name) for name in found.authors) else ()
    publisher = found.publisher if found.publisher and _may_be_name(found.publisher) else None
    return found._replace(authors=authors, publisher=publisher)


def _may_be_name(name: str) -> bool:
    return (
        len(name) <= _LONGEST_NAME
        and not _NO_NAME.match(name)
        and (not FINITE_VERBS.search(name) or not _SMALL_LETTERS.search(name))
    )


def _unless_genre(venue: str) -> str | None:
    return None if not venue or _GENRE.match(venue) else venue


def _take_year(before: str) -> tuple[str, str | None]:
    """Part `Amos, Jonathan (2003-09-08).` into the name and the date."""
    bracket = re.search(
        r"\s*\((?P<when>[^()]{0,40}(?:1[5-9]|20)\d\d[^()]{0,20})\)[.,:\s]*$", before
    )
    if bracket is None:
        alone = _YEAR_BEFORE.search(before)
        return (before[: alone.start()], alone["year"]) if alone else (before, None)
    return before[: bracket.start()], date_in(bracket["when"])
