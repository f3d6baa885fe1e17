"""FN202 ambiguous-short-form: several earlier citations fit a short form.

“Ibid.” behind a note that names two things, “Tollman, op. cit.” where Tollman wrote both a book and a report, a
short title that two works share. The message lists what would fit. Where nothing fits at all, that is FN201.

## Why it matters
The author knew which one was meant; a reader has to guess, and a guess in a footnote is a wrong source.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2] The guilds refused to pay.[3]

References

[1] Ann Tollman, The Lower Ford, Orrin Press, 2015, p. 3.

[2] Ann Tollman, The Upper Ford, Orrin Press, 2017, p. 4.

[3] Tollman, op. cit., p. 9.
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2] The guilds refused to pay.[3]

References

[1] Ann Tollman, The Lower Ford, Orrin Press, 2015, p. 3.

[2] Ann Tollman, The Upper Ford, Orrin Press, 2017, p. 4.

[3] Tollman, supra note 2, p. 9.
```

## Fix
None: only the author knows which one was meant. Name the note (“supra note 2”) or cite the work again in full.
"""

from provenance.validate.rules.parsed import from_parser

RULE = from_parser("FN202", cure="name the one that is meant")
