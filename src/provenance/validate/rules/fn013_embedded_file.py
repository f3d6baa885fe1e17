"""FN013 embedded-file: another file is embedded whole, and is not read.

A Word file may hold another file (a web page, a text) that Word takes in only when it saves. What stands in it,
its notes too, is not read here.

## Why it matters
The draft looks checked, and a part of it was not.

## Example
```word
Two barges were stopped below the ford.{1}

{1}: https://www.tolls.example/2024/03/barges
{embedded}: The toll was doubled on Monday.
```

## Use instead
```word
Two barges were stopped below the ford.{1} The toll was doubled on Monday.

{1}: https://www.tolls.example/2024/03/barges
```

## Fix
None: open the file in Word and save it, which takes the embedded file in.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN013")
