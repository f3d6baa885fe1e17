"""Word files (.docx, .docm): the body in reading order, then the footnotes, then the endnotes.

Paragraphs stand between blank lines. A reference to a note is written `[4]`, whatever
the author's brackets around it, and the note `[4] words`, each on its own lines behind the body;
both are declared as marks. A mark that the author typed is written the same way (`[*]`);
a note that begins with its own typed mark keeps it as it is. Numbers are those that Word prints,
those in front of the paragraphs of a numbered list too.
"""

from collections.abc import Mapping
from typing import NamedTuple

from provenance.cite.readers.docx_about import find_parts_faults, read_about
from provenance.cite.readers.docx_lists import ListSheet, number_paragraphs
from provenance.cite.readers.docx_numbers import (
    Counting,
    NumberedNote,
    Reference,
    number_notes,
    read_counting,
)
from provenance.cite.readers.docx_story import PieceKind, Story
from provenance.cite.readers.docx_styles import StyleSheet
from provenance.cite.readers.docx_walk import read_story
from provenance.cite.readers.docx_writing import Numbers, PlacedNote, Writing
from provenance.errors import UnreadableDocument
from provenance.formats.docx import (
    WordPackage,
    XmlElement,
    attribute_of,
    child_of,
    children_of,
    name_of,
)
from provenance.model import Document

__all__ = ["TypedPlace", "find_typed_places", "read_docx"]

_KINDS: tuple[PieceKind, ...] = ("footnote", "endnote")
_SAVE_ANEW = "open it in Word or LibreOffice and save it anew as .docx"
# The lines that Word draws above notes are kept as notes of these types.
_NO_NOTES = frozenset({"separator", "continuationSeparator", "continuationNotice"})


class TypedPlace(NamedTuple):
    """Where in the file a stretch of the text stands: in which element of which part.

    `element` counts the elements of the part in the order of their start tags, from 0;
    the text begins behind the first `skipped` characters of it.
    """

    start: int
    end: int
    part: str
    element: int
    skipped: int


def read_docx(data: bytes, sha256: str) -> Document:
    """Return the document that a Word file holds; tracked changes are shown as accepted.

    `places` give the paragraph, counted from 1 over the body with its tables and text boxes
    (empty paragraphs count), and inside a note the note and its own paragraph.

    Raises:
        UnreadableDocument: broken, hostile, encrypted, no Word file, or without any text.
    """
    package = WordPackage(data)
    return _read(package, sha256)[0]


def find_typed_places(data: bytes) -> list[TypedPlace]:
    """Return where each stretch of a Word file's text is typed, in the order of the text.

    What is not covered was not typed: numbers, blank lines, tabs, symbols.

    Raises:
        UnreadableDocument: as `read_docx`.
    """
    package = WordPackage(data)
    typed = _read(package, "")[1].typed
    names = {"w:document": package.main}
    names |= {f"w:{kind}s": package.find_related(package.main, f"{kind}s") or "" for kind in _KINDS}
    counted: dict[XmlElement, dict[XmlElement, int]] = {}
    found = []
    for one in typed:
        root = one.element.getroottree().getroot()
        if root not in counted:
            counted[root] = {element: number for number, element in enumerate(root.iter())}
        place = counted[root][one.element]
        found.append(TypedPlace(one.start, one.end, names[name_of(root)], place, one.skipped))
    return found


def _read(package: WordPackage, sha256: str) -> tuple[Document, Writing]:
    styles = StyleSheet.read(_read_related(package, "styles"))
    settings = _read_related(package, "settings")
    body = _read_body(package, styles)
    writing = Writing(body)
    stories: list[Story] = [body]
    countings: list[Counting] = []
    notes: list[PlacedNote] = []
    for kind in _KINDS:
        found = _read_notes(package, kind, styles, _is_referred_to(body, kind))
        counted = _count_sections(body, kind, settings)
        numbers, placed = _number(body, kind, found, counted)
        writing.numbers |= numbers
        notes += placed
        stories += found.values()
        countings += counted if numbers else []
    writing.write(notes)
    if not writing.text.strip():
        raise UnreadableDocument("the Word file holds no text", hint="is it the right file?")
    document = Document(
        text=writing.text,
        format="docx",
        sha256=sha256,
        metadata=read_about(package, body, stories, writing.text),
        links=tuple(writing.links),
        headings=tuple(writing.headings),
        marks=tuple(sorted(writing.marks, key=lambda mark: mark.start)),
        findings=tuple(find_parts_faults(body, countings, notes, writing)),
        places=tuple(writing.places),
    )
    return document, writing


