"""Names by their initials: LUOM, and the League of Upper Orrin Millers. PURE.

An acronym and a name belong together where a text says so in brackets (`Long Name (LN)`, or the
other way about), or where its three letters and more are the initials of words that all have a
capital. Two letters fit too many names to be believed without brackets.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.link.terms import fold_word

__all__ = ["Abbreviation", "find_declared", "names_carried"]

_ACRONYM = re.compile(r"(?<![\w-])[^\W\d_a-z]{2,8}(?![\w-])")  # and `isupper`: of any script
_WORD = re.compile(r"[^\W\d_][\w’'.-]*[\w]|[^\W\d_]")
_LEAST_LETTERS = 3
_MOST_WORDS = 10
# May stand inside a name, and give no initial.
_SMALL = frozenset(
    "of the for and in on de la le les du des et en au aux d l del di da do y al el wal und der für".split()
)
# What may stand between two words of one name, an article that lost its vowel among it.
_JOINT = re.compile(r"[ \u00a0\n-]{1,4}")
_ELIDED = re.compile(r"(?<!\w)[ldLD]['’](?=\w)")
_SENTENCE_END = re.compile(r"[.!?;:\n]\s")
_BRACKET = re.compile(r"[ \u00a0]?\(\s*(?:the |hereafter )?[“\"]?([^()“”\"]{2,80}?)[”\"]?\s*[),;]")


class Abbreviation(NamedTuple):
    """An acronym with the folded words of the name that it stands for."""

    short: str
    words: tuple[str, ...]


def find_declared(texts: Sequence[str]) -> frozenset[Abbreviation]:
    """Return what the texts themselves say in brackets to be short for what.

    >>> sorted(find_declared(["The Upper Orrin Mission (UPOM) has left."]))
    [Abbreviation(short='UPOM', words=('upper', 'orrin', 'mission'))]
    """
    return frozenset(found for text in texts if "(" in text for found in _declared_in(text))


def names_carried(
    claim: str, texts: Sequence[str], declared: frozenset[Abbreviation]
) -> frozenset[str]:
    """Return the folded words of a claim that texts have in their other form, short or spelled out."""
    names = [name for text in texts for name in _names_in(text)]
    there = {fold_word(word) for text in texts for word in _WORD.findall(text)}
    shorts = {short for text in texts for short in _acronyms_in(text)}
    carried: set[str] = set()
    for asked in _acronyms_in(claim):
        is_spelled = any(_is_part(asked, name) for name in names)
        is_told = any(one.short == asked and there.issuperset(one.words) for one in declared)
        if is_spelled or is_told:
            carried.add(fold_word(asked))
    for name in _names_in(claim):
        for short in shorts:
            at = _initials(name).find(short)
            if _is_part(short, name):
                carried |= {fold_word(word) for word in name[at : at + len(short)]}
    for one in declared:
        if one.short in shorts:
            carried |= set(one.words)
    return frozenset(carried)


def _acronyms_in(text: str) -> list[str]:
    return [found for found in _ACRONYM.findall(text) if found.isupper()]


def _initials(name: tuple[str, ...]) -> str:
    return "".join(word[0] for word in name).upper()


def _is_part(short: str, name: tuple[str, ...]) -> bool:
    return len(short) >= _LEAST_LETTERS and short in _initials(name)


def _declared_in(text: str) -> Iterator[Abbreviation]:
    for bracket in _BRACKET.finditer(text):
        inside = bracket[1]
        if _ACRONYM.fullmatch(inside) and inside.isupper():
            yield from _spelled(inside, _words_before(text, bracket.start()))
        before = _ACRONYM.search(text, max(0, bracket.start() - 8), bracket.start())
        if before and before.end() == bracket.start() and before[0].isupper():
            yield from _spelled(before[0], _WORD.findall(_ELIDED.sub("  ", inside)))


def _words_before(text: str, end: int) -> list[str]:
    """The last words before a place, of the same sentence."""
    part = _SENTENCE_END.split(text[max(0, end - 160) : end])[-1]
    return _WORD.findall(_ELIDED.sub("  ", part))[-_MOST_WORDS:]


def _spelled(short: str, words: Sequence[str]) -> Iterator[Abbreviation]:
    """The fewest of the last words that begin as the acronym does and have all its letters in order."""
    for at in range(len(words) - 2, -1, -1):
        letters = iter("".join(words[at:]).upper())
        if words[at][0] == short[0] and all(one in letters for one in short):
            told = (word for word in words[at:] if word.casefold() not in _SMALL)
            yield Abbreviation(short, tuple(map(fold_word, told)))
            return


def _names_in(text: str) -> Iterator[tuple[str, ...]]:
    """The runs of words with capitals, of two words and more."""
    text = _ELIDED.sub("  ", text)
    words: list[str] = []
    start = 0
    for found in [*_WORD.finditer(text), None]:
        is_joined = found is not None and bool(_JOINT.fullmatch(text, start, found.start()))
        if found is not None and is_joined and words and found[0].casefold() in _SMALL:
            start = found.end()
            continue
        goes_on = found is not None and is_joined and found[0][0].isupper()
        if not goes_on or len(words) == _MOST_WORDS:
            if len(words) > 1:
                yield tuple(words)
            words = []
        if found is not None and found[0][0].isupper():
            words.append(found[0])
        if found is not None:
            start = found.end()
