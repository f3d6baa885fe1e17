"""Dates as people write them in notes and mastheads: PURE, exact, no guessing.

A date is only read where day, month and year are all there; what could be read
in two ways (03/04/2023) is not read at all.
"""

import re
from datetime import date
from typing import NamedTuple

__all__ = ["FoundDate", "find_dates"]

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)}
_NUMBERS |= {name[:3]: number for name, number in _NUMBERS.items()} | {"sept": 9}
_MONTH = (
    r"(?P<{0}>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"\b(?:{_MONTH.format('m1')}\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH.format('m2')},?\s+(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))(?!\d)",
    re.IGNORECASE,
)


class FoundDate(NamedTuple):
    """A date with its place: ISO `YYYY-MM-DD` and the half-open range where it stands."""

    iso: str
    start: int
    end: int


def find_dates(text: str, start: int = 0, end: int | None = None) -> list[FoundDate]:
    """Return the complete dates in `text[start:end]`, in order.

    >>> [found.iso for found in find_dates("Nov. 24, 2023; 3 May 2023; 2023-02-30")]
    ['2023-11-24', '2023-05-03']
    """
    matches = _DATE.finditer(text, start, len(text) if end is None else end)
    return [
        FoundDate(iso, match.start(), match.end()) for match in matches if (iso := _iso_of(match))
    ]


def _iso_of(match: re.Match[str]) -> str | None:
    day = match["d1"] or match["d2"] or match["d3"]
    year = match["y1"] or match["y2"] or match["y3"]
    month = match["m1"] or match["m2"]
    number = _NUMBERS[month.lower()] if month else int(match["m3"])
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
