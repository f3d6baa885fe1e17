"""kill -9 at any moment while other archives are asked: nothing missing, nothing twice, nobody asked again.

What was on its way when a run was killed is asked for once more, with one exception: a page is not
submitted a second time within the day. The archives are stand-ins on loopback.
"""

import os
import random
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.forked import Forks
from support.kept import Kept, lines_of
from support.saving import SAVE, Service
from support.web import Asked, Web, page, settings_for
from support.web_beside import web_beside
from support.workplace import a_draft, settings_file

IS_LONG = bool(os.environ.get("PROVENANCE_LONG_TESTS"))
KILLS = 100 if IS_LONG else 3
GONE, LIVE, MAPS = "gone.example.org", "live.example.org", "maps.example.org"
PAGES = 12
MANY = "word " * 40
COPIED = f"<title>The fair</title><p>The guild counted barges on the river. {MANY}"
MOMENT, STAMP = "Thu, 09 Mar 2023 10:11:12 GMT", "20230309101112"
CONFIG = ("--config", "settings.toml")
_PAUSE_S = 0.01


def the_map(asked: Asked) -> list[bytes | float]:
    """A TimeMap of one copy, and the copy, each after a pause."""
    if asked.target.startswith("/timemap/"):
        url = urllib.parse.unquote(asked.target.removeprefix("/timemap/"))
        copy = f"http://{MAPS}/web/{STAMP}/{url}"
        links = f'<{url}>;rel="original",\n<{copy}>;rel="memento";datetime="{MOMENT}"'
        return [_PAUSE_S, page(links, Content_Type="application/link-format")]
    text = COPIED + asked.target * 20  # each copy is another page
    return [_PAUSE_S, page(text, Memento_Datetime=MOMENT)]


@pytest.fixture
def web() -> Iterator[Web]:
    with web_beside() as made:
        made.say(GONE, "*", page("gone", "410 Gone"))
        made.say(LIVE, "*", page(f"<title>Barges</title><p>{MANY}"))
        made.say(MAPS, "*", the_map)
        yield made


@pytest.fixture
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


def lay_out(folder: Path, web: Web, forks: Forks, host: str) -> None:
    """A document whose sources were looked at, and settings that from now on name other archives."""
    folder.mkdir()
    settings = settings_for(web, GONE, LIVE, MAPS, "save.example.org")
    urls = [f"http://{host}/{number}" for number in range(PAGES)]
    (folder / "draft.txt").write_text(a_draft(urls))
    settings_file(folder, settings)
    done = forks.run(folder, "ingest", "draft.txt", *CONFIG)
    assert done.code == 0, done.err
    settings_file(
        folder, settings, archive={"batch": 5},
        mementos={"timemap_urls": [f"http://{MAPS}/timemap/"], "copy": True, "again_after_days": 30},
        submit={"save_url": SAVE, "per_minute": 6000.0, "poll_interval_s": 0.02, "per_day": 1000},
    )  # fmt: skip


def kill_once(forks: Forks, desk: Path, web: Web, dice: random.Random, *command: str) -> bool:
    """Kill a command after some more questions; if there are none, a moment after its start."""
    enough = len(web.asked) + dice.randint(0, 2 * PAGES // 3)
    then_s = dice.uniform(0, 0.04)
    give_up = time.monotonic() + dice.uniform(0.1, 1.0)
    return forks.kill_once(
        desk, *command, *CONFIG,
        when=lambda: len(web.asked) >= enough or time.monotonic() > give_up, then_s=then_s,
    )  # fmt: skip


def answered(folder: Path) -> dict[str, int]:
    """The sources of which an archive's answer is on disk, with the lines that say so."""
    return Counter(line["lookup"]["url"] for line in lines_of(folder, "mementos"))


def maps_asked(web: Web) -> Counter[str]:
    start = "/timemap/"
    return Counter(
        urllib.parse.unquote(target.removeprefix(start))
        for target in web.paths_asked(MAPS)
        if target.startswith(start)
    )


def test_lookups_that_were_killed_are_asked_for_once_and_their_copies_kept(
    tmp_path: Path, web: Web, forks: Forks
) -> None:
    dice, kills, series = random.Random(5), 0, 0
    left: list[int] = []
    while kills < KILLS:
        series += 1
        web.asked.clear()
        desk = tmp_path / f"desk{series}"
        lay_out(desk, web, forks, GONE)
        kept, known, was_killed = Kept(desk), dict[str, int](), True
        while was_killed and kills < KILLS:
            was_killed = kill_once(forks, desk, web, dice, "mementos")
            kills += was_killed
            kept.look()
            for url in answered(desk):
                known.setdefault(url, maps_asked(web)[url])
            left.append(4 * len(known) // PAGES)
        done = forks.run(desk, "mementos", *CONFIG, "--json")
        assert done.code == 0, done.err
        assert done.json["mementos"]["with_memento"] == done.json["mementos"]["absent"] == PAGES
        assert answered(desk) == {f"http://{GONE}/{number}": 1 for number in range(PAGES)}
        asked = maps_asked(web)
        assert {url: asked[url] for url in known} == known, "what was answered was asked again"
        rows = kept.assert_whole()
        assert len(rows["memento_lookups"]) == PAGES
        assert len(rows["texts"]) == PAGES, "a copy was not read"
    assert len(set(left)) >= (4 if IS_LONG else 1), "the moments were not spread over the run"
    print(f"{kills} kills in {series} series; answers on disk then, in quarters: {Counter(left)}")


def test_pages_whose_submission_was_killed_are_sent_once(
    tmp_path: Path, web: Web, forks: Forks
) -> None:
    dice, kills, series = random.Random(6), 0, 0
    left: list[int] = []
    while kills < KILLS:
        series += 1
        service = Service(web)
        desk = tmp_path / f"desk{series}"
        lay_out(desk, web, forks, LIVE)
        kept, in_series, was_killed = Kept(desk), 0, True
        while was_killed and kills < KILLS:
            was_killed = kill_once(forks, desk, web, dice, "mementos", "--submit")
            kills, in_series = kills + was_killed, in_series + was_killed
            kept.look()
            left.append(4 * len(ends_of(desk)) // PAGES)
        done = forks.run(desk, "mementos", "--submit", *CONFIG, "--json")
        assert done.code == 0, done.err
        assert len(service.sent) == len(set(service.sent)), "a page was sent twice within a day"
        steps = {line["submission"]["url"]: line["submission"] for line in lines_of(desk, "submissions")}  # fmt: skip
        assert len(steps) == PAGES
        waiting = [step for step in steps.values() if step["outcome"] != "done"]
        # it was on its way, or its answer was, and nobody knows what became of it: asked next day
        assert all(step["outcome"] == "asked" and not step.get("job_id") for step in waiting)
        assert len(waiting) <= in_series
        assert set(service.sent) | {step["url"] for step in waiting} == set(steps)
        kept.assert_whole()
    assert len(set(left)) >= (4 if IS_LONG else 1), "the moments were not spread over the run"
    print(f"{kills} kills in {series} series; pages kept then, in quarters: {Counter(left)}")


def ends_of(folder: Path) -> set[str]:
    """The pages that the service has kept, as the journal says."""
    lines = lines_of(folder, "submissions")
    return {each["submission"]["url"] for each in lines if each["submission"]["outcome"] == "done"}
