"""FN012 note-left-out: a note's only marker is deleted or hidden, so that the note is not printed.

A Word file keeps a note after its marker was struck out with tracked changes, or hidden. The note is not printed
and not read here.

## Why it matters
A source that somebody took out on purpose needs no care; one that was lost with a deleted sentence may be missed.

## Example
```word
Two barges were stopped below the ford.{1} {deleted: The toll was doubled on Monday.{2}}

{1}: https://www.tolls.example/2024/03/barges
{2}: https://www.tolls.example/2024/03/doubled
```

## Use instead
```word
Two barges were stopped below the ford.{1}

{1}: https://www.tolls.example/2024/03/barges
```

## Fix
None: accept the deletion, or reject it, in Word.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN012")
