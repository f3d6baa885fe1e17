"""A season of nights on a scripted web: what is dead is told, what is well is left alone.

The long form, a year of 2,000 sources, is benchmarks/year.py.
"""

import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

from support.scripted_year import Scale, Year, make_year
from support.scripted_year_run import NightSeen, YearRun
from support.scripted_year_score import Score, in_order, score_year
from support.scripted_year_web import ScriptedWeb

SMALL = Scale(60, 20, 80, seed=7, busy=4.0, static_share=0.95, has_silence=False)


class Played(NamedTuple):
    """A year that was played, what each night left behind, and its scores, ours first."""

    year: Year
    nights: list[NightSeen]
    scores: list[Score]

    @property
    def ours(self) -> Score:
        return self.scores[0]


@pytest.fixture(scope="module")
def played() -> Played:
    year = make_year(SMALL)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with ScriptedWeb(year, folder) as web:
            nights = list(YearRun(folder, year, web).play())
    return Played(year, nights, score_year(year, nights))


def test_nothing_is_called_dead_that_is_not(played: Played) -> None:
    assert played.ours.verdicts >= 12
    assert played.ours.precision == 1.0


def test_a_death_is_told_within_43_nights_and_ten_of_the_first_look(played: Played) -> None:
    told, judged = played.ours.recall(SMALL.nights)
    assert judged >= 12
    # a host that refuses everybody for nine nights cannot be asked whether a page is gone
    assert told >= 0.9 * judged
    assert played.ours.overdue(SMALL.nights) == []


def test_hardly_anything_is_told_of_what_is_well(played: Played) -> None:
    assert [(night, alarm) for night, alarm in played.ours.false_alarms] == []
    assert played.ours.alarms >= 20


def test_a_night_without_a_name_service_has_one_cause_and_no_alarm(played: Played) -> None:
    ours = [night for night in played.nights if any(s.holds(night.night) for s in played.year.ours)]
    assert len(ours) >= 3
    for night in (night for night in ours if night.due):
        assert [cause.host for cause in night.causes] == [None]
        assert [alarm for alarm in night.changes if alarm.group != "watch"] == []


def test_every_night_accounts_for_every_source_that_was_due(played: Played) -> None:
    for night in played.nights[1:]:
        assert night.checked + night.skipped + night.failed == night.due


def test_walls_refusals_and_other_pages_are_seen_as_what_they_are(played: Played) -> None:
    rows = dict(in_order(played.ours))
    for truth in ("walled", "blocked", "drifted"):
        seen = rows[truth]
        assert seen[truth] > 0.5 * (seen.total() - seen["alive"]), (truth, seen)


def test_the_simpler_rules_cry_wolf_where_we_do_not(played: Played) -> None:
    for other in played.scores[1:]:
        assert other.precision < played.ours.precision
        assert len(other.false_alarms) >= len(played.ours.false_alarms)
