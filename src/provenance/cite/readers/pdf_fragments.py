"""Pieces of text on a page -> fragments, which follow each other on a line without a wide gap."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from provenance.formats.pdf_layout import PageLayout, TextRun

__all__ = ["Fragment", "fragments_of", "join_runs", "rows_of"]

# All in shares of the size of type.
_LINE_GAP = 1.5
_WORD_GAP = 0.15
_SAME_LINE = 0.5


class Fragment(NamedTuple):
    """Runs that follow each other on one line without a wide gap."""

    runs: tuple[TextRun, ...]

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.runs[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(run.right for run in self.runs)

    @property
    def main(self) -> TextRun:
        """The run that most of its characters are in: its size and baseline are the line's."""
        return max(self.runs, key=lambda run: len(run.text))

    @property
    def text(self) -> str:
        """Its characters, with single blanks between the words."""
        return join_runs(self.runs)[0]


def fragments_of(page: PageLayout) -> list[Fragment]:
    """Return the fragments of a page in the order of the file."""
    groups: list[list[TextRun]] = []
    for run in page.runs:
        if groups and _follows(groups[-1][-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [Fragment(tuple(group)) for group in groups]


def _follows(last: TextRun, run: TextRun) -> bool:
    size = max(last.size, run.size)
    return (
        abs(run.baseline - last.baseline) < _SAME_LINE * size
        and -0.5 * size <= run.left - last.right <= _LINE_GAP * size
    )


def rows_of(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Return the fragments by the line they stand on, from the top, each line from the left."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda one: -one.main.baseline):
        if rows and _is_same_row(rows[-1], fragment):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _is_same_row(row: Sequence[Fragment], fragment: Fragment) -> bool:
    first = row[0].main
    size = max(first.size, fragment.main.size)
    return first.baseline - fragment.main.baseline < _SAME_LINE * size


def join_runs(runs: Sequence[TextRun]) -> tuple[str, tuple[float, ...], list[int]]:
    """The text of runs side by side, the edges of its characters, and where each run starts."""
    parts: list[str] = []
    edges: list[float] = []
    starts: list[int] = []
    length = 0
    for index, run in enumerate(runs):
        last = runs[index - 1]
        size = min(last.size, run.size)
        if index and (run.after_blank or run.left - last.right > _WORD_GAP * size):
            parts.append(" ")
            edges.append(last.right)
            length += 1
        starts.append(length)
        parts.append(run.text)
        edges += run.edges
        length += len(run.text)
    return "".join(parts), tuple(edges), starts
