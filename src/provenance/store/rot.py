"""What a source showed over time, what its claims lean on, and what was found of the two: rows.

The text that a page is compared with (its *base*) is that of our capture nearest to the day on which
the first document that cites it was written: published, or read where it names no day or a later one.
So a page that another took over stays another, however often it is looked at. What a claim leans on is
what a person chose for it, else the best that was found: in our captures, the nearest to the claim's day
first, then in copies of other archives. A copy that a person brought may be another form of the work,
so no passage of it is looked for on the page.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from provenance.model import Passage
from provenance.store.database import Database, Row
from provenance.store.reviews import standing_reviews
from provenance.store.rows import insert_sql

__all__ = [
    "BASE",
    "FIRST_CITED",
    "DriftRow",
    "FollowedRow",
    "Leaned",
    "ShownText",
    "base_text",
    "base_words",
    "put_rot",
    "read_bases",
    "read_leaned",
    "read_neighbours",
    "read_shown",
]

# Of captures `c` and their texts `x`: what can be read and was not withdrawn.
_READABLE = (
    "x.reason IS NULL AND x.text_sha256 <> ''"
    " AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.payload_sha256 = c.payload_sha256)"
)
_SHOWN = f"""
SELECT x.text_sha256, c.payload_sha256, min(c.at) AS first_at, max(c.at) AS last_at
FROM captures c JOIN texts x ON x.payload_sha256 = c.payload_sha256
WHERE c.source_id = ? AND {_READABLE}
GROUP BY c.payload_sha256 ORDER BY first_at, c.payload_sha256
"""  # noqa: S608 - put together from constants
# The day of a content `k`: it leaned on what its author saw, and that was before it was read.
_DAY = """(SELECT min(coalesce(julianday(k.published), 1e9), min(julianday(v.at)))
  FROM versions v WHERE v.content_key = k.content_key)"""
# When the first content that cites a `source` was written, as a Julian day; NULL where none does.
FIRST_CITED = f"""
(SELECT min({_DAY}) FROM contents k WHERE k.content_key IN (
  SELECT n.content_key FROM citations i JOIN notes n ON n.note_key = i.note_key
  WHERE i.source_id = {{source}}))
"""  # noqa: S608
# What is `wanted` of the base of a `source` that was cited first on a `day`; all three are expressions.
BASE = f"""
SELECT {{wanted}} FROM (
  SELECT x.text_key, x.text_sha256, x.payload_sha256, c.at, c.capture_id,
    abs(julianday(c.at) - {{day}}) AS far
  FROM captures c JOIN texts x ON x.payload_sha256 = c.payload_sha256
  WHERE c.source_id = {{source}} AND {_READABLE})
ORDER BY far, at, capture_id LIMIT 1
"""  # noqa: S608
_BASE = BASE.format(
    wanted="text_sha256, payload_sha256", source="?1", day=FIRST_CITED.format(source="?1")
)
_CLAIMS = f"""
SELECT DISTINCT c.claim_key, c.claim_id, {_DAY} AS day
FROM citations i
JOIN markers m ON m.note_key = i.note_key AND m.repeats_note = 0
JOIN claims c ON c.claim_key = m.claim_key
JOIN contents k ON k.content_key = c.content_key
WHERE i.source_id = ?1 AND EXISTS (SELECT 1 FROM documents d WHERE d.content_key = k.content_key)
"""  # noqa: S608
_LEANED = f"""
SELECT * FROM (
  SELECT q.claim_key, q.claim_id, e.exact, e.prefix, e.suffix, e.start, e."end",
    x.text_sha256, coalesce(h.at, g.memento_at, g.at) AS at,
    row_number() OVER (PARTITION BY q.claim_key ORDER BY h.capture_id IS NOT NULL DESC,
      abs(julianday(h.at) - q.day), e.score DESC, e.evidence_id) AS rank
  FROM ({_CLAIMS}) q
  JOIN evidence e ON e.claim_key = q.claim_key AND e.source_id = ?1 AND e.exact IS NOT NULL
    AND e.attachment_id IS NULL
  LEFT JOIN captures h ON h.capture_id = e.capture_id
  LEFT JOIN memento_lookups g ON g.source_id = ?1 AND g.uri_m = e.uri_m
  JOIN texts x ON x.payload_sha256 = coalesce(h.payload_sha256, g.payload_sha256))
