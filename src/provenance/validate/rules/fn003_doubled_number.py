"""FN003 doubled-number: two notes of one list have the same number.

A number was used twice, mostly when a note was put in by hand. The finding stands at the second of them, or at the one
that stands in the place of a missing number.

## Why it matters
A marker with this number leads to two notes, and a reader takes the first.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] Ferries wait.[2]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

[2] https://www.tolls.example/2024/03/ferries
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] Ferries wait.[3]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

[3] https://www.tolls.example/2024/03/ferries
```

## Fix
Unsafe: where the markers repeat the numbers just as the notes do, markers and notes are numbered through in
their order; where a note stands in the place of a number that a marker asks for in vain, it gets that number. Look whether
each claim still has its source.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from provenance.model import Marker, Note
from provenance.text import Span
from provenance.validate.draft import Draft
from provenance.validate.mistyped import find_mistyped_notes
from provenance.validate.numbering import (
    CountedList,
    is_written_out,
    numbered_lists,
    relabel_note,
)
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings


def _check(draft: Draft) -> Iterator[Found]:
    findings = parser_findings(draft, "FN003")
    if not findings:
        return
    lists = {note.start: one for one in numbered_lists(draft) for note in one.notes}
    names = {note.start: note.list for note in draft.parsed.notes}
    mistyped = find_mistyped_notes(draft)
    seen: Counter[tuple[str, str | None]] = Counter()
    for finding in findings:
        key = (names[finding.start], finding.label)
        place = finding.start, finding.end, finding.label
        slip = next((each for each in mistyped if key == (each.note.list, each.note.label)), None)
        if slip is not None:
            if slip.note.start == finding.start:
                message = (
                    f"{finding.message}; here [{slip.wanted}] is missing, which a marker asks for"
                )
                edit = relabel_note(draft, slip.note, slip.wanted)
                yield Found(message, *place, Fix(False, (edit,)) if edit else None)
        elif seen[key] == 1:
            listed = lists.get(finding.start)
            yield Found(finding.message, *place, _number_through(draft, listed) if listed else None)
        seen[key] += 1


def _number_through(draft: Draft, listed: CountedList) -> Fix | None:
    """New numbers for notes and markers in their order, where both repeat the same ones."""
    markers = sorted(
        {marker for note in listed.notes for marker in listed.markers[note.id]},
        key=lambda marker: marker.start,
    )
    if [marker.label for marker in markers] != [note.label for note in listed.notes]:
        return None
    edits = [*_edits_of(draft, listed.notes, markers, listed.numbers[0])]
    if len(edits) < 2 * len(markers):
        return None
    return Fix(False, tuple(e for e in edits if draft.text[e.start : e.end] != e.replacement))


def _edits_of(
    draft: Draft, notes: Sequence[Note], markers: Sequence[Marker], first: int
) -> Iterator[Edit]:
    for number, (note, marker) in enumerate(zip(notes, markers, strict=True), first):
        if edit := relabel_note(draft, note, number):
            yield edit
        span = Span(marker.start, marker.end)
        if span.of(draft.text) == f"[{marker.label}]" and is_written_out(draft, span):
            yield Edit(*span, f"[{number}]")


RULE = Rule("FN003", "doubled-number", "error", _check)
