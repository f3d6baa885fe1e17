"""Numbers, months, weekdays and countries of a text, the same whatever its language. PURE.

Names of months, weekdays and countries come from CLDR (`lexicon.json`, made by
`benchmarks/lexicon.py`); number words are few and stand here.
"""

import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from provenance.text import Span

__all__ = ["Fact", "FoundFact", "find_facts", "read_number"]

FactKind = Literal["number", "month", "weekday", "country"]


class Fact(NamedTuple):
    """Something that reads the same in every language: `16`, month `m11`, weekday `d0` (Monday), country `FR`."""

    kind: FactKind
    value: str


class FoundFact(NamedTuple):
    """A fact at its place in a text."""

    fact: Fact
    span: Span


# 2 to 20 and the tens; one is an article as often as a number. In languages that bend them, their forms.
_NUMBER_WORDS: dict[str, str] = {
    "en": "2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine 10 ten 11 eleven 12 twelve 13 thirteen"
    " 14 fourteen 15 fifteen 16 sixteen 17 seventeen 18 eighteen 19 nineteen 20 twenty"
    " 3 third 4 fourth 5 fifth 6 sixth 7 seventh 8 eighth 9 ninth 10 tenth 11 eleventh 12 twelfth",
    "fr": "2 deux 3 trois 4 quatre 5 cinq 6 six 7 sept 8 huit 9 neuf 10 dix 11 onze 12 douze 13 treize 14 quatorze"
    " 15 quinze 16 seize 20 vingt 30 trente 40 quarante 50 cinquante 60 soixante"
    " 3 troisième 4 quatrième 5 cinquième 6 sixième 7 septième 8 huitième 9 neuvième 10 dixième",
    "de": "2 zwei 3 drei 4 vier 5 fünf 6 sechs 7 sieben 8 acht 9 neun 10 zehn 11 elf 12 zwölf 13 dreizehn"
    " 14 vierzehn 15 fünfzehn 16 sechzehn 17 siebzehn 18 achtzehn 19 neunzehn 20 zwanzig 30 dreißig 3 dritte"
    " 3 dritten 4 vierte 4 vierten 5 fünfte 5 fünften",
    "es": "2 dos 3 tres 4 cuatro 5 cinco 6 seis 7 siete 8 ocho 9 nueve 10 diez 11 once 12 doce 13 trece 14 catorce"
    " 15 quince 16 dieciséis 17 diecisiete 18 dieciocho 19 diecinueve 20 veinte 30 treinta 3 tercer 3 tercera 4 cuarto",
    "it": "2 due 3 tre 4 quattro 5 cinque 6 sei 7 sette 8 otto 9 nove 10 dieci 11 undici 12 dodici 20 venti",
    "pt": "2 dois 2 duas 3 três 4 quatro 5 cinco 6 seis 7 sete 8 oito 9 nove 10 dez 11 onze 12 doze 20 vinte",
    "ru": "2 два 2 две 2 двух 2 двумя 2 двоих 2 двое 3 три 3 трех 3 трёх 3 тремя 3 троих 3 трое 4 четыре 4 четырех"
    " 4 четырёх 5 пять 5 пяти 5 пятью 6 шесть 6 шести 7 семь 7 семи 8 восемь 8 восьми 9 девять 9 девяти 10 десять"
    " 10 десяти 11 одиннадцать 11 одиннадцати 12 двенадцать 12 двенадцати 13 тринадцать 14 четырнадцать"
    " 15 пятнадцать 15 пятнадцати 16 шестнадцать 17 семнадцать 18 восемнадцать 19 девятнадцать 20 двадцать"
    " 20 двадцати 30 тридцать 3 третий 3 третья 3 третье 3 третьего 3 третьей 4 четвертый 4 четвертого 4 четвертой"
    " 5 пятый 5 пятого 5 пятой",
    "uk": "2 два 2 дві 2 двох 2 двоє 3 три 3 трьох 3 троє 4 чотири 4 чотирьох 5 п’ять 5 п'ять 5 п’яти 6 шість 6 шести"
    " 7 сім 7 семи 8 вісім 8 восьми 9 дев’ять 9 дев'ять 10 десять 10 десяти 11 одинадцять 12 дванадцять 20 двадцять",
    "ar": "2 اثنان 2 اثنين 2 اثنتين 3 ثلاثة 3 ثلاث 4 أربعة 4 أربع 5 خمسة 5 خمس 6 ستة 6 ست 7 سبعة 7 سبع 8 ثمانية"
    " 8 ثماني 9 تسعة 9 تسع 10 عشرة 10 عشر 20 عشرون 20 عشرين 30 ثلاثين 40 أربعين 50 خمسين",
}  # fmt: skip
# A word of a bending language may end otherwise than CLDR's form: what is left of a name without its ending,
# and how many letters more a form of it may have.
_BENDING = {"ru": 3, "uk": 3, "pl": 4}
_ENDING = re.compile("[аеёиоуыэюяйьіїєaeiouyąęó]{1,2}$")
_LEAST_STEM = 3
# "And" and "the" are written together with the word behind them.
_WITH_PREFIXES = frozenset({"ar", "he"})
# English month names that are words as well.
_ONLY_WITH_DIGITS = {"en": frozenset({"may", "mar", "march", "sun", "sat", "wed"})}
_NEAR_DIGIT = re.compile(r"\d\W{0,3}$|^\W{0,3}\d|(?:in|of|since|last|until|by)\s$")

