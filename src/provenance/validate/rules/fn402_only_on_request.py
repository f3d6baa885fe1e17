"""FN402 only-on-request: a claim leans only on what is available on request.

Every citation behind the claim is of a kind that a reader has to ask the author for: “available upon
request”, “on file with the author”. Claims that lean on the same notes are one finding at the first of them.

## Why it matters
Nobody can check the claim without writing to the author. Where there is an open source too, the note should
name it.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] Author’s toll database; data available upon request.
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] Author’s toll database; data available upon request. https://www.tolls.example/2024/03/barges
```

## Fix
None: only the author knows of another source.
"""

from collections.abc import Iterator

from provenance.model import Claim
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    groups: dict[tuple[str | None, ...], list[Claim]] = {}
    for claim in draft.parsed.claims:
        if _is_on_request(draft, claim):
            groups.setdefault(tuple(each.note_id for each in claim.markers), []).append(claim)
    for first, *others in groups.values():
        more = f"; so do {len(others)} more claims" if others else ""
        yield Found(
            "this claim leans only on what a reader must ask the author for; name an open source beside it"
            f" if there is one{more}",
            first.start,
            first.end,
            first.markers[0].label,
        )


def _is_on_request(draft: Draft, claim: Claim) -> bool:
    kinds = {each.citation.kind for each in draft.cited_for(claim)}
    return kinds - {"commentary"} == {"on_request"} and all(
        marker.note_id is not None for marker in claim.markers
    )


RULE = Rule("FN402", "only-on-request", "info", _check)