def _read_body(package: WordPackage, styles: StyleSheet) -> Story:
    root = package.read_part(package.main)
    content = child_of(root, "w:body")
    if content is None:
        raise UnreadableDocument(
            f"{package.main} inside the Word file holds no body but {name_of(root)}",
            hint=_SAVE_ANEW,
        )
    body = read_story(content, styles, package.find_addresses(package.main))
    if body.embeds and not body.has_text:
        raise UnreadableDocument(
            "the Word file only embeds another document, which Word takes in when it saves",
            hint="open it in Word and save it anew as .docx",
        )
    lists = ListSheet.read(_read_related(package, "numbering"), styles)
    number_paragraphs(body.paragraphs, lists, styles)
    return body


def _read_related(package: WordPackage, kind: str) -> XmlElement | None:
    name = package.find_related(package.main, kind)
    return package.read_part(name) if name is not None and name in package else None


def _is_referred_to(body: Story, kind: PieceKind) -> bool:
    return any(piece.kind == kind and piece.note_id for one in body.paragraphs for piece in one.pieces)  # fmt: skip


def _read_notes(
    package: WordPackage, kind: PieceKind, styles: StyleSheet, is_needed: bool
) -> dict[str, Story]:
    """The notes of a kind by their ids, in the order of the file.

    Raises:
        UnreadableDocument: the body refers to such notes and their part is missing or is something else.
    """
    name = package.find_related(package.main, f"{kind}s")
    if name is None or (name not in package and not is_needed):
        if not is_needed:
            return {}
        name = f"word/{kind}s.xml"
    root = package.read_part(name)
    if name_of(root) != f"w:{kind}s":
        raise UnreadableDocument(
            f"{name} inside the Word file should hold {kind}s and holds {name_of(root)}",
            hint=_SAVE_ANEW,
        )
    addresses = package.find_addresses(name)
    notes: dict[str, Story] = {}
    for element in children_of(root, f"w:{kind}"):
        if attribute_of(element, "w:type") not in _NO_NOTES:
            notes.setdefault(
                attribute_of(element, "w:id") or "", read_story(element, styles, addresses)
            )
    return notes


def _count_sections(body: Story, kind: PieceKind, settings: XmlElement | None) -> list[Counting]:
    """How notes of a kind are counted in each section of the body, in order; at least one."""
    sections = [one.section for one in body.paragraphs if one.section is not None]
    return [read_counting(kind, section, settings) for section in (*sections, None)]


def _number(
    body: Story, kind: PieceKind, found: Mapping[str, Story], countings: list[Counting]
) -> tuple[Numbers, list[PlacedNote]]:
    """The printed number of each note, and the notes in the order in which they are printed.

    Notes that nothing refers to have no number: they come last, named by their id.
    """
    references = _references_of(body, kind)
    numbered = dict(
        zip((one.note_id for one in references), number_notes(references, countings), strict=True)
    )
    typed = {one.note_id: one.typed for one in reversed(references)}
    notes = [
        PlacedNote(kind, note_id, number.label, _name_of_list(kind, number), typed[note_id], found[note_id])
        for note_id, number in numbered.items()
        if note_id in found
    ]  # fmt: skip
    notes += [
        PlacedNote(kind, note_id, f"id{note_id}", f"{kind}s", "", story)
        for note_id, story in found.items()
        if note_id not in numbered and (kind, note_id) not in body.dropped and story.has_text
    ]
    return {(kind, note_id): number.label for note_id, number in numbered.items()}, notes


def _name_of_list(kind: PieceKind, number: NumberedNote) -> str:
    return f"{kind}s {number.round + 1}" if number.round else f"{kind}s"


def _references_of(body: Story, kind: PieceKind) -> list[Reference]:
    """The references of a kind in the order of the body, with their section and page."""
    references = []
    section = page = 0
    for paragraph in body.paragraphs:
        for piece in paragraph.pieces:
            page += piece.kind == "page break"
            if piece.kind == kind and piece.note_id:
                typed = " ".join(piece.text.split())
                references.append(Reference(piece.note_id, typed, section, page))
        section += paragraph.section is not None
    return references
