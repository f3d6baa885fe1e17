"""Headings of a plain text: lines that stand alone and say no sentence."""

import re

from provenance.cite.metadata import is_list_of_names
from provenance.cite.patterns import lazy_pattern
from provenance.formats.dates import find_dates
from provenance.model import Heading
from provenance.text import Span

__all__ = ["find_headings"]

_ALONE = lazy_pattern(r"(?<=\n)[^\S\n]*\r?\n(?P<line>[^\n]{2,120})\n[^\S\n]*(?=\r?\n)")
_NO_HEADING = lazy_pattern(
    r"^[\s•·▪◦*–-]|^\[\^?\d|^(?:figure|source|map|table|note|image|photo|by|authors?)\b|[.;,?!…\]”]\s*$|://|\d\s?[ap]\.?m\b",
    re.IGNORECASE,
)
# `It fell.¹`, `It fell. (5)`, `It fell.†`: a sentence and its marker, and no heading.
_MARKED_SENTENCE = lazy_pattern(
    r"[.?!…؟۔][”\"’»)]?[ \u00a0]?(?:[⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒,;–]{1,40}|\^\d{1,4}|[*†‡§¶]{1,3}|[(（［【][^()（）［］【】\n]{1,40}[)）］】]){1,4}\s{0,4}$"
)


def _begins_with_date(line: str) -> bool:
    dates = find_dates(line)
    return bool(dates) and not line[: dates[0].start].strip()


def find_headings(text: str, body: Span) -> list[Heading]:
    r"""Return the body's headings in order; a plain text tells no depth, so all have level 1.

    >>> [h.title for h in find_headings("A\n\nKey Takeaway:\n\nIt rose.\n\nx.", Span(0, 40))]
    ['Key Takeaway']
    """
    return [
        Heading(match.start("line"), match.end("line"), 1, match["line"].strip(" \t\r\u00a0:"))
        for match in _ALONE.finditer(text, body.start, body.end)
        if not _NO_HEADING.search(match["line"])
        and not _MARKED_SENTENCE.search(match["line"])
        and not _begins_with_date(match["line"])
        and not is_list_of_names(match["line"])
    ]
