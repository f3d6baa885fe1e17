"""Dates as people write them in notes and mastheads: PURE, exact, no guessing.

A date is only read where day, month and year are all there; what could be read
in two ways (03/04/2023) is not read at all. Months are known in English, German,
French, Spanish, Italian, Russian, Ukrainian, Arabic (both sets of names) and
Persian; a day in figures with full stops between goes day, month, year wherever
it is written so (DIN 1355-1, ГОСТ Р 7.0.97). Persian days are of the Solar Hijri
calendar and come back as Gregorian ones.
"""

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

__all__ = ["FoundDate", "find_dates", "find_impossible_dates"]

# Twelve months a row, in order; `|` between the spellings of one month, with what is cut by a full stop.
_MONTHS_IN_WORDS = (
    "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sept|sep october|oct november|nov december|dec",
    "januar|jänner februar|feber märz|mär april mai juni juli august september oktober|okt november dezember|dez",
    "janvier|janv février|févr|fév mars avril|avr mai juin juillet|juil août septembre octobre novembre décembre|déc",
    "enero|ene febrero marzo abril|abr mayo junio julio agosto|ago septiembre|setiembre octubre noviembre diciembre|dic",
    "gennaio|gen febbraio marzo aprile maggio|mag giugno|giu luglio|lug agosto settembre|set ottobre|ott novembre dicembre",
    "января|янв февраля|февр|фев марта|мар апреля|апр мая июня|июн июля|июл августа|авг сентября|сент|сен октября|окт ноября|нояб|ноя декабря|дек",
    "січня|січ лютого|лют березня|бер квітня|квіт травня|трав червня|черв липня|лип серпня|серп вересня|вер жовтня|жовт листопада|лист грудня|груд",
    "يناير فبراير مارس أبريل|ابريل|إبريل مايو يونيو يوليو أغسطس|اغسطس سبتمبر أكتوبر|اكتوبر نوفمبر ديسمبر",
    "كانون\u00a0الثاني شباط آذار|اذار نيسان أيار|ايار حزيران تموز آب أيلول|ايلول تشرين\u00a0الأول|تشرين\u00a0الاول تشرين\u00a0الثاني كانون\u00a0الأول|كانون\u00a0الاول",
)
_PERSIAN_MONTHS = ("فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",)
# 1 Farvardin 1400 was 21 March 2021; the cycle of 33 years holds from 1244 to 1472 (Borkowski 1996).
_NOWRUZ_1400 = date(2021, 3, 21)
_SOLAR_YEARS = range(1244, 1473)
# so that the leap years of a cycle are its 1st, 5th, … 29th
_YEARS_BEFORE_CYCLE = 1595
_LONG_MONTHS, _DAYS_OF_LONG_MONTH, _DAYS_OF_SHORT_MONTH = 6, 31, 30
_MONTHS_OF_YEAR, _MOST_DAYS = 12, 31


class FoundDate(NamedTuple):
    """A date with its place: ISO `YYYY-MM-DD` and the half-open range where it stands."""

    iso: str
    start: int
    end: int


def find_dates(text: str, start: int = 0, end: int | None = None) -> list[FoundDate]:
    """Return the complete dates in `text[start:end]`, in order.

    >>> [found.iso for found in find_dates("Nov. 24, 2023; 3 mai 2023; 2023-02-30; 17.6.2010")]
    ['2023-11-24', '2023-05-03', '2010-06-17']
    """
    matches = _pattern().finditer(text, start, len(text) if end is None else end)
    return [
        FoundDate(iso, match.start(), match.end()) for match in matches if (iso := _iso_of(match))
    ]


def find_impossible_dates(text: str) -> list[tuple[int, int]]:
    """Return where a text names days that no month has, in order, as half-open ranges.

    A month must be named, and a day in front of it be one of 29 to 31 ("no. 45 March 2020" is the
    issue of a journal); in figures only `2023-02-30` is one for sure.

    >>> find_impossible_dates("November 31, 2023; 2023-02-30; 2024-02-29; 31.13.2020")
    [(0, 17), (19, 29)]
    """
    return [match.span() for match in _pattern().finditer(text) if _is_impossible(match)]


