"""FN120 invisible-characters: signs that nobody can see stand inside an address.

Blanks of no width, soft hyphens, hyphens that do not break, marks of the writing direction: word processors
and web pages put them in so that a long line may or may not end there.

## Why it matters
They are copied along with the address, and no site knows a page of that name.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/\u200b03/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```

## Fix
Safe: they are taken out, in the words and in the link; a special hyphen becomes a plain one.
"""

import re
import unicodedata
from collections.abc import Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.cite.repair import ZERO_WIDTH
from provenance.validate.addresses import Written, edits_to, found_at, gathered, holds_several
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_INVISIBLE = lazy_pattern(f"[{ZERO_WIDTH}]|%E2%80%8[B-F]|%EF%BB%BF|%C2%AD", re.IGNORECASE)
_HYPHEN = lazy_pattern("[\u2010\u2011]")
_SIGN = lazy_pattern(f"[{ZERO_WIDTH}]+|[\u2010\u2011]")
_KINDS = ("zero_width", "hyphen")


def _check(draft: Draft) -> Sequence[Found]:
    return gathered(
        found_at(one, _message(signs), Fix(True, _edits(one)))
        for one in draft.written
        if (signs := [repair.before for repair in one.repairs if repair.kind in _KINDS])
    )


def _message(signs: Sequence[str]) -> str:
    names = dict.fromkeys(
        unicodedata.name(sign, "an unnamed sign").lower() for sign in "".join(signs)
    )
    return f"what nobody can see stands inside this address: {' and '.join(names)}; take it out"


def _edits(one: Written) -> tuple[Edit, ...]:
    edits: tuple[Edit, ...] = ()
    for sign in _signs(one.words):
        start = one.start + sign.start()
        edits += edits_to(start, sign[0], _plain(sign[0]))
    for link in one.anchors:
        wanted = _HYPHEN.sub("-", _INVISIBLE.sub("", link.href))
        if wanted != link.href and not holds_several(link.href):
            edits += (Edit(link.start, link.end, wanted, in_target=True),)
    return edits


def _signs(words: str) -> Sequence[re.Match[str]]:
    return [*_SIGN.finditer(words)]


def _plain(sign: str) -> str:
    return "-" if _HYPHEN.fullmatch(sign) else ""


RULE = Rule("FN120", "invisible-characters", "warning", _check)
