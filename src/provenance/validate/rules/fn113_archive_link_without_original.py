"""FN113 archive-link-without-original: a copy in a web archive is cited, and nothing says what it is a copy of.

Short links of web archives (`perma.cc/…`, `archive.ph/…`) do not tell the address of the page that was saved. A
link that holds it (`web.archive.org/web/2024…/https://…`), or that stands beside it, is fine.

## Why it matters
Nobody can tell who published the source without opening the archive, and when the archive is out of reach
nothing is left to look for.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://perma.cc/7TOL-BRGE
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges [https://perma.cc/7TOL-BRGE]
```

## Fix
None: the original stands on the archive's page.
"""

from collections.abc import Iterator

from provenance.cite.archives import is_archived_copy
from provenance.formats.url import host_of
from provenance.validate.addresses import found_at
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    for one in draft.written:
        cited = one.citation
        if cited.url != one.url or cited.archive_of or cited.archive_url or one.is_cut:
            continue
        rest = one.url.partition("://")[2]
        # some archives put the original behind the day without its scheme
        if not is_archived_copy(one.url) or "http" in rest or _holds_address(rest):
            continue
        yield found_at(
            one,
            f"{host_of(one.url)} holds a copy of a page, and nothing says of which: name the original too",
        )


def _holds_address(rest: str) -> bool:
    """Tell whether a part of the path looks like a host: `archive.ph/www.tolls.example/barges`."""
    _, _, path = rest.partition("/")
    return any("." in part for part in path.split("/")[:-1]) or "www." in path


RULE = Rule("FN113", "archive-link-without-original", "warning", _check)
