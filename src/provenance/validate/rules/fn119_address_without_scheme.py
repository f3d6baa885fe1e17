"""FN119 address-without-scheme: an address has no “https://” in front of it, and most others here have.

A bare host (`www.tolls.example/barges`) is understood by people, and by the parser. Where a document writes none of
its addresses with `https://`, that is its style and the rule says nothing; nor does it where a link lies over the
words.

## Why it matters
Word processors, mail programs and web pages make no link of it, or one into their own folder.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] The ford was closed.[3]

References

[1] https://www.tolls.example/2024/03/barges

[2] www.fords.example/news/12

[3] https://www.tolls.example/2024/03/closed
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] The ford was closed.[3]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.fords.example/news/12

[3] https://www.tolls.example/2024/03/closed
```

## Fix
Safe: `https://` is put in front of it, as browsers do; the parser has read it so before.
"""

from collections.abc import Sequence

from provenance.cite.identifiers import REGISTRIES
from provenance.validate.addresses import Written, found_at, gathered
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Sequence[Found]:
    shown = [one for one in draft.written if one.words and not _is_number(one)]
    bare = [one for one in shown if one.scheme_end == one.start]
    if len(bare) * 2 >= len(shown):
        return ()
    return gathered(
        found_at(
            one,
            "this address has no “https://” in front of it, as the others here have: put it there",
            Fix(True, (Edit(one.start, one.start, "https://"),)),
        )
        for one in bare
        if not one.anchors and not _is_name(one)
    )


def _is_name(one: Written) -> bool:
    """Tell whether it is a host alone, which a description gives as the publisher's name."""
    return one.address is None or one.address.path == "/"


def _is_number(one: Written) -> bool:
    """Tell whether it is a registered number (a DOI), which is written without."""
    return any(repair.kind in REGISTRIES for repair in one.repairs)


RULE = Rule("FN119", "address-without-scheme", "info", _check)
