"""Questions about the copies that people brought."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from provenance.model import AttachedRecord, Attachment
from provenance.store.database import Database
from provenance.store.rows import parse_time
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = [
    "attachments_without_text",
    "cited_on",
    "find_attachment",
    "has_text",
    "url_of_source",
]

_ATTACHMENT = "SELECT c.* FROM attachments c WHERE "
_WITHOUT_TEXT = f"""
{_ATTACHMENT} {NOT_WITHDRAWN}
  AND NOT EXISTS (SELECT 1 FROM texts x WHERE x.payload_sha256 = c.text_payload)
  AND (c.records = '[]' OR c.text_payload <> c.payload_sha256)
ORDER BY c.at, c.attachment_id
"""  # noqa: S608


def find_attachment(db: Database, source_id: str, payload_sha256: str) -> Attachment | None:
    """Return the attachment of these bytes to a source, or None."""
    row = db.first(
        f"{_ATTACHMENT} c.source_id = ? AND c.payload_sha256 = ?", (source_id, payload_sha256)
    )
    return _attachment_of(row) if row else None


def attachments_without_text(db: Database) -> list[Attachment]:
    """Return the attachments that show something and were not put through extraction."""
    found = db.rows(_WITHOUT_TEXT)
    return [_attachment_of(row) for row in found]


def has_text(db: Database, payload_sha256: str) -> bool:
    """Tell whether a payload was put through extraction, and its text not withdrawn since."""
    return bool(
        db.value(
            "SELECT 1 FROM texts WHERE payload_sha256 = ? AND reason IS NOT 'withdrawn'",
            (payload_sha256,),
        )
    )


def cited_on(db: Database, source_id: str) -> datetime | None:
    """Return noon of the day on which a source was first cited, None where nobody cites it."""
    day = db.value("SELECT first_cited FROM source_states WHERE source_id = ?", (source_id,))
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC) if day else None


def url_of_source(db: Database, source_id: str) -> str | None:
    """Return the address that a source is cited under."""
    url: str | None = db.value("SELECT url FROM sources WHERE source_id = ?", (source_id,))
    return url


def _attachment_of(row: dict[str, Any]) -> Attachment:
    rest = {
        name: row[name] for name in row if name not in {"attachment_id", "at", "made_at", "records"}
    }
    return Attachment(
        id=row["attachment_id"],
        at=parse_time(row["at"]),
        made_at=parse_time(row["made_at"]) if row["made_at"] else None,
        records=msgspec.json.decode(row["records"], type=tuple[AttachedRecord, ...]),
        **rest,
    )
