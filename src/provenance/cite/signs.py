"""Signs: every place in a text that may be a marker, by the shape that it is printed in.

    bracket   word.[i]  word.[n 1, n 2]  word.［1］  word.[†]
    raised    word.¹²   word.¹⁻³
    caret     word.^12
    paren     word (12).
    symbol    word.†

A sign is only a marker when there is a list that counts the same way: `[i]` is also
a changed letter in a quotation, `(12)` a number in a sentence, `²` a square.
Numbers in brackets, which are nearly always markers, are read by `labels`.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.printed import Kind, Value, read_values, write_number

__all__ = [
    "CLOSING",
    "PLAIN_DIGITS",
    "RAISED",
    "SHAPES",
    "Shape",
    "Sign",
    "lower_raised",
    "read_parts",
    "read_signs",
]

Shape = Literal["bracket", "raised", "caret", "paren", "symbol"]
SHAPES: tuple[Shape, ...] = ("bracket", "raised", "caret", "paren", "symbol")

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
PLAIN_DIGITS = str.maketrans(RAISED, "0123456789")
_LOWERED = str.maketrans(RAISED + "⁻˒", "0123456789-,")
_LABEL = r"(?:[^\W\d_]{1,8}\.?[ \u00a0])?[^\W_]{1,8}"
_GROUP = rf"{_LABEL}(?:\s{{0,2}}[,;–-]\s{{0,2}}{_LABEL}){{0,20}}"
_PATTERNS: dict[Shape, re.Pattern[str]] = {
    "bracket": lazy_pattern(rf"[\[［【](?P<printed>{_GROUP}|[*†‡§¶]{{1,3}})[\]］】]"),
    "raised": lazy_pattern(
        rf"(?<=[^\s{RAISED}])(?P<printed>[{RAISED}]{{1,4}}(?:[,;˒⁻–-][ \u00a0]?[{RAISED}]{{1,4}}){{0,20}})(?![{RAISED}])"
    ),
    "caret": lazy_pattern(r"(?<=[^\s\d^])\^(?P<printed>\d{1,4}(?:[,–-]\d{1,4}){0,20})\^?(?!\w)"),
    "paren": lazy_pattern(rf"[(（](?P<printed>{_GROUP})[)）]"),
    "symbol": lazy_pattern(r"(?<=[^\s*†‡§¶|])(?P<printed>\*{1,3}|†{1,3}|‡{1,3}|§{1,2}|¶)(?![\w*†‡§¶])"),
}  # fmt: skip
_SEPARATOR = lazy_pattern(r"\s*[,;]\s*")
_RANGE = lazy_pattern(r"(\S+?)\s*[–-]\s*(\S+)")
_MAX_RANGE = 50
# `5 km²`, `10⁶`, `m³`: units and powers are no markers.
_UNIT = lazy_pattern(r"(?:^|[\W\d_])(?:[kcdm]?m|µm|mi|ft|in|yd|nm|s|sq|км|м|см|كم|م|10)$")
_UNIT_REACH = 4
# `x²`, `2023²`: a power as likely as a marker.
_POWER = lazy_pattern(r"(?:\d|(?<![^\W_])[^\W\d_])$")
# `*very*`: the second of two stars around words.
_EMPHASIS = lazy_pattern(r"(?<![\w*.])\*{1,3}[^\s*][^*\n]*$")
CLOSING = frozenset(".,;:!?…”\"’'»)]،؛۔؟")
_BLANKS = " \u00a0\t"


class Sign(NamedTuple):
    """A possible marker: what is printed between its brackets, and where it stands with them.

    `is_doubtful` where it may as well be a word of the sentence: `either (a) fight`, `x²`.
    """

    shape: Shape
    printed: str
    start: int
    end: int
    is_doubtful: bool = False


def lower_raised(printed: str) -> str:
    """Return raised digits as digits of their own size.

    >>> lower_raised("¹²⁻¹⁴")
    '12-14'
    """
    return printed.translate(_LOWERED)


def read_signs(text: str, shape: Shape) -> list[Sign]:
    """Return the signs of one shape in the text, in order; lines that begin with one are left out."""
    found = (
        Sign(shape, lower_raised(match["printed"]), *match.span())
        for match in _PATTERNS[shape].finditer(text)
    )
    return [
        sign._replace(is_doubtful=True) if _may_be_else(text, sign) else sign
        for sign in found
        if _may_mark(text, sign)
    ]


def read_parts(sign: Sign, kind: Kind, family: str) -> list[tuple[str, int]]:
    """Return label and ordinal of each member of a sign, none where one does not count that way.

    >>> read_parts(Sign("bracket", "i, iii", 0, 8), "roman", "lower")
    [('i', 1), ('iii', 3)]
    >>> read_parts(Sign("raised", "2-4", 0, 3), "number", "")
    [('2', 2), ('3', 3), ('4', 4)]
    """
    parts: list[tuple[str, int]] = []
    for printed in _SEPARATOR.split(sign.printed):
        members = list(_read_part(printed, kind, family))
        if not members:
            return []
        parts += members
    return parts


def _read_part(printed: str, kind: Kind, family: str) -> Iterator[tuple[str, int]]:
    ordinal = _ordinal_of(read_values(printed), kind, family)
    if ordinal is not None:
        yield printed, ordinal
        return
    ends = _RANGE.fullmatch(printed) if kind == "number" else None
    if ends is None or not (ends[1].isdecimal() and ends[2].isdecimal()):
        return
    first, last = int(ends[1]), int(ends[2])
    if first < last <= first + _MAX_RANGE:
        yield from ((write_number(number, ends[1]), number) for number in range(first, last + 1))


def _ordinal_of(values: tuple[Value, ...], kind: Kind, family: str) -> int | None:
    for value in values:
        if value.kind == kind and value.family == family:
            return value.ordinal
    return None


def _may_mark(text: str, sign: Sign) -> bool:
    """Tell whether a sign stands where a marker stands: behind words, and not inside one."""
    before = text[sign.start - 1] if sign.start else "\n"
    after = text[sign.end : sign.end + 1]
    if sign.shape == "raised":
        return not _UNIT.search(text, max(0, sign.start - _UNIT_REACH), sign.start)
    if sign.shape in {"caret", "symbol"}:
        emphasis = sign.printed[0] == "*" and sign.shape == "symbol"
        return not emphasis or not _EMPHASIS.search(text, max(0, sign.start - 80), sign.start)
    if _begins_line(text, sign.start):
        return False
    if sign.printed[-1:].isdecimal():
        return not (after.isalpha() and before.isalpha())
    if after.isalpha() and (after.islower() or before not in CLOSING):
        return False  # `[a]nd`, `(s)he`
    return before in _BLANKS or before.isalnum() or before in CLOSING


def _may_be_else(text: str, sign: Sign) -> bool:
    """Tell whether a sign may be a power, or a number in the words of a sentence."""
    if sign.shape == "raised":
        return _POWER.search(text, max(0, sign.start - 2), sign.start) is not None
    if sign.shape not in {"bracket", "paren"} or text[sign.start - 1] not in _BLANKS:
        return False
    follows = text[sign.end : sign.end + 3].lstrip(_BLANKS)[:1]
    before = text[max(0, sign.start - 4) : sign.start].rstrip()[-1:]
    return follows.islower() or (follows.isalnum() and before not in CLOSING)


def _begins_line(text: str, offset: int) -> bool:
    line = text[max(0, offset - 8) : offset].rstrip(_BLANKS)
    return line.endswith("\n") or (not line and offset <= len(_BLANKS) * 2)
