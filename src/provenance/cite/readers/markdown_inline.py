"""Inline Markdown: a run of lines -> pieces of rendered text, each with its place in the source.

After CommonMark 0.31 and GFM, with the markers of PHP Markdown Extra (`[^1]`), the notes
inside the text of Pandoc (`^[words]`) and MultiMarkdown (`[^words with blanks]`) and raised
text (`x^2^`). Own work, because every character needs its place: markdown-it-py knows the
line of a block and nothing finer, and drops the notes that nothing refers to.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from html import unescape
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.markdown_emphasis import Delimiter, pair_delimiters
from provenance.cite.readers.markdown_lines import ENTRY_LINE
from provenance.cite.readers.markdown_macros import read_attributes, read_remark, read_shortcode
from provenance.cite.readers.markdown_pieces import Piece, PieceKind, PieceList
from provenance.cite.readers.markdown_raw import CodeRuns
from provenance.cite.readers.markdown_targets import (
    Target,
    find_inline_target,
    find_reference,
)
from provenance.text import Span

__all__ = ["InlineContext", "scan_inline"]

_SPECIAL = lazy_pattern(
    r"\\|`+|\*+|_+|~{1,2}(?!~)|(?<!=)==(?!=)|!?\[|\]|<|&|\n|\^|\{|\+\+\+\(|https?://"
)
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_AUTOLINK = lazy_pattern(
    r"<(?P<href>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255})>"
)
_TAG = lazy_pattern(
    r"</?[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>\"']*+(?:\"[^\"<]*\"[^<>\"']*+|'[^'<]*'[^<>\"']*+)*+)?/?>"
)
_ENTITY = lazy_pattern(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NOTE_MARKER = lazy_pattern(r"\[\^(?P<label>[^\[\]\n]{1,80})\]")
_RAISED = lazy_pattern(r"\^(?P<words>[^\s^\[\]\\*_`]{1,20})\^")
_BARE_URL = lazy_pattern(r"https?://[^\s<>\[\]`\"]*")
_BEHIND_URL = "*_~.,;:!?)'"
# Notes in notes in pictures, each read again for what it holds: Pandoc allows one.
_MOST_HELD = 8


class InlineContext(NamedTuple):
    """What the document defines: links by their normalised label, and the labels of its notes.

    `[12]` with a definition `[12]: https://…` is a marker, and not a link with a number
    for its text; `referred` collects the labels that links with other words lead to.
    """

    links: Mapping[str, str]
    notes: frozenset[str]
    referred: set[str]


class _Bracket(NamedTuple):
    kind: PieceKind
    piece: Piece
    content: int
    delimiters: int


def scan_inline(
    source: str, lines: Sequence[Span], context: InlineContext, *, breaks_lines: bool = False
) -> list[Piece]:
    """Return the pieces that the lines render to; `breaks_lines`: each entry of a list begins a line."""
    scanner = _Scanner(source, lines, context, breaks_lines)
    scanner.scan()
    return scanner.pieces


class _Scanner(PieceList):
    def __init__(
        self, source: str, lines: Sequence[Span], context: InlineContext, breaks_lines: bool
    ) -> None:
        super().__init__(source, lines)
        self._breaks_lines = breaks_lines
        self._context = context
        self._brackets: list[_Bracket] = []
        # brackets below this height stand around a link, and can be none themselves
        self._inactive = 0
        self._held = 0
        self._delimiters: list[Delimiter] = []
        self._url_end = 0
        self._code: CodeRuns | None = None
        # (from, to): the rest of a shortcode behind the caption that is read
        self._skip: tuple[int, int] | None = None

    def scan(self) -> None:
        """Read the text from its beginning to its end."""
        text, position = self.text, 0
        while position < len(text):
            found = _SPECIAL.search(text, position)
            limit = found.start() if found else len(text)
            if self._skip and self._skip[0] <= limit:
                self.add_text(position, self._skip[0])
                position, self._skip = self._skip[1], None
                continue
            self.add_text(position, limit)
            if found is None:
                break
            read = _READERS[found[0][0]]
            position = read(self, found.start(), found.end())
        pair_delimiters(self._delimiters)

    def _read_literal(self, start: int, end: int) -> int:
        self.add_text(start, end)
        return end

    def _read_escape(self, start: int, end: int) -> int:
        following = self.text[end : end + 1]
        if following == "\n":
            self.add("break", "\n", start, end + 1)
            return end + 1
        if following in _PUNCTUATION and following:
            self.add_text(end, end + 1)
            return end + 1
        return self._read_literal(start, end)

    def _read_code(self, start: int, end: int) -> int:
        """Code stands between two runs of as many ticks; a run alone is text."""
        if self._code is None:
            self._code = CodeRuns(self.text)
        closed = self._code.find_end(start, end)
        if closed is None:
            return self._read_literal(start, end)
        first, last = end, closed
        inside = self.text[first:last]
        if inside[:1] == inside[-1:] == " " and inside.strip():
            first, last = first + 1, last - 1
        self.add_words(first, last)
        return closed + end - start

    def _read_delimiters(self, start: int, end: int) -> int:
        if start < self._url_end:
            return self._read_literal(start, end)
        piece = self.add("text", self.text[start:end], start, end)
        before = self.text[start - 1] if start else ""
        self._delimiters.append(Delimiter(piece, before, self.text[end : end + 1]))
        return end

    def _read_url(self, start: int, end: int) -> int:
        if start >= self._url_end and (found := _BARE_URL.match(self.text, start)):
            self._url_end = start + len(found[0].rstrip(_BEHIND_URL))
        return self._read_literal(start, end)

    def _read_line_break(self, start: int, end: int) -> int:
        is_hard = self.text.endswith("  ", max(0, start - 2), start)
        if self.pieces and self.pieces[-1].kind == "text":
            last = self.pieces[-1]
            last.drop_at_end(len(last.text) - len(last.text.rstrip(" \t")))
        is_entry = self._breaks_lines and ENTRY_LINE.match(self.text, end)
        self.add("break" if is_hard or is_entry else "space", " ", start, end)
        return end

    def _read_entity(self, start: int, end: int) -> int:
        found = _ENTITY.match(self.text, start)
        shown = unescape(found[0]) if found else ""
        if found is None or shown == found[0]:
            return self._read_literal(start, end)
        self.add("text", shown, start, found.end())
        return found.end()

    def _read_angle(self, start: int, end: int) -> int:
        if self.text.startswith("<!--", start):
            closed = self.text.find("-->", start + 4)
            return closed + 3 if closed >= 0 else self._read_literal(start, end)
        if found := _AUTOLINK.match(self.text, start):
            href = found["href"] if ":" in found["href"] else f"mailto:{found['href']}"
            self.add("link", href, start, start + 1)
            self.add_text(*found.span("href"))
            self.add("link_end", "", found.end() - 1, found.end())
            return found.end()
        if found := _TAG.match(self.text, start):
            self.add("tag", found[0], start, found.end())
            return found.end()
        return self._read_literal(start, end)

    def _read_caret(self, start: int, end: int) -> int:
        if self.text.startswith("[", end) and self._held < _MOST_HELD:
            self._open_bracket("inline_note", start, start + 2)
            return start + 2
        if found := _RAISED.match(self.text, start):
            self.add("tag", "<sup>", start, start + 1)
            self.add_text(*found.span("words"))
            self.add("tag", "</sup>", found.end() - 1, found.end())
            return found.end()
        return self._read_literal(start, end)

    def _read_brace(self, start: int, end: int) -> int:
        if shortcode := read_shortcode(self.text, start):
            self._skip = (shortcode.caption.end, shortcode.end)
            return shortcode.caption.start
        return read_attributes(self.text, start) or self._read_literal(start, end)

    def _read_remark(self, start: int, end: int) -> int:
        remark = read_remark(self.text, start)
        if remark is None:
            return self._read_literal(start, end)
        self.add_text(*remark.caption)
        return remark.end

    def _read_opening(self, start: int, end: int) -> int:
        if self.text[start] == "!":
            if _NOTE_MARKER.match(self.text, start + 1):  # `scandalous![^6]`
                return self._read_literal(start, start + 1)
            self._open_bracket("image" if self._held < _MOST_HELD else "link", start, end)
            return end
        marker = _NOTE_MARKER.match(self.text, start)
        if marker is None:
            self._open_bracket("link", start, end)
            return end
        label = marker["label"]
        if label in self._context.notes or not re.search(r"\s", label):
            self.add("marker", label, start, marker.end())
        else:
            self.add("inline_note", "", start, start + 2)
            self.add_text(*marker.span("label"))
            self.add("inline_note_end", "", marker.end() - 1, marker.end())
        return marker.end()

    def _open_bracket(self, kind: PieceKind, start: int, end: int) -> None:
        piece = self.add("text", self.text[start:end], start, end)
        self._brackets.append(_Bracket(kind, piece, end, len(self._delimiters)))
        self._held += kind != "link"

    def _read_closing(self, start: int, end: int) -> int:
        if not self._brackets:
            return self._read_literal(start, end)
        opened = self._brackets.pop()
        self._held -= opened.kind != "link"
        is_inactive = len(self._brackets) < self._inactive
        self._inactive = min(self._inactive, len(self._brackets))
        if opened.kind == "inline_note":
            return self._close_bracket(opened, "", start, end)
        is_link = opened.kind == "link"
        target = None if is_inactive and is_link else self._find_target(opened, end)
        if target is None:
            return self._read_literal(start, end)
        if is_link:
            self._inactive = len(self._brackets)
            if self._is_numbered(opened.content, start, target.end):
                return self._close_marker(opened, start, target.end)
        return self._close_bracket(opened, target.href, start, target.end)

    def _is_numbered(self, content: int, start: int, end: int) -> bool:
        """Tell whether a definition's number stands alone in brackets: `[12]` or `[12][]`."""
        behind = self.text[start + 1 : end]
        return behind in {"", "[]"} and self.text[content:start].isdecimal()

    def _close_marker(self, opened: _Bracket, start: int, end: int) -> int:
        while self.pieces.pop() is not opened.piece:
            pass
        label = self.text[opened.content : start]
        self.add("marker", label, opened.content - 1, end)
        return end

    def _close_bracket(self, opened: _Bracket, text: str, start: int, end: int) -> int:
        pair_delimiters(self._delimiters[opened.delimiters :])
        del self._delimiters[opened.delimiters :]
        opened.piece.kind, opened.piece.text = opened.kind, text
        self.add(_ENDS[opened.kind], "", start, end)
        return end

    def _find_target(self, opened: _Bracket, position: int) -> Target | None:
        """What brackets that close before `position` lead to: an href, or a definition."""
        if target := find_inline_target(self.text, position):
            return target
        links = self._context.links
        reference = find_reference(self.text, opened.content, position) if links else None
        if reference is None:
            return None
        if reference.is_full:
            self._context.referred.add(reference.label)
        return Target(links[reference.label], reference.end) if reference.label in links else None


_ENDS: dict[PieceKind, PieceKind] = {"link": "link_end", "image": "image_end", "inline_note": "inline_note_end"}  # fmt: skip
_READERS: dict[str, Callable[[_Scanner, int, int], int]] = {
    "\\": _Scanner._read_escape,
    "`": _Scanner._read_code,
    "*": _Scanner._read_delimiters,
    "_": _Scanner._read_delimiters,
    "~": _Scanner._read_delimiters,
    "=": _Scanner._read_delimiters,
    "!": _Scanner._read_opening,
    "[": _Scanner._read_opening,
    "]": _Scanner._read_closing,
    "<": _Scanner._read_angle,
    "&": _Scanner._read_entity,
    "\n": _Scanner._read_line_break,
    "^": _Scanner._read_caret,
    "{": _Scanner._read_brace,
    "+": _Scanner._read_remark,
    "h": _Scanner._read_url,
}
