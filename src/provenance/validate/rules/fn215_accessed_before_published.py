"""FN215 accessed-before-published: a note says that a page was looked at before it was published.

“February 23, 2024 (accessed February 3, 2024)”: one of the two dates is wrong, or the page is another one than was
read. A day is allowed, for time zones.

## Why it matters
The day of access tells which version of a page was meant; a day on which it did not exist tells nothing.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] “Barges Wait Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges, accessed February 3, 2024
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] “Barges Wait Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges, accessed March 3, 2024
```

## Fix
None: only the author knows which of the two is wrong.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from provenance.validate.descriptions import day_of
from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule

_TOLERANCE = timedelta(days=1)


def _check(draft: Draft) -> Iterator[Found]:
    for cited in draft.cited:
        published, accessed = day_of(cited.citation.date), day_of(cited.citation.accessed)
        if not (published and accessed):
            continue
        if date.fromisoformat(accessed) + _TOLERANCE < date.fromisoformat(published):
            message = f"looked at on {accessed}, before it was published ({published}): one of the two dates is wrong"
            yield found_in(cited, message)


RULE = Rule("FN215", "accessed-before-published", "warning", _check)
