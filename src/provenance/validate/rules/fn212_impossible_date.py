"""FN212 impossible-date: a note names a day that does not exist.

“November 31, 2023”, “2023-02-30”, or “Saturday, March 8, 2024” when that was a Friday. Figures that may be
read in two ways (31.13.2020) and what stands inside an address are left alone.

## Why it matters
A reader cannot tell which of the neighbouring days is meant, and may trust neither date nor source.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] “Barges Wait Below the Ford,” Tolls Daily, November 31, 2023, https://www.tolls.example/news/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] “Barges Wait Below the Ford,” Tolls Daily, November 30, 2023, https://www.tolls.example/news/barges
```

## Fix
None: look at the source for its date.
"""

import re
from collections.abc import Iterator
from datetime import date

from provenance.cite.patterns import lazy_pattern
from provenance.formats.dates import find_dates, find_impossible_dates
from provenance.model import Note
from provenance.text import Span
from provenance.validate.descriptions import without_addresses
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_BEFORE = lazy_pattern(rf"\b({'|'.join(_WEEKDAYS)}),?\s+$", re.IGNORECASE)
# What every date of the kinds looked for holds; it spares a list of addresses the search.
_MAY_HOLD_DATE = lazy_pattern(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_LONGEST_WEEKDAY = len("wednesday, ") + 3


def _check(draft: Draft) -> Iterator[Found]:
    for note in draft.parsed.notes:
        words = without_addresses(draft.text[note.start : note.end])
        if _MAY_HOLD_DATE.search(words):
            yield from sorted(_faults_of(note, words), key=lambda found: found.start)


def _faults_of(note: Note, words: str) -> Iterator[Found]:
    for start, end in find_impossible_dates(words):
        said = " ".join(words[start:end].split())
        yield _found(
            note,
            Span(start, end),
            f"there is no such day as {said}: look at the source for its date",
        )
    if "day" not in words.lower():
        return
    for found in find_dates(words):
        before = _WEEKDAY_BEFORE.search(words, max(0, found.start - _LONGEST_WEEKDAY), found.start)
        if before is None:
            continue
        weekday = _WEEKDAYS[date.fromisoformat(found.iso).weekday()]
        if weekday != before[1].lower():
            span = Span(before.start(1), found.end)
            message = (
                f"{words[found.start : found.end]} was a {weekday.capitalize()}, not a {before[1]}"
            )
            yield _found(note, span, message)


def _found(note: Note, span: Span, message: str) -> Found:
    return Found(message, note.start + span.start, note.start + span.end, note.label)


RULE = Rule("FN212", "impossible-date", "warning", _check)
