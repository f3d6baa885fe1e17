"""The scripted year is written and scored as it says, and the simpler rules are what they are."""

import pytest

from support.scripted_year import Condition, Host, Scale, Source, Spell, Year, make_year
from support.scripted_year_run import Alarm, NightSeen
from support.scripted_year_score import score_year

SMALL = Scale(100, 20, 120, busy=4.0)


def test_the_same_seed_writes_the_same_year() -> None:
    assert make_year(SMALL) == make_year(SMALL)
    assert make_year(SMALL) != make_year(SMALL._replace(seed=8))


def test_every_condition_and_trouble_is_in_a_year_of_full_size() -> None:
    year = make_year(Scale())
    met = {spell.what for host in year.hosts for spell in host.conditions}
    met |= {spell.what for source in year.sources for spell in source.conditions}
    met |= {spell.what for host in year.hosts for spell in host.troubles}
    assert met >= {
        "404", "410", "soft_404", "to_home", "nxdomain", "parked", "login", "paywall",
        "blocked_403", "hidden_404", "hijacked", "rewritten", "edited", "cut", "reworded",
        "503", "503_later", "refused", "reset", "silent", "servfail", "429", "robots_500", "tls_expired",
    }  # fmt: skip
    assert {1, 20} <= {
        spell.last - spell.first + 1 for host in year.hosts for spell in host.troubles
    }


def a_host(*troubles: Spell) -> Host:
    return Host("ford.example", False, "404", "none", (), troubles)


def a_year(host: Host, *conditions: Spell, nights: int = 20) -> Year:
    source = Source(0, host, "/1880/01/toll.html", conditions, 0)
    return Year(Scale(1, 1, nights), (host,), (source,), (), {})


def a_night(night: int, state: str, *alarms: Alarm) -> NightSeen:
    return NightSeen(night, (state,), ("",), (0,), alarms, (), 0.0, 0.0)


def test_a_dead_verdict_on_a_living_page_is_counted_against_us() -> None:
    alarm = Alarm(0, "worse", "dead", "gone_thrice", "")
    nights = [a_night(0, "alive"), a_night(1, "dead", alarm)]
    ours = score_year(a_year(a_host(), nights=1), nights)[0]
    assert (ours.precision, len(ours.false_alarms)) == (0.0, 1)


def test_a_death_is_counted_from_its_night_to_the_verdict() -> None:
    year = a_year(a_host(), Spell("404", 3, 10**6))
    nights = [a_night(n, "dead" if n >= 12 else "alive") for n in range(21)]
    ours = score_year(year, nights)[0]
    assert ours.delays() == [9]
    assert ours.recall(20) == (1, 1)


@pytest.mark.parametrize(
    ("trouble", "dead_for"),
    [
        ("503", {"naive", "lychee", "InternetArchiveBot"}),
        ("429", {"naive", "lychee", "InternetArchiveBot"}),
        ("tls_expired", {"naive", "lychee"}),
        ("robots_500", set()),
    ],
)
def test_what_the_others_make_of_nine_nights_of_trouble(trouble: str, dead_for: set[str]) -> None:
    year = a_year(a_host(Spell(trouble, 2, 10)))
    scores = score_year(year, [a_night(n, "alive") for n in range(21)])
    assert {score.name for score in scores[1:] if score.verdicts} == dead_for


@pytest.mark.parametrize(
    ("condition", "dead_for"),
    [
        ("404", {"naive", "lychee", "InternetArchiveBot"}),
        ("to_home", {"InternetArchiveBot"}),
        ("soft_404", set()),
        ("hijacked", set()),
        ("login", set()),
        ("blocked_403", {"naive", "lychee", "InternetArchiveBot"}),
    ],
)
def test_what_the_others_make_of_a_page_that_is_lost(
    condition: Condition, dead_for: set[str]
) -> None:
    year = a_year(a_host(), Spell(condition, 2, 10**6))
    scores = score_year(year, [a_night(n, "alive") for n in range(21)])
    assert {score.name for score in scores[1:] if score.verdicts} == dead_for
