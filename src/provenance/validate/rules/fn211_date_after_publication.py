"""FN211 date-after-publication: a source is dated after the day on which the document itself appears.

Mostly the year: in January notes are dated with the new year that belong to the old one. A day more is allowed, for
time zones, and only dates that the note itself prints are looked at, never the day on which somebody looked. A
document whose top names a later day as well (“Updated March 12”) is measured by that one; one that cites
more than three later things was carried on after the day that it names, and nothing is said.

## Why it matters
A source cannot be younger than what cites it: a reader who looks under the printed date finds nothing.

## Example
```text
A Short Update, March 8, 2024

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2025, available by subscription at www.meridianintel.example
```

## Use instead
```text
A Short Update, March 8, 2024

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example
```

## Fix
None: look at the source for its date.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.late_dates import find_late_dates
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    published = draft.parsed.document.metadata.published
    for late in find_late_dates(draft).after_publication:
        message = f"{late.words} is after the day on which this document appears ({published}): look at the source for its date"
        yield found_in(late.cited, message, late.span)


RULE = Rule("FN211", "date-after-publication", "warning", _check)
