"""FN902 unused-waiver: a comment or a waiver lets something pass that is not there.

A comment in the document (`<!-- provenance: ignore FN107 -->`), or a waiver of house.toml that names this
document, has nothing to silence any more: the fault was mended, or the comment stands at another place than
the finding. Waivers that name an address alone are left in peace, since other documents may need them.

## Why it matters
An exception that nobody needs hides the next fault of that kind.

## Example
```markdown
# A Short Update

By Ada Writer

Two barges were stopped below the ford.[^1]

<!-- provenance: ignore FN103 because the agency sends its notes in like this -->
[^1]: https://www.tolls.example/2024/03/barges; https://www.fords.example/news/12
```

## Use instead
```markdown
# A Short Update

By Ada Writer

Two barges were stopped below the ford.[^1]

[^1]: https://www.tolls.example/2024/03/barges; https://www.fords.example/news/12
```

## Fix
None: the comment is no part of the text. Take it out by hand.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft
from provenance.validate.house import Waiver
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.waivers import Stale


def _check(_draft: Draft) -> Iterator[Found]:
    yield from ()


def _review(_draft: Draft, stale: Stale) -> Iterator[Found]:
    for said in stale.idle:
        if isinstance(said, Waiver):
            message = (
                f"nothing is found here that the waiver of {said.rule} ({said.owner}) lets pass"
            )
            yield Found(f"{message}: take it out of the house style", 0, 0, said.label)
        else:
            message = f"nothing is found here that `ignore {', '.join(said.rules)}` lets pass"
            yield Found(f"{message}: take the comment out", said.at, said.at, place=said.place)


RULE = Rule("FN902", "unused-waiver", "info", _check, _review)
