"""Records in, rows out: how every record is written down. No SQL but INSERT, no database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from provenance.formats.strangers import storable
from provenance.model import (
    Capture,
    Check,
    Citation,
    Claim,
    DocumentLine,
    Note,
    Parsed,
    Source,
    State,
    TextLine,
)
from provenance.store.folding import bare_words

__all__ = ["insert_sql", "json_text", "parse_time", "time_text"]

Row = tuple[object, ...]

CONTENT_COLUMNS = (
    "content_key", "sha256", "parser", "format", "title", "authors", "published", "data_cutoff",
    "origin_url", "language", "text", "findings",
)  # fmt: skip
VERSION_COLUMNS = (
    "document_id", "seq", "content_key", "at", "path", "origin_url", "size_bytes",
    "warc_file", "warc_offset", "warc_length",
)  # fmt: skip
CLAIM_COLUMNS = (
    "claim_key", "content_key", "ordinal", "claim_id", "start", "end", "text", "section",
    "bare",
)  # fmt: skip
NOTE_COLUMNS = (
    "note_key", "content_key", "ordinal", "note_id", "list", "label", "start", "end", "text",
    "bare",
)  # fmt: skip
MARKER_COLUMNS = ("claim_key", "ordinal", "label", "start", "end", "note_key", "repeats_note")
CITATION_COLUMNS = (
    "note_key", "citation_index", "kind", "start", "end", "raw", "url", "canonical_url",
    "truncated", "hidden", "href", "repairs", "publisher", "title", "authors", "date",
    "access", "access_url", "archive_of", "antecedent_label", "antecedent_index", "source_id",
    "antecedent_note", "antecedent_reason", "pages", "accessed", "isbn", "archive_url",
)  # fmt: skip
SOURCE_COLUMNS = (
    "source_id", "key", "kind", "url", "canonical_url", "host", "truncated", "publisher",
    "title", "date", "access",
)  # fmt: skip
CAPTURE_COLUMNS = (
    "capture_id", "source_id", "at", "url", "final_url", "status", "media_type", "warc_file",
    "warc_offset", "warc_length", "payload_sha256", "payload_bytes", "truncated", "revisit_of",
)  # fmt: skip
CHECK_COLUMNS = (
    "check_id", "source_id", "at", "url", "outcome", "rule", "rule_version", "reason",
    "http_status", "final_url", "elapsed_ms", "vantage", "capture_id", "facts",
)  # fmt: skip
TEXT_COLUMNS = (
    "payload_sha256", "text_sha256", "at", "extractor", "title", "authors", "date", "language",
    "reason", "warc_file", "warc_offset", "warc_length", "text", "bare",
)  # fmt: skip
STATE_COLUMNS = (
    "source_id", "state", "rule", "reason", "last_checked", "last_ok", "next_due",
    "last_vantage", "checks", "captures", "rules",
)  # fmt: skip


def insert_sql(table: str, columns: Sequence[str], conflict: str = "") -> str:
    """Return an INSERT of these columns; `conflict` is what follows ON CONFLICT."""
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    # Table and columns are this module's own constants, values are always parameters.
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
    return f"{sql} ON CONFLICT {conflict}" if conflict else sql


def time_text(at: datetime) -> str:
    """Return an aware time as `2023-12-15T10:00:00.000000Z`: sorting the text sorts the time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """Return the aware UTC time that `time_text` wrote down."""
    return datetime.fromisoformat(text)


def json_text(value: object) -> str:
    """Return `value` as compact JSON, keys sorted."""
    try:
        return msgspec.json.encode(value, order="sorted").decode()
    except (UnicodeEncodeError, TypeError):  # a lone surrogate, a key that is no text
        return msgspec.json.encode(_encodable(value), order="sorted").decode()


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): _encodable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(inner) for inner in value]
    if isinstance(value, msgspec.Struct):
        return _encodable(msgspec.to_builtins(value))
    return value


def _cleaned(row: Iterable[object]) -> Row:
    return tuple(storable(value) if isinstance(value, str) else value for value in row)


def content_row(content_key: int, parsed: Parsed, parser: str) -> Row:
    """Return the row of what a document says of itself, and its text."""
    document = parsed.document
    said = document.metadata
    return _cleaned((
        content_key, document.sha256, parser, document.format, said.title,
        json_text(said.authors), said.published, said.data_cutoff, said.origin_url,
        said.language, document.text, json_text(parsed.findings),
    ))  # fmt: skip


