"""FN406 quotation-not-in-source: words in quotation marks stand so in none of its sources.

Only where the archive holds a readable text of every source that the claim names, all of them in the language
of the draft: a translated quotation cannot be compared. Case, accents, punctuation, kinds of quotation marks and
dashes make no difference; what is left out (…) or put in [brackets] parts a quotation into stretches that must
stand in this order. Under four words, and titles of works, are not looked for.

## Why it matters
What stands in quotation marks is somebody's own words. A quotation that its source does not have was
changed on the way, or comes from another source that the note should name.

## Example
```text
A Short Update

By Ada Writer

The warden said that “no boat will pass the ford unpaid.”[1]

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

The warden said that “no barge will pass the ford unpaid.”[1]

References

[1] https://www.tolls.example/2024/03/barges
```

## Fix
None: what was said, the source says.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.support import backed_claims, has_words, quotations_in, same_language


def _check(draft: Draft) -> Iterator[Found]:
    for backed in backed_claims(draft):
        quotations = list(quotations_in(backed.words))
        if not quotations or not same_language(draft, backed.texts):
            continue
        for start, end in quotations:
            quoted = backed.words[start:end]
            if not any(has_words(text, quoted) for text in backed.texts):
                yield Found(
                    "these words stand so in no archived text of its sources; compare with the"
                    " source, or take the quotation marks away",
                    backed.start + start,
                    backed.start + end,
                    backed.label(),
                )


RULE = Rule("FN406", "quotation-not-in-source", "warning", _check, asks_knowledge=True)
