"""FN090 not-utf-8: the file is in another encoding than UTF-8.

The letters were read by guessing the encoding, or by what the file says of it. The guess is good for whole sentences,
but a short file may be read wrong.

## Why it matters
Other programs may guess otherwise, and show other letters in names and addresses.

## Example
```cp1252
A Short Update

By Ada Writer

Two barges were stopped below the “upper” ford.[1]

References

[1] Harbour Post, “Barges Stopped – Again,” March 4, 2024, https://www.tolls.example/2024/03/barges
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the “upper” ford.[1]

References

[1] Harbour Post, “Barges Stopped – Again,” March 4, 2024, https://www.tolls.example/2024/03/barges
```

## Fix
None: save the file as UTF-8.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN090")
