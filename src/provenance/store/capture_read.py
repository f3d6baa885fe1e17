"""What one copy of a source is known by: a capture of ours, an attachment, a copy of a memento. Read only."""

from provenance.store.database import Database, Row
from provenance.store.judged_view import REASON_OF_REVIEW
from provenance.store.withdrawals import TOMBSTONE, TOMBSTONE_COLUMNS

__all__ = [
    "count_passages",
    "read_attachment",
    "read_capture",
    "read_look",
    "read_memento",
    "read_neighbours",
    "read_passages",
    "read_text",
]

_ABOUT_SOURCE = f"""
  s.source_id, s.kind AS source_kind, s.url AS source_url, s.title AS source_title,
  s.publisher AS source_publisher, t.state AS source_state, t.reason AS source_reason,
  {TOMBSTONE_COLUMNS}
"""
_JOINED = f"""
JOIN sources s ON s.source_id = c.source_id
LEFT JOIN states t ON t.source_id = c.source_id
{TOMBSTONE}
"""
_CAPTURE = f"""
SELECT c.capture_id AS id, c.at, c.url, c.final_url, c.status, c.media_type, c.warc_file,
  c.warc_offset, c.warc_length, c.payload_sha256, c.payload_bytes, c.truncated, c.revisit_of,
  c.payload_sha256 AS text_payload, b.warc_file AS body_file, b.warc_offset AS body_offset,
  b.warc_length AS body_length, {_ABOUT_SOURCE}
FROM captures c LEFT JOIN captures b ON b.capture_id = c.revisit_of {_JOINED}
WHERE c.capture_id = ?
"""  # noqa: S608 - put together from constants
_ATTACHMENT = f"""
SELECT c.attachment_id AS id, c.at, c.url, c.url AS final_url, c.media_type, c.warc_file,
  c.warc_offset, c.warc_length, c.payload_sha256, c.payload_bytes, c.text_payload,
  c."by", c.why, c.name, c.made_at, {_ABOUT_SOURCE}
FROM attachments c {_JOINED} WHERE c.attachment_id = ?
"""  # noqa: S608
_MEMENTO = f"""
SELECT c.at, c.url, c.uri_m AS final_url, c.status, c.media_type, c.warc_file, c.warc_offset,
  c.warc_length, c.payload_sha256, c.payload_bytes, c.payload_sha256 AS text_payload,
  c.archive, c.uri_m, c.memento_at AS made_at, {_ABOUT_SOURCE}
FROM memento_lookups c {_JOINED}
WHERE c.source_id = ? AND c.archive = ? AND c.payload_sha256 IS NOT NULL
"""  # noqa: S608
_TEXT = """
SELECT text, text_sha256 AS sha256, extractor, title, authors, date, language, reason
FROM texts WHERE payload_sha256 = ?
"""
_LOOK = """
SELECT check_id, at, url, outcome, rule, reason, elapsed_ms, vantage, facts
FROM checks WHERE capture_id = ? ORDER BY at LIMIT 1
"""
_BEFORE = """
SELECT capture_id AS id, at FROM captures
WHERE source_id = ?1 AND (at, capture_id) < (?2, ?3) ORDER BY at DESC, capture_id DESC LIMIT 1
"""
_AFTER = """
SELECT capture_id AS id, at FROM captures
WHERE source_id = ?1 AND (at, capture_id) > (?2, ?3) ORDER BY at, capture_id LIMIT 1
"""
# How evidence and reviews name a copy of each kind.
_NAMED_BY = {"capture": "capture_id", "attachment": "attachment_id", "memento": "uri_m"}
_CLAIM = """
SELECT c.claim_id, c.text AS claim_text, d.document_id, d.path, k.title, k.published,
  (SELECT group_concat(DISTINCT m.label) FROM markers m
   JOIN citations i ON i.note_key = m.note_key
   WHERE m.claim_key = c.claim_key AND i.source_id = e.source_id) AS labels,
"""
_OF_CLAIM = """
JOIN documents d ON d.content_key = c.content_key
JOIN contents k ON k.content_key = c.content_key
"""
# A claim that is asked for comes first, whatever its score; a page that came back unchanged was
# compared when it was captured first.
_PASSAGES = f"""{_CLAIM}
  e.verdict, e.score, e.exact, e.prefix, e.suffix, e.start, e."end", e.method, e.reason
FROM evidence e JOIN claims c ON c.claim_key = e.claim_key {_OF_CLAIM}
WHERE e.{{column}} IN (?1, ?2)
ORDER BY c.claim_id = ?3 DESC, e.exact IS NULL, e.score DESC, d.document_id, c.ordinal
LIMIT ?4
"""
# A person's word in the columns of evidence, worded as in the view `claim_sources`.
_SAID = f"""{_CLAIM}
  CASE e.decision WHEN 'rejected' THEN 'not_found' ELSE 'supported' END AS verdict,
  NULL AS score, nullif(e.exact, '') AS exact, e.prefix, e.suffix, e.start, e."end",
  'person' AS method, {REASON_OF_REVIEW.format(of="e")} AS reason
FROM reviews e JOIN claims c ON c.claim_id = e.claim_id {_OF_CLAIM}
WHERE e.{{column}} IN (?1, ?2) AND e.overruled_by IS NULL AND e.decision <> 'undone'
ORDER BY c.claim_id = ?3 DESC, e.at DESC, e.review_id
LIMIT ?4
"""
_COUNT = """
SELECT count(*) FROM evidence e JOIN claims c ON c.claim_key = e.claim_key
JOIN documents d ON d.content_key = c.content_key WHERE e.{column} IN (?1, ?2)
"""


