"""One name in several spellings: which names of a document mean the same, and which spelling leads. PURE."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from provenance.validate.descriptions import letters_of, words_of

__all__ = ["Spellings", "group_spellings", "is_one_letter_off"]

_MIN_TYPO_LETTERS = 10
_MIN_ABBREVIATION = 2
# Spelled after the country: the Ministry of Defence of one is not the Ministry of Defense of another.
_BY_COUNTRY = frozenset(
    frozenset(pair.split("/"))
    for pair in "defence/defense centre/center labour/labor harbour/harbor theatre/theater organisation/organization"
    " defences/defenses centres/centers".split()
)
_ARTICLES = frozenset({"the"})


class Spellings(NamedTuple):
    """The spelling that leads, and the others that mean the same."""

    leading: str
    others: Sequence[str]


def group_spellings(
    names: Iterable[str], is_same: Callable[[str, str], bool] | None = None
) -> list[Spellings]:
    """Return the names that are written in more than one way, the most frequent spelling first.

    Of equally frequent ones the longest leads ("Intelligence" before "Intel."), then that with more capitals.
    `is_same` tells of two names of as many words and the same first letter whether they are one.
    """
    counts = Counter(names)
    order = sorted(counts, key=lambda name: (-counts[name], -len(name), name))
    groups: list[list[str]] = []
    by_letters: dict[str, list[str]] = {}
    near: defaultdict[tuple[str, int], list[list[str]]] = defaultdict(list)
    for name in order:
        words = _bare(name)
        letters = "".join(words)
        if not letters:
            continue
        heads = near[letters[0], len(words)]
        group = by_letters.get(letters) or next(
            (each for each in heads if (is_same or _is_variant)(each[0], name)), None
        )
        if group is None:
            group = []
            groups.append(group)
            heads.append(group)
        by_letters.setdefault(letters, group)
        group.append(name)
    return [Spellings(group[0], group[1:]) for group in groups if len(group) > 1]


def _bare(name: str) -> tuple[str, ...]:
    """The words of a name without an article in front."""
    words = words_of(name)
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


def _is_variant(name: str, other: str) -> bool:
    """Tell whether one name is an abbreviation of the other, word for word, or has one letter mistyped."""
    words, others = _bare(name), _bare(other)
    if len(words) < _MIN_ABBREVIATION or len(words) != len(others):
        return False
    differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    if len(differing) < len(words) and all(
        _abbreviates(min(pair, key=len), max(pair, key=len), f"{name} {other}")
        for pair in differing
    ):
        return True
    letters = letters_of(name)
    return (
        len(differing) == 1
        and len(letters) >= _MIN_TYPO_LETTERS
        and not any(character.isdigit() for character in letters)
        and is_one_letter_off(*differing[0])
    )


def _abbreviates(short: str, long: str, printed: str) -> bool:
    """Tell whether a word is printed with a full stop as the beginning of another: "Intel."."""
    return (
        _MIN_ABBREVIATION <= len(short) < len(long)
        and long.startswith(short)
        and f"{short}." in printed.casefold()
    )


def is_one_letter_off(one: str, other: str) -> bool:
    """Tell whether two words of five letters or more differ by one letter too many, wrong or out of order.

    A plural is another word, and so is what differs in its first letter, or by country.

    >>> is_one_letter_off("intelligence", "inteligence"), is_one_letter_off("study", "studys")
    (True, False)
    """
    short, long = sorted((one, other), key=len)
    shortest = 5
    if len(short) < shortest or len(long) - len(short) > 1 or long in {short, f"{short}s"}:
        return False
    at = next(
        (at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    if at == 0 or frozenset((one, other)) in _BY_COUNTRY:
        return False
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    is_swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return is_swapped or short[at + 1 :] == long[at + 1 :]
