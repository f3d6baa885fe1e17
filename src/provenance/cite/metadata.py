"""What a document says about itself in plain words: title, authors, dates, where it was copied from.

Read from the masthead, which is what stands before the first marker. A copy on
somebody's blog carries the blog's date above and the update's own date in its
title: the title's date is the date of publication.
"""

import re
from collections.abc import Sequence

from provenance.cite.addresses import find_addresses
from provenance.cite.repair import mend_address, trim_address
from provenance.formats.dates import find_dates
from provenance.formats.language import guess_language
from provenance.model import Metadata
from provenance.text import Span

__all__ = ["read_metadata"]

_MASTHEAD_CHARS = 6000
_AUTHOR_LINE = re.compile(
    r"^[^\S\n]*(?:(?i:authors?)\s*:|(?i:by)\s*:?)[^\S\n]+(?P<names>\S[^\n]*)$", re.MULTILINE
)
_CUTOFF = re.compile(
    r"\b(?:data|information)\s+cut[\s-]?off\b(?:\s+(?:time|date))?[^\n]{0,80}", re.IGNORECASE
)
_ORIGIN = re.compile(
    r"\b(?:source|originally published(?: at)?|origin|published at|link)\b\s*:?", re.IGNORECASE
)
_ORIGIN_REACH = 400
_FURNITURE_LINE = re.compile(
    r"(?i:previous|next|home|menu|share|print|skip to (?:main )?content|download the pdf|\W*)\s*$"
)
_NAME = r"[^\W\d_a-z][\w.’'-]*"
_NAME_LIST = re.compile(
    rf"{_NAME}(?:\s+{_NAME}){{1,3}}(?:(?:,|,?\s+(?:and|with|&))\s+{_NAME}(?:\s+{_NAME}){{1,3}})*"
)
# What may stand beside the date in a line that only says when.
_DATE_FURNITURE = re.compile(
    r"(?:\W|\d|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\b[ap]\.?m\b|\b[ECMPG][SD]?T\b|\bUTC\b"
    r"|\b(?:published|posted|updated|last|on|at|date|dated|as|of)\b)*+",
    re.IGNORECASE,
)
_NAME_SEPARATOR = re.compile(r",?\s+(?:and|with|&)\s+|,\s*|;\s*")
_MAX_TITLE_CHARS = 300


def read_metadata(text: str, first_marker: int) -> Metadata:
    """Return what the masthead says; `first_marker` is where the first marker stands (or the text's end)."""
    masthead = text[: min(first_marker, _MASTHEAD_CHARS)]
    lines = _lines_of(masthead)
    author = _AUTHOR_LINE.search(masthead)
    title = _find_title(masthead, lines, author.start() if author else None)
    return Metadata(
        title=title,
        authors=_read_names(author["names"]) if author else (),
        published=_find_published(title, masthead, lines),
        data_cutoff=_find_cutoff(text[: min(first_marker + 2000, _MASTHEAD_CHARS)]),
        origin_url=_find_origin(masthead),
        language=guess_language(text),
    )


def _lines_of(masthead: str) -> list[Span]:
    spans = (Span(*match.span()) for match in re.finditer(r"[^\n]*\S[^\n]*", masthead))
    return [span for span in spans if not _FURNITURE_LINE.match(span.of(masthead))]


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
    """Tell whether a line says when and nothing else: "Update, May 3, 2023" is a title."""
    dates = find_dates(line)
    return bool(dates) and all(
        _DATE_FURNITURE.fullmatch(part)
        for part in (line[: dates[0].start], line[dates[-1].end :])
    )


def _read_names(line: str) -> tuple[str, ...]:
    names = (name.strip(" .\u00a0\r") for name in _NAME_SEPARATOR.split(line))
    return tuple(name for name in names if _NAME_LIST.fullmatch(name))


def _find_published(title: str | None, masthead: str, lines: Sequence[Span]) -> str | None:
    if title and (dates := find_dates(title)):
        return dates[0].iso
    for span in lines:
        if _is_date_line(span.of(masthead)):
            return find_dates(span.of(masthead))[0].iso
    return None


def _find_cutoff(text: str) -> str | None:
    match = _CUTOFF.search(text)
    dates = find_dates(match[0]) if match else []
    return dates[0].iso if dates else None


def _find_origin(masthead: str) -> str | None:
    """The first address behind a word such as "Source:"."""
    for said in _ORIGIN.finditer(masthead):
        found = find_addresses(masthead, said.end(), min(len(masthead), said.end() + _ORIGIN_REACH))
        if found and not found[0].is_cut:
            return mend_address(masthead, trim_address(masthead, found[0])).url
    return None
