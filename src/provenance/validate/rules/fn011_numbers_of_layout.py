"""FN011 numbers-of-layout: only a layout of the file tells the numbers of its notes.

A Word file may number its notes anew on every page, or in signs of its own. What page a note falls on is not
said in the file, only in the last layout that was stored with it, so the numbers shown here may not be those that print.

## Why it matters
Somebody who is told “look at note 3” may look at another one.

## Example
```word
Two barges were stopped below the ford.{1} The toll was doubled on Monday.{2}

{1}: https://www.tolls.example/2024/03/barges
{2}: https://www.tolls.example/2024/03/doubled
{numbering}: eachPage
```

## Use instead
```word
Two barges were stopped below the ford.{1} The toll was doubled on Monday.{2}

{1}: https://www.tolls.example/2024/03/barges
{2}: https://www.tolls.example/2024/03/doubled
```

## Fix
None: in Word, “References → Footnotes → Numbering → Continuous” numbers them through.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN011")
