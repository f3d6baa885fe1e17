"""Works whose parts stand between commas: `Authors, Title, Place, 2011, S. 13`, `Office, Title, May 3, 2023`.

The loosest shape, read when no other fits: the second part is the title, with what
belongs to it. A convention or an act is its own title; who made a picture or wrote
on a platform is no author of a title that the note does not give.
"""

import re
from itertools import takewhile

from provenance.cite.imprint import AROUND, LAST_NUMBERS, Description, year_in
from provenance.cite.patterns import lazy_pattern
from provenance.cite.people import is_organisation, read_people
from provenance.formats.dates import find_dates

__all__ = ["describe_parts"]

_COMMA = lazy_pattern(r"[,،]\s+")
_PART_BEHIND_TITLE = lazy_pattern(
    r"(?:in\s+|(?:coordinated\s+)?by\s|vol\.|no\.|bd\.|band\s|t\.\s?\d|nr\.|pp?\.|S\.\s?\d|ed\.|eds\.|\d+(?:st|nd|rd|th)?\s+ed|rev\.\s|"
    r"press\s+release|white\s+paper|working\s+paper|report$|trans\.|translated|docket|\d{4}|\d+(?:\s?[–-]\s?\d+)?$|transcript|version\s|opened\s+for\s|case\s+no|annex|paras?\b|hearings?$|map$|dvd$|pub\.\s+l|"
    r"\d+\s+(?:[A-Z]\.|Fed|Stat|Federal)|[A-Z]{1,5}/\S*\d|\(?(?:hrsg|hg)\.|art\.|ch(?:ap)?\.|§|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d)",
    re.IGNORECASE,
)
# a symbol or number that stands for a title: `A/HRC/26/22`, `RL30588`
_NUMBER_ONLY = lazy_pattern(r"^[^a-zà-ÿа-я]*\d[^a-zà-ÿа-я]*$")
_BRACKET_AT_END = lazy_pattern(r"\s*\([^()]*\)?$")
_YEAR_IN_BRACKETS = lazy_pattern(r"\((?:[^()]{0,60}\s)?(?P<year>(?:1[5-9]|20)\d\d)\)")
# what goes on behind a title: sessions, numbers of directives
_TAIL = lazy_pattern(
    r"\d+(?:st|nd|rd|th)\s|report\s+to\s|(?:[A-Z]{2,6}\s)?(?:Directive|Instruction|Order|Report|DIRECTIVE)\s+[A-Z\d]",
    re.IGNORECASE,
)
# no titles: `Walter Verlag 1991`, `before February 1`
_NO_TITLE = lazy_pattern(
    r".*\b(?:Verlag|Press|Publishers?|Éditions|Editorial|Издательство)\b(?:\s\([^()]*\))?(?:\s\d{4})?$|[^\W\d_][\w./-]*(?:\s[\w./-]+){0,3}\s(?:1[5-9]|20)\d\d$"
    r"|(?:before|after|until|since|from|on|in|at|by|to|of|and|dt\.|dated|as|herausgegeben|edited|hrsg)\s"
)
_NAMES_LAW = lazy_pattern(
    r"^(?:[^,]{0,60}\s)?(?:Hearings?|Convention|Treaty|Agreement|Protocol|Covenant|Charter|Act|Code|Rules|Law|Regulations?|Resolution)\b(?:\s(?:on|of|for|to|and|concerning|between)\b|$)|\bAct\sof\s\d{4}"
)
_PLATFORM = lazy_pattern(
    r"(?:X|Twitter|Facebook|Telegram|YouTube|Instagram|TikTok|VKontakte|VK|LinkedIn|Threads|Bluesky)(?:\s(?:post|channel|video|page))?|(?:tweet|telegram|post|video|photo)s?",
    re.IGNORECASE,
)
# `Maxar, imagery of Northtown`: who made it is no author
_SHOWS = lazy_pattern(r"(?:satellite\s+)?(?:imagery|images?|photographs?|footage)\b", re.IGNORECASE)
_TITLE_WORDS = lazy_pattern(
    r"\s(?:on|for|to|in)\s|:|\b(?:Report|Directive|Budget|Strategy|Plan|Survey|Handbook|Manual|Guide|Statistics|Review|Update|Factsheet|Submission)$"
)
_OFFICE = lazy_pattern(
    r"(?:(?:Senate|House|Joint|Select)\s)?(?:\w+\s)?(?:(?:Sub)?[Cc]ommittee|Commission|Council|Office|Department|Board|Bureau|Ministry)\b"
)
_AND_IN_ROW = lazy_pattern(r"^(?:and|und|et|y|e|и|та)\s|^[^\s]+\s(?:and|und|et|y|e|и|та)\s")
_MOST_WORDS_OF_ROW, _LONGEST_ROW = 2, 6
_LONGEST = 600
_FEWEST_PARTS = 2
_PEOPLE_ONLY = lazy_pattern(r"^[^\W\d_][^\d/§]*$")


