"""kill -9 at any moment of nights that ask for opinions, look for mementos and follow passages.

Three nights around deaths and an edit, beside the same nights of a desk that nobody kills: both tell the
same, nobody is asked again whose answer is on disk, and a rebuild gives the rows that there were.
"""

import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from support.counting_web import HOSTS, CountingWeb
from support.forked import Forks
from support.kept import Kept, lines_of
from support.workplace import a_draft, settings_file

IS_LONG = bool(os.environ.get("PROVENANCE_LONG_TESTS"))
KILLS_A_NIGHT = 12 if IS_LONG else 1
SERIES = 3 if IS_LONG else 1
DAYS = (12, 16, 20)
EDITED, LOST, ARCHIVE = (f"http://{host}" for host in HOSTS[:3])
GONE = [f"{LOST}/{number}" for number in range(6)]
PAGES = [f"{EDITED}/{number}" for number in range(6)]
CONFIG = ("--config", "settings.toml")
DAY_S = 86_400.0
_AN_HOUR = 1 / 24
LAST_LOOKUP = f"{ARCHIVE}/web/"


@pytest.fixture
def web() -> Iterator[CountingWeb]:
    with CountingWeb(pause_s=0.01) as running:
        for number, url in enumerate(PAGES + GONE):
            running.serve(url, 200, the_page(number, number + 4))
        yield running


@pytest.fixture
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


def the_page(number: int, barges: int) -> bytes:
    words = f"Of the {number}. day of the fair at the ford, by the keeper of the tolls. " * 20
    said = f"The guild counted {barges} barges on the river."
    return f"<title>Day {number}</title><p>{words}</p><p>{said}</p><p>{words}</p>".encode()


def change(web: CountingWeb) -> None:
    """One host loses all its pages, of which another archive has old copies; the other edits a number."""
    for number, url in enumerate(GONE):
        web.serve(url, 410)
        copy = f"{ARCHIVE}/web/20200301000000/{url}"
        links = f'<{url}>;rel="original",\n<{copy}>;rel="memento";datetime="Sun, 01 Mar 2020 00:00:00 GMT"'
        kind = {"Content-Type": "application/link-format"}
        web.serve(f"{ARCHIVE}/timemap/{url}", 200, links.encode(), **kind)
        seen = {"Memento-Datetime": "Sun, 01 Mar 2020 00:00:00 GMT"}
        raw = copy.replace("0/http", "0id_/http")
        web.serve(raw, 200, the_page(number, number + 10), **seen)
    for number, url in enumerate(PAGES):
        web.serve(url, 200, the_page(number, number + 90))


@pytest.fixture
def desk(tmp_path: Path, web: CountingWeb, forks: Forks) -> Path:
    """Twelve sources that were alive, with the passages that support their claims."""
    folder = tmp_path / "clean"
    folder.mkdir()
    mementos = {"timemap_urls": [f"{ARCHIVE}/timemap/"], "copy": True}
    settings_file(
        folder, web.settings(), archive={"batch": 3}, mementos=mementos, extract={"workers": 1}
    )
    (folder / "draft.txt").write_text(a_draft(PAGES + GONE))
    done = forks.run(folder, "ingest", "draft.txt", *CONFIG, "--json")
    assert done.code == 0, done.err
    assert done.json["fetch"]["archived"] == len(PAGES + GONE)
    change(web)
    return folder


class Told(NamedTuple):
    """What was told: the changes, without what tells the time, and the states at last."""

    changes: list[tuple[Any, ...]]
    states: dict[str, int]


def told(nights: list[dict[str, Any]]) -> Told:
    fields = ("url", "from", "to", "rule", "passage")
    changes = [
        tuple(each.get(name) for name in fields)
        for night in nights
        for each in night["report"].get("changes", ())
    ]
    return Told(sorted(changes, key=repr), nights[-1]["report"]["states"])


