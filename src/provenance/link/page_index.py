"""A page made ready for claims: its passages' words, and how rare each is on this page. PURE."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from provenance.link.terms import Terms, read_terms

__all__ = ["MOST_CANDIDATES", "PageIndex"]

# Of longer pages only the passages that share most with a claim are scored: 0.1 ms each.
MOST_CANDIDATES = 300
_NEIGHBOURS = (-1, 0, 1)


class PageIndex:
    """The passages of one page; made once, asked for every claim that cites the page."""

    def __init__(self, passages: Sequence[str], language: str) -> None:
        self.language = language
        self.terms: tuple[Terms, ...] = tuple(read_terms(text, language) for text in passages)

    def __len__(self) -> int:
        return len(self.terms)

    def idf(self, stem: str) -> float:
        """Return how much a stem tells on this page: BM25's logarithm, at most when it is not there."""
        return self._weight(self._frequency[stem])

    def number_idf(self, number: str) -> float:
        """Return how much a number or month tells on this page."""
        return self._weight(self._number_frequency[number])

    def gram_weight(self, gram: str) -> float:
        """Return how much a run of letters tells on this page."""
        return math.log(1 + len(self) / (1 + self._gram_frequency[gram]))

    def has(self, stem: str) -> bool:
        """Tell whether any passage has a stem."""
        return stem in self._frequency

    @cached_property
    def words(self) -> frozenset[str]:
        """The folded words of the page."""
        return frozenset(word for terms in self.terms for word in terms.words)

    @cached_property
    def mean_words(self) -> float:
        """How many words a passage has, on the average."""
        return sum(len(terms.words) for terms in self.terms) / max(1, len(self)) or 1.0

    @cached_property
    def gram_norms(self) -> tuple[float, ...]:
        """The length of each passage's weighted vector of grams."""
        # A page has few frequencies and many grams: the logarithm of each is taken once.
        frequency = self._gram_frequency
        worth = {n: math.log(1 + len(self) / (1 + n)) for n in set(frequency.values())}
        weights = {gram: worth[n] for gram, n in frequency.items()}
        return tuple(
            math.sqrt(sum([(count * weights[gram]) ** 2 for gram, count in terms.grams.items()]))
            or 1.0
            for terms in self.terms
        )

    def candidates(self, claim: str) -> list[int]:
        """Return the passages worth scoring, in order: all, or those that share most, with their neighbours."""
        if len(self) <= MOST_CANDIDATES:
            return list(range(len(self)))
        shared: dict[int, float] = defaultdict(float)
        for stem in dict.fromkeys(read_terms(claim, self.language).content):
            for at in self._postings.get(stem, ()):
                shared[at] += self.idf(stem)
        best = sorted(shared, key=lambda at: (-shared[at], at))[: MOST_CANDIDATES // 3]
        around = {at + step for at in best for step in _NEIGHBOURS}
        return sorted(at for at in around if 0 <= at < len(self))

    def _weight(self, frequency: int) -> float:
        return math.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))

    @cached_property
    def _frequency(self) -> Counter[str]:
        return Counter(stem for terms in self.terms for stem in set(terms.stems))

    @cached_property
    def _number_frequency(self) -> Counter[str]:
        return Counter(number for terms in self.terms for number in terms.numbers)

    @cached_property
    def _gram_frequency(self) -> Counter[str]:
        return Counter(gram for terms in self.terms for gram in terms.grams)

    @cached_property
    def _postings(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for at, terms in enumerate(self.terms):
            for stem in set(terms.stems):
                found[stem].append(at)
        return found