_GROUPS = "[.,'’\u00a0\u2009\u202f\u066c]"
_WORDS = r"(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
_PARTED = re.compile("[ -]")  # États-Unis, Timor-Leste: no word is read across a hyphen
_POSSESSIVE = ("'s", "’s")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PLAIN = r"\d+(?:[.,\u066b]\d+)*"
_TOKEN = re.compile(
    rf"(?P<number>\d{{1,3}}(?:{_GROUPS}\d{{3}}(?!\d))+(?:[.,\u066b]\d+)?|{_PLAIN})|{_WORDS}"
)
# English parts no thousands by a plain blank: "In 2016 123 barges" has two numbers.
_FOREIGN_TOKEN = re.compile(
    rf"(?P<number>\d{{1,3}}(?:(?:{_GROUPS}|[ ])\d{{3}}(?!\d))+(?:[.,\u066b]\d+)?|{_PLAIN})|{_WORDS}"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")


def find_facts(text: str, language: str) -> Iterator[FoundFact]:
    """Yield the numbers, months, weekdays and countries that a text names, in order.

    >>> [(fact.value, span.of("On 3 May sixteen barges left France."))
    ...     for fact, span in find_facts("On 3 May sixteen barges left France.", "en")]
    [('3', '3'), ('m5', 'May'), ('16', 'sixteen'), ('FR', 'France')]
    """
    names, seen = _names_of(language), set[str]()
    for token in (_TOKEN if language == "en" else _FOREIGN_TOKEN).finditer(text):
        number, written = token.groups()
        if number:
            span = Span(*token.span())
            yield FoundFact(Fact("number", read_number(number, language)), span)
            continue
        word = written.casefold()
        if word.endswith(_POSSESSIVE):
            word = word[:-2]
        seen.add(word)
        fact = names.get(word) or _bent(word, language, names)
        if fact is None:  # as of nearly every word
            continue
        span = Span(*token.span())
        if not _is_another_word(text, span, word, language):
            yield FoundFact(fact, span)
    yield from _countries_of_several_words(text, language, seen)


def read_number(written: str, language: str) -> str:
    """Return a number in plain digits: thousands unparted, a dot before the fraction, no zeros at its end.

    `1.200` is a thousand two hundred where a comma begins the fraction (Russian, French,
    German …), and 1.2 in English.
    """
    digits = "".join(str(int(char)) if char.isdecimal() else char for char in written)
    bare = re.sub("['’\u00a0\u2009\u202f \u066c]", "", digits).replace("\u066b", ".")
    thousands = _THOUSANDS.fullmatch(bare)
    if language == "en" or (thousands and thousands[1] == ","):
        bare = bare.replace(",", "")
    elif thousands:
        bare = bare.replace(".", "")
    bare = bare.replace(",", ".")
    if bare.count(".") == 1:
        bare = bare.rstrip("0").rstrip(".")
    return bare.lstrip("0") or "0"


def _bent(word: str, language: str, names: Mapping[str, Fact]) -> Fact | None:
    """The fact of a word that ends otherwise than its name in the table does."""
    longest = _BENDING.get(language)
    if longest is None:
        return None
    for cut in range(1, longest + 1):
        found = names.get(f"{word[:-cut]}-")
        if found and len(word) - cut >= _LEAST_STEM:
            return found
    return None


def _is_another_word(text: str, span: Span, word: str, language: str) -> bool:
    """Tell whether a word that is also the name of a month stands here without a day or year."""
    if word not in _ONLY_WITH_DIGITS.get(language, ()):
        return False
    before, after = text[max(0, span.start - 6) : span.start], text[span.end : span.end + 4]
    return not (
        text[span.start].isupper() and (_NEAR_DIGIT.search(before) or _NEAR_DIGIT.match(after))
    )


def _countries_of_several_words(text: str, language: str, seen: set[str]) -> Iterator[FoundFact]:
    """Look for those names whose first word is among those `seen` in the text."""
    by_first = _long_countries(language)
    near = set(by_first) if language in _WITH_PREFIXES else seen & by_first.keys()
    if not near:
        return
    low = text.casefold()
    if len(low) != len(text):
        return
    for first in sorted(near):
        for name, code in by_first[first]:
            at = low.find(name)
            if at >= 0:
                yield FoundFact(Fact("country", code), Span(at, at + len(name)))


@lru_cache(maxsize=16)
def _names_of(language: str) -> dict[str, Fact]:
    """The words of a language that are facts; stems of those that bend end in a hyphen."""
    names: dict[str, Fact] = {}
    table = _lexicon().get(language, {})
    kinds: tuple[tuple[str, FactKind, str], ...] = (
        ("countries", "country", ""),
        ("weekdays", "weekday", "d"),
        ("months", "month", "m"),
    )
    for part, kind, mark in kinds:
        for name, value in table.get(part, {}).items():
            if _PARTED.search(name):
                continue
            names[name] = Fact(kind, f"{mark}{value}")
            if language in _BENDING and len(name) > _LEAST_STEM:
                names.setdefault(f"{_ENDING.sub('', name)}-", names[name])
    words = _NUMBER_WORDS.get(language, "").split()
    for value, word in zip(words[::2], words[1::2], strict=True):
        names[word] = Fact("number", value)
    return names


@lru_cache(maxsize=16)
def _long_countries(language: str) -> dict[str, list[tuple[str, str]]]:
    """Names of several words, by their first word as a text is read."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, code in _lexicon().get(language, {}).get("countries", {}).items():
        first = _FIRST_WORD.search(name)
        if first and _PARTED.search(name):
            found.setdefault(first[0], []).append((name, str(code)))
    return found


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, dict[str, dict[str, str | int]]]:
    data = pkgutil.get_data("provenance.link", "lexicon.json")
    assert data is not None, "lexicon.json belongs to the package"
    languages: dict[str, dict[str, dict[str, str | int]]] = json.loads(data)["languages"]
    return languages
