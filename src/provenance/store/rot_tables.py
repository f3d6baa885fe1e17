"""How far sources are from what claims lean on, and where that has to be looked at again, as SQL.

`drifts` has one row for each text that a source showed and that is not the one which its claims
lean on; `followed` one for each claim whose passage does not stand in such a text as it was (no row:
intact). Both follow from rows that the archive holds, so that a rebuild finds the same. They quote
pages: what is withdrawn takes them along at once, and those of all sources that it concerns.

Triggers mark a source when it showed another text, when what its claims lean on changed, or who
leans on it; `pipeline.following` takes the marks away. Names with a leading line are the store's own
and in no dump.
"""

from provenance.store.tables import split_statements

__all__ = ["DRIFT_OF_LOOK", "JOIN_DRIFT", "MARK_ALL_TO_FOLLOW", "ROT_STATEMENTS"]

# `base_sha256` is the text that the page is compared with; `share` and the words are of
# `watch.drift`, `passages` how many were followed into this text. `drift` says why the source
# counts as drifted while it shows this text, NULL where it does not. `basis` is a digest of all
# that the row follows from.
_TABLES = """
CREATE TABLE drifts (
  source_id TEXT NOT NULL REFERENCES sources (source_id) ON DELETE CASCADE,
  text_sha256 TEXT NOT NULL,
  base_sha256 TEXT NOT NULL,
  share REAL NOT NULL, words_lost INTEGER NOT NULL, words_gained INTEGER NOT NULL,
  said TEXT NOT NULL,
  passages INTEGER NOT NULL, altered INTEGER NOT NULL, missing INTEGER NOT NULL,
  drift TEXT,
  basis TEXT NOT NULL,
  PRIMARY KEY (source_id, text_sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE followed (
  source_id TEXT NOT NULL REFERENCES sources (source_id) ON DELETE CASCADE,
  claim_key INTEGER NOT NULL REFERENCES claims (claim_key) ON DELETE CASCADE,
  text_sha256 TEXT NOT NULL,
  state TEXT NOT NULL, score REAL NOT NULL, reason TEXT NOT NULL,
  was TEXT NOT NULL, now TEXT NOT NULL,
  start INTEGER, "end" INTEGER,
  PRIMARY KEY (source_id, claim_key, text_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX followed_by_claim ON followed (claim_key);

CREATE TABLE _follow_due (source_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE _follow_method (method TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;

DROP INDEX sources_by_host;
CREATE INDEX sources_by_host ON sources (host, source_id)
"""

# For a query over checks `k` and the texts `x` that they saw: why the page was not what claims lean
# on. What the text says overrules what the page looked like before it was read.
JOIN_DRIFT = "LEFT JOIN drifts r ON r.source_id = k.source_id AND r.text_sha256 = x.text_sha256"
DRIFT_OF_LOOK = """CASE WHEN r.basis IS NULL THEN k.facts ->> '$.drift'
  ELSE r.drift || coalesce('; ' || (k.facts ->> '$.drift'), '') END"""


def _mark(found: str) -> str:
    """Mark these sources; not by OR IGNORE, which the statement that fires a trigger overrules."""
    return (
        f"INSERT INTO _follow_due (source_id) SELECT DISTINCT f.source_id FROM ({found}) f"  # noqa: S608
        " WHERE f.source_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM _follow_due d WHERE d.source_id = f.source_id)"
    )


def _anew(found: str) -> str:
    """Forget what was found of these sources, and mark them."""
    forget = "".join(
        f"DELETE FROM {table} WHERE source_id IN ({found}); "  # noqa: S608
        for table in ("drifts", "followed")
    )
    return forget + _mark(found)


def _cited_in(content: str) -> str:
    return (
        "SELECT i.source_id FROM notes n JOIN citations i ON i.note_key = n.note_key"  # noqa: S608
        f" WHERE n.content_key = {content}"
    )


_NEW, _OLD = (_mark(f"SELECT {row}.source_id AS source_id") for row in ("new", "old"))
_SHOWN_BY = "SELECT source_id FROM captures WHERE payload_sha256 = new.payload_sha256"
_HELD_BY = (
    f"{_SHOWN_BY} UNION SELECT source_id FROM attachments WHERE payload_sha256 = new.payload_sha256"  # noqa: S608
    " UNION SELECT source_id FROM memento_lookups WHERE payload_sha256 = new.payload_sha256"
)
# What other pages of the host show tells which lines of a page are no words of its own.
_OF_HOSTS = (
    "SELECT b.source_id FROM captures c JOIN sources a ON a.source_id = c.source_id"
    " JOIN sources b ON b.host = a.host WHERE c.payload_sha256 = new.payload_sha256"
)
_IS_ANOTHER_PAGE = """new.payload_sha256 IS NOT (
  SELECT c.payload_sha256 FROM captures c WHERE c.source_id = new.source_id
    AND (c.at, c.capture_id) < (new.at, new.capture_id)
  ORDER BY c.at DESC, c.capture_id DESC LIMIT 1)"""
_READS_OTHERWISE = " OR ".join(
    f"new.{name} IS NOT old.{name}" for name in ("text_sha256", "reason", "title", "language")
)
# What happens to a table, when it matters -> what is marked.
_WHEN = (
    ("captures", f"INSERT ON captures WHEN {_IS_ANOTHER_PAGE}", _NEW),
    ("texts", "INSERT ON texts", _mark(_SHOWN_BY)),
    ("texts_change", f"UPDATE ON texts WHEN {_READS_OTHERWISE}", _anew(_OF_HOSTS)),
    ("withdrawals", "INSERT ON withdrawals", _anew(_HELD_BY)),
    ("evidence", "INSERT ON evidence WHEN new.exact IS NOT NULL", _NEW),
    ("evidence_change", "UPDATE OF exact ON evidence WHEN new.exact IS NOT old.exact", _NEW),
    ("evidence_drop", "DELETE ON evidence WHEN old.exact IS NOT NULL", _OLD),
    ("reviews", "INSERT ON reviews", _NEW),
    ("reviews_change", "UPDATE ON reviews", _NEW),
    ("citations", "INSERT ON citations", _NEW),
    ("citations_move", "UPDATE OF source_id ON citations", f"{_NEW}; {_OLD}"),
    # its claims go with it: those that a later parser finds have other keys
    ("citations_drop", "DELETE ON citations", _anew("SELECT old.source_id AS source_id")),
    ("documents", "INSERT ON documents", _mark(_cited_in("new.content_key"))),
    (
        "documents_change",
        "UPDATE OF content_key ON documents WHEN new.content_key <> old.content_key",
        f"{_mark(_cited_in('new.content_key'))}; {_mark(_cited_in('old.content_key'))}",
    ),
)
# Of a source that showed one page only nothing can have changed, but beside another archive's copy.
MARK_ALL_TO_FOLLOW = _mark(
    "SELECT source_id FROM captures GROUP BY source_id HAVING min(payload_sha256) <> max(payload_sha256)"
    " UNION SELECT source_id FROM memento_lookups WHERE payload_sha256 IS NOT NULL"
)
ROT_STATEMENTS = (
    *split_statements(_TABLES),
    *(f"CREATE TRIGGER follow_due_{name} AFTER {event} BEGIN {mark}; END" for name, event, mark in _WHEN),
    MARK_ALL_TO_FOLLOW,
)  # fmt: skip
