"""The stable view `claim_sources` since persons judge evidence, as SQL (see `views` for the others).

`evidence_*` is what counts for a claim and a source. A person's word comes first: on this very
claim before on the same words in another version of the document, that the source supports it
before that it does not, on the row's capture before another copy, the latest first. Then comes
what a method found, first what has a passage: in the row's capture, in another, in a copy that a
person brought or another archive made. Where there is no copy that reason is told; NULL means that
nobody looked yet, or that there is nothing to look for (commentary).
"""

__all__ = [
    "JUDGED_VIEW_STATEMENTS",
    "REASON_OF_REVIEW",
    "STANDING_REVIEWS",
]

# The reviews `s` that count for a claim `c` and the source of `i`:
# what was said of it, or of the same words in a version of the same document: told by the bytes of
# what was judged, since a later parser may find that claim at another place, under another id.
STANDING_REVIEWS = """
    FROM reviews s
    WHERE s.source_id = i.source_id AND s.overruled_by IS NULL AND s.decision <> 'undone'
      AND (s.claim_id = c.claim_id OR (s.claim_text = c.text AND EXISTS (
        SELECT 1 FROM contents o
        JOIN versions a ON a.content_key = o.content_key
        JOIN versions b ON b.document_id = a.document_id
        WHERE o.sha256 = s.content_sha256 AND b.content_key = c.content_key)))"""

# Who said what when, and why, of a review `{of}`.
REASON_OF_REVIEW = """{of}.decision || ' by ' || {of}."by" || ' on '
      || substr({of}.at, 1, 10) || CASE {of}.why WHEN '' THEN '' ELSE ': ' || {of}.why END"""

_CLAIM_SOURCES = f"""
CREATE VIEW claim_sources AS
SELECT d.document_id AS document_id, k.title AS document_title,
  c.claim_id AS claim_id, c.text AS claim_text,
  m.label AS label, i.citation_index AS citation_index, i.kind AS kind, i.raw AS raw,
  i.url AS url, i.canonical_url AS canonical_url, i.access AS access,
  i.source_id AS source_id, t.state AS state,
  p.capture_id AS capture_id, p.at AS captured_at,
  p.warc_file AS warc_file, p.warc_offset AS warc_offset, p.warc_length AS warc_length,
  p.payload_sha256 AS payload_sha256,
  CASE WHEN r.decision = 'rejected' THEN 'not_found'
    WHEN r.decision IS NOT NULL THEN 'supported'
    WHEN e.verdict IS NOT NULL THEN e.verdict
    WHEN i.source_id IS NULL OR p.capture_id IS NOT NULL THEN NULL
    WHEN i.kind <> 'web' OR t.state = 'not_checkable' THEN 'not_checkable'
    ELSE 'source_unavailable' END AS evidence_verdict,
  CASE WHEN r.decision IS NULL THEN e.score END AS evidence_score,
  CASE WHEN r.decision IS NULL THEN e.exact
    WHEN r.decision <> 'rejected' THEN nullif(r.exact, '') END AS evidence_exact,
  CASE WHEN r.decision IS NOT NULL THEN 'person'
    WHEN e.method IS NOT NULL THEN e.method
    WHEN i.source_id IS NOT NULL AND p.capture_id IS NULL THEN 'state' END AS evidence_method,
  CASE WHEN r.decision IS NOT NULL THEN {REASON_OF_REVIEW.format(of="r")}
    WHEN e.verdict IS NOT NULL THEN e.reason
    WHEN p.capture_id IS NULL THEN t.reason END AS evidence_reason,
  CASE WHEN r.decision IS NULL THEN e.capture_id ELSE r.capture_id END AS evidence_capture_id,
  CASE WHEN r.decision IS NULL THEN e.attachment_id ELSE r.attachment_id END
    AS evidence_attachment_id,
  CASE WHEN r.decision IS NULL THEN e.uri_m ELSE r.uri_m END AS evidence_uri_m
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
    FROM captures h WHERE h.source_id = i.source_id
      AND h.payload_sha256 NOT IN (SELECT payload_sha256 FROM withdrawals)) q
  ORDER BY q.distance, q.at, q.capture_id LIMIT 1)
LEFT JOIN reviews r ON r.review_id = (
  SELECT g.review_id FROM (
    SELECT s.review_id, s.at, s.decision = 'rejected' AS is_rejected,
      s.claim_id = c.claim_id AS is_own,
      s.capture_id IS NOT NULL AND s.capture_id IS p.capture_id AS is_of_capture
    {STANDING_REVIEWS}) g
  ORDER BY g.is_own DESC, g.is_rejected, g.is_of_capture DESC, g.at DESC, g.review_id LIMIT 1)
LEFT JOIN evidence e ON e.evidence_id = (
  SELECT f.evidence_id FROM (
    SELECT evidence_id, score, exact IS NOT NULL AS has_passage, capture_id IS NOT NULL AS is_ours,
      capture_id IS NOT NULL AND capture_id IS p.capture_id AS is_of_capture
    FROM evidence WHERE claim_key = c.claim_key AND source_id = i.source_id) f
  ORDER BY f.has_passage DESC, f.is_of_capture DESC, f.is_ours DESC, f.score DESC, f.evidence_id
  LIMIT 1)
"""  # noqa: S608 - put together from constants

JUDGED_VIEW_STATEMENTS = ("DROP VIEW claim_sources", _CLAIM_SOURCES)
