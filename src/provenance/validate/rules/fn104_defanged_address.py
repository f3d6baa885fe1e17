"""FN104 defanged-address: an address is written so that nobody can click it, or is not where the others are.

Some houses spell a dot of some addresses ("tolls dot example", "[.]", "hxxps://"), so that no reader is led to
a hostile site by a slip of the finger. Others never do. What the house style asks for (`addresses` under
`[style]`: "plain" or "defanged") is asked of every address. By default ("consistent") the rule goes by the document: it tells of
the few that are written unlike all others, and of a host that is written both ways.

## Why it matters
A spelled dot has to be typed over by everybody who checks the source, and tools that do not know the habit
lose it. Where the house defangs on purpose, the one live link is the one that was forgotten.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] The ford was closed.[3]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls dot example/2024/03/doubled

[3] https://www.tolls.example/2024/03/closed
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] The ford was closed.[3]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

[3] https://www.tolls.example/2024/03/closed
```

## Fix
Safe: the address is written as the others are (or as the house style says); it stays the same address.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from provenance.formats.url import host_of
from provenance.validate.addresses import Written, all_targets, found_at, gathered, rewrite
from provenance.validate.draft import Draft
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule

# Up to three addresses, and fewer than one in ten, are no habit. Of 95 documents that defang any address 79
# write four to sixty in the rarer way: their writers mean to, for some hosts.
_MOST_ODD = 3
_SHARE_ODD = 10


def _check(draft: Draft) -> Sequence[Found]:
    asked = draft.house.style.addresses
    shown = [one for one in draft.written if one.words and one.address]
    if asked == "any" or not shown:
        return ()
    if asked == "consistent":
        return gathered(_inconsistent(draft, shown))
    message = (
        "this address is written so that it cannot be clicked: write it out"
        if asked == "plain"
        else "this address can be clicked, and the house style writes none so: spell a dot"
    )
    return gathered(
        _found(draft, one, message)
        for one in shown
        if _is_defanged(one) == (asked == "plain") and not one.is_copy
    )


def _inconsistent(draft: Draft, shown: Sequence[Written]) -> Iterator[Found]:
    defanged = sum(map(_is_defanged, shown))
    fewer = min(defanged, len(shown) - defanged)
    if not fewer:
        return
    if fewer > _MOST_ODD or fewer * _SHARE_ODD >= len(shown):
        yield from _hosts_in_two_ways(draft, shown)
        return
    odd = defanged * 2 < len(shown)
    message = f"this address is {_said(odd)}, the {len(shown) - fewer} others here are not: write it as they are"
    yield from (_found(draft, one, message) for one in shown if _is_defanged(one) == odd)


def _hosts_in_two_ways(draft: Draft, shown: Sequence[Written]) -> Iterator[Found]:
    by_host = Counter((_host(one), _is_defanged(one)) for one in shown)
    for one in shown:
        way, host = _is_defanged(one), _host(one)
        others = by_host[host, not way]
        if others and (others, not way) > (by_host[host, way], way):
            verb = "is" if others == 1 else "are"
            count = "another one" if others == 1 else f"{others} others"
            message = (
                f"this address is {_said(way)}, {count} of {host} {verb} not: write them one way"
            )
            yield _found(draft, one, message)


def _said(is_defanged: bool) -> str:
    return "defanged" if is_defanged else "written out to be clicked"


def _host(one: Written) -> str:
    return one.address.host.removeprefix("www.") if one.address else ""


def _is_defanged(one: Written) -> bool:
    return any(repair.kind == "refang" for repair in one.repairs)


def _found(draft: Draft, one: Written, message: str) -> Found:
    if _is_defanged(one):
        edits = rewrite(one, lambda words: _refanged(one, words), lambda href: _whole(one, href))
    else:
        edits = rewrite(one, lambda words: _with_spelled_dot(draft, one, words), str)
    return found_at(one, message, Fix(True, edits))


def _refanged(one: Written, words: str) -> str:
    is_proven = any(repair.kind == "lost_letter" for repair in one.citation.repairs)
    meant = one.citation.url if is_proven and one.citation.url else one.url
    return meant if one.scheme_end > one.start else meant.partition("://")[2] or words


def _whole(one: Written, href: str) -> str:
    """A target that the spelled dot cut off (`https://tolls`) becomes whole; any other stays."""
    return href if all_targets(href) or not href.startswith("http") else one.url


def _with_spelled_dot(draft: Draft, one: Written, words: str) -> str:
    host = host_of(one.url) or ""
    # a web archive's address would not be known by its host any more, and be taken for two
    if one.is_copy or "." not in host:
        return words
    head, found, rest = words.partition(host)
    name, _, suffix = host.rpartition(".")
    return f"{head}{name}{draft.house.style.defang}{suffix}{rest}" if found else words


RULE = Rule("FN104", "defanged-address", "warning", _check)
