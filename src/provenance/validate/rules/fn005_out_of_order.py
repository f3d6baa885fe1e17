"""FN005 out-of-order: a note stands behind one with a higher number.

The list does not count up. Notes were moved, or put in, and not numbered again.

## Why it matters
A reader looks for the number where it should be, and takes it for missing.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2] Ferries wait.[3]

References

[1] https://www.tolls.example/2024/03/barges

[3] https://www.tolls.example/2024/03/ferries

[2] https://www.tolls.example/2024/03/doubled
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
Safe: in a text file the notes change places where the markers in the text count up; where the text names the
notes in the order of the list, markers and notes are numbered through instead. Only where all numbers are written out,
every marker has its note, and no words name a note by its number.
"""

from collections.abc import Iterator

from provenance.validate.ascending import longest_ascending
from provenance.validate.draft import Draft
from provenance.validate.numbering import (
    CountedList,
    first_mentions,
    neighbour_out_of_order,
    numbered_lists,
    renumber,
)
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings

# Where more notes are out of place than this, the list as a whole is.
_MOST_NAMED = 5


def _check(draft: Draft) -> Iterator[Found]:
    findings = parser_findings(draft, "FN005")
    if not findings:
        return
    lists = [one for one in numbered_lists(draft) if list(one.numbers) != sorted(one.numbers)]
    counted = {note.start for one in lists for note in one.notes}
    for finding in findings:
        if finding.start not in counted:
            yield Found(finding.message, finding.start, finding.end, finding.label)
    for listed in lists:
        yield from _check_list(draft, listed)


def _check_list(draft: Draft, listed: CountedList) -> Iterator[Found]:
    kept = longest_ascending(listed.numbers, may_repeat=True)
    moved = [index for index in range(len(listed.notes)) if index not in kept]
    fix = _mend(draft, listed)
    if len(moved) > _MOST_NAMED:
        note = listed.notes[moved[0]]
        message = f"the list does not count up: {len(moved)} of its {len(listed.notes)} notes are out of place, this one first"
        yield Found(message, note.start, note.end, note.label, fix)
        return
    for index in moved:
        note = listed.notes[index]
        yield Found(_say(listed, index), note.start, note.end, note.label, fix)


def _say(listed: CountedList, index: int) -> str:
    other = neighbour_out_of_order(listed.numbers, index)
    side = "behind" if other < index else "before"
    return f"note [{listed.notes[index].label}] stands {side} note [{listed.notes[other].label}]"


def _mend(draft: Draft, listed: CountedList) -> Fix | None:
    if len(set(listed.numbers)) < len(listed.numbers):
        return None
    numbers = dict(zip((note.id for note in listed.notes), listed.numbers, strict=True))
    mentioned = [note.id for note in first_mentions(draft, listed)]
    named = [numbers[note_id] for note_id in mentioned]
    if named == sorted(named):
        return renumber(draft, listed, numbers)
    known = set(mentioned)
    if mentioned == [note.id for note in listed.notes if note.id in known]:
        through = zip((note.id for note in listed.notes), sorted(listed.numbers), strict=True)
        return renumber(draft, listed, dict(through))
    return None


RULE = Rule("FN005", "out-of-order", "warning", _check)
