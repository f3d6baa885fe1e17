"""From a copy's id to all that is known of it, its record read again and checked."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from provenance.errors import ArchiveError, FixityError, WithdrawnRecord
from provenance.formats.ids import sha256_hex
from provenance.keep.reader import ArchiveReader
from provenance.keep.warc import StoredRecord
from provenance.model import WarcPlace
from provenance.store import capture_read as rows
from provenance.store.database import Database, Row
from provenance.trace.capture_records import (
    Copy,
    CopyHop,
    CopyKind,
    CopyLook,
    CopyPassage,
    CopyPlace,
    CopyText,
    CopyView,
    Fixity,
    Neighbour,
)
from provenance.trace.records import TracedSource, document_of, with_tombstone

__all__ = ["Held", "find_copy"]

_MOST_PASSAGES = 100
_SAME_NAME = (
    "source_url", "at", "made_at", "url", "final_url", "status", "media_type", "payload_sha256",
    "payload_bytes", "truncated", "revisit_of", "by", "why", "name", "archive",
)  # fmt: skip
_VIEWS = (("fullPage", "screenshot"), ("pdf", "pdf"))


class Held(NamedTuple):
    """A copy, the text that was extracted from it, and its bytes where they can be had.

    `payload` has its content-encoding kept; None where it was withdrawn or cannot be read.
    """

    copy: Copy
    text: str
    payload: bytes | None


class _Read(NamedTuple):
    fixity: Fixity
    headers: tuple[tuple[str, str], ...] = ()
    payload: bytes | None = None


def find_copy(
    db: Database, archive: ArchiveReader, kind: CopyKind, id_: str, *, claim_id: str = ""
) -> Held | None:
    """Return a copy of a source, None where there is none with this id.

    `id_` of a memento's copy is `source_id/archive`. What was found for `claim_id` stands first
    among the passages.
    """
    row = _find_row(db, kind, id_)
    if row is None:
        return None
    text = rows.read_text(db, row["text_payload"])
    read = _read_again(archive, row)
    look = rows.read_look(db, id_) if kind == "capture" else None
    is_withdrawn = row["withdrawn_at"] is not None
    told: dict[str, Any] = {name: row.get(name) for name in _SAME_NAME}
    copy = Copy(
        kind=kind,
        id=id_,
        source=_source(row),
        source_title=row["source_title"] or (text["title"] if text else None),
        warc=CopyPlace(row["warc_file"], row["warc_offset"], row["warc_length"]),
        withdrawn=with_tombstone(row)["withdrawn"],
        fixity=read.fixity,
        headers=read.headers,
        look=_look(look) if look else None,
        views=_views(look) if look and not is_withdrawn else (),
        text=_about_text(text) if text else None,
        **told,
        **_beside(db, kind, row, claim_id),
    )
    return Held(copy, text["text"] if text else "", read.payload)


def _find_row(db: Database, kind: CopyKind, id_: str) -> Row | None:
    match kind:
        case "capture":
            return rows.read_capture(db, id_)
        case "attachment":
            return rows.read_attachment(db, id_)
        case "memento":
            source_id, _, archive = id_.partition("/")
            return rows.read_memento(db, source_id, archive)


def _read_again(archive: ArchiveReader, row: Row) -> _Read:
    if row["withdrawn_at"] is not None:
        return _Read(Fixity("withdrawn", row["withdrawn_reason"]))
    place = WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"])
    try:
        record = archive.read(place)
        body = archive.read(_body_place(row)).payload if row.get("body_file") else record.payload
    except WithdrawnRecord as error:
        return _Read(Fixity("withdrawn", error.message))
    except (ArchiveError, FixityError) as error:
        return _Read(Fixity("unreadable", error.message))
    headers = _headers(record)
    if sha256_hex(body) != row["payload_sha256"]:
        reason = "the record's payload is not the one that was captured"
        return _Read(Fixity("differs", reason), headers, body)
    return _Read(Fixity("matches"), headers, body)


def _body_place(row: Row) -> WarcPlace:
    return WarcPlace(row["body_file"], row["body_offset"], row["body_length"])


def _headers(record: StoredRecord) -> tuple[tuple[str, str], ...]:
    """Return the header lines of a stored answer as they stand there; a folded line goes to the one before."""
    head = (record.http_head or b"").decode("latin-1").replace("\r\n", "\n")
    found: list[tuple[str, str]] = []
    for line in head.split("\n")[1:]:
        if line[:1] in {" ", "\t"} and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif line.strip():
            name, _, value = line.partition(":")
            found.append((name.strip(), value.strip()))
    return tuple(found)


def _source(row: Row) -> TracedSource:
    return TracedSource(
        row["source_id"], row["source_state"] or "unchecked", row["source_reason"] or ""
    )


def _look(row: Row) -> CopyLook:
    told = {name: row[name] for name in row if name not in {"url", "facts"}}
    return CopyLook(**told, hops=tuple(_hops(json.loads(row["facts"]))))


def _hops(facts: dict[str, Any]) -> Iterator[CopyHop]:
    names = set(CopyHop.__struct_fields__)
    for told in facts.get("hops") or ():
        yield CopyHop(**{name: value for name, value in told.items() if name in names})


def _views(row: Row) -> tuple[CopyView, ...]:
    told = json.loads(row["facts"]).get("rendered") or {}
    return tuple(
        CopyView(shows, CopyPlace(*told[name]))  # type: ignore[arg-type]
        for name, shows in _VIEWS
        if told.get(name)
    )


def _about_text(row: Row) -> CopyText:
    told = {name: row[name] for name in row if name not in {"text", "authors"}}
    return CopyText(**told, authors=tuple(json.loads(row["authors"])), characters=len(row["text"]))


def _beside(db: Database, kind: CopyKind, row: Row, claim_id: str) -> dict[str, Any]:
    """Return what stands beside a copy: earlier and later captures, what claims find in it."""
    name, first = row["uri_m"] if kind == "memento" else row["id"], row.get("revisit_of")
    before = after = None
    if kind == "capture":
        before, after = rows.read_neighbours(db, row["source_id"], row["at"], name)
    found = rows.read_passages(
        db, kind, name, first_capture=first, claim_id=claim_id, limit=_MOST_PASSAGES
    )
    return {
        "before": Neighbour(**before) if before else None,
        "after": Neighbour(**after) if after else None,
        "claims": rows.count_passages(db, kind, name, first),
        "passages": tuple(_passages(found, claim_id)),
    }


def _passages(found: list[Row], claim_id: str) -> Iterator[CopyPassage]:
    """Yield passages, those of the claim that is asked for first; of each claim a person's word first."""
    yield from (_passage(row) for row in found if row["claim_id"] == claim_id)
    yield from (_passage(row) for row in found if row["claim_id"] != claim_id)


def _passage(row: Row) -> CopyPassage:
    about = {"document_id", "path", "title", "published", "labels"}
    told = {name: value for name, value in row.items() if name not in about}
    labels = tuple(row["labels"].split(",")) if row["labels"] else ()
    return CopyPassage(document=document_of(row), labels=labels, **told)
