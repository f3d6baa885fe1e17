"""FN014 marker-before-punctuation: a marker stands on the other side of the punctuation than the house style wants.

English prints a marker behind the full stop, comma, semicolon or colon: “the ford.[1]”, not “the ford[1].”. It is
said where most markers of the draft stand behind, so that this one is a slip; and with `marker = "before"` in the house
style, of every marker that stands behind. Before a dash and inside parentheses a marker may stand as it does.

## Why it matters
A page that does it both ways looks careless, and a program that cuts text into sentences gives the marker to the
next one.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday[2]. Ferries wait.[3] The ford is dry.[4]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

[3] https://www.tolls.example/2024/03/ferries

[4] https://www.tolls.example/2024/03/fords
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] Ferries wait.[3] The ford is dry.[4]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

[3] https://www.tolls.example/2024/03/ferries

[4] https://www.tolls.example/2024/03/fords
```

## Fix
Safe: marker and punctuation change places.
"""

from collections.abc import Iterator, Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.text import Span
from provenance.validate.draft import Draft
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule

_MARKS = frozenset(".,;:!?")
# One sign, with the quotation marks that it closes: not the dot of `[1].5`, not the first of several.
_BEHIND = lazy_pattern(r"[.,;:!?](?:[”’»]|[\"'](?!\w))*(?=[\s\u00a0\ufffc)\]]|$)")
# English puts its markers behind the punctuation; French and Spanish put them before it.
_LANGUAGES = frozenset({"en"})
# A draft has a way of its own where one side has more than twice as many markers as the other.
_MOST = 2


def _check(draft: Draft) -> Iterator[Found]:
    style = draft.house.style.marker
    language = (draft.parsed.document.metadata.language or "en").partition("-")[0]
    if style == "any" or (style == "after" and language not in _LANGUAGES):
        return
    text = draft.text
    groups = _groups(draft)
    before = [
        (span, label, match[0])
        for span, label in groups
        if (match := _BEHIND.match(text, span.end))
    ]
    behind = [each for each in groups if each[0].start and text[each[0].start - 1] in _MARKS]
    if style == "before":
        for span, label in behind:
            sign = text[span.start - 1]
            edits = (Edit(span.start - 1, span.start, ""), Edit(span.end, span.end, sign))
            message = f"the marker stands behind “{sign}”: the house style wants it before"
            yield Found(message, span.start - 1, span.end, label, Fix(True, edits))
    elif len(behind) > _MOST * len(before):
        for span, label, signs in before:
            end = span.end + len(signs)
            edits = (Edit(span.start, span.start, signs), Edit(span.end, end, ""))
            message = f"the marker stands before “{signs[0]}”, unlike the others of this draft"
            yield Found(message, span.start, end, label, Fix(True, edits))


def _groups(draft: Draft) -> Sequence[tuple[Span, str]]:
    """The markers of the text, those that touch each other as one, with the first one's label."""
    markers = [marker for claim in draft.parsed.claims for marker in claim.markers]
    groups: list[tuple[Span, str]] = []
    for marker in sorted(markers, key=lambda each: each.start):
        if groups and groups[-1][0].end >= marker.start:
            span, label = groups[-1]
            groups[-1] = (Span(span.start, max(span.end, marker.end)), label)
        else:
            groups.append((Span(marker.start, marker.end), marker.label))
    return groups


RULE = Rule("FN014", "marker-before-punctuation", "warning", _check)
