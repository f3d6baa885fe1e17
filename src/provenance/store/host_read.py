"""Sources by host: questions of the pages that list them. What is cut is cut by key, never by number."""

from provenance.store.database import Database, Row

__all__ = [
    "MOST_SEARCHED",
    "count_host_states",
    "count_sources_of_host",
    "count_unaddressed",
    "list_hosts",
    "list_sources_of_host",
    "related_hosts",
    "source_behind",
]

# So many sources of one host are looked through at a time: 20 ms.
MOST_SEARCHED = 5_000
_NEXT_OF_HOST = """SELECT s.rowid AS place, s.source_id FROM sources s WHERE s.host IS ?1
  AND s.rowid > coalesce((SELECT b.rowid FROM sources b WHERE b.source_id = ?2), 0)
  ORDER BY s.rowid"""
# Behind every text that begins like a prefix: the last code point.
_END = "\U0010ffff"


def list_hosts(db: Database, limit: int, behind: str, prefix: str) -> list[Row]:
    """Return hosts that begin with `prefix`, by name from behind `behind` on, with how many sources each has."""
    return db.rows(
        "SELECT name AS host, uses AS sources FROM names"
        " WHERE kind = 'host' AND name > ?1 AND name >= ?2 AND name < ?3 ORDER BY name LIMIT ?4",
        (behind, prefix, prefix + _END, limit),
    )


def count_unaddressed(db: Database) -> int:
    """Return how many sources have no host: works, communications, what is had on request."""
    return int(db.value("SELECT count(*) FROM sources WHERE host IS NULL"))


def count_sources_of_host(db: Database, host: str) -> int:
    """Return how many sources a host has."""
    return int(db.value("SELECT uses FROM names WHERE kind = 'host' AND name = ?", (host,)) or 0)


def count_host_states(db: Database, host: str | None, limit: int) -> dict[str, int]:
    """Return how many of the first `limit` sources of a host are in each state."""
    found = db.rows(
        "SELECT coalesce(t.state, 'unchecked') AS state, count(*) AS sources"
        " FROM (SELECT source_id FROM sources WHERE host IS ? LIMIT ?) s"
        " LEFT JOIN states t ON t.source_id = s.source_id GROUP BY 1 ORDER BY 1",
        (host, limit),
    )
    return {row["state"]: row["sources"] for row in found}


def related_hosts(db: Database, host: str, domain: str, limit: int) -> list[Row]:
    """Return the other hosts of a registrable domain, with how many sources each has."""
    return db.rows(
        "SELECT name AS host, uses AS sources FROM names WHERE kind = 'host'"
        " AND name <> ?1 AND (name = ?2 OR substr(name, -length(?2) - 1) = '.' || ?2)"
        " ORDER BY name LIMIT ?3",
        (host, domain, limit),
    )


def list_sources_of_host(
    db: Database, host: str | None, limit: int, behind: str | None, state: str | None
) -> list[Row]:
    """Return sources of a host (None: those without one) in the order in which they were first cited.

    `behind` is the id of the last one on the page before. With `state` only the next
    `MOST_SEARCHED` sources are looked through for those in that state: see `source_behind`.
    """
    return db.rows(
        "SELECT v.source_id AS id, v.url, w.title, w.publisher, v.host, v.kind, v.state, v.reason,"  # noqa: S608
        " v.last_checked, coalesce(v.checks, 0) AS checks, coalesce(v.captures, 0) AS captures,"
        " v.claims"
        f" FROM (SELECT s.place, s.source_id FROM ({_NEXT_OF_HOST} LIMIT {MOST_SEARCHED}) s"
        "  LEFT JOIN states t ON t.source_id = s.source_id"
        "  WHERE ?3 IS NULL OR coalesce(t.state, 'unchecked') = ?3 ORDER BY s.place LIMIT ?4) s"
        " JOIN source_states v ON v.source_id = s.source_id"
        " JOIN sources w ON w.source_id = s.source_id ORDER BY s.place",
        (host, behind, state, limit),
    )


def source_behind(db: Database, host: str | None, behind: str | None) -> str | None:
    """Return the last source that one search by state looks through, None where the search reaches the end."""
    found: str | None = db.value(
        f"SELECT source_id FROM ({_NEXT_OF_HOST} LIMIT 1 OFFSET {MOST_SEARCHED - 1})",  # noqa: S608
        (host, behind),
    )
    return found
