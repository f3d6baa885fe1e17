"""What rests on sources that a report tells of, and what could stand in for them.

Counts and ids are of current versions of documents. Every question reads the rows of its own
sources by index, so that what a report asks grows with what it tells and not with the store.
"""

from collections.abc import Collection, Iterator

from provenance.formats.url import canonical_url
from provenance.model import Citing, Replacement, Standing, State, Touched
from provenance.store.database import Database, Row
from provenance.store.rows import json_text, parse_time
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = ["StoreAnswers", "document_paths", "list_standing"]

# Ids that are named of one source; beyond them it is counted.
_MOST_IDS = 1_000
_AT_ONCE = 500
# Claims that are shown of one source, and characters of each.
_MOST_SHOWN = 3
_MOST_WORDS = 240

_CITING = """
FROM citations i
CROSS JOIN notes n ON n.note_key = i.note_key
CROSS JOIN documents d ON d.content_key = n.content_key
"""
_CLAIMING = f"{_CITING} CROSS JOIN markers m ON m.note_key = n.note_key"
_OF_SOURCES = "WHERE i.source_id IN (SELECT value FROM json_each(?))"
_COUNTED = f"""
SELECT w.value AS source_id, coalesce(s.title, s.url, s.publisher, w.value) AS name,
  (SELECT count(DISTINCT d.document_id) {_CITING} WHERE i.source_id = w.value) AS documents,
  (SELECT count(DISTINCT m.claim_key) {_CLAIMING} WHERE i.source_id = w.value) AS claims
FROM json_each(?) w LEFT JOIN sources s ON s.source_id = w.value
"""  # noqa: S608 - put together from constants
_DOCUMENTS = f"""
SELECT DISTINCT d.document_id {_CITING} WHERE i.source_id = ? ORDER BY d.document_id
LIMIT {_MOST_IDS}
"""
# Another source of the same claim counts where it is not lost as well.
_CLAIMS = f"""
SELECT c.claim_id, NOT EXISTS (
  SELECT 1 FROM markers o
  CROSS JOIN citations j ON j.note_key = o.note_key
  LEFT JOIN states t ON t.source_id = j.source_id
  WHERE o.claim_key = c.claim_key AND j.source_id <> ?1 AND t.state IS NOT 'dead') AS is_only
FROM (SELECT DISTINCT m.claim_key {_CLAIMING} WHERE i.source_id = ?1
  ORDER BY 1 LIMIT {_MOST_IDS}) k
CROSS JOIN claims c ON c.claim_key = k.claim_key
"""  # noqa: S608
# The latest document first; a claim that two notes lead to the source is shown with both.
_CITING_CLAIMS = f"""
SELECT d.document_id, k.title, m.label, c.claim_id, substr(c.text, 1, {_MOST_WORDS}) AS claim
FROM (SELECT DISTINCT d.document_id, m.claim_key, m.label, k.published
  {_CLAIMING} JOIN contents k ON k.content_key = d.content_key
  WHERE i.source_id = ? ORDER BY k.published DESC, d.document_id, m.claim_key, m.label
  LIMIT {_MOST_SHOWN}) m
JOIN claims c ON c.claim_key = m.claim_key
JOIN documents d ON d.document_id = m.document_id
JOIN contents k ON k.content_key = d.content_key
"""  # noqa: S608
_DOCUMENTS_TOGETHER = f"SELECT count(DISTINCT d.document_id) {_CITING} {_OF_SOURCES}"
_CLAIMS_TOGETHER = f"SELECT count(DISTINCT m.claim_key) {_CLAIMING} {_OF_SOURCES}"

# Where the last look that found the page ended, if not at the address that is cited.
_LED_TO = """
SELECT w.value AS source_id, s.canonical_url, k.final_url
FROM json_each(?) w
JOIN sources s ON s.source_id = w.value
JOIN checks k ON k.check_id = (
  SELECT c.check_id FROM checks c LEFT JOIN judgements j ON j.check_id = c.check_id
  WHERE c.source_id = w.value AND coalesce(j.outcome, c.outcome) = 'ok'
  ORDER BY c.at DESC, c.check_id DESC LIMIT 1)
WHERE k.final_url IS NOT NULL AND k.final_url <> s.url
"""
_ALIVE_AT = """
SELECT s.url, s.title, t.last_ok FROM sources s JOIN states t ON t.source_id = s.source_id
WHERE s.canonical_url = ? AND s.source_id <> ? AND t.state IN ('alive', 'revived')
ORDER BY t.last_ok DESC LIMIT 1
"""
# Nearest to when it was cited; a copy that has no date comes last.
_MEMENTOS = f"""
SELECT w.value AS source_id, c.uri_m AS url, c.memento_at AS at
FROM json_each(?) w JOIN memento_lookups c ON c.source_id = w.value
WHERE c.outcome = 'found' AND c.uri_m IS NOT NULL AND {NOT_WITHDRAWN}
ORDER BY w.value, c.memento_at IS NULL,
  abs(julianday(c.memento_at) - julianday(coalesce(c.near, c.at))), c.uri_m
"""  # noqa: S608
_CITED_COPIES = f"""
SELECT DISTINCT i.source_id, i.uri_m AS url, i.at FROM cited_mementos i {_OF_SOURCES}
ORDER BY i.source_id, i.at IS NULL, i.at, i.uri_m
"""  # noqa: S608
# The capture that most claims lean on; else the one that is nearest to when it was first cited.
_CAPTURES = f"""
SELECT w.value AS source_id, '/captures/' || c.capture_id AS url, c.at
FROM json_each(?) w JOIN captures c ON c.capture_id = (
  SELECT c.capture_id FROM captures c
  WHERE c.source_id = w.value AND {NOT_WITHDRAWN}
  ORDER BY (SELECT count(*) FROM evidence e WHERE e.capture_id = c.capture_id
    AND e.exact IS NOT NULL) DESC, c.at LIMIT 1)
"""  # noqa: S608
_ATTACHMENTS = f"""
SELECT w.value AS source_id, '/attachments/' || c.attachment_id AS url,
  coalesce(c.made_at, c.at) AS at
FROM json_each(?) w JOIN attachments c ON c.source_id = w.value
WHERE {NOT_WITHDRAWN} ORDER BY w.value, c.at DESC
"""  # noqa: S608


