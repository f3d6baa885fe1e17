"""FN006 ambiguous-marker: a marker fits notes of more than one list.

The draft holds several lists of notes, each with its own numbers, and a marker could lead to more than one of
them. It happens when two updates are pasted together and both lists end up at the bottom.

## Why it matters
A reader who follows the number finds two sources and cannot know which one is meant.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges

[2] https://www.tolls.example/2024/03/doubled

Notes

[1] https://www.tolls.example/2024/03/ferries

[2] https://www.tolls.example/2024/03/fords
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] https://www.tolls.example/2024/03/barges; https://www.tolls.example/2024/03/ferries

[2] https://www.tolls.example/2024/03/doubled; https://www.tolls.example/2024/03/fords
```

## Fix
None: only the author knows which list each marker meant. Number the notes through, or keep each list below its own text.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN006")
