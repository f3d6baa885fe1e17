"""Markdown: the rendered text in reading order, with the way back to the source for every character.

Read as the writers of notes use it: CommonMark and GFM with the footnotes of PHP
Markdown Extra, kramdown, Pandoc and Obsidian. Definitions may stand anywhere in
the file; none is dropped because nothing refers to it or because another one has its label.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from provenance.cite.readers.markdown_blocks import Block, read_blocks
from provenance.cite.readers.markdown_front import read_front_matter
from provenance.cite.readers.markdown_inline import InlineContext, scan_inline
from provenance.cite.readers.markdown_listed import Page, find_listed_notes
from provenance.cite.readers.markdown_pieces import Piece
from provenance.cite.readers.markdown_targets import normalize_label, unescape_markdown
from provenance.cite.readers.markdown_writer import MarkdownWriter
from provenance.model import Document, Finding, Heading, Mark, Metadata
from provenance.text import Span

__all__ = ["read_markdown"]


def read_markdown(source: str, sha256: str, findings: tuple[Finding, ...] = ()) -> Document:
    """Return the document that a Markdown text renders to."""
    front = read_front_matter(source)
    blocks = read_blocks(source, front.end)
    context = _context_of(source, blocks)
    scanned = [_scan_block(source, block, context) for block in blocks]
    marked = {
        piece.text for runs in scanned for run in runs for piece in run if piece.kind == "marker"
    }
    writer = MarkdownWriter(source, _first_free_number(blocks))
    for block, runs in zip(blocks, scanned, strict=True):
        writer.write(block, runs, is_note=_is_numbered_note(block, marked, context))
    text, offsets = writer.made.build()
    links = tuple(sorted(writer.links, key=lambda link: (link.start, link.end)))
    notes = [mark for mark in writer.marks if mark.role == "note"]
    anchors = {
        name: writer.made.first_content_after(place) for name, place in writer.anchors.items()
    }
    page = Page(text, writer.leaves, links, anchors, writer.raised)
    listed = [] if notes else find_listed_notes(page)
    headings = _titled(text, writer.headings, writer.marks)
    return Document(
        text=text,
        format="markdown",
        sha256=sha256,
        metadata=_with_title(front.metadata, headings),
        links=links,
        headings=headings,
        citations=tuple(writer.citations),
        marks=tuple(_tie_marks([*writer.marks, *listed])),
        findings=findings,
        source=source,
        offsets=offsets,
    )


def _titled(
    text: str, headings: Iterable[tuple[Span, int]], marks: Iterable[Mark]
) -> tuple[Heading, ...]:
    """The headings with their titles, which markers are no part of."""
    markers = sorted((mark.start, mark.end) for mark in marks if mark.role == "marker")
    titled = []
    for span, level in sorted(headings):
        words, position = "", span.start
        first = bisect_left(markers, (span.start, 0))
        for start, end in markers[first : bisect_left(markers, (span.end, 0))]:
            words, position = words + text[position:start], end
        words += text[position : span.end]
        titled.append(Heading(span.start, span.end, level, " ".join(words.split())))
    return tuple(titled)


def _context_of(source: str, blocks: Iterable[Block]) -> InlineContext:
    links: dict[str, str] = {}
    for block in blocks:
        if block.definition is not None:
            href = block.definition.href.of(source).removeprefix("<").removesuffix(">")
            links.setdefault(normalize_label(block.definition.label), unescape_markdown(href))
    notes = frozenset(block.name for block in blocks if block.kind == "note")
    return InlineContext(links, notes, set())


def _scan_block(source: str, block: Block, context: InlineContext) -> list[list[Piece]]:
    if block.kind == "row":
        return [scan_inline(source, (cell,), context) for cell in block.lines]
    if block.kind in {"paragraph", "heading"} and block.lines:
        return [scan_inline(source, block.lines, context, breaks_lines=block.breaks_lines)]
    return []


def _first_free_number(blocks: Iterable[Block]) -> int:
    """Notes inside the text count on from the highest number that a definition has."""
    numbers = (
        int(b.name) for b in blocks if b.kind == "note" and b.name.isdecimal() and len(b.name) < 6
    )
    return max(numbers, default=0) + 1


def _is_numbered_note(block: Block, marked: set[str], context: InlineContext) -> bool:
    """Tell whether `[12]: https://…` is a note: the text has `[12]`, or other numbers of its kind."""
    if block.definition is None or not block.definition.label.isdecimal():
        return False
    label = block.definition.label
    return label in marked or (
        label not in context.referred
        and any(other.isdecimal() and other in context.links for other in marked)
    )


def _with_title(metadata: Metadata, headings: Sequence[Heading]) -> Metadata:
    """Where no front matter says the title, the first heading is it, if it is one of the top."""
    if metadata.title or not headings or headings[0].level != 1:
        return metadata
    return replace(metadata, title=headings[0].title)


def _tie_marks(marks: Iterable[Mark]) -> list[Mark]:
    """Marks in order; a marker whose label no note has leads to the one that differs in case only."""
    ordered = sorted(marks, key=lambda mark: (mark.start, mark.end))
    targets = {mark.target for mark in ordered if mark.role == "note"}
    folded = {target.casefold(): target for target in targets}
    return [
        mark
        if mark.target in targets
        else replace(mark, target=folded.get(mark.target.casefold(), mark.target))
        for mark in ordered
    ]
