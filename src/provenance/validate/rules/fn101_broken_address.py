"""FN101 broken-address: a blank stands inside an address, or seems to.

What stands behind the blank looks like a piece of the address before it: a path, a number, words joined by hyphens.
Nothing is glued together here, since that would be a guess.

## Why it matters
The address ends at the blank: who clicks it gets another page, or none.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges/ two-barges-stopped-below-ford
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges/two-barges-stopped-below-ford
```

## Fix
Unsafe: the blank is taken out. Look whether the joined address answers.
"""

from provenance.model import Finding
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix
from provenance.validate.rules.parsed import from_parser


def _close_up(draft: Draft, finding: Finding) -> Fix | None:
    """Take out the blanks behind the address, up to what seems to be its next piece."""
    start = next(
        (cited.citation.end for cited in draft.cited if cited.citation.start == finding.start), None
    )
    if start is None:
        return None
    end = start
    while draft.text[end].isspace():
        end += 1
    return Fix(False, (Edit(start, end, ""),))


RULE = from_parser("FN101", _close_up)
