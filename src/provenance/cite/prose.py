"""What a note says in words: works without an address, and descriptions of addresses.

One stretch of prose, cut at the semicolons that stand outside quotes and
brackets, names one thing. What kind of thing is decided by a table, first row
that matches wins; a stretch that matches no row is commentary if it reads as
prose and unknown if it is a scrap (the tail of a link that was cut away).
"""

import re
from typing import NamedTuple

from provenance.formats.dates import find_dates
from provenance.model import CitationKind
from provenance.text import Span

__all__ = [
    "Description",
    "Stretch",
    "describe",
    "is_filler",
    "kind_of_prose",
    "names_note",
    "promises_access",
    "split_prose",
]


class Description(NamedTuple):
    """What the words around a citation say about it."""

    publisher: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None


class Stretch(NamedTuple):
    """A stretch of prose that names one thing; `ends_list` tells that a semicolon closes it."""

    span: Span
    ends_list: bool


_FILLER = re.compile(
    r"""(?:%20|[\W_]|\b(?:[a-z]|and|or|see|also|cf|e\.?g|i\.?e|compare|including|both|via|in|at|the|from|that
        |nbsp|sources?|notes?|graphic|quoted|cited|as|with|on|of|to|by|for|more|here|there|last
        |available|accessed|access|retrieved|visited)\b)*+""",
    re.IGNORECASE | re.VERBOSE,
)
_ON_REQUEST = re.compile(
    r"\b(?:up)?on\s+request\b|\bby\s+request\b|\bon\s+file\s+with\b|\bauthors?['’]?s?['’]?\s+"
    r"(?:own\s+)?(?:database|dataset|data|records?|files?|archive)\b",
    re.IGNORECASE,
)
_AVAILABILITY = re.compile(
    r"[\s.,;:(]*\b(?:is\s+|are\s+)?(?:available\s+|obtainable\s+)?(?:up)?(?:on|by)\s+request\b.*$"
    r"|[\s.,;:(]*\bon\s+file\s+with\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_SUBSCRIPTION = re.compile(
    r"\b(?:by|with|via|through|under)\s+(?:a\s+|paid\s+)?subscription\b|\bsubscription\s+(?:required|only)\b"
    r"|\bsubscribers?\s+only\b|\bpaywall",
    re.IGNORECASE,
)
_COMMUNICATION = re.compile(
    r"\bpersonal\s+(?:communication|correspondence|interview|conversation)\b"
    r"|\b(?:interviews?|e-?mails?|conversations?|correspondence|telephone\s+call|phone\s+call|letter)\s+"
    r"(?:with|from|to|by|between)\b|\binterview(?:ed)?\s+by\s+(?:the\s+)?authors?\b"
    r"|\bentretien\s+avec\b|\b(?:interview|gespräch)\s+mit\b|\bинтервью\s+с\b|\bمقابلة\s+مع\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"^\W*(?:(?:ibid|op\.\s*cit|loc\.\s*cit|supra|ebd|a\.\s?a\.\s?o)\b|id\.)"
    r"|\((?:[^()]*[\s,:])?(?:1[6-9]|20)\d\d\)"
    r"|\bpp?\.\s?\d|\bvol\.|\bno\.\s?\d|\b\d+\s+U\.?S\.?C?\.?\s|§|\bISBN\b|\bPress\b|\bet\s+al\b"
    r"|,\s*(?:1[6-9]|20)\d\d\W*$|,\s*\d{1,4}(?:\s?[–-]\s?\d{1,4})?\W*$|\bv\.\s+[A-Z]",
    re.IGNORECASE,
)
_HOST_IN_BRACKETS = re.compile(
    r"^(.*\S)\s+\(((?:[\w-]+\.)+[a-z]{2,})\)\W*$", re.IGNORECASE | re.DOTALL
)
_ACCESS = re.compile(
    r"\b(?:available|accessible|subscription|accessed)\b[^;]{0,60}?\b(?:at|from|via|through|on)\s*:?\s*$",
    re.IGNORECASE,
)
_AVAILABLE_TAIL = re.compile(
    r"[,\s]*\b(?:available|accessed|retrieved|archived)\b.*$", re.IGNORECASE | re.DOTALL
)
# ` 12, no. 3 (2021): 44–61` behind a journal's name, or a year alone
_ISSUE_AND_PAGES = re.compile(
    r"[\s,]+(?:\d{1,4}(?:\s?[:.(]|,?\s+(?:no\.|nr\.|issue|\())|vol(?:ume|\.)|no\.\s?\d|\(?(?:1[6-9]|20)\d\d\b|pp?\.\s?\d).*$",
    re.IGNORECASE | re.DOTALL,
)
_YEAR = re.compile(r"(?<![\w–-])(?:1[6-9]|20)\d\d(?=\)|\W*$)")
_LEADING_AND = re.compile(r"^\W*(?:and|with)\s+", re.IGNORECASE)
_AND = re.compile(r",?\s+and\s+|\s*&\s*|,\s+")
# `dot ua/2023/…`: the head of the address was cut away, and is nobody's to guess
_NOTE_REFERENCE = re.compile(
    r"\W*(?:(?:see|cf\.?|as\s+in)\s+(?:also\s+)?|[\w.\s-]{2,40},?\s+(?=supra\b))?(?:supra,?\s+)?(?:at\s+)?"
    r"(?:foot|end)?(?:note|n\.)\s*\[?(?P<label>\d{1,4})\]?(?:\s*,?\s*(?:above|supra|at\s+\d+|pp?\.\s?[\d–-]+))?\W*",
    re.IGNORECASE,
)
_TAIL_OF_ADDRESS = re.compile(r"\W*(?:dot\s+)?[^\s/]*/\S*", re.IGNORECASE)
_TITLE_EDGE = re.compile(r"^[“«„\"]|[”»\"]$")
# The full stop that American usage puts inside the quotes, but not that of "U.S."
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")
_SEMICOLON = re.compile("[;؛]")
_ENCLOSING = re.compile(r"[“«„(\[”»)\]]")
# `^` and the arrows lead back to the marker
_EDGE = " \t\r\n\u00a0\u202f;,|•·–—-^↩↑\ufe0e"
_SCRAP_WORDS = 3
# The longest real description counted is under 1,000 characters; beyond this nothing is read.
_MAX_PROSE_CHARS = 4000


