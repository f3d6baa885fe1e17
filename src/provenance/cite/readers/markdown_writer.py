"""Blocks and pieces of Markdown -> the text in reading order, its links, headings, notes and markers.

Paragraphs, headings, code, list items and notes stand between blank lines, rows of a
table on lines of their own with a blank between the cells. A line break inside a
paragraph is a blank. What a note inside the text says (`^[words]`) is set behind the
block that it stands in, as a renderer sets it behind the page, with its number where it stood.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.markdown_blocks import Block
from provenance.cite.readers.markdown_listed import Leaf
from provenance.cite.readers.markdown_pieces import Piece, PieceKind
from provenance.cite.readers.markdown_targets import unescape_markdown
from provenance.model import CitationMark, Link, Mark
from provenance.text import OffsetMapBuilder, Span

__all__ = ["MarkdownWriter"]

_TAG = lazy_pattern(r"<(?P<closes>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)")
_ATTRIBUTE = lazy_pattern(
    r"\s(?P<name>href|id|name)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))",
    re.IGNORECASE,
)
_PARAGRAPHS = frozenset(
    "p ul ol dl table blockquote section article aside figure h1 h2 h3 h4 h5 h6".split()
)
_LINES = frozenset(
    "div li dt dd tr figcaption caption header footer details summary center".split()
)
_CELLS = frozenset({"td", "th"})
_MAX_DIGITS = 4
_TITLE = lazy_pattern(r"[ \t]+[\"'(](?P<title>[^\n]*\S)[\"')][ \t]*$")
_ENDS: dict[PieceKind, PieceKind] = {
    "image": "image_end",
    "inline_note": "inline_note_end",
}


class MarkdownWriter:
    """The text as it grows."""

    def __init__(self, source: str, first_inline_number: int) -> None:
        self.made = OffsetMapBuilder()
        self.links: list[Link] = []
        # where each heading stands, and its level
        self.headings: list[tuple[Span, int]] = []
        self.marks: list[Mark] = []
        self.citations: list[CitationMark] = []
        # by the name of an element: where its words begin
        self.anchors: dict[str, int] = {}
        # what stands in <sup>
        self.raised: list[Span] = []
        self.leaves: list[Leaf] = []
        self._source = source
        self._number = first_inline_number
        self._breaks_due = 0
        self._blank_due: tuple[int, int] | None = None
        # by the name of a tag: where the open ones began, and the hrefs of anchors
        self._open: dict[str, list[tuple[int, str]]] = {}
        self._note: tuple[Block, int, int] | None = None
        self._inline_notes: list[tuple[str, Piece, Sequence[Piece]]] = []

    def write(
        self, block: Block, runs: Sequence[Sequence[Piece]], *, is_note: bool = False
    ) -> None:
        """Add a block; `runs` are its pieces, cell by cell where it is a row.

        `is_note`: a link's definition with a number that the text uses as a note's.
        """
        if block.kind == "note":
            self._begin_note(block)
        elif block.kind == "note_end":
            self._end_note()
        elif block.kind == "definition":
            if is_note:
                self._write_definition(block)
        else:
            self._write_leaf(block, runs)
        if self._note is None:
            self._write_inline_notes()

    def _begin_note(self, block: Block) -> None:
        assert block.label is not None
        self.break_line(2)
        self._note = (block, *self._append(block.label.of(self._source), *block.label))
        self._blank_due = (block.label.end, block.label.end)

    def _end_note(self) -> None:
        if self._note is None:
            return
        (block, start, body), self._note = self._note, None
        self.marks.append(Mark(start, self.made.length, block.name, "note", f"^{block.name}", body))
        self.break_line(2)

    def _write_definition(self, block: Block) -> None:
        """`[1]: https://…` as it stands: here it is a note, and its address the note's words."""
        definition = block.definition
        assert definition is not None
        self.break_line(2)
        (line,) = block.lines
        href = definition.href
        angles = href.of(self._source).startswith("<")
        words = Span(href.start + angles, href.end - angles)
        start, _ = self._append(self._source[line.start : href.start], line.start, href.start)
        body, _ = self._append(words.of(self._source), *words)
        _, end = self._append(self._source[href.end : line.end], href.end, line.end)
        title = _TITLE.match(self._source, href.end, line.end)
        if title is not None:
            url, said = unescape_markdown(words.of(self._source)), unescape_markdown(title["title"])
            self.citations.append(CitationMark(body, end, url, title=said))
        label = definition.label
        self.marks.append(Mark(start, end, label, "note", f"#{label}", body))
        self.break_line(2)

    def _write_inline_notes(self) -> None:
        for label, piece, pieces in self._inline_notes:
            self.break_line(2)
            start, body = self._append(f"[{label}]", piece.start, piece.end)
            self._blank_due = (piece.end, piece.end)
            self._write_pieces(pieces)
            self.marks.append(Mark(start, self.made.length, label, "note", f"^[{label}", body))
            self.break_line(2)
        self._inline_notes.clear()

    def _write_leaf(self, block: Block, runs: Sequence[Sequence[Piece]]) -> None:
        begins_note = self._note is not None and self._note[2] == self.made.length
        if not begins_note:
            self.break_line(1 if block.kind == "row" else 2)
        began = self.made.length
        if block.label is not None:
            self._append(block.label.of(self._source), *block.label)
            self._blank_due = (block.label.end, block.label.end)
        for pieces in runs:
            self._write_pieces(pieces)
            if pieces:
                self._blank_due = (pieces[-1].end, pieces[-1].end)
        if block.kind == "code":
            self._write_code(block.lines)
        start = self._first_of(began)
        if block.kind == "heading":
            self._add_heading(start, block.level)
        if start < self.made.length:
            span = Span(start, self.made.length)
            self.leaves.append(Leaf(span, block.kind == "heading", self._number_of(block)))
        self.break_line(1 if block.kind == "row" else 2)

    def _number_of(self, block: Block) -> str:
        """The number of a list item, or of a row that begins with one: `| 1. | words |`."""
        label = block.label
        if block.kind == "row" and len(block.lines) > 1:
            label = block.lines[0]
        number = label.of(self._source).rstrip(".)").lstrip("0") if label else ""
        return number if number.isdecimal() and len(number) <= _MAX_DIGITS else ""

    def _write_code(self, lines: Sequence[Span]) -> None:
        for line in lines:
            self._append(line.of(self._source), *line)
            self.break_line(1)

    def _add_heading(self, start: int, level: int) -> None:
        if start < self.made.length:
            self.headings.append((Span(start, self.made.length), level))

    def _write_pieces(self, pieces: Sequence[Piece]) -> None:
        rest = iter(pieces)
        for piece in rest:
            if piece.kind in _ENDS:
                self._write_held(piece, list(_until_end(piece, rest)))
            else:
                self._write_piece(piece)

    def _write_piece(self, piece: Piece) -> None:
        match piece.kind:
            case "text":
                self._append(piece.text, piece.start, piece.end)
            case "space":
                self._blank_due = (piece.start, piece.end)
            case "break":
                self.break_line(1)
            case "link":
                self._open_tag("a", piece.text)
            case "link_end":
                self._close("a")
            case "marker":
                self._write_marker(piece)
            case "tag":
                self._write_tag(piece)
            case _:
                pass  # the end of something that was never begun shows nothing

    def _write_held(self, piece: Piece, pieces: Sequence[Piece]) -> None:
        if piece.kind == "image":
            self._write_image(pieces)
        else:
            self._hold_note(piece, pieces)

    def _write_image(self, pieces: Sequence[Piece]) -> None:
        """What describes a picture is no text, unless it is a caption with a note."""
        if any(piece.kind in {"marker", "inline_note"} for piece in pieces):
            self._write_pieces(pieces)

    def _write_marker(self, piece: Piece) -> None:
        written = self._source[piece.start : piece.end]
        start, end = self._append(written, piece.start, piece.end)
        kind = "^" if written.startswith("[^") else "#"
        self.marks.append(Mark(start, end, piece.text, "marker", f"{kind}{piece.text}"))

    def _hold_note(self, piece: Piece, pieces: Sequence[Piece]) -> None:
        label = str(self._number)
        self._number += 1
        start, end = self._append(f"[{label}]", piece.start, piece.end)
        self.marks.append(Mark(start, end, label, "marker", f"^[{label}"))
        self._inline_notes.append((label, piece, pieces))

    def _write_tag(self, piece: Piece) -> None:
        found = _TAG.match(piece.text)
        if found is None:
            return
        name, closes = found["name"].lower(), bool(found["closes"])
        if name == "br":
            self.break_line(1)
        elif name in _PARAGRAPHS or name in _LINES:
            self.break_line(2 if name in _PARAGRAPHS else 1)
        elif name in _CELLS and not closes:
            self._blank_due = self._blank_due or (piece.start, piece.start)
        attributes = _attributes_of(piece.text)
        for anchor in (attributes.get("id"), attributes.get("name")):
            if anchor and not closes:
                self.anchors.setdefault(anchor, self.made.length)
        if name in {"a", "sup"} or re.fullmatch("h[1-6]", name):
            if closes:
                self._close(name)
            elif not piece.text.endswith("/>"):
                self._open_tag(name, attributes.get("href", ""))

    def _open_tag(self, name: str, href: str) -> None:
        self._open.setdefault(name, []).append((self.made.length, href))

    def _close(self, name: str) -> None:
        if not self._open.get(name):
            return
        began, href = self._open[name].pop()
        start, end = self._first_of(began), self.made.length
        if start >= end:
            return
        if name == "sup":
            self.raised.append(Span(start, end))
        elif name != "a":
            self._add_heading(start, int(name[1]))
        elif href:
            self.links.append(Link(start, end, href))

    def break_line(self, count: int) -> None:
        """What comes next begins a line, behind a blank line where `count` is 2."""
        self._breaks_due = max(self._breaks_due, count)
        self._blank_due = None

    def _first_of(self, began: int) -> int:
        return min(self.made.length, self.made.first_content_after(began))

    def _append(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Add text behind the break that is due; where it stands now."""
        if self._breaks_due or not self.made.length:
            stripped = text.lstrip(" \t\n")
            start, text = (
                (start + len(text) - len(stripped) if end - start == len(text) else start),
                stripped,
            )
        if not text:
            return self.made.length, self.made.length
        if self.made.length and self._breaks_due:
            self.made.insert("\n" * self._breaks_due)
        elif self.made.length and self._blank_due:
            self.made.append(" ", *self._blank_due)
        self._breaks_due, self._blank_due = 0, None
        began = self.made.length
        self.made.append(text, start, end)
        return began, self.made.length


def _attributes_of(tag: str) -> dict[str, str]:
    return {
        match["name"].lower(): unescape(match["double"] or match["single"] or match["bare"] or "")
        for match in _ATTRIBUTE.finditer(tag)
    }


def _until_end(piece: Piece, rest: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces up to the one that ends what `piece` begins; that one is taken, and left out."""
    depth = 1
    for following in rest:
        depth += (following.kind == piece.kind) - (following.kind == _ENDS[piece.kind])
        if not depth:
            return
        yield following
