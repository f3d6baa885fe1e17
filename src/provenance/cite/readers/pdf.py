"""PDF -> `Document`: the body in reading order, and behind it the notes of all pages.

    pieces with places ... formats/pdf_layout.py
    words from the right . pdf_sight.py, pdf_bidi.py
    fragments, columns ... pdf_fragments.py, pdf_columns.py
    lines ................ pdf_lines.py         page furniture ..... pdf_furniture.py, pdf_rules.py
    notes at the bottom .. pdf_notes.py         paragraphs, lists .. pdf_blocks.py
    lines joined ......... pdf_joins.py         markers ............ pdf_marks.py

A sentence that runs over a page is whole in the text, since the notes that stand
between its halves are gathered behind the body. Places are pages, from 1.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.cite.patterns import lazy_pattern
from provenance.cite.readers.pdf_blocks import blocks_of, is_heading, take_listed_notes
from provenance.cite.readers.pdf_fragments import Fragment, fragments_of
from provenance.cite.readers.pdf_furniture import without_furniture
from provenance.cite.readers.pdf_joins import read_vocabulary
from provenance.cite.readers.pdf_lines import Line, lines_of
from provenance.cite.readers.pdf_marks import NoteAt, find_bracketed, tie_listed, tie_page_notes
from provenance.cite.readers.pdf_masthead import fill_metadata, title_lines
from provenance.cite.readers.pdf_notes import body_size_of, take_page_notes
from provenance.cite.readers.pdf_rules import without_underlines
from provenance.cite.readers.pdf_sight import arrange_page, in_reading_order
from provenance.cite.readers.pdf_text import TextWriter, WrittenNote
from provenance.errors import UnreadableDocument
from provenance.formats.pdf import PdfText
from provenance.formats.pdf_layout import PdfLayout, read_pdf_layout
from provenance.model import Document, Heading, Mark
from provenance.text import Span

__all__ = ["document_of", "read_pdf_document"]

_LEAST_PARAGRAPH = 200
_TITLE_PAGES = 3
_TITLE_SHARE = 0.6
_WORD = lazy_pattern(r"\w+")


def read_pdf_document(data: bytes, sha256: str) -> Document:
    """Read a PDF; call this only inside the cage, see `formats/pdf.py`.

    Raises:
        UnreadableDocument: no PDF, cut off, locked, or a scan without text.
    """
    return document_of(read_pdf_layout(data), sha256)


def document_of(layout: PdfLayout, sha256: str) -> Document:
    """Return the document that pages as laid out make.

    Raises:
        UnreadableDocument: there is no text on any page.
    """
    layout = layout._replace(pages=tuple(map(arrange_page, layout.pages)))
    layout, fragments = _without_underlines(layout)
    lines = _read_lines(layout, fragments)
    if not lines:
        raise UnreadableDocument(
            f"the PDF has {len(layout.pages)} pages and no text on any: it is a scan",
            hint="run it through text recognition (OCR) first, or hand in the text",
        )
    body_size = body_size_of(lines)
    body, notes = take_page_notes(lines, [page.rules for page in layout.pages], body_size)
    writer = TextWriter(read_vocabulary(lines))
    written = _write_body(writer, body, body_size)
    body_span = Span(0, writer.length)
    page_notes = [
        writer.write_note(note, separator="\n" if index else "\n\n")
        for index, note in enumerate(notes)
    ]
    return Document(
        text=writer.text,
        format="pdf",
        sha256=sha256,
        metadata=fill_metadata(layout.about, lines, body_size),
        links=writer.links(),
        headings=_headings_of(writer.text, written, lines, body_size, layout.about),
        marks=tuple(_marks_of(writer, body_span, written, page_notes)),
        places=writer.places(),
    )


class _Body(NamedTuple):
    """The paragraphs of the body in the text, and the lists of notes that stand among them."""

    blocks: list[tuple[Span, list[Line]]]
    lists: list[list[WrittenNote]]


def _without_underlines(layout: PdfLayout) -> tuple[PdfLayout, list[list[Fragment]]]:
    """The layout with no rules but those that part the page, and the fragments of each page."""
    fragments = [fragments_of(page) for page in layout.pages]
    pages = tuple(
        page._replace(rules=without_underlines(page.rules, here))
        for page, here in zip(layout.pages, fragments, strict=True)
    )
    return layout._replace(pages=pages), fragments


def _read_lines(layout: PdfLayout, fragments: Sequence[Sequence[Fragment]]) -> list[Line]:
    lines: list[Line] = []
    kept_by_page = without_furniture(layout.pages, fragments)
    for number, (page, kept) in enumerate(zip(layout.pages, kept_by_page, strict=True), 1):
        first_column = lines[-1].column + 1 if lines else 0
        found = lines_of(kept, number, first_column, page.links)
        if page.has_rightward:
            found = in_reading_order(found, is_mirrored=page.is_mirrored)
        lines += found
    return lines


def _write_body(writer: TextWriter, body: Sequence[Line], body_size: float) -> _Body:
    written = _Body([], [])
    lists, taken = take_listed_notes(body)
    begun = dict(lists)
    stretch: list[Line] = []
    for index in range(len(body) + 1):
        if index < len(body) and index not in taken:
            stretch.append(body[index])
            continue
        if stretch:
            blocks = blocks_of(stretch, body_size)
            written.blocks.extend((writer.write(block), block) for block in blocks)
            stretch = []
        if entries := begun.get(index):
            written.lists.append(
                [
                    writer.write_note(note, separator="\n" if number else "\n\n")
                    for number, note in enumerate(entries)
                ]
            )
    return written


def _headings_of(
    text: str, written: _Body, lines: Sequence[Line], body_size: float, about: PdfText
) -> tuple[Heading, ...]:
    """The headings with their depth by size of type; the title, on whatever page, is none."""
    title = set(title_lines([line for line in lines if line.page == lines[0].page], body_size))
    found = [
        (span, round(block[0].size))
        for span, block in written.blocks
        if is_heading(block, body_size)
        and not title.intersection(block)
        and not (block[0].page <= _TITLE_PAGES and _says_title(span.of(text), about.title or ""))
    ]
    sizes = sorted({size for _, size in found}, reverse=True)
    return tuple(
        Heading(span.start, span.end, sizes.index(size) + 1, span.of(text)) for span, size in found
    )


def _says_title(heading: str, title: str) -> bool:
    """Tell whether most of a heading's words are the title's: a summary page prints it again."""
    words, known = _WORD.findall(heading.lower()), set(_WORD.findall(title.lower()))
    return len(words) > 1 and sum(word in known for word in words) > _TITLE_SHARE * len(words)


def _marks_of(
    writer: TextWriter, body: Span, written: _Body, page_notes: Sequence[WrittenNote]
) -> Iterator[Mark]:
    text, raised = writer.text, writer.raised(body)
    notes = [NoteAt(note.label, note.page, f"page {i}") for i, note in enumerate(page_notes)]
    for note, at in zip(page_notes, notes, strict=True):
        yield note.mark(at.target, "footnotes")
    tied = tie_page_notes(text, raised, notes)
    yield from tied
    used = {mark.start for mark in tied}
    left = [one for one in raised if one.start not in used]
    start = 0
    for number, entries in enumerate(written.lists):
        name = "references" if not number else f"references {number + 1}"
        listed = {note.label: NoteAt(note.label, 0, f"{name} {note.label}") for note in entries}
        for note in entries:
            yield note.mark(listed[note.label].target, name)
        behind = entries[-1].span.end
        parts = [Span(start, entries[0].span.start)]
        if number + 1 == len(written.lists):
            parts.append(Span(behind, max(behind, body.end)))
        bracketed = [mark for part in parts for mark in find_bracketed(text, *part, listed)]
        yield from bracketed
        if not bracketed:  # who counts in brackets raises numbers for powers only
            here = [one for one in left if any(one.start in part for part in parts)]
            yield from tie_listed(text, here, listed, _end_of_masthead(written))
        start = behind


def _end_of_masthead(written: _Body) -> int:
    """Where the first paragraph begins that is longer than a title or a line of names."""
    return next(
        (span.start for span, _ in written.blocks if span.end - span.start > _LEAST_PARAGRAPH), 0
    )
