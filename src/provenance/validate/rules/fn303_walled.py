"""FN303 walled: a source asks for a login or for money.

What was seen at the address was a login, a paywall, or a page withheld by law. Sources on one host are one
finding at the first of them, since it is the host that asks. A note that says so itself (“available by
subscription”) is left alone, and so is one that names an archived copy.

## Why it matters
Most readers cannot follow the note. That is no fault of the source, but they should be told, and an archived
copy or a second, open source helps them.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```
```known
[[source]]
url = "https://www.tolls.example/2024/03/barges"
state = "walled"
outcome = "wall"
rule = "paywall"
reason = "tolls.example asks readers to pay"
checked_at = 2024-03-07T08:00:00Z
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges, archived at https://web.archive.org/web/20240305120000/https://www.tolls.example/2024/03/barges
```

## Fix
None: whether to name a copy, another source or the subscription is for the author to say.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.source_state import faulty_by_host, host_message

_LOGIN, _PAY = "asks readers to log in", "asks readers to pay"
# The rules of a verdict (docs/rules-of-verdicts.md) that say what the wall is.
_WALLS = {
    "status_proves_nothing": _LOGIN,
    "login_required": _LOGIN,
    "members_only": _LOGIN,
    "login_wall": _LOGIN,
    "login_form": _LOGIN,
    "members_page": _LOGIN,
    "payment_required": _PAY,
    "subscribers_only": _PAY,
    "paywall": _PAY,
    "paywall_teaser": _PAY,
    "legal": "withholds the page by law",
}


def _check(draft: Draft) -> Iterator[Found]:
    for group in faulty_by_host(draft, "FN303"):
        what = _WALLS.get(group[0].known.rule, "lets only some readers in")
        advice = "say so in the note, or name an archived copy"
        yield found_in(group[0].cited[0], host_message(group, what, advice))


RULE = Rule("FN303", "walled", "info", _check, asks_knowledge=True)
