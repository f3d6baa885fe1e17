"""What a line of wikitext begins with: headings, list signs, table rows, blank lines."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.flow import Flow
from provenance.cite.readers.wikitext_pairs import Pairs
from provenance.model import Heading
from provenance.text import Span

__all__ = ["Lines"]

_BLANK = lazy_pattern(r"[ \t\r]*\n")
_LINE = lazy_pattern(
    r"""(?P<open>[ \t:]*\{\|(?!\})[^\n]*)
      | (?P<rule>-{4,}[ \t]*)
      | (?P<behaviour>\#[A-ZА-Я]+[ \t:]*(?=\[\[))
      | (?P<item>[*\#:;]+[ \t]*)""",
    re.VERBOSE,
)
_ROW = lazy_pattern(
    r"[ \t]*(?:(?P<close>\|\}(?!\}))|(?P<row>\|-+[^\n]*)|(?P<caption>\|\+)|(?P<cell>[|!](?!\})))"
)
# Of `style="…" | words` what stands before the pipe says how a cell looks.
_CELL_STYLE = lazy_pattern(r"[^\n|\[\]{}<>]*\|(?!\|)")
_GALLERY_FILE = lazy_pattern(r"[^\n|]*(?:\||(?=\n)|\Z)")


@dataclass
class Lines:
    """The lines of one range of a source: what those before have opened, and of what kind the last was."""

    source: str
    pairs: Pairs
    end: int
    flow: Flow
    render: Callable[[Span], Flow]
    kind: Literal["start", "text", "item", "other"] = "start"
    tables: int = 0
    is_header: bool = False
    in_gallery: bool = False

    def begin(self, position: int) -> int:
        """Take what the line at `position` begins with, breaks included; return where its words begin."""
        newline = position - 1
        position = self._skip_blank_lines(position)
        if self.in_gallery and not self.source.startswith("</", position):
            self.flow.break_line(2)
            found = _GALLERY_FILE.match(self.source, position, self.end)
            return found.end() if found else position
        if self.source.startswith("=", position) and position < self.end:
            return self._take_heading(position)
        if self.tables and (row := _ROW.match(self.source, position, self.end)):
            return self._take_row(row)
        if line := _LINE.match(self.source, position, self.end):
            return self._take_sign(line)
        self._begin_text(newline)
        return position

    def next_cell(self, position: int) -> int:
        """Begin the next cell of a row at `position`, behind its pipe; return where its words begin."""
        self.flow.blank(position - 1, position)
        style = _CELL_STYLE.match(self.source, position, self.end)
        return style.end() if style else position

    def _skip_blank_lines(self, position: int) -> int:
        while position < self.end:
            if blank := _BLANK.match(self.source, position, self.end):
                self.flow.break_line(2)
                self.kind = "other"
                position = blank.end()
                continue
            after = self._behind_comment_line(position)
            if after == position:
                break
            position = after
        return position

    def _behind_comment_line(self, position: int) -> int:
        """MediaWiki drops a line that holds nothing but a comment together with its line break."""
        literal = self.pairs.literals.get(position)
        if literal is None or literal.name or literal.end > self.end:
            return position
        blank = _BLANK.match(self.source, literal.end, self.end)
        return blank.end() if blank else position

    def _take_heading(self, position: int) -> int:
        found = self.source.find("\n", position, self.end)
        line_end = self.end if found < 0 else found
        line = self.source[position:line_end].rstrip()
        while line.endswith("-->") and "<!--" in line:
            line = line[: line.rfind("<!--")].rstrip()
        level = min(len(line) - len(line.lstrip("=")), len(line) - len(line.rstrip("=")), 6)
        if not level or not line.strip("= \t"):
            self._begin_text(position - 1)
            return position
        self.kind, self.tables = "other", 0
        self.flow.break_line(2)
        start = self.flow.settle()
        shown = self.render(Span(position + level, position + len(line) - level))
        self.flow.splice(shown)
        if title := shown.words():
            self.flow.headings.append(Heading(start, self.flow.length, level, title))
        self.flow.break_line(2)
        return line_end

    def _take_row(self, row: re.Match[str]) -> int:
        self.kind = "other"
        if row["cell"]:
            self.is_header = row["cell"] == "!"
            return self.next_cell(row.end())
        self.flow.break_line(2)
        self.tables -= 1 if row["close"] else 0
        return row.end()

    def _take_sign(self, line: re.Match[str]) -> int:
        if not line["item"]:
            self.tables += 1 if line["open"] else 0
            self.kind = "other"
            self.flow.break_line(2)
            return line.end()
        self.flow.break_line(1 if self.kind == "item" else 2)
        self.kind = "item"
        sign = line["item"].rstrip()
        if sign[-1] in "*#":
            self.flow.write("•", line.start(), line.start() + len(sign))
            self.flow.blank(line.start() + len(sign), line.end())
        return line.end()

    def _begin_text(self, newline: int) -> None:
        """Words that follow words go on with their paragraph; in a table, with their cell."""
        if self.kind == "text" or (self.tables and self.kind != "item"):
            self.flow.blank(newline, newline + 1)
        elif self.kind != "start":
            self.flow.break_line(1 if self.tables else 2)
        self.kind = "text"
