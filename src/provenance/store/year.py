"""Sources drawn by lot, for pictures of all: what is true of some thousand is nearly true of a million.

Ids of sources are digests, so that the first so many by id are drawn by lot, and always the same: a
picture does not flicker from night to night because others were drawn. Of a host every so many-th
source is drawn, in the order in which they were cited.
"""

from datetime import datetime

from provenance.model import CitationKind
from provenance.model.history import History
from provenance.store.database import Database
from provenance.store.states import histories_at

__all__ = ["Drawn", "draw_of_host", "draw_sources", "largest_hosts", "read_histories"]

# A source and its kind.
Drawn = dict[str, CitationKind]
# So many histories are in memory at a time.
_BATCH = 500


def draw_sources(db: Database, most: int) -> Drawn:
    """Return at most so many sources, all where there are no more, each with its kind."""
    found = db.rows("SELECT source_id, kind FROM sources ORDER BY source_id LIMIT ?", (most,))
    return {row["source_id"]: row["kind"] for row in found}


def largest_hosts(db: Database, most: int) -> list[tuple[str, int]]:
    """Return the hosts with most sources, and how many each has."""
    found = db.rows(
        "SELECT name, uses FROM names WHERE kind = 'host' ORDER BY uses DESC, name LIMIT ?", (most,)
    )
    return [(row["name"], row["uses"]) for row in found]


def draw_of_host(db: Database, host: str, sources: int, most: int) -> Drawn:
    """Return at most so many of a host's `sources` sources, each with its kind."""
    every = -(-sources // most) or 1
    found = db.rows(
        "SELECT s.source_id, s.kind FROM ("
        " SELECT rowid AS place, row_number() OVER (ORDER BY rowid) AS number"
        " FROM sources WHERE host = ?1) every"
        " JOIN sources s ON s.rowid = every.place WHERE every.number % ?2 = 0 LIMIT ?3",
        (host, every, most),
    )
    return {row["source_id"]: row["kind"] for row in found}


def read_histories(db: Database, drawn: Drawn, until: datetime) -> dict[str, History]:
    """Return what was seen of these sources before a moment; who was not looked at has no entry."""
    wanted = sorted(drawn)
    found: dict[str, History] = {}
    for first in range(0, len(wanted), _BATCH):
        batch = histories_at(db, wanted[first : first + _BATCH], until)
        found |= {source_id: history for source_id, history in batch.items() if history.checks}
    return found
