"""FN306 never-archived: sources of the draft are not in the archive yet.

One finding for the whole draft, at the first such source. It counts web sources of which the store holds no
copy: neither our own, nor one that a person brought. For a new draft that is the normal case; `provenance
ingest` archives them. Sources that are gone, behind a wall or refuse machines are not counted here: other rules speak of them.

## Why it matters
A page can change or vanish on the day after publication. Archived before, it stays as the author saw it.

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
captures = 0
```

## Use instead
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
captures = 1
captured_at = 2024-03-07T08:00:00Z
```

## Fix
None: `provenance ingest` archives the sources; there is nothing to change in the draft.
"""

from collections.abc import Iterator

from provenance.validate.draft import Cited, Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule

_NOBODY_LOOKED_OR_OK = frozenset({"unchecked", "alive", "drifted", "revived"})


def _check(draft: Draft) -> Iterator[Found]:
    if draft.knowledge is None:
        return
    web = [
        cited
        for source_id, cited in draft.cited_by_source.items()
        if cited and _can_be_archived(draft, source_id)
    ]
    missing = [cited[0] for cited in web if _is_missing(draft, cited[0])]
    if not missing:
        return
    are = "source is" if len(missing) == 1 else "sources are"
    yield found_in(
        min(missing, key=lambda each: each.citation.start),
        f"{len(missing)} of {len(web)} web {are} not archived yet"
        "; `provenance ingest` keeps a copy of each as it is now",
    )


def _can_be_archived(draft: Draft, source_id: str) -> bool:
    source = draft.sources[source_id]
    return source.kind == "web" and source.url is not None and not source.truncated


def _is_missing(draft: Draft, cited: Cited) -> bool:
    known = draft.known(cited.source)
    if known is None:
        return True
    return known.captures == 0 and not known.attachments and known.state in _NOBODY_LOOKED_OR_OK


RULE = Rule("FN306", "never-archived", "info", _check, asks_knowledge=True)
