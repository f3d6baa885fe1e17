"""FN201 unresolved-short-form: no one earlier citation fits a short form.

“Ibid.”, “op. cit.” or a shortened title stands for a work that was cited before. Here nothing that was cited before
fits, so that nobody can tell which work is meant.

## Why it matters
The short form leads nowhere: the claim has no source that can be checked.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] Ibid., 12.

[2] https://www.tolls.example/2024/03/doubled
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled on Monday.[2]

References

[1] Ada Writer, Rivers and Their Tolls (Port-Lumen: Quayside Press, 2019), 12.

[2] https://www.tolls.example/2024/03/doubled
```

## Fix
None: write the work out.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN201", cure="write the work out")
