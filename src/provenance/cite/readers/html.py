"""HTML pages: text in reading order, with the way back to the source for every character.

Blocks begin on a new line, paragraphs and headings stand between blank lines, runs
of white space become one blank; U+00A0 stays what it is, since it separates
addresses in real note lists. Navigation, scripts and forms are left out.
"""

import re
from collections.abc import Iterator
from itertools import chain

from provenance.cite.readers.html_notes import PageNotes, find_page_notes
from provenance.formats.dates import find_dates
from provenance.formats.html import (
    HtmlTag,
    HtmlText,
    PageMeta,
    is_visible_text,
    parse_html,
    read_page_meta,
    words_of,
)
from provenance.model import Document, Finding, Heading, Link, Mark, Metadata
from provenance.text import OffsetMapBuilder

__all__ = ["read_html"]

_SKIPPED = frozenset(
    """head script style noscript template svg canvas nav footer form button select textarea option
    iframe object embed audio video map math""".split()
)
_SKIPPED_ROLES = frozenset({"navigation", "banner", "complementary", "contentinfo", "search"})
_PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure section article aside hr".split()
)
_LINES = frozenset(
    "div li dt dd tr figcaption caption header main address details summary center body".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# The source of a blank that nobody wrote: the one between two cells of a table.
_NOWHERE = (0, 0)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_NOTES_HINT = re.compile(r"footnote|endnote|references|fn", re.IGNORECASE)


def read_html(source: str, sha256: str, findings: tuple[Finding, ...] = ()) -> Document:
    """Return the document that an HTML page holds."""
    soup = parse_html(source)
    reading = _Reading(find_page_notes(soup))
    reading.read(soup)
    text, offsets = reading.made.build()
    return Document(
        text=text,
        format="html",
        sha256=sha256,
        metadata=_metadata_of(read_page_meta(soup)),
        links=tuple(reading.links),
        headings=tuple(reading.headings),
        marks=tuple(reading.marks),
        findings=findings,
        source=source,
        offsets=offsets,
    )


def _metadata_of(meta: PageMeta) -> Metadata:
    dates = find_dates(meta.published or "")
    return Metadata(
        title=meta.title,
        authors=tuple(chain.from_iterable(_split_names(names) for names in meta.authors)),
        published=dates[0].iso if dates else None,
        origin_url=meta.canonical,
        language=meta.language,
    )


def _split_names(names: str) -> Iterator[str]:
    return (name for name in (part.strip() for part in re.split(r",|;|\band\b", names)) if name)


class _Reading:
    """The text as it grows: a walk over the tree that never recurses, however deep the page."""

    def __init__(self, notes: PageNotes) -> None:
        self.made = OffsetMapBuilder()
        self.marks: list[Mark] = []
        self._notes = notes
        self.links: list[Link] = []
        self.headings: list[Heading] = []
        self._breaks_due = 0
        self._blank_due: tuple[int, int] | None = None

    def read(self, root: HtmlTag) -> None:
        """Walk the tree in reading order."""
        # each entry is a node to enter, or a tag to leave together with where its text began
        stack: list[tuple[object, int | None]] = [(root, None)]
        while stack:
            node, began = stack.pop()
            if began is not None and isinstance(node, HtmlTag):
                self._leave(node, began)
            elif isinstance(node, HtmlTag):
                if _is_skipped(node):
                    continue
                self._enter(node)
                stack.append((node, self.made.length))
                stack.extend((child, None) for child in reversed(node.contents))
            elif isinstance(node, HtmlText) and is_visible_text(node):
                self._add_text(node)

    def _enter(self, tag: HtmlTag) -> None:
        if tag.name == "br":
            self._break_line(1)
        elif tag.name in _PARAGRAPHS:
            self._break_line(2)
        elif tag.name in _LINES:
            self._break_line(1)
        elif tag.name in {"td", "th"} and self.made.length:
            self._blank_due = self._blank_due or _NOWHERE

    def _leave(self, tag: HtmlTag, began: int) -> None:
        if tag.name == "a" and (href := str(tag.get("href") or "").strip()):
            self.links.append(Link(self._first_of(began), self.made.length, href))
        self._mark(tag, began)
        level = _HEADINGS.get(tag.name)
        if level and self.made.length > began:
            start = self._first_of(began)
            self.headings.append(Heading(start, self.made.length, level, words_of(tag)))
        if tag.name in _PARAGRAPHS:
            self._break_line(2)
        elif tag.name in _LINES:
            self._break_line(1)

    def _mark(self, tag: HtmlTag, began: int) -> None:
        start = self._first_of(began)
        if start == self.made.length:
            return
        if note := self._notes.notes.get(id(tag)):
            self.marks.append(Mark(start, self.made.length, note[0], "note", note[1]))
        if marker := self._notes.markers.get(id(tag)):
            self.marks.append(Mark(start, self.made.length, marker[0], "marker", marker[1]))

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


def _is_skipped(tag: HtmlTag) -> bool:
    if tag.name in _SKIPPED or str(tag.get("role") or "") in _SKIPPED_ROLES:
        return not _holds_notes(tag)
    return tag.name == "aside" and not _holds_notes(tag)


def _holds_notes(tag: HtmlTag) -> bool:
    named = f"{tag.get('id') or ''} {tag.get('class') or ''} {tag.get('role') or ''}"
    return tag.name in {"aside", "footer", "nav"} and _NOTES_HINT.search(named) is not None
