"""FN004 gap: the numbers of a list leave some out.

A number is missing from the list, and no marker asks for it: a claim was cut together with its note, and the
rest was not numbered again. Where a marker asks for the missing note, FN001 says so instead.

## Why it matters
A reader takes it for a lost source, and looks for it.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[3]

References

[1] https://www.tolls.example/2024/03/barges

[3] https://www.tolls.example/2024/03/doubled
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled
```

## Fix
Safe: notes and markers are numbered through, where all numbers are written out in the file, every marker has
its note, and no words such as “see note 3” name a note by its number.
"""

from collections.abc import Iterator

from provenance.model import Finding
from provenance.validate.draft import Draft
from provenance.validate.numbering import CountedList, numbered_lists, renumber, unanswered
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings


def _check(draft: Draft) -> Iterator[Found]:
    findings = parser_findings(draft, "FN004")
    if not findings:
        return
    lists = {note.start: one for one in numbered_lists(draft) for note in one.notes}
    asked = {int(marker.label) for marker in unanswered(draft) if marker.label.isdecimal()}
    for finding in findings:
        listed = lists.get(finding.start)
        if listed and _missing_before(listed, finding) <= asked:
            continue  # FN001 says which notes are missing
        fix = _number_through(draft, listed) if listed else None
        yield Found(finding.message, finding.start, finding.end, finding.label, fix)


def _missing_before(listed: CountedList, finding: Finding) -> set[int]:
    number = int(finding.label or 0)
    before = max(each for each in listed.numbers if each < number)
    return set(range(before + 1, number))


def _number_through(draft: Draft, listed: CountedList) -> Fix | None:
    if list(listed.numbers) != sorted(set(listed.numbers)):
        return None
    numbers = {note.id: listed.numbers[0] + i for i, note in enumerate(listed.notes)}
    return renumber(draft, listed, numbers)


RULE = Rule("FN004", "gap", "warning", _check)
