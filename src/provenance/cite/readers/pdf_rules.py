"""Which lines drawn on a page are rules: what underlines words is none."""

from bisect import bisect_left
from collections.abc import Sequence

from provenance.cite.readers.pdf_fragments import Fragment
from provenance.formats.pdf_drawn import Rule

__all__ = ["without_underlines"]

# In shares of the size of type: how far below the baseline an underline is drawn.
_UNDER = 0.35
_BEYOND = 3.0  # points by which it may be longer than what it underlines
_BIGGEST = 100.0  # points: bounds the search for words above a line, as does their number
_MOST_PIECES = 200


def without_underlines(rules: Sequence[Rule], fragments: Sequence[Fragment]) -> tuple[Rule, ...]:
    """Return the rules of a page without those that underline words (links, mostly)."""
    lines = sorted(fragments, key=_baseline_of)
    return tuple(rule for rule in rules if not _underlines(rule, lines))


def _baseline_of(fragment: Fragment) -> float:
    return fragment.main.baseline


def _underlines(rule: Rule, lines: Sequence[Fragment]) -> bool:
    first = bisect_left(lines, rule.y, key=_baseline_of)
    for words in lines[first : first + _MOST_PIECES]:
        if _baseline_of(words) - rule.y > _UNDER * _BIGGEST:
            return False
        if (
            _baseline_of(words) - rule.y <= _UNDER * words.main.size
            and rule.left >= words.left - _BEYOND
            and rule.right <= words.right + _BEYOND
        ):
            return True
    return False
