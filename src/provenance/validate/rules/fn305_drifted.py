"""FN305 drifted: a source shows something else by now.

The page answers, but it is not what it was: it left its domain, lost its title or most of its size, and
hardly shares a word with the copy in the archive. The domain may have changed hands.

## Why it matters
A reader who follows the note finds a page that does not say what the claim says, or one that somebody put
there for other reasons.

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
state = "drifted"
outcome = "ok"
rule = "ok"
reason = "HTTP 200"
state_reason = "hijacked?: the title lost every word; 2 % of the words are the same"
checked_at = 2024-03-07T08:00:00Z
captures = 2
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
Safe: where an archived copy is known, it is named behind the address in the form of the house style.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import by_fix, faulty_sources, notes_of, replacement, seen_on


def _check(draft: Draft) -> Iterator[Found]:
    for faulty in faulty_sources(draft, "FN305"):
        known = faulty.known
        seen = f"{known.state_reason or known.reason} ({seen_on(known)})"
        advice = f"look at it, and {replacement(draft, known)}"
        for part, fix in by_fix(draft, faulty):
            message = f"shows something else by now: {seen}; {advice}{notes_of(part.cited)}"
            yield found_in(part.cited[0], message, fix=fix)


RULE = Rule("FN305", "drifted", "warning", _check, asks_knowledge=True)
