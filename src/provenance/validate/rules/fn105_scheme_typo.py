"""FN105 scheme-typo: the beginning of an address (“https://”) has a typing error.

`ttps://`, `https//`, `hhttps://`, `https:/`: a letter or a sign was lost or doubled when the address was copied.
What is meant is plain, and the parser reads it so.

## Why it matters
A browser that is given such an address searches for it, or says that there is no such site.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] ttps://www.tolls.example/2024/03/barges
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
Safe: the beginning is mended, in the words and in the link; the rest stays as it is.
"""

from collections.abc import Sequence

from provenance.model import Repair
from provenance.validate.addresses import (
    Respell,
    Written,
    all_targets,
    edits_to,
    found_at,
    gathered,
    rewrite,
)
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Sequence[Found]:
    return gathered(
        found_at(
            one,
            _message(slip),
            Fix(True, _edits(one, slip)),
        )
        for one in draft.written
        if (slip := _slip_of(one)) is not None
    )


def _message(slip: Repair) -> str:
    before = slip.before.strip()
    if before == slip.after:
        return f"a blank stands behind “{before}” in this address"
    return f"“{before}” is no beginning of an address: “{slip.after}” is meant"


def _edits(one: Written, slip: Repair) -> tuple[Edit, ...]:
    """Also where the words are cut, since their beginning is not; the target's edits come behind."""
    in_words: tuple[Edit, ...]
    if one.words.startswith(slip.before):
        # the whole beginning: of “h” alone nobody could say which of two words it belongs to
        in_words = (Edit(one.start, one.start + len(slip.before), slip.after),)
    else:
        in_words = edits_to(one.start, one.words, _mended(slip, one.words))
    return in_words + rewrite(one, str, _mended_target(one))


def _slip_of(one: Written) -> Repair | None:
    """The repair of a damaged scheme; one in capitals, and one that is not there at all, are none."""
    slip = next((repair for repair in one.repairs if repair.kind == "scheme"), None)
    # `https:...` is no slip: the cut fell into it
    is_cut_off = one.is_cut and one.words[one.scheme_end - one.start :].startswith(("...", "…"))
    is_damaged = slip and slip.before and slip.before.lower() != slip.after and not is_cut_off
    return slip if is_damaged else None


def _mended(slip: Repair, words: str) -> str:
    return slip.after + words.removeprefix(slip.before)


def _mended_target(one: Written) -> Respell:
    """A target that leads nowhere becomes the address; one that was whole stays."""
    meant = one.citation.url if one.is_main and not one.citation.truncated else None
    return lambda href: (
        href if href.startswith(("http://", "https://")) and all_targets(href) else meant or href
    )


RULE = Rule("FN105", "scheme-typo", "warning", _check)
