"""From claim and page to the passage that best supports it, or to the reason why there is none. PURE.

It says which passage a claim leans on and what of the claim it does not have; never that a
claim is true. Verdicts, by `docs/evidence.md`:

    not_checkable       the claim names nothing that could be looked for
    source_unavailable  there is no text to look in
    not_found           no passage is likely to be meant; none is given
    partial             a passage, with what it lacks named, or one that is less than sure
    supported           a sure passage that has the claim's numbers, dates and names
"""

from functools import lru_cache
from typing import NamedTuple

from provenance.link.missing import Missing, find_missing
from provenance.link.passages import cut_passages, select_passage
from provenance.link.score import LexicalScorer, Page, Scorer
from provenance.link.terms import read_terms
from provenance.model import Evidence, EvidenceVerdict, Passage
from provenance.text import Span

__all__ = ["FOUND_AT", "PAGE_AT", "SUPPORTED_AT", "Asked", "ReadPage", "find_evidence", "read_page"]

# Chances that the first passage is right, by cross-validation on WiCE dev (benchmarks/evidence.py):
# 0.93 of those at 0.8 and above are; below 0.5 fewer than half.
SUPPORTED_AT = 0.8
FOUND_AT = 0.5
# The chance that this is the page the claim was taken from rather than one on the same subject.
PAGE_AT = 0.3
# A claim of fewer words that carry meaning fits any page.
_LEAST_WORDS = 2
_MOST_NAMED = 5


class Asked(NamedTuple):
    """A claim's text in its language (ISO 639-1), and what it cites."""

    claim_id: str
    text: str
    language: str
    source_id: str


class ReadPage(NamedTuple):
    """A capture's text, cut into passages; read once for all claims that cite it."""

    text: str
    spans: tuple[Span, ...]
    page: Page


class _Verdict(NamedTuple):
    verdict: EvidenceVerdict
    reason: str
    score: float | None = None
    passage: Passage | None = None


def read_page(text: str, language: str) -> ReadPage:
    """Cut a text into passages in its language; words are read when the first claim asks."""
    spans = cut_passages(text, language)
    return ReadPage(text, spans, Page([span.of(text) for span in spans], language))


def find_evidence(
    asked: Asked,
    read: ReadPage | None,
    capture_id: str | None,
    *,
    missing_text: str = "there is no text of the source",
    scorer: Scorer | None = None,
) -> Evidence:
    """Return the passage of a page that best supports a claim, or why there is none.

    `score` is the chance that this passage is the right one, between 0 and 1, as measured on
    public data; it says nothing about whether the claim is true. Where none is found it is the
    lower of the chances that the nearest is and that the page is the right one. `missing_text` is the reason
    given where there is no page.
    """
    scorer = scorer or _default_scorer()
    found = _judge(asked, read, missing_text, scorer)
    return Evidence(
        claim_id=asked.claim_id,
        source_id=asked.source_id,
        verdict=found.verdict,
        method=scorer.method,
        reason=found.reason,
        capture_id=capture_id,
        score=found.score,
        passage=found.passage,
    )


@lru_cache(maxsize=1)
def _default_scorer() -> LexicalScorer:
    return LexicalScorer()


def _judge(asked: Asked, read: ReadPage | None, missing_text: str, scorer: Scorer) -> _Verdict:
    if len(set(read_terms(asked.text, asked.language).content)) < _LEAST_WORDS:
        return _Verdict("not_checkable", "the claim names nothing that could be looked for")
    if read is None or not read.spans:
        return _Verdict("source_unavailable", missing_text)
    ranking = scorer.rank(asked.text, asked.language, read.page)
    if not ranking.judged:
        return _Verdict("not_found", "no passage shares a word with the claim")
    sure = scorer.confidence(asked.text, asked.language, read.page, ranking)
    best = ranking.judged[0].number
    lacking = _missing(asked, read, best)
    if sure.passage < FOUND_AT or sure.page < PAGE_AT:
        score = min(sure.passage, sure.page)  # whichever of the two says that it is none
        return _Verdict("not_found", _why_not(lacking), round(score, 4))
    return _found(select_passage(read.text, read.spans[best]), round(sure.passage, 4), lacking)


def _found(passage: Passage, score: float, lacking: Missing) -> _Verdict:
    if lacking or lacking.contradictions:
        return _Verdict("partial", _what_lacks(lacking), score, passage)
    if score < SUPPORTED_AT:
        reason = "the passage has the claim's numbers and names, but another may be meant"
        return _Verdict("partial", reason, score, passage)
    return _Verdict(
        "supported", "the passage has the claim's numbers, names and words", score, passage
    )


def _missing(asked: Asked, read: ReadPage, best: int) -> Missing:
    passages = read.page.passages
    beside = [passages[at] for at in (best - 1, best + 1) if 0 <= at < len(passages)]
    page = read.page
    return find_missing(
        asked.text, asked.language, passages[best], beside, page.language, declared=page.declared
    )


def _why_not(lacking: Missing) -> str:
    named = (*lacking.facts, *lacking.names)
    if not named:
        return "no passage of the page is likely to be meant"
    return f"no passage is likely to be meant; the nearest does not have {_listed(named)}"


def _what_lacks(lacking: Missing) -> str:
    parts = [
        f"it has “{one.found}” where the claim has “{one.asked}”" for one in lacking.contradictions
    ]
    contradicted = {one.asked for one in lacking.contradictions}
    named = [one for one in (*lacking.facts, *lacking.names) if one not in contradicted]
    if named:
        parts.append(f"it does not have {_listed(named)}")
    return f"the passage: {'; '.join(parts)}"


def _listed(named: "tuple[str, ...] | list[str]") -> str:
    shown = ", ".join(f"“{one}”" for one in named[:_MOST_NAMED])
    more = len(named) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