WHERE rank = 1 ORDER BY claim_id, claim_key
"""  # noqa: S608
_JUDGED = "SELECT 1 FROM reviews WHERE source_id = ? LIMIT 1"
_CLAIM_KEYS = f"SELECT claim_key, claim_id FROM ({_CLAIMS}) ORDER BY claim_id, claim_key"  # noqa: S608
_AT_OF = "SELECT at FROM captures WHERE capture_id = ?"
# Other pages of the host, round in the order of ids: each with a text that it showed by a moment.
_NEIGHBOURS = f"""
SELECT s.source_id FROM sources s
WHERE s.host = :host AND s.source_id {{side}} :source_id AND EXISTS (
  SELECT 1 FROM captures c JOIN texts x ON x.payload_sha256 = c.payload_sha256
  WHERE c.source_id = s.source_id AND c.at <= :until AND {_READABLE})
ORDER BY s.source_id LIMIT :most
"""  # noqa: S608
# Pages that were taken on one day come in any order.
_SHOWN_THEN = f"""
SELECT c.payload_sha256 FROM captures c JOIN texts x ON x.payload_sha256 = c.payload_sha256
WHERE c.source_id = ?1 AND c.at <= ?3 AND {_READABLE}
ORDER BY c.at < strftime('%Y-%m-%dT%H:%M:%fZ', ?2, '-1 day'), abs(julianday(c.at) - julianday(?2)),
  c.at, c.capture_id LIMIT 1
