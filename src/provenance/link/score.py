"""Passages in the order in which they bear on a claim, and how sure that is. PURE.

A scorer is anything that scores every passage of a page for a claim. Ours is a sum of
weighted features (`same_language.py`, `cross_language.py`), fitted on public data by
`benchmarks/fit_evidence.py`; the numbers stand in `evidence.json` with the data's name and
digest. A model can take its place: nothing else knows how scores come about.
"""

import json
import math
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Protocol

from provenance.link.acronyms import Abbreviation, find_declared
from provenance.link.confidence import tell_page
from provenance.link.cross_language import CrossIndex, compare_across
from provenance.link.method import LEXICAL_METHOD
from provenance.link.page_index import PageIndex
from provenance.link.same_language import compare

__all__ = [
    "Confidence",
    "Judged",
    "LexicalScorer",
    "LinearModel",
    "Page",
    "Ranking",
    "Scorer",
    "our_weights",
]

# A feature farther from its mean than this (in standard deviations) tells nothing more.
CLIP = 6.0


class Page:
    """The passages of one page in its language (ISO 639-1), as sentences; indexed once for all claims."""

    def __init__(self, passages: Sequence[str], language: str) -> None:
        self.passages = tuple(passages)
        self.language = language

    @cached_property
    def index(self) -> PageIndex:
        """The page made ready for claims in its own language."""
        return PageIndex(self.passages, self.language)

    @cached_property
    def cross_index(self) -> CrossIndex:
        """The page made ready for claims in another language."""
        return CrossIndex(self.index)

    @cached_property
    def declared(self) -> frozenset[Abbreviation]:
        """What the page says in brackets to be short for what."""
        return find_declared(self.passages)


class Judged(NamedTuple):
    """A passage by its number on the page, with its score and what it was scored by."""

    number: int
    score: float
    features: Mapping[str, float]


class Ranking(NamedTuple):
    """The passages of a page that were scored for a claim, the best first; `across` languages or not."""

    judged: tuple[Judged, ...]
    across: bool


class Confidence(NamedTuple):
    """The chance that the first passage is right, and that this page is the one the claim leans on."""

    passage: float
    page: float


class Scorer(Protocol):
    """The seam for a model: scores in, order out. Scores of one page compare; of two they need not."""

    @property
    def method(self) -> str:
        """Name and version, kept with everything it says."""

    def rank(self, claim: str, language: str, page: Page) -> Ranking:
        """Score the passages of a page for a claim written in `language`."""

    def confidence(self, claim: str, language: str, page: Page, ranking: Ranking) -> Confidence:
        """Tell how sure a ranking is that holds at least one passage."""


class LinearModel(NamedTuple):
    """A weighted sum of standardized features, clipped; `weights[name]` is (mean, spread, weight)."""

    weights: Mapping[str, tuple[float, float, float]]
    intercept: float = 0.0

    def score(self, features: Mapping[str, float]) -> float:
        """Return the sum; every feature that has a weight must be there."""
        total = self.intercept
        for name, (mean, spread, weight) in self.weights.items():
            off = (features[name] - mean) / spread
            total += weight * max(-CLIP, min(CLIP, off))
        return total

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the sum as a probability, by the logistic function."""
        return 1 / (1 + math.exp(-self.score(features)))


class LexicalScorer:
    """The scorer that needs no model: words, letters, numbers, dates and names."""

    def __init__(self) -> None:
        weights = our_weights()
        self.method = LEXICAL_METHOD
        self._same = read_model(weights["same_language"]["order"])
        self._across = read_model(weights["cross_language"]["order"])
        self._confidence = {
            side: {kind: read_model(data) for kind, data in weights[side]["confidence"].items()}
            for side in ("same_language", "cross_language")
        }

    def rank(self, claim: str, language: str, page: Page) -> Ranking:
        """Score the passages of a page for a claim written in `language`."""
        across = language != page.language
        if not page.passages:
            return Ranking((), across)
        if across:
            columns = compare_across(claim, language, page.cross_index)
            numbers: Sequence[int] = range(len(page.passages))
        else:
            numbers, columns = self._compare(claim, page)
        model = self._across if across else self._same
        return Ranking(order(numbers, columns, model), across)

    def confidence(self, claim: str, language: str, page: Page, ranking: Ranking) -> Confidence:
        """Tell how sure a ranking is, calibrated on public data."""
        told = tell_page(claim, language, page, ranking)
        models = self._confidence["cross_language" if ranking.across else "same_language"]
        return Confidence(models["passage"].probability(told), models["page"].probability(told))

    @staticmethod
    def _compare(claim: str, page: Page) -> tuple[Sequence[int], dict[str, list[float]]]:
        candidates = page.index.candidates(claim)
        return candidates, compare(claim, page.index, candidates)


def order(
    numbers: Sequence[int], columns: Mapping[str, Sequence[float]], model: LinearModel
) -> tuple[Judged, ...]:
    """Return the passages by falling score; of equal ones the first on the page comes first."""
    rows = [{name: column[at] for name, column in columns.items()} for at in range(len(numbers))]
    judged = [
        Judged(number, model.score(row), row) for number, row in zip(numbers, rows, strict=True)
    ]
    return tuple(sorted(judged, key=lambda one: (-one.score, one.number)))


def read_model(data: Mapping[str, Any]) -> LinearModel:
    """Read a model as `fit_evidence.py` writes it."""
    weights = {name: (row[0], row[1], row[2]) for name, row in data["weights"].items()}
    return LinearModel(weights, data.get("intercept", 0.0))


@lru_cache(maxsize=1)
def our_weights() -> dict[str, Any]:
    """Return what `evidence.json` holds: models, thresholds, the data they were fitted on."""
    data = pkgutil.get_data("provenance.link", "evidence.json")
    assert data is not None, "evidence.json belongs to the package"
    weights: dict[str, Any] = json.loads(data)
    return weights
