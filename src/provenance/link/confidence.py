"""What a ranking as a whole says: is the first passage right, does the page support the claim at all. PURE."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from provenance.link.background import Background, our_background
from provenance.link.page_index import PageIndex
from provenance.link.terms import Terms, read_terms

if TYPE_CHECKING:
    from provenance.link.score import Page, Ranking

__all__ = ["tell_page"]

_BEST = (1, 3, 5)
# Where a page says what it is about: its title and the first sentences.
_LEAD = (5, 10)
# What the first passage is told by, in one language and across two.
_OF_FIRST = {
    False: ("coverage", "cosine", "gram_coverage", "near_coverage"),
    True: ("facts_share", "cosine3", "cosine4", "alike", "alike_names", "alike_told", "length_ratio_off"),
}  # fmt: skip


def tell_page(
    claim: str,
    language: str,
    page: "Page",
    ranking: "Ranking",
    background: Background | None = None,
) -> dict[str, float]:
    """Return the features by which a whole ranking is judged; the ranking must not be empty.

    `lead` of the first passage's score over the second's, its `share` of all (softmax), the
    claim's words `covered_by` the best one, three and five passages and by the page (shares of
    their rarity), the numbers and names that the best three do not have. By the rarity of words
    in general (`background`, by default our own): how much of the claim is `told_by` the best
    one, three and five passages and by the page, and the share covered by its `lead`.
    """
    scores = [judged.score for judged in ranking.judged]
    first = ranking.judged[0]
    features = {
        "score": scores[0],
        "lead": scores[0] - scores[1] if len(scores) > 1 else 0.0,
        "share": 1 / sum(math.exp(score - scores[0]) for score in scores),
        **{f"first_{name}": first.features[name] for name in _OF_FIRST[ranking.across]},
    }
    asked = read_terms(claim, language)
    best = [page.index.terms[judged.number] for judged in ranking.judged[: _BEST[-1]]]
    features |= _told_by_facts(asked, best[:3])
    features["words"] = math.log(1 + len(asked.content))
    if not ranking.across:
        features |= _told_by_words(asked, best, page.index)
        background = background or our_background(is_english=language == "en")
        features |= _told_at_large(asked, best, page.index, background)
    return features


def _told_by_facts(asked: Terms, best: Sequence[Terms]) -> dict[str, float]:
    there = frozenset().union(*(terms.facts for terms in best))
    missing = asked.facts - there
    return {
        "facts_missing": float(len(missing)),
        "facts_missing_share": len(missing) / len(asked.facts) if asked.facts else 0.0,
    }


def _told_by_words(asked: Terms, best: Sequence[Terms], index: PageIndex) -> Mapping[str, float]:
    weights = {stem: index.idf(stem) for stem in asked.content}
    total = sum(weights.values()) or 1.0

    def covered(terms: Sequence[Terms]) -> float:
        there = {stem for one in terms for stem in one.stems}
        return sum(weight for stem, weight in weights.items() if stem in there) / total

    words = {word for terms in best[:3] for word in terms.words}
    lacking = asked.names - words
    names = {
        "names_missing": float(len(lacking)),
        "names_missing_share": len(lacking) / len(asked.names) if asked.names else 0.0,
    }
    shares = {f"covered_by_{count}": covered(best[:count]) for count in _BEST}
    return shares | names | _told_by_runs(asked, best[:3], index)


def _told_by_runs(asked: Terms, best: Sequence[Terms], index: PageIndex) -> dict[str, float]:
    """Words beside each other in both: any page on the subject shares words, few share its phrases."""
    pairs = set(pairwise(asked.content))
    shared = [len(pairs & set(pairwise(terms.content))) for terms in best]
    there = index.words
    lacking = [word for word in asked.names if word not in there]
    plain = list(dict.fromkeys(asked.content))
    found = {stem for terms in best for stem in terms.content}
    long = sum(len(stem) for stem in plain) or 1
    return {
        "pairs": float(max(shared, default=0)),
        "pairs_share": max(shared, default=0) / max(1, len(pairs)),
        "names_missing_on_page": len(lacking) / max(1, len(asked.names)),
        "stems_absent_from_page": sum(not index.has(stem) for stem in plain) / max(1, len(plain)),
        "letters_covered": sum(len(stem) for stem in plain if stem in found) / long,
        "longest_run": float(
            max((_longest_run(asked.stems, terms.stems) for terms in best), default=0)
        ),
    }


def _told_at_large(
    asked: Terms, best: Sequence[Terms], index: PageIndex, background: Background
) -> dict[str, float]:
    """A page on the same subject has the claim's common words; the right one has the rare ones too."""
    weights = {stem: background.weight(stem) for stem in dict.fromkeys(asked.content)}

    def told(passages: Sequence[Terms]) -> float:
        there = {stem for terms in passages for stem in terms.stems}
        return sum(weight for stem, weight in weights.items() if stem in there)

    total = sum(weights.values()) or 1.0
    return {
        **{f"told_by_{count}": told(best[:count]) for count in _BEST},
        "told_by_page": sum(weight for stem, weight in weights.items() if index.has(stem)),
        **{f"lead_{count}": told(index.terms[:count]) / total for count in _LEAD},
    }


def _longest_run(asked: Sequence[str], found: Sequence[str]) -> int:
    """How many stems follow each other in both, at most."""
    best, before = 0, [0] * (len(found) + 1)
    for one in asked:
        row = [0] * (len(found) + 1)
        for at, other in enumerate(found, 1):
            if one == other:
                row[at] = before[at - 1] + 1
                best = max(best, row[at])
        before = row
    return best
