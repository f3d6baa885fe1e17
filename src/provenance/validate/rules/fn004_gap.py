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

from collections.abc import Iterator, Sequence
from itertools import pairwise

from provenance.model import Finding
from provenance.validate.draft import Draft
from provenance.validate.numbering import CountedList, numbered_lists, renumber, unanswered
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings

# Where a list has more gaps than this, it is numbered in some other way, and that is one finding.
_MOST_NAMED = 5


def _check(draft: Draft) -> Iterator[Found]:
    by_list: dict[str, list[Finding]] = {}
    names = {note.start: note.list for note in draft.parsed.notes}
    for finding in parser_findings(draft, "FN004"):
        by_list.setdefault(names[finding.start], []).append(finding)
    if not by_list:
        return
    lists = {one.name: one for one in numbered_lists(draft)}
    asked = {int(marker.label) for marker in unanswered(draft) if marker.label.isdecimal()}
    for name, findings in by_list.items():
        listed = lists.get(name)
        if listed is None:
            yield from (Found(each.message, each.start, each.end, each.label) for each in findings)
        else:
            # FN001 says which notes are missing where a marker asks for them
            missing = _missing(listed)
            open_ = [each for each in findings if not missing[int(each.label or 0)] <= asked]
            yield from _check_list(draft, listed, open_)


def _check_list(draft: Draft, listed: CountedList, gaps: Sequence[Finding]) -> Iterator[Found]:
    fix = _number_through(draft, listed) if gaps else None
    if len(gaps) > _MOST_NAMED:
        first = gaps[0]
        message = f"{first.message}, and {len(gaps) - 1} more gaps follow in this list"
        yield Found(message, first.start, first.end, first.label, fix)
        return
    for gap in gaps:
        yield Found(gap.message, gap.start, gap.end, gap.label, fix)


def _missing(listed: CountedList) -> dict[int, set[int]]:
    """For every number of a list, those that are missing before it."""
    ordered = sorted(set(listed.numbers))
    return {after: set(range(before + 1, after)) for before, after in pairwise(ordered)}


def _number_through(draft: Draft, listed: CountedList) -> Fix | None:
    if list(listed.numbers) != sorted(set(listed.numbers)):
        return None
    numbers = {note.id: listed.numbers[0] + i for i, note in enumerate(listed.notes)}
    return renumber(draft, listed, numbers)


RULE = Rule("FN004", "gap", "warning", _check)
