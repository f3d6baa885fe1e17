"""Blocks of a reStructuredText, line by line: sections, notes, directives, lists, literal blocks.

What is nested is told by its indent alone: a reader's text needs no tree. A paragraph goes on
while its lines keep their indent; a note is all that is indented below its head.
"""

from dataclasses import dataclass, field

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.rst_inline import InlineReader
from provenance.cite.readers.rst_lines import Line, end_of_indented
from provenance.cite.readers.rst_names import Definition
from provenance.cite.readers.rst_tables import (
    GRID_BORDER,
    SIMPLE_BORDER,
    end_of_table,
    write_table,
)
from provenance.model import Heading, Mark
from provenance.text import Span

__all__ = ["BlockReader"]

_ADORNMENT = lazy_pattern(r"([!-/:-@\[-`{-~])\1*$")
_LIST_NAME = "references"
_MIN_ADORNMENT = 4  # a shorter one must be as long as its title
_EXPLICIT = lazy_pattern(r"\.\.(?:[ \t]+|$)")
_DIRECTIVE = lazy_pattern(
    r"\.\.[ \t]+(?:\|[^|\n]{1,100}\|[ \t]+)?(?P<name>[A-Za-z][\w.:+-]{0,60})::(?:[ \t]+|$)"
)
_TARGET = lazy_pattern(r"\.\.[ \t]+_|__[ \t]+\S")
_SUBSTITUTION = lazy_pattern(r"\.\.[ \t]+\|")
_OPTION = lazy_pattern(r":[A-Za-z][\w -]{0,60}:(?:[ \t]|$)")
_ITEM = lazy_pattern(
    r"(?P<bullet>[*+•‣⁃-])(?=[ \t]|$)[ \t]*|(?P<number>(?:\d{1,4}|[A-Za-z#]|[ivxlc]{1,8})[.)]|\((?:\d{1,4}|[A-Za-z#])\))[ \t]+(?=\S)"
)
_FIELD = lazy_pattern(r":(?P<name>[^:\n`]{1,60}):(?:[ \t]+|$)")
_LINE_BLOCK = lazy_pattern(r"\|(?:[ \t]+|$)")
_VERBATIM = frozenset(
    (
        "code",
        "code-block",
        "sourcecode",
        "parsed-literal",
        "math",
        "highlight",
        "prompt",
        "doctest",
        "productionlist",
    )
)
_SKIPPED = frozenset(
    """toctree contents index include raw meta image literalinclude canonical-doc highlight sectnum
    target-notes default-role role header footer replace unicode date class container currentmodule""".split()
)


