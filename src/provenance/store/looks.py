"""Questions about earlier looks, asked while new ones are being made."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec import Struct

from provenance.model import Capture, CitationKind, Outcome, Vantage
from provenance.store.database import Database
from provenance.store.read import CAPTURE, capture_of
from provenance.store.rows import parse_time, time_text
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = [
    "LastLook",
    "Standing",
    "facts_of_capture",
    "last_look",
    "last_payload_of_source",
    "last_probe_of_host",
    "latest_capture",
    "sources_last_seen_offline",
    "standings",
]


class Standing(Struct, frozen=True):
    """A source and its last look; `outcome` is None where there was none."""

    source_id: str
    kind: CitationKind
    url: str | None
    outcome: Outcome | None
    reason: str


def last_payload_of_source(db: Database, source_id: str) -> str | None:
    """Return the payload digest of a source's latest capture, or None."""
    found: str | None = db.value(
        "SELECT payload_sha256 FROM captures WHERE source_id = ? ORDER BY at DESC LIMIT 1",
        (source_id,),
    )
    return found


def sources_last_seen_offline(db: Database) -> frozenset[str]:
    """Return the sources whose last look was from an offline vantage."""
    return frozenset(db.column("SELECT source_id FROM states WHERE last_vantage = 'offline'", ()))


def standings(db: Database, document_ids: Collection[str]) -> list[Standing]:
    """Return how every source that these documents cite stands, ordered by id."""
    wanted = msgspec.json.encode(sorted(document_ids)).decode()
    found = db.rows(
        """
        SELECT s.source_id, s.kind, s.url, coalesce(j.outcome, k.outcome) AS outcome,
          coalesce(j.reason, k.reason, t.reason) AS reason
        FROM sources s
        JOIN states t ON t.source_id = s.source_id
        LEFT JOIN checks k ON k.check_id = (
          SELECT check_id FROM checks WHERE source_id = s.source_id
          ORDER BY at DESC, check_id DESC LIMIT 1)
        LEFT JOIN judgements j ON j.check_id = k.check_id
        WHERE s.source_id IN (
          SELECT i.source_id FROM json_each(?) wanted
          JOIN documents d ON d.document_id = wanted.value
          JOIN notes n ON n.content_key = d.content_key
          JOIN citations i ON i.note_key = n.note_key)
        ORDER BY s.source_id
        """,
        (wanted,),
    )
    return [Standing(**row) for row in found]


class LastLook(Struct, frozen=True):
    """A source's last look; `next_due` is that of its state."""

    outcome: Outcome
    vantage: Vantage
    next_due: datetime | None


def last_look(db: Database, source_id: str) -> LastLook | None:
    """Return how the last look at a source ended, or None where there was none."""
    row = db.first(
        "SELECT k.outcome, k.vantage, t.next_due FROM checks k"
        " JOIN states t ON t.source_id = k.source_id"
        " WHERE k.source_id = ? ORDER BY k.at DESC, k.check_id DESC LIMIT 1",
        (source_id,),
    )
    if row is None:
        return None
    due = parse_time(row["next_due"]) if row["next_due"] else None
    return LastLook(row["outcome"], row["vantage"], due)


def latest_capture(db: Database, source_id: str) -> Capture | None:
    """Return the latest capture of a source that was not withdrawn, or None."""
    row = db.first(
        f"SELECT {CAPTURE} FROM captures c WHERE c.source_id = ? AND {NOT_WITHDRAWN}"  # noqa: S608
        " ORDER BY c.at DESC, c.capture_id DESC LIMIT 1",
        (source_id,),
    )
    return capture_of(row) if row else None


def last_probe_of_host(db: Database, host: str, since: datetime) -> dict[str, object] | None:
    """Return what a random path of a host answered when it was asked after `since`, or None."""
    found = db.value(
        "SELECT k.facts -> '$.probe' FROM sources s JOIN checks k ON k.source_id = s.source_id"
        " WHERE s.host = ? AND k.at >= ? AND k.facts ->> '$.probe' IS NOT NULL"
        " ORDER BY k.at DESC LIMIT 1",
        (host, time_text(since)),
    )
    return msgspec.json.decode(found) if found else None


def facts_of_capture(db: Database, capture_id: str) -> str | None:
    """Return the facts, as JSON, of the look that gave a capture; None where there was none."""
    found: str | None = db.value(
        "SELECT facts FROM checks WHERE capture_id = ? ORDER BY at LIMIT 1", (capture_id,)
    )
    return found
