"""Pieces of rendered Markdown: what is shown, and which characters of the source it came from."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal

from provenance.text import Span

__all__ = ["Piece", "PieceKind", "PieceList"]

PieceKind = Literal[
    "text",
    "space",
    "break",
    "link",
    "link_end",
    "image",
    "image_end",
    "marker",
    "inline_note",
    "inline_note_end",
    "tag",
]


class Piece:
    """One thing in a run of inline Markdown, in reading order.

    `start` and `end` are offsets into the source. Of a "text" piece `text` is what is
    shown, character by character where it is as long as its source; of a "link" it is
    the href, of a "marker" the label, of a "tag" the tag as written.
    """

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: PieceKind, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        """Show the piece in failed tests."""
        return f"Piece({self.kind!r}, {self.text!r}, {self.start}, {self.end})"

    def drop_at_start(self, count: int) -> None:
        """Take the first `count` characters off."""
        self.text, self.start = self.text[count:], self.start + count

    def drop_at_end(self, count: int) -> None:
        """Take the last `count` characters off."""
        self.text, self.end = self.text[: len(self.text) - count], self.end - count


class PieceList:
    """The pieces of a run of lines: `text` is the lines without the marks in front of them.

    Offsets that are handed in are offsets into `text`; those of the pieces are the source's.
    """

    def __init__(self, source: str, lines: Sequence[Span]) -> None:
        self.pieces: list[Piece] = []
        self.text = "\n".join(line.of(source) for line in lines)
        self._starts: list[int] = []
        start = 0
        for line in lines:
            self._starts.append(start)
            start += line.end - line.start + 1
        self._shifts = [line.start - start for line, start in zip(lines, self._starts, strict=True)]

    def add(self, kind: PieceKind, text: str, start: int, end: int) -> Piece:
        """Add a piece that came from `self.text[start:end]`."""
        begins = self._in_source(start)
        ends = self._in_source(end - 1) + 1 if end > start else begins
        self.pieces.append(Piece(kind, text, begins, ends))
        return self.pieces[-1]

    def add_text(self, start: int, end: int) -> None:
        """Add text as it stands."""
        if start < end:
            self.add("text", self.text[start:end], start, end)

    def add_words(self, start: int, end: int) -> None:
        """Add text as it stands, with a blank for each line break in it."""
        while (newline := self.text.find("\n", start, end)) >= 0:
            self.add_text(start, newline)
            self.add("space", " ", newline, newline + 1)
            start = newline + 1
        self.add_text(start, end)

    def _in_source(self, position: int) -> int:
        return position + self._shifts[bisect_right(self._starts, position) - 1]
