"""The walk over the XML of one story: from elements to the pieces that a reader of the page sees.

It never recurses, however deep tables and content controls are nested: one table
says what is done on entering an element, another what on leaving it.
"""

from collections.abc import Mapping

from provenance.cite.readers.docx_fields import FieldStack, join_address
from provenance.cite.readers.docx_story import (
    Paragraph,
    Piece,
    PieceKind,
    Story,
    join_addresses,
    join_paragraphs,
    raise_numbers,
)
from provenance.cite.readers.docx_styles import StyleSheet
from provenance.cite.readers.docx_symbols import read_symbol
from provenance.formats.docx import XmlElement, attribute_of, child_of, name_of

__all__ = ["read_story"]

_SKIPPED = frozenset(
    """w:pPr w:rPr w:sdtPr w:sdtEndPr w:tblPr w:tblGrid w:trPr w:tcPr w:tblPrEx w:rt w:delText
    w:customXmlPr w:smartTagPr w:fldData w:rubyPr m:rPr m:ctrlPr""".split()
)
_DELETED = frozenset({"w:del", "w:moveFrom"})
# What says of a row or a cell of a table that it is deleted.
_DELETED_PART = {"w:tr": ("w:trPr", "w:del"), "w:tc": ("w:tcPr", "w:cellDel")}
_CHARACTERS = {
    "w:tab": "\t",
    "w:ptab": "\t",
    "w:br": "\n",
    "w:cr": "\n",
    "w:noBreakHyphen": "\u2011",
    "w:softHyphen": "\u00ad",
}
_REFERENCES: dict[str, PieceKind] = {
    "w:footnoteReference": "footnote",
    "w:endnoteReference": "endnote",
}
_BLANKS = str.maketrans("\r\n", "  ")
_XML_BLANKS = " \t\r\n"


def read_story(root: XmlElement, styles: StyleSheet, addresses: Mapping[str, str]) -> Story:
    """Return what stands in a body or a note; `addresses` are the links of its part, by relationship id."""
    first = _Walk(styles, addresses, frozenset())
    story = first.read(root)
    if not first.fields.unfinished:
        return story
    # a field that is never shown would swallow all that is behind it: read again without it
    return _Walk(styles, addresses, frozenset(first.fields.unfinished)).read(root)


