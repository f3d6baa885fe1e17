"""FN302 failing: a source was not there when it was looked at last.

The last look found no page (once or twice so far: a page counts as dead after three looks, each three days
or more after the one before), or for two weeks the host answered badly more often than well. With
`--check-sources` it is what was seen just now.

No page at all is an error, since a reader who clicks today gets none; trouble of the host is a warning.

## Why it matters
A page that is gone on the day of publication was often cited with a typing error, or was moved: now is the
time to find out.

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
rule = "status_gone"
reason = "HTTP 404"
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
Safe: where an archived copy is known and the page is gone, it is named behind the address in the form of
the house style. Whether the address was mistyped, only a person can tell.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import by_fix, faulty_sources, gone_message, notes_of, seen_on


def _check(draft: Draft) -> Iterator[Found]:
    for faulty in faulty_sources(draft, "FN302"):
        if faulty.is_gone:
            for part, fix in by_fix(draft, faulty):
                message = gone_message(draft, part, f"not there ({part.known.state_reason})")
                yield found_in(part.cited[0], message, fix=fix, severity="error")
            continue
        known = faulty.known
        message = (
            f"answers badly: {known.state_reason or known.reason} ({seen_on(known)})"
            f"; open it yourself, or cite an archived copy{notes_of(faulty.cited)}"
        )
        yield found_in(faulty.cited[0], message)


RULE = Rule("FN302", "failing", "warning", _check, asks_knowledge=True)