def a_night(forks: Forks, folder: Path, day: float) -> dict[str, Any]:
    """Run a night to its end; return its line in the journal."""
    done = forks.run(folder, "nightly", *CONFIG, "--json", seconds_off=day * DAY_S)
    assert done.code in (0, 1), done.err
    night = lines_of(folder, "nights")[-1]
    run = night["report"]["run"]
    assert run["id"] == done.json["run"]["id"]
    assert done.json["run"]["checked"] + run.get("skipped", 0) + run.get("failed", 0) == run["due"]
    return night


class KilledNights:
    """A desk whose nights are killed, and what was asked and written in them."""

    def __init__(self, folder: Path, web: CountingWeb, forks: Forks, dice: random.Random) -> None:
        self.folder, self.web, self.forks, self.dice = folder, web, forks, dice
        self.kept = Kept(folder)
        self.kills = 0
        self.stages: Counter[str] = Counter()

    def night(self, day: int, requests: int) -> list[dict[str, Any]]:
        """Kill a night again and again, let the last run end, and hold it against its promises.

        What was killed behind its last word is a night that was told of: there may be several.
        """
        before = {name: len(lines_of(self.folder, name)) for name in ("opinions", "nights")}
        self.web.asked.clear()
        kills, was_killed = 0, True
        while was_killed and kills < KILLS_A_NIGHT:
            was_killed = self._kill_once(day, requests)
            kills += was_killed
            self.kept.look()
            self.stages[self._stage(before["opinions"])] += was_killed
        self.kills += kills
        a_night(self.forks, self.folder, day)
        nights = lines_of(self.folder, "nights")[before["nights"] :]
        opinions = [line["opinion"] for line in lines_of(self.folder, "opinions")]
        twice = Counter((each["source_id"], each["who"]) for each in opinions[before["opinions"] :])
        assert max(twice.values(), default=0) <= len(nights), "an opinion was asked for again"
        for url in PAGES + GONE:
            assert self.web.asked[url] <= len(nights), f"{url} was asked twice in a night"
        # of others, what was on its way when a run was killed is asked for again
        assert self.web.asked[f"{LOST}/"] <= len(nights) + kills
        return nights

    def _kill_once(self, day: int, requests: int) -> bool:
        enough = sum(self.web.asked.values()) + self.dice.randint(0, 2 * requests // KILLS_A_NIGHT)
        give_up = time.monotonic() + self.dice.uniform(0.2, 2.0)
        return self.forks.kill_once(
            self.folder, "nightly", *CONFIG, "--json", seconds_off=day * DAY_S,
            when=lambda: sum(self.web.asked.values()) >= enough or time.monotonic() > give_up,
            then_s=self.dice.uniform(0, self.dice.choice((0.02, 0.5))),
        )  # fmt: skip

    def _stage(self, opinions: int) -> str:
        """Say how far a night had got when it was killed."""
        if any(url.startswith(LAST_LOOKUP) for url in self.web.asked):
            return "mementos and after"
        if len(lines_of(self.folder, "opinions")) > opinions:
            return "opinions"
        return "looks" if self.web.asked else "start"


def test_nights_that_were_killed_tell_what_nights_tell_that_were_not(
    tmp_path: Path, desk: Path, web: CountingWeb, forks: Forks
) -> None:
    killed = [
        KilledNights(shutil.copytree(desk, tmp_path / f"killed{n}"), web, forks, random.Random(n))
        for n in range(SERIES)
    ]
    for day in DAYS:
        web.asked.clear()
        expected = told([a_night(forks, desk, day)])
        requests = sum(web.asked.values())
        assert expected.changes
        for each in killed:
            # what was on its way when a run was killed has no look, and is for the next night
            nights = each.night(day, requests)
            nights.append(a_night(forks, each.folder, day + _AN_HOUR))
            assert told(nights) == expected, day
    assert expected.states["dead"] == len(GONE)
    for each in killed:
        rows = each.kept.assert_whole()
        assert len(rows["nights"]) >= 2 * len(DAYS)
        assert len(rows["memento_lookups"]) == len(GONE)
        assert any("altered" in str(row) for row in rows["followed"])
    stages = sum((each.stages for each in killed), Counter())
    assert len(+stages) >= (3 if IS_LONG else 1), stages
    print(f"{sum(each.kills for each in killed)} kills: {stages}")
