"""FN203 untitled-address: an address stands without a title, where the house wants titles.

Silent unless `titles = "required"` in the house style. What an anchor's own words say counts as its title. Posts have
none: a house that cites many of them turns the rule off for their hosts (`[[host]]`).

## Why it matters
When the page moves, its title and publisher are what a reader can still search for; an address alone is lost with it.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```

```house
[style]
titles = "required"
```

```known
[[source]]
url = "https://www.tolls.example/2024/03/barges"
state = "alive"
rule = "status_ok"
checked_at = 2024-03-07T08:00:00Z
last_ok = 2024-03-07T08:00:00Z
title = "Barges Wait Below the Ford | Tolls Daily"
captures = 1
captured_at = 2024-03-07T08:00:00Z
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] “Barges Wait Below the Ford,” https://www.tolls.example/2024/03/barges
```

## Fix
Unsafe: where the page was looked at, its own title is put before the address; whether that is how the author would
name it is for the author to say. Where it was not, only the author can.
"""

from collections.abc import Iterator

from provenance.formats.titles import is_no_title, title_without_site
from provenance.validate.draft import Cited, Draft, found_in
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    if draft.house.style.titles == "any":
        return
    for cited in draft.cited:
        citation = cited.citation
        if citation.kind == "web" and not (
            citation.title or citation.hidden or citation.antecedent
        ):
            yield found_in(
                cited, "say what stands there: this address has no title", fix=_fix(draft, cited)
            )


def _begins_with_address(raw: str) -> bool:
    """Tell a bare address from one with words before it that are no title to the parser."""
    first = raw.split(maxsplit=1)[:1]
    return any("/" in word or "." in word.strip(".") for word in first)


def _fix(draft: Draft, cited: Cited) -> Fix | None:
    known = draft.known(cited.source)
    if known is None or known.state not in {"alive", "revived"} or is_no_title(known.title):
        return None
    if not _begins_with_address(cited.citation.raw):
        return None
    start = cited.citation.start
    return Fix(False, (Edit(start, start, f"“{title_without_site(known.title)},” "),))


RULE = Rule("FN203", "untitled-address", "warning", _check)
