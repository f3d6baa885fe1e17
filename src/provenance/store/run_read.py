"""Nightly runs that were told of: questions of the page Night. No list reads what a run told."""

from datetime import date

from provenance.store.database import Database, Row
from provenance.store.night_read import span_of

__all__ = ["list_runs", "neighbours_of", "runs_on"]

_COLUMNS = "night_id AS id, started, finished, due, checked, skipped, failed, worse, causes"
_LIST = f"""
SELECT {_COLUMNS} FROM nights
WHERE ?1 IS NULL OR (started, night_id) < (SELECT started, night_id FROM nights WHERE night_id = ?1)
ORDER BY started DESC, night_id DESC LIMIT ?2
"""  # noqa: S608 - a constant
_ON = f"""
SELECT {_COLUMNS} FROM nights WHERE started >= ? AND started < ? ORDER BY started, night_id LIMIT ?
"""  # noqa: S608
_BESIDE = """
SELECT
  (SELECT e.night_id FROM nights e WHERE (e.started, e.night_id) < (n.started, n.night_id)
   ORDER BY e.started DESC, e.night_id DESC LIMIT 1) AS earlier,
  (SELECT l.night_id FROM nights l WHERE (l.started, l.night_id) > (n.started, n.night_id)
   ORDER BY l.started, l.night_id LIMIT 1) AS later
FROM nights n WHERE n.night_id = ?
"""


def list_runs(db: Database, limit: int, before: str | None = None) -> list[Row]:
    """Return the latest runs, or the latest before the run with this id (none where it is unknown)."""
    return db.rows(_LIST, (before, limit))


def runs_on(db: Database, day: date, limit: int) -> list[Row]:
    """Return the runs that began on a day (UTC), the first one first."""
    return db.rows(_ON, (*span_of(day), limit))


def neighbours_of(db: Database, run_id: str) -> tuple[str | None, str | None]:
    """Return the runs before and after one, where there are any."""
    found = db.first(_BESIDE, (run_id,))
    return (found["earlier"], found["later"]) if found else (None, None)
