"""FN206 inconsistent-publisher: the same publisher is spelled in several ways.

“Meridian Intelligence Group” in one note, “Meridian Intel. Group”, “meridian intelligence group” or “Meridian
Inteligence Group” in another. The spelling that the document uses most leads. Names that differ by an article
only (“The Fords Review”) are worth knowing, not more.

## Why it matters
Readers take the two for two publishers, and so does every list of sources that is made from the notes.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example

[2] Meridian Intel. Group, “River Front Names a New Commander,” March 1, 2024, available by subscription at www.meridianintel.example
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example

[2] Meridian Intelligence Group, “River Front Names a New Commander,” March 1, 2024, available by subscription at www.meridianintel.example
```

## Fix
Unsafe: every place of the other spelling is written as the leading one. Two publishers may have nearly one name.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from provenance.model import Severity
from provenance.validate.descriptions import find_in_citation
from provenance.validate.draft import Cited, Draft, found_in
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.spellings import group_spellings

# Longer ones are no names but words that the parser found no better place for.
_LONGEST_NAME = 60


def _check(draft: Draft) -> Iterator[Found]:
    places: defaultdict[str, list[Cited]] = defaultdict(list)
    for cited in draft.cited:
        name = cited.citation.publisher
        if name and len(name) <= _LONGEST_NAME and not any(map(str.isdigit, name)):
            places[name].append(cited)
    groups = group_spellings(name for name, cited in places.items() for _ in cited)
    found = [
        _found(other, group.leading, places[other]) for group in groups for other in group.others
    ]
    yield from sorted(found, key=lambda each: each.start)


def _found(name: str, leading: str, cited: Sequence[Cited]) -> Found:
    spans = [span for each in cited if (span := find_in_citation(each.citation, name))]
    edits = tuple(Edit(span.start, span.end, leading) for span in spans)
    others = f" (and {len(cited) - 1} more)" if len(cited) > 1 else ""
    message = f"the publisher is “{name}” here{others}, “{leading}” elsewhere: write it in one way"
    fix = Fix(False, edits) if len(edits) == len(cited) else None
    differs_by_article = _without_article(name) == _without_article(leading)
    severity: Severity | None = "info" if differs_by_article else None
    return found_in(cited[0], message, spans[0] if spans else None, fix, severity)


def _without_article(name: str) -> str:
    return name.removeprefix("The ").removeprefix("the ")


RULE = Rule("FN206", "inconsistent-publisher", "warning", _check)
