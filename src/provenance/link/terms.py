"""The words of a passage, folded so that they meet those of a claim: case, accents, endings, scripts. PURE.

The only importer of anyascii and snowballstemmer.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import snowballstemmer
from anyascii import anyascii

from provenance.link.facts import Fact, find_facts

__all__ = ["GRAM_CHARS", "STOP_WORDS", "Terms", "count_grams", "fold_word", "read_terms"]

GRAM_CHARS = 4
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
STOP_WORDS = frozenset(
    "a an the of to in on at for by with from and or but as is are was were be been being has have had do does did"
    " it its he his she her they their them this that these those which who whom whose what when where while also"
    " not no than then into out up down over under about after before between during there here i you we our your"
    " my me us him so such if can could may might will would shall should more most other some any all both each"
    " one two first".split()
)  # fmt: skip
# Languages (ISO 639-1) that Snowball has a stemmer for, by its name there.
_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What a passage is compared by; what costs time is read when it is first asked for.

    `written` are the words as they stand, `words` the same folded, `folded` all of them with a
    blank on either side.
    """

    text: str
    language: str
    written: tuple[str, ...]
    words: tuple[str, ...]
    folded: str

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stem of each word."""
        is_english = self.language == "en"
        bent = self.words if is_english else map(str.casefold, self.written)
        return tuple(_stem(word, self.language) for word in bent)

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The stems of the words that carry meaning."""
        return tuple(
            stem
            for stem, word in zip(self.stems, self.words, strict=True)
            if word not in STOP_WORDS
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """The folded words that have a capital."""
        return frozenset(
            word
            for word, written in zip(self.words, self.written, strict=True)
            if written[0].isupper() and len(word) > 1 and word not in STOP_WORDS
        )

    @cached_property
    def facts(self) -> frozenset[Fact]:
        """The numbers, months, weekdays and countries."""
        return frozenset(found.fact for found in find_facts(self.text, self.language))

    @cached_property
    def grams(self) -> Mapping[str, int]:
        """How often each run of `GRAM_CHARS` letters stands in the folded words, blanks included."""
        return count_grams(self.folded, GRAM_CHARS)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers and months, by which the weights were fitted."""
        return frozenset(fact.value for fact in self.facts if fact.kind in {"number", "month"})


def read_terms(text: str, language: str) -> Terms:
    """Read the words of a passage in a language (ISO 639-1; an unknown one has its words unbent)."""
    written = tuple(_WORD.findall(text))
    words = tuple(map(fold_word, written))
    return Terms(text, language, written, words, f" {' '.join(words)} ")


def count_grams(folded: str, size: int) -> Counter[str]:
    """Count the runs of `size` letters in folded words."""
    return Counter(folded[at : at + size] for at in range(len(folded) - size + 1))


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Return a word in small Latin letters, without the English possessive.

    >>> fold_word("Škoda’s"), fold_word("Москва")
    ('skoda', 'moskva')
    """
    plain = word if word.isascii() else str(anyascii(word))
    return plain.lower().replace("’", "'").removesuffix("'s")


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    if word[:1].isdigit():
        return _plain_number(word)
    stemmer = _stemmer(language)
    return fold_word(stemmer.stemWord(word) if stemmer else word)


@lru_cache(maxsize=16)
def _stemmer(language: str) -> "snowballstemmer.stemmer | None":
    name = _STEMMERS.get(language)
    return snowballstemmer.stemmer(name) if name else None


def _plain_number(word: str) -> str:
    """1,200 as 1200, 3.50 as 3.5; a number of several dots as it stands."""
    bare = word.replace(",", "")
    try:
        value = float(bare)
    except ValueError:
        return bare
    return str(int(value)) if value == int(value) else str(value)
