"""FN106 trailing-junk: something that does not belong to it sticks to the end of an address.

A semicolon, a comma or an encoded blank (`%20`, `%C2%A0`) that was copied along with the address, in its words or,
more often, out of sight in the target of the link.

## Why it matters
The site is asked for a page whose name ends in a semicolon, and says that there is none.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges%20
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
Safe: what sticks to the address is taken off, in the words and in the link.
"""

import re
from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import canonical_url
from provenance.validate.addresses import (
    Written,
    all_targets,
    found_at,
    gathered,
    holds_several,
)
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_BLANK = r"%20|%C2%A0|%E2%80%8B|&nbsp;?"
_IN_WORDS = lazy_pattern(rf"[;,.]?(?:{_BLANK})(?:{_BLANK}|[;,.])*", re.IGNORECASE)
_IN_TARGET = lazy_pattern(
    rf"(?:[;,\u00a0\u200b]|{_BLANK})(?:[;,.\s\u200b]|{_BLANK})*$", re.IGNORECASE
)
_FULL_STOP = lazy_pattern(r"[.,;]+$")


def _check(draft: Draft) -> Sequence[Found]:
    return [*_in_words(draft), *gathered(_in_targets(draft))]


def _in_words(draft: Draft) -> Iterator[Found]:
    for one in draft.written:
        junk = _IN_WORDS.match(draft.text, one.url_end, max(one.end, one.citation.end))
        if junk is None or one.is_cut or not one.words or _goes_on(draft.text, junk.end()):
            continue
        fix = Fix(True, (Edit(one.url_end, junk.end(), ""), *_clean_targets(one)))
        yield found_at(one, f"“{junk[0]}” sticks to the end of this address: take it off", fix)


def _goes_on(text: str, end: int) -> bool:
    """Another address behind it: then it is what parts the two, and they are glued."""
    return text[end : end + 4].lower() == "http"


def _in_targets(draft: Draft) -> Iterator[Found]:
    told: set[tuple[int, int, str]] = set()
    for one in draft.written:
        if one.words and one.end > one.url_end:
            continue
        edits = _clean_targets(one)
        for edit in edits:
            if (edit.start, edit.end, edit.replacement) in told:
                continue
            told.add((edit.start, edit.end, edit.replacement))
            yield found_at(one, _message(one, edit), Fix(True, (edit,)))


def _message(one: Written, edit: Edit) -> str:
    href = next(
        link.href for link in one.anchors if (link.start, link.end) == (edit.start, edit.end)
    )
    return f"“{href[len(edit.replacement) :]}” sticks to the end of the link's target: take it off"


def _clean_targets(one: Written) -> tuple[Edit, ...]:
    edits: tuple[Edit, ...] = ()
    for link in one.anchors:
        clean = _clean(one, link.href)
        targets = all_targets(link.href)
        if clean == link.href or holds_several(link.href) or len(targets) != 1:
            continue
        if canonical_url(targets[0]) == canonical_url(clean):
            edits += (Edit(link.start, link.end, clean, in_target=True),)
    return edits


def _clean(one: Written, href: str) -> str:
    """Without what no address ends in; a full stop goes where the words show the address without one."""
    clean = _IN_TARGET.sub("", href)
    if clean == href and one.words and not one.is_cut:
        bare = _FULL_STOP.sub("", href)
        clean = bare if bare != href and bare.endswith(one.words[-8:]) else href
    return clean


RULE = Rule("FN106", "trailing-junk", "warning", _check)
