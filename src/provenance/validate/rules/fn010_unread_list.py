"""FN010 unread-list: what looks like a list of notes is numbered in a way that is not read.

Lines are numbered like notes, but no markers in the text count the same way; or a heading such as “Endnotes”
promises notes and none are found below it. Nothing that stands there is checked by the other rules.

## Why it matters
Sources that are not read are not archived, not watched, and not found again when they are gone.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.

Endnotes

Harbour Post, “Barges Stopped,” March 4, 2024
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

Endnotes

[1] Harbour Post, “Barges Stopped,” March 4, 2024
```

## Fix
None: number the notes, and put the same numbers in the text.
"""

from collections.abc import Iterator

from provenance.validate.cut_list import find_cut_list
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings


def _check(draft: Draft) -> Iterator[Found]:
    findings = parser_findings(draft, "FN010")
    # below a heading stands nothing, and markers ask for it: FN009 says that the list is missing
    is_missing = bool(findings) and not draft.parsed.notes and find_cut_list(draft) is not None
    for finding in findings:
        if finding.label is not None or not is_missing:
            yield Found(finding.message, finding.start, finding.end, finding.label)


RULE = Rule("FN010", "unread-list", "warning", _check)
