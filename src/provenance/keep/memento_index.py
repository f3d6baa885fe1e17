"""What other archives' indexes say: CDX (Wayback, pywb) and Availability answers. PURE.

An answer is a stranger's: torn, endless or hostile, and then it proves nothing. The CDX
server of the Wayback Machine answers with a JSON array whose first row names the columns,
pywb with a JSON object a line, both with plain text where they are not asked for JSON.
"""

import re
import urllib.parse
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

__all__ = [
    "NamedCopy",
    "cdx_question",
    "in_order_of_nearness",
    "memento_stamp",
    "read_availability",
    "read_cdx_copies",
    "read_cdx_rows",
    "read_stamp",
]

_STAMP = re.compile(r"[0-9]{14}")
_STATUS = re.compile(r"[1-5][0-9]{2}")
_OK = 200
# The columns of a text line where nobody named any (wayback-cdx-server, "Basic usage").
_COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
# pywb's own names of the same columns (pywb: CDX_ALT_FIELDS).
_SAME_COLUMN = {"url": "original", "status": "statuscode", "mime": "mimetype"}


class NamedCopy(Struct, frozen=True):
    """A memento as an archive names it; `status` is None where it does not say."""

    uri_m: str
    at: datetime
    status: int | None = None


def cdx_question(cdx_url: str, url: str, near: datetime | None, limit: int) -> str:
    """Return the URL that asks a CDX server for the copies of `url` with status 200, nearest first.

    Copies that the index calls the same as an earlier one (status `-`) are left out: the
    earlier one stands for them.
    """
    asked = {
        "url": url,
        "filter": "statuscode:200",
        "fl": "original,timestamp,statuscode",
        "output": "json",
        "limit": str(limit),
    }
    if near is not None:
        asked |= {"closest": memento_stamp(near), "sort": "closest"}
    return f"{cdx_url}?{urllib.parse.urlencode(asked)}"


def read_cdx_rows(body: bytes) -> Iterator[dict[str, str]]:
    r"""Yield the rows of a CDX answer by the Wayback Machine's names of the columns.

    >>> [row["timestamp"] for row in read_cdx_rows(b'[["timestamp"], ["20230309101112"]]')]
    ['20230309101112']
    >>> [row["original"] for row in read_cdx_rows(b'{"url": "http://a.org/", "status": "200"}\n')]
    ['http://a.org/']

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError: it is no such answer.
    """
    text = body.strip()
    if not text:
        return
    if text.startswith(b"["):
        table = msgspec.json.decode(text, type=list[list[str]])
        for row in table[1:]:
            yield dict(zip(table[0], row, strict=False))
    elif text.startswith(b"{"):
        for line in text.splitlines():
            read = msgspec.json.decode(line, type=dict[str, str])
            yield {_SAME_COLUMN.get(name, name): value for name, value in read.items()}
    else:
        yield from _text_rows(text.decode("utf-8"))


def _text_rows(text: str) -> Iterator[dict[str, str]]:
    for line in text.splitlines():
        parts = line.split(" ")
        if len(parts) < len(_COLUMNS) or _STAMP.fullmatch(parts[1]) is None:
            raise ValueError(f"no line of CDX: {line[:80]!r}")
        yield dict(zip(_COLUMNS, parts, strict=False))


def read_cdx_copies(body: bytes, replay_url: str) -> tuple[NamedCopy, ...] | None:
    """Return the copies with status 200 of a CDX answer; None where it is no such answer.

    `replay_url` is what a copy's address begins with (`https://web.archive.org/web/`).
    Rows without a moment, or with another status than 200, are passed over.
    """
    try:
        rows = list(read_cdx_rows(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    if rows and not all({"timestamp", "original"} <= row.keys() for row in rows):
        return None
    found = (_copy_of_row(row, replay_url) for row in rows)
    return tuple(copy for copy in found if copy is not None and copy.status == _OK)


def _copy_of_row(row: dict[str, str], replay_url: str) -> NamedCopy | None:
    at, status = read_stamp(row["timestamp"]), row.get("statuscode", "")
    if at is None or _STATUS.fullmatch(status) is None:
        return None
    return NamedCopy(f"{replay_url}{row['timestamp']}/{row['original']}", at, int(status))


class _Closest(Struct):
    url: str = ""
    timestamp: str = ""
    status: str = ""
    available: bool = False


class _Snapshots(Struct):
    closest: _Closest | None = None


class _Availability(Struct):
    archived_snapshots: _Snapshots


def read_availability(body: bytes) -> tuple[NamedCopy, ...] | None:
    """Return the copy that an Availability answer names, if any; None where it is no such answer.

    An empty answer (`{"archived_snapshots": {}}`) names none, and does not say that there is none.
    """
    try:
        closest = msgspec.json.decode(body, type=_Availability).archived_snapshots.closest
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    at = read_stamp(closest.timestamp) if closest else None
    if closest is None or at is None or not closest.available or closest.status != str(_OK):
        return ()
    return (NamedCopy(closest.url, at, _OK),)


def in_order_of_nearness(
    copies: Iterable[NamedCopy], near: datetime | None
) -> tuple[NamedCopy, ...]:
    """Return the copies that may be of the page, the one to prefer first.

    The nearest before `near` comes first, then the earlier ones, then the later ones, the
    nearest first; without `near` the latest comes first. A copy of an answer with another
    status than 200 is never a copy of the page (edgi-govdata-archiving/wayback 0.4.5).
    """
    able = [copy for copy in copies if copy.status in (_OK, None)]
    before = [copy for copy in able if near is None or copy.at <= near]
    after = [copy for copy in able if near is not None and copy.at > near]
    before.sort(key=lambda copy: (copy.at, copy.uri_m), reverse=True)
    after.sort(key=lambda copy: (copy.at, copy.uri_m))
    return (*before, *after)


def memento_stamp(at: datetime) -> str:
    """Return a moment as archives write it: 14 digits, UTC."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def read_stamp(digits: str) -> datetime | None:
    """Return the moment of 14 digits, or None where they are none."""
    if _STAMP.fullmatch(digits) is None:
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
