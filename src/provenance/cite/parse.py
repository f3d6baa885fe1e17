"""From a document to its claims, notes and citations: the stages of `cite` in order."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from provenance.cite.antecedents import resolve_antecedents
from provenance.cite.claims import find_claims
from provenance.cite.headings import find_headings
from provenance.cite.markers import find_markers
from provenance.cite.metadata import read_metadata
from provenance.cite.notes import NoteSpan, body_span, find_note_spans, read_labels
from provenance.cite.split import split_note
from provenance.formats.ids import make_id
from provenance.model import Claim, Document, Finding, Link, Marker, Metadata, Note, Parsed
from provenance.text import Span

__all__ = ["PARSER_VERSION", "parse_document"]

# Raised whenever the same bytes may give other claims, notes or citations.
PARSER_VERSION = "1"
_LIST_NAME = "references"


def parse_document(document: Document) -> Parsed:
    """Return a document's claims, notes and findings; offsets are into `document.text`.

    Pure: the same document gives the same result, ids included.
    """
    text = document.text
    labels = read_labels(text)
    spans = find_note_spans(text, labels)
    body = body_span(text, spans)
    notes = resolve_antecedents(_read_notes(document, spans))
    note_ids = {note.label: note.id for note in reversed(notes)}
    markers = find_markers(text, body, labels, note_ids)
    metadata = _fill_metadata(document, markers, body)
    headings = document.headings or find_headings(text, body)
    claims = find_claims(
        text,
        body,
        markers,
        language=(metadata.language or "en").partition("-")[0],
        sha256=document.sha256,
        headings=headings,
    )
    return Parsed(
        replace(document, metadata=metadata, headings=tuple(headings)),
        tuple(claims),
        tuple(notes),
        (*document.findings, *_find_numbering(claims, notes)),
    )


def _read_notes(document: Document, spans: Sequence[NoteSpan]) -> list[Note]:
    text, links = document.text, document.links
    link_starts = [link.start for link in links]
    notes = []
    for span in spans:
        inside = _links_inside(links, link_starts, Span(span.body, span.end))
        notes.append(
            Note(
                make_id("note", document.sha256, span.start),
                _LIST_NAME,
                span.label,
                span.start,
                span.end,
                text[span.start : span.end],
                split_note(text, span.body, span.end, inside),
            )
        )
    return notes


def _links_inside(links: Sequence[Link], starts: Sequence[int], span: Span) -> Sequence[Link]:
    return links[bisect_left(starts, span.start) : bisect_left(starts, span.end)]


def _fill_metadata(document: Document, markers: Sequence[Marker], body: Span) -> Metadata:
    """What the format declares wins; what it leaves open is read from the masthead's words."""
    first = markers[0].start if markers else body.end
    read = read_metadata(document.text, first)
    said = document.metadata
    return Metadata(
        title=said.title or read.title,
        authors=said.authors or read.authors,
        published=said.published or read.published,
        data_cutoff=said.data_cutoff or read.data_cutoff,
        origin_url=said.origin_url or read.origin_url,
        language=said.language or read.language,
    )


def _find_numbering(claims: Sequence[Claim], notes: Sequence[Note]) -> list[Finding]:
    """Markers without a note, notes without a marker, labels used twice, notes with nothing in them."""
    findings = []
    for marker in (marker for claim in claims for marker in claim.markers):
        if marker.note_id is None:
            message = f"marker [{marker.label}] has no note"
            findings.append(
                Finding("FN001", "error", message, marker.label, marker.start, marker.end)
            )
    cited = {marker.label for claim in claims for marker in claim.markers}
    times = Counter(note.label for note in notes)
    for note in notes:
        place = (note.label, note.start, note.end)
        if note.label not in cited:
            findings.append(
                Finding("FN002", "warning", f"note [{note.label}] has no marker", *place)
            )
        if times[note.label] > 1:
            message = f"{times[note.label]} notes are numbered [{note.label}]"
            findings.append(Finding("FN003", "error", message, *place))
        if not note.citations:
            findings.append(Finding("FN008", "warning", f"note [{note.label}] is empty", *place))
    return findings
