"""FN103 glued-addresses: two addresses stand together with nothing between them.

Pasting one address behind another without a blank gives one long address that leads nowhere. The parser
takes them apart; a reader who clicks does not.

## Why it matters
Neither address can be followed as it is printed, and the next copy of the text carries the fault on.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges; https://www.fords.example/news/12
```

## Fix
Safe: the separator of the house style is put between them; both addresses stay as they are.
"""

from collections.abc import Iterator
from itertools import pairwise

from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    for before, after in pairwise(draft.cited):
        first, second = before.citation, after.citation
        if before.note.id != after.note.id or first.end != second.start:
            continue
        if first.hidden or second.hidden or not (first.url and second.url):
            continue
        yield Found(
            "nothing separates this address from the one before it",
            second.start,
            second.end,
            after.note.label,
            Fix(True, (Edit(first.end, first.end, draft.house.style.separator),)),
            url=second.canonical_url,
            source_id=after.source.id if after.source else None,
        )


RULE = Rule("FN103", "glued-addresses", "error", _check)
