"""Evidence by rows: which claims were not held against which captures yet, and what was found."""

from collections.abc import Iterable

from msgspec import Struct

from provenance.formats.ids import make_id
from provenance.model import Evidence
from provenance.store.database import Database
from provenance.store.evidence_tables import MARK_ALL
from provenance.store.rows import insert_sql

__all__ = [
    "PendingClaim",
    "PendingText",
    "claims_pending",
    "forget_evidence_of_texts",
    "put_evidence",
    "settle_evidence",
    "texts_pending",
]

# What a claim is held against: the copies of what it cites. A page that came back unchanged is told
# by its first capture.
_COPIES = (
    """SELECT p.source_id, p.payload_sha256, p.payload_sha256 AS text_payload, p.capture_id,
      NULL AS attachment_id, NULL AS uri_m
    FROM captures p WHERE p.revisit_of IS NULL""",
    """SELECT p.source_id, p.payload_sha256, p.text_payload, NULL AS capture_id, p.attachment_id,
      NULL AS uri_m
    FROM attachments p WHERE 1""",
    """SELECT p.source_id, p.payload_sha256, p.payload_sha256 AS text_payload, NULL AS capture_id,
      NULL AS attachment_id, p.uri_m
    FROM memento_lookups p WHERE p.payload_sha256 IS NOT NULL AND p.uri_m IS NOT NULL""",
)
# One kind of copy at a time: so that each uses its own index. Evidence is looked up by its claim (`+`
# says so): by its copy each claim of a page would pass over all others of the same page.
_PENDING = """
FROM ({copies}{{of_payload}}) p
JOIN texts x ON x.payload_sha256 = p.text_payload
JOIN citations i ON i.source_id = p.source_id
JOIN markers m ON m.note_key = i.note_key AND m.repeats_note = 0
JOIN claims c ON c.claim_key = m.claim_key
JOIN contents k ON k.content_key = c.content_key
WHERE NOT EXISTS (
  SELECT 1 FROM evidence e
  WHERE e.claim_key = c.claim_key AND e.source_id = p.source_id AND e.method = ?1
    AND +e.{column} = p.{column})
"""
_PENDING_OF_KIND = tuple(
    _PENDING.format(copies=copies, column=column)
    for copies, column in zip(_COPIES, ("capture_id", "attachment_id", "uri_m"), strict=True)
)
# Only of sources that are marked: see `evidence_tables`.
_OF_DUE = " AND p.source_id IN (SELECT source_id FROM _evidence_due)"
_TEXTS_PENDING = " UNION ".join(
    f"SELECT p.text_payload AS payload_sha256 {each.format(of_payload=_OF_DUE)}"
    for each in _PENDING_OF_KIND
)
_OF_PAYLOAD = (
    " AND p.payload_sha256 = ?2",
    " AND p.text_payload = ?2",
    " AND p.payload_sha256 = ?2",
)
_PENDING_CLAIM = """
SELECT c.claim_key AS key, c.claim_id AS id, c.text, k.language, p.source_id, p.capture_id,
  p.attachment_id, p.uri_m, (SELECT 'withdrawn: ' || w.reason FROM withdrawals w
    WHERE w.payload_sha256 = p.payload_sha256 LIMIT 1) AS withdrawn
"""
_CLAIMS_PENDING = " UNION ".join(
    _PENDING_CLAIM + each.format(of_payload=of_payload)
    for each, of_payload in zip(_PENDING_OF_KIND, _OF_PAYLOAD, strict=True)
)
_FORGET = tuple(
    f"""DELETE FROM evidence WHERE {column} IN (
      SELECT c.{column} FROM json_each(?) wanted JOIN {table} c ON c.{payload} = wanted.value)"""  # noqa: S608
    for table, column, payload in (
        ("captures", "capture_id", "payload_sha256"),
        ("attachments", "attachment_id", "text_payload"),
        ("memento_lookups", "uri_m", "payload_sha256"),
    )
)
_PUT = insert_sql("evidence", (
    "evidence_id", "claim_key", "source_id", "capture_id", "attachment_id", "uri_m", "verdict",
    "score", "exact", "prefix", "suffix", "start", "end", "method", "reason",
))  # fmt: skip


