"""One hop of a visit as two records: its response (or a revisit) and its request."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from provenance.formats.ids import sha256_hex
from provenance.keep.records import (
    EarlierPayload,
    KnownPayload,
    make_request,
    make_response,
    note_archive_of,
)
from provenance.keep.warc import Batch
from provenance.model import Exchange, Visit, WarcPlace

__all__ = ["FindPayload", "StoredExchange", "add_copied", "add_exchange", "add_not_modified"]

FindPayload = Callable[[str], EarlierPayload | None]


class StoredExchange(Struct, frozen=True):
    """Where one hop of a visit was stored: `place` is that of its response or revisit record.

    `revisit` says that the payload stands in an earlier record (found by
    `payload_sha256`); a 304 is one where it is known which payload it speaks of.
    """

    index: int
    place: WarcPlace
    payload_sha256: str
    payload_bytes: int
    revisit: bool
    record_id: str
    truncated: Literal["length", "time", "disconnect"] | None


def add_exchange(
    batch: Batch,
    index: int,
    exchange: Exchange,
    find: FindPayload,
    seen: dict[str, EarlierPayload],
) -> StoredExchange:
    """Add an exchange to a batch; `seen` learns of a body that is stored here for the first time."""
    digest = sha256_hex(exchange.body)
    has_whole_body = bool(exchange.body) and exchange.truncated is None
    earlier = find(digest) if has_whole_body else None
    response = batch.add(make_response(exchange, digest, earlier))
    batch.add(make_request(exchange, response.record_id))
    if has_whole_body and earlier is None:
        seen[digest] = EarlierPayload(exchange.url, exchange.at, response.record_id)
    return StoredExchange(
        index=index,
        place=response.place,
        payload_sha256=digest,
        payload_bytes=len(exchange.body),
        revisit=earlier is not None,
        record_id=response.record_id,
        truncated=exchange.truncated,
    )


def add_not_modified(
    batch: Batch, index: int, exchange: Exchange, known: KnownPayload
) -> StoredExchange:
    """Add a 304 to a batch as a revisit of the payload that it was asked about."""
    response = batch.add(make_response(exchange, known.sha256, known.record))
    batch.add(make_request(exchange, response.record_id))
    return StoredExchange(
        index=index,
        place=response.place,
        payload_sha256=known.sha256,
        payload_bytes=known.size_bytes,
        revisit=True,
        record_id=response.record_id,
        truncated=None,
    )


def add_copied(batch: Batch, visit: Visit, archive_of: str) -> StoredExchange:
    """Add a look at another archive's copy to a batch, its records marked as of a copy of a URL.

    Returns its last exchange. Bodies are always stored: what another archive holds is no
    revisit of what we saw.
    """
    for exchange in visit.hops:
        digest = sha256_hex(exchange.body)
        response = batch.add(note_archive_of(make_response(exchange, digest, None), archive_of))
        batch.add(note_archive_of(make_request(exchange, response.record_id), archive_of))
    return StoredExchange(
        index=len(visit.hops) - 1,
        place=response.place,
        payload_sha256=digest,
        payload_bytes=len(exchange.body),
        revisit=False,
        record_id=response.record_id,
        truncated=exchange.truncated,
    )
