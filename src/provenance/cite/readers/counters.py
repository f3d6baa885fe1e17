"""Numbers as lists print them where the format says only how: roman numbers and letters.

The other way, from what is printed to what it may count, is `cite/printed.py`.
"""

__all__ = ["letters_of", "roman_of"]

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman_of(number: int) -> str:
    """Return a number from 1 on as a small roman number; 4000 is `mmmm`.

    >>> roman_of(4), roman_of(1949)
    ('iv', 'mcmxlix')
    """
    made = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        made += letters * count
    return made


def letters_of(number: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    """Return a number from 1 on as CSS and MediaWiki count in letters: a … z, aa, ab.

    >>> letters_of(26), letters_of(28)
    ('z', 'ab')
    """
    made = ""
    while number:
        number, place = divmod(number - 1, len(alphabet))
        made = alphabet[place] + made
    return made
