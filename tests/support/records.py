"""Builders with defaults for the records that pass between the stages.

`a_parsed` ties claims, notes and sources together from a short description:

    a_parsed(notes={"1": ["https://a.example/x"], "2": ["https://b.example/"]},
             claims=[("Two things happened.", ["1", "2"])])
"""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from provenance.formats.ids import make_id, sha256_hex
from provenance.formats.url import canonical_url, host_of
from provenance.model import (
    Capture,
    Check,
    CheckLine,
    Citation,
    CitedMemento,
    Claim,
    Document,
    DocumentLine,
    JournalPosition,
    Marker,
    Metadata,
    Note,
    Parsed,
    Source,
    SourceMap,
    TextLine,
    WarcPlace,
)

NOON = datetime(2023, 12, 16, 12, tzinfo=UTC)
PARSER = "test 1"


def on_day(day: float) -> datetime:
    """Noon of the first day, and so many days after."""
    return NOON + timedelta(days=day)


def a_citation(what: str | Citation, index: int = 0) -> Citation:
    """A web citation from a URL, or a commentary from any other text."""
    if isinstance(what, Citation):
        return msgspec.structs.replace(what, index=index)
    span: dict[str, Any] = {"index": index, "start": 0, "end": len(what), "raw": what}
    if not what.startswith("http"):
        return Citation(kind="commentary", **span)
    is_cut = what.endswith("...")
    identity = what if is_cut else canonical_url(what)
    return Citation(kind="web", url=what, canonical_url=identity, truncated=is_cut, **span)


def a_source(citation: Citation) -> Source:
    key = citation.canonical_url or citation.title or citation.raw
    return Source(
        id=make_id("source", key),
        key=key,
        kind=citation.kind,
        url=citation.url,
        canonical_url=citation.canonical_url,
        host=host_of(citation.url) if citation.url else None,
        truncated=citation.truncated,
        publisher=citation.publisher,
        title=citation.title,
        access=citation.access,
    )


def source_id_of(what: str | Citation) -> str:
    return a_source(a_citation(what)).id


def a_parsed(
    notes: Mapping[str, Sequence[str | Citation]] | None = None,
    claims: Sequence[tuple[str, Sequence[str]]] | None = None,
    *,
    title: str | None = "Weekly update",
    published: str | None = "2023-12-15",
    origin_url: str | None = None,
    text: str | None = None,
) -> Parsed:
    """A document whose text is its claims, one a line; labels without a note have note_id None."""
    notes = {"1": ["https://a.example/x"]} if notes is None else notes
    claims = [("Something happened.", list(notes))] if claims is None else claims
    body = "\n".join(claim for claim, _ in claims) if text is None else text
    sha256 = sha256_hex(repr((body, notes, title, published)).encode("utf-8", "surrogatepass"))
    made_notes = tuple(
        Note(
            id=make_id("note", sha256, label),
            list="notes",
            label=label,
            start=0,
            end=0,
            text=" ".join(a_citation(what).raw for what in cited),
            citations=tuple(a_citation(what, index) for index, what in enumerate(cited)),
        )
        for label, cited in notes.items()
    )
    ids = {note.label: note.id for note in made_notes}
    made_claims = []
    start = 0
    for claim, labels in claims:
        end = start + len(claim)
        markers = tuple(Marker(label, end, end + 3, ids.get(label)) for label in labels)
        claim_id = make_id("claim", sha256, start, end)
        made_claims.append(Claim(claim_id, start, end, claim, ("Mali",), markers))
        start = end + 1
    metadata = Metadata(
        title=title, authors=("A. Writer",), published=published, origin_url=origin_url
    )
    document = Document(text=body, format="text", sha256=sha256, metadata=metadata)
    return Parsed(document, tuple(made_claims), made_notes, ())


def a_source_map(parsed: Parsed, mementos: Sequence[CitedMemento] = ()) -> SourceMap:
    sources: dict[str, Source] = {}
    source_ids: dict[tuple[str, int], str] = {}
    for note in parsed.notes:
        for citation in note.citations:
            if citation.kind == "commentary":
                continue
            source = a_source(citation)
            sources.setdefault(source.id, source)
            source_ids[note.id, citation.index] = source.id
    return SourceMap(tuple(sources.values()), source_ids, tuple(mementos))


def a_document_line(parsed: Parsed, **changes: Any) -> DocumentLine:
    line = DocumentLine(
        at=NOON,
        document_id="document-one",
        sha256=parsed.document.sha256,
        size_bytes=len(parsed.document.text),
        path="/desk/update.txt",
        origin_url=parsed.document.metadata.origin_url,
        format="text",
        warc=WarcPlace("2023/a.warc.gz", 0, 100),
        warc_ends={"2023/a.warc.gz": 100},
    )
    return msgspec.structs.replace(line, **changes)


def a_check_line(
    source_id: str,
    at: datetime = NOON,
    outcome: str = "ok",
    *,
    payload: str | None = None,
    **changes: Any,
) -> CheckLine:
    """A check; with `payload` also its capture, whose payload digest is made of that word."""
    url = changes.pop("url", "https://a.example/x")
    capture_changes = changes.pop("capture", {})
    capture = None
    if payload is not None:
        capture = Capture(
            id=make_id("capture", source_id, at.isoformat()),
            source_id=source_id,
            at=at,
            url=url,
            final_url=url,
            status=200,
            media_type="text/html",
            warc_file="2023/a.warc.gz",
            warc_offset=1000,
            warc_length=500,
            payload_sha256=sha256_hex(payload.encode()),
            payload_bytes=len(payload),
        )
        capture = msgspec.structs.replace(capture, **capture_changes)
    check = Check(
        id=make_id("check", source_id, at.isoformat()),
        source_id=source_id,
        at=at,
        url=url,
        outcome=outcome,  # type: ignore[arg-type]
        rule=f"rule-{outcome}",
        rule_version=1,
        reason=outcome,
        http_status=200,
        final_url=url,
        elapsed_ms=12,
        vantage="online",
        capture_id=capture.id if capture else None,
    )
    return CheckLine(msgspec.structs.replace(check, **changes), capture, {"2023/a.warc.gz": 1500})


def a_text_line(payload: str, text: str, **changes: Any) -> tuple[TextLine, str]:
    line = TextLine(
        at=NOON,
        payload_sha256=sha256_hex(payload.encode()),
        text_sha256=sha256_hex(text.encode("utf-8", "surrogatepass")),
        extractor="test 1",
        title="A page",
        authors=(),
        date=None,
        language=None,
        reason=None,
        warc=WarcPlace("2023/a.warc.gz", 1500, 80),
        warc_ends={"2023/a.warc.gz": 1580},
    )
    return msgspec.structs.replace(line, **changes), text


def positions(journal: str, file: str = "2023-12.jsonl") -> "itertools.count[int] | Any":
    """An endless run of positions in one journal, 100 bytes a line."""
    return (JournalPosition(journal, file, 100 * line) for line in itertools.count(1))
