"""The history of a source as a picture: what is drawn where. PURE; `timeline.html` writes it down as SVG.

One lane for each thing that happened, so that the place tells what a mark is as well as its shape
and colour do. Time is cut into equal stretches (a day, a week, four weeks, …), the shortest of
which so many fit that marks do not touch; each mark stands for all that happened in a stretch.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

from provenance.web.wording import state_words

__all__ = ["Event", "Lane", "Mark", "Period", "Picture", "Strip", "Tick", "draw_timeline"]

Kind = Literal[
    "cited", "ok", "wall", "blocked", "temporary", "gone", "not_checkable", "archived", "same",
    "brought", "elsewhere",
]  # fmt: skip
# The lanes from above, each with the kinds of marks that stand in it.
_LANES: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("cited", ("cited",)),
    ("ok", ("ok",)),
    ("wall", ("wall",)),
    ("blocked", ("blocked",)),
    ("temporary", ("temporary",)),
    ("gone", ("gone",)),
    ("not checkable", ("not_checkable",)),
    ("archived", ("archived", "same")),
    ("brought", ("brought",)),
    ("elsewhere", ("elsewhere",)),
)
# In units of the picture; it is shown about as wide as it is drawn.
WIDTH = 900
# Names stand at the right end: a narrow screen opens there, at what happened last.
_LEFT, _RIGHT = 14, 104
_LANE_HEIGHT = 22
_STRIP_HEIGHT = 20
_AXIS_HEIGHT = 24
_GAP = 8
# Marks are 9 wide: so many stretches stand side by side without touching.
_MOST_COLUMNS = 84
_STRETCHES_DAYS = (1, 7, 28, 91, 364, 1820)
_NAMES = {
    1: "a day",
    7: "a week",
    28: "four weeks",
    91: "a quarter",
    364: "a year",
    1820: "five years",
}
_LETTER_WIDTH = 6.6
_MOST_TICKS = 8


class Event(NamedTuple):
    """Something that happened at one moment."""

    at: datetime
    kind: Kind


class Mark(NamedTuple):
    """What happened in one stretch of time: its middle, how often, and words for it."""

    x: float
    y: float
    kind: Kind
    times: int
    size: Literal["s", "m", "l"]
    said: str


class Lane(NamedTuple):
    """A row of the picture."""

    name: str
    y: float


class Strip(NamedTuple):
    """A stretch in one state; `label` is empty where there is no room for it."""

    x: float
    width: float
    state: str
    label: str
    said: str


class Tick(NamedTuple):
    """A named place of the axis."""

    x: float
    label: str


class Period(NamedTuple):
    """A row of the same in words: a stretch of time, what happened in it, the state at its end."""

    label: str
    counts: dict[str, int]
    state: str


class Picture(NamedTuple):
    """All that is to be drawn; `said` is the whole in a sentence."""

    width: int
    height: float
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    strips: tuple[Strip, ...]
    ticks: tuple[Tick, ...]
    periods: tuple[Period, ...]
    columns: tuple[str, ...]
    stretch: str
    said: str


class _Scale(NamedTuple):
    """Equal stretches of `days`, counted from the first; `columns` of them."""

    first: date
    days: int
    columns: int

    def number(self, at: datetime) -> int:
        return (at.astimezone(UTC).date() - self.first).days // self.days

    def x(self, number: float) -> float:
        return round(_LEFT + number * (WIDTH - _LEFT - _RIGHT) / self.columns, 1)

    def start(self, number: int) -> date:
        return self.first + timedelta(days=number * self.days)

    def label(self, number: int) -> str:
        start, end = self.start(number), self.start(number + 1) - timedelta(days=1)
        return start.isoformat() if self.days == 1 else f"{start.isoformat()} to {end.isoformat()}"


def draw_timeline(
    events: Iterable[Event], states: Sequence[tuple[datetime, str]] = ()
) -> Picture | None:
    """Return the picture of what happened; None where nothing did.

    `states` are the moments from which on the source was in a state, in order.
    """
    happened = sorted(events)
    if not happened:
        return None
    moments = [event.at for event in happened] + [at for at, _ in states]
    scale = _scale_of(min(moments).astimezone(UTC).date(), max(moments).astimezone(UTC).date())
    kinds = {event.kind for event in happened}
    lanes = [(name, mine) for name, mine in _LANES if kinds & set(mine)]
    top = _STRIP_HEIGHT + _GAP if states else 0.0
    places = {
        kind: top + _LANE_HEIGHT * (row + 0.5) for row, (_, mine) in enumerate(lanes) for kind in mine
    }  # fmt: skip
    counted = _count(happened, scale)
    bottom = top + _LANE_HEIGHT * len(lanes)
    return Picture(
        width=WIDTH,
        height=bottom + _AXIS_HEIGHT,
        lanes=tuple(Lane(name, places[mine[0]]) for name, mine in lanes),
        marks=tuple(_marks(counted, places, scale)),
        strips=tuple(_strips(states, scale)),
        ticks=tuple(_ticks(scale)),
        periods=tuple(_periods(counted, states, scale)),
        columns=tuple(kind for _, mine in lanes for kind in mine if kind in kinds),
        stretch=_NAMES[scale.days],
        said=_say(happened),
    )


def _scale_of(first: date, last: date) -> _Scale:
    span = (last - first).days + 1
    days = next((each for each in _STRETCHES_DAYS if span <= each * _MOST_COLUMNS), 1820)
    if days == 7:  # weeks begin on Monday
        first -= timedelta(days=first.weekday())
    count = -(-((last - first).days + 1) // days)
    # a single day stands in the middle of a week, not across the whole picture
    spare = max(0, 9 - count)
    before = min(days * (spare // 2), first.toordinal() - 1)
    return _Scale(first - timedelta(days=before), days, count + spare)


def _count(events: Sequence[Event], scale: _Scale) -> dict[int, Counter[Kind]]:
    counted: defaultdict[int, Counter[Kind]] = defaultdict(Counter)
    for event in events:
        counted[scale.number(event.at)][event.kind] += 1
    return dict(counted)


def _marks(
    counted: dict[int, Counter[Kind]], places: dict[Kind, float], scale: _Scale
) -> Iterable[Mark]:
    for number, kinds in sorted(counted.items()):
        for kind, count in kinds.items():
            if kind == "same" and kinds["archived"]:
                continue  # new bytes in the same stretch say more
            size: Literal["s", "m", "l"] = "s" if count == 1 else "m" if count < 5 else "l"
            said = f"{kind.replace('_', ' ')}: {count}, {scale.label(number)}"
            yield Mark(scale.x(number + 0.5), places[kind], kind, count, size, said)


def _strips(states: Sequence[tuple[datetime, str]], scale: _Scale) -> Iterable[Strip]:
    merged: list[tuple[datetime, str]] = []
    for at, state in states:
        if not merged or merged[-1][1] != state:
            merged.append((at, state))
    ends = [*(scale.number(at) for at, _ in merged[1:]), scale.columns]
    for (at, state), end in zip(merged, ends, strict=False):
        start = scale.number(at)
        if end <= start:  # it did not outlast its stretch: the table has it
            continue
        x, width = scale.x(start), round(scale.x(end) - scale.x(start), 1)
        words = state_words(state)[0]
        label = words if width > _LETTER_WIDTH * (len(words) + 1) else ""
        yield Strip(x, width, state, label, f"{words} from {at.date().isoformat()}")


def _ticks(scale: _Scale) -> Iterable[Tick]:
    """Days, months or years, as many as can be read."""
    every = -(-scale.columns // _MOST_TICKS)
    last = None
    for number in range(0, scale.columns, every):
        day = scale.start(number)
        label = day.isoformat() if scale.days < 28 else day.isoformat()[:7]
        if label != last and scale.x(number) < WIDTH - 70:
            yield Tick(scale.x(number), label)
        last = label


def _periods(
    counted: dict[int, Counter[Kind]], states: Sequence[tuple[datetime, str]], scale: _Scale
) -> Iterable[Period]:
    held = {scale.number(at): state for at, state in states}
    state = ""
    for number in sorted({*counted, *held}):
        state = held.get(number, state)
        counts = {str(kind): count for kind, count in counted.get(number, Counter()).items()}
        yield Period(scale.label(number), counts, state_words(state)[0] if state else "")


def _say(events: Sequence[Event]) -> str:
    counts = Counter(event.kind for event in events)
    first, last = events[0].at.date().isoformat(), events[-1].at.date().isoformat()
    told = ", ".join(
        f"{kind.replace('_', ' ')} {counts[kind]}"
        for _, kinds in _LANES
        for kind in kinds
        if counts[kind]
    )
    when = f"on {first}" if first == last else f"from {first} to {last}"
    return f"What happened {when}: {told}."