def describe_parts(words: str) -> Description:
    """`Authors, Title, Place, 2011, S. 13`: the second part, and what belongs to it, is the title."""
    dates = find_dates(words)
    date = dates[0].iso if dates else year_in(words)
    first = _COMMA.split(words, maxsplit=1)[0]
    if not _PEOPLE_ONLY.match(first) and not _NAMES_LAW.search(first):
        # `42 U.S.C. § 1983`: only a year in brackets is one
        year = _YEAR_IN_BRACKETS.search(words)
        return Description(date=dates[0].iso if dates else year["year"] if year else None)
    parts = [part for part in _COMMA.split(words.strip(AROUND)) if part]
    if len(parts) < _FEWEST_PARTS or len(words) > _LONGEST:
        return Description(date=date)
    behind = next(
        (i for i, part in enumerate(parts[1:], 1) if _PART_BEHIND_TITLE.match(part)), len(parts)
    )
    named = parts[0]
    titles = [
        part
        for part in parts[1:behind]
        if not _NUMBER_ONLY.match(part) and not _NO_TITLE.match(part)
    ]
    if date and _NAMES_LAW.search(named):
        return Description(None, _titled(named), (), date)
    if not titles or (behind == len(parts) and not date):
        return Description(date=date)
    return _describe_named(named, titles, words, date)


def _describe_named(named: str, titles: list[str], words: str, date: str | None) -> Description:
    """What `named` made: a title of an office, a person's, or what a camera or a platform shows."""
    if _SHOWS.match(titles[0]):
        return Description(named.strip(AROUND), titles[0], (), date)
    if _PLATFORM.fullmatch(titles[0]):
        return Description(named.strip(AROUND), None, (), date)
    dates = find_dates(words)
    pages = LAST_NUMBERS.search(words) if not dates else None
    numbers = pages["pages"] if pages else None
    if is_organisation(named):
        # an office of an office: "U.S. Department of Transportation, MARAD, Fleet Report"
        title = next((part for part in titles if not _is_office(part)), titles[-1])
        if dates:
            whole = takewhile(lambda part: not _TAIL.match(part), titles[titles.index(title) + 1 :])
            title = ", ".join([title, *whole])
        return Description(named.strip(AROUND), _titled(title), (), date, numbers)
    return Description(None, _titled(_whole_title(titles)), read_people(named), date, numbers)


def _is_office(part: str) -> bool:
    """Tell an office of an office from a title that has such a word: "Agency Report", "A Roundtable on Media"."""
    return is_organisation(part) and (
        _OFFICE.match(part) is not None or not _TITLE_WORDS.search(part)
    )


def _whole_title(titles: list[str]) -> str:
    """Join the title that is a row of its own: "Geburt, Angst, Tod und Begehren"."""
    if len(titles[0].split()) > _MOST_WORDS_OF_ROW:
        return titles[0]
    for index, part in enumerate(titles[1:_LONGEST_ROW], 2):
        if _AND_IN_ROW.search(part):
            return ", ".join(titles[:index])
        if len(part.split()) > _MOST_WORDS_OF_ROW:
            break
    return titles[0]


def _titled(words: str) -> str:
    return _BRACKET_AT_END.sub("", words).strip(AROUND)
