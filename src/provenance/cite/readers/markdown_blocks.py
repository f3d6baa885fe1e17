"""The blocks of a Markdown text: which spans of the source are paragraphs, headings, code, table rows, notes.

After CommonMark 0.31 with the footnote definitions of PHP Markdown Extra, GFM, kramdown
and Pandoc. Two things are read more widely than renderers do, since converters write
them: `| a | b |` is a row even without a delimiter row, and Markdown goes on inside HTML.
Every line is looked at once, and containers are nested `MAX_DEPTH` deep at most,
so the work grows with the length of the text.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from provenance.cite.readers.markdown_containers import Container, match_containers
from provenance.cite.readers.markdown_lines import (
    DEFINITION,
    DELIMITER_ROW,
    ENTRY_LINE,
    ITEM,
    NOTE,
    RULE,
    SETEXT,
    LeafStart,
    cells_of,
    find_leaf_start,
    heading_words,
    indent_of,
    skip_columns,
)
from provenance.cite.readers.markdown_raw import RawText, start_fence, start_markup
from provenance.text import Span

__all__ = ["Block", "BlockKind", "LinkDefinition", "read_blocks"]

BlockKind = Literal["paragraph", "heading", "code", "row", "note", "note_end", "definition"]

MAX_DEPTH = 60
# Pandoc and GFM ask for four blanks before a note's next paragraph; people also write two.
_NOTE_INDENT = 2


class LinkDefinition(NamedTuple):
    """`[label]: href "title"`: its label, and where its href stands."""

    label: str
    href: Span


class Block(NamedTuple):
    """A leaf, or the beginning or end of a note.

    `lines` are spans of the source without the marks of the containers around them;
    of a row its cells. `label` is the printed number of the list item that the leaf
    begins, of a note its head (`[^1]:`). `name` is the note's label.
    """

    kind: BlockKind
    lines: tuple[Span, ...] = ()
    level: int = 0
    label: Span | None = None
    name: str = ""
    definition: LinkDefinition | None = None
    breaks_lines: bool = False


def read_blocks(source: str, start: int = 0) -> list[Block]:
    """Return the blocks of `source` from `start` on, in the order written."""
    parser = _BlockParser(source)
    position = start
    while position < len(source):
        newline = source.find("\n", position)
        end = newline if newline >= 0 else len(source)
        parser.add_line(position, end - (source[position:end].endswith("\r")))
        position = end + 1
    parser.close(0)
    return parser.blocks


class _BlockParser:
    """What is open while the lines are read: containers, and one leaf."""

    def __init__(self, source: str) -> None:
        self.blocks: list[Block] = []
        self._source = source
        self._stack: list[Container] = []
        self._paragraph: list[Span] = []
        # a fence, a comment or a <script> that has not ended yet
        self._raw: RawText | None = None
        self._label: Span | None = None
        self._is_in_table = False

    def close(self, depth: int) -> None:
        """End the open leaf and the containers beyond `depth`."""
        self._end_leaf()
        if len(self._stack) > depth:
            self._flush_label()
        for container in reversed(self._stack[depth:]):
            if container.kind == "note":
                self.blocks.append(Block("note_end"))
        del self._stack[depth:]

    def add_line(self, start: int, end: int) -> None:
        """Read one line, `end` before its line break."""
        position, depth = match_containers(self._source, self._stack, start, end)
        if self._raw is not None and depth == len(self._stack):
            self._add_raw_line(position, end)
            return
        if self._raw is not None:
            self._end_leaf()
        if self._is_blank(position, end):
            self.close(depth) if depth < len(self._stack) else self._end_leaf()
            return
        if self._is_in_table and depth == len(self._stack) and self._add_row(position, end, False):
            return
        if (opened := self._open_containers(position, end, depth)) is not None:
            self._add_leaf(opened, end, is_lazy=False)
        else:
            self._add_leaf(position, end, is_lazy=depth < len(self._stack), depth=depth)

    def _open_containers(self, position: int, end: int, depth: int) -> int | None:
        """Open what a line begins; where its content begins, or None where nothing was opened."""
        opened = None
        while True:
            columns, first = indent_of(self._source, position, end)
            in_paragraph = bool(self._paragraph) and opened is None
            if first >= end or (columns > 3 and not self._may_be_indented(columns, in_paragraph)):
                return opened
            if depth >= MAX_DEPTH:
                return opened
            found = self._open_container(first, end, depth, columns, in_paragraph)
            if found is None:
                return opened
            position = opened = found
            depth = len(self._stack)

    def _may_be_indented(self, columns: int, in_paragraph: bool) -> bool:
        """Inside a note deeper indents are somebody's style, and no code."""
        return not in_paragraph and columns < 12 and any(c.kind == "note" for c in self._stack)

    def _open_container(
        self, first: int, end: int, depth: int, columns: int, in_paragraph: bool
    ) -> int | None:
        source = self._source
        if source[first] == ">":
            self.close(depth)
            self._stack.append(Container("quote"))
            return first + 1 + source[first + 1 : end].startswith((" ", "\t"))
        if note := NOTE.match(source, first, end):
            outer = (i for i, container in enumerate(self._stack) if container.kind == "note")
            self.close(min(depth, next(outer, depth)))
            return self._open_note(note, end)
        item = ITEM.match(source, first, end)
        if item is None or RULE.match(source, first, end):
            return None
        interrupts = in_paragraph and depth == len(self._stack)
        is_empty = self._is_blank(item.end(), end)
        if interrupts and (is_empty or (item["number"] or "1") != "1"):
            return None
        self.close(depth)
        self._flush_label()
        gap, content = indent_of(self._source, item.end(), end)
        width = columns + item.end() - item.start()
        if is_empty or gap > 4:
            gap, content = 1, min(end, item.end() + 1)
        self._stack.append(Container("item", width + gap))
        self._label = Span(*item.span()) if item["number"] else None
        return content

    def _open_note(self, note: re.Match[str], end: int) -> int:
        self._flush_label()
        head = Span(*note.span())
        self.blocks.append(Block("note", label=head, name=note["label"]))
        self._stack.append(Container("note", _NOTE_INDENT))
        return indent_of(self._source, note.end(), end)[1]

    def _add_leaf(self, position: int, end: int, *, is_lazy: bool, depth: int = 0) -> None:
        columns, first = indent_of(self._source, position, end)
        if first >= end:
            return
        is_indented = columns > 3 and not self._may_be_indented(columns, bool(self._paragraph))
        if is_indented and not self._paragraph:
            if is_lazy:
                self.close(depth)
            self._add_code_line(position, end)
            return
        starts = None if is_indented else find_leaf_start(self._source, first, end)
        if starts == "rule" and self._paragraph and self._source[first] == "-":
            starts = None  # the underline of a heading
        if starts is None and self._paragraph:
            if not is_lazy and self._end_with_underline(position, end):
                return
            self._paragraph.append(Span(first, end))
            return
        if is_lazy:
            self.close(depth)
        if starts is not None:
            self._end_leaf()
            _LEAVES[starts](self, first, end)
        elif not self._add_definition(first, end):
            self._end_leaf()
            self._paragraph.append(Span(first, end))

    def _skip_line(self, _first: int, _end: int) -> None:
        """A rule, or attributes: nothing that is read."""

    def _start_html(self, first: int, end: int) -> None:
        self._paragraph.append(Span(first, end))

    def _start_fence(self, first: int, end: int) -> None:
        self._raw = start_fence(self._source, first, end)

    def _start_raw(self, first: int, end: int) -> None:
        self._raw, position = start_markup(self._source, first, end)
        self._add_raw_line(position, end)

    def _add_raw_line(self, position: int, end: int) -> None:
        assert self._raw is not None
        behind = self._raw.add_line(self._source, position, end)
        if behind is None:
            return
        self._end_leaf()
        if not self._is_blank(behind, end):
            self._add_leaf(behind, end, is_lazy=False)

    def _add_heading(self, first: int, end: int) -> None:
        words, level = heading_words(self._source, first, end)
        self._add_block(Block("heading", (words,), level))

    def _end_with_underline(self, position: int, end: int) -> bool:
        found = SETEXT.match(self._source, position, end)
        if found is None:
            return False
        lines, self._paragraph = tuple(self._paragraph), []
        self._add_block(Block("heading", lines, 1 if "=" in found["run"] else 2))
        return True

    def _start_table(self, first: int, end: int) -> None:
        self._is_in_table = True
        self._add_row(first, end, True)

    def _start_table_below(self, _first: int, _end: int) -> None:
        """The row of dashes: what stands above it, ended by now, was the table's head."""
        self._is_in_table = True

    def _add_row(self, position: int, end: int, is_certain: bool) -> bool:
        first = indent_of(self._source, position, end)[1]
        if not is_certain and self._source.find("|", first, end) < 0:
            self._is_in_table = False
            return False
        if not DELIMITER_ROW.match(self._source, first, end):
            self._add_block(Block("row", tuple(cells_of(self._source, first, end))))
        return True

    def _add_code_line(self, position: int, end: int) -> None:
        """Indented code; its lines are one block as long as nothing else stands between them."""
        self._add_block(Block("code", (Span(skip_columns(self._source, position, end, 4), end),)))

    def _add_definition(self, first: int, end: int) -> bool:
        found = DEFINITION.match(self._source, first, end) if self._source[first] == "[" else None
        if found is None:
            return False
        definition = LinkDefinition(found["label"], Span(*found.span("href")))
        self._add_block(Block("definition", (Span(first, end),), definition=definition))
        return True

    def _end_leaf(self) -> None:
        self._is_in_table = False
        if self._raw is not None:
            lines, self._raw = tuple(self._raw.lines), None
            if lines:
                self._add_block(Block("code", lines))
        if self._paragraph:
            lines, self._paragraph = tuple(self._paragraph), []
            begins_entry = ENTRY_LINE.match(self._source, lines[0].start) is not None
            self._add_block(Block("paragraph", lines, breaks_lines=begins_entry))

    def _add_block(self, block: Block) -> None:
        self.blocks.append(block._replace(label=self._label) if self._label else block)
        self._label = None

    def _flush_label(self) -> None:
        """An item without words still shows its number."""
        if self._label is not None:
            self._add_block(Block("paragraph"))

    def _is_blank(self, start: int, end: int) -> bool:
        return not self._source[start:end].strip(" \t\x0c")


_LEAVES: dict[LeafStart, Callable[[_BlockParser, int, int], None]] = {
    "fence": _BlockParser._start_fence,
    "heading": _BlockParser._add_heading,
    "raw": _BlockParser._start_raw,
    "html": _BlockParser._start_html,
    "row": _BlockParser._start_table,
    "attributes": _BlockParser._skip_line,
    "rule": _BlockParser._skip_line,
    "delimiter row": _BlockParser._start_table_below,
}
