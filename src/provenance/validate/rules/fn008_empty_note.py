"""FN008 empty-note: a note has a number and says nothing.

A number stands in the list with nothing behind it, or with a few stray signs only.

## Why it matters
The claim looks sourced, and whoever checks it finds nothing to check.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges

[2]
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

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN008", cure="say what the source is, or take the note and its marker out")
