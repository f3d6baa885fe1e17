"""kill -9 at any moment of a night, and the same command again: no address asked twice, all accounted for."""

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.counting_web import HOSTS, CountingWeb
from support.runs import Running, run_here
from support.workplace import a_draft, query, settings_file
from support.workplace import a_workplace as workplace_in

SOURCES = 160
KILLS = 20 if os.environ.get("PROVENANCE_LONG_TESTS") else 2
_CHECKED_BY = "SELECT source_id, 1 FROM checks WHERE at < ?"
_URLS = [f"http://{HOSTS[number % len(HOSTS)]}/page/{number}" for number in range(SOURCES)]


@pytest.fixture
def web() -> Iterator[CountingWeb]:
    with CountingWeb(pause_s=0.05) as running:
        for host in HOSTS:  # what is not there need not be read
            running.refuse(host, 410, {})
        yield running


@pytest.fixture
def desk(tmp_path: Path, web: CountingWeb) -> Path:
    a_desk(tmp_path, web)
    return tmp_path


def a_desk(folder: Path, web: CountingWeb) -> None:
    settings_file(folder, web.settings(), archive={"batch": 5})
    (folder / "draft.txt").write_text(a_draft(_URLS))
    done = run_here(folder, "ingest", "draft.txt", "--no-fetch", "--config", "settings.toml")
    assert done.code == 0, done.err


def kill_once(desk: Path, web: CountingWeb, after: int) -> bool:
    """Kill a night once so many more addresses were asked; tell whether it was not over by then."""
    before = sum(web.asked.values())
    running = Running(desk, "nightly", "--config", "settings.toml", "--json")
    give_up = time.monotonic() + 20
    while sum(web.asked.values()) < before + after and running.process.poll() is None:
        assert time.monotonic() < give_up
        time.sleep(0.002)
    running.signal(signal.SIGKILL)
    done = running.end()
    assert running.leaves_nobody()
    return done.code == -signal.SIGKILL


def test_a_night_that_was_killed_asks_nothing_twice_and_accounts_for_all(
    desk: Path, web: CountingWeb
) -> None:
    dice = random.Random(7)
    killed = sum(
        kill_once(desk, web, dice.randint(0, 2 * SOURCES // KILLS // 3)) for _ in range(KILLS)
    )
    assert killed == KILLS
    done = run_here(desk, "nightly", "--config", "settings.toml", "--json")
    assert done.code == 0, done.err
    told = done.json["run"]
    assert told["resumed"]
    assert told["due"] == SOURCES == told["checked"] + told["skipped"] + told["failed"]
    assert set(web.asked.values()) == {1}
    # what was not asked for good was on its way when it was killed: one a host and kill, at most,
    # and what had come but was not committed
    # (four looks at what is gone weigh as one of the five that make a batch)
    assert told["skipped"] <= KILLS * (len(HOSTS) + 5 * 4)
    workplace = workplace_in(desk)
    looks = query(workplace, "SELECT count(*) FROM checks GROUP BY source_id")
    assert set(looks) == {(1,)}
    assert len(looks) == told["checked"]
    assert sum(web.asked.values()) == SOURCES
    after = run_here(desk, "nightly", "--config", "settings.toml", "--json")
    # the next night asks for what was left, and for nothing else
    assert after.json["run"]["due"] == after.json["run"]["checked"] == told["skipped"]
    assert after.json["run"]["previous"] == told["id"]
    nights = query(workplace, "SELECT count(*) FROM nights")
    assert nights == [(2,)]
    assert_tells_the_same(done.json, desk, web)


def assert_tells_the_same(told: dict[str, Any], desk: Path, web: CountingWeb) -> None:
    """Hold a report against that of a night over the same sources that nobody killed."""
    other = desk / "unkilled"
    other.mkdir()
    a_desk(other, web)
    whole = run_here(other, "nightly", "--config", "settings.toml", "--json").json
    assert whole["run"]["checked"] == SOURCES
    assert not whole["run"]["resumed"]
    changes = {each["source_id"]: comparable(each) for each in whole["changes"]}
    assert len(changes) == SOURCES
    looked = dict(query(workplace_in(desk), _CHECKED_BY, told["run"]["finished"]))
    assert {each["source_id"]: comparable(each) for each in told["changes"]} == {
        source_id: change for source_id, change in changes.items() if source_id in looked
    }


def comparable(change: dict[str, Any]) -> dict[str, Any]:
    """A change without its moments, and without the ids that follow from the folder."""
    return {name: change[name] for name in ("url", "from", "to", "rule", "reason", "passage")}


def test_a_night_that_is_told_to_end_tells_what_it_has(desk: Path, web: CountingWeb) -> None:
    running = Running(desk, "nightly", "--config", "settings.toml", "--json")
    give_up = time.monotonic() + 20
    while sum(web.asked.values()) < 30:
        assert time.monotonic() < give_up
        time.sleep(0.002)
    running.signal(signal.SIGTERM)
    done = running.end()
    assert done.code == 128 + signal.SIGTERM, done.err
    assert "Traceback" not in done.err
    told = json.loads(done.out)["run"]
    assert told["ended_by"] == "signal"
    assert 20 <= told["checked"] < SOURCES
    assert told["checked"] + told["skipped"] + told["failed"] == told["due"] == SOURCES
    again = run_here(desk, "nightly", "--config", "settings.toml", "--json")
    assert again.code == 0, again.err
    rest = again.json["run"]
    assert not rest["resumed"]
    assert rest["due"] == rest["checked"] == SOURCES - told["checked"]


def test_a_store_that_is_made_anew_in_the_middle_of_a_night_asks_only_what_is_left(
    desk: Path, web: CountingWeb
) -> None:
    assert kill_once(desk, web, 60)
    assert run_here(desk, "rebuild").code == 0
    done = run_here(desk, "nightly", "--config", "settings.toml", "--json")
    assert done.code == 0, done.err
    told = done.json["run"]
    assert told["due"] == told["checked"] + told["skipped"] < SOURCES
    assert set(web.asked.values()) == {1}
    looks = query(workplace_in(desk), "SELECT count(*) FROM checks GROUP BY source_id")
    assert set(looks) == {(1,)}
    assert len(looks) == SOURCES - told["skipped"]
