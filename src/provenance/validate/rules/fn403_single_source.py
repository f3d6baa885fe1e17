"""FN403 single-source: a claim has fewer sources than the house style asks for.

Asked for only where the house style says so (`min_sources = 2` or more). Sources are counted once each: the same
address in two notes is one source. Whether two sources know of the event independently of each other, no rule
can tell. Claims behind the same notes are told one by one, since each needs its second source.

## Why it matters
A house that wants two sources wants to be told where there is one.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```
```house
[style]
min_sources = 2
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
None: only the author knows of another source.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    wanted = draft.house.style.min_sources
    if wanted < 2:
        return
    for claim in draft.parsed.claims:
        if any(marker.note_id is None for marker in claim.markers):
            continue
        sources = {each.source.id for each in draft.cited_for(claim) if each.source is not None}
        if 0 < len(sources) < wanted:
            have = "one source" if len(sources) == 1 else f"{len(sources)} sources"
            message = f"has {have}; this house asks for {wanted}"
            yield Found(message, claim.start, claim.end, claim.markers[0].label)


RULE = Rule("FN403", "single-source", "warning", _check)
