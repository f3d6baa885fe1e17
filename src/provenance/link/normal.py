"""A text in its normal form, for finding again what was quoted from it. PURE.

Two texts have one normal form where they differ only in how they were set: NFKC, case
(full case folding), quotes and dashes of any shape, runs of blanks and line breaks, soft
hyphens, zero-width and bidi marks, Arabic vowel signs and tatweel, Hebrew points. What a
reader would call another word, another number or another sign stays another.

Time grows with the text's length: runs of characters that map one to one are translated
as a whole, and only what lies between them is looked at sign by sign.
"""

import re
import unicodedata
from typing import NamedTuple

from provenance.text import OffsetMap, OffsetMapBuilder, Span

__all__ = ["Normal", "normalise"]

_QUOTES = dict.fromkeys("‘’‚‛′ʹʻʼʽˈ`´＇‹›", "'") | dict.fromkeys("“”„‟″«»〝〞〟＂", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-")
_SIGNS = _QUOTES | _DASHES
_SOFT_HYPHEN = "\u00ad"
_BREAKS = frozenset("\n\r\u2028\u2029\x0b\x0c\x85")
# Signs that show nothing: combining grapheme joiner, Mongolian separators, variation selectors.
_SHOW_NOTHING = frozenset("\u034f\u180b\u180c\u180d\u180e\u180f\ufffc") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
_POINTS = (  # harakat, Koranic signs, superscript alef and tatweel; niqqud and cantillation
    *range(0x0610, 0x061B), *range(0x064B, 0x0653), *range(0x0656, 0x0660), 0x0640, 0x0670,
    *range(0x06D6, 0x06DD), *range(0x06DF, 0x06E5), 0x06E7, 0x06E8, *range(0x06EA, 0x06EE),
    *range(0x0591, 0x05BE), 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7,
)  # fmt: skip
_VOWEL_SIGNS = frozenset(map(chr, _POINTS))
# Not of a category of marks, yet they join the sign before them: halfwidth kana, Korean letters.
_JOINING = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\uff9e\uff9f\uffa0-\uffdc]")


class Normal(NamedTuple):
    """A normal form and where each part of it stands in the text that it was made from."""

    text: str
    offsets: OffsetMap

    def to_source(self, span: Span) -> Span:
        """Return the code points of the source that a span of the normal form was made from."""
        return self.offsets.to_source(span)


class _Signs(NamedTuple):
    """How the signs of one text fold: one to one, to nothing, or only together with others."""

    folded: dict[int, str]
    ignored: frozenset[str]
    joining: frozenset[str]


def normalise(text: str) -> Normal:
    """Return the normal form of a text with its offset map.

    A blank run is one blank, also at the ends. Normalising twice changes nothing.

    >>> normal = normalise("The “Toll\u2011\u00ad\u00a0House”")
    >>> normal.text
    'the "toll- house"'
    >>> normal.to_source(Span(4, 9)).of("The “Toll\u2011\u00ad\u00a0House”")
    '“Toll'
    """
    signs = _read_signs(text)
    made = OffsetMapBuilder()
    at = 0
    for odd in _odd_regions(text, signs):
        made.append(text[at : odd.start].translate(signs.folded), at, odd.start)
        _append_region(made, text, odd, signs)
        at = odd.end
    made.append(text[at:].translate(signs.folded), at, len(text))
    return Normal(*made.build())


def _read_signs(text: str) -> _Signs:
    folded, ignored, joining = {}, set(), set()
    for sign in set(text):
        if _is_ignored(sign):
            ignored.add(sign)
        elif unicodedata.category(sign)[0] == "M" or _JOINING.match(sign):
            joining.add(sign)
        else:
            folded[ord(sign)] = _fold(sign)
    return _Signs(folded, frozenset(ignored), frozenset(joining))


def _is_ignored(sign: str) -> bool:
    if sign in _VOWEL_SIGNS or sign in _SHOW_NOTHING:
        return True
    # Cf: soft hyphen, zero-width signs, bidi marks; but tags and prepended number signs are read
    return unicodedata.category(sign) == "Cf" and unicodedata.bidirectional(sign) != "AN"


def _fold(signs: str) -> str:
    """One sign, or a sign with the marks on it, in normal form."""
    if signs.isspace():
        return " "
    if signs in _SIGNS:
        return _SIGNS[signs]
    signs = _SIGNS.get(signs[0], signs[0]) + signs[1:]
    folded = _compose(_compose(signs).casefold())
    kept = "".join(_SIGNS.get(each, each) for each in folded if not _is_ignored(each))
    return unicodedata.normalize("NFC", kept)


def _compose(signs: str) -> str:
    """NFKC, but ¨ ¯ ¸ and their like, which stand on a blank there, stay signs of their own."""
    if unicodedata.normalize("NFKC", signs[:1]).startswith(" "):
        rest = unicodedata.normalize("NFKC", signs[1:])
        return unicodedata.normalize("NFC", signs[0] + rest)
    return unicodedata.normalize("NFKC", signs)


def _odd_regions(text: str, signs: _Signs) -> list[Span]:
    """Stretches that cannot be translated sign by sign, each with the sign before it."""
    odd = signs.ignored | signs.joining
    odd |= {chr(code) for code, to in signs.folded.items() if len(to) != 1}
    odd |= {chr(code) for code, to in signs.folded.items() if to == " " and code != ord(" ")}
    one = "[" + "".join(map(re.escape, sorted(odd))) + "]" if odd else r"(?!)"
    many = "[ " + "".join(map(re.escape, sorted(odd))) + "]"
    pattern = re.compile(rf"(?:.?{one}|  ){many}*", re.DOTALL)
    return [Span(*match.span()) for match in pattern.finditer(text)]


def _append_region(made: OffsetMapBuilder, text: str, odd: Span, signs: _Signs) -> None:
    at = odd.start
    while at < odd.end:
        if text[at] in signs.ignored:
            at += 1
            if text[at - 1] == _SOFT_HYPHEN and at < odd.end and text[at] in _BREAKS:
                at = _end_of_blanks(text, at, odd.end, signs)  # a word that was broken at its line
        elif text[at].isspace():
            end = _end_of_blanks(text, at, odd.end, signs)
            made.append(" ", at, end)
            at = end
        else:
            at = _append_cluster(made, text, at, odd.end, signs)


def _end_of_blanks(text: str, at: int, end: int, signs: _Signs) -> int:
    """Behind the last blank of a run; signs that show nothing do not end it."""
    last = at
    while at < end and (text[at].isspace() or text[at] in signs.ignored):
        at += 1
        if text[at - 1].isspace():
            last = at
    return last


def _append_cluster(made: OffsetMapBuilder, text: str, at: int, end: int, signs: _Signs) -> int:
    """Append a sign with what joins it, and return where the next one begins."""
    parts, last, next_at = [text[at]], at + 1, at + 1
    while next_at < end and (text[next_at] in signs.joining or text[next_at] in signs.ignored):
        next_at += 1
        if text[next_at - 1] in signs.joining:
            parts.append(text[next_at - 1])
            last = next_at
    made.append(_fold("".join(parts)), at, last)
    return last
