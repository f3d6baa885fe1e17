"""FN002 note-without-marker: nothing in the text points to a note.

A note stands in the list and no marker leads to it: its claim was cut, or the marker was, or another number was typed. Where none of the notes of a
list has a marker, that is one finding: a copy lost them all, or the list belongs to another text.

## Why it matters
The source is printed, and nobody can tell what it is the source of.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[3] Ferries wait.[3]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

[3] https://www.tolls.example/2024/03/ferries
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
Unsafe: a marker between those of the notes before and behind it, whose own note another marker names too, gets this
note's number. Look whether it is this note's claim. Where there is no such marker, only the author knows.
"""

from collections.abc import Iterator

from provenance.cite.chains import start_of_heading_above
from provenance.cite.patterns import lazy_pattern
from provenance.model import Finding, Marker
from provenance.text import Span
from provenance.validate.draft import Draft
from provenance.validate.mistyped import find_mistyped_markers
from provenance.validate.near_markers import notes_found_again
from provenance.validate.numbering import is_written_out
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings

_SHOWN_CHARS = 24
# So many notes without a marker, and at least a third of all, are one fault.
_MANY = 10
# Looks ahead, since brackets may stand in brackets; a label is not longer.
_BRACKETED = lazy_pattern(r"\[(?=([^\]]{1,100})\])")


def _check(draft: Draft) -> Iterator[Found]:
    findings = parser_findings(draft, "FN002")
    found_again = notes_found_again(draft) if findings else frozenset()
    in_text = _labels_in_text(draft) if findings else frozenset()
    lost = [
        each
        for each in findings
        # FN007 says of those found again what was meant
        if each.label is None or (each.label not in found_again and each.label not in in_text)
    ]
    if len(lost) >= _MANY and 3 * len(lost) >= len(draft.parsed.notes):
        first = lost[0]
        message = f"{first.message}, and {len(lost) - 1} more of the {len(draft.parsed.notes)} notes have none"
        yield Found(message, first.start, first.end, first.label)
        return
    slips = {slip.wanted.start: slip.marker for slip in find_mistyped_markers(draft)}
    for finding in lost:
        if slip := slips.get(finding.start):
            yield _ask(draft, finding, slip)
            continue
        # a numbered list that no heading calls notes may be any list: an annex, an agenda
        is_headed = start_of_heading_above(draft.text, finding.start) is not None
        yield Found(
            finding.message,
            finding.start,
            finding.end,
            finding.label,
            severity="info" if finding.label is None and not is_headed else None,
        )


def _ask(draft: Draft, finding: Finding, slip: Marker) -> Found:
    place = (finding.start, finding.end, finding.label)
    before = draft.text[max(0, slip.start - _SHOWN_CHARS) : slip.start].rpartition("]")[2]
    words = " ".join(before.split())
    message = f"{finding.message}: was it meant by [{slip.label}] behind “…{words}”?"
    span = Span(slip.start, slip.end)
    if span.of(draft.text) != f"[{slip.label}]" or not is_written_out(draft, span):
        return Found(message, *place)
    return Found(message, *place, Fix(False, (Edit(*span, f"[{finding.label}]"),)))


def _labels_in_text(draft: Draft) -> frozenset[str]:
    """Return what stands in brackets, though not where a note begins.

    A number of a note that does was not read as a marker: it is inside a footnote, say, or in
    words that a PDF's layout hides. All at once: a list may have thousands without markers.
    """
    starts = {note.start for note in draft.parsed.notes}
    return frozenset(
        found[1] for found in _BRACKETED.finditer(draft.text) if found.start() not in starts
    )


RULE = Rule("FN002", "note-without-marker", "warning", _check)
