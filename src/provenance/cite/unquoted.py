"""Works whose title stands in no quotes: books, cases, reports; commas, brackets and full stops part them.

Each shape is a function that returns None where the words are of another shape; the
order in `describe_unquoted` goes from the one that is told apart best to the loosest.
"""

import re

from provenance.cite.comma_parts import describe_parts
from provenance.cite.imprint import (
    AROUND,
    EDGE,
    LAST_NUMBERS,
    STOP,
    Description,
    date_in,
    venue_of,
)
from provenance.cite.listed import is_person, read_listed_work
from provenance.cite.patterns import lazy_pattern
from provenance.cite.people import is_organisation, part_authors, read_people
from provenance.formats.dates import find_dates

__all__ = ["describe_case", "describe_unquoted"]

_WHEN = r"(?:[^\W\d_]{3,10}\.?,?\s)?(?:\d{1,2}(?:\s[^\W\d_]{3,10})?,?\s)?(?:1[5-9]|20)\d\d[a-z]?(?:[-–/,]\s?[\w-]{1,9}){0,2}(?:\s\d{1,2})?"
_AUTHOR_DATE = lazy_pattern(
    rf"^(?P<names>[^()“”\"]{{2,300}}?)[,.]?\s*(?:\((?P<when>{_WHEN})\)[.:,]?|(?<=\s)(?P<year>(?:1[5-9]|20)\d\d[a-z]?):|(?<=\.\s)(?P<alone>(?:1[5-9]|20)\d\d[a-z]?)\.(?=\s))\s*(?P<rest>.*)$",
    re.DOTALL,
)
_BOOK = lazy_pattern(
    r"^(?P<head>[^()“”\"]{3,400}?),?\s*\((?P<place>(?:[^():]{1,80}:\s*)?)(?P<publisher>[^():]{2,100}?)[,،]\s*(?P<year>(?:1[5-9]|20)\d\d)\)"
)
_CASE = lazy_pattern(
    r"^(?P<title>(?:In re|Ex parte)\s+[^,]{2,100}|[^,]{2,100}?\s[vV]s?\.\s+[^,]{2,100}?),\s*(?:\d|No\.|Case\s|App|Judgment|\[|\()[^;]{0,200}?(?:\((?P<court>[^()]{0,60}?)(?P<year>(?:1[6-9]|20)\d\d)\)|$)"
)
_REPORT = lazy_pattern(
    r"(?P<publisher>CRS)\s+(?:Report|In\s+Focus|Insight|Legal\s+Sidebar)\s+[A-Z]{1,3}\d+,\s*(?P<title>.{3,300}?)"
    r"(?:,\s+(?:coordinated\s+)?by\s+(?P<authors>[^;]{3,300}?))?[.,]?\s*$",
    re.DOTALL,
)
_EDITION = lazy_pattern(
    r",?\s+(?:\d{1,2}(?:st|nd|rd|th|d|\.)|rev\.|revised|second|third)\s+(?:ed|edn|edition|Aufl(?:age)?)\b\.?",
    re.IGNORECASE,
)
_PEOPLE_ONLY = lazy_pattern(r"^[^\W\d_][^\d/§]*$")
# `Doe, Jane. Rivers of the North. Example Press, 2011.` and `М.: Наука, 1999`
_IMPRINT = lazy_pattern(
    r"^(?:[^:,]{1,40}:\s*)?(?P<publisher>[^,:]{2,80}),\s*(?P<year>(?:1[5-9]|20)\d\d)\b"
)
_INITIALLED = lazy_pattern(
    r"^(?P<name>[^\W\d_][\w’'-]{1,30}(?:,?\s(?:[^\W\d_]\.\s?){1,3}|,\s[^\W\d_][\w’'-]{1,30}(?:\s[^\W\d_](?=\.))?(?:,?\set\.?\sal)?\.\s))"
)
_LONGEST_NAMES = 160
# `Jane Doe, Boats, 12 EXAMPLE L. REV. 34, 56 (2019)`
_LAW_ARTICLE = lazy_pattern(
    r"^(?P<head>[^()“”\"]{3,300}?),\s+\d{1,4}\s+(?P<journal>[A-Z][^\d(),]{3,60}?)\s+(?P<pages>\d{1,5}(?:,\s\d{1,5}(?:[–-]\d{1,5})?)?)"
    r"\s+\((?:[^()]{0,30}\s)?(?P<year>(?:1[5-9]|20)\d\d)\)"
)
_NUMBERED_PART = lazy_pattern(
    r"(?:version|vol\.|volume|no\.|nr\.|art\.|part|band|\d)$|\bBefore\s+the\b", re.IGNORECASE
)
_QUOTED_BEHIND_YEAR = lazy_pattern(
    r"[‘'](?P<title>[^‘]{3,300}?)[’'](?=[,.])(?P<rest>.*)$", re.DOTALL
)
# `(Report No. 12)`, `[Tweet]` behind a title of the author-date styles
_EXTRA = lazy_pattern(
    r"\s*(?:\((?:Report|Working\s+Paper|Publication|Document)?\s*No\b.*|\[[^\[\]]{3,40}\]\.?$)",
    re.DOTALL,
)
_HELPERS = lazy_pattern(
    r",\s+(?:eds?\.|edited\s+by|trans\.|translated\s+by|foreword\s+by|rev\.|vol\.\s|hrsg\.|herausgegeben\s+von|éd\.|trad\.)\s.*$",
    re.IGNORECASE | re.DOTALL,
)
# `JANE DOE, THE LONG ROAD 45 (2d ed. 2001)`: Bluebook puts the page behind the title
_BLUEBOOK = lazy_pattern(
    r"^(?P<names>[^\d()“”\"]{3,160}?),\s+(?P<title>[^()“”\"]{3,200}?)\s+(?P<pages>\d{1,4}(?:[–-]\d{1,4})?(?:,\s\d{1,4}){0,3})"
    r"\s+\((?:[^()]{0,60}?\s)?(?P<year>(?:1[5-9]|20)\d\d)\)"
)


