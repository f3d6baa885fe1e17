"""FN308 parked: the domain of a source is for sale.

The address leads to a page that offers the domain itself, or to where domains are sold. The page that was
cited is not there any more, though a browser shows something. A citation that names an archived copy is left
alone.

## Why it matters
A reader finds advertisements, or whatever the next owner puts there, in place of the source.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```
```known
[[source]]
url = "https://www.tolls.example/2024/03/barges"
state = "failing"
outcome = "gone"
rule = "parked"
reason = "leads to sedoparking.example"
state_reason = "gone 2/3"
checked_at = 2024-03-07T08:00:00Z
last_ok = "2023-11-01T08:00:00Z"
mementos = [{ archive = "web.archive.org", uri_m = "https://web.archive.org/web/20240305120000/https://www.tolls.example/2024/03/barges", at = 2024-03-05T12:00:00Z }]
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges, archived at https://web.archive.org/web/20240305120000/https://www.tolls.example/2024/03/barges
```

## Fix
Safe: where an archived copy is known, it is named behind the address in the form of the house style.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import by_fix, faulty_sources, gone_message


def _check(draft: Draft) -> Iterator[Found]:
    for faulty in faulty_sources(draft, "FN308"):
        for part, fix in by_fix(draft, faulty):
            message = gone_message(draft, part, "the domain is for sale")
            yield found_in(part.cited[0], message, fix=fix)


RULE = Rule("FN308", "parked", "error", _check, asks_knowledge=True)
