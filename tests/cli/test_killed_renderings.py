"""kill -9 while pages are rendered: nothing missing, nothing asked again, and no browser left behind."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the extra `capture` is not installed")

from provenance.fetch.browser import find_chromium
from provenance.settings import CaptureSettings
from support.forked import Forks
from support.kept import Kept, lines_of
from support.web import Web, page, settings_for
from support.web_beside import web_beside
from support.workplace import a_draft, settings_file

IS_LONG = bool(os.environ.get("PROVENANCE_LONG_TESTS"))
KILLS, PAGES = (20, 4) if IS_LONG else (1, 2)
BATCH = 2
HOST = "app.example.org"
SHELL = "<title>Barges</title><div id=root></div><script src=/app.js></script>"
WORDS = "Sixteen barges were counted at the ford since the nineteenth of November. " * 20
CAPTURE = {"browser": "listed", "total_timeout_s": 10.0, "settle_s": 0.1, "pdf": False}
COMMAND = ("ingest", "draft.txt", "--config", "settings.toml", "--json")

pytestmark = pytest.mark.skipif(
    find_chromium(CaptureSettings()) is None,
    reason="no Chromium is installed (apt-get install chromium)",
)


@pytest.fixture
def web() -> Iterator[Web]:
    script = f"document.getElementById('root').innerHTML = location.pathname + '<p>{WORDS}</p>'"
    with web_beside() as made:
        made.say(HOST, "*", page(SHELL))
        made.say(HOST, "/app.js", page(script, Content_Type="text/javascript"))
        yield made


def lay_out(folder: Path, web: Web) -> list[str]:
    folder.mkdir()
    (folder / "sites.toml").write_text(f'[site."{HOST}"]\ncapture = "browser"\n')
    urls = [f"http://{HOST}/{folder.name}/{number}" for number in range(PAGES)]
    (folder / "draft.txt").write_text(a_draft(urls))
    settings = settings_for(web, HOST)
    settings_file(
        folder, settings, capture=CAPTURE, archive={"batch": BATCH}, extract={"workers": 1},
        fetch={"sites": str(folder / "sites.toml")},
    )  # fmt: skip
    return urls


def looked_at(folder: Path) -> set[str]:
    return {line["check"]["url"] for line in lines_of(folder, "checks")}


def test_renderings_that_were_killed_are_kept_once_and_leave_no_browser(
    tmp_path: Path, web: Web
) -> None:
    dice, kills, series = random.Random(8), 0, 0
    left: Counter[int] = Counter()
    with Forks() as forks:
        while kills < KILLS:
            series += 1
            desk = tmp_path / f"desk{series}"
            urls = lay_out(desk, web)
            kept, known, was_killed = Kept(desk), dict[str, int](), True
            while was_killed and kills < KILLS:
                # what started the browser is killed by itself, too: as the system does without memory
                was_killed = kill_once(forks, desk, web, dice, alone=kills % 2 == 1)
                kills += was_killed
                kept.look()
                for url in looked_at(desk):
                    known.setdefault(url, asked_for(web, url))
                left[len(known)] += 1
            done = forks.run(desk, *COMMAND)
            assert done.code == 0, done.err
            assert looked_at(desk) == set(urls)
            assert {url: asked_for(web, url) for url in known} == known, "a page was fetched again"
            rows = kept.assert_whole()
            assert len(rows["checks"]) == len(rows["captures"]) == PAGES
            assert sum("Sixteen barges" in str(row) for row in rows["texts"]) == PAGES
    assert len(left) >= (3 if IS_LONG else 1), "the moments were not spread over the run"
    print(f"{kills} kills in {series} series; looks on disk then: {sorted(left.items())}")


def kill_once(forks: Forks, desk: Path, web: Web, dice: random.Random, *, alone: bool) -> bool:
    """Kill a run some time after a further question: while a browser starts, renders, or is done."""
    enough = len(web.asked) + dice.randint(1, 2 * PAGES)
    give_up = time.monotonic() + 20
    return forks.kill_once(
        desk, *COMMAND, alone=alone, then_s=dice.uniform(0, 1.0),
        when=lambda: len(web.asked) >= enough or time.monotonic() > give_up,
    )  # fmt: skip


def asked_for(web: Web, url: str) -> int:
    return web.paths_asked(HOST).count(url.removeprefix(f"http://{HOST}"))
