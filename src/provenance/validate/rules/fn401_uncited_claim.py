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

from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain, pairwise

from provenance.cite.patterns import lazy_pattern
from provenance.formats.sentences import find_sentence_starts
from provenance.model import Claim
from provenance.text import Span
from provenance.validate.draft import Draft
from provenance.validate.records import Found
from provenance.validate.rule import Rule

# A blank line, or a line that ends as sentences do: wrapped text has neither.
_PARAGRAPH_END = lazy_pattern(r"\n\s*\n|(?<=[.!?:”\"’)\]])[ \u00a0]*\n")
_WORD = lazy_pattern(r"[^\W\d_]+")
_ENDS = lazy_pattern(r"[.!?][”\"’)\]]*$")
# The markers that a gap stands behind: [12], [^name], a footnote's bare number.
_MARKERS = lazy_pattern(
    r"[\s,;\u200b]*(?:\[[^\[\]\n]{0,30}\]|\d{1,3})?(?:[\s,;\u200b]*\[[^\[\]\n]{0,30}\])*\s*$"
)
_LEAST_WORDS = 5


def _check(draft: Draft) -> Iterator[Found]:
    if draft.house.style.cited_paragraphs != "every_sentence" or not draft.parsed.claims:
        return
    language = draft.parsed.document.metadata.language or "en"
    for gap in _gaps(draft):
        starts = [*find_sentence_starts(draft.text, gap, language), gap.end]
        for start, end in pairwise(starts):
            sentence = draft.text[start:end].strip()
            if start == gap.start and _goes_on(draft.text, gap):
                continue  # the rest of a sentence that has its source in the middle
            if _ENDS.search(sentence) and len(_WORD.findall(sentence)) >= _LEAST_WORDS:
                at = draft.text.index(sentence, start)
                message = "no source is named for this sentence; those beside it have one"
                yield Found(message, at, at + len(sentence))


def _goes_on(text: str, gap: Span) -> bool:
    """Tell whether a gap begins within a sentence, behind a marker that no full stop stands beside."""
    rest = text[gap.start : gap.end].lstrip()
    before = _MARKERS.sub("", text[max(0, gap.start - 60) : gap.start])
    is_new_line = "\n" in text[gap.start : gap.end - len(rest)]
    ended = _ENDS.search(before) or rest[:1] in {".", "!", "?", "。"} or not before
    return not ended and not is_new_line


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
        edges = [start, *chain.from_iterable((e.start, e.markers[-1].end) for e in claims), end]
        for before, after in zip(edges[::2], edges[1::2], strict=True):
            if before < after and _WORD.search(text, before, after):
                yield Span(before, after)


RULE = Rule("FN401", "uncited-claim", "warning", _check)