def read_capture(db: Database, capture_id: str) -> Row | None:
    """Return a capture with its source, its tombstone, and where the body stands that it repeats."""
    return db.first(_CAPTURE, (capture_id,))


def read_attachment(db: Database, attachment_id: str) -> Row | None:
    """Return a copy that a person brought, with its source and its tombstone."""
    return db.first(_ATTACHMENT, (attachment_id,))


def read_memento(db: Database, source_id: str, archive: str) -> Row | None:
    """Return the copy of another archive's copy that we hold, with its source and its tombstone."""
    return db.first(_MEMENTO, (source_id, archive))


def read_text(db: Database, payload_sha256: str) -> Row | None:
    """Return the text that was extracted from a payload and what it says of itself; None: not read yet."""
    return db.first(_TEXT, (payload_sha256,))


def read_look(db: Database, capture_id: str) -> Row | None:
    """Return the look that a capture comes from, its facts as JSON."""
    return db.first(_LOOK, (capture_id,))


def read_neighbours(
    db: Database, source_id: str, at: str, capture_id: str
) -> tuple[Row | None, Row | None]:
    """Return the captures of the same source before and after one: `id` and `at` of each."""
    key = (source_id, at, capture_id)
    return db.first(_BEFORE, key), db.first(_AFTER, key)


def read_passages(
    db: Database, kind: str, name: str, *, first_capture: str | None, claim_id: str, limit: int
) -> list[Row]:
    """Return what was found in a copy for claims of current documents, then what persons said of it.

    A claim's own comes first, then the best. `name` is what evidence knows the copy by: its id, a
    memento's address. `first_capture` is the capture whose page came back unchanged, if it is one.
    """
    key = (name, first_capture, claim_id, limit)
    column = _NAMED_BY[kind]
    said = db.rows(_SAID.format(column=column), key)
    return [*said, *db.rows(_PASSAGES.format(column=column), key)]


def count_passages(db: Database, kind: str, name: str, first_capture: str | None) -> int:
    """Return how many claims of current documents a copy was held against."""
    found: int = db.value(_COUNT.format(column=_NAMED_BY[kind]), (name, first_capture))
    return found
