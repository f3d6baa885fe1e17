"""FN204 subscription-without-date: a report behind a subscription is cited without its date.

Who may not open the report has nothing but the note to go by, and these services publish several reports a
day under similar titles. A short form that stands for a dated report in another note is not meant: see FN214.

## Why it matters
A subscriber cannot find the report by its title alone, and nobody can tell whether it was out in time.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” available by subscription at www.meridianintel.example
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example
```

## Fix
None: the date stands on the report. Put it behind the title.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    for cited in draft.cited:
        citation = cited.citation
        if citation.kind == "subscription" and not (citation.date or citation.antecedent):
            yield found_in(cited, "this subscription report has no date: put it behind the title")


RULE = Rule("FN204", "subscription-without-date", "warning", _check)
