"""Walk the chain back: claim -> marker -> note -> citation -> source -> capture -> passage."""

from provenance.store import lookup
from provenance.store.database import Database, Row
from provenance.store.lookup import FoundClaim
from provenance.store.rows import storable
from provenance.trace.records import (
    Trace,
    TracedCapture,
    TracedCitation,
    TracedClaim,
    TracedDocument,
    TracedEvidence,
    TracedMemento,
    TracedSource,
)

__all__ = ["trace"]


def trace(db: Database, query: str, *, limit: int = 100) -> Trace:
    """Return the chains behind the claims that `query` names, at most `limit` of them.

    A query is a claim's or source's id, a URL (in any spelling, as written in a note, or
    a memento's), `document:label`, or text. The first reading that finds a claim
    counts, in this order; no hit is an empty answer.
    """
    query = storable(query)
    wanted = query.strip()
    claims = _find_claims(db, wanted, limit) if wanted else []
    return Trace(query=query, claims=tuple(_trace_claim(db, claim) for claim in claims[:limit]))


def _find_claims(db: Database, query: str, limit: int) -> list[FoundClaim]:
    document, colon, label = query.rpartition(":")
    label = label.strip().removeprefix("[").removesuffix("]")
    is_one_word = not any(map(str.isspace, query))
    if is_one_word:
        found = (
            lookup.claims_by_id(db, query)
            or lookup.claims_by_source(db, [query], limit)
            or lookup.claims_by_url(db, query, limit)
        )
        if found:
            return found
    found = lookup.claims_by_label(db, document.strip(), label) if colon and label else []
    if not found and not is_one_word:
        found = lookup.claims_by_url(db, query, limit)  # "https://site dot org/x", as written
    return found or lookup.claims_by_text(db, query, limit)


def _trace_claim(db: Database, claim: FoundClaim) -> TracedClaim:
    return TracedClaim(
        id=claim.id,
        document=TracedDocument(claim.document_id, claim.title, claim.published),
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
    captures = lookup.read_captures(db, source_id) if is_sourced else []
    mementos = lookup.read_mementos(db, source_id) if is_sourced else []
    evidence = lookup.read_evidence(db, claim, source_id) if is_sourced else []
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
        source=TracedSource(source_id, row["state"], row["reason"]) if is_sourced else None,
        captures=tuple(TracedCapture(**found) for found in captures),
        mementos=tuple(TracedMemento(**found) for found in mementos),
        evidence=tuple(TracedEvidence(**found) for found in evidence),
    )