def _is_impossible(match: re.Match[str]) -> bool:
    if match["d4"] or _iso_of(match) is not None:
        return False
    if match["d3"]:
        return 1 <= int(match["m3"]) <= _MONTHS_OF_YEAR and 1 <= int(match["d3"]) <= _MOST_DAYS
    name = "\u00a0".join((match["m1"] or match["m2"]).lower().split())
    is_known = name in _numbers_of(_MONTHS_IN_WORDS) and int(match["y1"] or match["y2"]) > 0
    return is_known and (match["d2"] is None or 1 <= int(match["d2"]) <= _MOST_DAYS)


@cache
def _pattern() -> re.Pattern[str]:
    """One pattern for all, compiled at the first use: `parse` of a list of addresses needs none."""
    english = _alternatives(_numbers_of(_MONTHS_IN_WORDS[:1]))
    words = _alternatives(_numbers_of(_MONTHS_IN_WORDS) | _numbers_of(_PERSIAN_MONTHS))
    return re.compile(
        rf"(?<![\w])(?:(?P<m1>{english})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>\d{{4}})"
        rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?\s+(?:de\s+|of\s+)?(?P<m2>{words})\.?[,،]?\s+(?:de\s+|del\s+)?(?P<y2>\d{{4}})"
        r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2})"
        r"|(?<!\.)(?P<d4>\d{1,2})\.\s?(?P<m4>\d{1,2})\.\s?(?P<y4>\d{4}))(?!\.?\d)",
        re.IGNORECASE,
    )


def _alternatives(numbers: dict[str, int]) -> str:
    longest_first = sorted(numbers, key=len, reverse=True)
    return "|".join(
        re.escape(name).replace("\\\u00a0", r"\s+").replace("\u00a0", r"\s+")
        for name in longest_first
    )


@cache
def _numbers_of(rows: tuple[str, ...]) -> dict[str, int]:
    """The number of each month by its name in lower case."""
    return {
        name: number
        for row in rows
        for number, names in enumerate(row.split(" "), 1)
        for name in names.split("|")
    }


def _iso_of(match: re.Match[str]) -> str | None:
    day = int(match["d1"] or match["d2"] or match["d3"] or match["d4"])
    year = int(match["y1"] or match["y2"] or match["y3"] or match["y4"])
    name = match["m1"] or match["m2"]
    if name is None:
        return _gregorian(year, int(match["m3"] or match["m4"]), day)
    name = "\u00a0".join(name.lower().split())
    if name in _numbers_of(_PERSIAN_MONTHS) and year in _SOLAR_YEARS:
        return _solar(year, _numbers_of(_PERSIAN_MONTHS)[name], day)
    number = _numbers_of(_MONTHS_IN_WORDS).get(name)
    return _gregorian(year, number, day) if number else None


def _gregorian(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _solar(year: int, month: int, day: int) -> str | None:
    """The Gregorian day of a Solar Hijri one; six months of 31 days, then of 30, the last of 29 or 30."""
    before = (month - 1) * _DAYS_OF_SHORT_MONTH + min(month - 1, _LONG_MONTHS)
    long_days = month <= _LONG_MONTHS
    last = _DAYS_OF_LONG_MONTH if long_days else _DAYS_OF_SHORT_MONTH
    if month == _MONTHS_OF_YEAR:
        last = _days_until(year + 1) - _days_until(year) - before
    if not 1 <= day <= last:
        return None
    days = _days_until(year) - _days_until(1400) + before + day - 1
    return (_NOWRUZ_1400 + timedelta(days)).isoformat()


def _days_until(year: int) -> int:
    """Days from the calendar's beginning to the first day of a year, up to a constant."""
    years = year + _YEARS_BEFORE_CYCLE
    return 365 * years + years // 33 * 8 + (years % 33 + 3) // 4
