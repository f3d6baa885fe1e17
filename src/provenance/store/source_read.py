"""What the store knows of one source: questions of the Source page, each answered by an index."""

from typing import NamedTuple

from provenance.store.database import Database, Row
from provenance.store.withdrawals import NOT_WITHDRAWN, TOMBSTONE, TOMBSTONE_COLUMNS

__all__ = [
    "ClaimPlace",
    "LookPlace",
    "captures_in_time",
    "captures_with_text",
    "count_leaning",
    "days_cited",
    "find_capture_side",
    "find_leaning",
    "find_source",
    "list_captures",
    "list_descriptions",
    "list_looks",
    "list_lookups",
    "list_submissions",
    "list_withdrawals",
]

_SOURCE = """
SELECT s.source_id AS id, s.kind, s.url, s.canonical_url, s.host, s.truncated, s.publisher, s.title,
  s.date, s.access, v.state, v.rule, v.reason, v.first_cited, v.last_checked, v.last_ok, v.next_due,
  coalesce(v.checks, 0) AS checks, coalesce(v.captures, 0) AS captures
FROM sources s JOIN source_states v ON v.source_id = s.source_id
WHERE s.source_id = ?
"""
# Claims of current versions; a content may be the current one of several documents.
_LEANING = """
FROM citations i
JOIN markers m ON m.note_key = i.note_key
JOIN claims c ON c.claim_key = m.claim_key
JOIN contents k ON k.content_key = c.content_key
JOIN documents d ON d.content_key = c.content_key
WHERE i.source_id = :source
"""
# What so many notes call it is what it is called: more would take longer than the page may.
_MOST_WORDED = 2_000
# Only what they are sorted by, so that those of a page alone are looked up.
_SORTED = " ORDER BY published DESC, d.document_id, c.ordinal LIMIT :limit"
_PLACE = f"""
SELECT DISTINCT c.claim_key, c.ordinal, d.document_id, coalesce(k.published, '') AS published
{_LEANING}
"""
_PLACES_OF_CLAIMS = _PLACE + _SORTED
_FURTHER_PLACES = f"""
{_PLACE} AND EXISTS (
  SELECT 1 FROM documents b JOIN contents bk ON bk.content_key = b.content_key
  WHERE b.document_id = :document AND (coalesce(k.published, '') < coalesce(bk.published, '')
    OR coalesce(k.published, '') = coalesce(bk.published, '')
      AND (d.document_id, c.ordinal) > (:document, :ordinal)))
{_SORTED}
"""  # noqa: S608
_LOOKS = """
SELECT k.check_id AS id, k.at, coalesce(j.outcome, k.outcome) AS outcome,
  coalesce(j.rule, k.rule) AS rule, coalesce(j.rule_version, k.rule_version) AS rule_version,
  coalesce(j.reason, k.reason) AS reason, k.outcome AS outcome_then, j.at AS judged_at,
  k.http_status, k.final_url, k.elapsed_ms, k.vantage, k.capture_id,
  k.facts ->> '$.drift' AS drift, k.facts -> '$.hops' AS hops
FROM checks k LEFT JOIN judgements j ON j.check_id = k.check_id
WHERE k.source_id = ?1 AND (?2 IS NULL OR (k.at, k.check_id) < (?2, ?3))
ORDER BY k.at DESC, k.check_id DESC LIMIT ?4
"""
# `same_as` is the earliest capture of the source with the same bytes, where that is another one.
_CAPTURES = f"""
SELECT c.capture_id AS id, c.at, c.url, c.final_url, c.status, c.media_type, c.warc_file,
  c.warc_offset, c.warc_length, c.payload_sha256, c.payload_bytes, c.truncated, c.revisit_of,
  x.text_sha256, x.title, x.reason AS no_text, length(x.text) AS text_chars,
  (SELECT nullif(e.capture_id, c.capture_id) FROM captures e
   WHERE e.source_id = c.source_id AND e.payload_sha256 = c.payload_sha256
   ORDER BY e.at, e.capture_id LIMIT 1) AS same_as,
  {TOMBSTONE_COLUMNS}
FROM captures c
LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256
{TOMBSTONE}
WHERE c.source_id = ?1 AND (?2 IS NULL OR (c.at, c.capture_id) < (?2, ?3))
ORDER BY c.at DESC, c.capture_id DESC LIMIT ?4
"""  # noqa: S608


