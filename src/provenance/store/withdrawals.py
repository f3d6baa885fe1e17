"""What was taken out of the archive: its rows say so, and its words are nowhere in the file.

What was withdrawn is known by the digest of its payload: every capture and attachment with
that digest went with it, in whichever source. Their rows stay, since what happened is no
secret; their texts, titles and quotations go.
"""

import logging
from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec import Struct

from provenance.errors import StoreError
from provenance.formats.strangers import storable
from provenance.model import Withdrawal
from provenance.store.database import Database
from provenance.store.rows import insert_sql, json_text, parse_time, time_text
from provenance.store.watching import forget_passages

__all__ = [
    "NOT_WITHDRAWN",
    "TOMBSTONE",
    "TOMBSTONE_COLUMNS",
    "Tombstone",
    "apply_withdrawal",
    "find_tombstone",
    "has_withdrawals",
    "scrub",
    "sources_withdrawn_forever",
    "withdrawn_before",
    "withdrawn_payloads",
]

_log = logging.getLogger("provenance.store")

_WITHDRAWAL_COLUMNS = (
    "withdrawal_id", "source_id", "at", "by", "reason", "payload_sha256", "text_sha256",
    "captures", "attachments", "places", "texts", "forever", "scrubbed",
)  # fmt: skip
_PUT = insert_sql("withdrawals", _WITHDRAWAL_COLUMNS, "DO NOTHING")

# Whoever reads for longer than this keeps the words in the file until the next run.
_SCRUB_WAITS_MS = 2_000

# For a query over captures (or attachments, mementos) `c`: the earliest withdrawal of the payload
# as `w`, and its columns.
TOMBSTONE = """
LEFT JOIN withdrawals w ON w.withdrawal_id = (
  SELECT v.withdrawal_id FROM withdrawals v WHERE v.payload_sha256 = c.payload_sha256
  ORDER BY v.at LIMIT 1)
"""
TOMBSTONE_COLUMNS = 'w.at AS withdrawn_at, w."by" AS withdrawn_by, w.reason AS withdrawn_reason'
# For a query over captures (or attachments) `c`: those that we still hold.
NOT_WITHDRAWN = "NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.payload_sha256 = c.payload_sha256)"

# A text of a page inside another file goes only where it stands at one of the places: it may
# have been read again since, from a capture of ours.
_BLANK = """
UPDATE texts SET text = '', bare = NULL, title = NULL, authors = '[]', date = NULL,
  language = NULL, reason = coalesce(reason, 'withdrawn')
WHERE payload_sha256 IN (SELECT value FROM json_each(?1))
  AND (payload_sha256 = ?2 OR EXISTS (
    SELECT 1 FROM json_each(?3) place
    WHERE place.value ->> 0 = texts.warc_file AND place.value ->> 1 = texts.warc_offset))
"""
# What names nothing that could be looked for says so whatever is held: as at a rebuild.
_FORGET_EVIDENCE = """
UPDATE evidence SET verdict = 'source_unavailable', score = NULL, exact = NULL, prefix = NULL,
  suffix = NULL, start = NULL, "end" = NULL, reason = ?2
WHERE verdict <> 'not_checkable' AND (
  capture_id IN (SELECT capture_id FROM captures WHERE payload_sha256 = ?1)
  OR attachment_id IN (SELECT attachment_id FROM attachments WHERE payload_sha256 = ?1)
  OR uri_m IN (SELECT uri_m FROM memento_lookups WHERE payload_sha256 = ?1))
"""
# `keep.redaction` blanks the same in the journal.
_FORGET_QUOTED = """
UPDATE reviews SET exact = '', prefix = '', suffix = ''
WHERE payload_sha256 = ?1 AND exact || prefix || suffix <> ''
"""

# What a look keeps of the page for later judgements (`keep.redaction` blanks the same in the
# journal), and the title that later looks at the source compared theirs with.
_FORGET_WORDS = """
UPDATE checks SET facts = json_remove(facts, '$.page.title', '$.page.text_start', '$.page.headings',
  '$.probe.page.title', '$.probe.page.text_start', '$.probe.page.headings')
WHERE capture_id IN (SELECT capture_id FROM captures WHERE payload_sha256 = ?)
  AND coalesce(facts -> '$.page', facts -> '$.probe') IS NOT NULL
"""
_FORGET_TITLES = """
UPDATE checks SET facts = json_remove(facts, '$.title_before')
WHERE source_id IN (
    SELECT source_id FROM captures WHERE payload_sha256 = ?1
    UNION SELECT source_id FROM attachments WHERE payload_sha256 = ?1)
  AND at <= ?2 AND facts ->> '$.title_before' IS NOT NULL
"""


class Tombstone(Struct, frozen=True):
    """Why a payload is no longer there: who took it out, when and for what reason."""

    id: str
    at: datetime
    by: str
    reason: str


