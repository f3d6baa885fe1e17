"""Spans and offset maps: where a piece of text came from.

Everything in this program that points at text points at it with a `Span`:
a half-open range of Unicode code points. Where one text is made from another
(HTML source -> reading text, a page -> its normal form), an `OffsetMap` is made
beside it, so that a span of the one can be said in the other.
"""

from bisect import bisect_right
from typing import NamedTuple

__all__ = ["OffsetMap", "OffsetMapBuilder", "Span"]


class Span(NamedTuple):
    """A half-open range of code points, `text[start:end]`.

    >>> Span(2, 5).of("a brown fox")
    'bro'
    """

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters that this span covers in `text`."""
        return text[self.start : self.end]

    def __contains__(self, offset: object) -> bool:
        """Tell whether a code point offset lies inside the span."""
        return isinstance(offset, int) and self.start <= offset < self.end

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end


class _Piece(NamedTuple):
    derived: int
    derived_end: int
    source: int
    source_end: int

    @property
    def is_verbatim(self) -> bool:
        return self.derived_end - self.derived == self.source_end - self.source


class OffsetMap:
    """Says a span of a derived text in the text it was made from.

    Made of pieces in order. A verbatim piece maps character by character; any
    other piece maps as a whole, since nothing finer is known about it. Derived
    text that no piece covers (an inserted line break) belongs to the place
    between its neighbours.
    """

    def __init__(self, pieces: tuple[_Piece, ...]) -> None:
        self._pieces = pieces
        self._starts = [piece.derived for piece in pieces]

    def to_source(self, span: Span) -> Span:
        """Return the smallest source span that produced the derived `span`."""
        if not self._pieces:
            return Span(0, 0)
        start = self._source_start(span.start)
        if span.end <= span.start:
            return Span(start, start)
        return Span(start, max(start, self._source_end(span.end)))

    def pieces_of(self, span: Span) -> list[tuple[Span, Span]]:
        """Return the pieces that a derived span touches, in order: (derived, source) of each, whole.

        A piece whose two spans are equally long maps character by character. What lies between
        two pieces stands nowhere in the source; pieces that only meet an end of the span count.
        """
        first = max(0, bisect_right(self._starts, span.start) - 2)
        last = bisect_right(self._starts, span.end)
        return [
            (Span(piece.derived, piece.derived_end), Span(piece.source, piece.source_end))
            for piece in self._pieces[first:last]
            if piece.derived <= span.end and span.start <= piece.derived_end
        ]

    def _source_start(self, offset: int) -> int:
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return self._pieces[0].source
        piece = self._pieces[index]
        if offset < piece.derived_end:
            return piece.source + (offset - piece.derived if piece.is_verbatim else 0)
        return self._pieces[index + 1].source if index + 1 < len(self._pieces) else piece.source_end

    def _source_end(self, offset: int) -> int:
        index = bisect_right(self._starts, offset - 1) - 1
        if index < 0:
            return self._pieces[0].source
        piece = self._pieces[index]
        if offset <= piece.derived_end and piece.is_verbatim:
            return piece.source + (offset - piece.derived)
        return piece.source_end


class OffsetMapBuilder:
    """Collects a derived text and its offset map, piece by piece.

    >>> made = OffsetMapBuilder()
    >>> made.append("a", 0, 1)
    >>> made.append("&", 1, 6)
    >>> text, offsets = made.build()
    >>> text, offsets.to_source(Span(1, 2))
    ('a&', Span(start=1, end=6))
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pieces: list[_Piece] = []
        self._starts: list[int] = []
        self._texts: list[str] = []
        self.length = 0

    def append(self, text: str, source_start: int, source_end: int) -> None:
        """Add derived `text` that came from `source[source_start:source_end]`."""
        if not text:
            return
        end = self.length + len(text)
        self._pieces.append(_Piece(self.length, end, source_start, source_end))
        self._starts.append(self.length)
        self._texts.append(text)
        self._parts.append(text)
        self.length = end

    def insert(self, text: str) -> None:
        """Add derived `text` that stands nowhere in the source."""
        self._parts.append(text)
        self.length += len(text)

    def first_content_after(self, length: int) -> int:
        """Return where the first non-blank text begins that was added when `length` was reached."""
        index = bisect_right(self._starts, length - 1) if length else 0
        while index < len(self._pieces) and self._texts[index].isspace():
            index += 1
        return self._starts[index] if index < len(self._starts) else self.length

    def build(self) -> tuple[str, OffsetMap]:
        """Return the derived text and its map."""
        return "".join(self._parts), OffsetMap(tuple(self._pieces))
