"""The notes at the bottom of pages: which lines are theirs, and where each one begins.

A column's notes are its last lines, in smaller type or below a rule. A note begins
with its number, raised or plain, counting on from the last one (or from 1 again);
lines above the first number go on with the last note of the page before.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.pdf_lines import Line
from provenance.cite.signs import PLAIN_DIGITS
from provenance.formats.pdf_layout import Rule

__all__ = ["NoteLines", "body_size_of", "take_page_notes"]

# In shares of the size of the body's type.
_SMALLER = 0.94
_BODY_SHARE = 0.2
_SIZE_STEP = 0.5
_CLEAR_OF_BODY = 1.5
_INDENT = 0.9  # numbers set flush right begin half the size of type apart
# A raised number may skip this many (notes inside a picture); a plain one counts on.
_MOST_SKIPPED = 10
_NEAR = 20.0  # points from the column's edge within which a rule above notes begins
_PLAIN_LABEL = lazy_pattern(r"(?:(\d{1,4})[.)]?|([*†‡§¶∗]{1,3}))\s+(?=\S)")
_RAISED_LABEL = lazy_pattern(r"\d{1,4}|[*†‡§¶∗]{1,3}")
_ENDED = lazy_pattern(r"[.!?;:)\]”\"]\s*\Z")
# Printed below a note that goes on overleaf, and above its rest.
_CONTINUED = lazy_pattern(r"\W*(?:note |footnote )?continued\W*", re.IGNORECASE)
_NUMBER = lazy_pattern(r"\d{1,4}")


class NoteLines(NamedTuple):
    """A note as laid out: its label, the lines, and where its words begin in the first of them."""

    label: str
    lines: list[Line]
    body: int


def body_size_of(lines: Sequence[Line]) -> float:
    """Return the size of the body's type: the biggest that a good part of the text is set in.

    Not the commonest: in a law review most of the text may stand in notes.
    """
    counted: Counter[float] = Counter()
    for line in lines:
        counted[round(line.size / _SIZE_STEP) * _SIZE_STEP] += len(line.text)
    total = counted.total()
    return max((size for size, n in counted.items() if n >= _BODY_SHARE * total), default=0.0)


def take_page_notes(
    lines: Sequence[Line], rules: Sequence[Sequence[Rule]], body_size: float
) -> tuple[list[Line], list[NoteLines]]:
    """Return the lines of the body and the notes that stand at the bottom of its columns.

    `rules` holds the rules of each page, the first page first.
    """
    taker = _Taker(body_size, _raised_by_page(lines))
    body: list[Line] = []
    for (page, _), group in groupby(lines, key=attrgetter("page", "column")):
        column = list(group)
        start, is_ruled = _start_of_zone(column, rules[page - 1], body_size)
        kept = taker.take(column[start:], column[start - 1] if start else None, is_ruled=is_ruled)
        body += column[:start] + kept
    return body, taker.notes


class _Taker:
    """Reads the notes of one column after the other; remembers how far they have counted."""

    def __init__(self, body_size: float, raised: Mapping[int, set[str]]) -> None:
        self.notes: list[NoteLines] = []
        self._raised = raised
        self._body_size = body_size
        self._last = 0
        self._first: Line | None = None  # where the last note with a number began

    def take(self, zone: Sequence[Line], above: Line | None, *, is_ruled: bool) -> list[Line]:
        """Take the notes of a zone and return the lines in it that belong to none."""
        zone = [line for line in zone if not _CONTINUED.fullmatch(line.text)]
        starts = [index for index in range(len(zone)) if self._begins_note(zone, index)]
        first = starts[0] if starts else len(zone)
        before = list(zone[:first])
        if before and self._goes_on(before, above, is_ruled=is_ruled, has_notes=bool(starts)):
            self.notes[-1].lines.extend(before)
            before = []
        for start, end in pairwise([*starts, len(zone)]):
            label, _, body = _label_at(zone[start]) or ("", 0, 0)
            self.notes.append(NoteLines(label, list(zone[start:end]), body))
        return before

    def _begins_note(self, zone: Sequence[Line], index: int) -> bool:
        found = _label_at(zone[index])
        if found is None:
            return False
        label, label_end, _ = found
        is_raised = bool(zone[index].raised) and zone[index].raised[0][0] < label_end
        if not label.isdigit():
            return is_raised or index == 0
        number = int(label)
        if not is_raised and self._is_inside_note(zone, index):
            return False
        if self._counts_on(number, zone[index].page, is_raised=is_raised, is_first=index == 0):
            self._last, self._first = number, zone[index]
            return True
        return False

    def _is_inside_note(self, zone: Sequence[Line], index: int) -> bool:
        """Tell whether a line stands where no note begins: "39 Harv. L. Rev." in a hanging note."""
        first, line = self._first, zone[index]
        return (
            first is not None
            and first.column == line.column
            and abs(first.left - line.left) > _INDENT * line.size
        )

    def _counts_on(self, number: int, page: int, *, is_raised: bool, is_first: bool) -> bool:
        """Tell whether a number goes on from the last note's, or begins anew."""
        if number == 1 and is_first:
            return True
        if str(number) in self._raised.get(page, ()):
            # the page has its marker: an excerpt may begin anywhere, and a number may be lost
            return number > self._last and (
                is_raised or not self.notes or number <= self._last + _MOST_SKIPPED
            )
        return self._last < number <= self._last + (_MOST_SKIPPED if is_raised else 1)

    def _goes_on(
        self, lines: Sequence[Line], above: Line | None, *, is_ruled: bool, has_notes: bool
    ) -> bool:
        """Tell whether lines above the first number of a zone go on with the last note."""
        if not self.notes or lines[0].page - self.notes[-1].lines[-1].page > 1:
            return False
        is_open = not _ENDED.search(self.notes[-1].lines[-1].text)
        is_clear = above is None or (
            above.baseline - lines[0].baseline > _CLEAR_OF_BODY * above.size
        )
        if lines[0].size > _SMALLER * self._body_size:
            return False
        return (is_ruled and (has_notes or is_open)) or (is_clear and (is_open or has_notes))


