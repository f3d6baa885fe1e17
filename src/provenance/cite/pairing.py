"""Pairing: runs of numbered lines with the markers that prove that they are notes.

Only numbers in brackets are notes by their looks. Lines that begin with `1.`, `(a)`
or `¹` are notes when markers that count the same way stand in the body before them:
most of the lines have one. What is printed alike in both places is paired first;
the rest may pair across shapes (`word.¹` with `1. text`), unless those markers have
a list of their own. Enumerations fail: nothing in the body before them names their
lines, or the markers go on behind them.
"""

import re
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from provenance.cite.chains import reads_like_note
from provenance.cite.entries import EntryShape, Run, find_runs
from provenance.cite.labels import LabelAt
from provenance.cite.patterns import lazy_pattern
from provenance.cite.printed import Kind
from provenance.cite.signs import Shape, Sign, read_parts, read_signs
from provenance.text import Span

__all__ = ["PAIRS", "Paired", "SignReader", "choose_shape", "pair_runs"]

PAIRS: dict[EntryShape, tuple[Shape, ...]] = {
    "bracket": ("bracket", "raised", "caret"),
    "raised": ("raised", "bracket", "caret"),
    "caret": ("caret", "raised", "bracket"),
    "paren": ("paren", "raised", "bracket", "caret"),
    "dot": ("raised", "bracket", "caret", "paren"),
    "bare": ("raised", "bracket", "caret", "paren"),
    "symbol": ("symbol", "bracket"),
}
# Shapes that any enumeration has.
_WEAK = frozenset({"paren", "dot", "bare"})
_COVERED = 0.5
_COVERED_WHEN_WEAK = 0.75
# A note may name another one; lines that hold markers as paragraphs do are body.
_SIGNS_INSIDE = 0.2
_MIN_LINES_WHEN_WEAK = 2
# Of a long body only its last markers are looked at: this many a line, and so many at least.
_SIGNS_A_LINE = 20
_SIGNS_AT_LEAST = 200
# As many lines as there are markers, one for each: that happens to no enumeration of some length.
_MIN_EXACT = 4
# The rule above footnotes: `_____`, `-----`, `* * *`.
_RULE = lazy_pattern(r"\n[^\S\n]{0,8}(?:[_—–-]{3,80}|(?:\*[ ]?){3,10})[^\S\n]{0,8}\n\s{0,8}$")
_RULE_REACH = 200
# A year, a page, an old note, a person's words: what lines of enumerations seldom have.
_CITES = lazy_pattern(
    r"[^\n]{0,300}?(?:https?:|www\.|\b(?:1[89]|20)\d\d\b|\bpp?\.\s?\d|\bibid|\bop\. cit|\bloc\. cit|\bcf\.|\bs\.\s\d|\binterview\b|[“«„]\w)",
    re.IGNORECASE,
)
_NOTE_REACH = 400
_BLANK_LINE = lazy_pattern(r"\n[^\S\n]*\r?\n")
_NUMBER_SHAPES: tuple[Shape, ...] = ("bracket", "raised", "caret", "paren")


class Paired(NamedTuple):
    """The entries of a list that is no list of bracketed numbers, and the shape of its markers."""

    entries: list[LabelAt]
    kind: Kind
    family: str
    marked_by: Shape


