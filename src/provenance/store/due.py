"""What is due, in bounded time at any size; how much rests on each source."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from provenance.model import Source
from provenance.store.database import Database
from provenance.store.rows import SOURCE_COLUMNS, json_text, time_text

__all__ = ["Due", "list_due", "read_sources", "weigh_sources"]

# A weight is a sum, so that sorting by it sorts by the first of these that tells two sources apart.
HAS_EVIDENCE = 4  # a passage of it was found for a claim
STANDS_ALONE = 2  # a claim of a current document cites nothing else
IS_CITED = 1  # a current document cites it

# The index alone answers. A range of it comes by moment, then weight: nothing has to be sorted here.
_LIST = "SELECT source_id, host, weight, next_due FROM _due WHERE next_due <= ?"
# Nothing waits for longer than the slowest cadence, 33 days: what does was dated by a clock that was ahead.
_LIST_AHEAD = _LIST.replace("<= ?", "> ?")
_LONGEST_WAIT = timedelta(days=34)
_WEIGHT = f"""
{HAS_EVIDENCE} * EXISTS (
  SELECT 1 FROM evidence e WHERE e.source_id = w.source_id AND e.exact IS NOT NULL)
+ {STANDS_ALONE} * EXISTS (
  SELECT 1 FROM citations i
  JOIN notes n ON n.note_key = i.note_key
  JOIN documents d ON d.content_key = n.content_key
  JOIN markers m ON m.note_key = i.note_key
  WHERE i.source_id = w.source_id AND NOT EXISTS (
    SELECT 1 FROM markers o JOIN citations b ON b.note_key = o.note_key
    WHERE o.claim_key = m.claim_key AND b.source_id <> w.source_id))
+ {IS_CITED} * EXISTS (
  SELECT 1 FROM citations i
  JOIN notes n ON n.note_key = i.note_key
  JOIN documents d ON d.content_key = n.content_key
  WHERE i.source_id = w.source_id)
"""  # noqa: S608 - put together from constants
_WEIGH = f"""
UPDATE _due SET weight = found.weight
FROM (SELECT w.source_id, {_WEIGHT} AS weight FROM (
  SELECT source_id FROM _weigh ORDER BY source_id LIMIT ?) w) found
WHERE _due.source_id = found.source_id AND _due.weight <> found.weight
"""  # noqa: S608 - put together from constants
_WEIGHED = "DELETE FROM _weigh WHERE source_id IN (SELECT source_id FROM _weigh ORDER BY source_id LIMIT ?)"  # fmt: skip
# So many sources at a time, so that other writers get their turn.
_BATCH = 5_000


class Due(NamedTuple):
    """A source that is due; `weight` says how much rests on it, `next_due` is "" where it was never seen."""

    source_id: str
    host: str | None
    weight: int
    next_due: str


def list_due(
    db: Database, now: datetime, *, hosts: Collection[str] = (), document_ids: Collection[str] = ()
) -> list[Due]:
    """Return every source that is to be looked at now, in no promised order.

    `hosts` and `document_ids` name the only hosts, and the only documents' sources, that count.
    """
    narrower, values = "", []
    if hosts:
        narrower += " AND host IN (SELECT value FROM json_each(?))"
        values.append(json_text(sorted(hosts)))
    if document_ids:
        narrower += (
            " AND source_id IN (SELECT i.source_id FROM json_each(?) wanted"
            " JOIN documents d ON d.document_id = wanted.value"
            " JOIN notes n ON n.content_key = d.content_key"
            " JOIN citations i ON i.note_key = n.note_key)"
        )
        values.append(json_text(sorted(document_ids)))
    found: list[Due] = []
    for sql, moment in ((_LIST, now), (_LIST_AHEAD, now + _LONGEST_WAIT)):
        found += map(Due._make, db.tuples(sql + narrower, [time_text(moment), *values]))
    return found


def weigh_sources(db: Database) -> int:
    """Weigh the sources anew on which something else rests than before; return how many there were."""
    weighed = 0
    while True:
        with db.atomic():
            db.execute(_WEIGH, (_BATCH,))
            done = db.execute(_WEIGHED, (_BATCH,))
        weighed += done
        if done < _BATCH:
            return weighed


def read_sources(db: Database, source_ids: Collection[str]) -> dict[str, Source]:
    """Return sources by id; what is not stored is not in it."""
    columns = ", ".join(f's."{name}"' for name in SOURCE_COLUMNS)
    found = db.rows(
        f"SELECT {columns} FROM json_each(?) w JOIN sources s ON s.source_id = w.value",  # noqa: S608
        (json_text(sorted(source_ids)),),
    )
    return {row["source_id"]: _source_of(row) for row in found}


def _source_of(row: dict[str, object]) -> Source:
    rest = {name: value for name, value in row.items() if name not in {"source_id", "truncated"}}
    return Source(id=str(row["source_id"]), truncated=bool(row["truncated"]), **rest)  # type: ignore[arg-type]
