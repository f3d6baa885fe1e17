"""FN108 shortener: a short link stands for the address of the source.

Short links (`bit.ly/…`, a newsroom's own) say nothing of where they lead. Those of a video site, whose name the
video stays under, are none in this sense.

## Why it matters
A short link is dead as soon as its maker closes shop, can be pointed elsewhere, and tells a reader neither who
published the source nor what it is. Web archives know the long address.

## Example
```known
[[source]]
url = "https://bit.ly/3tollsx"
state = "alive"
final_url = "https://www.tolls.example/2024/03/barges"
captures = 1

[[source]]
url = "https://www.tolls.example/2024/03/barges"
state = "alive"
captures = 1
```
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://bit.ly/3tollsx
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
Unsafe: where a look at it has shown where it leads, that address is put in its place.
"""

from collections.abc import Iterator
from functools import partial

from provenance.formats.hosts import has_trait
from provenance.formats.url import canonical_url, host_of
from provenance.validate.addresses import Written, found_at, rewrite
from provenance.validate.draft import Draft
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule

# The long address says no more than the short one (the same video), or the page itself is there.
_CLEAR = ("youtu.be", "mailchi.mp")


def _check(draft: Draft) -> Iterator[Found]:
    for one in draft.written:
        address = one.address
        if address is None or address.path == "/" or not has_trait(address.host, "shortener"):
            continue
        if address.host.removeprefix("www.") in _CLEAR:
            continue
        target = _target_of(draft, one)
        fix = Fix(False, rewrite(one, partial(_replaced, target))) if target else None
        cited = target or "what it leads to"
        message = f"a short link of {address.host} does not say where it leads: cite {cited}"
        yield found_at(one, message, fix)


def _replaced(target: str, _: str) -> str:
    return target


def _target_of(draft: Draft, one: Written) -> str | None:
    known = draft.known(draft.sources.get(one.source_id or ""))
    if (
        known is None
        or known.final_url is None
        or known.state not in {"alive", "drifted", "revived"}
    ):
        return None
    is_other = canonical_url(known.final_url) != canonical_url(one.url)
    return known.final_url if is_other and host_of(known.final_url) != host_of(one.url) else None


RULE = Rule("FN108", "shortener", "warning", _check)