def is_filler(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` only separates: punctuation and connecting words."""
    return _FILLER.fullmatch(text, start, end) is not None


def promises_access(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` leads up to the address where a work can be had by subscription."""
    return bool(_ACCESS.search(text, start, end) and _SUBSCRIPTION.search(text, start, end))


def split_prose(text: str, start: int, end: int) -> list[Stretch]:
    """Cut `text[start:end]` at the semicolons outside quotes and brackets; edges are trimmed."""
    cuts = _open_semicolons(text, start, end)
    stretches = []
    for left, right in zip([start, *(cut + 1 for cut in cuts)], [*cuts, end], strict=True):
        span = trim(text, left, right)
        if not is_filler(text, span.start, span.end):
            stretches.append(Stretch(span, right < end or right in cuts))
    return stretches


def _open_semicolons(text: str, start: int, end: int) -> list[int]:
    """Where the semicolons outside quotes and brackets stand; what is never closed encloses nothing."""
    semicolons = [match.start() for match in _SEMICOLON.finditer(text, start, end)]
    if not semicolons:
        return []
    opened: list[int] = []
    enclosing: dict[int, int] = {}
    for match in _ENCLOSING.finditer(text, start, end):
        if match[0] in "“«„([":
            opened.append(match.start())
        elif opened:
            enclosing[opened.pop()] = match.start()
    whole = trim(text, start, end)
    if enclosing.get(whole.start) == whole.end - 1 and text[whole.start] == "(":
        del enclosing[whole.start]  # the whole note stands in brackets: 13 of them do
    depth, cuts = 0, []
    closing = set(enclosing.values())
    for offset in sorted((*enclosing, *closing, *semicolons)):
        if offset in enclosing:
            depth += 1
        elif offset in closing:
            depth -= 1
        elif not depth:
            cuts.append(offset)
    return cuts


def trim(text: str, start: int, end: int) -> Span:
    """Leave white space and separators off both edges of a range."""
    while start < end and (text[start] in _EDGE or text.startswith(". ", start, end)):
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Span(start, end)


def names_note(prose: str) -> str | None:
    """Return the label of the note that a reference to another note names.

    >>> [names_note(words) for words in ("See note 4.", "Writer, supra note [12]", "Note this")]
    ['4', '12', None]
    """
    match = _NOTE_REFERENCE.fullmatch(prose[:_MAX_PROSE_CHARS])
    return match["label"] if match else None


def kind_of_prose(prose: str) -> CitationKind:
    """Say what kind of thing a stretch of prose without an address names."""
    prose = prose[:_MAX_PROSE_CHARS]
    if _SUBSCRIPTION.search(prose):
        return "subscription"
    if _ON_REQUEST.search(prose):
        return "on_request"
    if _COMMUNICATION.search(prose):
        return "communication"
    if names_note(prose) or _quoted(prose) or _WORK.search(prose) or _HOST_IN_BRACKETS.match(prose):
        return "work"
    if _TAIL_OF_ADDRESS.fullmatch(prose):
        return "unknown"
    words = re.findall(r"[^\W\d_]{2,}", prose)
    return "commentary" if len(words) >= _SCRAP_WORDS or prose.endswith(":") else "unknown"


def describe(prose: str, kind: CitationKind) -> Description:
    """Read publisher, title, authors and date out of a stretch of prose.

    >>> describe("SITE, “A, “B” C,” November 24, 2023, available by subscription at x.org",
    ...          "subscription")
    Description(publisher='SITE', title='A, “B” C', authors=(), date='2023-11-24')
    """
    prose = prose[:_MAX_PROSE_CHARS]
    if kind == "on_request":
        return Description(title=_AVAILABILITY.sub("", prose).strip(" .,;:\u00a0") or None)
    prose = " ".join(prose.split())
    quoted = _quoted(prose)
    if quoted is None:
        return _describe_unquoted(prose)
    before = prose[: quoted.start].strip(_EDGE + "(")
    after = prose[quoted.end :]
    dates = find_dates(after)
    title = _TITLE_EDGE.sub("", quoted.of(prose)).strip(" ,")
    title = _FULL_STOP.sub("", title)
    venue = after[: dates[0].start] if dates else _AVAILABLE_TAIL.sub("", after)
    date = dates[0].iso if dates else _year_in(venue)
    venue = _ISSUE_AND_PAGES.sub("", venue)
    if venue.count("(") > venue.count(")"):
        venue = venue.rpartition("(")[2]  # `in The Book of Boats (Example Press, 2019)`
    venue = venue.strip(_EDGE + ".():in ") if not _FILLER.fullmatch(venue) else ""
    if venue and before:
        return Description(venue, title, _people(before), date)
    return Description(before or venue or None, title, (), date)


def _year_in(venue: str) -> str | None:
    """The one year that is said where a date would stand: `(2021)`, or last."""
    years = _YEAR.findall(venue)
    return years[0] if len(years) == 1 else None


def _people(names: str) -> tuple[str, ...]:
    people = (_LEADING_AND.sub("", name).strip(" \u00a0…") for name in _AND.split(names))
    return tuple(name for name in people if name)


def _describe_unquoted(prose: str) -> Description:
    if named := _HOST_IN_BRACKETS.match(prose):
        return Description(publisher=named[2], title=named[1].strip())
    dates = find_dates(prose)
    return Description(date=dates[0].iso if dates else None)


def _quoted(prose: str) -> Span | None:
    """The outermost quotation: from its opening mark to the mark that balances it, else the last one."""
    start = next((i for i, char in enumerate(prose) if char in '“«„"'), None)
    if start is None:
        return None
    if prose[start] == '"':
        closing = prose.find('"', start + 1)
        return Span(start, closing + 1) if closing > start else None
    depth = 0
    for offset in range(start, len(prose)):
        if prose[offset] in "“«„":
            depth += 1
        elif prose[offset] in "”»":
            depth -= 1
            if not depth:
                return Span(start, offset + 1)
    last = max(prose.rfind("”"), prose.rfind("»"))
    return Span(start, last + 1) if last > start else None
