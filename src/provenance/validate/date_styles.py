"""How an English note writes a day, and the same day in another style. PURE.

Four orders: "March 8, 2024", "8 March 2024", "2024-03-08", "8.3.2024"; and the month in full or short, with a full
stop or without. What is the same in both (May; March to July, which AP never shortens) fits either.
"""

from datetime import date
from typing import Literal, NamedTuple

from provenance.cite.patterns import lazy_pattern

__all__ = ["DateStyle", "read_date_style", "write_date"]

Order = Literal["month first", "day first", "iso", "figures"]
Form = Literal["full", "short", "short."]

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec".split()
_NUMBERS = {name.casefold(): at for at, name in enumerate(_MONTHS)}
_SHORT_NUMBERS = {name.casefold(): at for at, name in enumerate(_SHORT)} | {"sep": 8}
# The Associated Press Stylebook writes these in full everywhere
_NEVER_SHORTENED = frozenset({"march", "april", "may", "june", "july"})
_WRITTEN = lazy_pattern(
    r"(?:(?P<month>[A-Za-z]+)(?P<stop>\.?)\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<later>[A-Za-z]+)(?P<later_stop>\.?),?\s+\d{4}"
    r"|(?P<iso>\d{4}-\d\d-\d\d)|(?P<figures>\d{1,2}\.\s?\d{1,2}\.\s?\d{4}))"
)


class DateStyle(NamedTuple):
    """An order, and the form of the month; None where there is no month's name or both forms are one."""

    order: Order
    form: Form | None = None


def read_date_style(words: str) -> DateStyle | None:
    """Return in what style a day is written; None where its month is not English.

    >>> read_date_style("Nov. 24, 2023"), read_date_style("8 March 2024")
    (DateStyle(order='month first', form='short.'), DateStyle(order='day first', form=None))
    """
    match = _WRITTEN.fullmatch(words)
    if match is None:
        return None
    if match["iso"] or match["figures"]:
        return DateStyle("iso" if match["iso"] else "figures")
    name = (match["month"] or match["later"]).casefold()
    order: Order = "month first" if match["month"] else "day first"
    if name in _NEVER_SHORTENED:
        return DateStyle(order)
    if name in _NUMBERS:
        return DateStyle(order, "full")
    if name in _SHORT_NUMBERS:
        return DateStyle(order, "short." if match["stop"] or match["later_stop"] else "short")
    return None


def write_date(iso: str, style: DateStyle) -> str:
    """Return an ISO day in a style; without a form the month is written in full.

    >>> write_date("2023-11-24", DateStyle("month first", "short."))
    'Nov. 24, 2023'
    """
    day = date.fromisoformat(iso)
    match style.order:
        case "iso":
            return iso
        case "figures":
            return f"{day.day}.{day.month}.{day.year}"
        case "month first":
            return f"{_month(day.month, style.form)} {day.day}, {day.year}"
        case "day first":
            return f"{day.day} {_month(day.month, style.form)} {day.year}"


def _month(number: int, form: Form | None) -> str:
    full = _MONTHS[number - 1]
    if form in {None, "full"} or full.casefold() in _NEVER_SHORTENED:
        return full
    return _SHORT[number - 1] + ("." if form == "short." else "")
