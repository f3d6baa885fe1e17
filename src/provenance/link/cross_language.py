"""What a claim and each passage of a page in another language have in common, in numbers. PURE.

No dictionary: numbers, months, weekdays and countries read the same in both; names and the
words that languages share are met letter by letter, after transliteration into Latin letters.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from provenance.link.facts import Fact
from provenance.link.page_index import PageIndex
from provenance.link.terms import STOP_WORDS, Terms, count_grams, read_terms

__all__ = ["CrossIndex", "compare_across", "skeleton"]

_GRAM_SIZES = (3, 4, 5)
# Words less alike than this have nothing to do with each other (rapidfuzz's ratio, 0 to 100).
_LEAST_ALIKE = 60
_LEAST_LETTERS = 3
_CAPITAL = re.compile(r"[^\W\d_][\w’'-]*")
_MARKS = ('"“”«»„', "?؟", "!", "%$£€₽", ":", "(")
# A word as it sounds, however it was written: `Alexei` and `Aleksey`, `Philip` and `Filip`.
_SOUNDS = (
    ("dzh", "j"), ("shch", "sh"), ("kh", "h"), ("zh", "j"), ("tch", "ch"), ("ph", "f"), ("ck", "k"), ("qu", "kv"), ("q", "k"),
    ("x", "ks"), ("w", "v"), ("th", "t"), ("gh", "g"), ("oo", "u"), ("ee", "i"), ("ea", "i"), ("ou", "u"), ("ow", "o"),
    ("ay", "ei"), ("ai", "ei"), ("ey", "ei"), ("ya", "ia"), ("yu", "iu"), ("yo", "io"), ("iy", "i"), ("y", "i"), ("ce", "se"),
    ("ci", "si"), ("ch", "\0"), ("c", "k"), ("\0", "ch"), ("'", ""), ("z", "s"),
)  # fmt: skip
_LAST_VOWEL = re.compile("(?<=...)[aeiou]$")
_ALIKE = (
    ("ph", "f"),
    ("ck", "k"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("th", "t"),
    ("h", ""),
)
_DOUBLED = re.compile(r"(.)\1")
_VOWELS = re.compile("[aeiouy']")


class _Grams(NamedTuple):
    counts: tuple[Mapping[str, int], ...]
    weights: Mapping[str, float]
    norms: tuple[float, ...]
    unknown: float


class CrossIndex:
    """The passages of one page, made ready for claims in another language."""

    def __init__(self, page: PageIndex) -> None:
        self.page = page
        # what two scripts write alike is heard, not seen; languages of one script share spellings
        self.is_heard = not _is_latin(page.terms)
        self.terms = [self.hear(terms) for terms in page.terms]
        self.words = [_long_words(terms) for terms in self.terms]
        self.vocabulary = sorted({word for words in self.words for word in words})
        self.skeletons = [frozenset(filter(None, map(skeleton, words))) for words in self.words]
        self.facts = [terms.facts for terms in page.terms]
        self.grams = {size: _read_grams(self.terms, size) for size in _GRAM_SIZES}
        self._rarity = {
            "word": Counter(word for words in self.words for word in words),
            "skeleton": Counter(bare for found in self.skeletons for bare in found),
        }
        self._fact_rarity = Counter(fact for facts in self.facts for fact in facts)

    def hear(self, terms: Terms) -> Terms:
        """Return terms with words as they sound, where this page's script asks for it."""
        if not self.is_heard:
            return terms
        words = tuple(sound(word) for word in terms.words)
        return replace(terms, words=words, folded=f" {' '.join(words)} ")

    def weight(self, kind: str, name: str) -> float:
        """Return how much a word or skeleton tells on this page."""
        return math.log(1 + len(self.page) / (1 + self._rarity[kind][name]))

    def fact_weight(self, fact: Fact) -> float:
        """Return how much a fact tells on this page."""
        return math.log(1 + len(self.page) / (1 + self._fact_rarity[fact]))


def compare_across(claim: str, language: str, index: CrossIndex) -> dict[str, list[float]]:
    """Return each feature's value for every passage, in order; `z_…` is in standard deviations of the page."""
    asked = index.hear(read_terms(claim, language))
    columns: dict[str, list[float]] = {
        **_by_grams(asked, index),
        **_by_facts(asked, index),
        **_by_words(claim, asked, index),
        **_by_form(claim, index),
    }
    return columns


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """Return a folded word as it sounds, roughly, in the Latin letters of no language.

    >>> sound("george") == sound("dzhordzh"), sound("khokhlov"), sound("alexei") == sound("aleksey")
    (False, 'hohlov', True)
    """
    if word[:1].isdigit():
        return word
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _LAST_VOWEL.sub("", _DOUBLED.sub(r"\1", word))


def _is_latin(passages: Sequence[Terms]) -> bool:
    """Tell whether most letters of a page are Latin ones."""
    letters = [char for terms in passages for char in terms.text if char.isalpha()]
    return 2 * sum(char < "\u0250" for char in letters) >= len(letters)


def skeleton(word: str) -> str:
    """Return the consonants of a folded word, sounds that are alike as one; empty for fewer than two."""
    for written, sound in _ALIKE:
        word = word.replace(written, sound)
    bare = _VOWELS.sub("", _DOUBLED.sub(r"\1", word))
    return bare if len(bare) > 1 else ""


def _long_words(terms: Terms) -> frozenset[str]:
    return frozenset(
        part
        for word in terms.words
        for part in word.split("'")
        if len(part) >= _LEAST_LETTERS and not part[0].isdigit()
    )


