"""FN219 title-varies: one page is cited under titles that differ in a few words.

“Barges Wait for Two Weeks Below the Ford” in one note, “Barges Wait Two Weeks Below the Ford” in another, at the
same address. A title that is shortened at its end or its beginning is left alone, and so are different titles:
they may name parts of a page.

## Why it matters
One of the two is not what the page says, and a reader who searches for it may find nothing.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] “Barges Wait for Two Weeks Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges

[2] “Barges Wait Two Weeks Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] “Barges Wait for Two Weeks Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges

[2] “Barges Wait for Two Weeks Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges
```

## Fix
None: look at the page for its title.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.validate.descriptions import title_span, words_of
from provenance.validate.draft import Cited, Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule

_FEWEST_WORDS, _MOST_DIFFERING = 6, 3


class _Titled(NamedTuple):
    cited: Cited
    words: tuple[str, ...]


def _check(draft: Draft) -> Iterator[Found]:
    pages: defaultdict[str, list[_Titled]] = defaultdict(list)
    for cited in draft.cited:
        citation = cited.citation
        if citation.canonical_url and citation.title and not citation.truncated:
            pages[citation.canonical_url].append(_Titled(cited, words_of(citation.title)))
    found = [each for titles in pages.values() if len(titles) > 1 for each in _varying(titles)]
    yield from sorted(found, key=lambda each: each.start)


def _varying(titles: Sequence[_Titled]) -> Iterator[Found]:
    """The titles that differ from the one which most notes have."""
    leading = Counter(each.words for each in titles).most_common(1)[0][0]
    usual = next(each.cited for each in titles if each.words == leading)
    for cited, words in titles:
        if _are_nearly_one(words, leading):
            message = f"note [{usual.note.label}] calls this page “{usual.citation.title}”: look which is its title"
            yield found_in(cited, message, title_span(cited.citation))


def _are_nearly_one(words: Sequence[str], others: Sequence[str]) -> bool:
    short, long = sorted((words, others), key=len)
    if len(short) < _FEWEST_WORDS or short == long:
        return False
    if long[: len(short)] == short or long[-len(short) :] == short:
        return False
    counts, other_counts = Counter(short), Counter(long)
    differing = (counts - other_counts).total() + (other_counts - counts).total()
    return 0 < differing <= _MOST_DIFFERING


RULE = Rule("FN219", "title-varies", "info", _check)
