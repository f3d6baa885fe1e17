"""What persons say of evidence, and evidence for copies that are no captures, as SQL.

(Records: `Review` in model/reviewing.py, `Evidence` in model/keeping.py.)
"""

from provenance.store.tables import split_statements

__all__ = ["REVIEW_STATEMENTS"]

# No reference to claims, sources or copies: what a person said stays said, whatever is read anew.
# `overruled_by` names the later review of the same claim, source and copy; `content_sha256` the bytes of
# the document, so that a judgement outlives a parser that finds claims at other places, under other ids.
_REVIEWS = """
CREATE TABLE reviews (
  review_id TEXT NOT NULL PRIMARY KEY,
  claim_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  at TEXT NOT NULL,
  "by" TEXT NOT NULL,
  decision TEXT NOT NULL, why TEXT NOT NULL,
  claim_text TEXT NOT NULL,
  capture_id TEXT, attachment_id TEXT, uri_m TEXT,
  payload_sha256 TEXT, text_sha256 TEXT,
  exact TEXT, prefix TEXT, suffix TEXT, start INTEGER, "end" INTEGER,
  overruled_by TEXT,
  content_sha256 TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX reviews_by_source ON reviews (source_id, claim_id);
CREATE INDEX reviews_by_payload ON reviews (payload_sha256) WHERE payload_sha256 IS NOT NULL;
ALTER TABLE evidence ADD COLUMN attachment_id TEXT
  REFERENCES attachments (attachment_id) ON DELETE CASCADE;
ALTER TABLE evidence ADD COLUMN uri_m TEXT;
CREATE INDEX evidence_by_attachment ON evidence (attachment_id) WHERE attachment_id IS NOT NULL;
CREATE INDEX evidence_by_memento ON evidence (uri_m) WHERE uri_m IS NOT NULL
"""

REVIEW_STATEMENTS = split_statements(_REVIEWS)