class SignReader:
    """Reads the signs of each shape when somebody asks for them, once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._signs: dict[Shape, list[Sign]] = {}
        self._starts: dict[Shape, list[int]] = {}
        self._numbers: dict[tuple[Shape, Kind, str], list[tuple[int, int]]] = {}

    def signs(self, shape: Shape, span: Span) -> Sequence[Sign]:
        """Return the signs of a shape that begin inside a span, in order."""
        if shape not in self._signs:
            self._signs[shape] = read_signs(self.text, shape)
            self._starts[shape] = [sign.start for sign in self._signs[shape]]
        starts = self._starts[shape]
        return self._signs[shape][bisect_left(starts, span.start) : bisect_left(starts, span.end)]

    def numbered(
        self, shape: Shape, kind: Kind, family: str, span: Span
    ) -> Sequence[tuple[int, int]]:
        """Return place and number of what the signs inside a span count, in one way of reading them."""
        found, first, last = self._find(shape, kind, family, span)
        return found[first:last]

    def numbers(
        self, shape: Shape, kind: Kind, family: str, span: Span, *, most: int | None = None
    ) -> list[int]:
        """Return what the signs inside a span count; only the last of them where there are more than `most`."""
        found, first, last = self._find(shape, kind, family, span)
        if most is not None:
            first = max(first, last - most)
        return [number for _, number in found[first:last]]

    def count(self, shape: Shape, kind: Kind, family: str, span: Span) -> int:
        """Return how many signs inside a span count in one way."""
        _, first, last = self._find(shape, kind, family, span)
        return last - first

    def last(self, shape: Shape, kind: Kind, family: str, end: int) -> int | None:
        """Return where the last sign before `end` stands."""
        found, _, last = self._find(shape, kind, family, Span(0, end))
        return found[last - 1][0] if last else None

    def _find(
        self, shape: Shape, kind: Kind, family: str, span: Span
    ) -> tuple[list[tuple[int, int]], int, int]:
        way = (shape, kind, family)
        if way not in self._numbers:
            self._numbers[way] = [
                (sign.start, number)
                for sign in self.signs(shape, Span(0, len(self.text)))
                if not sign.is_doubtful
                for _, number in read_parts(sign, kind, family)
            ]
        found = self._numbers[way]
        return found, bisect_left(found, (span.start,)), bisect_left(found, (span.end,))

    def has_body_between(self, left: int, right: int) -> bool:
        """Tell whether a paragraph with a marker stands between two lines."""
        blank = _BLANK_LINE.search(self.text, left, right)
        if blank is None:
            return False
        behind = Span(blank.end(), right)
        return any(self.signs(shape, behind) for shape in ("bracket", "raised", "caret"))


def choose_shape(
    reader: SignReader, labels: Sequence[LabelAt], numbers: set[int], region: Span
) -> Shape:
    """Return the shape of a number list's markers: brackets, unless there are few and others fit better."""
    first = bisect_left(labels, region.start, key=attrgetter("start"))
    last = bisect_left(labels, region.end, key=attrgetter("start"))
    if (
        len(numbers.intersection(label.number for label in labels[first:last]))
        >= len(numbers) * _COVERED
    ):
        return "bracket"
    for shape in _NUMBER_SHAPES:
        found = set(reader.numbers(shape, "number", "", region))
        if len(found & numbers) >= len(numbers) * _COVERED:
            return shape
    return "bracket"


def pair_runs(
    reader: SignReader, taken: Sequence[Span], numbers_are_taken: bool, *, with_brackets: bool
) -> list[Paired]:
    """Return the lists that markers prove, in order.

    `taken` are the lists of bracketed numbers; where `numbers_are_taken`, the
    bracketed numbers of the body are theirs. Lines that begin with a bracketed
    number are looked at too where `with_brackets`.
    """
    runs = find_runs(reader.text, reader.has_body_between, with_brackets=with_brackets)
    return _Pairing(reader, runs, taken, numbers_are_taken).pair()


