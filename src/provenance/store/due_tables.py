"""What is due and how much rests on it, kept in step by triggers; and the work of a night under way, as SQL.

At a million sources the due list must not look at each: `_due` has a row for every source that can be
looked at, and its index holds all that the list needs. `next_due` is empty where a source was never
looked at, or last from an offline vantage: that is due at any time. What is
`not_checkable` now and was answered once has a `next_due` too. `weight` is a sum (`store.due`);
sources in `_weigh` are weighed anew before the next list. Names with a leading line are the store's own and
in no dump: they follow from the other tables, or are of a run that is not over.
"""

from provenance.store.tables import split_statements

__all__ = ["DUE_STATEMENTS", "FILL_DUE"]

_WHEN_DUE = """CASE WHEN {0}.last_vantage = 'offline' OR {0}.next_due IS NULL THEN ''
  ELSE {0}.next_due END"""
# An upsert is no OR IGNORE: the statement that fires a trigger does not overrule it.
_PUT = f"""
INSERT INTO _due (source_id, next_due, weight, host)
SELECT s.source_id, {_WHEN_DUE.format("new")}, 0, s.host FROM sources s
WHERE s.source_id = new.source_id AND s.url IS NOT NULL
  AND (new.state <> 'not_checkable' OR new.next_due IS NOT NULL)
ON CONFLICT (source_id) DO UPDATE SET next_due = excluded.next_due, host = excluded.host
"""  # noqa: S608 - put together from constants
_DROP = "DELETE FROM _due WHERE source_id = {}.source_id"


def _mark(found: str) -> str:
    return (
        f"INSERT INTO _weigh (source_id) SELECT DISTINCT f.source_id FROM ({found}) f"  # noqa: S608
        " WHERE f.source_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM _weigh w WHERE w.source_id = f.source_id)"
    )


_NEW, _OLD = (_mark(f"SELECT {row}.source_id AS source_id") for row in ("new", "old"))
_CITED_IN = _mark(
    "SELECT i.source_id FROM notes n JOIN citations i ON i.note_key = n.note_key"
    " WHERE n.content_key IN ({})"
)
_MOVES = "next_due, state, last_vantage"
_TRIGGERS = (
    ("due_add", "INSERT ON states", _PUT),
    ("due_move", f"UPDATE OF {_MOVES} ON states WHEN new.state <> 'not_checkable' OR new.next_due IS NOT NULL", _PUT),
    ("due_stop", f"UPDATE OF {_MOVES} ON states WHEN new.state = 'not_checkable' AND new.next_due IS NULL", _DROP.format("new")),
    ("due_drop", "DELETE ON states", _DROP.format("old")),
    ("due_host", "UPDATE OF host ON sources WHEN new.host IS NOT old.host",
     "UPDATE _due SET host = new.host WHERE source_id = new.source_id"),
    ("weigh_citations_add", "INSERT ON citations", _NEW),
    ("weigh_citations_move", "UPDATE OF source_id ON citations", _NEW),
    ("weigh_citations_drop", "DELETE ON citations", _OLD),
    ("weigh_documents_add", "INSERT ON documents", _CITED_IN.format("new.content_key")),
    ("weigh_documents_move", "UPDATE OF content_key ON documents",
     _CITED_IN.format("new.content_key, old.content_key")),
    ("weigh_evidence_add", "INSERT ON evidence WHEN new.exact IS NOT NULL", _NEW),
    ("weigh_evidence_change", "UPDATE OF exact ON evidence", _NEW),
    ("weigh_evidence_drop", "DELETE ON evidence WHEN old.exact IS NOT NULL", _OLD),
)  # fmt: skip

_TABLES = """
CREATE TABLE _due (
  source_id TEXT NOT NULL PRIMARY KEY,
  next_due TEXT NOT NULL,
  weight INTEGER NOT NULL,
  host TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX _due_by_time ON _due (next_due, weight, host);

CREATE TABLE _weigh (source_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE _night (
  run_id TEXT NOT NULL PRIMARY KEY,
  started TEXT NOT NULL,
  previous TEXT,
  previous_finished TEXT,
  requests INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE _night_work (
  place INTEGER PRIMARY KEY,
  source_id TEXT NOT NULL UNIQUE,
  checks INTEGER NOT NULL,
  state TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL,
  last_checked TEXT, last_ok TEXT
) STRICT
"""

# For a store whose states were there before `_due` was.
FILL_DUE = (
    f"""INSERT INTO _due (source_id, next_due, weight, host)
    SELECT t.source_id, {_WHEN_DUE.format("t")}, 0, s.host
    FROM states t JOIN sources s ON s.source_id = t.source_id
    WHERE s.url IS NOT NULL AND (t.state <> 'not_checkable' OR t.next_due IS NOT NULL)""",  # noqa: S608
    "INSERT INTO _weigh (source_id) SELECT source_id FROM _due",
)
DUE_STATEMENTS = (
    *split_statements(_TABLES),
    *(
        f"CREATE TRIGGER {name} AFTER {event} BEGIN {statement}; END"
        for name, event, statement in _TRIGGERS
    ),
    *FILL_DUE,
)
