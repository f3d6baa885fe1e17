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

from provenance.validate.draft import Draft
from provenance.validate.numbering import (
    CountedList,
    first_mentions,
    numbered_lists,
    renumber,
)
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings


def _check(draft: Draft) -> Iterator[Found]:
    findings = parser_findings(draft, "FN005")
    if not findings:
        return
    lists = {note.start: one for one in numbered_lists(draft) for note in one.notes}
    for finding in findings:
        listed = lists.get(finding.start)
        fix = _mend(draft, listed) if listed else None
        yield Found(finding.message, finding.start, finding.end, finding.label, fix)


def _mend(draft: Draft, listed: CountedList) -> Fix | None:
    if len(set(listed.numbers)) < len(listed.numbers):
        return None
    numbers = dict(zip((note.id for note in listed.notes), listed.numbers, strict=True))
    mentioned = first_mentions(draft, listed)
    named = [numbers[note.id] for note in mentioned]
    if named == sorted(named):
        return renumber(draft, listed, numbers)
    if mentioned == [note for note in listed.notes if note in mentioned]:
        through = zip((note.id for note in listed.notes), sorted(listed.numbers), strict=True)
        return renumber(draft, listed, dict(through))
    return None


RULE = Rule("FN005", "out-of-order", "warning", _check)
