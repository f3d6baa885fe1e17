"""FN001 marker-without-note: a marker points to a note that is not there.

A reader who follows the marker finds nothing. The note was dropped, its number has a typing error, or
the list was cut off when the text was copied.

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

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN001")
