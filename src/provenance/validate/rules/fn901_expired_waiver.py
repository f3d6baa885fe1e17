"""FN901 expired-waiver: what was to be let pass until a day is found after that day.

A waiver in house.toml, or an `until` in a comment of the document, was agreed for some time. That time is
over, so that its findings count again. One finding stands at the first of their places, and says how many
they are.

## Why it matters
A waiver is a promise to look again. Without an end it would be the way in which faults stay for good.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
```

```house
[[waiver]]
rule = "glued-addresses"
url = "https://www.fords.example/news/12"
reason = "the agency sends its notes in like this"
owner = "desk@tolls.example"
expires = 2024-02-29
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
```

```house
[[waiver]]
rule = "glued-addresses"
url = "https://www.fords.example/news/12"
reason = "the agency sends its notes in like this, and mends them in April"
owner = "desk@tolls.example"
expires = 2024-04-30
```

## Fix
None: whether the reason still holds is for its owner to say. Mend what is found, or set a new day.
"""

from collections.abc import Iterator, Sequence

from provenance.validate.draft import Draft
from provenance.validate.house import Waiver
from provenance.validate.records import DraftFinding, Found
from provenance.validate.rule import Rule
from provenance.validate.suppress import Suppression
from provenance.validate.waivers import Stale


def _check(_draft: Draft) -> Iterator[Found]:
    yield from ()


def _review(_draft: Draft, stale: Stale) -> Iterator[Found]:
    for said, met in stale.expired:
        first = met[0]
        yield Found(
            _message(said, met),
            first.start,
            first.end,
            first.label,
            url=first.url,
            source_id=first.source_id,
            place=first.place,
        )


def _message(said: Waiver | Suppression, met: Sequence[DraftFinding]) -> str:
    codes = ", ".join(sorted({each.rule for each in met}))
    again = (
        f"{codes} counts again" if len(met) == 1 else f"{len(met)} findings ({codes}) count again"
    )
    if isinstance(said, Waiver):
        return f"the waiver of {said.owner} ended on {said.expires}: {again} (“{said.reason}”)"
    why = f" (“{said.reason}”)" if said.reason else ""
    return f"the comment in line {said.place.line} ended on {said.until}: {again}{why}"


RULE = Rule("FN901", "expired-waiver", "warning", _check, _review)
