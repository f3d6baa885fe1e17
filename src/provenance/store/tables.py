"""The tables, their indices and the full-text indices, as SQL.

Identity is text (digests of content and place) wherever a person or another
table's line may name a thing: documents, claims, sources, checks, captures.
Integer keys (`content_key`, `claim_key`, `note_key`, `text_key`) are the
store's own shorthand: rows by the million refer to each other through them, and
the full-text indices need them. They never leave the store.

What one content says (claims, notes, markers, citations) hangs on `contents`,
one row per SHA-256, and goes with it; which content is a document's current one
stands in `documents`. Times are ISO 8601 in UTC with microseconds and `Z`:
sorting the text sorts the time. `bare` repeats the words of a text that the
full-text index would miss (see `folding`).
"""

__all__ = [
    "CITATION_DETAIL_STATEMENTS",
    "FTS_STATEMENTS",
    "RECOVERY_STATEMENTS",
    "TABLE_STATEMENTS",
    "full_text_index",
    "split_statements",
]

_DOCUMENTS = """
CREATE TABLE contents (
  content_key INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  parser TEXT NOT NULL,
  format TEXT NOT NULL,
  title TEXT, authors TEXT NOT NULL, published TEXT, data_cutoff TEXT,
  origin_url TEXT, language TEXT,
  text TEXT NOT NULL,
  findings TEXT NOT NULL
) STRICT;

CREATE TABLE documents (
  document_id TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,
  content_key INTEGER NOT NULL REFERENCES contents (content_key),
  path TEXT, origin_url TEXT,
  FOREIGN KEY (document_id, seq) REFERENCES versions (document_id, seq)
    DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_by_content ON documents (content_key);
CREATE INDEX documents_by_path ON documents (path);
CREATE INDEX documents_by_origin ON documents (origin_url);

CREATE TABLE versions (
  document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED,
  seq INTEGER NOT NULL,
  content_key INTEGER NOT NULL REFERENCES contents (content_key),
  at TEXT NOT NULL,
  path TEXT, origin_url TEXT,
  size_bytes INTEGER NOT NULL,
  warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL,
  PRIMARY KEY (document_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_by_content ON versions (content_key);
CREATE INDEX versions_by_path ON versions (path)
"""

_SOURCES = """
CREATE TABLE sources (
  source_id TEXT NOT NULL PRIMARY KEY,
  "key" TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT, canonical_url TEXT, host TEXT,
  truncated INTEGER NOT NULL,
  publisher TEXT, title TEXT, date TEXT,
  access TEXT NOT NULL
) STRICT;
CREATE INDEX sources_by_canonical_url ON sources (canonical_url);
CREATE INDEX sources_by_host ON sources (host);

CREATE TABLE states (
  source_id TEXT NOT NULL PRIMARY KEY REFERENCES sources (source_id) ON DELETE CASCADE,
  state TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL,
  last_checked TEXT, last_ok TEXT, next_due TEXT,
  last_vantage TEXT,
  checks INTEGER NOT NULL, captures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX states_by_due ON states (next_due);
CREATE INDEX states_offline ON states (last_vantage) WHERE last_vantage = 'offline';
CREATE INDEX states_by_state ON states (state)
"""

_READINGS = """
CREATE TABLE claims (
  claim_key INTEGER PRIMARY KEY,
  content_key INTEGER NOT NULL REFERENCES contents (content_key) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  claim_id TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  section TEXT NOT NULL,
  bare TEXT,
  UNIQUE (claim_id, content_key)
) STRICT;
CREATE UNIQUE INDEX claims_by_content ON claims (content_key, ordinal);

CREATE TABLE notes (
  note_key INTEGER PRIMARY KEY,
  content_key INTEGER NOT NULL REFERENCES contents (content_key) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  note_id TEXT NOT NULL,
  list TEXT NOT NULL, label TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (content_key, note_id)
) STRICT;
CREATE INDEX notes_by_label ON notes (content_key, label);

CREATE TABLE markers (
  claim_key INTEGER NOT NULL REFERENCES claims (claim_key) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  label TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  note_key INTEGER REFERENCES notes (note_key) ON DELETE CASCADE,
  repeats_note INTEGER NOT NULL,
  PRIMARY KEY (claim_key, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX markers_by_note ON markers (note_key, claim_key);

CREATE TABLE citations (
  note_key INTEGER NOT NULL REFERENCES notes (note_key) ON DELETE CASCADE,
  citation_index INTEGER NOT NULL,
  kind TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  raw TEXT NOT NULL,
  url TEXT, canonical_url TEXT,
  truncated INTEGER NOT NULL, hidden INTEGER NOT NULL, href TEXT,
  repairs TEXT NOT NULL,
  publisher TEXT, title TEXT, authors TEXT NOT NULL, date TEXT,
  access TEXT NOT NULL, access_url TEXT, archive_of TEXT,
  antecedent_label TEXT, antecedent_index INTEGER,
  source_id TEXT REFERENCES sources (source_id),
  PRIMARY KEY (note_key, citation_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX citations_by_source ON citations (source_id);
CREATE INDEX citations_as_written ON citations (raw) WHERE raw <> coalesce(url, '');

CREATE TABLE cited_mementos (
  content_key INTEGER NOT NULL REFERENCES contents (content_key) ON DELETE CASCADE,
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  archive TEXT NOT NULL,
  uri_m TEXT NOT NULL,
  at TEXT,
  PRIMARY KEY (source_id, uri_m, content_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX cited_mementos_by_content ON cited_mementos (content_key);
CREATE INDEX cited_mementos_by_uri ON cited_mementos (uri_m)
"""

