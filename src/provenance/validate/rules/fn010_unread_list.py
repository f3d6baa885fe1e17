"""FN010 unread-list: what looks like a list of notes is numbered in a way that is not read.

Lines are numbered like notes, but no markers in the text count the same way; or a heading such as “Endnotes”
promises notes and none are found below it. Nothing that stands there is checked by the other rules. Below “Notes” or
“References”, where no marker asks for them, remarks or a reading list may be meant: that is only mentioned.

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

import re
from collections.abc import Iterator

from provenance.cite.patterns import lazy_pattern
from provenance.model import Finding, Severity
from provenance.validate.cut_list import find_cut_list
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.rules.parsed import parser_findings

# Other headings ("Notes", "References") also stand above remarks and reading lists, which no marker points to.
_PROMISES_NOTES = lazy_pattern(
    r"(?:end|foot)[ -]?note|fu(?:ß|ss)note|сноск|виноск|حاشي", re.IGNORECASE
)


def _check(draft: Draft) -> Iterator[Found]:
    findings = parser_findings(draft, "FN010")
    # below a heading stands nothing, and markers ask for it: FN009 says that the list is missing
    is_missing = bool(findings) and not draft.parsed.notes and find_cut_list(draft) is not None
    for finding in findings:
        if finding.label is not None or not is_missing:
            yield Found(
                finding.message,
                finding.start,
                finding.end,
                finding.label,
                severity=_doubt(draft, finding),
            )


def _doubt(draft: Draft, finding: Finding) -> Severity | None:
    words = draft.text[finding.start : finding.end]
    is_asked = any(claim.markers for claim in draft.parsed.claims)
    return None if finding.label or is_asked or _PROMISES_NOTES.search(words) else "info"


RULE = Rule("FN010", "unread-list", "warning", _check)
