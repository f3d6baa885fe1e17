"""The picture of a history: every event has its mark, marks do not touch, and the table says the same."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.web.timeline import WIDTH, Event, Kind, Picture, draw_timeline

FIRST = datetime(2020, 1, 6, 3, tzinfo=UTC)
KINDS: tuple[Kind, ...] = (
    "cited", "ok", "wall", "blocked", "temporary", "gone", "not_checkable", "archived", "same",
    "brought", "elsewhere",
)  # fmt: skip
MOMENTS = st.floats(-18_000, 29_000).map(lambda days: FIRST + timedelta(days=days))
STATES = st.sampled_from(("unchecked", "alive", "failing", "dead", "revived"))


def at(days: float) -> datetime:
    return FIRST + timedelta(days=days)


def drawn(*events: Event, states: tuple[tuple[datetime, str], ...] = ()) -> Picture:
    picture = draw_timeline(events, states)
    assert picture is not None
    return picture


def test_where_nothing_happened_there_is_no_picture() -> None:
    assert draw_timeline(()) is None


def test_one_look_is_one_mark_about_the_middle() -> None:
    picture = drawn(Event(at(0), "ok"))
    assert [(mark.kind, mark.times) for mark in picture.marks] == [("ok", 1)]
    assert abs(picture.marks[0].x - WIDTH / 2) < WIDTH / 8
    assert [lane.name for lane in picture.lanes] == ["ok"]
    assert picture.said == "What happened on 2020-01-06: ok 1."


@pytest.mark.parametrize(
    ("days", "stretch"),
    [
        (60, "a day"),
        (300, "a week"),
        (1_000, "four weeks"),
        (5_000, "a quarter"),
        (20_000, "a year"),
    ],
    ids=["months", "a year", "three years", "fourteen years", "half a century"],
)
def test_the_longer_the_history_the_longer_the_stretch_of_a_mark(days: int, stretch: str) -> None:
    picture = drawn(*(Event(at(day), "ok") for day in range(0, days, 7)))
    assert picture.stretch == stretch


def test_weeks_begin_on_monday() -> None:
    picture = drawn(Event(at(3), "ok"), Event(at(200), "ok"))
    assert picture.stretch == "a week"
    assert all(
        date.fromisoformat(period.label[:10]).weekday() == 0 for period in picture.periods
    ), picture.periods


def test_new_bytes_hide_old_ones_of_the_same_stretch_in_the_picture_but_not_in_the_table() -> None:
    picture = drawn(Event(at(0), "archived"), Event(at(0), "same"), Event(at(1), "same"))
    assert [(mark.kind, mark.times) for mark in picture.marks] == [("archived", 1), ("same", 1)]
    assert picture.periods[0].counts == {"archived": 1, "same": 1}


def test_states_follow_each_other_without_gaps_and_long_ones_are_named() -> None:
    picture = drawn(
        *(Event(at(day), "ok") for day in range(40)),
        states=((at(0), "alive"), (at(10), "alive"), (at(20), "dead"), (at(39), "revived")),
    )
    assert [strip.state for strip in picture.strips] == ["alive", "dead", "revived"]
    for strip, following in pairwise(picture.strips):
        assert strip.x + strip.width == pytest.approx(following.x, abs=0.2)
    assert [strip.label for strip in picture.strips] == ["alive", "gone", ""]


@given(
    st.lists(st.builds(Event, MOMENTS, st.sampled_from(KINDS)), min_size=1, max_size=80),
    st.lists(st.tuples(MOMENTS, STATES), max_size=8),
)
def test_whatever_happened_is_drawn_inside_the_picture_and_counted_in_the_table(
    events: list[Event], states: list[tuple[datetime, str]]
) -> None:
    picture = drawn(*events, states=tuple(sorted(states)))
    assert sum(sum(period.counts.values()) for period in picture.periods) == len(events)
    kinds = {event.kind for event in events}
    assert set(picture.columns) == kinds
    shown = {mark.kind for mark in picture.marks}
    assert kinds - shown <= {"same"}
    for mark in picture.marks:
        assert 14 <= mark.x <= WIDTH - 104
        assert 0 < mark.y < picture.height
    for lane in {mark.y for mark in picture.marks}:
        across = sorted(mark.x for mark in picture.marks if mark.y == lane)
        assert all(b - a > 9 for a, b in pairwise(across)), across
    for strip in picture.strips:
        assert strip.x >= 14
        assert strip.width > 0
        assert strip.x + strip.width <= WIDTH
    assert len(picture.ticks) >= 1
    assert all(a.x < b.x for a, b in pairwise(picture.ticks))
