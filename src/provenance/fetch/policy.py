"""How politely and how often: what is transient, how long to wait, who we say we are. PURE.

One `is_transient` for the whole house. Numbers come in as arguments; randomness
and the clock too.
"""

import re
from datetime import UTC, datetime

from provenance.model import FailureKind, Visit
from provenance.settings import FetchSettings

__all__ = [
    "MAX_REFUSALS_IN_A_ROW",
    "TRANSIENT_STATUSES",
    "back_off_s",
    "is_transient",
    "next_turn_s",
    "parse_retry_after",
    "product_token",
    "refusal_pause_s",
    "user_agent",
]

# Statuses that speak of the moment and not of the page; 52x and 530 are Cloudflare's own.
TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 508, *range(520, 530), 530})
_TRANSIENT_FAILURES: frozenset[FailureKind] = frozenset(
    {"dns", "refused", "unreachable", "timeout", "reset"}
)
_FIRST_BACK_OFF_S = 0.5
_LONGEST_BACK_OFF_S = 30.0
# With the seventh refusal in a row the pause would pass 30 s: the host waits for the next run.
MAX_REFUSALS_IN_A_ROW = 7

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?P<h>[0-9]{2}):(?P<m>[0-9]{2}):(?P<s>[0-9]{2})"
# RFC 9110, section 5.6.7: the preferred form and the two obsolete ones that must be read.
_DATES = (
    re.compile(rf"[a-z]{{3}}, (?P<d>[0-9]{{2}}) (?P<mon>[a-z]{{3}}) (?P<y>[0-9]{{4}}) {_TIME} gmt"),
    re.compile(
        rf"[a-z]{{6,9}}, (?P<d>[0-9]{{2}})-(?P<mon>[a-z]{{3}})-(?P<y>[0-9]{{2}}) {_TIME} gmt"
    ),
    re.compile(rf"[a-z]{{3}} (?P<mon>[a-z]{{3}}) (?P<d>[ 0-9][0-9]) {_TIME} (?P<y>[0-9]{{4}})"),
)
_DELTA_SECONDS = re.compile(r"[0-9]{1,9}")


def is_transient(visit: Visit) -> bool:
    """Tell whether the same look may well end otherwise in a moment."""
    if visit.failure is not None:
        return visit.failure.kind in _TRANSIENT_FAILURES
    last = visit.last
    return last is not None and (
        last.status in TRANSIENT_STATUSES or last.truncated == "disconnect"
    )


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, or None where it says nothing.

    Reads delta-seconds and the three forms of an HTTP-date; a date gone by is 0.
    Signs, fractions, other digits than ASCII's and impossible dates are refused.

    >>> parse_retry_after("120", datetime(2026, 11, 22, tzinfo=UTC))
    120.0
    >>> parse_retry_after("-5", datetime(2026, 11, 22, tzinfo=UTC)) is None
    True
    """
    if value is None:
        return None
    value = value.strip(" \t")
    if _DELTA_SECONDS.fullmatch(value):
        return float(value)
    at = _parse_http_date(value, now)
    return None if at is None else max(0.0, (at - now).total_seconds())


def _parse_http_date(value: str, now: datetime) -> datetime | None:
    match = next((m for form in _DATES if (m := form.fullmatch(value.lower()))), None)
    if match is None or match["mon"] not in _MONTHS:
        return None
    year = int(match["y"])
    if len(match["y"]) == 2:
        # RFC 9110: a two-digit year more than 50 years ahead is the last one that ended so.
        year += now.year // 100 * 100
        year -= 100 if year > now.year + 50 else 0
    day, hour, minute = int(match["d"]), int(match["h"]), int(match["m"])
    try:
        return datetime(
            year, _MONTHS.index(match["mon"]) + 1, day, hour, minute,
            min(int(match["s"]), 59), tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return None


def back_off_s(attempt: int, roll: float) -> float:
    """Return the seconds to wait after the `attempt`-th try (from 1): 0.5 doubling to 30, jittered.

    `roll` is a random number in [0, 1): the wait is between half and the whole of the step.
    """
    step = min(_LONGEST_BACK_OFF_S, _FIRST_BACK_OFF_S * 2 ** min(attempt - 1, 16))
    return float(step * (0.5 + roll / 2))


def refusal_pause_s(refusals: int) -> float:
    """Return how long a host is left alone that said "too many" so often in a row, without a time.

    >>> [refusal_pause_s(n) for n in (1, 2, 6, 7)]
    [0.5, 1.0, 16.0, 30.0]
    """
    return float(min(_LONGEST_BACK_OFF_S, _FIRST_BACK_OFF_S * 2 ** min(refusals - 1, 16)))


def next_turn_s(now_s: float, turn_s: float, interval_s: float, not_before_s: float) -> float:
    """Return when a host may be asked next, on the clock that the arguments are on.

    `turn_s` is the earliest turn after the last request. A clock set back never
    makes us wait longer than the interval.
    """
    return max(now_s, min(turn_s, now_s + interval_s), not_before_s)


def user_agent(settings: FetchSettings, version: str) -> str:
    """Return the honest name that requests carry: `provenance/0.1.0 (+contact)`.

    Control and non-ASCII characters are dropped: the value stands in a header.
    """
    if settings.user_agent:
        return _as_header_text(settings.user_agent)
    contact = _as_header_text(settings.contact)
    return f"provenance/{version} (+{contact})" if contact else f"provenance/{version}"


def product_token(agent: str) -> str:
    """Return the name that groups in robots.txt are matched against: `provenance`."""
    return re.split(r"[/\s(]", agent.strip(), maxsplit=1)[0] or "provenance"


def _as_header_text(text: str) -> str:
    return "".join(character for character in text if " " <= character <= "~").strip()