"""  # noqa: S608
_DRIFT_COLUMNS = (
    "source_id", "text_sha256", "base_sha256", "share", "words_lost", "words_gained", "said",
    "passages", "altered", "missing", "drift", "basis",
)  # fmt: skip
_FOLLOWED_COLUMNS = (
    "source_id", "claim_key", "text_sha256", "state", "score", "reason", "was", "now", "start",
    "end",
)  # fmt: skip
_PUT_DRIFT = insert_sql("drifts", _DRIFT_COLUMNS)
_PUT_FOLLOWED = insert_sql("followed", _FOLLOWED_COLUMNS)
# As much of a text as tells what it is about.
_FIRST_WORDS = 20_000


class ShownText(Struct, frozen=True):
    """A text that a source showed: in which payload, when first and when last (`rows.time_text`)."""

    text_sha256: str
    payload_sha256: str
    first_at: str
    last_at: str


class Leaned(Struct, frozen=True):
    """A passage that a claim leans on, quoted from the text of a copy of the moment `at`.

    `text_sha256` is None, and `at` may be, where the text that a person judged is not known.
    """

    claim_key: int
    claim_id: str
    passage: Passage
    text_sha256: str | None
    at: str | None


class DriftRow(Struct, frozen=True):
    """A row of `drifts`; `said` is JSON."""

    source_id: str
    text_sha256: str
    base_sha256: str
    share: float
    words_lost: int
    words_gained: int
    said: str
    passages: int
    altered: int
    missing: int
    drift: str | None
    basis: str


class FollowedRow(Struct, frozen=True):
    """A row of `followed`."""

    source_id: str
    claim_key: int
    text_sha256: str
    state: str
    score: float
    reason: str
    was: str
    now: str
    start: int | None
    end: int | None


def read_shown(db: Database, source_id: str) -> list[ShownText]:
    """Return the texts that a source showed and that can be read, in the order of first sight."""
    shown: dict[str, ShownText] = {}
    for row in db.rows(_SHOWN, (source_id,)):
        each = ShownText(**row)
        first = shown.setdefault(each.text_sha256, each)
        if each.last_at > first.last_at:
            shown[each.text_sha256] = msgspec.structs.replace(first, last_at=each.last_at)
    return list(shown.values())


def base_text(db: Database, source_id: str) -> str | None:
    """Return the digest of the text that a source is compared with; None where none can be read."""
    found: str | None = db.value(_BASE, (source_id,))
    return found


def base_words(db: Database, source_id: str) -> tuple[str | None, str]:
    """Return title and beginning of the text that a source is compared with; `""` where there is none."""
    base = db.first(_BASE, (source_id,))
    row = base and db.first(
        "SELECT title, substr(text, 1, ?) AS text FROM texts WHERE payload_sha256 = ?",
        (_FIRST_WORDS, base["payload_sha256"]),
    )
    return (row["title"], row["text"]) if row else (None, "")


def read_leaned(db: Database, source_id: str) -> list[Leaned]:
    """Return what the claims of current documents lean on in a source, ordered by claim."""
    found = {row["claim_key"]: _leaned_of(row) for row in db.rows(_LEANED, (source_id,))}
    if db.first(_JUDGED, (source_id,)) is None:
        return list(found.values())
    leaned: list[Leaned] = []
    for claim in db.rows(_CLAIM_KEYS, (source_id,)):
        key = claim["claim_key"]
        said = next(iter(standing_reviews(db, key, source_id)), None)
        if said is None or (said["decision"] != "rejected" and not said["exact"]):
            leaned += [found[key]] if key in found else []
        elif said["decision"] != "rejected" and said["attachment_id"] is None:
            at = db.value(_AT_OF, (said["capture_id"],)) if said["capture_id"] else None
            leaned.append(_leaned_of({**said, **claim, "at": at}))
    return leaned


def _leaned_of(row: Row) -> Leaned:
    quoted = (row[name] for name in ("exact", "prefix", "suffix", "start", "end"))
    passage = Passage(*quoted)
    return Leaned(row["claim_key"], row["claim_id"], passage, row["text_sha256"], row["at"])


def read_neighbours(
    db: Database, source_id: str, then: str, now: str, most: int
) -> list[tuple[str, ...]]:
    """Return payloads that up to `most` other pages of a source's host showed, those of one together.

    Of each what it showed at two moments (`rows.time_text`), and nothing that was seen after `now`:
    so the same is found whenever it is asked.
    """
    host = db.value("SELECT host FROM sources WHERE source_id = ?", (source_id,))
    if host is None:
        return []
    asked = {"host": host, "source_id": source_id, "until": now, "most": most}
    others = db.column(_NEIGHBOURS.format(side=">"), asked)
    if len(others) < most:
        asked["most"] = most - len(others)
        others += db.column(_NEIGHBOURS.format(side="<"), asked)
    found = ((db.value(_SHOWN_THEN, (other, at, now)) for at in (then, now)) for other in others)
    return [tuple(dict.fromkeys(payloads)) for payloads in found]


def read_bases(db: Database, source_id: str) -> dict[str, str]:
    """Return what the rows of a source's texts follow from: `basis` by text."""
    rows = db.rows("SELECT text_sha256, basis FROM drifts WHERE source_id = ?", (source_id,))
    return {row["text_sha256"]: row["basis"] for row in rows}


def put_rot(
    db: Database,
    source_id: str,
    gone: Iterable[str],
    drifts: Iterable[DriftRow],
    followed: Iterable[FollowedRow],
) -> None:
    """Write what was found of some texts of a source; rows of the texts in `gone` go first.

    The caller holds the transaction.
    """
    texts = [(source_id, text) for text in gone]
    for table in ("drifts", "followed"):
        db.executemany(f"DELETE FROM {table} WHERE source_id = ? AND text_sha256 = ?", texts)  # noqa: S608
    db.executemany(_PUT_DRIFT, map(msgspec.structs.astuple, drifts))
    db.executemany(_PUT_FOLLOWED, map(msgspec.structs.astuple, followed))