class PendingText(Struct, frozen=True):
    """The text of a payload that claims wait for; empty where there is none, and `reason` says why."""

    payload_sha256: str
    text: str
    language: str | None
    reason: str | None


class PendingClaim(Struct, frozen=True):
    """A claim that has not been held against a copy that shows a payload; `key` is the store's own.

    The copy is a capture, an attachment or another archive's copy; `withdrawn` says why it was
    taken out, where it was (another copy may show the same text still).
    """

    key: int
    id: str
    text: str
    language: str | None
    source_id: str
    capture_id: str | None
    attachment_id: str | None
    uri_m: str | None
    withdrawn: str | None


def texts_pending(db: Database, method: str) -> list[str]:
    """Return the payloads that some claim has not been held against by this method, in order.

    By another method than the last time that is every one; else only those of sources that were
    marked since.
    """
    if db.column("SELECT method FROM _evidence_method") != [method]:
        with db.atomic():
            db.execute(MARK_ALL)
            db.execute("DELETE FROM _evidence_method")
            db.execute("INSERT INTO _evidence_method (method) VALUES (?)", (method,))
    return db.column(f"{_TEXTS_PENDING} ORDER BY payload_sha256", (method,))


def claims_pending(
    db: Database, method: str, payload_sha256: str
) -> tuple[PendingText, list[PendingClaim]]:
    """Return a payload's text and the claims that wait for it, in order."""
    text = db.first(
        "SELECT payload_sha256, text, language, reason FROM texts WHERE payload_sha256 = ?",
        (payload_sha256,),
    )
    assert text is not None, payload_sha256
    rows = db.rows(
        f"{_CLAIMS_PENDING} ORDER BY id, capture_id, attachment_id, uri_m, key",
        (method, payload_sha256),
    )
    return PendingText(**text), [PendingClaim(**row) for row in rows]


def settle_evidence(db: Database) -> None:
    """Take the marks away: all that was pending is written. Only a writer may say so."""
    db.execute("DELETE FROM _evidence_due")


def put_evidence(db: Database, found: Iterable[tuple[int, Evidence]]) -> None:
    """Write what was found, each with its claim's key; what another method found of the same pair goes.

    Raises:
        StoreError: nothing was written.
    """
    rows = [(key, each) for key, each in found]
    with db.atomic():
        db.executemany(
            "DELETE FROM evidence WHERE claim_key = ? AND source_id = ?"
            " AND capture_id IS ? AND attachment_id IS ? AND uri_m IS ?",
            [
                (key, each.source_id, each.capture_id, each.attachment_id, each.uri_m)
                for key, each in rows
            ],
        )
        db.executemany(
            _PUT,
            [_row(key, each) for key, each in rows],
        )


def _row(key: int, each: Evidence) -> tuple[object, ...]:
    p = each.passage
    copy = each.capture_id or each.attachment_id or each.uri_m or ""
    # a claim's id is that of its document's words: the same claim in two contents has two keys
    name = make_id("evidence", each.claim_id, key, each.source_id, copy, each.method)
    quoted = (p.exact, p.prefix, p.suffix, p.start, p.end) if p else (None,) * 5
    return (
        name, key, each.source_id, each.capture_id, each.attachment_id, each.uri_m,
        each.verdict, each.score, *quoted, each.method, each.reason,
    )  # fmt: skip


def forget_evidence_of_texts(db: Database, payloads: str) -> None:
    """Let what was found in these payloads (a JSON array) be found anew; the caller holds the transaction."""
    for sql in _FORGET:
        db.execute(sql, (payloads,))