def describe_unquoted(words: str) -> Description:
    """Read a description without quotes; what cannot be told is None."""
    shapes = (
        _describe_report,
        describe_case,
        _describe_author_date,
        _describe_listed,
        _describe_law_article,
        _describe_bluebook,
        _describe_book,
        _describe_stops,
    )
    words = _EDITION.sub("", words)
    for read in shapes:
        found = read(words)
        if found is not None:
            return found
    return describe_parts(words)


def _describe_bluebook(words: str) -> Description | None:
    book = _BLUEBOOK.match(words)
    if book is None or is_organisation(book["names"]) or _NUMBERED_PART.search(book["title"]):
        return None
    if not is_person(part_authors(f"{book['names']}, ")[0].split(", ")[0]):
        return None
    people = read_people(book["names"])
    return Description(None, book["title"].strip(AROUND), people, book["year"], book["pages"])


def _describe_report(words: str) -> Description | None:
    report = _REPORT.search(words)
    if report is None:
        return None
    dates = find_dates(report["title"])
    title = report["title"][: dates[0].start] if dates else report["title"]
    authors = read_people(report["authors"]) if report["authors"] else ()
    return Description("CRS", title.strip(AROUND), authors, dates[0].iso if dates else None)


def describe_case(words: str) -> Description | None:
    """Read a court's decision, `Doe v. Roe, 12 U.S. 345 (1999) (“…”)`; None for all else."""
    case = _CASE.match(words)
    if case is None:
        return None
    dates = find_dates(words)
    return Description(
        title=case["title"].strip(EDGE), date=dates[0].iso if dates else case["year"]
    )


def _describe_author_date(words: str) -> Description | None:
    named = _AUTHOR_DATE.match(words)
    if (
        named is None
        or len(named["names"]) > _LONGEST_NAMES
        or not _PEOPLE_ONLY.match(named["names"])
    ):
        return None
    if named["alone"] and (STOP.search(named["names"]) or not named["rest"]):
        return None
    rest = named["rest"].strip()
    quoted = _QUOTED_BEHIND_YEAR.match(rest)
    title, *further = [quoted["title"], quoted["rest"]] if quoted else STOP.split(rest, maxsplit=2)
    date = date_in(named["when"] or named["year"] or named["alone"])
    authors = read_people(named["names"])
    publisher = venue_of(further[0]) if further else ""
    title = _EXTRA.sub("", title).strip(AROUND)
    return Description(publisher or None, title or None, authors, date)


def _describe_listed(words: str) -> Description | None:
    listed = read_listed_work(words)
    if listed is None:
        return None
    people = read_people(listed.names)
    return Description(listed.venue or None, listed.title.strip(AROUND), people, listed.year)


def _describe_law_article(words: str) -> Description | None:
    article = _LAW_ARTICLE.match(words)
    if article is None:
        return None
    names, title = part_authors(article["head"])
    if not names or not is_person(names.split(", ")[0]):
        return None
    return Description(
        article["journal"].strip(EDGE), title, read_people(names), article["year"], article["pages"]
    )


def _describe_book(words: str) -> Description | None:
    book = _BOOK.match(words)
    if book is None or not _PEOPLE_ONLY.match(book["head"]):
        return None
    head, title = part_authors(book["head"])
    if STOP.search(head):
        return None
    pages = LAST_NUMBERS.search(words)
    return Description(
        book["publisher"].strip(EDGE),
        _without_helpers(title),
        read_people(head),
        book["year"],
        pages["pages"] if pages else None,
    )


def _describe_stops(words: str) -> Description | None:
    """`Doe, Jane. Title. Press, 2011.`, `Иванов И. И. Название. М.: Наука, 1999.`: full stops part them."""
    author = _INITIALLED.match(words)
    if author is None:
        return None
    title, *further = STOP.split(words[author.end() :], maxsplit=2)
    imprint = next((found for part in further if (found := _IMPRINT.match(part))), None)
    if imprint is None:
        return None
    people = read_people(author["name"].strip(" ."))
    return Description(imprint["publisher"], title.strip(AROUND), people, imprint["year"])


def _without_helpers(title: str) -> str:
    """Leave out who edited or translated a work."""
    return _HELPERS.sub("", title).strip(AROUND)
