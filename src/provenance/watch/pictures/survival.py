"""How long links live, as curves: that of all with its band, those of hosts beside it. PURE.

A curve falls on each day on which links were lost; where it crosses one half is the half-life.
Each curve has a stroke of its own and its name at its end: no colour is needed to tell them apart.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from provenance.formats.strangers import printable, storable
from provenance.model import Survival
from provenance.watch.pictures.frame import svg_frame
from provenance.watch.pictures.tables import Table, say_days

__all__ = ["say_half_life", "survival_svg", "survival_table"]

# In units of the picture.
WIDTH, HEIGHT = 900, 300
_LEFT, _RIGHT, _TOP, _FOOT = 52, 190, 12, 34
_LINE = 14
_LETTERS = 24
# No picture has room for more names; the table has all of them.
_MOST_HOSTS = 5
_DASHES = ("7 3", "2 3", "9 3 2 3", "4 2", "1 4")
# Where the axis of shares may begin, and above which lowest share: it is said beside the axis.
_FLOORS = ((0.9, 0.8), (0.65, 0.5))
_TICKS_DAYS = (1, 2, 7, 14, 30, 61, 91, 183, 365, 730, 1826, 3652, 7305)
_MOST_TICKS = 8


class _Scale(NamedTuple):
    days: int
    floor: float

    def x(self, days: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * days / self.days, 1)

    def y(self, share: float) -> float:
        part = (1.0 - max(share, self.floor)) / (1.0 - self.floor)
        return round(_TOP + (HEIGHT - _TOP - _FOOT) * part, 1)


def survival_svg(
    overall: Survival, hosts: Sequence[Survival] = (), *, name: str = "survival"
) -> str:
    """Return the curves as SVG; "" where no link was watched for a day.

    `name` begins the ids within it: another one for each picture of a page.
    """
    drawn = [overall, *(host for host in hosts if host.longest_days)][: _MOST_HOSTS + 1]
    longest = max(each.longest_days for each in drawn)
    if not longest:
        return ""
    scale = _Scale(longest, _floor(drawn))
    curves = (_curve(each, scale, number) for number, each in enumerate(drawn))
    parts = (*_axes(scale), _band(overall, scale), *curves, *_names(drawn, scale))
    return svg_frame("survival", name, (WIDTH, HEIGHT), ("How long links live", _say(drawn)), parts)


def survival_table(overall: Survival, hosts: Sequence[Survival] = ()) -> Table:
    """Return the same as a table: a row for all links and one for each host."""
    return Table(
        "How long links live, counted from the first look at which they were there",
        ("Links of", "Watched", "Lost", "Half-life", "Half-life, 95 %", "If losses go on like this"),
        tuple(
            (
                printable(storable(each.name)) or "all hosts",
                f"{each.links:,}",
                f"{each.ended:,}",
                _say_seen(each),
                _say_band(each),
                "no loss seen" if each.expected_half_life_days is None
                else f"half in about {say_days(each.expected_half_life_days)}",
            )
            for each in (overall, *hosts)
        ),
    )  # fmt: skip


def say_half_life(survival: Survival) -> str:
    """Return the half-life in a sentence that does not say more than was seen.

    >>> say_half_life(Survival(name="", links=9, ended=0, seen_days=900, longest_days=100, steps=()))
    'Of 9 links none was lost in up to 3 months.'
    """
    links = f"{survival.links:,} link{'' if survival.links == 1 else 's'}"
    if not survival.links:
        return "No link was watched yet."
    if not survival.ended:
        return f"Of {links} none was lost in up to {say_days(survival.longest_days)}."
    seen = f"Of {links} {survival.ended:,} {'was' if survival.ended == 1 else 'were'} lost in up to {say_days(survival.longest_days)}"
    if survival.half_life_days is not None:
        return f"{seen}: half of them live longer than {say_days(survival.half_life_days)}."
    if survival.expected_half_life_days is None:
        return f"{seen}."
    expected = say_days(survival.expected_half_life_days)
    return f"{seen}. If losses go on like this, half will be gone after about {expected}."


def _say_seen(survival: Survival) -> str:
    if survival.half_life_days is None:
        return f"over {say_days(survival.longest_days)}"
    return say_days(survival.half_life_days)


def _say_band(survival: Survival) -> str:
    low, high = survival.half_life_low_days, survival.half_life_high_days
    if low is None:
        return "not seen yet"
    return f"{say_days(low)} to {say_days(high)}" if high is not None else f"over {say_days(low)}"


def _floor(drawn: Sequence[Survival]) -> float:
    lowest = min(
        (step.low if number == 0 else step.share for number, each in enumerate(drawn) for step in each.steps),
        default=1.0,
    )  # fmt: skip
    return next((floor for least, floor in _FLOORS if lowest >= least), 0.0)


def _corners(survival: Survival, scale: _Scale, shares: Sequence[float]) -> list[str]:
    """The corners of a stair that goes down on each day of loss, from the first day to the last."""
    points = [f"{scale.x(0)},{scale.y(1.0)}"]
    before = 1.0
    for step, share in zip(survival.steps, shares, strict=True):
        points += (
            f"{scale.x(step.days)},{scale.y(before)}",
            f"{scale.x(step.days)},{scale.y(share)}",
        )
        before = share
    return [*points, f"{scale.x(survival.longest_days)},{scale.y(before)}"]


def _band(survival: Survival, scale: _Scale) -> str:
    high = _corners(survival, scale, [step.high for step in survival.steps])
    low = _corners(survival, scale, [step.low for step in survival.steps])
    return (
        f'<polygon class="band" points="{" ".join((*high, *reversed(low)))}" fill-opacity="0.14"/>'
    )


def _curve(survival: Survival, scale: _Scale, number: int) -> str:
    points = " ".join(_corners(survival, scale, [step.share for step in survival.steps]))
    stroke = 'stroke-width="2.4"' if number == 0 else f'stroke-width="1.6" stroke-dasharray="{_DASHES[number - 1]}"'  # fmt: skip
    return (
        f'<g class="curve c{number}"><title>{escape(_name_of(survival))}: {escape(say_half_life(survival))}</title>'
        f'<polyline points="{points}" fill="none" stroke="currentColor" {stroke}/></g>'
    )


def _names(drawn: Sequence[Survival], scale: _Scale) -> Iterator[str]:
    """Each curve's name with its stroke, from the curve that ends highest to the lowest, never on each other."""
    ends = sorted(
        (scale.y(each.steps[-1].share if each.steps else 1.0), number, each)
        for number, each in enumerate(drawn)
    )
    x = WIDTH - _RIGHT + 6
    room = HEIGHT - _FOOT - _LINE * len(ends)
    behind = -float(_LINE)
    for place, (y, number, each) in enumerate(ends):
        behind = max(min(y, room + _LINE * place), behind + _LINE)
        dash = f' stroke-dasharray="{_DASHES[number - 1]}"' if number else ""
        yield (
            f'<g class="curve c{number}"><path d="M{x} {behind + 4:.1f}h22" stroke="currentColor"'
            f' stroke-width="{1.6 if number else 2.4}"{dash}/>'
            f'<text class="said" x="{x + 27}" y="{behind + 8:.1f}">{escape(_name_of(each))}</text></g>'
        )


