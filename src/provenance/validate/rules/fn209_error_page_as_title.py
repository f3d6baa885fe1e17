"""FN209 error-page-as-title: the title in a note is that of an error, a login or a waiting page.

“403 Forbidden”, “Just a moment...”, “Page not found | Tolls Daily”: a tool that writes citations was shown a
page that is not the source, and took its title. Only a title as a whole counts: “404 Media” is a newspaper.

## Why it matters
The note names something that does not exist, and shows that nobody looked at the page.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] “403 Forbidden,” Tolls Daily, February 23, 2024, https://www.tolls.example/2024/02/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] “Barges Wait Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/2024/02/barges
```

## Fix
None: look at the page and write down its own title.
"""

from collections.abc import Iterator

from provenance.formats.titles import is_no_title
from provenance.validate.descriptions import title_span
from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    for cited in draft.cited:
        citation = cited.citation
        # a book may be called “Gone”; it has no address
        if citation.kind != "web" or not citation.title or not is_no_title(citation.title):
            continue
        message = f"“{citation.title}” is the title of an error or waiting page, not of the source: look at the page for its own"
        yield found_in(cited, message, title_span(citation))


RULE = Rule("FN209", "error-page-as-title", "warning", _check)
