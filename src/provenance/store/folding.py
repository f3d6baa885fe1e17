"""Words as people search for them, in scripts whose marks are written or left out at will.

FTS5's `remove_diacritics` knows Latin, Greek and Cyrillic letters. Arabic and
Hebrew vowel signs are separators to it (`معسكرًا` becomes two words), and hamza
and madda stay. So the words of a text that would read otherwise without them
are indexed a second time, bare; a query asks for both.
"""

import re
import unicodedata

__all__ = ["bare_word", "bare_words"]

# Hebrew, Arabic and their supplements and presentation forms.
_SCRIPTS = re.compile(
    "[\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]"
)
_TATWEEL = "\u0640"


def bare_word(word: str) -> str:
    """Return an Arabic or Hebrew word without marks, its letters in their plain form.

    Words in other scripts come back as they are.

    >>> bare_word("معسكرًا") == "معسكرا"
    True
    """
    if not _SCRIPTS.search(word):
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(
        char for char in decomposed if unicodedata.category(char) != "Mn" and char != _TATWEEL
    )


def bare_words(text: str) -> str | None:
    """Return the bare forms of those words of a text that are written otherwise, or None."""
    if not _SCRIPTS.search(text):
        return None
    bare = dict.fromkeys(bare_word(word) for word in text.split() if bare_word(word) != word)
    return " ".join(bare) or None
