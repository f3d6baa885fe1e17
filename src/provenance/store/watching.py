"""Rows of what is said of states beside their checks, and of what nights found."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec.structs import replace

from provenance.formats.strangers import storable
from provenance.model import NightChange, NightReport, Opinion, Override
from provenance.store.database import Database
from provenance.store.rows import insert_sql, json_text, time_text

__all__ = [
    "apply_night",
    "apply_opinion",
    "apply_override",
    "forget_passages",
    "last_night",
    "latest_nights",
    "read_night",
]

_OVERRIDE_COLUMNS = ("override_id", "source_id", "at", "by", "why", "state", "until")
_OPINION_COLUMNS = (
    "source_id", "at", "who", "url", "outcome", "reason", "seen_at", "uri_m", "status",
)  # fmt: skip
_NIGHT_COLUMNS = (
    "night_id", "started", "finished", "due", "checked", "skipped", "failed", "worse", "causes",
    "report",
)  # fmt: skip
_PUT_OVERRIDE = insert_sql("overrides", _OVERRIDE_COLUMNS, "DO NOTHING")
_PUT_OPINION = insert_sql("opinions", _OPINION_COLUMNS, "DO NOTHING")
_PUT_NIGHT = insert_sql("nights", _NIGHT_COLUMNS, "DO NOTHING")
_SOURCES_OF_PAYLOAD = """
SELECT source_id FROM captures WHERE payload_sha256 = ?1
UNION SELECT source_id FROM attachments WHERE payload_sha256 = ?1
"""
_NIGHTS_TELLING = """
SELECT night_id, report FROM nights
WHERE finished <= ?2 AND EXISTS (SELECT 1 FROM json_each(?1) s WHERE instr(report, s.value))
"""
_OVERRULE = """
UPDATE overrides SET overruled_by = ?1
WHERE source_id = ?2 AND override_id <> ?1 AND overruled_by IS NULL
"""


def apply_override(db: Database, override: Override) -> None:
    """Let a person's word on a state count, in place of earlier ones; the caller holds the transaction."""
    o = override
    until = time_text(o.until) if o.until else None
    db.execute(_PUT_OVERRIDE, (
        o.id, o.source_id, time_text(o.at), storable(o.by), storable(o.why), o.state, until,
    ))  # fmt: skip
    db.execute(_OVERRULE, (o.id, o.source_id))


def apply_opinion(db: Database, opinion: Opinion) -> None:
    """Keep a second opinion; the caller holds the transaction."""
    o = opinion
    db.execute(_PUT_OPINION, (
        o.source_id, time_text(o.at), storable(o.who), storable(o.url), o.outcome,
        storable(o.reason), time_text(o.seen_at) if o.seen_at else None,
        storable(o.uri_m) if o.uri_m else None, o.status,
    ))  # fmt: skip


def apply_night(db: Database, report: NightReport) -> None:
    """Keep what a night told; the caller holds the transaction."""
    run = report.run
    worse = sum(change.group in {"worse", "still"} for change in report.changes)
    causes = sum(cause.is_news for cause in report.hosts)
    db.execute(_PUT_NIGHT, (
        run.id, time_text(run.started), time_text(run.finished), run.due, run.checked,
        run.skipped, run.failed, worse, causes, json_text(report),
    ))  # fmt: skip


def last_night(db: Database, before: str | None = None) -> NightReport | None:
    """Return the latest finished night, or the latest that began before a moment (`time_text`)."""
    told = db.value(
        "SELECT report FROM nights WHERE ?1 IS NULL OR started < ?1 ORDER BY started DESC LIMIT 1",
        (before,),
    )
    return msgspec.json.decode(told, type=NightReport) if told else None


def forget_passages(db: Database, payload_sha256: str, until: datetime) -> int:
    """Blank what nights up to a moment quote of the sources of a payload; the caller holds the transaction.

    `keep.redaction` blanks the same in the journal. Returns how many nights quoted any.
    """
    sources = frozenset(db.column(_SOURCES_OF_PAYLOAD, (payload_sha256,)))
    changed = 0
    for row in db.rows(_NIGHTS_TELLING, (json_text(sorted(sources)), time_text(until))):
        report = msgspec.json.decode(row["report"], type=NightReport)
        blanked = replace(
            report, changes=tuple(_without_words(each, sources) for each in report.changes)
        )
        if blanked != report:
            sql = "UPDATE nights SET report = ? WHERE night_id = ?"
            changed += db.execute(sql, (json_text(blanked), row["night_id"]))
    return changed


def _without_words(change: NightChange, sources: Collection[str]) -> NightChange:
    if change.source_id not in sources:
        return change
    passages = tuple(replace(each, before="", now="", said="") for each in change.passages)
    reason = "" if change.to == "drifted" else change.reason
    return replace(change, passages=passages, reason=reason)


def latest_nights(db: Database, limit: int) -> list[NightReport]:
    """Return the nights that began last, the latest first."""
    told = db.column("SELECT report FROM nights ORDER BY started DESC LIMIT ?", (limit,))
    return [msgspec.json.decode(each, type=NightReport) for each in told]


def read_night(db: Database, night_id: str) -> NightReport | None:
    """Return one night; None where there is no such."""
    told = db.value("SELECT report FROM nights WHERE night_id = ?", (night_id,))
    return msgspec.json.decode(told, type=NightReport) if told else None
