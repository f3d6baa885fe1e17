"""What the store knows of sources, all of a draft's at once: how they stand, what is held of them."""

from collections.abc import Collection

from provenance.store.database import Database, Row
from provenance.store.rows import json_text
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = ["confirmed_claims", "known_copies", "known_sources", "texts_of_source"]

# The last look; and the last one that met no passing trouble, which says what a page that is gone was.
_LAST = """
  SELECT check_id FROM checks WHERE source_id = s.source_id {which}
  ORDER BY at DESC, check_id DESC LIMIT 1
"""
_SOURCES = f"""
SELECT s.source_id, t.state, t.reason AS state_reason, t.last_checked, t.last_ok, t.captures,
  coalesce(j.outcome, k.outcome) AS outcome, coalesce(j.rule, k.rule) AS rule,
  coalesce(j.reason, k.reason) AS reason, k.http_status, k.final_url,
  k.url AS asked_url, k.facts -> '$.hops' AS hops, k.facts -> '$.asked_instead' AS asked_instead,
  p.at AS captured_at, x.title, x.date AS published,
  (SELECT count(*) FROM attachments c
   WHERE c.source_id = s.source_id AND {NOT_WITHDRAWN}) AS attachments
FROM json_each(?) wanted
JOIN sources s ON s.source_id = wanted.value
LEFT JOIN states t ON t.source_id = s.source_id
LEFT JOIN checks k ON k.check_id = CASE WHEN t.state IN ('failing', 'dead')
  THEN coalesce(({_LAST.format(which="AND outcome = 'gone'")}), ({_LAST.format(which="")}))
  ELSE ({_LAST.format(which="")}) END
LEFT JOIN judgements j ON j.check_id = k.check_id
LEFT JOIN captures p ON p.capture_id = (
  SELECT c.capture_id FROM captures c WHERE c.source_id = s.source_id AND {NOT_WITHDRAWN}
  ORDER BY c.at DESC, c.capture_id DESC LIMIT 1)
LEFT JOIN texts x ON x.payload_sha256 = p.payload_sha256 AND x.reason IS NULL
"""  # noqa: S608 - put together from constants
_CONFIRMED = """
SELECT DISTINCT r.source_id, r.claim_text FROM json_each(?) wanted
JOIN reviews r ON r.source_id = wanted.value
WHERE r.decision IN ('confirmed', 'chosen') AND r.overruled_by IS NULL ORDER BY 1, 2
"""
_COPIES = """
SELECT m.source_id, m.archive, m.uri_m, m.at FROM json_each(?1) wanted
JOIN cited_mementos m ON m.source_id = wanted.value
UNION
SELECT m.source_id, m.archive, m.uri_m, m.memento_at FROM json_each(?1) wanted
JOIN memento_lookups m ON m.source_id = wanted.value
WHERE m.outcome = 'found' AND m.uri_m IS NOT NULL
ORDER BY 1, 4, 3
"""
_TEXTS = f"""
SELECT x.text FROM (
  SELECT c.at, c.payload_sha256 AS payload FROM captures c
  WHERE c.source_id = ?1 AND {NOT_WITHDRAWN}
  UNION ALL
  SELECT c.at, c.text_payload FROM attachments c WHERE c.source_id = ?1 AND {NOT_WITHDRAWN}
  UNION ALL
  SELECT c.memento_at, c.payload_sha256 FROM memento_lookups c
  WHERE c.source_id = ?1 AND c.payload_sha256 IS NOT NULL AND {NOT_WITHDRAWN}) held
JOIN texts x ON x.payload_sha256 = held.payload AND x.reason IS NULL AND x.text <> ''
GROUP BY x.text_sha256 ORDER BY max(held.at) DESC LIMIT ?2
"""  # noqa: S608 - put together from constants


def known_sources(db: Database, source_ids: Collection[str]) -> list[Row]:
    """Return one row for each of these sources that the store has.

    State, the look that says most of it, the latest capture with its title and date, and how
    many copies are held. For what is failing or dead, that is the last look that found it
    gone; else the last look.
    """
    return db.rows(_SOURCES, (json_text(sorted(source_ids)),))


def known_copies(db: Database, source_ids: Collection[str]) -> list[Row]:
    """Return the copies of these sources in others' archives, cited or found, in the order of time."""
    return db.rows(_COPIES, (json_text(sorted(source_ids)),))


def confirmed_claims(db: Database, source_ids: Collection[str]) -> list[Row]:
    """Return the claims, by source and in their words, of which a person said that the source supports them."""
    return db.rows(_CONFIRMED, (json_text(sorted(source_ids)),))


def texts_of_source(db: Database, source_id: str, limit: int) -> list[str]:
    """Return the distinct texts of what is held of a source (captures, attachments, copied mementos), newest first."""
    return db.column(_TEXTS, (source_id, limit))
