"""Dates are read where day, month and year are all there, and nowhere else."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.formats.dates import find_dates
from support.cite_builders import patient

SHORT = [*calendar.month_abbr[1:]]
LONG = [*calendar.month_name[1:]]
FORMS = [
    lambda d: f"{LONG[d.month - 1]} {d.day}, {d.year:04}",
    lambda d: f"{SHORT[d.month - 1]}. {d.day}, {d.year:04}",
    lambda d: f"{LONG[d.month - 1].upper()} {d.day} {d.year:04}",
    lambda d: f"{d.day} {LONG[d.month - 1]} {d.year:04}",
    lambda d: f"{d.day}th {SHORT[d.month - 1]}, {d.year:04}",
    lambda d: f"{LONG[d.month - 1]}\u00a0{d.day},\u00a0{d.year:04}",
    lambda d: d.isoformat(),
]


@patient
@given(
    st.dates(date(1000, 1, 1), date(9999, 12, 31)),
    st.sampled_from(FORMS),
    st.sampled_from(["", "(", "on ", "“x,” "]),
    st.sampled_from(["", ",", ".", "T10:00Z", ";"]),
)
def test_every_spelling_of_a_day_is_that_day(
    day: date, form: object, before: str, after: str
) -> None:
    written = form(day)  # type: ignore[operator]
    text = f"{before}{written}{after}"
    found = find_dates(text)
    assert [one.iso for one in found] == [day.isoformat()]
    assert text[found[0].start : found[0].end] == written


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2023",
        "February 30, 2023",
        "2023-13-01",
        "2023-00-10",
        "May 2023",
        "May 3",
        "May 3, 20234",
        "12023-05-03",
        "Mayor 3, 2023",
        "dismay 3, 2023",
        "0 May 2023",
        "May 3, 0000",
        "",
    ],
)
def test_what_is_no_day_or_could_be_two_is_not_read(text: str) -> None:
    assert find_dates(text) == []


def test_dates_come_in_order_and_only_from_the_range_asked_for() -> None:
    text = "May 3, 2023 and 4 June 2022 and 2021-07-05"
    assert [found.iso for found in find_dates(text)] == ["2023-05-03", "2022-06-04", "2021-07-05"]
    assert [found.iso for found in find_dates(text, 12, 30)] == ["2022-06-04"]


@patient
@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    for found in find_dates(text):
        assert date.fromisoformat(found.iso)
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("12. März 2022", "2022-03-12"), ("1er août 2021", "2021-08-01"), ("3 de mayo de 2023", "2023-05-03"),
        ("3 maggio 2023", "2023-05-03"), ("3 мая 2023 г.", "2023-05-03"), ("4 березня 2021 року", "2021-03-04"),
        ("3 مايو 2023", "2023-05-03"), ("٤ آذار ٢٠٢١", "2021-03-04"), ("3 كانون الثاني 2020", "2020-01-03"),
        ("05.06.2023", "2023-06-05"), ("3. 5. 2023", "2023-05-03"),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_language_of_the_notes(words: str, iso: str) -> None:
    assert [found.iso for found in find_dates(f"seen {words}, p. 4")] == [iso]


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("۱ فروردین ۱۴۰۳", "2024-03-20"), ("۱۳ اردیبهشت ۱۴۰۲", "2023-05-03"), ("۲۲ بهمن ۱۳۵۷", "1979-02-11"),
        ("۳۰ اسفند ۱۳۹۹", "2021-03-20"),
    ],
)  # fmt: skip
def test_a_persian_day_comes_back_as_the_gregorian_one(words: str, iso: str) -> None:
    assert [found.iso for found in find_dates(words)] == [iso]


@pytest.mark.parametrize("words", ["۳۰ اسفند ۱۴۰۰", "31.02.2020", "13.13.2020", "1.2.3.2020", "10.10.2010.5", "03/04/2023"])  # fmt: skip
def test_what_is_no_day_or_two_is_not_read(words: str) -> None:
    assert find_dates(words) == []
