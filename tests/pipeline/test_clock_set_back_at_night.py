"""A clock that is set back in the middle of a night: all is asked once, nothing is lost, nobody dies of it."""

import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import Workplace
from provenance.pipeline.nightly import run_night
from support.counting_web import HOSTS, CountingWeb
from support.forked import Forks
from support.kept import Kept
from support.workplace import a_draft, a_workplace, ingest_text, query, settings_file

IS_LONG = bool(os.environ.get("PROVENANCE_LONG_TESTS"))
START = datetime(2026, 3, 1, 2, tzinfo=UTC)
HOUR_S, YEAR_S = 3_600.0, 365 * 86_400.0
SOURCES = 24
GONE = f"http://{HOSTS[0]}/page/0"
URLS = [f"http://{HOSTS[number % 4]}/page/{number}" for number in range(SOURCES)]


class Jumping:
    """A clock that is set back by so much once something holds, and goes on from there."""

    def __init__(self, by_s: float, when: Callable[[], bool]) -> None:
        self.now = START
        self._by, self._when, self.has_jumped = timedelta(seconds=by_s), when, False

    def __call__(self) -> datetime:
        if not self.has_jumped and self._when():
            self.now, self.has_jumped = self.now - self._by, True
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def web() -> Iterator[CountingWeb]:
    with CountingWeb() as running:
        running.serve(GONE, 410)
        yield running


def a_desk(folder: Path, web: CountingWeb, clock: Jumping) -> Workplace:
    settings = web.settings()
    one_reader = replace(settings, extract=replace(settings.extract, workers=1))
    batches = replace(one_reader, archive=replace(settings.archive, batch=4))
    workplace = a_workplace(folder, batches, clock)
    ingest_text(workplace, folder / "draft.txt", a_draft(URLS))
    return workplace


@pytest.mark.parametrize(
    "by_s",
    [HOUR_S, 3 * YEAR_S][: 1 + IS_LONG],
    ids=["an hour", "three years"][: 1 + IS_LONG],
)
def test_a_night_in_which_the_clock_is_set_back_asks_all_once_and_strikes_once(
    tmp_path: Path, web: CountingWeb, by_s: float
) -> None:
    clock = Jumping(by_s, lambda: sum(web.asked.values()) >= SOURCES // 2)
    workplace = a_desk(tmp_path, web, clock)
    kept = Kept(tmp_path)
    run = run_night(workplace).run
    assert clock.has_jumped
    assert (run.due, run.checked, run.skipped) == (SOURCES, SOURCES, 0)
    assert {web.asked[url] for url in URLS} == {1}
    assert web.asked[GONE] == 1
    assert state_of(workplace) == ("failing", "gone 1/3")
    # once the clock is right again, death comes in its time, and nobody else's does
    for day in (5, 10, 15):
        clock.now = START + timedelta(days=day)
        run_night(workplace)
    assert state_of(workplace)[0] == "dead"
    states = query(workplace, "SELECT state, count(*) FROM source_states GROUP BY state")
    assert dict(states) == {"alive": SOURCES - 1, "dead": 1}
    assert len(kept.assert_whole()["nights"]) == 4


def state_of(workplace: Workplace) -> tuple[str, str]:
    ((state, reason),) = query(
        workplace, "SELECT state, reason FROM source_states WHERE url = ?", GONE
    )
    return state, reason


@pytest.mark.parametrize(
    "by_s", [5 * HOUR_S, 3 * YEAR_S][: 1 + IS_LONG], ids=["hours", "years"][: 1 + IS_LONG]
)
def test_a_night_that_was_killed_is_taken_up_by_a_clock_that_was_set_back(
    tmp_path: Path, by_s: float
) -> None:
    dice = random.Random(int(by_s))
    with CountingWeb(pause_s=0.02) as web, Forks() as forks:
        for host in HOSTS:
            web.refuse(host, 410, {})
        for number in range(10 if IS_LONG else 1):
            desk = tmp_path / f"desk{number}"
            desk.mkdir()
            settings_file(desk, web.settings(), archive={"batch": 4})
            (desk / "draft.txt").write_text(a_draft(URLS))
            assert forks.run(desk, "ingest", "draft.txt", "--no-fetch").code == 0
            kept, night = Kept(desk), ("nightly", "--config", "settings.toml", "--json")
            web.asked.clear()
            enough = dice.randint(1, SOURCES - 4)
            assert forks.kill_once(desk, *night, when=lambda n=enough: asked_of(web) >= n)  # type: ignore[misc]
            kept.look()
            known = Kept.looked_at(desk)
            on_its_way = set(web.asked) - known
            done = forks.run(desk, *night, seconds_off=-by_s)
            assert done.code == 0, done.err
            kept.look()
            # years back it is another night, and a look that is to come says nothing of today
            if by_s < YEAR_S:
                assert {web.asked[url] for url in known} <= {1}, "what was on disk was asked again"
            once_more = forks.run(desk, *night, seconds_off=-by_s + 60)
            assert once_more.code == 0, once_more.err
            assert Kept.looked_at(desk) == set(URLS)
            if by_s < YEAR_S:
                assert {url for url, count in web.asked.items() if count > 1} <= on_its_way
            assert max(web.asked.values()) <= 2
            kept.assert_whole()


def asked_of(web: CountingWeb) -> int:
    return sum(web.asked.values())
