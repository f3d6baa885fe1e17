"""What persons said of evidence: rows in, and the questions that a reviewer's order asks."""

from msgspec import Struct

from provenance.formats.strangers import storable
from provenance.model import Passage, Review
from provenance.store.database import Database, Row
from provenance.store.judged_view import STANDING_REVIEWS
from provenance.store.rows import insert_sql, parse_time, time_text
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = [
    "HeldText",
    "apply_review",
    "content_of",
    "copies_to_review",
    "first_capture_of",
    "last_review",
    "read_review",
    "read_text_of",
    "standing_reviews",
]

_COLUMNS = (
    "review_id", "claim_id", "source_id", "at", "by", "decision", "why", "claim_text",
    "capture_id", "attachment_id", "uri_m", "payload_sha256", "text_sha256",
    "exact", "prefix", "suffix", "start", "end",
    "content_sha256",
)  # fmt: skip
_AS_IN_RECORD = (*_COLUMNS[1:3], *_COLUMNS[4:13], "content_sha256")
_PUT = insert_sql("reviews", _COLUMNS, "DO NOTHING")
_OVERRULE = """
UPDATE reviews SET overruled_by = ?1
WHERE claim_id = ?2 AND source_id = ?3 AND review_id <> ?1 AND overruled_by IS NULL
  AND capture_id IS ?4 AND attachment_id IS ?5 AND uri_m IS ?6
"""
_STANDING = """
SELECT s.review_id, s.claim_id, s.source_id, s.at, s."by", s.decision, s.why, s.capture_id,
  s.attachment_id, s.uri_m, s.claim_text, s.content_sha256, s.payload_sha256, s.text_sha256,
  s.exact, s.prefix, s.suffix, s.start, s."end",
  s.claim_id = c.claim_id OR s.content_sha256 = (
    SELECT k.sha256 FROM contents k WHERE k.content_key = c.content_key) AS is_own
{of_claim}
ORDER BY is_own DESC, s.decision = 'rejected', s.at DESC, s.review_id
""".format(  # noqa: S608 - put together from constants
    of_claim=STANDING_REVIEWS.replace("FROM reviews s", "FROM claims c JOIN reviews s")
    .replace("i.source_id", "?1")
    .replace("WHERE ", "WHERE c.claim_key = ?2 AND ", 1)
)
# Every copy that is held of a source, the one nearest to the document's day first, as the view
# chooses; a page that came back unchanged is told by its first capture.
_COPIES = f"""
SELECT 'capture' AS kind, c.capture_id AS id, c.at, c.payload_sha256,
  c.payload_sha256 AS text_payload, 0 AS rank,
  CASE WHEN julianday(?2) IS NULL THEN -julianday(c.at)
    ELSE abs(julianday(c.at) - julianday(?2)) END AS distance
FROM captures c WHERE c.source_id = ?1 AND c.revisit_of IS NULL AND {NOT_WITHDRAWN}
UNION ALL
SELECT 'attachment', c.attachment_id, c.at, c.payload_sha256, c.text_payload, 1, julianday(c.at)
FROM attachments c WHERE c.source_id = ?1 AND {NOT_WITHDRAWN}
UNION ALL
SELECT 'memento', c.uri_m, c.memento_at, c.payload_sha256, c.payload_sha256, 2, julianday(c.at)
FROM memento_lookups c
WHERE c.source_id = ?1 AND c.payload_sha256 IS NOT NULL AND c.uri_m IS NOT NULL AND {NOT_WITHDRAWN}
ORDER BY rank, distance, at, id
"""  # noqa: S608 - put together from constants


class HeldText(Struct, frozen=True):
    """A copy that is held of a source: what a person may judge. `at` may be unknown of a memento.

    `kind` is "capture", "attachment" or "memento"; the id of a memento is its address.
    """

    kind: str
    id: str
    at: str | None
    payload_sha256: str
    text_payload: str


def apply_review(db: Database, review: Review) -> None:
    """Let a review count, and overrule what was said before; the caller holds the transaction."""
    r, p = review, review.passage
    quoted: tuple[object, ...] = (None,) * 5
    if p is not None:
        quoted = (storable(p.exact), storable(p.prefix), storable(p.suffix), p.start, p.end)
    copy = (r.capture_id, r.attachment_id, r.uri_m)
    db.execute(_PUT, (
        r.id, r.claim_id, r.source_id, time_text(r.at), storable(r.by), r.decision,
        storable(r.why), storable(r.claim_text), *copy, r.payload_sha256, r.text_sha256, *quoted,
        r.content_sha256,
    ))  # fmt: skip
    db.execute(_OVERRULE, (r.id, r.claim_id, r.source_id, *copy))


def standing_reviews(db: Database, claim_key: int, source_id: str) -> list[Row]:
    """Return what persons say of a claim and a source, what counts first.

    `is_own` is 0 for what was said of the same words in another version of the document.
    """
    return db.rows(_STANDING, (source_id, claim_key))


def read_review(row: Row) -> Review:
    """Return the record of a row of reviews."""
    passage = None
    if row["exact"] is not None:
        quoted = (row[name] for name in ("exact", "prefix", "suffix", "start", "end"))
        passage = Passage(*quoted)
    return Review(
        id=row["review_id"],
        at=parse_time(row["at"]),
        passage=passage,
        **{name: row[name] for name in _AS_IN_RECORD},
    )


def copies_to_review(db: Database, source_id: str, published: str | None) -> list[HeldText]:
    """Return the copies that are held of a source, in the order in which they are looked into."""
    found = db.rows(_COPIES, (source_id, published))
    return [
        HeldText(row["kind"], row["id"], row["at"], row["payload_sha256"], row["text_payload"])
        for row in found
    ]


def first_capture_of(db: Database, capture_id: str) -> str | None:
    """Return the capture that holds the page of one that came back unchanged; None where it is none."""
    found: str | None = db.value(
        "SELECT revisit_of FROM captures WHERE capture_id = ?", (capture_id,)
    )
    return found


def last_review(db: Database, claim_id: str, source_id: str) -> Row | None:
    """Return what was said last of a claim and a source, also where it was taken back."""
    return db.first(
        "SELECT * FROM reviews WHERE claim_id = ? AND source_id = ? AND overruled_by IS NULL"
        " ORDER BY at DESC, review_id LIMIT 1",
        (claim_id, source_id),
    )


def content_of(db: Database, claim_key: int) -> str:
    """Return the digest of the document that a claim stands in."""
    found: str = db.value(
        "SELECT k.sha256 FROM claims c JOIN contents k USING (content_key) WHERE c.claim_key = ?",
        (claim_key,),
    )
    return found


def read_text_of(db: Database, text_payload: str) -> tuple[str, str] | None:
    """Return a payload's text and the text's digest; None where there is no text."""
    row = db.first(
        "SELECT text, text_sha256 FROM texts WHERE payload_sha256 = ? AND text <> ''",
        (text_payload,),
    )
    return (row["text"], row["text_sha256"]) if row else None
