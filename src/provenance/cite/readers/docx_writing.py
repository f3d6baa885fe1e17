"""The text of a Word file as it is written down: with its links, headings, marks and places."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.docx_story import Paragraph, Piece, PieceKind, Story
from provenance.formats.docx import XmlElement
from provenance.model import Heading, Link, Mark, Place, PlaceAt

__all__ = ["Numbers", "PlacedNote", "Typed", "Writing"]

# (kind, note id) -> what is printed for it
Numbers = dict[tuple[str, str], str]

_CLOSING = {"(": ")", "[": "]"}
_BETWEEN_PARAGRAPHS = "\n\n"
# What authors type behind a note's own number: `(3)`, `3.`, `3/`, and a tab or blanks.
_BEHIND_NUMBER = lazy_pattern(r"[)\].:/]?\s*")
# How far into a note its own number may stand, as in `(3)`.
_NUMBER_WITHIN_CHARS = 4
_MOST_DIGITS = 9


class PlacedNote(NamedTuple):
    """A note with its printed label, the mark that was typed for it (or none) and the list it stands in."""

    kind: PieceKind
    note_id: str
    label: str
    list: str
    typed: str
    story: Story


class Typed(NamedTuple):
    """A stretch of the text that one `w:t` holds, behind `skipped` blanks that do not count."""

    start: int
    end: int
    element: XmlElement
    skipped: int


class Writing:
    """The text as it grows. `numbers` has to be filled before anything is written."""

    def __init__(self, body: Story) -> None:
        self.numbers: Numbers = {}
        self.links: list[Link] = []
        self.headings: list[Heading] = []
        self.marks: list[Mark] = []
        self.places: list[PlaceAt] = []
        self.typed: list[Typed] = []
        self._body = body
        self._parts: list[str] = []
        self._length = 0

    @property
    def text(self) -> str:
        """All that was written so far."""
        return "".join(self._parts)

    def write(self, notes: Sequence[PlacedNote]) -> None:
        """Write the body, then the notes in the order given."""
        self._write_body()
        for note in notes:
            self._write_note(note)

    def _write_body(self) -> None:
        """Write the paragraphs of the body; one that shows nothing is counted and leaves no trace."""
        for number, paragraph in enumerate(self._body.paragraphs, 1):
            pieces = _settle_markers(paragraph, self._body)
            is_empty = not any(piece.text.strip() or piece.note_id for piece in pieces)
            if is_empty and not paragraph.number:
                continue
            start = self._begin_paragraph(Place(paragraph=number), _BETWEEN_PARAGRAPHS)
            self._add(paragraph.number)
            self._write_pieces(pieces, self._write_marker)
            if paragraph.level is not None:
                said = "".join(piece.text for piece in pieces if piece.kind == "text")
                if title := " ".join(said.split()):
                    self.headings.append(Heading(start, self._length, paragraph.level, title))

    def _write_note(self, note: PlacedNote) -> None:
        """Write a note on lines of its own, with its label in front or where it shows its number itself."""
        first, body = self._length, None
        place: int | str = int(note.label) if _is_number(note.label) else note.label
        for number, paragraph in enumerate(note.story.paragraphs, 1):
            if body is not None and not _has_text(paragraph):
                continue
            between = _BETWEEN_PARAGRAPHS if body is None else "\n"
            start = self._begin_paragraph(Place(paragraph=number, note=place), between)
            if body is None:
                first = start
                body = self._write_labelled(note, paragraph)
            else:
                self._write_pieces(paragraph.pieces, self._write_plain_number)
        if body is None:
            first = self._begin_paragraph(Place(paragraph=1, note=place), _BETWEEN_PARAGRAPHS)
            self._add(f"[{note.label}]")
            body = self._length
        target = f"{note.kind} {note.note_id}"
        self.marks.append(Mark(first, self._length, note.label, "note", target, body, note.list))

    def _write_labelled(self, note: PlacedNote, paragraph: Paragraph) -> int:
        """Write a note's first paragraph; return where its words begin."""
        before = ""
        for index, piece in enumerate(paragraph.pieces):
            if piece.kind == "own number":
                return self._write_own_number(note, paragraph.pieces, index)
            before += piece.text
            if len(before) > _NUMBER_WITHIN_CHARS:
                break
        said = "".join(piece.text for piece in paragraph.pieces)
        begins = len(said) - len(said.lstrip())
        if note.typed and said.startswith(note.typed, begins):
            start = self._length
            self._write_pieces(paragraph.pieces, self._write_plain_number)
            end = begins + len(note.typed)
            behind = _BEHIND_NUMBER.match(said, end)
            return start + (behind.end() if behind else end)
        self._add(f"[{note.label}] ")
        body = self._length
        self._write_pieces(paragraph.pieces, self._write_plain_number)
        return body

    def _write_own_number(self, note: PlacedNote, pieces: list[Piece], index: int) -> int:
        self._write_pieces(pieces[:index], self._write_plain_number)
        self._add(self._in_brackets(note.label, pieces[index + 1 :]))
        body = self._length
        rest = [
            piece._replace(kind="text", text=note.label) if piece.kind == "own number" else piece
            for piece in pieces[index + 1 :]
        ]
        said = "".join(piece.text for piece in rest)
        if said and not said[0].isspace() and said[0] not in ")].:/":
            self._add(" ")
            body = self._length
        self._write_pieces(rest, self._write_plain_number)
        behind = _BEHIND_NUMBER.match(said)
        return min(self._length, body + (behind.end() if behind else 0))

    def _begin_paragraph(self, place: Place, between: str) -> int:
        if self._length:
            self._add(between)
        self.places.append(PlaceAt(self._length, place))
        return self._length

    def _write_pieces(
        self, pieces: list[Piece], write_reference: Callable[[Piece, list[Piece]], None]
    ) -> None:
        for index, piece in enumerate(pieces):
            if piece.kind == "text":
                self._write_text(piece)
            elif piece.kind in {"footnote", "endnote"}:
                write_reference(piece, pieces[index + 1 : index + 2])

    def _write_text(self, piece: Piece) -> None:
        start = self._length
        self._add(piece.text)
        if piece.element is not None:
            self.typed.append(Typed(start, self._length, piece.element, piece.skipped))
        if not piece.address:
            return
        # Word ends and begins a link anew wherever its looks change
        if self.links and self.links[-1].end == start and self.links[-1].href == piece.address:
            start = self.links.pop().start
        self.links.append(Link(start, self._length, piece.address))

    def _write_marker(self, piece: Piece, behind: list[Piece]) -> None:
        label = self.numbers.get((piece.kind, piece.note_id)) or piece.text
        start = self._length
        shown = self._in_brackets(label, behind)
        self._add(shown)
        around = len(shown) == len(label)  # the author's own brackets belong to the marker
        target = f"{piece.kind} {piece.note_id}"
        self.marks.append(Mark(start - around, self._length + around, label, "marker", target))

    def _write_plain_number(self, piece: Piece, _behind: list[Piece]) -> None:
        """In a note the number of another note is prose: "see note 4"."""
        self._add(piece.text)

    def _in_brackets(self, label: str, behind: list[Piece]) -> str:
        """A label in brackets, or bare where the author's own stand around it, as in `(3)`."""
        before = self._parts[-1][-1:] if self._parts else ""
        closing = _CLOSING.get(before)
        is_held = closing is not None and bool(behind) and behind[0].text.startswith(closing)
        return label if is_held else f"[{label}]"

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _settle_markers(paragraph: Paragraph, body: Story) -> list[Piece]:
    """Turn numbers that a NOTEREF shows into references to their notes, or into plain text where there is none."""
    settled: list[Piece] = []
    for piece in paragraph.pieces:
        if not piece.bookmark:
            settled.append(piece)
            continue
        referred = body.bookmarks.get(piece.bookmark)
        if referred is None:
            settled.append(piece._replace(kind="text"))
        elif not (settled and settled[-1].bookmark == piece.bookmark):
            kind: PieceKind = "endnote" if referred[0] == "endnote" else "footnote"
            settled.append(piece._replace(kind=kind, note_id=referred[1]))
    return settled


def _is_number(label: str) -> bool:
    # what is longer is no number that Word counts to, and Python reads no more than 4,300 digits
    return label.isascii() and label.isdigit() and len(label) <= _MOST_DIGITS


def _has_text(paragraph: Paragraph) -> bool:
    return any(piece.text.strip() for piece in paragraph.pieces)
