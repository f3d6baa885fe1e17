"""Which sources have claims that were not held against all copies yet, as SQL.

Without it each run would ask of every claim and every copy whether they met. Triggers mark a source
when it is cited anew, when a copy or a copy's text comes or changes, and when evidence goes. A mark
costs one look at that source; `pipeline.evidence` takes the marks away when all is found.
Names with a leading line are the store's own and in no dump, as that of the migrations.
"""

__all__ = ["EVIDENCE_DUE_STATEMENTS", "MARK_ALL"]


def _mark(found: str) -> str:
    """Mark these sources; not by OR IGNORE, which the statement that fires a trigger overrules."""
    return (
        f"INSERT INTO _evidence_due (source_id) SELECT f.source_id FROM ({found}) f"  # noqa: S608
        " WHERE NOT EXISTS (SELECT 1 FROM _evidence_due d WHERE d.source_id = f.source_id)"
    )


_SHOWN_BY = _mark(
    "SELECT source_id FROM captures WHERE payload_sha256 = new.payload_sha256"
    " UNION SELECT source_id FROM attachments WHERE text_payload = new.payload_sha256"
    " UNION SELECT source_id FROM memento_lookups WHERE payload_sha256 = new.payload_sha256"
)
_NEW, _OLD = (_mark(f"SELECT {row}.source_id AS source_id") for row in ("new", "old"))
# What happens to a table, when it matters -> what is marked.
_WHEN = (
    ("citations_add", "INSERT ON citations WHEN new.source_id IS NOT NULL", _NEW),
    ("citations_move", "UPDATE OF source_id ON citations WHEN new.source_id IS NOT NULL", _NEW),
    ("captures_add", "INSERT ON captures WHEN new.revisit_of IS NULL", _NEW),
    ("attachments_add", "INSERT ON attachments", _NEW),
    ("mementos_add", "INSERT ON memento_lookups WHEN new.payload_sha256 IS NOT NULL", _NEW),
    ("mementos_change", "UPDATE ON memento_lookups WHEN new.payload_sha256 IS NOT NULL", _NEW),
    ("texts_add", "INSERT ON texts", _SHOWN_BY),
    ("texts_change", "UPDATE OF text_sha256, text ON texts", _SHOWN_BY),
    ("evidence_change", "UPDATE OF method ON evidence", _NEW),
    ("evidence_drop", "DELETE ON evidence", _OLD),
)
MARK_ALL = _mark(
    "SELECT source_id FROM captures UNION SELECT source_id FROM attachments"
    " UNION SELECT source_id FROM memento_lookups"
)
EVIDENCE_DUE_STATEMENTS = (
    "CREATE TABLE _evidence_due (source_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID",
    "CREATE TABLE _evidence_method (method TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID",
    *(
        f"CREATE TRIGGER evidence_due_{name} AFTER {event} BEGIN {mark}; END"
        for name, event, mark in _WHEN
    ),
    MARK_ALL,
)
