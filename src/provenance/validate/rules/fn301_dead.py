"""FN301 dead: a source is gone for good.

At least three looks, each three days or more after the one before, found no page at the address, and none
in between did. The finding says when it was last there and what copies are known. A citation that names an
archived copy beside the address is left alone: it leads to what was cited.

This speaks only where a store is given (or `--check-sources`): a draft alone does not know.

## Why it matters
The claim can no longer be checked from the note as it is printed.

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
reason = "HTTP 404"
state_reason = "gone 3/3"
checked_at = 2024-03-07T08:00:00Z
last_ok = 2024-02-11T08:00:00Z
captures = 1
captured_at = 2024-02-11T08:00:00Z
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
Safe: where an archived copy is known, it is named behind the address in the form of the house style
(`archived`). Where the address is defanged or cut, somebody has to look.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import by_fix, faulty_sources, gone_message


def _check(draft: Draft) -> Iterator[Found]:
    for faulty in faulty_sources(draft, "FN301"):
        for part, fix in by_fix(draft, faulty):
            message = gone_message(draft, part, "gone for good")
            yield found_in(part.cited[0], message, fix=fix)


RULE = Rule("FN301", "dead", "error", _check, asks_knowledge=True)
