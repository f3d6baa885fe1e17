"""A desk that is killed while editors write, one whose store is made anew under it, and a full disk.

What was answered with 201 is in the archive for good, once; what was not may be sent again, and is
there once too. Whoever reads meanwhile is answered.
"""

import contextlib
import http.client
import json
import os
import random
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from support.counting_web import HOSTS, CountingWeb
from support.forked import Forks
from support.kept import Kept, lines_of
from support.runs import run_here
from support.small_disk import a_small_disk
from support.workplace import a_draft, all_rows, settings_file

IS_LONG = bool(os.environ.get("PROVENANCE_LONG_TESTS"))
KILLS = 100 if IS_LONG else 2
REBUILDS = 30 if IS_LONG else 1
FULL_DISKS = 20 if IS_LONG else 2
CLAIMS = 8
JSON = {"Content-Type": "application/json"}
_BLOCK = 4096


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with eight claims, each with a passage that supports it."""
    folder = tmp_path_factory.mktemp("desk") / "template"
    folder.mkdir()
    urls = [f"http://{HOSTS[number % 4]}/{number}" for number in range(CLAIMS)]
    with CountingWeb() as web:
        for number, url in enumerate(urls):
            words = f"Of day {number} at the ford, by the keeper of the tolls. " * 20
            said = f"The guild counted {number + 4} barges on the river."
            page = f"<title>Day {number}</title><p>{words}</p><p>{said}</p>"
            web.serve(url, 200, page.encode())
        settings_file(folder, web.settings())
        (folder / "draft.txt").write_text(a_draft(urls))
        done = run_here(folder, "ingest", "draft.txt", "--config", "settings.toml", "--json")
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "desk")


@pytest.fixture
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


class Answer(NamedTuple):
    status: int
    body: bytes


class Served:
    """`provenance serve` in a folder, asked one request at a time."""

    def __init__(self, forks: Forks, folder: Path, *arguments: str) -> None:
        self.forks = forks
        forks.start(folder, "serve", "--port", "0", "--archive-port", "0", *arguments)
        give_up = time.monotonic() + 30
        while (found := re.search(r"http://([\d.]+):(\d+)", forks.said())) is None:
            assert forks.is_running(), forks.end().err
            assert time.monotonic() < give_up
            time.sleep(0.005)
        self._at = found[1], int(found[2])

    def ask(self, method: str, target: str, body: bytes | None = None) -> Answer:
        connection = http.client.HTTPConnection(*self._at, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, target, body, JSON if body else {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())

    def review(self, word: "Word") -> int:
        return self.ask("POST", "/api/reviews", json.dumps(word._asdict()).encode()).status

    def end(self) -> None:
        self.forks.kill()
        self.forks.end()


class Word(NamedTuple):
    """What an editor says; of each claim it is another thing every time."""

    claim: str
    decision: str
    why: str


def words_of(folder: Path) -> Iterator[Word]:
    rows = all_rows(folder / "provenance.db")["claims"]
    claims = sorted(value for row in rows for value in row if str(value).startswith("claim-"))
    assert len(claims) == CLAIMS
    for turn in range(10_000):
        decision = ("confirmed", "rejected")[turn // CLAIMS % 2]
        yield Word(claims[turn % CLAIMS], decision, f"word {turn}")


def said_in(folder: Path) -> list[str]:
    """Why, of every review in the archive: each word has its own."""
    return [line["review"]["why"] for line in lines_of(folder, "reviews")]


def audited(folder: Path, name: str = "audit.jsonl") -> list[dict[str, Any]]:
    """The lines of the log that are whole: only what a full disk, or a kill, cut off is not."""
    found = []
    for line in (folder / name).read_bytes().splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            found.append(json.loads(line))
    return found


def test_reviews_that_were_answered_outlive_a_server_that_is_killed(
    desk: Path, forks: Forks
) -> None:
    dice, kept, words = random.Random(9), Kept(desk), words_of(desk)
    acknowledged: list[str] = []
    again: Word | None = None
    asked = cut_off = 0
    for _ in range(KILLS):
        served = Served(forks, desk)
        timer = threading.Timer(dice.uniform(0.005, 0.4), forks.kill)
        timer.start()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                word, again = again or next(words), None
                asked += 1
                again = word  # until it is answered it may have to be sent again
                status = served.review(word)
                assert status in (200, 201), status
                acknowledged.append(word.why)
                again = None
        timer.join()
        assert forks.end().code == -9
        cut_off += again is not None
        kept.look()
        found = said_in(desk)
        assert set(acknowledged) <= set(found), "a review that was answered is gone"
        assert len(found) == len(set(found)), "a review is there twice"
        assert len(found) <= len(acknowledged) + 1
    served = Served(forks, desk)
    if again is not None:
        assert served.review(again) in (200, 201)
        acknowledged.append(again.why)
    assert served.review(next(words)) == 201
    served.end()
    assert set(acknowledged) <= set(said_in(desk))
    # nothing was written that was not written down first
    told = [line for line in audited(desk) if line["event"] == "review"]
    assert sum(line["outcome"] == "asked" for line in told) >= len(said_in(desk))
    kept.assert_whole()
    print(f"{KILLS} kills, {cut_off} of them in a request; {len(acknowledged)} of {asked} answered")


def test_who_reads_is_answered_while_the_store_is_made_anew_and_killed_at_it(
    desk: Path, forks: Forks
) -> None:
    dice, words = random.Random(10), words_of(desk)
    targets = ["/documents", "/api/search?q=barges", "/search?q=guild", "/api/documents", "/nights"]
    seen: list[tuple[str, int]] = []
    over = threading.Event()
    served = Served(forks, desk)

    def read() -> None:
        while not over.is_set():
            seen.extend((target, served.ask("GET", target).status) for target in targets)
            time.sleep(0 if IS_LONG else 0.25)

    reader = threading.Thread(target=read)
    reader.start()
    killed, written = 0, []
    try:
        with Forks() as beside:
            began = time.monotonic()
            assert beside.run(desk, "rebuild").code == 0
            took_s = time.monotonic() - began
            for _ in range(REBUILDS):
                killed += beside.kill_once(desk, "rebuild", then_s=dice.uniform(0, 0.9) * took_s)
                # a server that read the store that was there writes to the one that is there
                word = next(words)
                assert served.review(word) == 201
                written.append(word.why)
                rows = all_rows(desk / "provenance.db")
                began = time.monotonic()
                assert beside.run(desk, "rebuild").code == 0
                took_s = min(took_s, time.monotonic() - began)
                assert all_rows(desk / "provenance.db") == rows
    finally:
        over.set()
        reader.join()
        served.end()
    assert {status for _, status in seen} == {200}, [each for each in seen if each[1] != 200][:5]
    assert len(seen) >= REBUILDS
    assert said_in(desk) == written
    Kept(desk).assert_whole()
    print(f"{killed} of {REBUILDS} rebuilds killed; {len(seen)} answers meanwhile")


def test_nothing_is_written_that_the_audit_log_has_no_room_for(
    desk: Path, tmp_path: Path, forks: Forks
) -> None:
    dice, words, kept, torn = random.Random(3), words_of(desk), Kept(desk), 0
    written: list[str] = []
    with a_small_disk(tmp_path / "logs", 256 * 1024) as disk:
        log = disk / "audit.jsonl"
        with (desk / "settings.toml").open("a") as settings:
            settings.write(f'[serve]\naudit_log = "{log}"\n')
        served = Served(forks, desk, "--config", "settings.toml")
        for _ in range(FULL_DISKS):
            # room for the rest of the log's last block, and at most one more
            free = shutil.disk_usage(disk).free - dice.choice((0, _BLOCK))
            (disk / "ballast").write_bytes(bytes(free))
            refused = next(word for word in words if not _is_kept(served, word, written))
            assert said_in(desk) == written
            assert served.ask("GET", "/api/search?q=barges").status == 200
            assert served.review(refused) == 503
            (disk / "ballast").unlink()
            assert served.review(refused) == 201
            written.append(refused.why)
        served.end()
        told = audited(disk)
        lines = log.read_bytes().splitlines()
        torn = len(lines) - len(told)
        assert torn <= FULL_DISKS * 3
        asked = [each for each in told if (each["event"], each["outcome"]) == ("review", "asked")]
        assert len(asked) >= len(written), "a review was written that the log does not know"
    assert said_in(desk) == written
    kept.assert_whole()
    print(f"{FULL_DISKS} full disks, {len(written)} reviews written, {torn} lines torn in the log")


def _is_kept(served: Served, word: Word, written: list[str]) -> bool:
    status = served.review(word)
    assert status in (201, 503), status
    if status == 201:
        written.append(word.why)
    return status == 201
