"""Lines -> one text, with where each line went: links, pages and raised type follow from that."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from provenance.cite.readers.pdf_joins import Joint, Vocabulary, join_of
from provenance.cite.readers.pdf_lines import Line
from provenance.cite.readers.pdf_marks import RaisedAt
from provenance.cite.readers.pdf_notes import NoteLines
from provenance.model import Link, Mark, Place, PlaceAt
from provenance.text import Span

__all__ = ["TextWriter", "WrittenNote"]

_PARAGRAPH = "\n\n"
_TAIL = 1000
_FETCHED = ("http://", "https://", "ftp://", "www.")


class WrittenNote(NamedTuple):
    """A note in the text: its label, the page it begins on, its span and its label's and words' places."""

    label: str
    page: int
    span: Span
    body: int

    def mark(self, target: str, list_name: str) -> Mark:
        """Return the mark that declares it."""
        return Mark(
            self.span.start, self.span.end, self.label, "note", target, self.body, list_name
        )


class _Placed(NamedTuple):
    """Where a line went, and how many of its characters are shown (a hyphen may be off)."""

    start: int
    line: Line
    shown: int


class TextWriter:
    """Collects paragraphs; every line is kept with its place in the text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._parts: list[str] = []
        self._placed: list[_Placed] = []
        self.length = 0

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._parts)

    def write(self, lines: Sequence[Line], *, separator: str = _PARAGRAPH) -> Span:
        """Add a paragraph, its lines joined, and return its span."""
        if self.length:
            self._add(separator)
        start = self.length
        tail = ""
        joints = [*pairwise(lines), (lines[-1], None)]
        for line, following in joints:
            tail = (tail + line.text)[-_TAIL:]
            joint = Joint("")
            if following is not None:
                joint = join_of(tail, line, following, self._vocabulary)
            shown = len(line.text) - joint.dropped
            self._placed.append(_Placed(self.length, line, shown))
            self._add(line.text[:shown] + joint.between)
            tail = tail[: len(tail) - joint.dropped] + joint.between
        return Span(start, self.length)

    def write_note(self, note: NoteLines, *, separator: str = "\n") -> WrittenNote:
        """Add a note and return where it stands."""
        span = self.write(note.lines, separator=separator)
        body = min(span.start + note.body, span.end)
        return WrittenNote(note.label, note.lines[0].page, span, body)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)

    def places(self) -> tuple[PlaceAt, ...]:
        """Return where each page begins in the text; a page may come more than once."""
        places: list[PlaceAt] = []
        for placed in self._placed:
            page = placed.line.page
            if not places or places[-1].place.page != page:
                places.append(PlaceAt(placed.start, Place(page=page)))
        return tuple(places)

    def raised(self, limit: Span) -> list[RaisedAt]:
        """Return the raised characters inside a part of the text, in order."""
        return [
            RaisedAt(placed.start + start, placed.start + end, placed.line.page)
            for placed in self._placed
            if placed.start in limit
            for start, end in placed.line.raised
            if end <= placed.shown
        ]

    def links(self) -> tuple[Link, ...]:
        """Return the link annotations; one that goes on over a line's end is one."""
        text = self.text
        merged: list[Link] = []
        for link in self._links_by_line():
            last = merged[-1] if merged else None
            if (
                last is not None
                and last.href == link.href
                and not text[last.end : link.start].strip()
            ):
                merged[-1] = Link(last.start, link.end, link.href)
            else:
                merged.append(link)
        return tuple(
            link
            for link in merged
            # an address that a program linked by itself, and cut at the line's end
            if not _is_within(link.href, text[link.start : link.end])
        )

    def _links_by_line(self) -> Iterator[Link]:
        for placed in self._placed:
            for start, end, uri in placed.line.links:
                shown = min(end, placed.shown)
                if start < shown and uri.lower().startswith(_FETCHED):
                    yield Link(placed.start + start, placed.start + shown, uri)


def _is_within(href: str, visible: str) -> bool:
    return visible.startswith(href) and len(visible) > len(href) + 1
