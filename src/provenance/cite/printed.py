"""Printed labels and what they count: `12`, `١٢`, `xii`, `b`, `n 3`, `†`.

One printed label may count in more than one way (`i` is a Roman one and the ninth
letter), so a value is only settled by the list that it stands in. The kinds:

    number   decimal digits of any script
    roman    Roman numbers, in lower or upper case
    letter   letters of one alphabet, in lower or upper case; `aa` follows `z`
    named    a word and a number: `n 1`, `note 3`
    symbol   * † ‡ § ¶, each alone or doubled; each names a note, in no set order
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from provenance.cite.patterns import lazy_pattern

__all__ = ["Kind", "Value", "count_labels", "read_number", "read_values", "write_number"]

Kind = Literal["number", "roman", "letter", "named", "symbol"]


class Value(NamedTuple):
    """What a label counts: the `family` tells `a` from `A` and `n` from `note`."""

    kind: Kind
    family: str
    ordinal: int


_DECIMAL = lazy_pattern(r"\d{1,4}")
_ROMAN = lazy_pattern(
    r"(?=[ivxlc])(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})|c{1,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_NAMED = lazy_pattern(r"([^\W\d_]{1,8})\.?[ \u00a0]?(\d{1,4})")
# The order in which each alphabet counts; Arabic counts in the order of the dictionary.
_ALPHABETS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "cyrillic": "абвгдежзиклмнопрстуфхцчшщэюя",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
}
_LETTER_PLACES = {
    letter: (name, place)
    for name, letters in _ALPHABETS.items()
    for place, letter in enumerate(letters, 1)
}
_SYMBOLS = ("*", "†", "‡", "§", "¶")
_MAX_DOUBLED = 3
_MAX_PRINTED = 16


def read_number(printed: str) -> int | None:
    """Return the number that decimal digits of any script print, None for anything else.

    >>> read_number("12"), read_number("١٢"), read_number("xii")
    (12, 12, None)
    """
    return int(printed) if printed.isdecimal() else None


def write_number(number: int, like: str) -> str:
    """Return a number in the digits that `like` is written in.

    >>> write_number(2, like="۱")
    '۲'
    """
    zero = ord(like[0]) - int(like[0])
    return "".join(chr(zero + int(digit)) for digit in str(number))


@lru_cache(maxsize=4096)
def read_values(printed: str) -> tuple[Value, ...]:
    """Return every value that a printed label (without its brackets) may have.

    >>> [(value.kind, value.ordinal) for value in read_values("iv")]
    [('roman', 4), ('letter', 256)]
    >>> [(value.kind, value.ordinal) for value in read_values("c")]
    [('roman', 100), ('letter', 3)]
    """
    if not 0 < len(printed) <= _MAX_PRINTED:
        return ()
    if printed.isdecimal():
        return (Value("number", "", int(printed)),) if _DECIMAL.fullmatch(printed) else ()
    if printed[0] in _SYMBOLS:
        return _read_symbol(printed)
    if named := _NAMED.fullmatch(printed):
        return (Value("named", named[1].lower(), int(named[2])),)
    return (*_read_roman(printed), *_read_letter(printed))


def count_labels(labels: Sequence[str]) -> list[int | None]:
    """Return what each label of one list counts, in the one way of reading that fits most of them.

    None for a label that does not count that way, and for all where nothing counts.

    >>> count_labels(["i", "ii", "iv"]), count_labels(["h", "i"]), count_labels(["ibid", "*"])
    ([1, 2, 4], [8, 9], [None, None])
    """
    read = [read_values(label) for label in labels]
    fits: dict[tuple[str, str], int] = {}
    for values in read:
        for value in values:
            if value.kind != "symbol":
                fits[value[:2]] = fits.get(value[:2], 0) + 1
    if not fits:
        return [None] * len(labels)
    # where two ways fit alike, a list that begins with "i" counts in Roman numbers
    best = max(fits, key=lambda way: (fits[way], labels[0] in {"i", "I"} and way[0] == "roman"))
    return [next((value.ordinal for value in values if value[:2] == best), None) for values in read]


def _case_of(printed: str) -> str | None:
    """The case of a label's letters, None where it mixes them."""
    if printed == printed.lower():
        return "lower"
    return "upper" if printed == printed.upper() else None


def _read_symbol(printed: str) -> tuple[Value, ...]:
    times = len(printed)
    if printed != printed[0] * times or times > _MAX_DOUBLED:
        return ()
    place = _SYMBOLS.index(printed[0]) + 1
    return (Value("symbol", "", (times - 1) * len(_SYMBOLS) + place),)


def _read_roman(printed: str) -> tuple[Value, ...]:
    case = _case_of(printed)
    lower = printed.lower()
    if case is None or not _ROMAN.fullmatch(lower):
        return ()
    digits = [_ROMAN_DIGITS[letter] for letter in lower]
    signed = [
        -digit if digit < following else digit
        for digit, following in zip(digits, [*digits[1:], 0], strict=True)
    ]
    return (Value("roman", case, sum(signed)),)


def _read_letter(printed: str) -> tuple[Value, ...]:
    """One letter, or the same alphabet's second round: `aa`, `ab`, … behind `z`."""
    case = _case_of(printed)
    places = [_LETTER_PLACES.get(letter) for letter in printed.lower()]
    if case is None or not 1 <= len(places) <= 2 or None in places:
        return ()
    (alphabet, place), *second = [found for found in places if found is not None]
    if not second:
        return (Value("letter", f"{alphabet} {case}", place),)
    if second[0][0] != alphabet:
        return ()
    ordinal = place * len(_ALPHABETS[alphabet]) + second[0][1]
    return (Value("letter", f"{alphabet} {case}", ordinal),)
