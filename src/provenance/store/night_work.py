"""The work of a night under way: what it has to do, what is left of it after a kill -9, how it stands.

A source is done when it has more looks than it had when the night began, whoever made them: so nothing
needs to be written beside the looks themselves, and a clock that was set back changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from provenance.store.database import Database
from provenance.store.rows import json_text, parse_time, time_text

__all__ = [
    "OpenNight",
    "add_to_night",
    "begin_night",
    "count_captured",
    "count_due",
    "count_results",
    "end_night",
    "find_open_night",
    "note_requests",
    "sources_left",
    "was_due_by",
]

_BEGIN = """
INSERT INTO _night_work (place, source_id, checks, state, rule, reason, last_checked, last_ok)
SELECT w.key + ?2, t.source_id, t.checks, t.state, t.rule, t.reason, t.last_checked, t.last_ok
FROM json_each(?1) w JOIN states t ON t.source_id = w.value
"""
_LEFT = """
SELECT w.source_id FROM _night_work w JOIN states t ON t.source_id = w.source_id
WHERE t.checks = w.checks ORDER BY w.place
"""
# The look that was written last; by time it would be another where a clock was set back.
_RESULTS = """
SELECT outcome, count(*) AS sources FROM (
  SELECT (SELECT coalesce(j.outcome, k.outcome) FROM checks k
    LEFT JOIN judgements j ON j.check_id = k.check_id
    WHERE k.source_id = w.source_id ORDER BY k.rowid DESC LIMIT 1) AS outcome
  FROM _night_work w JOIN states t ON t.source_id = w.source_id WHERE t.checks > w.checks)
GROUP BY 1
"""


class OpenNight(Struct, frozen=True):
    """A night that has begun and was not told of. `previous` is the last one that was.

    `requests` were sent, as far as that was written down.
    """

    id: str
    started: datetime
    previous: str | None = None
    previous_finished: datetime | None = None
    requests: int = 0


def find_open_night(db: Database) -> OpenNight | None:
    """Return the night that was begun and not ended; None where there is none."""
    row = db.first("SELECT * FROM _night")
    if row is None:
        return None
    finished = row["previous_finished"]
    return OpenNight(
        row["run_id"],
        parse_time(row["started"]),
        row["previous"],
        parse_time(finished) if finished else None,
        row["requests"],
    )


def begin_night(db: Database, night: OpenNight, source_ids: Sequence[str]) -> None:
    """Write down what a night has to do, in this order, with how each source stands now."""
    finished = night.previous_finished
    with db.atomic():
        _forget(db)
        db.execute(
            "INSERT INTO _night VALUES (?, ?, ?, ?, 0)",
            (night.id, time_text(night.started), night.previous,
             time_text(finished) if finished else None),
        )  # fmt: skip
        db.execute(_BEGIN, (json_text(source_ids), 0))


def add_to_night(db: Database, source_ids: Sequence[str]) -> list[str]:
    """Write down what fell due meanwhile, behind all else; return those that are new to the night."""
    known = set(db.column("SELECT source_id FROM _night_work"))
    new = [source_id for source_id in source_ids if source_id not in known]
    if new:
        with db.atomic():
            db.execute(_BEGIN, (json_text(new), len(known)))
    return new


def sources_left(db: Database) -> list[str]:
    """Return the sources that were not looked at yet, in the order in which they are to be."""
    return db.column(_LEFT)


def was_due_by(db: Database, source_id: str, moment: datetime) -> bool:
    """Tell whether a source was due at an earlier moment and has not been looked at since."""
    sql = "SELECT next_due < ? FROM states WHERE source_id = ?"
    return bool(db.value(sql, (time_text(moment), source_id)))


def count_due(db: Database) -> int:
    """Return how many sources the night has to look at."""
    return int(db.value("SELECT count(*) FROM _night_work"))


def count_results(db: Database) -> Counter[str]:
    """Return how many of its sources were looked at, by what the look amounts to."""
    return Counter({row["outcome"]: row["sources"] for row in db.rows(_RESULTS)})


def count_captured(db: Database, since: datetime) -> int:
    """Return how many captures with bytes that we did not have were made since a moment."""
    sql = "SELECT count(*) FROM captures WHERE at >= ? AND revisit_of IS NULL"
    return int(db.value(sql, (time_text(since),)))


def note_requests(db: Database, requests: int) -> None:
    """Write down how many requests the night has sent so far."""
    with db.atomic():
        db.execute("UPDATE _night SET requests = ?", (requests,))


def end_night(db: Database) -> None:
    """Forget the work: it was told of, or nobody takes it up any more."""
    with db.atomic():
        _forget(db)


def _forget(db: Database) -> None:
    db.execute("DELETE FROM _night_work")
    db.execute("DELETE FROM _night")
