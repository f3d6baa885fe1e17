"""The stable views: what researchers and other programs may rely on, as SQL.

(`claim_sources` was laid anew since: see `judged_view`.)

Columns are only ever added. `claim_sources` has one row per claim x citation of
each document's current version; `captured` is the capture nearest to the
document's publication, the earlier of two that are equally near, the latest
where the document names no day; one that was withdrawn is passed over. `source_states` counts the claims of current
versions; `first_cited` is the day on which the earliest document that ever cited
the source was published, or read where it names no day.
"""

__all__ = ["HELD_VIEW_STATEMENTS", "VIEW_STATEMENTS"]

# julianday() gives NULL for what is no date, and such a document counts as undated. What is
# sorted by is computed one level further in: SQLite's ORDER BY cannot see the outer query.
_CLAIM_SOURCES = """
CREATE VIEW claim_sources AS
SELECT d.document_id AS document_id, k.title AS document_title,
  c.claim_id AS claim_id, c.text AS claim_text,
  m.label AS label, i.citation_index AS citation_index, i.kind AS kind, i.raw AS raw,
  i.url AS url, i.canonical_url AS canonical_url, i.access AS access,
  i.source_id AS source_id, t.state AS state,
  p.capture_id AS capture_id, p.at AS captured_at,
  p.warc_file AS warc_file, p.warc_offset AS warc_offset, p.warc_length AS warc_length,
  p.payload_sha256 AS payload_sha256,
  e.verdict AS evidence_verdict, e.score AS evidence_score, e.exact AS evidence_exact
FROM claims c
JOIN contents k ON k.content_key = c.content_key
JOIN documents d ON d.content_key = c.content_key
JOIN markers m ON m.claim_key = c.claim_key AND m.repeats_note = 0 AND m.note_key IS NOT NULL
JOIN citations i ON i.note_key = m.note_key
LEFT JOIN states t ON t.source_id = i.source_id
LEFT JOIN captures p ON p.capture_id = (
  SELECT q.capture_id FROM (
    SELECT capture_id, at, CASE WHEN julianday(k.published) IS NULL THEN -julianday(at)
      ELSE abs(julianday(at) - julianday(k.published)) END AS distance
    FROM captures WHERE source_id = i.source_id) q
  ORDER BY q.distance, q.at, q.capture_id LIMIT 1)
LEFT JOIN evidence e ON e.evidence_id = (
  SELECT f.evidence_id FROM (
    SELECT evidence_id, score, capture_id IS p.capture_id AS is_of_capture
    FROM evidence WHERE claim_key = c.claim_key AND source_id = i.source_id) f
  ORDER BY f.is_of_capture DESC, f.score DESC, f.evidence_id LIMIT 1)
"""

_SOURCE_STATES = """
CREATE VIEW source_states AS
SELECT s.source_id AS source_id, s.kind AS kind, s.url AS url,
  s.canonical_url AS canonical_url, s.host AS host,
  t.state AS state, t.rule AS rule, t.reason AS reason,
  (SELECT min(coalesce(date(k.published), substr(v.at, 1, 10)))
   FROM citations i
   JOIN notes n ON n.note_key = i.note_key
   JOIN contents k ON k.content_key = n.content_key
   JOIN versions v ON v.content_key = n.content_key
   WHERE i.source_id = s.source_id) AS first_cited,
  t.last_checked AS last_checked, t.last_ok AS last_ok, t.next_due AS next_due,
  t.checks AS checks, t.captures AS captures,
  (SELECT count(DISTINCT m.claim_key)
   FROM citations i
   JOIN notes n ON n.note_key = i.note_key
   JOIN markers m ON m.note_key = i.note_key
   WHERE i.source_id = s.source_id
     AND EXISTS (SELECT 1 FROM documents d WHERE d.content_key = n.content_key)) AS claims
FROM sources s
LEFT JOIN states t ON t.source_id = s.source_id
"""

_CHECK_HISTORY = """
CREATE VIEW check_history AS
SELECT source_id, at AS checked_at, outcome, http_status, rule, final_url, elapsed_ms, vantage
FROM checks
"""

VIEW_STATEMENTS = (_CLAIM_SOURCES, _SOURCE_STATES, _CHECK_HISTORY)

# What was withdrawn is no copy that anybody could open.
_HELD = """
    FROM captures h WHERE h.source_id = i.source_id
      AND h.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)) q"""
HELD_VIEW_STATEMENTS = (
    "DROP VIEW claim_sources",
    _CLAIM_SOURCES.replace("\n    FROM captures WHERE source_id = i.source_id) q", _HELD),
)