@dataclass
class BlockReader:
    """Reads the lines of one source; `headings` get their levels in the order in which styles appear."""

    source: str
    inline: InlineReader
    definitions: dict[int, Definition]
    _styles: list[str] = field(default_factory=list)

    def read(self, lines: list[Line], flow: Flow) -> None:
        """Write the words of the lines to `flow`."""
        index = 0
        while index < len(lines):
            index = self._read_block(lines, index, flow)

    def _read_block(self, lines: list[Line], index: int, flow: Flow) -> int:
        line = lines[index]
        words = line.of(self.source)
        if line.is_blank:
            flow.break_line(2)
            return index + 1
        if _EXPLICIT.match(words) or _TARGET.match(words):
            return self._read_explicit(lines, index, flow)
        if words.startswith(">>> "):
            return self._write_verbatim(lines, index, self._end_of_paragraph(lines, index), flow)
        if GRID_BORDER.match(words) or SIMPLE_BORDER.match(words):
            end = end_of_table(self.source, lines, index)
            write_table(self.source, lines[index:end], self.inline, flow)
            return end
        after = self._read_section(lines, index, flow)
        return after if after > index else self._read_paragraph(lines, index, flow)

    def _read_section(self, lines: list[Line], index: int, flow: Flow) -> int:
        """A title under a line of signs, or between two; the line alone is a break."""
        over = index if _ADORNMENT.match(lines[index].of(self.source)) else None
        title = index if over is None else index + 1
        if title + 1 < len(lines) and not lines[title].is_blank:
            adornment = lines[title + 1].of(self.source)
            is_long = len(adornment) >= min(_MIN_ADORNMENT, lines[title].end - lines[title].start)
            fits = over is None or lines[over].of(self.source)[:1] == adornment[:1]
            if is_long and fits and _ADORNMENT.match(adornment) and not lines[title + 1].indent:
                self._write_title(lines[title], adornment[0] * (1 if over is None else 2), flow)
                return title + 2
        if over is not None and lines[over].end - lines[over].start >= _MIN_ADORNMENT:
            flow.break_line(2)
            return index + 1
        return index

    def _write_title(self, line: Line, style: str, flow: Flow) -> None:
        if style not in self._styles:
            self._styles.append(style)
        flow.break_line(2)
        start = flow.settle()
        shown = Flow()
        self.inline.write(Span(line.start, line.end), shown)
        flow.splice(shown)
        flow.headings.append(
            Heading(start, flow.length, self._styles.index(style) + 1, shown.words())
        )
        flow.break_line(2)

    def _read_explicit(self, lines: list[Line], index: int, flow: Flow) -> int:
        line = lines[index]
        words = line.of(self.source)
        end = end_of_indented(lines, index + 1, line.indent)
        definition = self.definitions.get(line.start)
        flow.break_line(2)
        if definition is not None:
            self._write_note(definition, lines[index:end], flow)
            return end
        directive = _DIRECTIVE.match(words)
        if directive is None or _SUBSTITUTION.match(words):
            return end  # a comment, a target or a substitution: nothing that is shown here
        return self._read_directive(directive["name"].lower(), lines, index, end, flow)

    def _read_directive(
        self, name: str, lines: list[Line], index: int, end: int, flow: Flow
    ) -> int:
        if name in _SKIPPED:
            return end
        line = lines[index]
        head = line.of(self.source)
        start = line.start + len(head) - len(head.partition("::")[2].lstrip())
        content = index + 1
        while content < end and _OPTION.match(lines[content].of(self.source)):
            content += 1
        if name in _VERBATIM:
            return self._write_verbatim(lines, content, end, flow)
        if name != "figure" and start < line.end:
            self.inline.write(Span(start, line.end), flow)
            # the words of a note or warning begin on its own line and go on below
            flow.blank(line.end, line.end) if content == index + 1 else flow.break_line(2)
            if content < end and not lines[content].is_blank:
                return self._read_paragraph(lines, content, flow, goes_on=True)
        return content

    def _write_note(self, definition: Definition, lines: list[Line], flow: Flow) -> None:
        head = lines[0]
        words = Flow()
        first = Line(min(head.end, definition.head.end), head.end, head.indent)
        text = first.of(self.source)
        start = first.start + len(text) - len(text.lstrip())
        rest = lines[1:]
        if start < first.end:
            deeper = next((line.indent for line in rest if not line.is_blank), head.indent)
            rest = [Line(start, first.end, deeper), *rest]
        self.read(rest, words)
        flow.break_line(2)
        began = flow.settle()
        flow.write(f"[{definition.label}]", *definition.head)
        flow.insert(" ")
        body = flow.length
        flow.splice(words)
        # citations stand among the footnotes, and their labels are names: one list holds both
        label, target = definition.label, definition.target
        flow.marks.append(Mark(began, flow.length, label, "note", target, body, _LIST_NAME))
        flow.break_line(2)

    def _read_paragraph(
        self, lines: list[Line], index: int, flow: Flow, *, goes_on: bool = False
    ) -> int:
        line = lines[index]
        start, column = line.start, line.indent
        if not goes_on:
            start, column = self._write_sign(line, flow)
        end = self._end_of_paragraph(lines, index, column)
        last = lines[end - 1]
        stop = last.end
        is_literal = self.source.startswith("::", stop - 2) and stop - 2 >= start
        if is_literal:
            # `::` alone, or behind a blank, is not shown; behind a word one colon is
            before = self.source[stop - 3 : stop - 2] if stop - 3 >= start else " "
            stop -= 2 if before.isspace() else 1
        if start < stop:
            self.inline.write(Span(start, stop), flow)
        flow.break_line(1)
        if not is_literal:
            return end
        return self._write_verbatim(lines, end, end_of_indented(lines, end, line.indent), flow)

    def _write_sign(self, line: Line, flow: Flow) -> tuple[int, int]:
        """Write what an item of a list begins with; return where its words begin, and in which column."""
        start = line.start
        while sign := _ITEM.match(self.source, start, line.end):
            if start == line.start:  # `* - cell` is one item to the eye
                flow.break_line(1)
                shown = "•" if sign["bullet"] else sign["number"]
                flow.write(shown, start, sign.end(sign.lastgroup or 0))
            flow.blank(sign.end(), sign.end())
            start = sign.end()
        if start == line.start:
            named = _FIELD.match(self.source, start, line.end)
            block = _LINE_BLOCK.match(self.source, start, line.end)
            flow.break_line(1)
            if named:
                flow.write(f"{named['name']}:", start, named.end("name") + 1)
                flow.blank(named.end(), named.end())
                return named.end(), -1
            if block:
                return block.end(), -1
        return start, line.indent + start - line.start

    def _end_of_paragraph(self, lines: list[Line], index: int, column: int | None = None) -> int:
        """The index behind the lines of a paragraph; those after the first stand in `column`, -1: any deeper one."""
        end = index + 1
        while end < len(lines) and not lines[end].is_blank:
            following = lines[end]
            if column == -1 and following.indent <= lines[index].indent:
                break
            if column is not None and column >= 0 and following.indent != column:
                break
            end += 1
        return end

    def _write_verbatim(self, lines: list[Line], first: int, end: int, flow: Flow) -> int:
        flow.break_line(2)
        for line in lines[first:end]:
            if line.is_blank:
                flow.break_line(2)
                continue
            flow.write(line.of(self.source), line.start, line.end)
            flow.break_line(1)
        flow.break_line(2)
        return max(end, first)
