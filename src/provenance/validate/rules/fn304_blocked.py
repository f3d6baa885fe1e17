"""FN304 blocked: a source refuses to be looked at by a machine.

The host answered with a challenge for machines, or its robots.txt forbids the look. Nothing is known of the
page itself. Sources on one host are one finding at the first of them.

## Why it matters
Nobody has checked these sources, and no copy of them is in the archive: a person should open them before
publication.

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
state = "blocked"
outcome = "blocked"
rule = "cloudflare_challenge"
reason = "cf-mitigated: challenge"
checked_at = 2024-03-07T08:00:00Z
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
None: a person has to open the page. `provenance attach` keeps a copy that a person saved.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import faulty_by_host, host_message


def _check(draft: Draft) -> Iterator[Found]:
    for group in faulty_by_host(draft, "FN304"):
        message = host_message(group, "refuses machines", "open it yourself before publication")
        yield found_in(group[0].cited[0], message)


RULE = Rule("FN304", "blocked", "info", _check, asks_knowledge=True)
