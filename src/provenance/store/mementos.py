"""What to ask other archives for, what they said before, and what they were asked to keep."""

import re
from calendar import monthrange
from collections.abc import Collection
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from provenance.model import SubmissionOutcome
from provenance.store.database import Database
from provenance.store.rows import json_text, parse_time, time_text
from provenance.store.withdrawals import NOT_WITHDRAWN

__all__ = [
    "AbsentSource",
    "CopiedPayload",
    "EarlierLookup",
    "SubmittedPage",
    "absent_sources",
    "copies_without_text",
    "count_with_memento",
    "earlier_lookups",
    "pages_to_submit",
    "submissions_of",
]

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?![\d-])")

# The state is asked first, since it has an index; the last look says what it was exactly.
_ABSENT = """
SELECT s.source_id, s.url,
  (SELECT json_group_array(DISTINCT coalesce(i.accessed, k.published))
   FROM citations i JOIN notes n ON n.note_key = i.note_key
   JOIN contents k ON k.content_key = n.content_key
   WHERE i.source_id = s.source_id
     AND EXISTS (SELECT 1 FROM documents d WHERE d.content_key = n.content_key)) AS days
FROM states t JOIN sources s ON s.source_id = t.source_id
JOIN checks c ON c.check_id = (
  SELECT check_id FROM checks WHERE source_id = s.source_id
  ORDER BY at DESC, check_id DESC LIMIT 1)
WHERE t.state IN ('walled', 'blocked', 'failing', 'dead') AND s.truncated = 0
  AND c.outcome IN ('gone', 'wall', 'blocked') AND s.url IS NOT NULL
  AND (:sources IS NULL OR s.source_id IN (SELECT value FROM json_each(:sources)))
  AND (:documents IS NULL OR s.source_id IN (
    SELECT i.source_id FROM json_each(:documents) wanted
    JOIN documents d ON d.document_id = wanted.value
    JOIN notes n ON n.content_key = d.content_key
    JOIN citations i ON i.note_key = n.note_key))
ORDER BY s.source_id
"""
_LIVE = """
SELECT s.source_id, s.url
FROM states t JOIN sources s ON s.source_id = t.source_id
LEFT JOIN submissions u ON u.source_id = s.source_id AND u.service = :service
WHERE t.state IN ('alive', 'drifted', 'revived') AND s.url IS NOT NULL AND s.truncated = 0
  AND (:sources IS NULL OR s.source_id IN (SELECT value FROM json_each(:sources)))
  AND (u.source_id IS NULL OR u.outcome = 'queued' OR u.at < :again
    OR (u.outcome IN ('asked', 'unavailable') AND u.at < :day_ago))
ORDER BY coalesce(u.at, ''), s.source_id
"""
_WITHOUT_TEXT = f"""
SELECT c.payload_sha256, c.uri_m AS final_url, c.warc_file, c.warc_offset, c.warc_length
FROM memento_lookups c LEFT JOIN texts x ON x.payload_sha256 = c.payload_sha256
WHERE c.payload_sha256 IS NOT NULL AND (x.text_key IS NULL OR x.reason = 'withdrawn')
  AND {NOT_WITHDRAWN}
ORDER BY c.at, c.source_id, c.archive
"""  # noqa: S608 - put together from constants


class AbsentSource(Struct, frozen=True):
    """A source whose page cannot be had; `near` is the end of the day on which it was cited first."""

    id: str
    url: str
    near: datetime | None


class EarlierLookup(Struct, frozen=True):
    """What an archive said before; `has_copy` tells whether its copy stands in our archive."""

    at: datetime
    near: datetime | None
    outcome: str
    has_copy: bool


class CopiedPayload(Struct, frozen=True):
    """A copy of another archive's copy, by its payload; `final_url` is the copy's own address."""

    payload_sha256: str
    final_url: str
    warc_file: str
    warc_offset: int
    warc_length: int


