"""HTML pages: text in reading order, with the way back to the source for every character.

Blocks begin on a new line, paragraphs and headings stand between blank lines, runs
of white space become one blank; U+00A0 stays what it is, since it separates
addresses in real note lists. Navigation, scripts and forms are left out, unless
they hold notes; so are the links that lead from a note back to its marker.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter

from msgspec.structs import replace

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.html_furniture import find_furniture
from provenance.cite.readers.html_index import HEADINGS, LINES, PARAGRAPHS, PageIndex, index_page
from provenance.cite.readers.html_marks import MarkMaker
from provenance.cite.readers.html_notes import PageNotes, find_page_notes
from provenance.formats.dates import find_dates
from provenance.formats.html import (
    HtmlTag,
    HtmlText,
    PageMeta,
    parse_html,
    place_of_tag,
    read_page_meta,
)
from provenance.model import Document, Finding, Heading, Link, Mark, Metadata
from provenance.text import OffsetMapBuilder

__all__ = ["read_html"]

# The source of a blank that nobody wrote: the one between two cells of a table.
_NOWHERE = (0, 0)
# Blanks that come out as something else: all but a single one between two words.
_SPACE = lazy_pattern(r"[ \t\n\r\f]*[\t\n\r\f][ \t\n\r\f]*| {2,}|\A | \Z")


def read_html(source: str, sha256: str, findings: tuple[Finding, ...] = ()) -> Document:
    """Return the document that an HTML page holds."""
    soup = parse_html(source)
    index = index_page(soup)
    notes = find_page_notes(index)
    reading = _Reading(index, MarkMaker(index, notes))
    reading.read(notes, find_furniture(index, notes) | notes.left_out)
    text, offsets = reading.made.build()
    marks = reading.marks.build(text)
    return Document(
        text=text,
        format="html",
        sha256=sha256,
        metadata=_metadata_of(read_page_meta(soup)),
        # an anchor that holds another is left after it and begins before it
        links=tuple(sorted(reading.links, key=attrgetter("start"))),
        headings=_headings_of(text, reading.headings, marks),
        marks=marks,
        findings=findings,
        source=source,
        offsets=offsets,
    )


def _metadata_of(meta: PageMeta) -> Metadata:
    dates = find_dates(meta.published or "")
    return Metadata(
        title=meta.title,
        authors=tuple(chain.from_iterable(_split_names(names) for names in meta.authors)),
        published=_day_in_title(meta.title, dates[0].iso) if dates else None,
        origin_url=meta.canonical,
        language=meta.language,
    )


def _headings_of(
    text: str, headings: Sequence[Heading], marks: Sequence[Mark]
) -> tuple[Heading, ...]:
    """The headings with their words as read: without the markers in them, and what was left out."""
    markers = sorted((mark.start, mark.end) for mark in marks if mark.role == "marker")
    named = []
    for heading in headings:
        words, position = "", heading.start
        first = bisect_left(markers, (heading.start, 0))
        for start, end in markers[first : bisect_left(markers, (heading.end, 0))]:
            words += text[position : max(position, start)]
            position = max(position, end)
        words += text[position : max(position, heading.end)]
        named.append(replace(heading, title=" ".join(words.split())))
    return tuple(named)


def _day_in_title(title: str | None, published: str) -> str:
    """The day of a title, where a time stamp differs by no more than a time zone: an evening's is tomorrow's in UTC."""
    for said in find_dates(title or ""):
        apart = date.fromisoformat(published) - date.fromisoformat(said.iso)
        if abs(apart.days) <= 1:
            return said.iso
    return published


def _split_names(names: str) -> Iterator[str]:
    return (name for name in (part.strip() for part in re.split(r",|;|\band\b", names)) if name)


class _Reading:
    """The text as it grows: a walk over the laid-out page, in order, that never recurses."""

    def __init__(self, index: PageIndex, marks: MarkMaker) -> None:
        self.made = OffsetMapBuilder()
        self.marks = marks
        self.links: list[Link] = []
        self.headings: list[Heading] = []
        self._index = index
        self._breaks_due = 0
        self._blank_due: tuple[int, int] | None = None
        # where in the source the text read so far ends
        self._at = 0

    def read(self, notes: PageNotes, left_out: frozenset[int]) -> None:
        """Read the page but what is in `left_out`, and behind it the notes that stood at their markers."""
        self._walk(0, len(self._index.nodes), left_out)
        for note in notes.moved:
            self._break_line(2)
            self.marks.open(note, self.made.length)
            self._walk(note.start + 1, note.end, left_out)
        for note, words in notes.said:
            self._break_line(2)
            self.marks.open(note, self.made.length)
            self._add_word(words, *self._place_of(note.start))
            self.marks.reach(note.end, self.made.length)

    def _place_of(self, order: int) -> tuple[int, int]:
        """Where the first character of a tag stands in the source."""
        start = place_of_tag(self._index.tag(0), self._index.tag(order))
        return start, start + 1

    def _walk(self, order: int, end: int, left_out: frozenset[int]) -> None:
        # each entry is a tag to leave, with where its text began
        open_tags: list[tuple[int, int]] = []
        while order < end:
            while open_tags and self._index.ends[open_tags[-1][0]] <= order:
                self._leave(*open_tags.pop())
            self.marks.reach(order, self.made.length)
            node = self._index.nodes[order]
            if order in left_out:
                self._draw_marker(order)
                order = self._index.ends[order]
                continue
            if isinstance(node, HtmlTag):
                self._enter(node)
                open_tags.append((order, self.made.length))
            elif isinstance(node, HtmlText):
                self._add_text(node)
            order += 1
        while open_tags:
            self._leave(*open_tags.pop())
        self.marks.reach(order, self.made.length)

    def _draw_marker(self, order: int) -> None:
        """Write the number of a note that is moved away and whose own element is its marker."""
        if label := self.marks.drawn_label(order):
            self._add_word(label, self._at, self._at)
            self.marks.leave(order, self.made.length - len(label), self.made.length)

    def _enter(self, tag: HtmlTag) -> None:
        if tag.name == "br":
            self._break_line(1)
        elif tag.name in PARAGRAPHS:
            self._break_line(2)
        elif tag.name in LINES:
            self._break_line(1)
        elif tag.name in {"td", "th"} and self.made.length:
            self._blank_due = self._blank_due or _NOWHERE

    def _leave(self, order: int, began: int) -> None:
        tag = self._index.tag(order)
        if began == self.made.length and (label := self.marks.drawn_label(order)):
            self._add_word(label, self._at, self._at)
        start = self._first_of(began)
        # an anchor around a picture in a block of its own is none of the words before it
        is_apart = began == self.made.length and self._breaks_due > 0
        href = str(tag.get("href") or "").strip()
        if tag.name == "a" and href and not is_apart:
            self.links.append(Link(start, self.made.length, href))
        self.marks.leave(order, start, self.made.length)
        level = HEADINGS.get(tag.name)
        if level and self.made.length > began:
            self.headings.append(Heading(start, self.made.length, level, ""))
        if tag.name in PARAGRAPHS:
            self._break_line(2)
        elif tag.name in LINES:
            self._break_line(1)

    def _first_of(self, began: int) -> int:
        """Where text that was begun at `began` really starts: behind the break that was due there."""
        return min(self.made.length, self.made.first_content_after(began))

    def _break_line(self, count: int) -> None:
        self._breaks_due = max(self._breaks_due, count)
        self._blank_due = None

    def _add_text(self, node: HtmlText) -> None:
        for piece in node.pieces:
            if len(piece.text) != piece.end - piece.start:
                self._add_word(piece.text, piece.start, piece.end)
                continue
            position = 0
            for space in _SPACE.finditer(piece.text):
                self._add_word(
                    piece.text[position : space.start()],
                    piece.start + position,
                    piece.start + space.start(),
                )
                self._blank_due = (piece.start + space.start(), piece.start + space.end())
                position = space.end()
            self._add_word(piece.text[position:], piece.start + position, piece.end)

    def _add_word(self, word: str, start: int, end: int) -> None:
        if not word:
            return
        if self.made.length and self._breaks_due:
            self.made.insert("\n" * self._breaks_due)
        elif self.made.length and self._blank_due == _NOWHERE:
            self.made.insert(" ")
        elif self.made.length and self._blank_due:
            self.made.append(" ", *self._blank_due)
        self._breaks_due, self._blank_due = 0, None
        self.made.append(word, start, end)
        self._at = end
