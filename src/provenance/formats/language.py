"""Which language a text is written in: enough to split its sentences right, no model needed.

Scripts tell most of it; within a script, letters that only one language uses and
its commonest words. Where nothing speaks clearly the answer is English, whose
sentence rules do least harm.
"""

import re
from collections import Counter

__all__ = ["guess_language"]

_SAMPLE_CHARS = 3000
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_HEBREW = re.compile(r"[\u0590-\u05ff]")
# An address is in no language: `en.wikipedia.org` and `/de/` are neither English nor German.
_ADDRESS = re.compile(r"\b(?:https?:|www\.)\S*")
_WORD = re.compile(r"[^\W\d_]+")
_COMMON_WORDS = {
    "en": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "that",
            "is",
            "for",
            "on",
            "with",
            "was",
            "by",
            "as",
            "are",
            "has",
            "its",
        ]
    ),
    "fr": frozenset(
        [
            "le",
            "la",
            "les",
            "des",
            "et",
            "du",
            "une",
            "est",
            "dans",
            "que",
            "pour",
            "par",
            "sur",
            "qui",
            "au",
            "aux",
        ]
    ),
    "de": frozenset(
        [
            "der",
            "die",
            "und",
            "das",
            "den",
            "von",
            "zu",
            "mit",
            "ist",
            "des",
            "im",
            "für",
            "auf",
            "nicht",
            "ein",
            "eine",
            "dem",
        ]
    ),
    "es": frozenset(
        [
            "el",
            "la",
            "los",
            "las",
            "de",
            "y",
            "en",
            "que",
            "del",
            "por",
            "con",
            "una",
            "para",
            "se",
            "su",
            "al",
        ]
    ),
}


def guess_language(text: str) -> str:
    """Return a BCP 47 language tag for `text`, judged by a sample from its middle.

    >>> guess_language("Les forces se sont retirées de la ville et des villages dans la région.")
    'fr'
    """
    middle = max(0, len(text) // 3 - _SAMPLE_CHARS // 2)
    sample = _ADDRESS.sub(" ", text[middle : middle + _SAMPLE_CHARS])
    if not sample.isascii() and (language := _language_of_script(sample)):
        return language
    words = Counter(_WORD.findall(sample.lower()))
    scores = {
        language: sum(words[word] for word in common) for language, common in _COMMON_WORDS.items()
    }
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > max(scores["en"], 1) else "en"


def _language_of_script(sample: str) -> str | None:
    """Tell languages of the Cyrillic, Arabic and Hebrew scripts, where two share one by the letters that only one of them has."""
    letters = sum(map(str.isalpha, sample)) or 1
    if len(_CYRILLIC.findall(sample)) * 2 > letters:
        is_ukrainian = re.search("[іїєґІЇЄҐ]", sample) and not re.search("[ыэёъЫЭЁЪ]", sample)
        return "uk" if is_ukrainian else "ru"
    if len(_ARABIC.findall(sample)) * 2 > letters:
        return "fa" if len(re.findall("[پچژگکی]", sample)) * 50 > letters else "ar"
    if len(_HEBREW.findall(sample)) * 2 > letters:
        return "he"
    return None
