"""One story of a Word file, its body or a note, as paragraphs of pieces: what a reader of the page sees.

Tracked changes are shown as accepted; comments, hidden text and the instructions of
fields are left out; text boxes stand behind the paragraph that they are anchored in.
`docx_walk` makes it.
"""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.formats.docx import XmlElement

__all__ = [
    "Paragraph",
    "Piece",
    "PieceKind",
    "Story",
    "join_addresses",
    "join_paragraphs",
    "raise_numbers",
]

# An address that goes on behind a line break typed to fit it to the page; a slash may also end one.
_UNFINISHED_ADDRESS = lazy_pattern(r"(?:https?://|www\.)\S*(?:[_=&?%~+-]|(?P<slash>/))")
_REST = lazy_pattern(r"[\w%]")
_REST_OF_PATH = lazy_pattern(r"[\w%~-]*[/_=.?&%][\w/]")
_MAX_ADDRESS_CHARS = 2000
# Numbers of notes that were typed and raised: `1`, `2, 3`, `4–6`.
_RAISED_NUMBERS = lazy_pattern(
    r"[^\S\n]*[0-9]{1,3}(?:[ \u00a0]?[,–-][ \u00a0]?[0-9]{1,3}){0,20}[^\S\n]*"
)
_RAISED_DIGITS = str.maketrans("0123456789–-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")

PieceKind = Literal["text", "footnote", "endnote", "own number", "page break"]


class Piece(NamedTuple):
    """A run of characters, or a thing that stands among them.

    A "footnote" or "endnote" is a reference to the note `note_id`; its `text` is the
    mark that the author typed for it, empty where Word counts, and `bookmark` is set
    instead of `note_id` where a NOTEREF points to the number a second time. "own number" is
    where a note shows its own number. `is_raised` says of text that it is superscript. `address` is the target of the link around it.
    `element` is the `w:t` that holds the text, which begins behind `skipped` blanks of it; None for what was not typed.
    """

    kind: PieceKind
    text: str = ""
    address: str | None = None
    note_id: str = ""
    bookmark: str = ""
    is_raised: bool = False
    element: XmlElement | None = None
    skipped: int = 0


@dataclass
class Paragraph:
    """One paragraph; `section` is the sectPr of the section that ends with it.

    `number` is what Word prints in front of it where it stands in a numbered list, with what parts the two.
    """

    pieces: list[Piece] = field(default_factory=list)
    level: int | None = None
    is_title: bool = False
    section: XmlElement | None = None
    properties: XmlElement | None = None
    number: str = ""
    is_joined: bool = False  # its mark is deleted: the next paragraph goes on with it
    boxed: list["Paragraph"] = field(default_factory=list)


@dataclass
class Story:
    """The paragraphs of a story in reading order, and what was noticed on the way.

    `bookmarks` leads from a bookmark to the note whose reference stands in it,
    `dropped` holds the notes whose references are deleted or hidden, `languages`
    counts the characters in each language, and `embeds` says that another file is embedded whole.
    """

    paragraphs: list[Paragraph] = field(default_factory=list)
    bookmarks: dict[str, tuple[str, str]] = field(default_factory=dict)
    dropped: set[tuple[str, str]] = field(default_factory=set)
    languages: dict[str, int] = field(default_factory=dict)
    embeds: bool = False

    @property
    def has_text(self) -> bool:
        """Whether anything stands in it but white space."""
        return any(piece.text.strip() for one in self.paragraphs for piece in one.pieces)


def join_paragraphs(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Join a paragraph whose mark is deleted with the next one, whose look the whole then has."""
    joined: list[Paragraph] = []
    before: list[Piece] = []
    for paragraph in paragraphs:
        before += paragraph.pieces
        if paragraph.is_joined and paragraph.section is None:
            continue
        paragraph.pieces, before = before, []
        joined.append(paragraph)
    return [*joined, Paragraph(before)] if before else joined


def join_addresses(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without the line breaks that stand inside an address."""
    joined: list[Piece] = []
    word = ""
    for index, piece in enumerate(pieces):
        if piece.text == "\n" and index + 1 < len(pieces):
            found = _UNFINISHED_ADDRESS.fullmatch(word.lstrip('([<“"'))
            rest = _REST_OF_PATH if found and found["slash"] else _REST
            if found and rest.match(pieces[index + 1].text):
                continue
        said = word + piece.text
        word = "" if not said or said[-1].isspace() else said.split()[-1][-_MAX_ADDRESS_CHARS:]
        joined.append(piece)
    return joined


def raise_numbers(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with raised numbers in raised digits, as they are seen: `fell.¹²`, `10²`."""
    written: list[Piece] = []
    for is_raised, run in groupby(pieces, key=lambda piece: piece.is_raised):
        together = list(run)
        if is_raised and _RAISED_NUMBERS.fullmatch("".join(piece.text for piece in together)):
            together = [one._replace(text=one.text.translate(_RAISED_DIGITS)) for one in together]
        written += together
    return written