def version_row(line: DocumentLine, seq: int, content_key: int) -> Row:
    """Return the row of one version of a document."""
    return _cleaned((
        line.document_id, seq, content_key, time_text(line.at), line.path, line.origin_url,
        line.size_bytes, line.warc.file, line.warc.offset, line.warc.length,
    ))  # fmt: skip


def claim_row(claim_key: int, content_key: int, ordinal: int, claim: Claim) -> Row:
    """Return the row of one claim; `ordinal` is its place among the document's claims."""
    return _cleaned((
        claim_key, content_key, ordinal, claim.id, claim.start, claim.end, claim.text,
        json_text(claim.section), bare_words(claim.text),
    ))  # fmt: skip


def note_row(note_key: int, content_key: int, ordinal: int, note: Note) -> Row:
    """Return the row of one note."""
    return _cleaned((
        note_key, content_key, ordinal, note.id, note.list, note.label, note.start, note.end,
        note.text, bare_words(note.text),
    ))  # fmt: skip


def marker_rows(claim_key: int, claim: Claim, note_keys: Mapping[str, int]) -> list[Row]:
    """Return the rows of a claim's markers; all but the first of one note are marked as repeats."""
    rows: list[Row] = []
    seen: set[int] = set()
    for ordinal, marker in enumerate(claim.markers):
        note_key = note_keys.get(marker.note_id) if marker.note_id is not None else None
        repeats = note_key in seen
        if note_key is not None:
            seen.add(note_key)
        row = (claim_key, ordinal, marker.label, marker.start, marker.end, note_key, int(repeats))
        rows.append(_cleaned(row))
    return rows


def citation_row(note_key: int, citation: Citation, source_id: str | None) -> Row:
    """Return the row of one citation and the source that it points to."""
    before = citation.antecedent
    return _cleaned((
        note_key, citation.index, citation.kind, citation.start, citation.end, citation.raw,
        citation.url, citation.canonical_url, int(citation.truncated), int(citation.hidden),
        citation.href, json_text(citation.repairs), citation.publisher, citation.title,
        json_text(citation.authors), citation.date, citation.access, citation.access_url,
        citation.archive_of, before.label if before else None, before.index if before else None,
        source_id, before.note_id if before else None, before.reason if before else None,
        citation.pages, citation.accessed, citation.isbn, citation.archive_url,
    ))  # fmt: skip


def source_row(source: Source) -> Row:
    """Return the row of one source."""
    return _cleaned((
        source.id, source.key, source.kind, source.url, source.canonical_url, source.host,
        int(source.truncated), source.publisher, source.title, source.date, source.access,
    ))  # fmt: skip


def capture_row(capture: Capture) -> Row:
    """Return the row of one capture."""
    return _cleaned((
        capture.id, capture.source_id, time_text(capture.at), capture.url, capture.final_url,
        capture.status, capture.media_type, capture.warc_file, capture.warc_offset,
        capture.warc_length, capture.payload_sha256, capture.payload_bytes, capture.truncated,
        capture.revisit_of,
    ))  # fmt: skip


def check_row(check: Check) -> Row:
    """Return the row of one check; its facts are kept as JSON."""
    return _cleaned((
        check.id, check.source_id, time_text(check.at), check.url, check.outcome, check.rule,
        check.rule_version, check.reason, check.http_status, check.final_url, check.elapsed_ms,
        check.vantage, check.capture_id, json_text(check.facts),
    ))  # fmt: skip


def text_row(line: TextLine, text: str) -> Row:
    """Return the row of one payload's extracted text."""
    place = line.warc
    return _cleaned((
        line.payload_sha256, line.text_sha256, time_text(line.at), line.extractor, line.title,
        json_text(line.authors), line.date, line.language, line.reason,
        place.file if place else None, place.offset if place else None,
        place.length if place else None, text, bare_words(f"{line.title or ''} {text}"),
    ))  # fmt: skip


def state_row(
    source_id: str, state: State, last_vantage: str | None, checks: int, captures: int
) -> Row:
    """Return the row of one source's state, with the counts that it was derived from."""

    def written(at: datetime | None) -> str | None:
        return time_text(at) if at else None

    return _cleaned((
        source_id, state.state, state.rule, state.reason, written(state.last_checked),
        written(state.last_ok), written(state.next_due), last_vantage, checks, captures,
        state.rules,
    ))  # fmt: skip
