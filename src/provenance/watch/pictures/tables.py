"""What a picture shows, as a table: for who does not see it, and for who wants the numbers. PURE."""

from collections.abc import Callable
from html import escape
from typing import NamedTuple

__all__ = ["Table", "Words", "plain_words", "say_days", "table_html"]

# What people call a state.
Words = Callable[[str], str]
_YEAR_DAYS = 365.25
# Longer than anybody keeps a page, and no calendar has a date for it.
_MOST_YEARS = 1_000


class Table(NamedTuple):
    """The same as a picture: the first cell of each row names it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plain_words(state: str) -> str:
    """Return a state's own name, as words.

    >>> plain_words("not_checkable")
    'not checkable'
    """
    return state.replace("_", " ")


def say_days(days: float) -> str:
    """Return a length of time as people say it.

    >>> say_days(1), say_days(45), say_days(400), say_days(4000), say_days(10**7)
    ('1 day', '45 days', '13 months', '11 years', 'over 1,000 years')
    """
    if days < 90:
        return f"{days:.0f} day{'' if round(days) == 1 else 's'}"
    if days < 2 * _YEAR_DAYS:
        return f"{days / _YEAR_DAYS * 12:.0f} months"
    if days >= _MOST_YEARS * _YEAR_DAYS:
        return f"over {_MOST_YEARS:,} years"
    return f"{days / _YEAR_DAYS:.0f} years"


def table_html(table: Table, *, css_class: str = "plain") -> str:
    """Return a table as HTML; nothing that it says is markup."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<table class="{escape(css_class)}">\n<caption>{escape(table.caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )
