"""FN307 only-memento: a source is gone, and only somebody else's archive has a copy.

As FN301, but our own archive holds nothing of the page: the one known copy (memento) stands in somebody
else's archive. A citation that names an archived copy is left alone.

## Why it matters
That copy is all that is left of the source. The note should lead to it, and it is worth keeping a copy of our
own before it goes too (`provenance mementos` copies it).

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
state = "dead"
outcome = "gone"
rule = "status_gone"
reason = "HTTP 410"
state_reason = "gone 3/3"
checked_at = 2024-03-07T08:00:00Z
captures = 0
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
Safe: the archived copy is named behind the address in the form of the house style (`archived`). Where the
address is defanged or cut, somebody has to look.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import by_fix, faulty_sources, gone_message


def _check(draft: Draft) -> Iterator[Found]:
    for faulty in faulty_sources(draft, "FN307"):
        for part, fix in by_fix(draft, faulty):
            message = gone_message(draft, part, "gone, and we hold no copy of our own")
            yield found_in(part.cited[0], message, fix=fix)


RULE = Rule("FN307", "only-memento", "error", _check, asks_knowledge=True)
