"""FN210 date-after-cutoff: a source is dated after the document's own data cutoff.

The masthead says “Data Cutoff: March 6”, and a note names a report of March 9 (a day more is allowed, for time
zones). Only dates that the note itself prints are looked at, never the day on which somebody looked. What is
dated after publication as well is FN211.

## Why it matters
Either the cutoff is the one of last week, or the date has a typing error, or something slipped in late that the
rest of the document does not take into account.

## Example
```text
A Short Update, March 11, 2024

By Ada Writer

Data Cutoff: March 6, 2024

Two barges were stopped below the ford.[1]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” March 9, 2024, available by subscription at www.meridianintel.example
```

## Use instead
```text
A Short Update, March 11, 2024

By Ada Writer

Data Cutoff: March 9, 2024

Two barges were stopped below the ford.[1]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” March 9, 2024, available by subscription at www.meridianintel.example
```

## Fix
None: look which of the two dates is wrong.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.late_dates import find_late_dates
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    cutoff = draft.parsed.document.metadata.data_cutoff
    for late in find_late_dates(draft).after_cutoff:
        message = f"{late.words} is after the data cutoff of this document ({cutoff}): one of the two is wrong, or this came late"
        yield found_in(late.cited, message, late.span)


RULE = Rule("FN210", "date-after-cutoff", "info", _check)
