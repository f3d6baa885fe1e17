"""FN109 redirector: an address leads through somebody else who counts the clicks.

Mail programs, social networks and search engines wrap the links that they show (`safelinks…/?url=…`,
`l.facebook.com/l.php?u=…`, `google.com/url?q=…`). Copied from there, the wrapper comes along.

## Why it matters
The source cannot be read off the address, who clicks is counted, and the wrapper stops working when its maker
says so, often within weeks.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.tolls.example%2Fbarges&h=AT0xyz
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/barges
```

## Fix
Unsafe: the address that stands in the wrapper is put in its place. The source is counted under its own address
from then on, and no longer under the wrapper's. Safe for links that Google Docs wrapped when it exported a
document: those are read so anyway.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from provenance.cite.second_links import without_redirect
from provenance.validate.addresses import found_at, gathered, rewrite
from provenance.validate.draft import Draft
from provenance.validate.records import Fix, Found
from provenance.validate.redirectors import hides_target, unwrapped
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Sequence[Found]:
    return [*_redirectors(draft), *gathered(_exported(draft))]


def _redirectors(draft: Draft) -> Iterator[Found]:
    for one in draft.written:
        address = one.address
        if address is None:
            continue
        if target := unwrapped(address):
            fix = Fix(False, rewrite(one, partial(_put, target)))
            yield found_at(one, f"this address leads through {address.host} to {target}", fix)
        elif hides_target(address):
            yield found_at(one, f"{address.host} only leads on, and does not say where to")


def _exported(draft: Draft) -> Iterator[Found]:
    """Links of a document that Google Docs exported: the parser reads what stands in them."""
    for one in draft.written:
        edits = rewrite(one, str, without_redirect)
        if edits:
            message = (
                "the link leads through google.com, which the export of the document put there"
            )
            yield found_at(one, message, Fix(True, edits), "info")


def _put(target: str, _: str) -> str:
    return target


RULE = Rule("FN109", "redirector", "warning", _check)
