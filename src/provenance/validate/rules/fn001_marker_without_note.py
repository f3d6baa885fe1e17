"""FN001 marker-without-note: a marker points to a note that is not there.

A reader who follows the marker finds nothing. The note was dropped, or its number has a typing error.
Where a whole list is missing or was cut off, FN009 says so once. A subscript in program code (`argv[2]`) is no marker.

## Why it matters
The claim stands there as if it had a source, and nobody can tell which one.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges
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
None: only the author knows the source.
"""

from collections.abc import Iterator

from provenance.model import Marker, Severity
from provenance.validate.cut_list import closes_something, find_cut_list
from provenance.validate.draft import Draft
from provenance.validate.mistyped import find_mistyped_notes
from provenance.validate.numbering import unanswered
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings


def _check(draft: Draft) -> Iterator[Found]:
    findings = parser_findings(draft, "FN001")
    if not findings:
        return
    lost = {(marker.label, marker.start): marker for marker in unanswered(draft)}
    cut = find_cut_list(draft)
    explained = {(marker.label, marker.start) for marker in cut.markers} if cut else set()
    asked = {str(each.wanted) for each in find_mistyped_notes(draft)}
    for finding in findings:
        # FN009 speaks of a list that was cut off, FN003 of a note with another one's number
        at = (finding.label or "", finding.start)
        if at in lost and at not in explained and finding.label not in asked:
            doubt = _doubt(draft, lost[at])
            yield Found(finding.message, finding.start, finding.end, finding.label, severity=doubt)


def _doubt(draft: Draft, marker: Marker) -> Severity | None:
    """A number in brackets that closes nothing, in a draft without any note, may be no marker."""
    return None if draft.parsed.notes or closes_something(draft.text, marker) else "info"


RULE = Rule("FN001", "marker-without-note", "error", _check)
