"""The tables of what stands beside our captures, as SQL (records: model/holding.py)."""

from provenance.store.tables import split_statements

__all__ = ["HOLDING_STATEMENTS"]

_HOLDINGS = """
CREATE TABLE attachments (
  attachment_id TEXT NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  at TEXT NOT NULL,
  "by" TEXT NOT NULL, why TEXT NOT NULL, name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  payload_sha256 TEXT NOT NULL, payload_bytes INTEGER NOT NULL,
  warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL,
  text_payload TEXT NOT NULL,
  url TEXT, made_at TEXT,
  records TEXT NOT NULL
) STRICT;
CREATE INDEX attachments_by_source ON attachments (source_id, at);
CREATE INDEX attachments_by_text ON attachments (text_payload);
CREATE INDEX attachments_by_payload ON attachments (payload_sha256);

CREATE TABLE memento_lookups (
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  archive TEXT NOT NULL,
  at TEXT NOT NULL,
  url TEXT NOT NULL,
  outcome TEXT NOT NULL, reason TEXT NOT NULL,
  near TEXT,
  uri_m TEXT, memento_at TEXT, status INTEGER,
  "count" INTEGER NOT NULL,
  media_type TEXT, payload_sha256 TEXT, payload_bytes INTEGER,
  warc_file TEXT, warc_offset INTEGER, warc_length INTEGER,
  PRIMARY KEY (source_id, archive)
) STRICT, WITHOUT ROWID;
CREATE INDEX memento_lookups_by_payload ON memento_lookups (payload_sha256)
  WHERE payload_sha256 IS NOT NULL;

CREATE TABLE submissions (
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  service TEXT NOT NULL,
  at TEXT NOT NULL,
  url TEXT NOT NULL,
  outcome TEXT NOT NULL, reason TEXT NOT NULL,
  job_id TEXT, uri_m TEXT,
  PRIMARY KEY (source_id, service)
) STRICT, WITHOUT ROWID;
CREATE INDEX submissions_by_outcome ON submissions (outcome);

CREATE TABLE withdrawals (
  withdrawal_id TEXT NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL,
  at TEXT NOT NULL,
  "by" TEXT NOT NULL, reason TEXT NOT NULL,
  payload_sha256 TEXT NOT NULL, text_sha256 TEXT,
  captures TEXT NOT NULL, attachments TEXT NOT NULL, places TEXT NOT NULL,
  texts TEXT NOT NULL,
  forever INTEGER NOT NULL,
  scrubbed INTEGER NOT NULL
) STRICT;
CREATE INDEX withdrawals_to_scrub ON withdrawals (scrubbed) WHERE scrubbed = 0;
CREATE INDEX withdrawals_by_source ON withdrawals (source_id);
CREATE INDEX withdrawals_by_payload ON withdrawals (payload_sha256)
"""

HOLDING_STATEMENTS = split_statements(_HOLDINGS)
