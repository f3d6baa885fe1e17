"""FN208 title-disagrees: the title in the note is not that of the page.

What counts is whether they are about the same thing: letters' case, quotation marks, a site's name behind the title and
titles that are cut or shortened are no matter. A title that stands anywhere in the archived text is taken for
a heading of the page, and titles in two languages are taken for a translation.

This speaks only where a store is given (or `--check-sources`), and the page was there at the last look.

## Why it matters
Either the address leads to another page than the one that was read, or the title was copied from another note.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] “Guilds Refuse to Pay at Tinzaret,” Tolls Daily, February 23, 2024, https://www.tolls.example/2024/02/barges
```

```known
[[source]]
url = "https://www.tolls.example/2024/02/barges"
state = "alive"
rule = "status_ok"
checked_at = 2024-03-07T08:00:00Z
last_ok = 2024-03-07T08:00:00Z
title = "Barges Wait Below the Ford | Tolls Daily"
captures = 1
captured_at = 2024-03-07T08:00:00Z
texts = ["Two barges were stopped below the ford on Monday, and were still there on Tuesday, said the lock keeper."]
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
Unsafe: the page's own title is put in its place. It may be the address that is wrong.
"""

from collections.abc import Iterator

from provenance.formats.language import guess_language
from provenance.formats.titles import is_no_title, title_without_site
from provenance.model import Citation
from provenance.validate.descriptions import are_two_titles, find_title_words, words_of
from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_STANDING = frozenset({"alive", "revived", "unchecked"})


def _check(draft: Draft) -> Iterator[Found]:
    for cited in draft.cited:
        citation, known = cited.citation, draft.known(cited.source)
        if citation.title is None or citation.kind != "web" or known is None:
            continue
        title = known.title
        if title is None or known.state not in _STANDING or is_no_title(title):
            continue
        if not are_two_titles(citation.title, title):
            continue
        if guess_language(citation.title) != guess_language(title):
            continue
        texts = draft.knowledge.texts_of(known.source_id) if draft.knowledge else ()
        if not texts or any(_may_be_of(citation.title, text) for text in texts):
            continue
        own = title_without_site(title)
        message = f"the page is called “{own}”: look whether title and address belong together"
        span = find_title_words(citation)
        yield found_in(cited, message, span, _fix(citation, own))


def _may_be_of(title: str, text: str) -> bool:
    """Tell whether a title stands in a text, or the text is in another language."""
    is_other = guess_language(text) != guess_language(title)
    return is_other or " ".join(words_of(title)) in " ".join(words_of(text))


def _fix(citation: Citation, own: str) -> Fix | None:
    span = find_title_words(citation)
    return span and Fix(False, (Edit(span.start, span.end, own),))


RULE = Rule("FN208", "title-disagrees", "warning", _check, asks_knowledge=True)