class SubmittedPage(Struct, frozen=True):
    """The latest step of asking a service to keep a page."""

    source_id: str
    url: str
    at: datetime
    outcome: SubmissionOutcome
    job_id: str | None

    @property
    def is_open(self) -> bool:
        """Tell whether the service took it and has not said yet what became of it."""
        return self.outcome == "asked" and self.job_id is not None


def absent_sources(
    db: Database,
    *,
    source_ids: Collection[str] | None = None,
    document_ids: Collection[str] | None = None,
) -> list[AbsentSource]:
    """Return the sources that are gone, walled or blocked by their last look, ordered by id.

    `source_ids` and `document_ids` (whose current versions cite them) narrow it down.
    """
    found = db.rows(_ABSENT, {"sources": _json(source_ids), "documents": _json(document_ids)})
    return [AbsentSource(row["source_id"], row["url"], _first_day(row["days"])) for row in found]


def _json(ids: Collection[str] | None) -> str | None:
    return None if ids is None else json_text(sorted(ids))


def _first_day(days: str) -> datetime | None:
    """Return the end of the earliest of several days; the author saw the page until then."""
    ends = [end for day in msgspec.json.decode(days) if day and (end := end_of_day(day))]
    return min(ends, default=None)


def end_of_day(written: str) -> datetime | None:
    """Return the last second of an ISO day, month or year; None where it is none.

    >>> end_of_day("2023-02").isoformat()
    '2023-02-28T23:59:59+00:00'
    """
    match = _DAY.match(written)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    try:
        day = int(match[3] or monthrange(year, month)[1])
        return datetime(year, month, day, 23, 59, 59, tzinfo=UTC)
    except ValueError:
        return None


def earlier_lookups(db: Database, source_id: str) -> dict[str, EarlierLookup]:
    """Return what archives said of a source before, by the archive's name."""
    found = db.rows(
        "SELECT archive, at, near, outcome, payload_sha256 IS NOT NULL AS has_copy"
        " FROM memento_lookups WHERE source_id = ?",
        (source_id,),
    )
    return {
        row["archive"]: EarlierLookup(
            parse_time(row["at"]),
            parse_time(row["near"]) if row["near"] else None,
            row["outcome"],
            bool(row["has_copy"]),
        )
        for row in found
    }


def count_with_memento(db: Database, source_ids: Collection[str]) -> int:
    """Return of how many of these sources another archive is known to hold a copy."""
    count: int = db.value(
        "SELECT count(*) FROM json_each(?) wanted WHERE EXISTS (SELECT 1 FROM memento_lookups m"
        " WHERE m.source_id = wanted.value AND m.outcome = 'found')",
        (json_text(sorted(source_ids)),),
    )
    return count


def copies_without_text(db: Database) -> list[CopiedPayload]:
    """Return the copies of mementos whose payload was not put through extraction."""
    found = db.rows(_WITHOUT_TEXT)
    once = {row["payload_sha256"]: CopiedPayload(**row) for row in reversed(found)}
    return list(once.values())[::-1]


def pages_to_submit(
    db: Database,
    service: str,
    before: datetime,
    day_ago: datetime,
    source_ids: Collection[str] | None = None,
) -> list[tuple[str, str]]:
    """Return (id, URL) of the live sources that a service was not asked to keep since `before`.

    What it did not take is among them, and what came to no end by `day_ago`. Those never
    asked for come first.
    """
    wanted = {"again": time_text(before), "day_ago": time_text(day_ago)}
    found = db.rows(_LIVE, {"service": service, "sources": _json(source_ids), **wanted})
    return [(row["source_id"], row["url"]) for row in found]


def submissions_of(db: Database, service: str, since: datetime) -> list[SubmittedPage]:
    """Return the pages that a service was asked to keep and whose latest step is not older."""
    found = db.rows(
        "SELECT source_id, url, at, outcome, job_id FROM submissions"
        " WHERE service = ? AND at >= ? AND outcome <> 'queued'"
        " ORDER BY at, source_id",
        (service, time_text(since)),
    )
    return [SubmittedPage(**{**row, "at": parse_time(row["at"])}) for row in found]
