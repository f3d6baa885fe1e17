"""Labels as pages print them: in anchors, in front of notes, and those that browsers draw for list items."""

import re
import unicodedata

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.counters import letters_of, roman_of
from provenance.cite.readers.html_index import PageIndex

__all__ = ["is_back_words", "label_of", "ordinals_of", "printed_label", "split_printed"]

_ROMAN = r"[ivxlc]{1,8}"
_DOUBLED = "|".join(letter * 2 for letter in "abcdefghijklmnopqrstuvwxyz")
_SIMPLE = rf"\d{{1,4}}|[a-z]|{_DOUBLED}|{_ROMAN}|[*†‡§¶]{{1,4}}"
_NAMED = r"(?:[^\W\d_]{1,12}\.?\s)?\d{1,4}|[^\W\d_]{1,12}\s[a-z]"
_WORDED = r"(?:note|notes|nb|n|fn|footnote|endnote|anm\.|прим\.|注)\s?\.?\s?\d{1,4}"
_LABEL = lazy_pattern(
    rf"(?:[#^※]\s?|[↑⇑]\s?(?=\d))?(?:[\[(]\s*\^?(?P<inside>{_SIMPLE}|{_NAMED})\s*[\])]|(?P<bare>{_SIMPLE}|{_WORDED}))\s?[.:)]?",
    re.IGNORECASE,
)
# What a reference is called that is no number: `[Smith2020]`, only where the page says that it is one.
_KEY = lazy_pattern(r"\[?\s*(?P<key>[^\s\[\]]{1,30})\s*\]?")
_PRINTED = lazy_pattern(
    rf"[\s\u00a0^↑]*(?:\[\s*(?P<square>{_SIMPLE}|{_NAMED})\s*\]|\((?P<round>{_SIMPLE})\)"
    r"|(?P<dotted>\d{1,4}|[a-z]|[ivxlc]{1,8})\s?[.):](?=[\s\u00a0]|$|[^\W\d_“\"«])"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}|[*†‡§¶]{1,4})|(?P<bare>\d{1,4})(?=[\s\u00a0]))",
    re.IGNORECASE,
)
_BACK = lazy_pattern(
    r"[\W_]*\d{0,3}|(?:[^\W\d_]{1,2}|\d{1,3}(?:[.,]\d{1,3})?)"
    r"|[\W\d_]*(?:jump|back|go back|return|close|hide|zurück|retour|volver|voltar|terug|torna|powrót|назад|вернуться|наверх"
    r"|повернутися|العودة|بازگشت|up)\b.{0,40}",
    re.IGNORECASE,
)


def label_of(words: str, *, is_declared: bool = False) -> str | None:
    """Return the label that an anchor's words show, as printed but without brackets; None for other words.

    `is_declared`: the page says that the anchor is a note's, so a key will do.

    >>> [label_of(words) for words in ("[12]", "Chapter 1", "[note 3]", "³", "see")]
    ['12', None, 'note 3', '3', None]
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    match = _LABEL.fullmatch(plain)
    if match:
        return " ".join((match["inside"] or match["bare"]).split())
    key = _KEY.fullmatch(plain) if is_declared else None
    return key["key"] if key else None


def split_printed(words: str) -> tuple[str, str] | None:
    """Return the label that a line of words begins with and how it is set off; None where there is none.

    >>> split_printed("12. A report"), split_printed("(b) Another"), split_printed("1990 was dry")
    (('12', 'dotted'), ('b', 'round'), ('1990', 'bare'))
    """
    match = _PRINTED.match(words)
    if match is None:
        return None
    name = next(name for name, value in match.groupdict().items() if value)
    return unicodedata.normalize("NFKC", match[name]), name


def printed_label(index: PageIndex, start: int, end: int) -> tuple[str, int] | None:
    """Return the label that has a tag of its own at the head of a range, and that tag's number.

    Of `<sup>[<a>1</a>]</sup>` the tag is the outermost one that holds nothing else.
    """
    first = index.first_text(start, end)
    if first is None:
        return None
    found = None
    for above in index.parents(first, 6):
        # a tag that begins before the range, or is all of it, holds more than the label
        if index.first_text(above, index.ends[above]) != first:
            break
        words = index.words_in(above, 24)
        label = label_of(words)
        if label is None and words.strip("[(↑⇑ "):
            break
        if label is None:
            continue
        found = (label, above)
    return found


def is_back_words(words: str) -> bool:
    """Tell whether words are those of a link back to the text: `↩`, `^`, `a`, `1.2`, `Back to text`."""
    return _BACK.fullmatch(words.strip()) is not None


def ordinals_of(index: PageIndex, list_order: int) -> dict[int, str]:
    """Return the numbers that a browser draws for the items of a list, by the items' numbers."""
    tag = index.tag(list_order)
    items = [order for order in index.children(list_order) if _is_item(index, order)]
    if tag.name != "ol":
        return {}
    step = -1 if tag.get("reversed") is not None else 1
    number = _number(tag.get("start"), 1 if step > 0 else len(items))
    drawn = {}
    for item in items:
        number = _number(index.tag(item).get("value"), number)
        drawn[item] = _draw(number, str(tag.get("type") or "1"))
        number += step
    return drawn


def _is_item(index: PageIndex, order: int) -> bool:
    return getattr(index.nodes[order], "name", None) == "li"


def _number(said: object, otherwise: int) -> int:
    text = str(said or "")
    return int(text) if re.fullmatch(r"-?\d{1,6}", text) else otherwise


def _draw(number: int, kind: str) -> str:
    if kind in {"a", "A"} and number > 0:
        letters = letters_of(number)
        return letters if kind == "a" else letters.upper()
    if kind in {"i", "I"} and 0 < number < 4000:
        roman = roman_of(number)
        return roman if kind == "i" else roman.upper()
    return str(number)
