"""FN404 number-not-in-source: a number of the claim stands in none of its sources.

Only where the archive holds a readable text of every source that the claim names. Numbers are found in any
way of writing (1,000, 1.000, 1 000, a thousand, 1.2 million, sixteen, ١٦), and a rounded number is found where
the source has one that rounds to it. Not asked for are small counts (under 13), dates, years, times, lengths, weights, durations
and sums of money (they may have been converted), and what is said to be rough (“nearly 200”).

A number that the author made by adding up is told too: say so in the claim.

## Why it matters
A digit lost in typing or copying (61 for 16) is the fault that nobody sees, and the one that is quoted on.

## Example
```text
A Short Update

By Ada Writer

The guard stopped 61 barges below the ford.[1]

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

The guard stopped 16 barges below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
```

## Fix
None: what the right number is, the source says.
"""

from collections.abc import Iterator

from provenance.validate.amounts import Amounts, asked_amounts
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule
from provenance.validate.support import backed_claims, same_language

# Other languages spell numbers up to twenty in words that nobody here reads.
_SPELLED_ELSEWHERE = 20


def _check(draft: Draft) -> Iterator[Found]:
    read: dict[str, Amounts] = {}
    for backed in backed_claims(draft):
        asked = list(asked_amounts(backed.words))
        if not asked:
            continue
        if not same_language(draft, backed.texts):
            asked = [amount for amount in asked if amount.value > _SPELLED_ELSEWHERE]
        for text in backed.texts:
            if text not in read:
                read[text] = Amounts(text)
        texts = [read[text] for text in backed.texts]
        missing = [each for each in asked if not any(text.has(each) for text in texts)]
        if missing:
            numbers = " and ".join(backed.words[each.start : each.end] for each in missing)
            stand = "stands" if len(missing) == 1 else "stand"
            yield Found(
                f"{numbers} {stand} in no archived text of its sources; compare with the source",
                backed.start + missing[0].start,
                backed.start + missing[0].end,
                backed.label(),
            )


RULE = Rule("FN404", "number-not-in-source", "warning", _check, asks_knowledge=True)