class _Pairing:
    """One pass over the runs of a text; holds which were accepted and which markers they own."""

    def __init__(
        self,
        reader: SignReader,
        runs: Sequence[Run],
        taken: Sequence[Span],
        numbers_are_taken: bool,
    ) -> None:
        self._reader = reader
        self._runs = sorted(runs, key=lambda run: (run.entries[0].start, -len(run.entries)))
        self._last_starts = {run.shape: run.entries[0].start for run in self._runs}
        # spans in order, none over another, each with the run that was accepted there
        self._spans = sorted(taken)
        self._accepted: dict[Span, tuple[Run, Shape]] = {}
        self._owned: dict[tuple[Shape, Kind, str], EntryShape] = {}
        if numbers_are_taken:
            self._owned["bracket", "number", ""] = "bracket"

    def pair(self) -> list[Paired]:
        for stage in (self._like_shapes, self._other_shapes, self._own_shape_of_headed):
            for run in self._runs:
                if self._is_free(run) and (shape := next(stage(run), None)):
                    insort(self._spans, _span_of(run))
                    self._accepted[_span_of(run)] = (run, shape)
                    self._owned[shape, run.kind, run.family] = run.shape
        return [
            Paired(run.entries, run.kind, run.family, shape)
            for run, shape in self._accepted.values()
        ]

    def _like_shapes(self, run: Run) -> Iterator[Shape]:
        shape = PAIRS[run.shape][0]
        if shape == run.shape and self._is_proven(run, shape):
            yield shape

    def _other_shapes(self, run: Run) -> Iterator[Shape]:
        for shape in PAIRS[run.shape]:
            if shape == "paren" and run.heading is None:
                continue  # `(1)` in the text and `1.` at lines: two enumerations
            owner = self._owned.get((shape, run.kind, run.family), run.shape)
            if owner == run.shape and self._is_proven(run, shape):
                yield shape

    def _own_shape_of_headed(self, run: Run) -> Iterator[Shape]:
        """Notes below a heading that says so, whose markers a copy has lost."""
        text = self._reader.text
        if run.heading is None or len(run.entries) < _MIN_LINES_WHEN_WEAK or run.shape in _WEAK:
            return
        like_notes = sum(reads_like_note(text, label) for label in run.entries)
        if like_notes * 2 > len(run.entries):
            yield PAIRS[run.shape][0]

    def _is_free(self, run: Run) -> bool:
        span = _span_of(run)
        index = bisect_left(self._spans, span)
        beside = self._spans[max(0, index - 1) : index + 1]
        return not any(_overlap(span, other) for other in beside)

    def _is_proven(self, run: Run, shape: Shape) -> bool:
        """Tell whether most lines of a run have a marker of this shape in the body before it."""
        numbers = {label.number for label in run.entries}
        if run.kind == "symbol" and len(numbers) < len(run.entries):
            return False  # several lines that begin with `*` are bullets
        found = self._numbers_before(run, shape)
        covered = len(found & numbers)
        if run.shape not in _WEAK or self._is_headed(run, shape):
            return covered >= max(1, len(numbers) * _COVERED)
        return (
            covered >= max(_MIN_LINES_WHEN_WEAK, len(numbers) * _COVERED_WHEN_WEAK)
            and covered * 2 >= len(found)
            and ((found == numbers and len(numbers) >= _MIN_EXACT) or self._looks_like_notes(run))
            and not self._is_body(run, shape)
        )

    def _is_headed(self, run: Run, shape: Shape) -> bool:
        """Tell whether a list heading stands above a run, or above a list of its like right before it."""
        if run.heading is not None:
            return True
        index = bisect_left(self._spans, _span_of(run))
        before = self._accepted.get(self._spans[index - 1]) if index else None
        if before is None or before[0].heading is None:
            return False
        other = before[0]
        is_alike = (other.shape, other.kind, other.family) == (run.shape, run.kind, run.family)
        between = Span(other.entries[-1].end, run.entries[0].start)
        return is_alike and not self._reader.count(shape, run.kind, run.family, between)

    def _looks_like_notes(self, run: Run) -> bool:
        """Tell whether a rule stands above the run, or half of its lines cite something."""
        text, start = self._reader.text, run.entries[0].start
        if _RULE.search(text, max(0, start - _RULE_REACH), start):
            return True
        citing = sum(
            reads_like_note(text, label)
            or _CITES.match(text, label.end, label.end + _NOTE_REACH) is not None
            for label in run.entries
        )
        return citing * 2 >= len(run.entries)

    def _is_body(self, run: Run, shape: Shape) -> bool:
        """Tell whether the markers go on inside a run, or behind it with no further list of its shape."""
        span, way = _span_of(run), (shape, run.kind, run.family)
        most = len(run.entries) * _SIGNS_INSIDE
        if self._reader.count(*way, span) > most:
            return True
        if self._last_starts[run.shape] > span.end:
            return False
        return self._reader.count(*way, Span(span.end, len(self._reader.text))) > most

    def _numbers_before(self, run: Run, shape: Shape) -> set[int]:
        """What the markers count between a run and the list before it (or further up, where none stand there)."""
        way = (shape, run.kind, run.family)
        end = run.entries[0].start
        last = self._reader.last(*way, end)
        if last is None:
            return set()
        index = bisect_left(self._spans, Span(last, last))
        start = self._spans[index - 1].end if index else 0
        most = len(run.entries) * _SIGNS_A_LINE + _SIGNS_AT_LEAST
        return set(self._reader.numbers(*way, Span(min(start, last), end), most=most))


def _span_of(run: Run) -> Span:
    return Span(run.entries[0].start, run.entries[-1].end)


def _overlap(left: Span, right: Span) -> bool:
    return left.start < right.end and right.start < left.end
