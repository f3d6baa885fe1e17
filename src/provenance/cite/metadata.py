"""What a document says about itself in plain words: title, authors, dates, where it was copied from.

Read from the masthead, which is what stands before the first marker. A copy on
somebody's blog carries the blog's date above and the update's own date in its
title: the title's date is the date of publication.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from provenance.cite.addresses import find_addresses
from provenance.cite.patterns import lazy_pattern
from provenance.cite.repair import mend_address, trim_address
from provenance.formats.dates import find_dates
from provenance.formats.language import guess_language
from provenance.model import Metadata
from provenance.text import Span

__all__ = ["is_list_of_names", "read_metadata"]

_MASTHEAD_CHARS = 6000
_AUTHOR_LINE = lazy_pattern(
    r"^[^\S\n]*(?:(?i:authors?)\s*:|(?i:by)\s*:?)[^\S\n]+(?P<names>\S[^\n]*)$", re.MULTILINE
)
# `by Ada Writer | June 14, 2024 | 5 comments`
_BEHIND_NAMES = lazy_pattern(r"\s+[|·•–—]\s|\s*\|")
# not "since our last data cutoff", which is the one of the update before
_CUTOFF = lazy_pattern(
    r"(?<!last\s)(?<!previous\s)\b(?:data|information)\s+cut[\s-]?off\b(?:\s+(?:time|date))?[^\n]{0,80}",
    re.IGNORECASE,
)
# "The data cut-off for this product was 1:15pm ET on April 17.": the year is that of publication
_DAY_OF_YEAR = lazy_pattern(
    r"\b(?P<month>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2})\b(?!\s*,?\s*\d{4})"
)
_INITIAL = lazy_pattern(r"\s[^\W\d_]\.\s")
# "May 13, 7:00 pm ET" below the authors
_MOMENT = lazy_pattern(
    r"\s*[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+(?:\d{4},?\s+)?\d{1,2}(?::\d\d)?\s?[ap]\.?m\.?(?:\s+[A-Z]{2,4})?\W*$",
    re.IGNORECASE,
)
# A label, at the start of a line or with a colon: "source" and "link" are also words of a text.
_SAID_ORIGIN = r"(?:source|originally published(?: (?:at|by|in|on))?|origin|published at|link)"
_ORIGIN = lazy_pattern(
    rf"^[^\S\n]*{_SAID_ORIGIN}\b\s*(?::|(?=\s*(?:https?:|www\.)))|\b{_SAID_ORIGIN}\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_ORIGIN_LINE = lazy_pattern(r"\s*[^\n]*")
_WHOLE_LINE = lazy_pattern(r"(?P<line>[^\n]++)\n")
_FURNITURE_LINE = lazy_pattern(
    r"(?i:previous|next|home|menu|share|print|skip to (?:main )?content|download the pdf|\W*+)\s*$"
)
_NAME = r"[^\W\d_a-z][\w.’'-]*"
_NAME_LIST = lazy_pattern(
    rf"{_NAME}(?:\s+{_NAME}){{1,3}}(?:(?:,|,?\s+(?:and|with|&))\s+{_NAME}(?:\s+{_NAME}){{1,3}})*"
)
# "Fink, Anya L.": the part before the comma is one name alone, which no list of whole names has.
_LAST_NAME_FIRST = lazy_pattern(rf"(?P<last>{_NAME}),\s+(?P<given>{_NAME}(?:\s+{_NAME})?)")
# What may stand before the date in a line that says when, and not what.
_DATE_FURNITURE = lazy_pattern(
    r"(?:\W|\d|\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|[ap]m"
    r"|published|publication|posted|updated|last|on|at|date|dated|as|of)\b)*+",
    re.IGNORECASE,
)
_MAX_AFTER_DATE = len(", 10:00 am EST - ISW Press ")
_NAME_SEPARATOR = lazy_pattern(r",?\s+(?:and|with|&)\s+|,\s*|;\s*")
# "Weekly Update and Special Report" would pass for two names.
_MIN_BARE_NAMES = 3
_BYLINE_WITHIN = 12
_MAX_TITLE_CHARS = 300


def read_metadata(text: str, first_marker: int) -> Metadata:
    """Return what the masthead says; `first_marker` is where the first marker stands (or the text's end)."""
    masthead = text[: min(first_marker, _MASTHEAD_CHARS)]
    lines = _lines_of(masthead)
    byline = _find_byline(masthead, lines)
    title = _find_title(masthead, lines, byline.start if byline else None)
    published = _find_published(title, masthead, lines)
    return Metadata(
        title=title,
        authors=_read_names(byline.of(masthead)) if byline else (),
        published=published,
        data_cutoff=_find_cutoff(text[: min(first_marker + 2000, _MASTHEAD_CHARS)], published),
        origin_url=_find_origin(masthead),
        language=guess_language(text),
    )


def _lines_of(masthead: str) -> list[Span]:
    """The whole lines that say something; the last one, which the first marker cut, is a claim's."""
    spans = (Span(*match.span("line")) for match in _WHOLE_LINE.finditer(masthead))
    return [span for span in spans if not _FURNITURE_LINE.match(span.of(masthead))]


def _find_byline(masthead: str, lines: Sequence[Span]) -> Span | None:
    """The names behind "By" or "Author:", else a line near the top that is a list of names."""
    if author := _AUTHOR_LINE.search(masthead):
        names = _BEHIND_NAMES.split(author["names"], maxsplit=1)[0]
        return Span(author.start("names"), author.start("names") + len(names))
    for span in lines[:_BYLINE_WITHIN]:
        if is_list_of_names(span.of(masthead)):
            return span
    for span, below in pairwise(lines[: _BYLINE_WITHIN + 1]):
        # two names alone might be a title, but not above the hour, nor one with an initial
        least = 1 if _INITIAL.search(span.of(masthead)) else 2
        if _MOMENT.match(below.of(masthead)) and _is_row_of_names(span.of(masthead), least):
            return span
    return None


def is_list_of_names(line: str) -> bool:
    """Tell whether a line is nothing but three names or more."""
    return _is_row_of_names(line, _MIN_BARE_NAMES)


def _is_row_of_names(line: str, at_least: int) -> bool:
    line = line.strip(" .\r\u00a0")
    return _NAME_LIST.fullmatch(line) is not None and len(_read_names(line)) >= at_least


def _find_title(masthead: str, lines: Sequence[Span], author_at: int | None) -> str | None:
    """The line before the author's, else the first line that is no date."""
    candidates = [span for span in lines if author_at is None or span.end <= author_at]
    candidates = [span for span in candidates if not _is_date_line(span.of(masthead))]
    if not candidates:
        return None
    chosen = candidates[-1] if author_at is not None else candidates[0]
    title = chosen.of(masthead).strip()
    return title if len(title) <= _MAX_TITLE_CHARS else None


def _is_date_line(line: str) -> bool:
    """Tell whether a line says when: "Feb 24, 2022 - Press", but not "Update, May 3, 2023"."""
    dates = find_dates(line)
    if not dates or _DATE_FURNITURE.fullmatch(line, 0, dates[0].start) is None:
        return False
    return len(line) - dates[0].end <= _MAX_AFTER_DATE


def _read_names(line: str) -> tuple[str, ...]:
    if turned := _names_turned(line):
        return turned
    names = (name.strip(" .\u00a0\r") for name in _NAME_SEPARATOR.split(line))
    return tuple(name for name in names if _NAME_LIST.fullmatch(name))


def _names_turned(line: str) -> tuple[str, ...]:
    """The names of "Writer, Ada B.; Scribe, Bo", given name first; none where not all are so."""
    found = [_LAST_NAME_FIRST.fullmatch(part.strip(" \u00a0\r")) for part in line.split(";")]
    return tuple(f"{name['given']} {name['last']}" for name in found if name) if all(found) else ()


def _find_published(title: str | None, masthead: str, lines: Sequence[Span]) -> str | None:
    if title and (dates := find_dates(title)):
        return dates[0].iso
    for span in lines:
        if _is_date_line(span.of(masthead)):
            return find_dates(span.of(masthead))[0].iso
    if author := _AUTHOR_LINE.search(masthead):
        beside = find_dates(masthead, *author.span("names"))
        return beside[0].iso if beside else None
    return None


def _find_cutoff(text: str, published: str | None) -> str | None:
    match = _CUTOFF.search(text)
    if match is None:
        return None
    if dates := find_dates(match[0]):
        return dates[0].iso
    day = _DAY_OF_YEAR.search(match[0])
    return _last_before(published, day["month"], day["day"]) if day and published else None


def _last_before(published: str, month: str, day: str) -> str | None:
    """The last such day up to the day of publication: what was cut off on December 31 may appear on January 1."""
    year = int(published[:4])
    for candidate in (year, year - 1):
        found = find_dates(f"{month} {day}, {candidate}")
        if found and found[0].iso <= published:
            return found[0].iso
    return None


def _find_origin(masthead: str) -> str | None:
    """The address behind a label such as "Source:", in its line or the next one."""
    for said in _ORIGIN.finditer(masthead):
        line = _ORIGIN_LINE.match(masthead, said.end())
        found = find_addresses(masthead, said.end(), line.end() if line else said.end())
        if found and not found[0].is_cut:
            return mend_address(masthead, trim_address(masthead, found[0])).url
    return None
