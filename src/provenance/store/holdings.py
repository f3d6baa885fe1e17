"""Rows of what stands beside our captures: attachments, mementos, submissions."""

from provenance.formats.strangers import storable
from provenance.model import (
    Attachment,
    AttachmentLine,
    JudgementLine,
    MementoLine,
    MementoLookup,
    NightLine,
    OpinionLine,
    OverrideLine,
    ReviewLine,
    Source,
    Submission,
    SubmissionLine,
    WithdrawalLine,
)
from provenance.store import rows
from provenance.store.database import Database
from provenance.store.judgements import apply_judgement
from provenance.store.reviews import apply_review
from provenance.store.rows import insert_sql, json_text, time_text
from provenance.store.watching import apply_night, apply_opinion, apply_override
from provenance.store.withdrawals import apply_withdrawal

__all__ = ["HoldingLine", "apply_attachment", "apply_holding", "apply_memento", "apply_submission"]

HoldingLine = (
    AttachmentLine
    | MementoLine
    | SubmissionLine
    | JudgementLine
    | ReviewLine
    | OverrideLine
    | OpinionLine
    | NightLine
    | WithdrawalLine
)

_ATTACHMENT_COLUMNS = (
    "attachment_id", "source_id", "at", "by", "why", "name", "media_type", "payload_sha256",
    "payload_bytes", "warc_file", "warc_offset", "warc_length", "text_payload", "url", "made_at",
    "records",
)  # fmt: skip
_LOOKUP_COLUMNS = (
    "source_id", "archive", "at", "url", "outcome", "reason", "near", "uri_m", "memento_at",
    "status", "count", "media_type", "payload_sha256", "payload_bytes", "warc_file",
    "warc_offset", "warc_length",
)  # fmt: skip
_SUBMISSION_COLUMNS = (
    "source_id", "service", "at", "url", "outcome", "reason", "job_id", "uri_m",
)  # fmt: skip


def _replacing(table: str, columns: tuple[str, ...], keys: tuple[str, ...]) -> str:
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in keys)
    return insert_sql(table, columns, f"({', '.join(keys)}) DO UPDATE SET {changed}")


_PUT_ATTACHMENT = insert_sql("attachments", _ATTACHMENT_COLUMNS, "DO NOTHING")
_PUT_LOOKUP = _replacing("memento_lookups", _LOOKUP_COLUMNS, ("source_id", "archive"))
_PUT_SUBMISSION = _replacing("submissions", _SUBMISSION_COLUMNS, ("source_id", "service"))
_FORGET_FOUND = """
DELETE FROM evidence WHERE source_id = ?1 AND uri_m IN (
  SELECT uri_m FROM memento_lookups WHERE source_id = ?1 AND archive = ?2)
"""


def apply_holding(db: Database, line: HoldingLine) -> set[str]:
    """Apply a line; return the sources whose state it touches. The caller holds the transaction."""
    match line:
        case AttachmentLine():
            _put_bare_source(db, line.attachment.source_id)
            apply_attachment(db, line.attachment)
        case MementoLine():
            _put_bare_source(db, line.lookup.source_id)
            apply_memento(db, line.lookup)
        case SubmissionLine():
            _put_bare_source(db, line.submission.source_id)
            apply_submission(db, line.submission)
        case JudgementLine():
            apply_judgement(db, line.judgement)
            return {line.judgement.source_id}
        case ReviewLine():
            apply_review(db, line.review)
        case NightLine():
            apply_night(db, line.report)
        case _:
            return _apply_word(db, line)
    return set()


def _apply_word(db: Database, line: OverrideLine | OpinionLine | WithdrawalLine) -> set[str]:
    """Apply what somebody says of a source."""
    match line:
        case OverrideLine():
            apply_override(db, line.override)
            return {line.override.source_id}
        case OpinionLine():
            apply_opinion(db, line.opinion)
            return {line.opinion.source_id}
        case WithdrawalLine():
            return apply_withdrawal(db, line.withdrawal)


def _put_bare_source(db: Database, source_id: str) -> None:
    """Make room for a source that no document cites any more and nobody looked at."""
    bare = rows.source_row(Source(source_id, key="", kind="web"))
    db.execute(insert_sql("sources", rows.SOURCE_COLUMNS, "DO NOTHING"), bare)


def apply_attachment(db: Database, attachment: Attachment) -> None:
    """Keep a person's copy; the caller holds the transaction."""
    a = attachment
    made_at = time_text(a.made_at) if a.made_at else None
    db.execute(_PUT_ATTACHMENT, (
        a.id, a.source_id, time_text(a.at), storable(a.by), storable(a.why), storable(a.name),
        a.media_type, a.payload_sha256, a.payload_bytes, a.warc_file, a.warc_offset,
        a.warc_length, a.text_payload, storable(a.url) if a.url else None, made_at,
        json_text(a.records),
    ))  # fmt: skip


def apply_memento(db: Database, lookup: MementoLookup) -> None:
    """Keep what an archive answered, in place of what it answered before and was found there."""
    db.execute(_FORGET_FOUND, (lookup.source_id, lookup.archive))
    copy = lookup.copy
    of_copy: tuple[object, ...] = (None,) * 6
    if copy is not None:
        of_copy = (copy.media_type, copy.payload_sha256, copy.payload_bytes,
                   copy.warc.file, copy.warc.offset, copy.warc.length)  # fmt: skip
    db.execute(_PUT_LOOKUP, (
        lookup.source_id, lookup.archive, time_text(lookup.at), storable(lookup.url),
        lookup.outcome, storable(lookup.reason), time_text(lookup.near) if lookup.near else None,
        storable(lookup.uri_m) if lookup.uri_m else None,
        time_text(lookup.memento_at) if lookup.memento_at else None,
        lookup.status, lookup.count, *of_copy,
    ))  # fmt: skip


def apply_submission(db: Database, submission: Submission) -> None:
    """Keep the latest step of asking a service to keep a source."""
    s = submission
    db.execute(_PUT_SUBMISSION, (
        s.source_id, s.service, time_text(s.at), storable(s.url), s.outcome, storable(s.reason),
        s.job_id, storable(s.uri_m) if s.uri_m else None,
    ))  # fmt: skip
