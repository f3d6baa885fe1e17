"""Words around anchors that are no citation of their own: `<a>Example Times</a>, 3 May 2024`, `<a>A</a> and <a>B</a>`.

What splitting takes for a remark before it knows the anchors names, once they are known, either
nothing besides them or only says more about the one that it holds. Words that say something stay a remark.
"""

from bisect import bisect_left
from collections.abc import Sequence

from msgspec.structs import replace

from provenance.cite.locators import read_locator, without_locators
from provenance.cite.patterns import lazy_pattern
from provenance.cite.stretches import is_filler
from provenance.formats.dates import find_dates
from provenance.model import Citation

__all__ = ["join_linked_words"]

# Longer words around an anchor are a remark that uses it.
_MAX_WORDS_AROUND = 12
_WORD = lazy_pattern(r"[^\W\d_]+")


def join_linked_words(text: str, citations: Sequence[Citation]) -> list[Citation]:
    """Return the citations of a note without remarks that only hold or describe an anchor."""
    anchors = sorted((one for one in citations if one.hidden), key=lambda one: one.start)
    starts = [one.start for one in anchors]
    wholes: dict[int, Citation] = {}
    kept: list[Citation] = []
    for remark in citations:
        if remark.kind not in {"commentary", "unknown"} or remark.truncated:
            kept.append(remark)
            continue
        first, last = bisect_left(starts, remark.start), bisect_left(starts, remark.end)
        inside = [one for one in anchors[first:last] if one.end <= remark.end]
        if not inside:
            kept.append(remark)
        elif _says_nothing(text, remark, inside):
            continue
        elif len(inside) == 1 and _describes(text, remark, inside[0]):
            wholes[id(inside[0])] = _whole(remark, inside[0])
        else:
            kept.append(remark)
    return [wholes.get(id(one), one) for one in kept]


def _says_nothing(text: str, remark: Citation, inside: Sequence[Citation]) -> bool:
    """Tell whether only separators and connecting words stand around the anchors."""
    position = remark.start
    for anchor in inside:
        if position < anchor.start and not is_filler(text, position, anchor.start):
            return False
        position = max(position, anchor.end)
    return is_filler(text, position, remark.end)


def _describes(text: str, remark: Citation, anchor: Citation) -> bool:
    """Tell whether names, dates and connecting words stand around an anchor, and no others."""
    around = f"{text[remark.start : anchor.start]} {text[anchor.end : remark.end]}"
    words = _WORD.findall(around)
    return len(words) <= _MAX_WORDS_AROUND and all(
        is_filler(word, 0, len(word)) or not word[0].islower() for word in words
    )


def _whole(remark: Citation, anchor: Citation) -> Citation:
    # "Retrieved 17 July 2013" is the day of a reader, not of the work
    dates = find_dates(without_locators(remark.raw))
    date = anchor.date or (dates[0].iso if dates else None)
    accessed = anchor.accessed or read_locator(remark.raw)[1]
    whole = replace(anchor, start=remark.start, end=remark.end, raw=remark.raw)
    return replace(whole, date=date, accessed=accessed)