class _Walk:
    """The walk over one story; `broken` are the beginnings of fields that never come to their result."""

    def __init__(
        self, styles: StyleSheet, addresses: Mapping[str, str], broken: frozenset[int]
    ) -> None:
        self.story = Story()
        self.fields = FieldStack(broken)
        self._styles = styles
        self._addresses = addresses
        self._open: list[Paragraph] = []
        self._links: list[str | None] = []
        self._run: XmlElement | None = None
        self._is_hidden = False
        self._mark: int | None = None  # index of the reference whose typed mark follows
        self._around_boxes: list[tuple[XmlElement | None, bool, int | None]] = []
        self._deleted = 0
        self._bookmarks: dict[str, str] = {}

    def read(self, root: XmlElement) -> Story:
        stack: list[tuple[XmlElement, bool]] = [(root, False)]
        while stack:
            element, is_left = stack.pop()
            name = name_of(element)
            if is_left:
                _LEAVE[name](self, element)
                continue
            if name in _SKIPPED:
                continue
            entering = _ENTER.get(name)
            if entering is not None:
                entering(self, element)
            if name in _LEAVE:
                stack.append((element, True))
            stack.extend((child, False) for child in reversed(_content_of(element, name)))
        self.fields.leave_box()
        self.story.paragraphs = join_paragraphs(self.story.paragraphs)
        for paragraph in self.story.paragraphs:
            paragraph.pieces = raise_numbers(join_addresses(paragraph.pieces))
        return self.story

    # paragraphs

    def enter_paragraph(self, element: XmlElement) -> None:
        properties = child_of(element, "w:pPr")
        mark = child_of(properties, "w:rPr")
        is_deleted = any(child_of(mark, name) is not None for name in _DELETED)
        self._open.append(
            Paragraph(
                level=self._styles.heading_level(properties),
                is_title=self._styles.is_title(properties),
                section=child_of(properties, "w:sectPr"),
                properties=properties,
                is_joined=is_deleted,
            )
        )

    def leave_paragraph(self, _element: XmlElement) -> None:
        ended = self._open.pop()
        if self._deleted:
            return
        behind = self._open[-1].boxed if self._open else self.story.paragraphs
        behind.extend((ended, *ended.boxed))

    def enter_box(self, _element: XmlElement) -> None:
        self.fields.enter_box()
        self._around_boxes.append((self._run, self._is_hidden, self._mark))
        self._run, self._mark = None, None

    def leave_box(self, _element: XmlElement) -> None:
        self.fields.leave_box()
        self._run, self._is_hidden, self._mark = self._around_boxes.pop()

    def end_body(self, element: XmlElement) -> None:
        if self.story.paragraphs and not self._open:
            last = self.story.paragraphs[-1]
            last.section = element if last.section is None else last.section

    def enter_deleted(self, _element: XmlElement) -> None:
        self._deleted += 1

    def leave_deleted(self, _element: XmlElement) -> None:
        self._deleted -= 1

    def enter_part(self, element: XmlElement) -> None:
        self._deleted += child_of(element, *_DELETED_PART[name_of(element)]) is not None

    def leave_part(self, element: XmlElement) -> None:
        self._deleted -= child_of(element, *_DELETED_PART[name_of(element)]) is not None

    # runs and what stands in them

    def enter_run(self, element: XmlElement) -> None:
        self._run = child_of(element, "w:rPr")
        self._is_hidden = self._styles.is_hidden(
            self._open[-1].properties if self._open else None, self._run
        )

    def leave_run(self, _element: XmlElement) -> None:
        self._run = None
        self._is_hidden = False
        self._mark = None

    def add_text(self, element: XmlElement) -> None:
        text = element.text or ""
        blanks = "" if attribute_of(element, "xml:space") == "preserve" else _XML_BLANKS
        skipped = len(text) - len(text.lstrip(blanks))
        self._add(text.strip(blanks).translate(_BLANKS), element, skipped)

    def add_character(self, element: XmlElement) -> None:
        if attribute_of(element, "w:type") == "page":
            self._add_piece(Piece("page break"))
        self._add(_CHARACTERS[name_of(element)])

    def add_symbol(self, element: XmlElement) -> None:
        said = attribute_of(element, "w:char") or ""
        self._add(read_symbol(attribute_of(element, "w:font") or "", said))

    def add_page_break(self, _element: XmlElement) -> None:
        self._add_piece(Piece("page break"))

    def add_own_number(self, _element: XmlElement) -> None:
        if not self._is_hidden:
            self._add_piece(Piece("own number"))

    def add_reference(self, element: XmlElement) -> None:
        kind = _REFERENCES[name_of(element)]
        note_id = attribute_of(element, "w:id") or ""
        if self._deleted or self._is_hidden or not self._open:
            self.story.dropped.add((kind, note_id))
            return
        for name in self._bookmarks.values():
            self.story.bookmarks.setdefault(name, (kind, note_id))
        self._add_piece(Piece(kind, "", None, note_id))
        typed = attribute_of(element, "w:customMarkFollows") or "0"
        if typed.lower() in {"1", "true", "on"} and self._open[-1].pieces:
            self._mark = len(self._open[-1].pieces) - 1

    def start_bookmark(self, element: XmlElement) -> None:
        self._bookmarks[attribute_of(element, "w:id") or ""] = attribute_of(element, "w:name") or ""

    def end_bookmark(self, element: XmlElement) -> None:
        self._bookmarks.pop(attribute_of(element, "w:id") or "", None)

    def note_embedded(self, _element: XmlElement) -> None:
        self.story.embeds = True

    # fields and links

    def take_field_mark(self, element: XmlElement) -> None:
        if not self._deleted:
            self.fields.mark(attribute_of(element, "w:fldCharType"))

    def take_instruction(self, element: XmlElement) -> None:
        if not self._deleted:
            self.fields.instruct(element.text or "")

    def enter_simple_field(self, element: XmlElement) -> None:
        self.fields.open_simple(attribute_of(element, "w:instr") or "")

    def leave_simple_field(self, _element: XmlElement) -> None:
        self.fields.close_simple()

    def enter_link(self, element: XmlElement) -> None:
        target = self._addresses.get(attribute_of(element, "r:id") or "", "")
        anchor = attribute_of(element, "w:anchor") or attribute_of(element, "w:docLocation")
        self._links.append(join_address(target, anchor))

    def leave_link(self, _element: XmlElement) -> None:
        self._links.pop()

    # what all of them add to

    def _add(self, text: str, element: XmlElement | None = None, skipped: int = 0) -> None:
        if not text or self._deleted or self._is_hidden or not self._open:
            return
        paragraph = self._open[-1]
        if self._mark is not None:
            marked = paragraph.pieces[self._mark]
            paragraph.pieces[self._mark] = marked._replace(text=marked.text + text)
            return
        if not self.fields.is_shown:
            self.fields.instruct(text)
            return
        language = self._styles.language(paragraph.properties, self._run)
        if language:
            self.story.languages[language] = self.story.languages.get(language, 0) + len(text)
        bookmark, is_raised = self.fields.repeated or ("", False)
        is_raised_run = self._styles.is_raised(self._run)
        if bookmark and (is_raised or is_raised_run):
            self._add_piece(Piece("footnote", text, None, "", bookmark))
        else:
            address = next((link for link in reversed(self._links) if link), self.fields.address)
            self._add_piece(Piece("text", text, address, "", "", is_raised_run, element, skipped))

    def _add_piece(self, piece: Piece) -> None:
        if self._open and self.fields.is_shown and not self._deleted:
            self._open[-1].pieces.append(piece)


