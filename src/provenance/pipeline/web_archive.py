"""Asking a web archive's index which pages begin like a cut address (the CDX server API).

The request is that of the Wayback Machine's CDX server (`matchType=prefix`,
`collapse=urlkey`), which pywb's understands too. What comes back is a stranger's: it
may be torn, endless or hostile, and then proves nothing.
"""

import urllib.parse

import msgspec

from provenance.cite.prefixes import AddressIndex, beginning_of
from provenance.formats.url import canonical_url, parse_address
from provenance.keep.memento_index import read_cdx_rows, read_stamp
from provenance.model import Candidate
from provenance.settings import RecoverSettings

__all__ = ["cdx_query", "read_cdx_answer"]


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
        rows = list(read_cdx_rows(body))
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
    stamps: dict[str, str] = {}
    for row in rows:
        address = parse_address(row.get("original", ""))
        if address is not None:
            stamps.setdefault(address.href, row.get("timestamp", ""))
    fitting = AddressIndex((url, archive) for url in stamps).fitting(cut)
    found = tuple(
        Candidate(url, canonical_url(url), where, _as_moment(stamps[url])) for url, where in fitting
    )
    return found, len(rows) >= settings.cdx_limit


def _as_moment(stamp: str) -> str | None:
    at = read_stamp(stamp)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
