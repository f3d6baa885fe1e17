"""FN216 one-work-two-dates: a work is cited in full twice, with different dates.

Meant are the same title at the same address, or, where there is no address, the same long title by the same author or
publisher. Two years for one book are worth knowing, not more, for they may be two editions; so are two days for a
page with a short title, which may be one that is carried on.

## Why it matters
One of the dates is wrong, and a reader cannot tell which; in a list of sources one work becomes two.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example

[2] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 28, 2024, available by subscription at www.meridianintel.example
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example

[2] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example
```

## Fix
None: look at the work for its date.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from provenance.cite.people import surname_of
from provenance.model import Severity
from provenance.validate.descriptions import day_of, words_of
from provenance.validate.draft import Cited, Draft, found_in
from provenance.validate.records import Found
from provenance.validate.rule import Rule

# Shorter titles are those of a series ("Daily Briefing"), or of many a book.
_FEWEST_WORDS, _FEWEST_WORDS_OF_BOOK = 6, 4


def _check(draft: Draft) -> Iterator[Found]:
    works: defaultdict[Hashable, list[Cited]] = defaultdict(list)
    for cited in draft.cited:
        key = _work_of(cited)
        if key is not None:
            works[key].append(cited)
    found = [each for cites in works.values() for each in _differing(cites)]
    yield from sorted(found, key=lambda each: each.start)


def _work_of(cited: Cited) -> Hashable | None:
    """What tells a work from others, besides its date; None where nothing does for sure."""
    citation = cited.citation
    if citation.antecedent or not citation.date or not citation.title:
        return None
    title = words_of(citation.title)
    is_day = day_of(citation.date) is not None
    if citation.canonical_url:
        return (citation.canonical_url, title, is_day)
    author = surname_of(citation.authors[0]) if citation.authors else None
    maker = author or " ".join(words_of(citation.publisher))
    fewest = _FEWEST_WORDS if is_day else _FEWEST_WORDS_OF_BOOK
    return (maker, title, is_day) if maker and len(title) >= fewest else None


def _differing(cites: list[Cited]) -> Iterator[Found]:
    first, *others = cites
    for cited in others:
        if cited.citation.date == first.citation.date:
            continue
        # two editions of a book, a page that is carried on ("Dashboard")
        is_sure = (
            day_of(cited.citation.date) and len(words_of(cited.citation.title)) >= _FEWEST_WORDS
        )
        severity: Severity | None = None if is_sure else "info"
        message = (
            f"dated {cited.citation.date} here, {first.citation.date} in note [{first.note.label}]: look at the work"
            " for its date"
        )
        yield found_in(cited, message, severity=severity)


RULE = Rule("FN216", "one-work-two-dates", "warning", _check)