def _content_of(element: XmlElement, name: str) -> list[XmlElement]:
    """The children to walk: of alternatives only the first, which is what Word shows."""
    if name == "w:sectPr":
        return []
    children = list(element)
    if name != "mc:AlternateContent":
        return children
    chosen = [child for child in children if name_of(child) == "mc:Choice"] or children
    return chosen[:1]


_ENTER = {
    "w:p": _Walk.enter_paragraph,
    "w:r": _Walk.enter_run,
    "w:t": _Walk.add_text,
    "m:t": _Walk.add_text,
    "w:sym": _Walk.add_symbol,
    "w:lastRenderedPageBreak": _Walk.add_page_break,
    "w:footnoteRef": _Walk.add_own_number,
    "w:endnoteRef": _Walk.add_own_number,
    "w:bookmarkStart": _Walk.start_bookmark,
    "w:bookmarkEnd": _Walk.end_bookmark,
    "w:altChunk": _Walk.note_embedded,
    "w:fldChar": _Walk.take_field_mark,
    "w:instrText": _Walk.take_instruction,
    "w:fldSimple": _Walk.enter_simple_field,
    "w:hyperlink": _Walk.enter_link,
    "w:txbxContent": _Walk.enter_box,
    "w:sectPr": _Walk.end_body,
    **dict.fromkeys(_DELETED_PART, _Walk.enter_part),
    **dict.fromkeys(_DELETED, _Walk.enter_deleted),
    **dict.fromkeys(_CHARACTERS, _Walk.add_character),
    **dict.fromkeys(_REFERENCES, _Walk.add_reference),
}
_LEAVE = {
    "w:p": _Walk.leave_paragraph,
    "w:r": _Walk.leave_run,
    "w:fldSimple": _Walk.leave_simple_field,
    "w:hyperlink": _Walk.leave_link,
    "w:txbxContent": _Walk.leave_box,
    **dict.fromkeys(_DELETED_PART, _Walk.leave_part),
    **dict.fromkeys(_DELETED, _Walk.leave_deleted),
}