class LookPlace(NamedTuple):
    """Where a page of looks or captures goes on: behind this one, going back in time."""

    at: str
    id: str


class ClaimPlace(NamedTuple):
    """Where a page of claims goes on: behind this claim of this document."""

    document_id: str
    ordinal: int


def find_source(db: Database, source_id: str) -> Row | None:
    """Return a source with its state, or None where the store has no such."""
    return db.first(_SOURCE, (source_id,))


def list_looks(
    db: Database, source_id: str, limit: int, behind: LookPlace | None = None
) -> list[Row]:
    """Return the checks of a source as they are judged today, the latest first."""
    at, check_id = behind or (None, None)
    return db.rows(_LOOKS, (source_id, at, check_id, limit))


def list_captures(
    db: Database, source_id: str, limit: int, behind: LookPlace | None = None
) -> list[Row]:
    """Return our captures of a source with what is known of their text, the latest first."""
    at, capture_id = behind or (None, None)
    return db.rows(_CAPTURES, (source_id, at, capture_id, limit))


def captures_with_text(db: Database, source_id: str, limit: int) -> list[Row]:
    """Return captures that two texts can be compared of: id, at, digests, one for each text, in time.

    Of captures in a row with the same text the first is named; those that were withdrawn are not.
    """
    found = db.rows(
        "SELECT c.capture_id AS id, c.at, c.payload_sha256, x.text_sha256, x.title, x.language"  # noqa: S608
        " FROM captures c JOIN texts x ON x.payload_sha256 = c.payload_sha256 AND x.reason IS NULL"
        f" WHERE c.source_id = ? AND {NOT_WITHDRAWN} ORDER BY c.at, c.capture_id",
        (source_id,),
    )
    changed = [
        row
        for number, row in enumerate(found)
        if number == 0 or row["text_sha256"] != found[number - 1]["text_sha256"]
    ]
    return [*changed[:1], *changed[1:][-(limit - 1) :]]


def count_leaning(db: Database, source_id: str) -> tuple[int, int]:
    """Return how many claims of current versions lean on a source, and in how many documents."""
    row = db.first(
        "SELECT count(*) AS claims, count(DISTINCT document_id) AS documents FROM ("  # noqa: S608
        f" SELECT DISTINCT c.claim_key, d.document_id {_LEANING})",
        {"source": source_id},
    )
    assert row is not None
    return row["claims"], row["documents"]


def find_leaning(
    db: Database, source_id: str, limit: int, behind: ClaimPlace | None = None
) -> list[Row]:
    """Return claims that lean on a source, those of one document together, the latest published first.

    `key` and `ordinal` are the store's own; `labels` are those of the markers, in order.
    """
    document_id, ordinal = behind or (None, None)
    return db.rows(
        f'SELECT c.claim_key AS key, c.ordinal, c.claim_id AS id, c.text, c.start, c."end",'  # noqa: S608
        " found.document_id, d.path, k.title, k.published,"
        " (SELECT json_group_array(label) FROM (SELECT DISTINCT m.label FROM markers m"
        "   JOIN citations i ON i.note_key = m.note_key"
        "   WHERE m.claim_key = c.claim_key AND i.source_id = :source ORDER BY m.ordinal)) AS labels"
        f" FROM ({_PLACES_OF_CLAIMS if behind is None else _FURTHER_PLACES}) found"
        " JOIN claims c ON c.claim_key = found.claim_key"
        " JOIN contents k ON k.content_key = c.content_key"
        " JOIN documents d ON d.document_id = found.document_id"
        " ORDER BY found.published DESC, found.document_id, found.ordinal",
        {"source": source_id, "document": document_id, "ordinal": ordinal, "limit": limit},
    )


