"""Questions about earlier looks, asked while new ones are being made."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec import Struct

from provenance.model import Capture, CitationKind, Outcome, Vantage
from provenance.store.database import Database
from provenance.store.read import find_capture
from provenance.store.rows import parse_time
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = [
    "LastLook",
    "Standing",
    "last_look",
    "last_payload_of_source",
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
        SELECT s.source_id, s.kind, s.url, k.outcome, coalesce(k.reason, t.reason) AS reason
        FROM sources s
        JOIN states t ON t.source_id = s.source_id
        LEFT JOIN checks k ON k.check_id = (
          SELECT check_id FROM checks WHERE source_id = s.source_id
          ORDER BY at DESC, check_id DESC LIMIT 1)
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
    capture_id = db.value(
        f"SELECT capture_id FROM captures c WHERE source_id = ? AND {NOT_WITHDRAWN}"  # noqa: S608
        " ORDER BY at DESC, capture_id DESC LIMIT 1",
        (source_id,),
    )
    return find_capture(db, capture_id) if capture_id else None
