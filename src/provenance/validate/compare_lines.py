"""Two texts held against each other line by line, and word by word where a line was changed. PURE.

Lines are the same where their folded words are. Of long texts the lines that stand once in both
are paired first, so that neither time nor memory grows with the product of the lengths.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct
from rapidfuzz.distance import LCSseq

from provenance.validate.ascending import longest_ascending
from provenance.validate.compare_records import WordRun
from provenance.validate.compare_words import differing_words, fold, similarity

__all__ = ["LineChange", "Stretch", "compare_lines", "fold_context"]

# A subsequence costs a bit for each pair of lines: 12 MB.
_MOST_CELLS = 100_000_000
# A block of changed lines in which each is compared with each.
_MOST_PAIRS = 2_500
# A line is told by its beginning: some pages are one line of a megabyte.
_MOST_CHARS = 2_000
# A line that is less alike is another line.
_ALIKE = 0.5


class LineChange(Struct, frozen=True):
    """A line of both texts or of one; of a changed one `runs` say which words differ.

    `old` and `new` are the line's numbers in the two texts, counted from 1.
    """

    op: Literal["same", "changed", "gone", "new"]
    old: int | None
    new: int | None
    runs: tuple[WordRun, ...]


class Stretch(Struct, frozen=True):
    """Lines that are shown, behind so many lines that both texts have and that are not."""

    skipped: int
    lines: tuple[LineChange, ...]


class _Block(NamedTuple):
    """Lines `old[a:b]` that became `new[c:d]`; equal ones where `is_same`."""

    is_same: bool
    a: int
    b: int
    c: int
    d: int


def compare_lines(old: Sequence[str], new: Sequence[str]) -> tuple[LineChange, ...]:
    """Return both texts as one row of lines: what both have, what changed, what is gone, what is new.

    >>> [(line.op, line.old, line.new) for line in compare_lines(["a b", "c"], ["a b", "d", "c"])]
    [('same', 1, 1), ('new', None, 2), ('same', 2, 3)]
    """
    keys = [[fold(line) for line in side] for side in (old, new)]
    made: list[LineChange] = []
    for block in _blocks(*keys):
        if block.is_same:
            made += (
                LineChange("same", i + 1, j + 1, (WordRun("same", old[i]),))
                for i, j in zip(range(block.a, block.b), range(block.c, block.d), strict=True)
            )
        else:
            made += _changed(old, new, block)
    return tuple(made)


def fold_context(lines: Sequence[LineChange], context: int) -> tuple[Stretch, ...]:
    """Return the changes with `context` lines around them; none where nothing changed."""
    near: set[int] = set()
    for number, line in enumerate(lines):
        if line.op != "same":
            near.update(range(max(0, number - context), min(len(lines), number + context + 1)))
    stretches: list[Stretch] = []
    shown: list[LineChange] = []
    last = begin = -1
    for number in sorted(near):
        if number != last + 1 or not shown:
            if shown:
                stretches.append(Stretch(begin, tuple(shown)))
            begin, shown = number - last - 1, []
        shown.append(lines[number])
        last = number
    if shown:
        stretches.append(Stretch(begin, tuple(shown)))
    left = len(lines) - last - 1
    return (*stretches, Stretch(left, ())) if stretches and left else tuple(stretches)


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[_Block]:
    """Yield the texts block by block, in order."""
    at_old = at_new = 0
    for i, j in (*_anchors(old, new), (len(old), len(new))):
        yield from _between(old, new, _Block(False, at_old, i, at_new, j))
        if i < len(old):
            yield _Block(True, i, i + 1, j, j + 1)
        at_old, at_new = i + 1, j + 1


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that stand once in both texts, in the same order; none where the texts are short."""
    if len(old) * len(new) <= _MOST_CELLS:
        return []
    often = [Counter(side) for side in (old, new)]
    places = {line: j for j, line in enumerate(new) if often[1][line] == 1}
    pairs = [
        (i, places[line]) for i, line in enumerate(old) if often[0][line] == 1 and line in places
    ]
    kept = longest_ascending([j for _, j in pairs])
    return [pair for number, pair in enumerate(pairs) if number in kept]


def _between(old: Sequence[str], new: Sequence[str], block: _Block) -> Iterator[_Block]:
    _, a, b, c, d = block
    if (b - a) * (d - c) > _MOST_CELLS:  # thousands of lines without one that stands once in both
        yield block
        return
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(line, len(numbers)) for line in old[a:b]]
    right = [numbers.setdefault(line, len(numbers)) for line in new[c:d]]
    start_old, start_new = a, c
    for step in LCSseq.opcodes(left, right):
        if step.tag != "equal":
            continue
        i, j = a + step.src_start, c + step.dest_start
        if i > start_old or j > start_new:
            yield _Block(False, start_old, i, start_new, j)
        start_old, start_new = a + step.src_end, c + step.dest_end
        yield _Block(True, i, start_old, j, start_new)
    if start_old < b or start_new < d:
        yield _Block(False, start_old, b, start_new, d)


def _changed(old: Sequence[str], new: Sequence[str], block: _Block) -> Iterator[LineChange]:
    """Yield a block of other lines: those that are alike as changed, the rest as gone and new, in order."""
    _, a, b, c, d = block
    at_old, at_new = a, c
    for i, j in (*_alike(old[a:b], new[c:d]), (b - a, d - c)):
        for number in range(at_old, a + i):
            yield LineChange("gone", number + 1, None, (WordRun("gone", old[number]),))
        for number in range(at_new, c + j):
            yield LineChange("new", None, number + 1, (WordRun("new", new[number]),))
        at_old, at_new = a + i + 1, c + j + 1
        if i < b - a:
            runs = differing_words(old[a + i], new[c + j])
            yield LineChange("changed", a + i + 1, c + j + 1, runs)


def _alike(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of lines that are alike, in order on both sides, so that they are most alike together."""
    if len(old) * len(new) > _MOST_PAIRS:
        return []
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    scores = [
        [similarity(first[:_MOST_CHARS], second[:_MOST_CHARS], _ALIKE) for second in new]
        for first in old
    ]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            taken = scores[i][j] and scores[i][j] + best[i + 1][j + 1]
            best[i][j] = max(best[i + 1][j], best[i][j + 1], taken)
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new) and best[i][j] > 0:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs
