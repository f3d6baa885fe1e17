"""FN009 list-cut-off: the list of notes ends too early, or is missing.

The markers go on behind the last note of the list, two of them at least; or there are markers and no list at all. A
copy was cut at a length, or lost the part below a heading. This is one finding: FN001 does not repeat it for each marker.

## Why it matters
Every claim behind the cut is printed without a source.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] Ferries wait.[3]

References

[1] https://www.tolls.example/2024/03/barges
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
None: copy the list again from the original.
"""

from collections.abc import Iterator

from provenance.model import Severity
from provenance.validate.cut_list import find_cut_list
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    if (cut := find_cut_list(draft)) is not None:
        doubt: Severity | None = None if cut.is_sure else "info"
        yield Found(cut.message, cut.start, cut.end, cut.label, severity=doubt)


RULE = Rule("FN009", "list-cut-off", "error", _check)