def _read_grams(passages: Iterable[Terms], size: int) -> _Grams:
    counts = tuple(count_grams(terms.folded, size) for terms in passages)
    frequency: Counter[str] = Counter()
    for found in counts:
        frequency.update(found.keys())
    # A page has few frequencies and many grams: the logarithm of each is taken once.
    by_frequency = {n: math.log(1 + len(counts) / (1 + n)) for n in set(frequency.values())}
    weights = {gram: by_frequency[n] for gram, n in frequency.items()}
    norms = tuple(
        math.sqrt(sum([(n * weights[gram]) ** 2 for gram, n in found.items()])) or 1.0
        for found in counts
    )
    return _Grams(counts, weights, norms, math.log(1 + len(counts)))


def _by_grams(asked: Terms, index: CrossIndex) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = {}
    for size, page in index.grams.items():
        own = count_grams(asked.folded, size)
        worth = {g: n * page.weights[g] ** 2 for g, n in own.items() if g in page.weights}
        length = math.sqrt(
            sum((n * page.weights.get(g, page.unknown)) ** 2 for g, n in own.items())
        )
        dots = [
            sum(value * found[g] for g, value in worth.items() if g in found)
            for found in page.counts
        ]
        cosines = [dot / norm / (length or 1.0) for dot, norm in zip(dots, page.norms, strict=True)]
        best = max(cosines, default=0.0) or 1.0
        columns |= {
            f"cosine{size}": cosines,
            f"z_cosine{size}": _standardize(cosines),
            f"z_dot{size}": _standardize(dots),
            f"cosine{size}_of_best": [value / best for value in cosines],
        }
    return columns


def _by_facts(asked: Terms, index: CrossIndex) -> dict[str, list[float]]:
    weights = {fact: index.fact_weight(fact) for fact in asked.facts}
    total = sum(weights[fact] for fact in sorted(weights)) or 1.0
    found = [sum(weights[fact] for fact in sorted(asked.facts & own)) for own in index.facts]
    return {
        "facts": found,
        "facts_share": [value / total for value in found],
        "other_facts": [float(len(own - asked.facts)) for own in index.facts],
        "z_facts": _standardize(found),
    }


def _by_words(claim: str, asked: Terms, index: CrossIndex) -> dict[str, list[float]]:
    """Each word of the claim beside the word most like it in each passage."""
    stopped = {sound(word) for word in STOP_WORDS} if index.is_heard else STOP_WORDS
    words = sorted(_long_words(asked) - stopped)
    capitals = {
        word
        for found in _CAPITAL.findall(claim)
        if found[0].isupper()
        for word in _long_words(index.hear(read_terms(found, "en")))
    }
    likeness = {word: _likeness(word, index) for word in words}
    rarity = {
        word: math.log(1 + len(index.page) / (1 + sum(v > 0.5 for v in likeness[word][0])))
        for word in words
    }
    names = [word for word in words if word in capitals]
    skeletons = sorted({bare for bare in map(skeleton, words) if bare})
    plain = {
        "alike": _mean([likeness[word][0] for word in words], [min(len(word), 10) for word in words], index),
        "alike_rare": _mean([likeness[word][1] for word in words], [1.0] * len(words), index),
        "alike_names": _mean([likeness[word][1] for word in names], [1.0] * len(names), index),
        "alike_told": _mean([likeness[word][0] for word in words], [rarity[word] for word in words], index),
        "alike_names_told": _mean([likeness[word][0] for word in names], [rarity[word] for word in names], index),
        "skeletons": [
            sum(index.weight("skeleton", bare) for bare in skeletons if bare in own)
            for own in index.skeletons
        ],
    }  # fmt: skip
    return plain | {f"z_{name}": _standardize(values) for name, values in plain.items()}


def _likeness(word: str, index: CrossIndex) -> tuple[list[float], list[float]]:
    """How alike the most alike word of each passage is (0 to 1, cubed), plain and times its rarity."""
    alike = {
        found: (score / 100) ** 3
        for found, score, _ in process.extract(
            word, index.vocabulary, scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE, limit=None
        )
    }
    told = {found: value * index.weight("word", found) for found, value in alike.items()}
    both = [alike.keys() & words for words in index.words]
    return (
        [max((alike[found] for found in words), default=0.0) for words in both],
        [max((told[found] for found in words), default=0.0) for words in both],
    )


def _mean(
    rows: Sequence[Sequence[float]], weights: Sequence[float], index: CrossIndex
) -> list[float]:
    total = sum(weights) or 1.0
    return [
        sum(weight * row[at] for weight, row in zip(weights, rows, strict=True)) / total
        for at in range(len(index.page))
    ]


def _by_form(claim: str, index: CrossIndex) -> dict[str, list[float]]:
    """What translators keep: the length of a sentence, its question marks, quotes and brackets."""
    texts = [terms.text for terms in index.page.terms]
    ratios = [math.log((len(text) + 5) / (len(claim) + 5)) for text in texts]
    columns = {
        "length_ratio": ratios,
        "length_ratio_squared": [ratio**2 for ratio in ratios],
        "length_ratio_off": [abs(ratio - 0.12) for ratio in ratios],
        "length": [math.log(5 + len(text)) for text in texts],
    }
    for marks in _MARKS:
        has = _has_any(marks)
        columns[f"differs_in_{marks[0]}"] = [float(has(text) != has(claim)) for text in texts]
    return columns


def _has_any(marks: str) -> Callable[[str], bool]:
    return lambda text: any(mark in text for mark in marks)


def _standardize(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return [(value - mean) / spread if spread > 1e-9 else 0.0 for value in values]
