"""A reading text as it grows out of a marked-up source: blanks run together, breaks between blocks.

What a reader finds on its way (links, marks, headings, declared citations) is kept beside
the text with offsets into it. A flow may be made apart, as a note's words are, and
spliced in where a reader's eye would meet it: its places in the source go with it.
"""

from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from provenance.cite.patterns import lazy_pattern
from provenance.model import CitationMark, Document, Finding, Heading, Link, Mark, Metadata
from provenance.text import OffsetMapBuilder

__all__ = ["Flow"]

_SPACE = lazy_pattern(r"[ \t\r\n\f\v]+")
_NOWHERE = -1
_Found = TypeVar("_Found", Link, Mark, Heading, CitationMark)


class _Piece(NamedTuple):
    text: str
    start: int
    end: int


class Flow:
    """A text in reading order, with the place in the source of every piece of it."""

    def __init__(self) -> None:
        self.length = 0
        self.links: list[Link] = []
        self.marks: list[Mark] = []
        self.headings: list[Heading] = []
        self.citations: list[CitationMark] = []
        self._pieces: list[_Piece] = []
        self._asides: list[Flow] = []
        self._breaks_due = 0
        self._blank_due: tuple[int, int] | None = None

    @property
    def at_line_start(self) -> bool:
        """Tell whether the next word begins a line."""
        return not self.length or self._breaks_due > 0

    def write(self, text: str, start: int, end: int) -> None:
        """Add `text` that came from `source[start:end]`; runs of white space become one blank.

        U+00A0 stays what it is. Text as long as its place in the source maps character by character.
        """
        if end - start != len(text):
            self._write_word(_SPACE.sub(" ", text), start, end)
            return
        position = 0
        for space in _SPACE.finditer(text):
            word = text[position : space.start()]
            self._write_word(word, start + position, start + space.start())
            self._blank_due = (start + space.start(), start + space.end())
            position = space.end()
        self._write_word(text[position:], start + position, end)

    def write_verbatim(self, text: str, start: int) -> None:
        """Add `text` with its line breaks and blanks as they stand at `source[start:]`."""
        self._write_word(text, start, start + len(text))

    def insert(self, text: str) -> None:
        """Add `text` that stands nowhere in the source."""
        self._write_word(text, _NOWHERE, _NOWHERE)

    def break_line(self, count: int = 1) -> None:
        """Begin the next word on a new line: 1, or behind a blank line: 2."""
        if count > 1 and self._asides:
            self._write_asides()
        self._breaks_due = max(self._breaks_due, count)
        self._blank_due = None

    def blank(self, start: int, end: int) -> None:
        """Let a blank stand before the next word, for `source[start:end]`."""
        if not self._breaks_due:
            self._blank_due = self._blank_due or (start, end)

    def set_aside(self, other: "Flow") -> None:
        """Keep a text that is a paragraph of its own until the paragraph that it stands in has ended."""
        self._asides.append(other)

    def settle(self) -> int:
        """Write the blank or the break that is due, and return where the next word will begin."""
        if self.length and self._breaks_due:
            self._add("\n" * self._breaks_due, _NOWHERE, _NOWHERE)
        elif self.length and self._blank_due:
            self._add(" ", *self._blank_due)
        self._breaks_due, self._blank_due = 0, None
        return self.length

    def splice(self, other: "Flow") -> None:
        """Add all of another flow at this place, with what was found in it."""
        other._write_asides()
        if not other.length:
            return
        by = self.settle()
        for piece in other._pieces:
            self._add(*piece)
        self.links += [_shift(link, by) for link in other.links]
        self.headings += [_shift(heading, by) for heading in other.headings]
        self.citations += [_shift(citation, by) for citation in other.citations]
        self.marks += [
            replace(_shift(mark, by), body=None if mark.body is None else mark.body + by)
            for mark in other.marks
        ]
        self._blank_due = other._blank_due

    def words(self) -> str:
        """Return the text so far without its marks, every run of white space as one blank."""
        text = "".join(piece.text for piece in self._pieces)
        for mark in sorted(self.marks, key=lambda mark: mark.start, reverse=True):
            text = text[: mark.start] + text[mark.end :]
        return " ".join(text.split())

    def words_since(self, offset: int) -> str:
        """Return the words of the text from an offset on, where a piece of it begins."""
        found: list[str] = []
        size = self.length
        for piece in reversed(self._pieces):
            if size <= offset:
                break
            found.append(piece.text)
            size -= len(piece.text)
        return " ".join("".join(reversed(found)).split())

    def tail(self, length: int) -> str:
        """Return the last characters of the text, `length` of them or a few more."""
        found, size = [], 0
        for piece in reversed(self._pieces):
            found.append(piece.text)
            size += len(piece.text)
            if size >= length:
                break
        return "".join(reversed(found))

    def make_document(
        self,
        file_format: str,
        source: str,
        sha256: str,
        metadata: Metadata,
        findings: tuple[Finding, ...],
    ) -> Document:
        """Return the text with all that was found in it as the document that `source` describes."""
        self._write_asides()
        made = OffsetMapBuilder()
        for piece in self._pieces:
            if piece.start == _NOWHERE:
                made.insert(piece.text)
            else:
                made.append(piece.text, piece.start, piece.end)
        text, offsets = made.build()
        return Document(
            text=text,
            format=file_format,
            sha256=sha256,
            metadata=metadata,
            links=tuple(sorted(self.links, key=lambda link: link.start)),
            headings=tuple(self.headings),
            marks=tuple(self.marks),
            citations=tuple(sorted(self.citations, key=lambda citation: citation.start)),
            findings=findings,
            source=source,
            offsets=offsets,
        )

    def _write_asides(self) -> None:
        asides, self._asides = self._asides, []
        for aside in asides:
            self.break_line(2)
            self.splice(aside)

    def _write_word(self, word: str, start: int, end: int) -> None:
        if word:
            self.settle()
            self._add(word, start, end)

    def _add(self, text: str, start: int, end: int) -> None:
        self._pieces.append(_Piece(text, start, end))
        self.length += len(text)


def _shift(found: _Found, by: int) -> _Found:
    return replace(found, start=found.start + by, end=found.end + by)
