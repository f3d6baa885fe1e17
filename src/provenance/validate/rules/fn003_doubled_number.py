"""FN003 doubled-number: two notes of one list have the same number.

A number was used twice, mostly when a note was put in by hand. The finding stands at the second of them.

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
their order; where the next number is missing from the list and a marker asks for it, the second note gets it. Look whether each
claim still has its source.
"""

from collections.abc import Iterator, Sequence

from provenance.model import Marker, Note
from provenance.text import Span
from provenance.validate.draft import Draft
from provenance.validate.numbering import (
    CountedList,
    is_written_out,
    numbered_lists,
    relabel_note,
    unanswered,
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
    seen: set[tuple[str, str | None]] = set()
    for finding in findings:
        key = (names[finding.start], finding.label)
        if key in seen:
            listed = lists.get(finding.start)
            fix = _mend(draft, listed, finding.start) if listed else None
            yield Found(finding.message, finding.start, finding.end, finding.label, fix)
        seen.add(key)


def _mend(draft: Draft, listed: CountedList, start: int) -> Fix | None:
    index = next(i for i, note in enumerate(listed.notes) if note.start == start)
    wanted = listed.numbers[index] + 1
    asked = any(marker.label == str(wanted) for marker in unanswered(draft))
    if asked and wanted not in listed.numbers:
        edit = relabel_note(draft, listed.notes[index], wanted)
        return Fix(False, (edit,)) if edit else None
    return _number_through(draft, listed)


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