def apply_withdrawal(db: Database, withdrawal: Withdrawal) -> set[str]:
    """Blank what a withdrawn payload left in the rows; return the sources that this touches.

    The caller holds the transaction, and calls `scrub` when it is committed.
    """
    w = withdrawal
    places = json_text([[place.file, place.offset, place.length] for place in w.places])
    texts = json_text(w.texts or (w.payload_sha256,))
    forgotten = db.execute(_FORGET_WORDS, (w.payload_sha256,))
    forgotten += db.execute(_FORGET_TITLES, (w.payload_sha256, time_text(w.at)))
    forgotten += db.execute(_FORGET_QUOTED, (w.payload_sha256,))
    forgotten += forget_passages(db, w.payload_sha256, w.at)
    was_blank = not forgotten and not db.value(
        "SELECT 1 FROM texts WHERE payload_sha256 IN (SELECT value FROM json_each(?))"
        " AND (text <> '' OR title IS NOT NULL)",
        (texts,),
    )
    db.execute(_PUT, (
        w.id, w.source_id, time_text(w.at), storable(w.by), storable(w.reason),
        w.payload_sha256, w.text_sha256, json_text(w.captures), json_text(w.attachments),
        places, texts, int(w.forever), int(was_blank),
    ))  # fmt: skip
    db.execute(_BLANK, (texts, w.payload_sha256, places))
    db.execute(_FORGET_EVIDENCE, (w.payload_sha256, f"withdrawn: {storable(w.reason)}"))
    touched = db.column(
        "SELECT DISTINCT source_id FROM captures WHERE payload_sha256 = ?", (w.payload_sha256,)
    )
    return set(touched)


def scrub(db: Database) -> bool:
    """Leave no word of a withdrawn text in the database's file; tell whether all are gone.

    SQLite frees pages without wiping them, and its full-text index only marks a word as
    deleted. So the index is merged, the file written anew, the log emptied: this takes as long
    as copying the database. A crash before the end leaves it to the next writer; so does a disk
    without room for the copy, or another process that reads meanwhile, with a word in the log.
    """
    if not db.value("SELECT 1 FROM withdrawals WHERE scrubbed = 0"):
        return True
    waits_ms = db.value("PRAGMA busy_timeout")
    try:
        db.execute(f"PRAGMA busy_timeout = {_SCRUB_WAITS_MS}")
        db.execute("INSERT INTO texts_fts (texts_fts) VALUES ('optimize')")
        db.execute("INSERT INTO names_fts (names_fts) VALUES ('optimize')")  # the page's authors
        db.execute("VACUUM")
        checkpoint = db.first("PRAGMA wal_checkpoint(TRUNCATE)")
        if checkpoint and not checkpoint["busy"]:
            db.execute("UPDATE withdrawals SET scrubbed = 1 WHERE scrubbed = 0")
            return True
        why = f"database {db.path} is being read by another process"
    except StoreError as error:
        why = error.message
    finally:
        db.execute(f"PRAGMA busy_timeout = {waits_ms}")
    _log.warning(
        "%s: words of what was withdrawn may still stand in the file, in pages that nothing"
        " refers to; the next run wipes them",
        why,
    )
    return False


def find_tombstone(db: Database, payloads: Collection[str]) -> Tombstone | None:
    """Return the earliest withdrawal of one of these payloads, or None."""
    row = db.first(
        'SELECT withdrawal_id, at, "by", reason FROM withdrawals'
        " WHERE payload_sha256 IN (SELECT value FROM json_each(?)) ORDER BY at LIMIT 1",
        (msgspec.json.encode(sorted(payloads)).decode(),),
    )
    if row is None:
        return None
    return Tombstone(row["withdrawal_id"], parse_time(row["at"]), row["by"], row["reason"])


def withdrawn_payloads(db: Database) -> frozenset[str]:
    """Return the digests of all payloads that were withdrawn, as SHA-256."""
    sql = "SELECT DISTINCT payload_sha256 FROM withdrawals WHERE payload_sha256 IS NOT NULL"
    return frozenset(db.column(sql, ()))


def withdrawn_before(db: Database, id_: str) -> Tombstone | None:
    """Return the latest withdrawal of a capture, an attachment or a source's copies, or None."""
    row = db.first(
        """
        SELECT withdrawal_id, at, "by", reason FROM withdrawals w
        WHERE w.source_id = ?1 OR EXISTS (SELECT 1 FROM json_each(w.captures) WHERE value = ?1)
          OR EXISTS (SELECT 1 FROM json_each(w.attachments) WHERE value = ?1)
        ORDER BY at DESC, withdrawal_id LIMIT 1
        """,
        (id_,),
    )
    if row is None:
        return None
    return Tombstone(row["withdrawal_id"], parse_time(row["at"]), row["by"], row["reason"])


def has_withdrawals(db: Database) -> bool:
    """Tell whether anything was ever taken out."""
    return db.first("SELECT 1 FROM withdrawals LIMIT 1") is not None


def sources_withdrawn_forever(db: Database) -> dict[str, str]:
    """Return the sources of which nothing is to be archived any more, each with the reason."""
    found = db.rows(
        "SELECT source_id, reason FROM withdrawals WHERE forever = 1 ORDER BY at DESC", ()
    )
    return {row["source_id"]: row["reason"] for row in found}
