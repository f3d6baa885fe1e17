"""FN217 inconsistent-author: the same author is spelled in several ways.

“Ada Tollman” in one note and “Ada Tolman” in another. Initials that are set differently (“P.J. Ford”, “PJ Ford”)
are worth knowing, not more; a name that is shortened or turned round is left alone.

## Why it matters
Readers take the two for two people, and so does every list of sources that is made from the notes.

## Example
```text
A Short Update

By Ines Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Ada Tollman, “Barges Wait Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges

[2] Ada Tolman, “Toll Doubled at Tinzaret,” Tolls Daily, February 27, 2024, https://www.tolls.example/news/doubled
```

## Use instead
```text
A Short Update

By Ines Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Ada Tollman, “Barges Wait Below the Ford,” Tolls Daily, February 23, 2024, https://www.tolls.example/news/barges

[2] Ada Tollman, “Toll Doubled at Tinzaret,” Tolls Daily, February 27, 2024, https://www.tolls.example/news/doubled
```

## Fix
Unsafe: every place of the other spelling is written as the leading one. Two people may have nearly one name.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from provenance.model import Severity
from provenance.validate.descriptions import find_in_citation, letters_of, words_of
from provenance.validate.draft import Cited, Draft, found_in
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.spellings import group_spellings, is_one_letter_off

_LONGEST_NAME, _MIN_FIRST_NAME = 40, 3


def _check(draft: Draft) -> Iterator[Found]:
    places: defaultdict[str, list[Cited]] = defaultdict(list)
    for cited in draft.cited:
        for name in cited.citation.authors:
            if len(name) <= _LONGEST_NAME and not any(map(str.isdigit, name)):
                places[name].append(cited)
    groups = group_spellings((name for name in places for _ in places[name]), _is_mistyped)
    found = [
        each
        for group in groups
        for other in group.others
        if (each := _found(other, group.leading, places[other]))
    ]
    yield from sorted(found, key=lambda each: each.start)


def _is_mistyped(name: str, other: str) -> bool:
    """Tell whether two full names are one but for a letter of the surname."""
    (*before, last), (*others, other_last) = words_of(name), words_of(other)
    is_same_before = bool(before) and before == others and len(before[0]) >= _MIN_FIRST_NAME
    return is_same_before and is_one_letter_off(last, other_last)


def _found(name: str, leading: str, cited: Sequence[Cited]) -> Found | None:
    spans = [span for each in cited if (span := find_in_citation(each.citation, name))]
    if not spans:
        return None
    others = f" (and {len(cited) - 1} more)" if len(cited) > 1 else ""
    message = f"the author is “{name}” here{others}, “{leading}” elsewhere: write it in one way"
    edits = tuple(Edit(span.start, span.end, leading) for span in spans)
    is_spacing = letters_of(name) == letters_of(leading)
    severity: Severity | None = "info" if is_spacing else None
    return found_in(cited[0], message, spans[0], Fix(False, edits), severity)


RULE = Rule("FN217", "inconsistent-author", "warning", _check)
