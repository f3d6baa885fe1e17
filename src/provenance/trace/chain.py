"""Walk the chain back: claim -> marker -> note -> citation -> source -> capture -> passage."""

from collections.abc import Callable

from provenance.formats.strangers import storable
from provenance.store import lookup
from provenance.store.copies import read_attachments, read_captures
from provenance.store.database import Database, Row
from provenance.store.lookup import FoundClaim
from provenance.store.recoveries import read_recovery
from provenance.store.rot_read import read_passage_now
from provenance.trace.evidence import trace_evidence
from provenance.trace.records import (
    Trace,
    TracedAttachment,
    TracedCapture,
    TracedCitation,
    TracedClaim,
    TracedDocument,
    TracedMemento,
    TracedPassageNow,
    TracedSource,
    with_tombstone,
)

__all__ = ["trace"]


ReadUrl = Callable[[str], tuple[str, ...]]


def trace(db: Database, query: str, *, limit: int = 100, read_url: ReadUrl = lambda _: ()) -> Trace:
    """Return the chains behind the claims that `query` names, at most `limit` of them.

    A query is a claim's or source's id, a URL (in any spelling, as written in a note, or
    a memento's), `document:label`, or text. The first reading that finds a claim
    counts, in this order; no hit is an empty answer. `read_url` says which URLs a
    typed text may mean (`provenance.cite.typed.read_typed_url`).
    """
    query = storable(query)
    wanted = query.strip()
    claims = _find_claims(db, wanted, limit, read_url) if wanted else []
    return Trace(query=query, claims=tuple(_trace_claim(db, claim) for claim in claims[:limit]))


def trace_by_id(db: Database, claim_id: str) -> Trace:
    """Return the chain behind one claim, once for each document that it stands in; empty where there is none."""
    claims = lookup.claims_by_id(db, storable(claim_id))
    return Trace(query=storable(claim_id), claims=tuple(_trace_claim(db, each) for each in claims))


def explain_nothing(db: Database, query: str, read_url: ReadUrl = lambda _: ()) -> str:
    """Return in words why `trace` found no claim, as far as the store can tell."""
    query = storable(query).strip()
    sources = lookup.sources_by_url(db, query, read_url(query)) if query else []
    if sources:
        return "the source is known, but no claim leans on it: the note that names it has no marker"
    document, colon, label = query.rpartition(":")
    if colon and label and lookup.documents_named(db, document.strip()):
        return f"no claim of that document carries the marker [{label.strip()}]"
    return "nothing found; `provenance search` looks for single words"


def _find_claims(db: Database, query: str, limit: int, read_url: ReadUrl) -> list[FoundClaim]:
    document, colon, label = query.rpartition(":")
    label = label.strip().removeprefix("[").removesuffix("]")
    urls = read_url(query)
    is_one_word = not any(map(str.isspace, query))
    if is_one_word or urls:
        found = (
            lookup.claims_by_id(db, query)
            or lookup.claims_by_source(db, [query], limit)
            or lookup.claims_by_url(db, query, urls, limit)
        )
        if found:
            return found
    found = lookup.claims_by_label(db, document.strip(), label) if colon and label else []
    if not found and not is_one_word:
        found = lookup.claims_by_url(db, query, urls, limit)  # "https://site dot org/x", as written
    return found or lookup.claims_by_text(db, query, limit)


def _trace_claim(db: Database, claim: FoundClaim) -> TracedClaim:
    return TracedClaim(
        id=claim.id,
        document=TracedDocument(claim.document_id, claim.title, claim.published, claim.path),
        text=claim.text,
        start=claim.start,
        end=claim.end,
        citations=tuple(
            _trace_citation(db, claim, row) for row in lookup.read_citations(db, claim)
        ),
    )


def _trace_citation(db: Database, claim: FoundClaim, row: Row) -> TracedCitation:
    source_id = row["source_id"]
    is_sourced = source_id is not None
    captures = read_captures(db, source_id) if is_sourced else []
    attachments = read_attachments(db, source_id) if is_sourced else []
    mementos = lookup.read_mementos(db, source_id) if is_sourced else []
    traced = tuple(TracedCapture(**with_tombstone(found)) for found in captures)
    evidence = trace_evidence(db, claim, row, traced)
    is_followed = is_sourced and any(each.exact for each in evidence)
    now = read_passage_now(db, claim.key, source_id) if is_followed else None
    return TracedCitation(
        label=row["label"],
        index=row["citation_index"],
        kind=row["kind"],
        raw=row["raw"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        access=row["access"],
        publisher=row["publisher"],
        title=row["title"],
        date=row["date"],
        recovery=read_recovery(db, row["note_key"], row["citation_index"]),
        source=TracedSource(source_id, row["state"], row["reason"]) if is_sourced else None,
        captures=traced,
        attachments=tuple(TracedAttachment(**with_tombstone(found)) for found in attachments),
        mementos=tuple(TracedMemento(**found) for found in mementos),
        evidence=evidence,
        passage_now=TracedPassageNow(**now) if now else None,
    )
