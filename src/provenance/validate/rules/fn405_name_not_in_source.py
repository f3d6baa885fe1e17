"""FN405 name-not-in-source: a name of the claim stands in none of its sources.

Only where the archive holds a readable text of every source that the claim names, all of them in the language of
the draft. Names of two words or more are looked for, in any transliteration that keeps the consonants (Muhammad,
Mohammed); one word of a name is enough, and so are its initials. Titles, months and common words are no names.

## Why it matters
A name that no source has was mixed up, or the source was: both are worth a look. Often the page says “the
governor” where the author knows his name: then it is right as it is.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped by Aldous Fenwick below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```
```known
[[source]]
url = "https://www.tolls.example/2024/03/barges"
state = "alive"
texts = ['''
The Tolls Board said on Tuesday that the guard at the ford stopped sixteen barges in the night.
Their masters had paid no toll since the winter, the board said, and two of them were sent back down
the river. The others may pass when they have paid. The warden of the ford, Ilse Marrow, told this
paper that “no barge will pass the ford unpaid while I hold the keys.” She has kept the ford for
eleven years. The board meets again next week to speak of the toll for timber and of the new chain
across the lower ford.
''']
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped by Ilse Marrow below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```

## Fix
None: whose name it is, the source says.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.support import (
    backed_claims,
    has_name,
    names_in,
    same_language,
)


def _check(draft: Draft) -> Iterator[Found]:
    for backed in backed_claims(draft):
        names = list(names_in(backed.words))
        if not names or not same_language(draft, backed.texts):
            continue
        for start, end in names:
            name = backed.words[start:end]
            if not any(has_name(text, name) for text in backed.texts):
                yield Found(
                    f"{name} is named in no archived text of its sources; compare with the source",
                    backed.start + start,
                    backed.start + end,
                    backed.label(),
                )


RULE = Rule("FN405", "name-not-in-source", "info", _check, asks_knowledge=True)
