"""kill -9 at any moment of the main job, and the same command again: nothing missing, nothing twice."""

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from provenance.demo.scenes import load_scenes
from provenance.demo.web import SampleWeb
from support.keeping import check_with_strangers
from support.runs import Running, run, run_here
from support.workplace import STAND_INS, a_draft, all_rows, query, settings_file, web_settings
from support.workplace import a_workplace as workplace_in

DOCUMENTS = 40
KILLS = 20 if os.environ.get("PROVENANCE_LONG_TESTS") else 10
KILLS_A_SERIES = 5
# What is no page, so that runs that are killed find the same as one that is not.
OTHER_ENDS = ("404", "410", "challenge", "paywall", "login", "soft-404", "pdf", "redirect")


class Desk(NamedTuple):
    """Forty documents, the settings that lead to their sources, and what one clean run makes of them."""

    folder: Path
    drafts: Path
    config: Path
    dump: str
    took_s: float


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    drafts = folder / "drafts"
    drafts.mkdir()
    ends = [scene.url for scene in load_scenes() if scene.does in OTHER_ENDS]
    for number in range(DOCUMENTS):
        urls = [f"https://{STAND_INS[number % len(STAND_INS)]}/of/{number}?page=1",
                f"https://{STAND_INS[(number + 3) % len(STAND_INS)]}/also/{number}"]  # fmt: skip
        text = a_draft([*urls, ends[number % len(ends)]], title=f"Update {number}")
        (drafts / f"update-{number:02}.txt").write_text(text)
    config = settings_file(folder, web_settings(web), archive={"batch": 10})
    began_s = time.monotonic()
    done = run(folder, "ingest", drafts, "--config", config, "--json")
    took_s = time.monotonic() - began_s
    assert done.code == 0, done.err
    assert len(done.json["documents"]) == DOCUMENTS
    return Desk(folder, drafts, config, dump_of(folder), took_s)


def dump_of(folder: Path) -> str:
    done = run_here(folder, "dump", "--stable")
    assert done.code == 0, done.err
    return done.out


def moments(seed: int, took_s: float) -> Iterator[float]:
    """Lifetimes of runs: from the first import to well into the work."""
    dice = random.Random(seed)
    while True:
        yield dice.uniform(0.05, 0.8) * took_s


def test_runs_that_were_killed_again_and_again_leave_what_a_clean_run_leaves(
    desk: Desk, tmp_path: Path
) -> None:
    kills, series = 0, 0
    stages: list[str] = []
    lives = moments(4, desk.took_s)
    while kills < KILLS:
        series += 1
        folder = tmp_path / f"series-{series}"
        folder.mkdir()
        kills += kill_until_done(desk, folder, lives, min(KILLS_A_SERIES, KILLS - kills), stages)
        assert dump_of(folder) == desk.dump
        assert_nothing_twice(folder)
    assert len(set(stages)) >= 3, "the moments were not spread over the run"


def kill_until_done(
    desk: Desk, folder: Path, lives: Iterator[float], most: int, seen: list[str]
) -> int:
    """Start the command again and again; return how many of its runs were killed."""
    kills = 0
    while True:
        running = Running(folder, "ingest", desk.drafts, "--config", desk.config, "--json")
        if kills < most:
            time.sleep(next(lives))
            running.signal(signal.SIGKILL)
        done = running.end()
        assert running.leaves_nobody(), "a child process outlived its parent"
        if done.code != -signal.SIGKILL:
            assert done.code == 0, done.err
            return kills
        kills += 1
        seen.append(stage_of(folder))


def stage_of(folder: Path) -> str:
    """Say which stage a run had reached when it was killed, by the last journal that has lines."""
    counts = {
        name: sum(
            path.read_bytes().count(b"\n") for path in (folder / "archive" / name).glob("*.jsonl")
        )
        for name in ("texts", "checks", "documents")
    }
    return next((name for name, count in counts.items() if count), "start")


def assert_nothing_twice(folder: Path) -> None:
    workplace = workplace_in(folder)
    assert check_with_strangers(workplace.archive_root) > DOCUMENTS
    assert query(workplace, "SELECT count(*), count(DISTINCT document_id) FROM versions") == [
        (DOCUMENTS, DOCUMENTS)
    ]
    looked_at = query(workplace, "SELECT count(*) FROM checks GROUP BY source_id")
    assert set(looked_at) == {(1,)}
    captured = query(workplace, "SELECT count(*) FROM captures GROUP BY source_id")
    assert set(captured) == {(1,)}


def test_a_rebuild_that_is_killed_leaves_the_database_that_was_there(
    desk: Desk, tmp_path: Path
) -> None:
    folder = shutil.copytree(desk.folder, tmp_path / "copy")
    rows = all_rows(folder / "provenance.db")
    killed = 0
    for moment in range(8):
        running = Running(folder, "rebuild")
        time.sleep(0.25 + 0.06 * moment)
        running.signal(signal.SIGKILL)
        killed += running.end().code == -signal.SIGKILL
        assert all_rows(folder / "provenance.db") == rows
    assert killed >= 4
    assert run_here(folder, "rebuild").code == 0
    assert all_rows(folder / "provenance.db") == rows
    assert {path.name for path in folder.glob("*.db*")} == {"provenance.db"}
