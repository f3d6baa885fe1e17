"""What is said of a state beside its checks, and what nights found, as SQL.

(Records: model/watching.py.) No reference to sources: what was said stays said, whatever is read anew.
"""

from provenance.store.tables import split_statements

__all__ = ["WATCH_STATEMENTS"]

# `overruled_by` names the later override of the same source. `report` is a NightReport as JSON;
# `worse` counts its changes that need a person, `causes` the hosts' causes that are news. `states.rules` is the version of the rules
# that derived the state.
_WATCHING = """
CREATE TABLE overrides (
  override_id TEXT NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL,
  at TEXT NOT NULL, "by" TEXT NOT NULL, why TEXT NOT NULL,
  state TEXT, until TEXT,
  overruled_by TEXT
) STRICT;
CREATE INDEX overrides_by_source ON overrides (source_id, at);

CREATE TABLE opinions (
  source_id TEXT NOT NULL,
  at TEXT NOT NULL, who TEXT NOT NULL,
  url TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  seen_at TEXT, uri_m TEXT, status INTEGER,
  PRIMARY KEY (source_id, at, who)
) STRICT, WITHOUT ROWID;

CREATE TABLE nights (
  night_id TEXT NOT NULL PRIMARY KEY,
  started TEXT NOT NULL, finished TEXT NOT NULL,
  due INTEGER NOT NULL, checked INTEGER NOT NULL, skipped INTEGER NOT NULL, failed INTEGER NOT NULL,
  worse INTEGER NOT NULL, causes INTEGER NOT NULL,
  report TEXT NOT NULL
) STRICT;
CREATE INDEX nights_by_time ON nights (started);

ALTER TABLE states ADD COLUMN rules INTEGER NOT NULL DEFAULT 1;
CREATE INDEX states_overridden ON states (source_id) WHERE rule = 'override'
"""

WATCH_STATEMENTS = split_statements(_WATCHING)
