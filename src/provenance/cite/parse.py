"""From a document to its claims, notes and citations: the stages of `cite` in order."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice

from msgspec.structs import replace

from provenance.cite.antecedents import resolve_antecedents
from provenance.cite.chapters import find_bodies
from provenance.cite.claims import find_claims
from provenance.cite.declared import DeclaredNotes, read_declared_notes
from provenance.cite.described import split_declared_note
from provenance.cite.faults import find_broken_addresses
from provenance.cite.headings import find_headings
from provenance.cite.labels import LabelAt, read_labels
from provenance.cite.lost_letters import restore_lost_letters
from provenance.cite.markers import find_markers, tie_labels
from provenance.cite.metadata import read_metadata
from provenance.cite.notes import NoteList, find_note_lists
from provenance.cite.numbering import find_numbering
from provenance.cite.pairing import SignReader
from provenance.cite.patterns import lazy_pattern
from provenance.cite.recover import propose_from_document
from provenance.cite.unread import find_unread_lists
from provenance.formats.ids import make_id
from provenance.model import Claim, Document, Link, Marker, Metadata, Note, Parsed
from provenance.text import Span

__all__ = ["PARSER_VERSION", "parse_document"]

# Raised whenever the same bytes may give other claims, notes or citations.
PARSER_VERSION = "3"

_BLANKS_IN_LINE = lazy_pattern(r"[^\S\n]*")


def parse_document(document: Document) -> Parsed:
    """Return a document's claims, notes and findings; offsets are into `document.text`.

    Pure: the same document gives the same result, ids included.
    """
    text = document.text
    labels = read_labels(text)
    reader = SignReader(text)
    lists = find_note_lists(text, labels, reader)
    declared = read_declared_notes(document)
    is_declared = _declares_more(
        declared, lists, {label.label for label in labels}, is_laid_out=document.format == "pdf"
    )
    lists = list(declared.lists) if is_declared else lists
    bodies = declared.bodies if is_declared else find_bodies(reader, lists)
    notes, unresolved = resolve_antecedents(_read_lists(document, lists))
    markers = (
        _tie_declared(declared, notes)
        if is_declared
        else _read_markers(reader, bodies, labels, notes, lists)
    )
    first_marker = next((found[0].start for found in markers if found), bodies[0].end)
    headings = document.headings or tuple(
        heading for body in bodies for heading in find_headings(text, body)
    )
    document = replace(document, metadata=_fill_metadata(document, first_marker), headings=headings)
    # in a PDF only a number that leads to a note is a marker: "[4] presents …" begins a paragraph
    keeps_empty = declared.is_certain or (is_declared and document.format == "pdf")
    claims = _read_claims(document, bodies, markers, keeps_empty=keeps_empty)
    found_in_numbers = find_numbering(
        claims, notes, is_counted=not is_declared, marked_in_notes=declared.marked_in_notes
    )
    in_addresses = find_broken_addresses(text, notes)
    unread = find_unread_lists(text, notes)
    findings = (*document.findings, *found_in_numbers, *unresolved, *in_addresses, *unread)
    parsed = Parsed(document, tuple(claims), tuple(notes), findings)
    return propose_from_document(parsed)


def _declares_more(
    declared: DeclaredNotes,
    lists: Sequence[NoteList],
    bracketed: set[str],
    *,
    is_laid_out: bool,
) -> bool:
    """Tell whether the format knows its notes better than their numbers in the text do.

    Lists of other labels than `[1]` are read by their markers alone: where the format
    declares about as many notes, it is believed. `bracketed` are the numbers that stand
    in brackets anywhere: a list of `1.` none of which does is marked by the format alone.
    A PDF (`is_laid_out`) is believed where it declares as many: it knows where lines begin.
    So is any format where both find the same notes: it knows where the last one ends.
    """
    in_brackets = sum(
        len(one.notes)
        for one in lists
        if one.has_bracketed_numbers and any(note.label in bracketed for note in one.notes)
    )
    read = sum(len(one.notes) for one in lists)
    least = in_brackets + (not is_laid_out)
    is_fuller = declared.note_count >= max(1, least) and declared.note_count * 2 >= read
    is_same = bool(declared.lists) and _starts_of(declared.lists) == _starts_of(lists)
    # `[^1]` in a text whose list was lost: each marker is shown as one without a note
    is_orphaned = bool(declared.markers) and not lists
    return declared.is_certain or is_fuller or is_same or is_orphaned


def _starts_of(lists: Sequence[NoteList]) -> list[int]:
    return [note.start for one in lists for note in one.notes]


def _read_claims(
    document: Document,
    bodies: Sequence[Span],
    markers: Sequence[Sequence[Marker]],
    *,
    keeps_empty: bool,
) -> list[Claim]:
    """The claims of each body; the heading of a note list is no section of the body behind it."""
    starts = [body.start for body in bodies]
    inside = [
        heading
        for heading in document.headings
        if heading.start in bodies[max(0, bisect_right(starts, heading.start) - 1)]
    ]
    return [
        claim
        for body, found in zip(bodies, markers, strict=True)
        for claim in find_claims(
            document.text,
            body,
            found,
            language=(document.metadata.language or "en").partition("-")[0],
            sha256=document.sha256,
            headings=inside,
            keeps_empty=keeps_empty,
        )
    ]


def _read_markers(
    reader: SignReader,
    bodies: Sequence[Span],
    labels: Sequence[LabelAt],
    notes: Sequence[Note],
    lists: Sequence[NoteList],
) -> list[list[Marker]]:
    """The markers of each body, tied to their notes."""
    remaining = iter(notes)
    by_list = [(one, list(islice(remaining, len(one.notes)))) for one in lists]
    ties = tie_labels(bodies, labels, reader, by_list)
    return [
        find_markers(reader.text, body, labels, reader, tied)
        for body, tied in zip(bodies, ties, strict=True)
    ]


def _tie_declared(declared: DeclaredNotes, notes: Sequence[Note]) -> list[list[Marker]]:
    """The declared markers of each body, tied to the notes that the format ties them to."""
    ids = {note.start: note.id for note in notes}
    starts = [body.start for body in declared.bodies]
    found: list[list[Marker]] = [[] for _ in starts]
    for label, span, note in declared.markers:
        note_id = ids[note.start] if note else None
        index = bisect_right(starts, span.start) - 1
        if index >= 0 and span.start in declared.bodies[index]:
            found[index].append(Marker(label, span.start, span.end, note_id))
    return found


def _read_lists(document: Document, lists: Sequence[NoteList]) -> list[Note]:
    read = [note for note_list in lists for note in _read_notes(document, note_list)]
    return restore_lost_letters(read)


def _read_notes(document: Document, note_list: NoteList) -> list[Note]:
    text, links = document.text, document.links
    link_starts = [link.start for link in links]
    notes = []
    for span in note_list.notes:
        inside = _links_inside(text, links, link_starts, Span(span.body, span.end))
        notes.append(
            Note(
                make_id("note", document.sha256, span.start),
                note_list.name,
                span.label,
                span.start,
                span.end,
                text[span.start : span.end],
                split_declared_note(document, Span(span.body, span.end), inside),
            )
        )
    return notes


def _links_inside(
    text: str, links: Sequence[Link], starts: Sequence[int], span: Span
) -> Sequence[Link]:
    """The anchors in a note; one that lost its words may stand behind the last one: `[47] <a href="…"></a>`."""
    last = bisect_left(starts, span.end)
    # an anchor that was never closed goes on behind the note; a citation does not
    inside = [
        link if link.end <= span.end else replace(link, end=span.end)
        for link in links[bisect_left(starts, span.start) : last]
    ]
    blanks = _BLANKS_IN_LINE.match(text, span.end)
    behind = links[last : bisect_right(starts, blanks.end() if blanks else span.end)]
    empty = [link for link in behind if link.start == link.end]
    return [*inside, *(replace(link, start=span.end, end=span.end) for link in empty)]


def _fill_metadata(document: Document, first_marker: int) -> Metadata:
    """What the format declares wins; what it leaves open is read from the masthead's words."""
    read = read_metadata(document.text, first_marker)
    said = document.metadata
    return Metadata(
        title=said.title or read.title,
        authors=_fuller(said.authors, read.authors),
        published=said.published or read.published,
        data_cutoff=said.data_cutoff or read.data_cutoff,
        origin_url=said.origin_url or read.origin_url,
        language=said.language or read.language,
    )


def _fuller(said: tuple[str, ...], read: tuple[str, ...]) -> tuple[str, ...]:
    """The authors that the format declares, unless the byline names all of them and more."""
    return (
        read if {name.casefold() for name in said} <= {name.casefold() for name in read} else said
    )
