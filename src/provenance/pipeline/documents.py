"""One document: read, parsed, kept in the archive, told in one journal line, written as rows."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from provenance.cite.corrections import Correction, DocumentNames
from provenance.cite.parse import PARSER_VERSION, parse_document
from provenance.cite.rules import find_fault
from provenance.cite.sources import identify_sources
from provenance.errors import UnreadableDocument
from provenance.keep.archive import Archive
from provenance.model import Document, DocumentLine, JournalPosition, Parsed, SourceMap
from provenance.pipeline.cases import Case, collect_case
from provenance.pipeline.inputs import RawDocument
from provenance.pipeline.parsing import Parser
from provenance.pipeline.reading import DocumentReader
from provenance.pipeline.report import DocumentReport, FindingCounts
from provenance.pipeline.workplace import Workplace
from provenance.store.identity import current_sha256, is_current_version, resolve_document_id
from provenance.store.recoveries import read_recoveries
from provenance.store.write import Store

__all__ = ["apply_document_line", "ingest_document"]


def ingest_document(
    raw: RawDocument,
    store: Store,
    archive: Archive,
    workplace: Workplace,
    parser: Parser,
    *,
    explicit: str | None = None,
    corrections: Sequence[Correction] = (),
) -> tuple[DocumentReport, Case]:
    """Take in one document; the same bytes at the same path are only read anew by a newer parser.

    `explicit` is the id of the document that a person says this is a version of; `corrections`
    are what people decided. The case names the citations whose addresses are still to be decided.

    Raises:
        UnreadableDocument: nothing was written.
    """
    parsed, sources = parser.parse(raw)
    document = parsed.document
    origin = raw.url or document.metadata.origin_url
    document_id, _ = resolve_document_id(
        store.db, path=raw.path, origin_url=origin, sha256=document.sha256, explicit=explicit
    )
    is_new = current_sha256(store.db, document_id) != document.sha256
    if not is_current_version(store.db, document_id, path=raw.path, sha256=document.sha256):
        line = _line_of(raw, document, document_id, archive, workplace)
        for written, position in archive.commit([line]):
            assert isinstance(written, DocumentLine)
            _apply(store, written, parsed, sources, position)
    store.renew_content(_with_origin(parsed, origin), sources, parser=PARSER_VERSION)
    case = collect_case(
        DocumentNames(document.sha256, raw.path, origin, document.metadata.title, document_id),
        parsed,
        sources,
        corrections,
        read_recoveries(store.db, document.sha256),
        is_the_page=raw.url is not None,
    )
    return _report(document_id, raw, parsed, sources, is_new=is_new), case


# What a document is archived as, where no server said it: by what it is, not by its name.
_MEDIA_TYPES = {
    "html": "text/html",
    "markdown": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "eml": "message/rfc822",
    "mhtml": "multipart/related",
}


def _line_of(
    raw: RawDocument, document: Document, document_id: str, archive: Archive, workplace: Workplace
) -> DocumentLine:
    """Archive a document's bytes and return the line that says so."""
    origin = raw.url or document.metadata.origin_url
    media_type = raw.media_type or _MEDIA_TYPES.get(document.format, "text/plain")
    return DocumentLine(
        at=workplace.clock(),
        document_id=document_id,
        sha256=document.sha256,
        size_bytes=len(raw.data),
        path=raw.path,
        origin_url=origin,
        format=document.format,
        warc=archive.add_document(raw.data, media_type, document.sha256, origin),
        warc_ends={},
    )


def _report(
    document_id: str, raw: RawDocument, parsed: Parsed, sources: SourceMap, *, is_new: bool
) -> DocumentReport:
    counted = Counter(finding.severity for finding in parsed.findings)
    return DocumentReport(
        id=document_id,
        path=raw.path or raw.url,
        title=parsed.document.metadata.title,
        new=is_new,
        claims=len(parsed.claims),
        notes=len(parsed.notes),
        citations=sum(len(note.citations) for note in parsed.notes),
        sources=len(sources.sources),
        findings=FindingCounts(counted["error"], counted["warning"], counted["info"]),
    )


def apply_document_line(
    store: Store, line: DocumentLine, position: JournalPosition, data: bytes, reader: DocumentReader
) -> None:
    """Write the rows of a journal line from the bytes that the archive kept."""
    parsed, sources = _parse(_read_again(line, data, reader))
    _apply(store, line, parsed, sources, position)


def _read_again(line: DocumentLine, data: bytes, reader: DocumentReader) -> Document:
    """Read what was read once; a reader that refuses it today leaves a document without text."""
    try:
        return reader.read(data, line.path or line.origin_url or "")
    except UnreadableDocument as error:
        fault = find_fault("FN092", error.message)
        return Document(text="", format=line.format, sha256=line.sha256, findings=(fault,))


def _parse(document: Document) -> tuple[Parsed, SourceMap]:
    parsed = parse_document(document)
    return parsed, identify_sources(parsed)


def _apply(
    store: Store,
    line: DocumentLine,
    parsed: Parsed,
    sources: SourceMap,
    position: JournalPosition,
) -> None:
    said = _with_origin(parsed, line.origin_url)
    store.apply_document(line, said, sources, position, parser=PARSER_VERSION)


def _with_origin(parsed: Parsed, origin_url: str | None) -> Parsed:
    """Return what was parsed, as standing at `origin_url`, whatever the page says of itself."""
    if origin_url == parsed.document.metadata.origin_url:
        return parsed
    metadata = msgspec.structs.replace(parsed.document.metadata, origin_url=origin_url)
    document = msgspec.structs.replace(parsed.document, metadata=metadata)
    return msgspec.structs.replace(parsed, document=document)
