"""FN118 unknown-suffix: the last part of a host is no suffix that exists.

No registry has given out the part behind the last dot (`.exmaple`, `.con`): a typing error, or a piece that was
cut off. The list of suffixes is that of publicsuffix.org, which comes with the program.

## Why it matters
No browser can find such a host.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.exmaple/2024/03/barges
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
None: what the host is called has to be looked up.
"""

from collections.abc import Iterator

from provenance.formats.url import is_ip_address, is_known_suffix
from provenance.validate.addresses import found_at
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule

# What routers and offices call their own networks is told of as that (FN111).
_TOLD_ELSEWHERE = frozenset({"lan", "intranet", "corp", "home", "localdomain"})


def _check(draft: Draft) -> Iterator[Found]:
    for one in draft.written:
        address = one.address
        if address is None or one.citation.truncated:
            continue
        host = address.host.rstrip(".")
        suffix = host.rpartition(".")[2]
        if (
            suffix == host
            or is_ip_address(host)
            or is_known_suffix(suffix)
            or suffix in _TOLD_ELSEWHERE
        ):
            continue
        is_restored = any(repair.kind == "lost_letter" for repair in one.citation.repairs)
        if not is_restored:
            yield found_at(one, f"no host ends in “.{suffix}”: look up what it is called")


RULE = Rule("FN118", "unknown-suffix", "error", _check)
