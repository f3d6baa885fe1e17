"""Lists in a text without lines.

    It fell.¹ It rose.² Notes ¹ Smith, Roads (2020). ² Jones, Bridges (2021).

A copy that lost its line breaks still says where the list begins: a heading word,
and the label that counts one behind it. An entry begins where the next number
stands; numbers in between are words of the note. As everywhere, markers of the
body must prove the list.
"""

import re

from provenance.cite.chains import HEADING_WORDS
from provenance.cite.entries import EntryShape
from provenance.cite.labels import LabelAt
from provenance.cite.pairing import PAIRS, Paired, SignReader
from provenance.cite.patterns import lazy_pattern
from provenance.cite.printed import Value, read_values
from provenance.cite.signs import RAISED, lower_raised
from provenance.text import Span

__all__ = ["find_flat_list"]

_PATTERNS: dict[EntryShape, re.Pattern[str]] = {
    "bracket": lazy_pattern(r"(?<=\s)[\[［【]((?:[^\W\d_]{1,8}\.?[ \u00a0])?[^\W_]{1,8})[\]］】](?=\W)"),
    "raised": lazy_pattern(rf"(?<=\s)([{RAISED}]{{1,4}})(?![{RAISED}])"),
    "caret": lazy_pattern(r"(?<=\s)\^(\d{1,4})\^?(?=\s)"),
    "paren": lazy_pattern(r"(?<=\s)\(([^\W_]{1,8})\)(?=\s)"),
    "dot": lazy_pattern(r"(?<=\s)(\d{1,4}|[ivxl]{1,7}|[a-z])[.)](?=\s)"),
}  # fmt: skip
_HEADING = lazy_pattern(
    rf"(?<!\w){HEADING_WORDS}\s{{0,2}}:?\s{{1,4}}(?=[\[［【(^{RAISED}\w])", re.IGNORECASE
)
# `p. 2. Then`: a page, and no entry.
_REFERS = lazy_pattern(
    r"(?:\b(?:see|pp?\.|nos?\.|notes?|vol\.|and|at)|[,–-])\s{1,2}$", re.IGNORECASE
)
_MIN_ENTRIES = 2
# How many headings are tried, from the end.
_MAX_TRIES = 10


def find_flat_list(reader: SignReader) -> Paired | None:
    """Return the list that the last heading word in running text begins, None where markers prove none."""
    headings = list(_HEADING.finditer(reader.text))
    for heading in headings[: -_MAX_TRIES - 1 : -1]:
        for shape, pattern in _PATTERNS.items():
            first = pattern.match(reader.text, heading.end())
            if first is None:
                continue
            for value in read_values(lower_raised(first[1])):
                if value.ordinal == 1 and (found := _prove(reader, shape, value, heading)):
                    return found
    return None


def _prove(
    reader: SignReader, shape: EntryShape, value: Value, heading: re.Match[str]
) -> Paired | None:
    entries = _entries_of(reader.text, shape, value, heading.end())
    numbers = {label.number for label in entries}
    before = Span(0, heading.start())
    for marked_by in PAIRS[shape]:
        found = set(reader.numbers(marked_by, value.kind, value.family, before))
        if len(entries) >= _MIN_ENTRIES and len(found & numbers) * 2 >= len(numbers):
            return Paired(entries, value.kind, value.family, marked_by)
    return None


def _entries_of(text: str, shape: EntryShape, value: Value, start: int) -> list[LabelAt]:
    entries: list[LabelAt] = []
    for match in _PATTERNS[shape].finditer(text, start):
        printed = lower_raised(match[1])
        wanted = value._replace(ordinal=len(entries) + 1)
        if wanted not in read_values(printed):
            continue
        if not entries or not _REFERS.search(text, max(0, match.start() - 8), match.start()):
            entries.append(LabelAt(printed, *match.span(), False, wanted.ordinal))
    return entries
