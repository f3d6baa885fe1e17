"""FN309 soft-404: a source answers, but says that there is no such page.

The server says that all is well, and shows a page that says “not found”, or leads from a deep address to its
front page. Two signs of that make it an error; one strong sign alone is told as info, to be looked at.
A citation that names an archived copy is left alone.

## Why it matters
A check of links by status calls such a page alive. The reader finds nothing there.

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
rule = "soft_404"
reason = "redirected to the front page; the title says: page not found"
state_reason = "gone 1/3"
checked_at = 2024-03-07T08:00:00Z
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
Safe: where there are two signs and an archived copy is known, it is named behind the address in the form of
the house style.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import by_fix, faulty_sources, gone_message, notes_of, seen_on


def _check(draft: Draft) -> Iterator[Found]:
    for faulty in faulty_sources(draft, "FN309"):
        known = faulty.known
        if faulty.is_gone and known.rule == "soft_404":
            for part, fix in by_fix(draft, faulty):
                message = gone_message(draft, part, "answers, but has no such page")
                yield found_in(part.cited[0], message, fix=fix)
            continue
        message = (
            f"may be gone though it answers: {known.reason} ({seen_on(known)})"
            f"; open it yourself{notes_of(faulty.cited)}"
        )
        yield found_in(faulty.cited[0], message, severity="info")


RULE = Rule("FN309", "soft-404", "error", _check, asks_knowledge=True)