_RECOVERIES = """
CREATE TABLE recoveries (
  sha256 TEXT NOT NULL,
  note_id TEXT NOT NULL,
  citation_index INTEGER NOT NULL,
  at TEXT NOT NULL,
  decision TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL,
  cut TEXT NOT NULL, url TEXT, canonical_url TEXT,
  source_id TEXT,
  cut_source_id TEXT,
  warc_file TEXT, warc_offset INTEGER, warc_length INTEGER,
  line TEXT NOT NULL,
  PRIMARY KEY (sha256, note_id, citation_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX recoveries_by_source ON recoveries (source_id)
"""

# What prose notes say beside an address. NULL in rows that an earlier parser wrote, until its
# document is ingested again or all is rebuilt: `contents.parser` tells which those are.
_CITATION_DETAILS = """
ALTER TABLE citations ADD COLUMN antecedent_note TEXT;
ALTER TABLE citations ADD COLUMN antecedent_reason TEXT;
ALTER TABLE citations ADD COLUMN pages TEXT;
ALTER TABLE citations ADD COLUMN accessed TEXT;
ALTER TABLE citations ADD COLUMN isbn TEXT;
ALTER TABLE citations ADD COLUMN archive_url TEXT
"""

_OBSERVATIONS = """
CREATE TABLE captures (
  capture_id TEXT NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  at TEXT NOT NULL,
  url TEXT NOT NULL, final_url TEXT NOT NULL,
  status INTEGER NOT NULL, media_type TEXT NOT NULL,
  warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL,
  payload_sha256 TEXT NOT NULL, payload_bytes INTEGER NOT NULL,
  truncated TEXT,
  revisit_of TEXT
) STRICT;
CREATE INDEX captures_by_source ON captures (source_id, at);
CREATE INDEX captures_by_payload ON captures (payload_sha256, at);

CREATE TABLE checks (
  check_id TEXT NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  at TEXT NOT NULL,
  url TEXT NOT NULL,
  outcome TEXT NOT NULL, rule TEXT NOT NULL, rule_version INTEGER NOT NULL, reason TEXT NOT NULL,
  http_status INTEGER, final_url TEXT,
  elapsed_ms INTEGER NOT NULL,
  vantage TEXT NOT NULL,
  capture_id TEXT REFERENCES captures (capture_id),
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX checks_by_source ON checks (source_id, at);
CREATE INDEX checks_by_capture ON checks (capture_id) WHERE capture_id IS NOT NULL;

CREATE TABLE texts (
  text_key INTEGER PRIMARY KEY,
  payload_sha256 TEXT NOT NULL UNIQUE,
  text_sha256 TEXT NOT NULL,
  at TEXT NOT NULL,
  extractor TEXT NOT NULL,
  title TEXT, authors TEXT NOT NULL, date TEXT, language TEXT,
  reason TEXT,
  warc_file TEXT, warc_offset INTEGER, warc_length INTEGER,
  text TEXT NOT NULL,
  bare TEXT
) STRICT;

CREATE TABLE evidence (
  evidence_id TEXT NOT NULL PRIMARY KEY,
  claim_key INTEGER NOT NULL REFERENCES claims (claim_key) ON DELETE CASCADE,
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  capture_id TEXT REFERENCES captures (capture_id) ON DELETE CASCADE,
  verdict TEXT NOT NULL, score REAL,
  exact TEXT, prefix TEXT, suffix TEXT, start INTEGER, "end" INTEGER,
  method TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_by_claim ON evidence (claim_key, source_id);
CREATE INDEX evidence_by_source ON evidence (source_id);
CREATE INDEX evidence_by_capture ON evidence (capture_id)
"""

_PROGRESS = """
CREATE TABLE journal_positions (
  journal TEXT NOT NULL PRIMARY KEY,
  file TEXT NOT NULL, offset INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE warc_ends (
  file TEXT NOT NULL PRIMARY KEY,
  end_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""


def split_statements(script: str) -> tuple[str, ...]:
    """Return the statements of a script; no literal of it may hold a semicolon."""
    return tuple(part.strip() for part in script.split(";") if part.strip())


RECOVERY_STATEMENTS = split_statements(_RECOVERIES)
CITATION_DETAIL_STATEMENTS = split_statements(_CITATION_DETAILS)


TABLE_STATEMENTS = tuple(
    statement
    for script in (_DOCUMENTS, _SOURCES, _READINGS, _OBSERVATIONS, _PROGRESS)
    for statement in split_statements(script)
)


def full_text_index(table: str, key: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Index a table's columns without keeping them twice (external content), kept true by triggers."""
    names = ", ".join(columns)
    index = f"{table}_fts"

    def values(row: str) -> str:
        return ", ".join(f"{row}.{column}" for column in (key, *columns))

    add = f"INSERT INTO {index} (rowid, {names}) VALUES ({values('new')});"  # noqa: S608
    # FTS5 forgets a row of external content only when told what the row said.
    forget = f"{index} ({index}, rowid, {names}) VALUES ('delete', {values('old')})"
    drop = f"INSERT INTO {forget};"
    options = f"content='{table}', content_rowid='{key}'"
    tokens = "tokenize='unicode61 remove_diacritics 2'"
    trigger = f"CREATE TRIGGER {table}_fts"
    return (
        f"CREATE VIRTUAL TABLE {index} USING fts5 ({names}, {options}, {tokens})",
        f"{trigger}_add AFTER INSERT ON {table} BEGIN {add} END",
        f"{trigger}_drop AFTER DELETE ON {table} BEGIN {drop} END",
        f"{trigger}_change AFTER UPDATE OF {names} ON {table} BEGIN {drop} {add} END",
    )


FTS_STATEMENTS = (
    *full_text_index("claims", "claim_key", ("text", "bare")),
    *full_text_index("texts", "text_key", ("title", "text", "bare")),
)