def _raised_by_page(lines: Sequence[Line]) -> dict[int, set[str]]:
    """The raised numbers of each page that begin no line."""
    found: dict[int, set[str]] = {}
    for line in lines:
        for start, end in line.raised:
            if start:
                found.setdefault(line.page, set()).update(_NUMBER.findall(line.text[start:end]))
    return found


def _label_at(line: Line) -> tuple[str, int, int] | None:
    """The label that a line begins with: itself, its end, and where the words begin."""
    if line.raised and line.raised[0][0] == 0:
        end = line.raised[0][1]
        label = line.text[:end].strip().translate(PLAIN_DIGITS)
        if not _RAISED_LABEL.fullmatch(label):
            return None
        body = end
    else:
        match = _PLAIN_LABEL.match(line.text)
        if match is None:
            return None
        label = match[1] or match[2]
        end, body = match.end(1) if match[1] else match.end(2), match.end()
    while body < len(line.text) and line.text[body].isspace():
        body += 1
    return label, end, body


def _start_of_zone(
    column: Sequence[Line], rules: Sequence[Rule], body_size: float
) -> tuple[int, bool]:
    """The index of the first line of the column's notes, and whether a rule stands above it."""
    start = len(column)
    while start and column[start - 1].size <= _SMALLER * body_size:
        start -= 1
    left, limit = min(line.left for line in column), column[0].limit
    heights = sorted(
        (
            rule.y
            for rule in rules
            if abs(rule.left - left) <= _NEAR and rule.right <= limit + _NEAR
        ),
        reverse=True,
    )
    for y in heights:
        below = bisect_left(column, -y, key=lambda line: -line.baseline)
        if below == len(column):
            break
        if below >= start and column[below].size <= _SMALLER * body_size:
            return below, True
        if below > 0 and column[below].raised and _label_at(column[below]):
            return below, True
    return start, False
