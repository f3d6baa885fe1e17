"""FN310 moved: a source has moved to another address for good.

Every redirect on the way was a permanent one, and the page was found at its end. Another spelling of the same
address is no move; neither is a redirect to the front page, nor one that says “for now”.

## Why it matters
Redirects are taken down when a site is rebuilt. The new address lasts longer, and a reader sees where the
note leads.

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
state = "alive"
outcome = "ok"
rule = "ok"
reason = "HTTP 200"
checked_at = 2024-03-07T08:00:00Z
moved_to = "https://www.tolls.example/archive/2024/barges"
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/archive/2024/barges
```
```known
[[source]]
url = "https://www.tolls.example/archive/2024/barges"
state = "alive"
outcome = "ok"
checked_at = 2024-03-07T08:00:00Z
```

## Fix
Unsafe: the new address takes the place of the old one, in the words and in the link. Somebody should see that
it is the same page, and whether the note says where it was read.
"""

from collections.abc import Iterator

from provenance.validate.addresses import Written, rewrite
from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import notes_of

_THERE = frozenset({"alive", "drifted", "revived"})


def _check(draft: Draft) -> Iterator[Found]:
    if draft.knowledge is None:
        return
    for source_id, cited in draft.cited_by_source.items():
        known = draft.knowledge.of(source_id)
        if known is None or known.moved_to is None or known.state not in _THERE:
            continue
        bare = [each for each in cited if not each.citation.archive_of]
        if not bare:
            continue
        message = f"moved for good to {known.moved_to}; cite that address{notes_of(bare)}"
        yield found_in(bare[0], message, fix=_fix(draft, source_id, known.moved_to))


def _fix(draft: Draft, source_id: str, url: str) -> Fix | None:
    edits = tuple(
        edit
        for one in draft.written
        if one.source_id == source_id and _is_plain(one)
        for edit in rewrite(one, lambda _: url)
    )
    return Fix(False, edits) if edits else None


def _is_plain(one: Written) -> bool:
    return one.is_main and not one.is_copy and not one.is_cut and not one.repairs


RULE = Rule("FN310", "moved", "info", _check, asks_knowledge=True)
