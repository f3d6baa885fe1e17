"""FN401 uncited-claim: a sentence without a source stands among sentences that have one.

Asked for only where the house style wants every sentence of such a paragraph cited
(`cited_paragraphs = "every_sentence"`): topic sentences and assessments are uncited in most houses, and
whole paragraphs without a marker are left alone everywhere. Sentences of under five words are passed over.

## Why it matters
A reader takes the next marker for the source of both sentences, or of neither.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The masters of both had paid no toll since winter.

References

[1] https://www.tolls.example/2024/03/barges
```
```house
[style]
cited_paragraphs = "every_sentence"
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The masters of both had paid no toll since winter.[1]

References

[1] https://www.tolls.example/2024/03/barges
```

## Fix
None: only the author knows the source.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain, pairwise

from provenance.cite.patterns import lazy_pattern
from provenance.cite.sentences import find_sentence_starts
from provenance.model import Claim
from provenance.text import Span
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule

# A blank line, or a line that ends as sentences do: wrapped text has neither.
_PARAGRAPH_END = lazy_pattern(r"\n\s*\n|(?<=[.!?:”\"’)\]])[ \u00a0]*\n")
_WORD = lazy_pattern(r"[^\W\d_]+")
_ENDS = lazy_pattern(r"[.!?][”\"’)\]]*$")
_LEAST_WORDS = 5


def _check(draft: Draft) -> Iterator[Found]:
    if draft.house.style.cited_paragraphs != "every_sentence" or not draft.parsed.claims:
        return
    language = draft.parsed.document.metadata.language or "en"
    for gap in _gaps(draft):
        starts = [*find_sentence_starts(draft.text, gap, language), gap.end]
        for start, end in pairwise(starts):
            sentence = draft.text[start:end].strip()
            if _ENDS.search(sentence) and len(_WORD.findall(sentence)) >= _LEAST_WORDS:
                at = draft.text.index(sentence, start)
                message = "no source is named for this sentence; those beside it have one"
                yield Found(message, at, at + len(sentence))


def _gaps(draft: Draft) -> Iterator[Span]:
    """Yield what stands between the claims of a paragraph, before the first and behind the last."""
    text = draft.text
    first_note = min((note.start for note in draft.parsed.notes), default=len(text))
    ends = [found.end() for found in _PARAGRAPH_END.finditer(text)]
    paragraphs: dict[int, list[Claim]] = {}
    for claim in draft.parsed.claims:
        paragraphs.setdefault(bisect_right(ends, claim.start), []).append(claim)
    for index, claims in paragraphs.items():
        start = ends[index - 1] if index else 0
        end = ends[index] if index < len(ends) else len(text)
        end = max(start, min(end, first_note)) if start < first_note else end
        done = [start, *chain.from_iterable((each.start, each.markers[-1].end) for each in claims)]
        for before, after in pairwise([*done, end][::1]):
            yield from _gap(text, before, after, claims)


def _gap(text: str, start: int, end: int, claims: list[Claim]) -> Iterator[Span]:
    is_claim = any(start <= each.start < end for each in claims)
    if start < end and not is_claim and re.search(r"\w", text[start:end]):
        yield Span(start, end)


RULE = Rule("FN401", "uncited-claim", "warning", _check)
