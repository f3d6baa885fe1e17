"""Which documents there are, and one of them with all that is known of its claims at a glance."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter

import msgspec

from provenance.store.database import Database, Row
from provenance.store.document_read import find_version, list_versions, read_claims, read_notes
from provenance.store.documents_read import (
    MOST_COUNTED,
    DocumentQuery,
    count_documents,
    count_source_states,
    select_documents,
)
from provenance.store.standings import read_claim_standings
from provenance.trace.document_records import (
    DocumentClaim,
    DocumentEntry,
    DocumentList,
    DocumentNote,
    DocumentText,
    DocumentVersion,
    NotedCitation,
    PlacedMarker,
)

__all__ = ["UNSEEN", "list_documents", "read_document"]

# Of a claim with copies that nobody looked into yet: no verdict, but it is counted.
UNSEEN = "unseen"
# What gives most reason to look comes first.
_WORST_FIRST = (
    "dead", "failing", "drifted", "blocked", "walled", "unchecked", "not_checkable", "revived", "alive",
)  # fmt: skip
_RANK = {state: rank for rank, state in enumerate(_WORST_FIRST)}


def list_documents(db: Database, query: DocumentQuery, *, limit: int) -> DocumentList:
    """Return one page of documents, at most `limit` of them, each counted in its current version."""
    found = select_documents(db, query, limit + 1)
    is_backwards = query.before is not None
    is_cut = len(found) > limit
    rows = found[-limit:] if is_backwards else found[:limit]
    keys = [row.pop("content_key") for row in rows]
    states = count_source_states(db, keys)
    standings = read_claim_standings(db, keys)
    entries = tuple(
        DocumentEntry(
            **row,
            sources=sum(states[key].values()),
            states=states[key],
            verdicts=_count(standings[key].values()),
        )
        for row, key in zip(rows, keys, strict=True)
    )
    has_next = bool(entries) and (is_cut or is_backwards)
    has_previous = bool(entries) and (is_cut if is_backwards else query.after is not None)
    total = count_documents(db, query)
    is_more = total > MOST_COUNTED and query.is_narrowed
    return DocumentList(
        total=min(total, MOST_COUNTED) if is_more else total,
        is_more=is_more,
        documents=entries,
        next=entries[-1].id if has_next else None,
        previous=entries[0].id if has_previous else None,
    )


def read_document(
    db: Database, document_id: str, version: int | None = None
) -> DocumentText | None:
    """Return one version of a document (None: the current one); None where there is no such."""
    row = find_version(db, document_id, version)
    if row is None:
        return None
    key = row.pop("content_key")
    standing = read_claim_standings(db, [key])[key]
    notes = _notes_of(read_notes(db, key))
    row["authors"] = tuple(msgspec.json.decode(row["authors"]))
    return DocumentText(
        **row,
        versions=tuple(DocumentVersion(**each) for each in list_versions(db, document_id)),
        states=count_source_states(db, [key])[key],
        verdicts=_count(standing.values()),
        claims=_claims_of(read_claims(db, key), standing, notes),
        notes=tuple(notes.values()),
    )


def _count(standings: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(standing or UNSEEN for standing in standings))


def _notes_of(rows: list[Row]) -> dict[str, DocumentNote]:
    notes: dict[str, DocumentNote] = {}
    for note_id, group in groupby(rows, key=itemgetter("note_id")):
        cited = list(group)
        first = cited[0]
        notes[note_id] = DocumentNote(
            id=note_id,
            list=first["list"],
            label=first["label"],
            start=first["start"],
            end=first["end"],
            citations=tuple(map(_citation_of, (row for row in cited if row["kind"] is not None))),
        )
    return notes


def _citation_of(row: Row) -> NotedCitation:
    return NotedCitation(
        index=row["citation_index"],
        kind=row["kind"],
        start=row["citation_start"],
        end=row["citation_end"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        source_id=row["source_id"],
        state=row["state"],
    )


def _claims_of(
    rows: list[Row], standing: Mapping[int, str | None], notes: Mapping[str, DocumentNote]
) -> tuple[DocumentClaim, ...]:
    claims = []
    for claim_key, group in groupby(rows, key=itemgetter("claim_key")):
        marked = list(group)
        first = marked[0]
        markers = tuple(
            PlacedMarker(row["label"], row["marker_start"], row["marker_end"], row["note_id"])
            for row in marked
            if row["label"] is not None
        )
        claims.append(
            DocumentClaim(
                id=first["claim_id"],
                start=first["start"],
                end=first["end"],
                section=tuple(msgspec.json.decode(first["section"])),
                verdict=standing.get(claim_key),
                worst_state=_worst_state(markers, notes),
                markers=markers,
            )
        )
    return tuple(claims)


def _worst_state(markers: Iterable[PlacedMarker], notes: Mapping[str, DocumentNote]) -> str | None:
    cited = [notes[marker.note_id].citations for marker in markers if marker.note_id is not None]
    states = {each.state or "unchecked" for group in cited for each in group if each.source_id}
    return min(states, key=lambda state: _RANK.get(state, 0), default=None)
