"""Numbers in a sentence, and whether a text has them in any of its ways of writing. PURE.

What a claim says is read narrowly, what a source says widely: a number that might be meant
otherwise (a date, a duration, a length that may have been converted, a rough "nearly 200", the
34 of a Su-34) is not asked for, and a source that writes 1.000 may mean a thousand or one.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern

__all__ = ["Amount", "Amounts", "asked_amounts"]

_SCALES = {
    "hundred": 100, "thousand": 1e3, "million": 1e6, "mln": 1e6, "mio": 1e6, "millionen": 1e6, "millions": 1e6,
    "billion": 1e9, "bn": 1e9, "milliard": 1e9, "milliards": 1e9, "milliarden": 1e9, "mrd": 1e9,
    "trillion": 1e12, "k": 1e3, "m": 1e6, "b": 1e9, "mille": 1e3, "mil": 1e3, "tausend": 1e3, "millones": 1e6,
    "тыс": 1e3, "тис": 1e3, "млн": 1e6, "млрд": 1e9,
    "ألف": 1e3, "آلاف": 1e3, "الف": 1e3, "مليون": 1e6, "ملايين": 1e6, "مليار": 1e9, "هزار": 1e3, "میلیون": 1e6, "میلیارد": 1e9,
}  # fmt: skip
# In languages that bend them: a crowd "25-тысячная".
_STEMS = {"тысяч": 1e3, "миллион": 1e6, "мільйон": 1e6, "миллиард": 1e9, "мільярд": 1e9}
_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
        " twentieth".split(),
        start=1,
    )
}
_OTHERS = {"half": 50, "quarter": 25, "dozen": 12, "once": 1, "twice": 2, "both": 2, "pair": 2}

_SEPARATOR = r"[.,'’\u00a0\u2009\u202f \u066b\u066c]"
_NUMBER = lazy_pattern(rf"\d+(?:{_SEPARATOR}\d+)*")
_SPELLED = lazy_pattern(
    rf"\b(?:{'|'.join((*_TENS, *_UNITS, *_ORDINALS, *_OTHERS))})(?:[- ](?:and[ ])?"
    rf"(?:{'|'.join((*_UNITS, *_TENS, *_ORDINALS, 'hundred', 'thousand', 'million', 'billion'))}))*\b"
)
_NEXT_WORD = lazy_pattern(r"[\s\u00a0-]{0,2}([^\W\d_]+)")

# What stands around a number that a claim need not share with its source.
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_ROUGH = (
    r"(?:about|around|nearly|almost|some|roughly|approximately|circa|ca\.|over|under|above|below|more than|less than"
    r"|fewer than|at least|at most|up to|upwards of|as many as|as few as|estimated|close to|just|exceeding|every|~|≈|>|<)"
)
_NOT_ASKED_BEFORE = lazy_pattern(
    rf"(?:(?i:\b{_ROUGH}\s*(?:the\s+|an?\s+|[$€£¥₽]\s*)?|\b{_MONTH}\s+(?:\d+\s*(?:[-–,]|and|to)\s*)?)"
    r"|[^\W\d_][-\u2010\u2011.’']?|[\d:/#.,\u2010-\u2015-]|\bNo\.?\s?|[(\[]|\bage[ds]?\s(?:of\s)?|\b(?:[Cc]hapter|[Pp]age|pp?\.|[Vv]ersion|[Ss]eason)\s)$"
)
_NOT_ASKED_AFTER = lazy_pattern(
    rf"(?:\s*(?:[-–]|to|and|or)\s*\d+)?(?:(?i:\s+(?:of\s+)?{_MONTH}\b)|s\b|[:/]\d|[)\]]"
    r"|(?!(?:st|nd|rd|th)\b)[^\W\d_]|(?:st|nd|rd|th)[\s-](?:century|grade|birthday|anniversary)"
    r"|[\s\u00a0-]*(?:square |cubic |nautical |metric )?(?:km|kilomet|miles?\b|m\b|mm\b|cm\b|met(?:er|re)|feet|foot|ft\b"
    r"|inch|in\b|cu\b|sq\b|yard|acre|hectare|kg\b|kilogram|pound|lbs?\b|tons?\b|tonnes?\b|lit(?:er|re)|gallon|barrel|degrees?|°|knots|mph|kph"
    r"|years?|months?|weeks?|days?|nights?|hours?|minutes?|seconds?|decades?|centur|a\.?m\b|p\.?m\b|local time|UTC|GMT|o[’']clock)"
    r"|[\s-]*(?:[A-Z]\b|mm\b))"
)
_CURRENCY = lazy_pattern(r"(?:[$€£¥₽₴₪]|\b(?:USD|EUR|GBP))\s?$")
_YEARS = range(1000, 2100)
# Smaller counts are made by adding up ("two attacks"), or are a figure of speech.
_LEAST_ASKED = 13
# More digits are no amount, but a key or a run of noughts.
_MOST_DIGITS = 15


class Amount(NamedTuple):
    """A number at its place, as `written`; `unit` is its last significant step (100 of 1,200)."""

    start: int
    end: int
    value: float
    unit: float
    written: str


def asked_amounts(text: str) -> Iterator[Amount]:
    """Yield the numbers of a claim that its source should have too, in order.

    >>> [text[start:end] for text in ["On May 3 the guard held 37 barges for nearly 20 days."]
    ...     for start, end, *_ in asked_amounts(text)]
    ['37']
    """
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        before, after = text[max(0, start - 30) : start], text[end : end + 40]
        if _NOT_ASKED_BEFORE.search(before) or _NOT_ASKED_AFTER.match(after):
            continue
        if _CURRENCY.search(before):
            continue
        amount = _plain(found[0])
        if amount is None:
            continue
        value, unit = amount
        scale = _scale_after(text, end)
        if value * scale >= _LEAST_ASKED and not _is_year(found[0], scale):
            yield Amount(start, end, value * scale, unit * scale, found[0])


def _is_year(digits: str, scale: float) -> bool:
    """Tell whether it is a year: which year it was is often clear from when the source was written."""
    return scale == 1 and len(digits) == 4 and digits.isdigit() and int(digits) in _YEARS


def _plain(written: str) -> tuple[float, float] | None:
    """Read an English number, with its last significant step; None for what may be several things."""
    whole, dot, part = written.partition(".")
    groups = whole.replace("\u00a0", ",").split(",")
    if any(len(group) != 3 for group in groups[1:]) or not all(map(str.isdecimal, groups)):
        return None
    if dot and not part.isdecimal():
        return None
    digits = "".join(groups)
    if len(digits) + len(part) > _MOST_DIGITS:
        return None
    value = float(f"{int(digits)}.{int(part):0{len(part)}d}") if dot else float(int(digits))
    if dot:
        return value, 10.0 ** -len(part)
    bare = digits.rstrip("0")
    return value, 10.0 ** (len(digits) - len(bare)) if bare else 1.0


def _scale_after(text: str, end: int) -> float:
    word = _NEXT_WORD.match(text, end)
    if word is None:
        return 1.0
    said = word[1].casefold()
    return _SCALES.get(said) or next(
        (scale for stem, scale in _STEMS.items() if said.startswith(stem)), 1.0
    )


class Amounts:
    """Every number that a text may be read to have; read when one is asked for that it does not show as written."""

    def __init__(self, text: str) -> None:
        self._text = text

    def has(self, amount: Amount) -> bool:
        """Tell whether a number of the text, rounded as this one is, is this one."""
        if re.search(rf"(?<![\d.,]){re.escape(amount.written)}(?![.,]?\d)", self._text):
            return True
        half = amount.unit / 2 * 1.0000001
        at = bisect_left(self._values, amount.value - half)
        return at < len(self._values) and self._values[at] <= amount.value + half

    @cached_property
    def _values(self) -> list[float]:
        folded = unicodedata.normalize("NFKC", self._text)
        return sorted({*_digits(folded), *_spelled(folded.casefold())})


def _digits(text: str) -> Iterator[float]:
    for found in _NUMBER.finditer(text):
        scale = _scale_after(text, found.end())
        for value in _readings(found[0]):
            yield value
            if scale != 1:
                yield value * scale


def _readings(written: str) -> Iterator[float]:
    """Yield all that digits with marks between them may mean: 1.000 is a thousand or one."""
    parts = [part for part in _split_at_marks(written) if part]
    yield from (float(int(part)) for part in parts if len(part) <= _MOST_DIGITS)
    if len(parts) == 1 or sum(map(len, parts)) > _MOST_DIGITS:
        return
    if all(len(part) == 3 for part in parts[1:]):
        yield float(int("".join(parts)))
    if all(len(part) == 3 for part in parts[1:-1]):
        yield float(f"{int(''.join(parts[:-1]))}.{int(parts[-1]):0{len(parts[-1])}d}")


def _split_at_marks(written: str) -> Iterable[str]:
    return "".join(char if char.isdecimal() else " " for char in written).split(" ")


def _spelled(text: str) -> Iterator[float]:
    for found in _SPELLED.finditer(text):
        total, part = 0.0, 0.0
        for word in found[0].replace("-", " ").split():
            if word in _UNITS or word in _TENS or word in _ORDINALS or word in _OTHERS:
                value = float({**_UNITS, **_TENS, **_ORDINALS, **_OTHERS}[word])
                yield value
                part += value
            elif word == "hundred":
                part = (part or 1) * 100
            elif word in {"thousand", "million", "billion"}:
                total += (part or 1) * _SCALES[word]
                part = 0.0
        yield total + part
