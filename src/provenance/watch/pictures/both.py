"""Both pictures of a year, each under its heading with what it says and its table: for a page or a report. PURE."""

from html import escape
from typing import NamedTuple

from provenance.model import YearPicture
from provenance.watch.pictures.heat_map import (
    has_its_end_at_the_right,
    heat_map_svg,
    heat_map_table,
)
from provenance.watch.pictures.survival import say_half_life, survival_svg, survival_table
from provenance.watch.pictures.tables import Table, Words, plain_words, table_html

__all__ = ["Drawn", "draw_year"]


class Drawn(NamedTuple):
    """A picture: `html` is all below its heading, and nothing in it is a stranger's markup."""

    heading: str
    html: str


def draw_year(year: YearPicture, words: Words = plain_words) -> tuple[Drawn, ...]:
    """Return the pictures of a year; those that would show nothing are left out.

    What is wider than its page scrolls in `div.scroll`, which opens at its right end where it is
    `latest`.
    """
    drawn = []
    states = heat_map_svg(year, words=words)
    if states:
        table = heat_map_table(year, words=words)
        side = "latest" if has_its_end_at_the_right(year) else ""
        drawn.append(Drawn("The year, week by week", _figure(states, _say_lot(year), table, side)))
    lives = survival_svg(year.overall, year.hosts)
    if lives:
        table = survival_table(year.overall, year.hosts)
        drawn.append(Drawn("How long links live", _figure(lives, _say_lives(year), table, "")))
    return tuple(drawn)


def _figure(svg: str, said: str, table: Table, side: str) -> str:
    label = escape(table.caption)
    return (
        f'<figure class="picture">\n<div class="scroll {side}" tabindex="0" role="region"'
        f' aria-label="Picture: {label}">\n{svg}\n</div>\n'
        f"<figcaption><p>{escape(said)}</p>\n<details><summary>The same as a table</summary>\n"
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table: {label}">\n'
        f"{table_html(table)}\n</div></details></figcaption>\n</figure>"
    )


def _say_lot(year: YearPicture) -> str:
    sources = "the sources"
    if year.drawn < year.sources:
        sources = f"{year.drawn:,} sources, drawn by lot from {year.sources:,} and always the same,"
    last = next(week for week in reversed(year.weeks) if week.states)
    since = "" if last is year.weeks[-1] else f" Nobody has looked since the week of {last.begins}."
    return f"Each cell is a week; the stronger its ink, the more of {sources} were in that state.{since}"


def _say_lives(year: YearPicture) -> str:
    absent = ""
    if year.absent:
        absent = f" {year.absent:,} more were gone when first looked at, and are not in the curve."
    return (
        f"{say_half_life(year.overall)}{absent} Links are counted from the first look at which they"
        " were there; those that live on count for as long as they were watched."
    )
