"""FN110 http-where-https-answers: an address is cited as http, and the site answers under https.

The last look at the source began with `http://` and ended at the same address under `https://`. Without knowledge
of the source (the store, or `--check-sources`) the rule says nothing.

## Why it matters
What comes over http can be changed by everybody between the site and the reader, browsers warn of it, and the
redirect may be dropped one day.

## Example
```known
[[source]]
url = "http://www.tolls.example/2024/03/barges"
state = "alive"
final_url = "https://www.tolls.example/2024/03/barges"
captures = 1
```
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] http://www.tolls.example/2024/03/barges
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
Safe: `http` becomes `https`, in the words and in the link; it is the address that has answered.
"""

import re
from collections.abc import Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.formats.url import canonical_url
from provenance.validate.addresses import Written, found_at, gathered, rewrite
from provenance.validate.draft import Draft
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule

_HTTP = lazy_pattern(r"^http(?=:)", re.IGNORECASE)


def _check(draft: Draft) -> Sequence[Found]:
    if draft.knowledge is None:
        return ()
    return gathered(
        found_at(
            one,
            "this address is cited as http, and the site answers under https",
            Fix(True, rewrite(one, lambda words: _HTTP.sub("https", words))),
        )
        for one in draft.written
        if one.url.startswith("http:") and not one.is_copy and _has_answered(draft, one)
    )


def _has_answered(draft: Draft, one: Written) -> bool:
    known = draft.known(draft.sources.get(one.source_id or ""))
    if (
        known is None
        or known.final_url is None
        or known.state not in {"alive", "drifted", "revived"}
    ):
        return False
    is_same = canonical_url(known.final_url) == canonical_url(one.url)
    return known.final_url.startswith("https:") and is_same


RULE = Rule("FN110", "http-where-https-answers", "info", _check, asks_knowledge=True)
