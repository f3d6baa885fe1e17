"""FN015 markers-out-of-order: the text names a note before one with a lower number.

Notes are numbered in the order in which the text first names them. Here a number comes before a lower one that has
not been named yet: a claim was moved with its marker. Lists that are sorted by name, as in papers, are left alone.

## Why it matters
A reader who follows the numbers finds one missing, and meets it later.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[2] The toll was doubled on Monday.[1] Ferries wait.[3] The ford is dry.[4]

References

[1] https://www.tolls.example/2024/03/doubled

[2] https://www.tolls.example/2024/03/barges

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
Safe: in a text file, markers and notes are numbered in the order of the text and the notes change places; only where
every note has a marker and every marker its note, and no words name a note by its number.
"""

from collections.abc import Iterator, Sequence

from provenance.model import Marker, Note
from provenance.validate.ascending import longest_ascending
from provenance.validate.draft import Draft
from provenance.validate.mistyped import find_mistyped_markers
from provenance.validate.numbering import (
    CountedList,
    first_mentions,
    has_typed_markers,
    neighbour_out_of_order,
    numbered_lists,
    renumber,
)
from provenance.validate.records import Fix, Found
from provenance.validate.rule import Rule

# A list whose numbers do not mostly follow the text is sorted in some other way.
_IN_ORDER = 0.75
# Where more are out of order, the first of them speaks for all.
_MOST_NAMED = 5


def _check(draft: Draft) -> Iterator[Found]:
    for listed in numbered_lists(draft):
        if list(listed.numbers) != sorted(set(listed.numbers)):
            continue  # FN003 or FN005 speaks of it
        if not has_typed_markers(draft, listed):
            continue  # the program that shows the notes counts them
        mentioned = first_mentions(draft, listed)
        slips = {slip.marker for slip in find_mistyped_markers(draft)}  # FN002 speaks of those
        numbers = [int(note.label) for note in mentioned]
        kept = longest_ascending(numbers)
        if len(kept) == len(mentioned) or len(kept) < _IN_ORDER * len(mentioned):
            continue
        fix = _mend(draft, listed, mentioned)
        moved = [
            index
            for index in range(len(numbers))
            if index not in kept and _first_marker(listed, mentioned[index]) not in slips
        ]
        for index in moved[: 1 if len(moved) > _MOST_NAMED else None]:
            message = _say(numbers, index)
            if len(moved) > _MOST_NAMED:
                message += f"; {len(moved) - 1} more of the {len(numbers)} notes are out of order"
            marker = _first_marker(listed, mentioned[index])
            yield Found(message, marker.start, marker.end, marker.label, fix)


def _first_marker(listed: CountedList, note: Note) -> Marker:
    return min(listed.markers[note.id], key=lambda each: each.start)


def _say(numbers: Sequence[int], index: int) -> str:
    other = neighbour_out_of_order(numbers, index)
    side = "behind" if other < index else "before"
    return f"[{numbers[index]}] is first named here, {side} [{numbers[other]}]"


def _mend(draft: Draft, listed: CountedList, mentioned: Sequence[Note]) -> Fix | None:
    if len(mentioned) < len(listed.notes):
        return None
    ids = (note.id for note in mentioned)
    return renumber(draft, listed, dict(zip(ids, listed.numbers, strict=True)))


RULE = Rule("FN015", "markers-out-of-order", "warning", _check)
