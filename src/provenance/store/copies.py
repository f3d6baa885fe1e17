"""The copies of a source as `trace` shows them: ours, and those that people brought.

What was withdrawn is listed with its tombstone: that there was a copy is part of the chain.
"""

from provenance.store.database import Database, Row
from provenance.store.withdrawals import TOMBSTONE, TOMBSTONE_COLUMNS

__all__ = ["read_attachments", "read_captures"]

_CAPTURES = f"""
SELECT c.capture_id AS id, c.at, c.final_url, c.status, c.media_type, c.warc_file,
  c.warc_offset, c.warc_length, c.payload_sha256, x.text_sha256, {TOMBSTONE_COLUMNS}
FROM captures c
LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256 AND x.reason IS NULL
{TOMBSTONE}
WHERE c.source_id = ? ORDER BY c.at, c.capture_id
"""  # noqa: S608
_ATTACHMENTS = f"""
SELECT c.attachment_id AS id, c.at, c."by", c.why, c.name, c.media_type, c.url, c.made_at,
  c.warc_file, c.warc_offset, c.warc_length, c.payload_sha256, x.text_sha256, {TOMBSTONE_COLUMNS}
FROM attachments c
LEFT JOIN texts x ON x.payload_sha256 = c.text_payload AND x.reason IS NULL
{TOMBSTONE}
WHERE c.source_id = ? ORDER BY c.at, c.attachment_id
"""  # noqa: S608


def read_captures(db: Database, source_id: str) -> list[Row]:
    """Return a source's captures in the order of time."""
    return db.rows(_CAPTURES, (source_id,))


def read_attachments(db: Database, source_id: str) -> list[Row]:
    """Return the copies of a source that people brought, in the order in which they came."""
    return db.rows(_ATTACHMENTS, (source_id,))
