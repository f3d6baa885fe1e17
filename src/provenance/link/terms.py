"""The words of a passage, folded so that they meet those of a claim: case, accents, endings, scripts. PURE.

The only importer of anyascii and snowballstemmer.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Terms:
    """What a passage is compared by.

    `stems` has one for each word, `content` those that carry meaning, `names` the folded words
    with a capital; `grams` counts the `GRAM_CHARS` letters that follow each other in the folded
    words, blanks included.
    """

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    content: tuple[str, ...]
    names: frozenset[str]
    facts: frozenset[Fact]
    folded: str
    grams: Mapping[str, int]

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers and months, by which the weights were fitted."""
        return frozenset(fact.value for fact in self.facts if fact.kind in {"number", "month"})


def read_terms(text: str, language: str) -> Terms:
    """Read the words of a passage in a language (ISO 639-1; an unknown one has its words unbent)."""
    raw = _WORD.findall(text)
    words = tuple(map(fold_word, raw))
    bent = words if language == "en" else tuple(word.casefold() for word in raw)
    stems = tuple(_stem(word, language) for word in bent)
    folded = f" {' '.join(words)} "
    return Terms(
        text=text,
        words=words,
        stems=stems,
        content=tuple(
            stem for stem, word in zip(stems, words, strict=True) if word not in STOP_WORDS
        ),
        names=frozenset(
            word
            for word, written in zip(words, raw, strict=True)
            if written[0].isupper() and len(word) > 1 and word not in STOP_WORDS
        ),
        facts=frozenset(found.fact for found in find_facts(text, language)),
        folded=folded,
        grams=count_grams(folded, GRAM_CHARS),
    )


def count_grams(folded: str, size: int) -> Counter[str]:
    """Count the runs of `size` letters in folded words."""
    return Counter(folded[at : at + size] for at in range(len(folded) - size + 1))


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Return a word in small Latin letters, without the English possessive.

    >>> fold_word("Škoda’s"), fold_word("Москва")
    ('skoda', 'moskva')
    """
    return str(anyascii(word)).lower().replace("’", "'").removesuffix("'s")


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
