r"""FN092 unreadable: the file cannot be read as a document any more.

A file that was read once is refused by today's reader: it is damaged, or was never what its name says. It is kept as it is, and
nothing is known of its notes.

## Why it matters
Its claims and sources are missing from every search until somebody brings a copy that can be read.

## Example
```bytes
PK\x03\x04 the rest of this file is lost
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```

## Fix
None: export the document anew from the program that made it.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN092")
