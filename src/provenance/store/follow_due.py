"""Of which sources something may have changed that claims lean on; marks are set by triggers (`store.rot_tables`)."""

from collections.abc import Iterable

from provenance.store.database import Database
from provenance.store.rot_tables import MARK_ALL_TO_FOLLOW

__all__ = ["settle_followed", "sources_to_follow"]

# One page, on which nothing was found that a claim leans on: there is nowhere to follow anything. Most
# sources that are looked at for the first time are such; each by itself takes four questions.
_NOTHING_TO_FOLLOW = """
DELETE FROM _follow_due WHERE NOT EXISTS (
  SELECT 1 FROM captures c WHERE c.source_id = _follow_due.source_id AND c.payload_sha256 <> (
    SELECT b.payload_sha256 FROM captures b WHERE b.source_id = _follow_due.source_id LIMIT 1))
AND NOT EXISTS (SELECT 1 FROM drifts r WHERE r.source_id = _follow_due.source_id)
AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.source_id = _follow_due.source_id)
AND NOT EXISTS (
  SELECT 1 FROM evidence e WHERE e.source_id = _follow_due.source_id AND e.exact IS NOT NULL)
"""


def sources_to_follow(db: Database, method: str) -> list[str]:
    """Return the sources of which something may have changed, pages of one host together.

    By another method than the last time that is every one that showed more than one page.
    """
    if db.column("SELECT method FROM _follow_method") != [method]:
        with db.atomic():
            db.execute(MARK_ALL_TO_FOLLOW)
            db.execute("DELETE FROM _follow_method")
            db.execute("INSERT INTO _follow_method (method) VALUES (?)", (method,))
    with db.atomic():
        db.execute(_NOTHING_TO_FOLLOW)
    return db.column(
        "SELECT d.source_id FROM _follow_due d LEFT JOIN sources s ON s.source_id = d.source_id"
        " ORDER BY s.host, d.source_id"
    )


def settle_followed(db: Database, source_ids: Iterable[str]) -> None:
    """Take the marks of sources away; the caller holds the transaction that wrote their rows."""
    db.executemany("DELETE FROM _follow_due WHERE source_id = ?", [(each,) for each in source_ids])
