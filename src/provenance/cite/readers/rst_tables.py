"""Tables of reStructuredText: a row becomes a paragraph, its cells in order with a blank between them."""

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.rst_inline import InlineReader
from provenance.cite.readers.rst_lines import Line
from provenance.text import Span

__all__ = ["GRID_BORDER", "SIMPLE_BORDER", "end_of_table", "write_table"]

GRID_BORDER = lazy_pattern(r"\+(?:[-=]+\+)+$")
SIMPLE_BORDER = lazy_pattern(r"={2,}(?: +={2,})+ *$")
_UNDERLINE = lazy_pattern(r"[-= ]+$")
_RUN = lazy_pattern(r"[=-]+")


def end_of_table(source: str, lines: list[Line], first: int) -> int:
    """Return the index behind the table that begins at line `first`."""
    index = first
    if GRID_BORDER.match(lines[first].of(source)):
        while index < len(lines) and lines[index].of(source)[:1] in {"+", "|"}:
            index += 1
        return index
    borders = 0
    while index < len(lines):
        if SIMPLE_BORDER.match(lines[index].of(source)):
            borders += 1
            is_last = index + 1 >= len(lines) or lines[index + 1].is_blank
            if is_last and borders > 1:
                return index + 1
        index += 1
    return first + 1


def write_table(source: str, lines: list[Line], inline: InlineReader, flow: Flow) -> None:
    """Write the rows of a table whose first line is a border."""
    if not lines:
        return
    border = lines[0]
    is_grid = border.of(source).startswith("+")
    columns = _columns_of(border, source, is_grid=is_grid)
    row: list[Line] = []
    for line in lines:
        words = line.of(source)
        is_border = bool((GRID_BORDER if is_grid else _UNDERLINE).match(words)) or not words
        begins_row = not is_grid and row and _begins_row(line, border.indent, columns)
        if row and (is_border or begins_row):
            _write_row(source, row, columns, inline, flow)
            row = []
        if not is_border:
            row.append(line)
    if row:
        _write_row(source, row, columns, inline, flow)
    flow.break_line(2)


def _columns_of(border: Line, source: str, *, is_grid: bool) -> list[tuple[int, int]]:
    """The columns of the cells, counted from where the border's line begins."""
    runs = [match.span() for match in _RUN.finditer(border.of(source))]
    if is_grid:
        return [(border.indent + left, border.indent + right) for left, right in runs]
    ends = [left for left, _ in runs[1:]] + [10_000]
    return [
        (border.indent + left, border.indent + end)
        for (left, _), end in zip(runs, ends, strict=True)
    ]


def _begins_row(line: Line, indent: int, columns: list[tuple[int, int]]) -> bool:
    """In a simple table a line with nothing in its first column goes on with the row before."""
    return line.indent < indent + columns[0][1] - columns[0][0]


def _write_row(
    source: str, row: list[Line], columns: list[tuple[int, int]], inline: InlineReader, flow: Flow
) -> None:
    flow.break_line(2)
    for left, right in columns:
        for line in row:
            start = min(line.end, line.start + max(0, left - line.indent))
            end = min(line.end, line.start + max(0, right - line.indent))
            cell = Span(start, end)
            if cell.of(source).strip():
                flow.blank(start, start)
                inline.write(cell, flow)
                flow.blank(end, end)
