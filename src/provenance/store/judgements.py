"""Later judgements of checks: which count in place of the check's first verdict."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from provenance.formats.strangers import storable
from provenance.model import CheckFacts, CitationKind, Judgement, SourceState, WarcPlace
from provenance.model.history import History
from provenance.store.database import Database, Row
from provenance.store.rot_tables import DRIFT_OF_LOOK, JOIN_DRIFT
from provenance.store.rows import insert_sql, parse_time, time_text
from provenance.store.states import histories_at

__all__ = [
    "CheckedSource",
    "StoredCheck",
    "apply_judgement",
    "count_checked_sources",
    "iter_checked_sources",
]

_COLUMNS = (
    "check_id", "source_id", "at", "outcome", "rule", "rule_version", "reason", "rules", "basis",
)  # fmt: skip
_PUT = insert_sql(
    "judgements",
    _COLUMNS,
    "(check_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "check_id"),
)

# A page of sources with every check of theirs; what stands is the latest judgement, else the check.
_SOURCES = """
SELECT s.source_id, s.kind, s.url, t.state, t.rules
FROM sources s JOIN states t ON t.source_id = s.source_id
WHERE s.source_id > ? AND t.checks > 0 ORDER BY s.source_id LIMIT ?
"""
_CHECKS = f"""
SELECT k.check_id, k.source_id, k.at, k.url, k.vantage, k.facts, {DRIFT_OF_LOOK} AS drift,
  k.rowid AS number,
  k.rule AS first_rule, coalesce(nullif(x.text_sha256, ''), c.payload_sha256) AS content,
  coalesce(j.outcome, k.outcome) AS outcome, coalesce(j.rule, k.rule) AS rule,
  coalesce(j.rule_version, k.rule_version) AS rule_version,
  coalesce(j.reason, k.reason) AS reason,
  k.capture_id, c.warc_file, c.warc_offset, c.warc_length, c.payload_sha256
FROM json_each(?) wanted
JOIN checks k ON k.source_id = wanted.value
LEFT JOIN judgements j ON j.check_id = k.check_id
LEFT JOIN captures c ON c.capture_id = k.capture_id
LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256 AND x.reason IS NULL
{JOIN_DRIFT}
ORDER BY k.source_id, k.at, k.check_id
"""  # noqa: S608 - put together from constants


class StoredCheck(Struct, frozen=True):
    """A check as it stands now: its facts, its verdict (the latest judgement's), its capture.

    `first_rule` is the rule of the check itself. `seen` is what its source's state is made of.
    """

    id: str
    source_id: str
    url: str
    rule: str
    rule_version: int
    first_rule: str
    seen: CheckFacts
    facts: dict[str, Any]
    capture_place: WarcPlace | None
    capture_sha256: str | None


class CheckedSource(Struct, frozen=True):
    """A source with its state, every check of its, oldest first, and all that its state is made of.

    `rules` is the version of the rules that derived its state.
    """

    id: str
    kind: CitationKind
    url: str | None
    state: SourceState
    checks: tuple[StoredCheck, ...]
    history: History = History()
    rules: int = 1


def apply_judgement(db: Database, judgement: Judgement) -> None:
    """Let a judgement count for its check; the caller holds the transaction."""
    j = judgement
    db.execute(_PUT, (
        j.check_id, j.source_id, time_text(j.at), j.outcome, j.rule, j.rule_version,
        storable(j.reason), j.rules, j.basis,
    ))  # fmt: skip


def count_checked_sources(db: Database) -> int:
    """Return how many sources were looked at."""
    return int(db.value("SELECT count(*) FROM states WHERE checks > 0"))


def iter_checked_sources(db: Database, at_a_time: int = 100) -> Iterator[CheckedSource]:
    """Yield every source that was looked at, in the order of ids, a page of them in memory."""
    after = ""
    while sources := db.rows(_SOURCES, (after, at_a_time)):
        after = sources[-1]["source_id"]
        wanted = msgspec.json.encode([row["source_id"] for row in sources]).decode()
        checks: dict[str, list[StoredCheck]] = {row["source_id"]: [] for row in sources}
        for row in db.rows(_CHECKS, (wanted,)):
            checks[row["source_id"]].append(_check_of(row))
        histories = histories_at(db, checks)
        for row in sources:
            source_id = row["source_id"]
            yield CheckedSource(
                source_id,
                row["kind"],
                row["url"],
                row["state"],
                tuple(checks[source_id]),
                histories[source_id],
                row["rules"],
            )


def _check_of(row: Row) -> StoredCheck:
    place = None
    if row["warc_file"] is not None:
        place = WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"])
    seen = CheckFacts(
        parse_time(row["at"]), row["outcome"], row["reason"], row["vantage"], row["content"],
        row["drift"], row["number"],
    )  # fmt: skip
    return StoredCheck(
        row["check_id"], row["source_id"], row["url"], row["rule"], row["rule_version"],
        row["first_rule"], seen, msgspec.json.decode(row["facts"]), place, row["payload_sha256"],
    )  # fmt: skip
