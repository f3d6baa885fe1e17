"""Lines that may begin a note, by the shape of their label, and the runs that count up.

    bracket   [i] text   ［1］ text   [n 1] text
    raised    ¹ text
    caret     ^1 text
    paren     (a) text
    dot       i. text   a) text   12. text
    bare      12 text
    symbol    † text

Any text has lines of these shapes that are no notes: enumerations, years, rows of a
table. A run only says that the lines count; `pairing` asks for their markers.
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from provenance.cite.chains import start_of_heading_above
from provenance.cite.labels import LabelAt
from provenance.cite.patterns import lazy_pattern
from provenance.cite.printed import Kind, Value, read_values
from provenance.cite.signs import RAISED, lower_raised

__all__ = ["EntryShape", "Run", "find_runs"]

EntryShape = Literal["bracket", "raised", "caret", "paren", "dot", "bare", "symbol"]

_ENTRY = lazy_pattern(
    r"^[ \t\u00a0\ufeff]{0,8}(?P<label>"
    r"[\[［【](?P<numbered>\d{1,4})[\]］】][.:]?"
    r"|[\[［【](?P<bracket>(?:[^\W\d_]{1,8}\.?[ \u00a0])?[^\W_]{1,8}|[*†‡§¶]{1,3})[\]］】](?!\w(?!ttps?:|ww\.))[.:]?"
    rf"|(?P<raised>[{RAISED}]{{1,4}})(?![{RAISED}])"
    r"|\^(?P<caret>\d{1,4})\^?(?!\w)[.:]?"
    r"|[(（](?P<paren>[^\W_]{1,8})[)）](?=\s|https?:)"
    r"|(?P<dot>\d{1,4}|[ivxlcIVXLC]{1,7}|[^\W\d_])[.)](?=[ \t\u00a0]|https?:)"
    r"|(?P<named>[^\W\d_]{1,8}\.?[ \u00a0]\d{1,4})[.:](?=[ \t\u00a0])"
    r"|(?P<bare>\d{1,4})(?=[ \t\u00a0]+[^\W\d]|[ \t\u00a0]+[“\"«‘(]|\t)"
    r"|(?P<symbol>\*{1,3}|†{1,3}|‡{1,3}|§{1,2}|¶)(?![*†‡§¶])"
    r")(?=[^\n]*[^\s])",
    re.MULTILINE,
)
_SHAPE_OF_GROUP: dict[str, EntryShape] = {
    "numbered": "bracket",
    "bracket": "bracket", "raised": "raised", "caret": "caret", "paren": "paren",
    "dot": "dot", "named": "dot", "bare": "bare", "symbol": "symbol",
}  # fmt: skip
_MAX_GAP = 5
# A bare number counts on at once or not at all: rows of tables and years begin lines too.
_MAX_GAP_OF_BARE = 2


class Run(NamedTuple):
    """Lines whose labels count up in one shape and one way; `heading` is the list heading's start."""

    shape: EntryShape
    kind: Kind
    family: str
    entries: list[LabelAt]
    heading: int | None


def find_runs(
    text: str, has_body_between: Callable[[int, int], bool], *, with_brackets: bool
) -> list[Run]:
    """Return the runs of possible notes, in the order of their first lines.

    `has_body_between(left, right)` tells whether body, and no note, stands between
    two lines: a run ends there. Numbers in brackets, which `chains` has read, only count
    where `with_brackets`.
    """
    runs: list[Run] = []
    open_runs: dict[tuple[str, str, str], Run] = {}
    for shape, value, label in _read_entries(text, with_brackets):
        way = (shape, value.kind, value.family)
        run = open_runs.get(way)
        heading = start_of_heading_above(text, label.start)
        if run is not None and heading is None and _counts_on(run, value):
            if not has_body_between(run.entries[-1].end, label.start):
                run.entries.append(label)
                continue
        elif not _may_begin(value, heading):
            continue
        open_runs[way] = Run(shape, value.kind, value.family, [label], heading)
        runs.append(open_runs[way])
    return runs


def _read_entries(text: str, with_brackets: bool) -> Iterator[tuple[EntryShape, Value, LabelAt]]:
    for match in _ENTRY.finditer(text):
        group = next(name for name in _SHAPE_OF_GROUP if match[name] is not None)
        printed = lower_raised(match[group]) if group == "raised" else match[group]
        for value in read_values(printed):
            if group == "numbered" and not with_brackets:
                continue
            label = LabelAt(printed, *match.span("label"), begins_line=True, number=value.ordinal)
            yield _SHAPE_OF_GROUP[group], value, label


def _may_begin(value: Value, heading: int | None) -> bool:
    return value.kind == "symbol" or value.ordinal <= (1 if heading is None else 1 + _MAX_GAP)


def _counts_on(run: Run, value: Value) -> bool:
    """Tell whether a label goes on with a run: small gaps, doubles and slips back are the list's own."""
    step = value.ordinal - run.entries[-1].number
    if run.kind == "symbol":
        return True
    if run.shape == "bare":
        return 0 < step <= _MAX_GAP_OF_BARE
    if step < 0:
        return value.ordinal > 1 and step >= -_MAX_GAP
    return step <= _MAX_GAP and (step > 0 or value.ordinal > 1)
