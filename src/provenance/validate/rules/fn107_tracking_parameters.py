"""FN107 tracking-parameters: an address carries along how its copyist came to the page.

`utm_source=…`, `fbclid=…`, the `?s=20` of a shared post: the page is the same without them. Addresses inside
a web archive's are left alone, since the copy was taken with them.

## Why it matters
They make one source look like several, tell the site which copy of which text sent the reader, and are the
first thing to break when the site changes.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/barges?id=7&utm_source=post&utm_medium=mail
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/barges?id=7
```

## Fix
Safe: they are taken off, in the words and in the link; everything else stays as it is written. Unsafe where
the address was cut for display inside such a parameter: without it the address is whole.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from provenance.formats.url import without_tracking
from provenance.validate.addresses import (
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
    return () if draft.house.style.tracking == "any" else gathered(_tracking(draft.written))


def _tracking(written: Sequence[Written]) -> Iterator[Found]:
    for one in written:
        meant = one.citation.url if one.is_main and one.citation.url else one.url
        clean = without_tracking(meant, meant) if "?" in meant else meant
        if clean == meant or one.is_copy:
            continue
        edits = _edits(one, clean)
        if one.words or edits:
            yield found_at(one, _message(meant, clean), Fix(not one.citation.truncated, edits))


def _edits(one: Written, clean: str) -> tuple[Edit, ...]:
    in_words = partial(without_tracking, url=one.url)
    edits = rewrite(one, in_words, _clean_target)
    if not one.is_cut or not (edits or one.citation.truncated):
        return edits
    words = in_words(one.words)
    # a display cut inside of what is left off hides nothing: the address is whole now
    is_whole = words != one.words and not words.endswith(("...", "…"))
    shown = clean if is_whole and not one.citation.truncated else words
    return (*edits_to(one.start, one.words, shown), *edits)


def _message(meant: str, clean: str) -> str:
    kept = _names(clean)
    names = [f"“{name}”" for name in _names(meant) if name not in kept]
    verb, what = ("tell", "them") if len(names) > 1 else ("tells", "it")
    return f"{' and '.join(names)} {verb} how somebody came to the page, not which page it is: take {what} off"


def _clean_target(href: str) -> str:
    return without_tracking(href, next(iter(all_targets(href)), href))


def _names(url: str) -> dict[str, None]:
    query = url.partition("#")[0].partition("?")[2]
    return dict.fromkeys(pair.partition("=")[0] for pair in query.split("&"))


RULE = Rule("FN107", "tracking-parameters", "warning", _check)
