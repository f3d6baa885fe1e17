"""What is held of a source, and what leans on it: asked before it is taken out."""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from provenance.model import WarcPlace
from provenance.store.database import Database
from provenance.store.rows import json_text
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = [
    "Dependents",
    "HeldCopy",
    "copies_of_payload",
    "copies_of_source",
    "count_dependents",
    "document_places",
    "find_copy",
    "is_text_held",
    "places_beside",
    "text_sha256_of",
]

_COPIES = """
SELECT 'capture' AS kind, c.capture_id AS id, c.source_id, c.payload_sha256,
  c.payload_sha256 AS text_payload, c.warc_file, c.warc_offset, c.warc_length FROM captures c
WHERE {where} AND {held}
UNION ALL
SELECT 'attachment', c.attachment_id, c.source_id, c.payload_sha256, c.text_payload,
  c.warc_file, c.warc_offset, c.warc_length FROM attachments c WHERE {where} AND {held}
UNION ALL
SELECT 'memento', c.archive, c.source_id, c.payload_sha256, c.payload_sha256,
  c.warc_file, c.warc_offset, c.warc_length FROM memento_lookups c
WHERE c.payload_sha256 IS NOT NULL AND {where} AND {held}
ORDER BY 1, 2
"""
_INSIDE = f"""
SELECT 'attachment' AS kind, c.attachment_id AS id, c.source_id, c.payload_sha256, c.text_payload,
  c.warc_file, c.warc_offset, c.warc_length
FROM attachments c
WHERE (c.text_payload = ?1 OR EXISTS (
  SELECT 1 FROM json_each(c.records) r WHERE r.value ->> 'payload_sha256' = ?1)) AND {NOT_WITHDRAWN}
"""  # noqa: S608


class HeldCopy(Struct, frozen=True):
    """A copy in our archive that was not withdrawn; `id` of a memento's copy is its archive's name."""

    kind: str
    id: str
    source_id: str
    payload_sha256: str
    text_payload: str
    place: WarcPlace


class Dependents(Struct, frozen=True):
    """How much leans on sources: claims of current versions, and what was found as evidence."""

    sources: int
    claims: int
    evidence: int


def copies_of_source(db: Database, source_id: str) -> list[HeldCopy]:
    """Return every copy that is held of a source: captures, attachments, copies of mementos."""
    return _copies(db, "c.source_id = ?1", source_id)


def find_copy(db: Database, id_: str) -> list[HeldCopy]:
    """Return the capture or attachment with this id, if it is held."""
    return [
        copy
        for column in ("capture_id", "attachment_id")
        if (payload := _payload_of(db, column, id_))
        for copy in copies_of_payload(db, payload)
        if copy.id == id_
    ]


def _payload_of(db: Database, column: str, id_: str) -> str | None:
    table = {"capture_id": "captures", "attachment_id": "attachments"}[column]
    found: str | None = db.value(
        f"SELECT payload_sha256 FROM {table} WHERE {column} = ?",  # noqa: S608
        (id_,),
    )
    return found


def copies_of_payload(db: Database, payload_sha256: str) -> list[HeldCopy]:
    """Return every copy with this payload, of whichever source, and files that hold it inside."""
    inside = [_copy_of(row) for row in db.rows(_INSIDE, (payload_sha256,))]
    known = _copies(db, "c.payload_sha256 = ?1", payload_sha256)
    return known + [copy for copy in inside if copy not in known]


def _copies(db: Database, where: str, value: str) -> list[HeldCopy]:
    return [
        _copy_of(row) for row in db.rows(_COPIES.format(where=where, held=NOT_WITHDRAWN), (value,))
    ]


def _copy_of(row: dict[str, object]) -> HeldCopy:
    place = WarcPlace(row.pop("warc_file"), row.pop("warc_offset"), row.pop("warc_length"))  # type: ignore[arg-type]
    return HeldCopy(**row, place=place)  # type: ignore[arg-type]


def places_beside(db: Database, capture_ids: Collection[str]) -> set[WarcPlace]:
    """Return what a browser made of these captures' pages, and from what: all of it shows the page."""
    found = db.column(
        "SELECT facts FROM checks WHERE capture_id IN (SELECT value FROM json_each(?))"
        " AND facts ->> '$.rendered' IS NOT NULL",
        (json_text(sorted(capture_ids)),),
    )
    return {place for facts in found for place in _rendered_places(msgspec.json.decode(facts))}


def _rendered_places(facts: dict[str, Any]) -> Iterator[WarcPlace]:
    rendered = facts["rendered"]
    told = [rendered.get(part) for part in ("dom", "fullPage", "pdf")]
    told += [each.get("place") for each in rendered.get("requisites", ())]
    told += [hop.get("warc") for hop in facts.get("hops", ())]
    yield from (WarcPlace(*place) for place in told if place)


def is_text_held(db: Database, text_payload: str, without: Collection[str]) -> bool:
    """Tell whether any copy shows this payload's text whose own payload is not among `without`."""
    return any(
        copy.payload_sha256 not in without and copy.text_payload == text_payload
        for copy in copies_of_payload(db, text_payload)
    )


def text_sha256_of(db: Database, payload_sha256: str) -> str | None:
    """Return the digest of a payload's text, None where it has none."""
    found: str | None = db.value(
        "SELECT text_sha256 FROM texts WHERE payload_sha256 = ? AND text <> ''", (payload_sha256,)
    )
    return found


def document_places(db: Database, payloads: Collection[str]) -> dict[tuple[str, int], str]:
    """Return where documents with these digests stand: file and offset -> document id."""
    found = db.rows(
        "SELECT v.warc_file, v.warc_offset, v.document_id FROM versions v"
        " JOIN contents k ON k.content_key = v.content_key"
        " WHERE k.sha256 IN (SELECT value FROM json_each(?))",
        (json_text(sorted(payloads)),),
    )
    return {(row["warc_file"], row["warc_offset"]): row["document_id"] for row in found}


def count_dependents(db: Database, source_ids: Collection[str]) -> Dependents:
    """Count what leans on these sources."""
    wanted = (json_text(sorted(source_ids)),)
    claims = db.value(
        "SELECT count(DISTINCT m.claim_key) FROM json_each(?) wanted"
        " JOIN citations i ON i.source_id = wanted.value"
        " JOIN markers m ON m.note_key = i.note_key JOIN notes n ON n.note_key = i.note_key"
        " WHERE EXISTS (SELECT 1 FROM documents d WHERE d.content_key = n.content_key)",
        wanted,
    )
    evidence = db.value(
        "SELECT count(*) FROM evidence WHERE exact IS NOT NULL"
        " AND source_id IN (SELECT value FROM json_each(?))",
        wanted,
    )
    return Dependents(len(source_ids), claims, evidence)