def _name_of(survival: Survival) -> str:
    said = printable(storable(survival.name)) or "all hosts"
    return said if len(said) <= _LETTERS else f"…{said[1 - _LETTERS :]}"


def _axes(scale: _Scale) -> Iterator[str]:
    right, foot = WIDTH - _RIGHT, HEIGHT - _FOOT
    for part in range(5):
        share = scale.floor + (1.0 - scale.floor) * part / 4
        y = scale.y(share)
        yield f'<path class="rail" d="M{_LEFT} {y}H{right}" stroke="currentColor" stroke-opacity="0.2"/>'
        yield f'<text class="said" x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{share:.0%}</text>'
    if scale.floor < 0.5:
        y = scale.y(0.5)
        yield f'<path class="half" d="M{_LEFT} {y}H{right}" stroke="currentColor" stroke-dasharray="3 3" stroke-opacity="0.7"/>'
    every = next(
        (each for each in _TICKS_DAYS if scale.days / each <= _MOST_TICKS), -(-scale.days // 8)
    )
    for days in range(0, scale.days + 1, every):
        x = scale.x(days)
        yield f'<path class="rail" d="M{x} {_TOP}V{foot + 4}" stroke="currentColor" stroke-opacity="0.2"/>'
        yield f'<text class="said" x="{x}" y="{foot + 17}" text-anchor="middle" font-size="11">{say_days(days)}</text>'
    floor = f", axis from {scale.floor:.0%}" if scale.floor else ""
    yield f'<text class="said" x="{right}" y="{HEIGHT - 3}" text-anchor="end" font-size="11">after the first look{floor}</text>'


def _say(drawn: Sequence[Survival]) -> str:
    told = " ".join(
        f"{_name_of(each)}: {say_half_life(each)}" if number else say_half_life(each)
        for number, each in enumerate(drawn)
    )
    return f"Share of links that are still there, by time since the first look. {told}"
