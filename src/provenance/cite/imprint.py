"""Where and when a work appeared: the words behind a title, in every shape of citation."""

import re
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.stretches import is_filler
from provenance.formats.dates import find_dates

__all__ = [
    "AROUND",
    "EDGE",
    "LAST_NUMBERS",
    "PLACE_BEFORE_DAY",
    "STOP",
    "Description",
    "date_in",
    "venue_of",
    "year_in",
]

LAST_NUMBERS = lazy_pattern(
    r"[:,]\s*(?P<pages>(?![12]\d{3}(?!\d))\d{1,4}(?:\s?[–-]{1,2}\s?\d{1,4})?(?:,\s?\d{1,4}){0,4})\W{0,3}$"
)
# ` 12, no. 3 (2021): 44–61` behind a journal's name, or a year alone
_ISSUE_AND_PAGES = lazy_pattern(
    r"[\s,،.]+(?:\d{1,4}(?:\s?[:.(]|,?\s+(?:no\.|nr\.|issue|\())|vol(?:ume|\.)|no\.\s?\d|\(?(?:1[6-9]|20)\d\d\b|pp?\.\s?\d"
    r"|S\.\s?\d|Band\s+\d|Bd\.\s?\d|Jg\.|Heft\s+\d|№\s?\d|العدد\s+\d|شماره\s+\d).*$",
    re.IGNORECASE | re.DOTALL,
)
_YEAR = lazy_pattern(r"(?<![\w–/-])(?:1[5-9]|20)\d\d(?=[a-z]?(?:\)|\.|,|،|\W*$))")
# `2021, March 4` of the author-date styles
_YEAR_FIRST = lazy_pattern(r"\b((?:1[5-9]|20)\d\d)[a-z]?,\s([^\W\d_]{3,10}\.?\s\d{1,2})\b")
STOP = lazy_pattern(r"(?<=[^\W\d_][^\W\d_)])[.?!]\s+(?=[^\Wa-z])|(?<=[)\]”»\"])\.\s+")
# words between a paper and its day: "last updated June 28", "vom 3.5.2023", "от 3 мая"
_BEFORE_DAY = lazy_pattern(
    r"[\s,(]*\b(?:(?:last\s+)?(?:updated|modified|edited|revised)|dated|dt\.?|published|posted|aired|broadcast|ezine\s+dated|vom|du|del|от|від|بتاريخ)(?:\s+on)?$",
    re.IGNORECASE,
)
# the day of a paper whose year stands elsewhere: `The Example Times, 4 March`
_DAY_AT_END = lazy_pattern(r",\s\d{1,2}\.?\s[^\W\d_]{3,10}\.?$")
_HELPERS = lazy_pattern(
    r",\s+(?:eds?\.|edited\s+by|hrsg\.|herausgegeben\s+von)\s.*$", re.IGNORECASE | re.DOTALL
)
_GENRE_WORDS = r"(?:blog|forum|podcast(?:\s+audio)?|youtube\s+video|video|audio|map|film|dvd|transcript|dataset|photo(?:graph)?|press\s+release|news\s+release)"
_GENRE_BEFORE = lazy_pattern(rf"^{_GENRE_WORDS},\s+", re.IGNORECASE)
_GENRE_BEHIND = lazy_pattern(rf"(?:,\s+{_GENRE_WORDS}|\s+\({_GENRE_WORDS}\)?)$", re.IGNORECASE)
# `The Example Times (London, ` in front of a day
PLACE_BEFORE_DAY = lazy_pattern(r"(?<=\w)\s*\((?:[^\W\d_][\w.-]*\s?){1,3},?\s*$")
EDGE = " \t\r\n\u00a0\u202f;,،|•·–—-^↩↑\ufe0e"
AROUND = EDGE + ".:"


class Description(NamedTuple):
    """What the words around a citation say about it; dates are ISO, as much of them as is said."""

    publisher: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    pages: str | None = None
    accessed: str | None = None
    isbn: str | None = None


def venue_of(words: str) -> str:
    """The journal, paper or publisher in what stands behind a title."""
    venue = _ISSUE_AND_PAGES.sub("", words)
    if venue.count("(") > venue.count(")"):
        venue = venue.rpartition("(")[2]  # `in The Book of Boats (Example Press, 2019)`
    venue = _HELPERS.sub("", venue)
    if is_filler(venue, 0, len(venue)):
        return ""
    venue = re.sub(r"^[\s,.:;،]*\((?:PDF|in\s+\w+|audio|video)\)", "", venue).strip(AROUND)
    venue = _DAY_AT_END.sub("", venue)
    venue = _balanced(_BEFORE_DAY.sub("", venue).strip(AROUND))
    venue = re.sub(r"^in:?\s+", "", venue, flags=re.IGNORECASE)
    venue = _GENRE_BEHIND.sub("", _GENRE_BEFORE.sub("", STOP.split(venue, maxsplit=1)[0]))
    return _balanced(venue.strip(AROUND))


def _balanced(venue: str) -> str:
    """Take off the bracket that has no partner, or those around the whole."""
    if venue.count("(") != venue.count(")"):
        return venue.strip("()" + AROUND)
    return venue[1:-1] if venue.startswith("(") and venue.find(")") == len(venue) - 1 else venue


def date_in(words: str) -> str | None:
    """The day that words name, else the year."""
    year_first = _YEAR_FIRST.search(words)
    dates = find_dates(f"{year_first[2]}, {year_first[1]}" if year_first else words)
    if dates:
        return dates[0].iso
    year = re.search(r"(?:1[5-9]|20)\d\d", words)
    return year[0] if year else None


def year_in(venue: str) -> str | None:
    """The one year that is said where a date would stand: `(2021)`, or last."""
    years = set(_YEAR.findall(venue))
    return years.pop() if len(years) == 1 else None
