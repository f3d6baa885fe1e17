"""Asking a web archive's index which pages begin like a cut address (the CDX server API).

The request is that of the Wayback Machine's CDX server (`matchType=prefix`,
`collapse=urlkey`), which pywb's understands too. What comes back is a stranger's: it
may be torn, endless or hostile, and then proves nothing.
"""

import urllib.parse
from collections.abc import Iterator

import msgspec

from provenance.cite.prefixes import AddressIndex, beginning_of
from provenance.formats.url import canonical_url, parse_address
from provenance.model import Candidate
from provenance.settings import RecoverSettings

__all__ = ["cdx_query", "read_cdx_answer"]

_STAMP_DIGITS = 14


class _Line(msgspec.Struct):
    """A line as pywb prints it."""

    url: str
    timestamp: str = ""


def cdx_query(cut: str, settings: RecoverSettings) -> str | None:
    """Return the URL that asks for everything that begins as a cut address does."""
    shown = beginning_of(cut)
    if shown is None or not settings.cdx_url:
        return None
    asked = {
        "url": shown,
        "matchType": "prefix",
        "collapse": "urlkey",
        "filter": "statuscode:200",
        "fl": "original,timestamp",
        "output": "json",
        "limit": str(settings.cdx_limit),
    }
    return f"{settings.cdx_url}?{urllib.parse.urlencode(asked)}"


def read_cdx_answer(
    cut: str, body: bytes, archive: str, settings: RecoverSettings
) -> tuple[tuple[Candidate, ...], bool] | None:
    """Return the addresses that fit, and whether there may be more; None where it is no answer.

    `archive` is what the candidates are said to be found in. An answer as long as the limit is
    not all there is. Addresses that do not begin so are passed over: the index knows no case.
    """
    if len(body) > settings.cdx_max_bytes:
        return None
    try:
        rows = list(_rows(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    stamps: dict[str, str] = {}
    for original, stamp in rows:
        address = parse_address(original)
        if address is not None:
            stamps.setdefault(address.href, stamp)
    fitting = AddressIndex((url, archive) for url in stamps).fitting(cut)
    found = tuple(
        Candidate(url, canonical_url(url), where, _as_moment(stamps[url])) for url, where in fitting
    )
    return found, len(rows) >= settings.cdx_limit


def _rows(body: bytes) -> Iterator[tuple[str, str]]:
    """Rows of (original, timestamp): a JSON array with a head (Wayback) or a line each (pywb)."""
    text = body.strip()
    if text.startswith(b"{"):
        for line in text.splitlines():
            read = msgspec.json.decode(line, type=_Line)
            yield read.url, read.timestamp
        return
    table = msgspec.json.decode(text, type=list[list[str]]) if text else []
    for row in table[1:]:
        if row:
            yield row[0], row[1] if len(row) > 1 else ""


def _as_moment(stamp: str) -> str | None:
    if len(stamp) != _STAMP_DIGITS or not stamp.isascii() or not stamp.isdigit():
        return None
    day, hour = stamp[:8], stamp[8:]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{hour[:2]}:{hour[2:4]}:{hour[4:]}Z"
