r"""FN091 undecodable: bytes that are no characters stand in the file.

Some bytes mean nothing in the encoding of the file. They are shown as �; everything around them was read.

## Why it matters
A letter is lost: in a name a reader sees it, in an address nobody gets to the source.

## Example
```bytes
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The Fl\xFF\xFEsse fell – “low water”.

References

[1] https://www.tolls.example/2024/03/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The Flüsse fell – “low water”.

References

[1] https://www.tolls.example/2024/03/barges
```

## Fix
None: only an older copy of the file knows what stood there.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN091")
