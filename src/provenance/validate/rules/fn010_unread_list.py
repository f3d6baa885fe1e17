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

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN010")
