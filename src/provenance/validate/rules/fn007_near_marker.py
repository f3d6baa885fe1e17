"""FN007 near-marker: a bracket in the text looks like a marker with a typing error.

A bracket is opened and not closed, or closed and not opened, where a marker would stand: `boats[ `, `ford.[12`,
`ford.12]`, `ford.[12}`. It is no marker as it stands.

## Why it matters
The claim is left without its source, and a stray sign is printed.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2 Ferries wait.[3]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

[3] https://www.tolls.example/2024/03/ferries
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] Ferries wait.[3]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

[3] https://www.tolls.example/2024/03/ferries
```

## Fix
Safe: the brackets are put right where exactly one note has no marker and the number is its own, between those
of the markers around it. Otherwise unsafe: a number that is a note's gets its brackets, a bracket around nothing is taken out.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft
from provenance.validate.near_markers import find_near_markers
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    for near in find_near_markers(draft):
        start, end = near.span
        shown = draft.text[start:end].strip()
        if near.label is None:
            message = "a bracket is opened here and never closed: was a marker meant?"
        else:
            message = f"“{shown}” is no marker: was [{near.label}] meant?"
        fix = Fix(near.is_sure, (Edit(start, end, near.replacement),), "made")
        yield Found(message, start, end, near.label, fix)


RULE = Rule("FN007", "near-marker", "warning", _check)
