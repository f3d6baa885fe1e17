"""Subscripts of program code (`argv[2]`), which look like markers of notes where a draft shows code. PURE.

Readers give code as text, and a number in brackets there asks for no note. It is known by what it is
attached to (`process.argv[1]`, `os_state[1]`, `strcmp(argv[1]`) and by what stands behind it
(`rows[1] = 4`, `threads[1].count(`); prose has neither. A word alone (`barges[1]`) is taken for prose, unless it has
a subscript elsewhere, or the draft shows code and has no notes at all.
"""

import re
from collections.abc import Sequence

from provenance.cite.patterns import lazy_pattern
from provenance.model import Marker

__all__ = ["is_subscript", "without_subscripts"]

_BEFORE, _BEHIND = 80, 60
# Hosts (`x.com`) have short last parts; what a program calls its parts is longer.
_CODE_NAME = lazy_pattern(
    r"(?:\w\(\*?\w*|\w\(\)|(?<![\w@])\w+_\w+|::\w+|->\w+|\*\)?\w+|(?<![\w./@-])[a-z]\w+\.(?!info\b)[a-z]\w{3,}|\b(?:argv|argc|ARGV))$"
)
_WORD = lazy_pattern(r"\w+$")
_CODE_BEHIND = lazy_pattern(
    r"""(?:\[\d{1,4}\])*+(?:\s?(?:[=!]==?|[+*/-]?=)\s
    | ->
    | \.[a-z_]\w*(?:[.(]|\s?=|_)
    | \)\s?(?:\{|=>|->|\)\s?[;{])
    | ;\s*(?:\w+\[\d|\w+\s\*+\w|\w+\s?=\s|\w+\(|\}|//|/\*))""",
    re.VERBOSE,
)
# A line typed at the prompt of Python.
_PROMPT = lazy_pattern(r"^\s*>>>\s")


def without_subscripts(text: str, markers: Sequence[Marker], *, has_notes: bool) -> list[Marker]:
    """Return those of a text's markers without notes that are no subscripts."""
    sure = frozenset(marker for marker in markers if is_subscript(text, marker))
    if not sure:
        return list(markers)
    names = {_word_before(text, marker) for marker in sure} - {""}
    return [
        marker
        for marker in markers
        if marker not in sure
        and (word := _word_before(text, marker)) not in names
        and (has_notes or not word)
    ]


def _word_before(text: str, marker: Marker) -> str:
    found = _WORD.search(text[max(0, marker.start - _BEFORE) : marker.start])
    return found[0] if found else ""


def is_subscript(text: str, marker: Marker) -> bool:
    """Tell whether a number in brackets is a subscript in code, and no marker."""
    line = text[max(0, marker.start - _BEFORE) : marker.start].rpartition("\n")[2]
    last = line[-1:]
    if not (last.isalnum() or last in {"_", ")", "]"}):
        return False
    behind = text[marker.end : marker.end + _BEHIND]
    if marker.label == "0" or _PROMPT.match(line) or _CODE_BEHIND.match(behind):
        return True
    return _CODE_NAME.search(line) is not None and not behind.startswith("*")
