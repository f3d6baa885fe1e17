"""FN205 subscription-without-access: a note does not say where a report behind a subscription can be had.

Either it says “available by subscription” and stops there, or it names a report of a service without a word
about access, where other notes say that this service wants a subscription. A short form that stands for a
report in another note is not meant: see FN214.

## Why it matters
A reader who looks for the report in a search engine finds nothing, and takes it for invented.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example

[2] Meridian Intelligence Group, “River Front Names a New Commander,” March 1, 2024.
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example

[2] Meridian Intelligence Group, “River Front Names a New Commander,” March 1, 2024, available by subscription at www.meridianintel.example.
```

## Fix
Unsafe: where the other reports of this service are all had at one place, that place is added; whether this
one is had there too is for the author to say.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from provenance.validate.descriptions import letters_of
from provenance.validate.draft import Cited, Draft, found_in
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_AT_END = " .;,\u00a0"


def _check(draft: Draft) -> Iterator[Found]:
    if not any(cited.citation.kind == "subscription" for cited in draft.cited):
        return
    places = _places_by_service(draft)
    for cited in draft.cited:
        citation = cited.citation
        if citation.url or citation.access_url or citation.antecedent:
            continue
        at = places.get(letters_of(citation.publisher), set()) if citation.publisher else set()
        if citation.kind == "subscription":
            yield found_in(
                cited, "say where the subscription can be had", fix=_fix(cited, at, " at ")
            )
        elif citation.kind == "work" and at and citation.title and citation.date:
            message = f"other notes say that reports of {citation.publisher} are “available by subscription”, this one does not"
            yield found_in(cited, message, fix=_fix(cited, at, ", available by subscription at "))


def _places_by_service(draft: Draft) -> Mapping[str, set[str]]:
    """Where the reports of each publisher can be had, as the notes say."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    for _, citation, _ in draft.cited:
        if citation.kind == "subscription" and citation.access_url and citation.publisher:
            places[letters_of(citation.publisher)].add(citation.access_url)
    return places


def _fix(cited: Cited, places: set[str], words: str) -> Fix | None:
    if len(places) != 1:
        return None
    end = cited.citation.start + len(cited.citation.raw.rstrip(_AT_END))
    return Fix(False, (Edit(end, end, words + next(iter(places))),))


RULE = Rule("FN205", "subscription-without-access", "warning", _check)
