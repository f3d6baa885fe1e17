"""What is known of a source, put together for whoever opens it."""

from typing import Any

import msgspec

from provenance.store import lookup, source_read
from provenance.store.copies import read_attachments
from provenance.store.database import Database, Row
from provenance.store.source_read import ClaimPlace, LookPlace
from provenance.store.support import read_support
from provenance.trace.evidence import first_evidence
from provenance.trace.impact import weigh
from provenance.trace.records import (
    TracedAttachment,
    TracedMemento,
    document_of,
    with_tombstone,
)
from provenance.trace.source_records import (
    ArchiveAnswer,
    Asked,
    Captures,
    Hop,
    KeptCapture,
    KnownSource,
    LeaningClaim,
    LeaningClaims,
    Look,
    Looks,
    SourceReport,
    Tombstone,
    Wording,
)

__all__ = ["FIRST_PAGES", "PAGE_OF_CLAIMS", "PAGE_OF_LOOKS", "SourcePages", "report_source"]

PAGE_OF_CLAIMS = 30
PAGE_OF_LOOKS = 12
_PAGE_OF_CAPTURES = 12
_MOST_WORDINGS = 20
_MOST_COMPARABLE = 200


class SourcePages(msgspec.Struct, frozen=True):
    """Which page of each list is wanted: what stood in its `next`; None is the first."""

    claims: str | None = None
    looks: str | None = None
    captures: str | None = None


FIRST_PAGES = SourcePages()


def report_source(
    db: Database, source_id: str, pages: SourcePages = FIRST_PAGES
) -> SourceReport | None:
    """Return what is known of a source; None where the store has no such.

    Raises:
        ValueError: a page was asked for by what never stood in a `next`.
    """
    found = source_read.find_source(db, source_id)
    if found is None:
        return None
    claims_at, looks_at = _claim_place(pages.claims), _look_place(pages.looks)
    captures_at = _look_place(pages.captures)
    attachments = [with_tombstone(row) for row in read_attachments(db, source_id)]
    return SourceReport(
        source=KnownSource(**{**found, "truncated": bool(found["truncated"])}),
        looks=_looks(db, source_id, looks_at),
        captures=_captures(db, source_id, captures_at),
        attachments=tuple(TracedAttachment(**row) for row in attachments),
        mementos=tuple(TracedMemento(**row) for row in lookup.read_mementos(db, source_id)),
        archives=tuple(ArchiveAnswer(**row) for row in source_read.list_lookups(db, source_id)),
        submissions=tuple(Asked(**row) for row in source_read.list_submissions(db, source_id)),
        withdrawals=tuple(
            Tombstone(**{**row, "forever": bool(row["forever"])})
            for row in source_read.list_withdrawals(db, source_id)
        ),
        wordings=tuple(map(_wording, source_read.list_descriptions(db, source_id, _MOST_WORDINGS))),
        claims=_claims(db, source_id, claims_at),
        comparable=tuple(
            row["id"] for row in source_read.captures_with_text(db, source_id, _MOST_COMPARABLE)
        ),
    )


def _claim_place(token: str | None) -> ClaimPlace | None:
    if token is None:
        return None
    document_id, _, ordinal = token.rpartition("~")
    if not document_id or not ordinal.isascii() or not ordinal.isdigit() or len(ordinal) > 9:
        raise ValueError(token)
    return ClaimPlace(document_id, int(ordinal))


def _look_place(token: str | None) -> LookPlace | None:
    if token is None:
        return None
    at, tilde, id_ = token.partition("~")
    if not (at and tilde and id_):
        raise ValueError(token)
    return LookPlace(at, id_)


def _next_look(rows: list[Row], limit: int) -> str | None:
    """What asks for the page behind `limit` rows, where there is a row more."""
    return f"{rows[limit - 1]['at']}~{rows[limit - 1]['id']}" if len(rows) > limit else None


def _looks(db: Database, source_id: str, behind: LookPlace | None) -> Looks:
    rows = source_read.list_looks(db, source_id, PAGE_OF_LOOKS + 1, behind)
    looks = tuple(Look(**{**row, "hops": _hops(row["hops"])}) for row in rows[:PAGE_OF_LOOKS])
    return Looks(looks, _next_look(rows, PAGE_OF_LOOKS))


def _hops(told: str | None) -> tuple[Hop, ...]:
    hops: list[dict[str, Any]] = msgspec.json.decode(told) if told else []
    return tuple(Hop(hop["url"], hop["status"], hop.get("location")) for hop in hops or ())


def _captures(db: Database, source_id: str, behind: LookPlace | None) -> Captures:
    rows = source_read.list_captures(db, source_id, _PAGE_OF_CAPTURES + 1, behind)
    kept = tuple(KeptCapture(**with_tombstone(row)) for row in rows[:_PAGE_OF_CAPTURES])
    return Captures(kept, _next_look(rows, _PAGE_OF_CAPTURES))


def _wording(row: Row) -> Wording:
    told = {name: row[name] for name in ("raw", "publisher", "title", "date", "notes", "label")}
    return Wording(**told, document=document_of({**row, "title": row["document_title"]}))


def _claims(db: Database, source_id: str, behind: ClaimPlace | None) -> LeaningClaims:
    total, documents = source_read.count_leaning(db, source_id)
    rows = source_read.find_leaning(db, source_id, PAGE_OF_CLAIMS + 1, behind)
    shown = rows[:PAGE_OF_CLAIMS]
    last = shown[-1] if len(rows) > PAGE_OF_CLAIMS else None
    support = read_support(db, {row["key"] for row in shown}, payloads=(), uri_m=None)
    gone = frozenset({source_id})
    return LeaningClaims(
        tuple(
            LeaningClaim(
                id=row["id"],
                document=document_of(row),
                text=row["text"],
                start=row["start"],
                end=row["end"],
                labels=tuple(msgspec.json.decode(row["labels"])),
                evidence=first_evidence(db, _found(row), source_id),
                without_it=weigh(support[row["key"]], gone, is_copy=False).level,
            )
            for row in shown
        ),
        total,
        documents,
        f"{last['document_id']}~{last['ordinal']}" if last else None,
    )


def _found(row: Row) -> lookup.FoundClaim:
    return lookup.FoundClaim(
        row["key"], row["id"], row["text"], row["start"], row["end"],
        row["document_id"], row["path"], row["title"], row["published"],
    )  # fmt: skip