def list_descriptions(db: Database, source_id: str, limit: int) -> list[Row]:
    """Return how notes of current versions name a source, each wording once, the most used first.

    Of more than `_MOST_WORDED` citations the first are read.
    """
    return db.rows(
        "SELECT i.raw, i.publisher, i.title, i.authors, i.date, count(*) AS notes,"  # noqa: S608
        " min(n.label) AS label, d.document_id, k.title AS document_title, k.published, d.path"
        f" FROM (SELECT * FROM citations WHERE source_id = ? LIMIT {_MOST_WORDED}) i"
        " JOIN notes n ON n.note_key = i.note_key"
        " JOIN contents k ON k.content_key = n.content_key"
        " JOIN documents d ON d.content_key = n.content_key"
        " GROUP BY i.raw ORDER BY count(*) DESC, i.raw LIMIT ?",
        (source_id, limit),
    )


def list_lookups(db: Database, source_id: str) -> list[Row]:
    """Return what each of others' archives last answered about a source."""
    return db.rows(
        'SELECT archive, at, outcome, reason, uri_m, memento_at, "count" FROM memento_lookups'
        " WHERE source_id = ? ORDER BY archive",
        (source_id,),
    )


def list_submissions(db: Database, source_id: str) -> list[Row]:
    """Return what services were asked to keep a source, and what came of it."""
    return db.rows(
        "SELECT service, at, outcome, reason, uri_m FROM submissions"
        " WHERE source_id = ? ORDER BY service",
        (source_id,),
    )


def list_withdrawals(db: Database, source_id: str) -> list[Row]:
    """Return the tombstones of a source, in the order of time."""
    return db.rows(
        'SELECT at, "by", reason, payload_sha256, forever FROM withdrawals'
        " WHERE source_id = ?1 OR payload_sha256 IN"
        "  (SELECT payload_sha256 FROM captures WHERE source_id = ?1)"
        " ORDER BY at, withdrawal_id",
        (source_id,),
    )


def find_capture_side(db: Database, source_id: str, capture_id: str) -> Row | None:
    """Return one capture of a source with what is known of its text and, where it was, its withdrawal."""
    return db.first(
        "SELECT c.capture_id AS id, c.at, c.payload_sha256, c.payload_bytes, x.text_sha256, x.title,"  # noqa: S608
        " CASE WHEN x.text_key IS NULL THEN 'its text was not read yet' ELSE x.reason END AS no_text,"
        f" {TOMBSTONE_COLUMNS}"
        " FROM captures c LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256"
        f" {TOMBSTONE} WHERE c.source_id = ? AND c.capture_id = ?",
        (source_id, capture_id),
    )


def captures_in_time(db: Database, source_id: str, limit: int) -> list[Row]:
    """Return when each capture was made and of which bytes, the earliest first; the latest where there are more."""
    found = db.rows(
        "SELECT at, payload_sha256 FROM captures WHERE source_id = ? ORDER BY at DESC LIMIT ?",
        (source_id, limit),
    )
    return found[::-1]


def days_cited(db: Database, source_id: str, limit: int) -> list[str]:
    """Return the days on which documents were published whose current version cites a source."""
    return db.column(
        "SELECT DISTINCT date(k.published) FROM citations i"
        " JOIN notes n ON n.note_key = i.note_key JOIN contents k ON k.content_key = n.content_key"
        " JOIN documents d ON d.content_key = n.content_key"
        " WHERE i.source_id = ? AND date(k.published) BETWEEN '1000' AND '9999' ORDER BY 1 LIMIT ?",
        (source_id, limit),
    )
