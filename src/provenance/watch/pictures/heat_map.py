"""States week by week as a heat map. PURE.

One row for each state, one column for each week; the darker a cell, the larger the share of all
sources that were in that state. Shares are cut into seven steps that grow by factors, since one
source in a thousand that is gone matters, and nineteen in twenty that are well do not vary.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from html import escape

from provenance.model import WeekOfStates, YearPicture
from provenance.watch.pictures.frame import svg_frame
from provenance.watch.pictures.tables import Table, Words, plain_words

__all__ = ["has_its_end_at_the_right", "heat_map_svg", "heat_map_table"]

# The rows from above: what is well, what wants watching, what is lost, what cannot be told.
_ROWS = (
    "alive", "revived", "drifted", "walled", "blocked", "failing", "dead", "unchecked",
    "not_checkable",
)  # fmt: skip
# The largest share of each step, how strong its ink is, and how it is called.
_STEPS = (
    (0.001, 0.13, "to 0.1 %"),
    (0.01, 0.27, "to 1 %"),
    (0.05, 0.42, "to 5 %"),
    (0.2, 0.58, "to 20 %"),
    (0.5, 0.78, "to 50 %"),
    (1.0, 1.0, "more"),
)
# In units of the picture.
WIDTH = 900
# Names stand at the right end: a narrow screen opens there, at the present.
_LEFT, _RIGHT = 14, 170
_ROW_HEIGHT = 20
_AXIS_HEIGHT = 24
_LEGEND_HEIGHT = 24
_LEGEND_BEGIN, _LEGEND_STEP = 80, 92
_FEWEST_COLUMNS = 12
_MONTH_WIDTH = 30


def heat_map_svg(year: YearPicture, *, name: str = "heat", words: Words = plain_words) -> str:
    """Return a year of states as SVG; "" where no week has a source that was looked at.

    `name` begins the ids within it: another one for each picture of a page. `words` says what
    people call a state.
    """
    weeks = _told(year)
    if not weeks:
        return ""
    states = _states_of(weeks)
    foot = len(states) * _ROW_HEIGHT
    said = ("States of sources, week by week", _say(year, weeks, words))
    rows = (_row(weeks, state, row * _ROW_HEIGHT, words(state)) for row, state in enumerate(states))
    parts = (*rows, *_months(weeks, foot), _legend(foot + _AXIS_HEIGHT))
    return svg_frame("heat", name, (WIDTH, foot + _AXIS_HEIGHT + _LEGEND_HEIGHT), said, parts)


def has_its_end_at_the_right(year: YearPicture) -> bool:
    """Say whether the present is at the right end of the picture; a young archive's is at the left."""
    return len(_told(year)) > _FEWEST_COLUMNS // 2


def heat_map_table(year: YearPicture, *, words: Words = plain_words) -> Table:
    """Return the same as a table, the latest week first."""
    weeks = _told(year)
    states = _states_of(weeks)
    return Table(
        "Sources in each state at the end of each week" + _of_lot(year),
        ("Week of", *map(words, states)),
        tuple(
            (week.begins.isoformat(), *(f"{week.states.get(state, 0):,}" for state in states))
            for week in reversed(weeks)
            if week.states
        ),
    )


def _told(year: YearPicture) -> Sequence[WeekOfStates]:
    """The weeks from the first on in which anything was known."""
    known = [number for number, week in enumerate(year.weeks) if any(week.states.values())]
    return year.weeks[known[0] :] if known else ()


def _states_of(weeks: Sequence[WeekOfStates]) -> list[str]:
    seen = {state for week in weeks for state, count in week.states.items() if count}
    return [*(state for state in _ROWS if state in seen), *sorted(seen - set(_ROWS))]


def _latest(weeks: Sequence[WeekOfStates]) -> WeekOfStates:
    """The last week of which anything is known: there may be later ones in which nobody looked."""
    return next(week for week in reversed(weeks) if week.states)


def _column_width(weeks: Sequence[WeekOfStates]) -> float:
    return (WIDTH - _LEFT - _RIGHT) / max(len(weeks), _FEWEST_COLUMNS)


def _row(weeks: Sequence[WeekOfStates], state: str, y: int, said: str) -> str:
    width = _column_width(weeks)
    cells = []
    for number, week in enumerate(weeks):
        count, total = week.states.get(state, 0), sum(week.states.values())
        if not count:
            continue
        cells.append(
            f'<rect x="{_LEFT + number * width:.1f}" y="{y + 1}" width="{width - 1:.1f}"'
            f' height="{_ROW_HEIGHT - 2}" fill-opacity="{_ink(count / total)}">'
            f"<title>{week.begins}: {count:,}</title></rect>"
        )
    last = _latest(weeks).states.get(state, 0)
    end = _LEFT + len(weeks) * width + 6
    middle = y + _ROW_HEIGHT - 6
    return (
        f'<g class="row {escape(state)}"><g class="cells">{"".join(cells)}</g>'
        f'<text class="said" x="{end:.1f}" y="{middle}">{escape(said)} {last:,}</text></g>'
    )


def _ink(share: float) -> float:
    return next((ink for most, ink, _ in _STEPS if share <= most), 1.0)


def _months(weeks: Sequence[WeekOfStates], foot: int) -> Iterator[str]:
    """A month's name below its first week, as many as can be read."""
    width = _column_width(weeks)
    behind = -float(_MONTH_WIDTH)
    for number, week in enumerate(weeks):
        first = _first_of_month(week.begins)
        x = _LEFT + number * width
        if first is None or x < behind + _MONTH_WIDTH:
            continue
        is_year = first.month == 1 or behind < 0
        said = first.isoformat()[:7] if is_year else f"{first:%b}"
        yield f'<text class="said" x="{x:.1f}" y="{foot + 15}" font-size="11">{said}</text>'
        behind = x + (20 if is_year else 0)


def _first_of_month(monday: date) -> date | None:
    """The first day of a month, where it lies in this week."""
    sunday = monday + timedelta(days=6)
    if monday.day == 1:
        return monday
    return sunday.replace(day=1) if sunday.month != monday.month else None


def _legend(y: int) -> str:
    parts = [f'<text class="said" x="{_LEFT}" y="{y + 14}" font-size="11">share of all:</text>']
    for number, (_, ink, said) in enumerate(_STEPS):
        x = _LEFT + _LEGEND_BEGIN + number * _LEGEND_STEP
        parts.append(
            f'<rect x="{x}" y="{y + 4}" width="13" height="13" fill-opacity="{ink}"/>'
            f'<text class="said" x="{x + 18}" y="{y + 14}" font-size="11">{said}</text>'
        )
    return f'<g class="legend">{"".join(parts)}</g>'


def _say(year: YearPicture, weeks: Sequence[WeekOfStates], words: Words) -> str:
    first, last = weeks[0], _latest(weeks)
    changes = ", ".join(
        f"{words(state)} {first.states.get(state, 0):,} then and {last.states.get(state, 0):,} at its end"
        for state in _states_of((first, last))
    )
    return (
        f"From the week of {first.begins} to that of {last.begins}{_of_lot(year)}: {changes}."
        " The darker a cell, the larger the share of the sources in that state."
    )


def _of_lot(year: YearPicture) -> str:
    if year.drawn >= year.sources:
        return ""
    return f", of {year.drawn:,} sources drawn by lot from {year.sources:,}"