class StoreAnswers:
    """Answers from the store, for `provenance.watch.changes.tell`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def touched(self, source_ids: Collection[str]) -> dict[str, Touched]:
        """Return what rests on each of these sources, by id."""
        return {row["source_id"]: self._touched(row) for row in self._rows(_COUNTED, source_ids)}

    def _touched(self, row: Row) -> Touched:
        source_id = row["source_id"]
        if not row["documents"]:
            return Touched(name=row["name"])
        claims = self._db.rows(_CLAIMS, (source_id,)) if row["claims"] else []
        return Touched(
            name=row["name"],
            documents=tuple(self._db.column(_DOCUMENTS, (source_id,))),
            claims=tuple(claim["claim_id"] for claim in claims),
            documents_in_all=row["documents"],
            claims_in_all=row["claims"],
            only_support=sum(claim["is_only"] for claim in claims),
            citing=tuple(Citing(**each) for each in self._db.rows(_CITING_CLAIMS, (source_id,))),
        )

    def touched_together(self, source_ids: Collection[str]) -> tuple[int, int]:
        """Return how many documents, and how many claims, rest on any of these sources."""
        wanted = (json_text(sorted(source_ids)),)
        documents = self._db.value(_DOCUMENTS_TOGETHER, wanted)
        return int(documents), int(self._db.value(_CLAIMS_TOGETHER, wanted))

    def replacements(self, source_ids: Collection[str]) -> dict[str, Replacement]:
        """Return the best thing to cite or to show in place of each source; none where there is none.

        First what is live (the page that a cited address last led to, where it is a source that is
        alive itself), then a copy that everybody can open, then copies of our own: their `url` is a
        path at the desk.
        """
        found: dict[str, Replacement] = {}
        for row in self._rows(_LED_TO, source_ids):
            address = canonical_url(row["final_url"])
            if address == row["canonical_url"]:
                continue
            alive = self._db.first(_ALIVE_AT, (address, row["source_id"]))
            if alive:
                found[row["source_id"]] = Replacement(
                    "redirect", alive["url"], parse_time(alive["last_ok"]), alive["title"]
                )
        for kind, sql in (
            ("memento", _MEMENTOS), ("memento", _CITED_COPIES),
            ("capture", _CAPTURES), ("attachment", _ATTACHMENTS),
        ):  # fmt: skip
            left = [each for each in source_ids if each not in found]
            for row in self._rows(sql, left):
                at = parse_time(row["at"]) if row["at"] else None
                found.setdefault(row["source_id"], Replacement(kind, row["url"], at))  # type: ignore[arg-type]
        return found

    def _rows(self, sql: str, source_ids: Collection[str]) -> Iterator[Row]:
        for batch in _batches(source_ids):
            yield from self._db.rows(sql, (json_text(batch),))


def _batches(source_ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(set(source_ids))
    for first in range(0, len(ordered), _AT_ONCE):
        yield ordered[first : first + _AT_ONCE]


_STANDING = """
SELECT t.source_id, s.url, coalesce(s.title, s.url, s.publisher, t.source_id) AS name,
  t.state, t.rule, t.reason, t.last_checked, t.last_ok
FROM states t JOIN sources s ON s.source_id = t.source_id
WHERE t.state IN ('dead', 'drifted', 'failing', 'walled', 'blocked', 'not_checkable')
  AND (t.state <> 'not_checkable' OR t.rule = 'last_look' AND t.last_ok IS NOT NULL)
  AND EXISTS (SELECT 1 FROM citations i
    JOIN notes n ON n.note_key = i.note_key
    JOIN documents d ON d.content_key = n.content_key WHERE i.source_id = t.source_id)
ORDER BY t.source_id LIMIT ?
"""
_PATHS = """
SELECT document_id, path FROM documents
WHERE path IS NOT NULL AND document_id IN (SELECT value FROM json_each(?))
"""


def list_standing(db: Database, limit: int) -> list[Standing]:
    """Return the first `limit` sources, by id, that documents cite and whose state may need a person.

    Which of these is an alarm, `provenance.watch.alarm` tells.
    """
    return [
        Standing(
            source_id=row["source_id"],
            url=row["url"],
            name=row["name"],
            state=State(
                row["state"], row["rule"], row["reason"],
                parse_time(row["last_checked"]) if row["last_checked"] else None,
                parse_time(row["last_ok"]) if row["last_ok"] else None,
            ),
            documents=tuple(db.column(_DOCUMENTS, (row["source_id"],))),
        )
        for row in db.rows(_STANDING, (limit,))
    ]  # fmt: skip


def document_paths(db: Database, document_ids: Collection[str]) -> dict[str, str]:
    """Return the files that documents were read from, by id; those that came without a path are not in it."""
    rows = db.rows(_PATHS, (json_text(sorted(set(document_ids))),))
    return {row["document_id"]: row["path"] for row in rows}
