"""Every command that writes, killed at each of its steps: run again, it is as if nothing had been.

A step is a write (torn in the middle), an fsync, a cut, a rename or a removal. By default each
command is killed at a few steps; PROVENANCE_HARD_ENDS=1 takes them all.
"""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from provenance.demo.web import SampleWeb
from support.brought import PNG
from support.runs import environment, run_here
from support.workplace import STAND_INS, a_draft, settings_file, web_settings

IS_LONG = bool(os.environ.get("PROVENANCE_HARD_ENDS"))
TESTS = Path(__file__).parents[1]
URLS = [f"https://{host}/a?page={page}" for host in STAND_INS[:2] for page in range(2)]
CONFIG = ("--config", "settings.toml")
# By this table of sites an address below /login/ is the second sign of a login.
SITES = 'login = ["desk0.example.org"]\n'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Path:
    """Four pages of two hosts, archived; a picture and a text that a person may bring."""
    folder = tmp_path_factory.mktemp("desk")
    settings_file(folder, web_settings(web))
    (folder / "a.txt").write_text(a_draft(URLS))
    (folder / "held.png").write_bytes(PNG)
    (folder / "held.txt").write_text("Sixteen barges crossed at night.")
    done = run_here(folder, "ingest", "a.txt", *CONFIG, "--json")
    assert done.code == 0, done.err
    assert done.json["fetch"]["archived"] == len(URLS)
    return folder


ATTACH = ("attach", URLS[0], "held.txt", "held.png", "--why", "ours", "--by", "Ines")
WITHDRAW = ("withdraw", URLS[1], "--yes", "--reason", "case 4711", "--by", "Ines")


def rounds_of(desk: Path, folder: Path, every: int, *command: str) -> list[dict[str, Any]]:
    """Kill a command at its steps, hold what every round must hold, and return the rounds."""
    place = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "support.killed_steps", str(desk), str(folder),
         str(1 if IS_LONG else every), *command],
        check=False, capture_output=True, text=True, env=environment(PYTHONPATH=place),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *killed, last = json.loads(done.stdout)
    assert last["code"] == 0, last["err"]
    for each in killed:
        step = each["step"]
        assert each["left"] == [], f"step {step}: a child outlived its parent"
        assert each["faults"] == [], step
        assert each["findings"] == [], step
        assert each["same"], f"step {step}: a rebuild gives other rows"
    print(f"{command[0]}: killed at {len(killed)} of {last['step'] - 1} steps")
    return killed


def rows_of(each: dict[str, Any], table: str) -> list[dict[str, Any]]:
    rows = (json.loads(line) for line in each["dump"].splitlines())
    return [row for row in rows if row["table"] == table]


def test_what_a_person_brings_is_kept_once(desk: Path, tmp_path: Path) -> None:
    killed = rounds_of(desk, tmp_path, 17, *ATTACH)
    assert len(killed) >= (20 if IS_LONG else 2)
    for each in killed:
        assert each["again"] == 0, each["said"]
        assert each["at_once"] == 0
        assert len(rows_of(each, "attachments")) == 2, each["step"]
        texts = [row for row in rows_of(each, "texts") if "Sixteen barges" in str(row)]
        assert len(texts) == 1, each["step"]


def test_a_withdrawal_that_counts_is_finished_and_one_that_does_not_is_made(
    desk: Path, tmp_path: Path
) -> None:
    killed = rounds_of(desk, tmp_path, 5, *WITHDRAW)
    assert len(killed) >= (12 if IS_LONG else 2)
    for each in killed:
        # told already, it has nothing left to take out, and says so
        assert each["again"] in (0, 2), each["said"]
        assert each["again"] == 0 or "holds no copy" in each["said"]
        (row,) = rows_of(each, "withdrawals")
        assert "case 4711" in str(row)


@pytest.fixture(scope="module")
def page_words(desk: Path) -> str:
    """Words of the page that the second claim cites, as the archive has them, which stand there once."""
    with contextlib.closing(sqlite3.connect(desk / "provenance.db")) as connection:
        ((text,),) = connection.execute(
            "SELECT x.text FROM captures c JOIN texts x USING (payload_sha256) WHERE c.url = ?",
            (URLS[1],),
        ).fetchall()
    return next(line for line in text.splitlines() if len(line) > 20 and text.count(line) == 1)


def test_what_a_person_says_of_evidence_is_written_once(
    desk: Path, page_words: str, tmp_path: Path
) -> None:
    said = ("review", "a.txt:2", "--passage", page_words, "--by", "Ines")
    killed = rounds_of(desk, tmp_path, 2, *said)
    assert len(killed) >= 2
    for each in killed:
        assert each["again"] == 0, each["said"]
        assert each["at_once"] == 0
        (row,) = rows_of(each, "reviews")
        assert (row["decision"], row["exact"]) == ("chosen", page_words), each["step"]


def test_words_that_a_review_quotes_go_with_their_page(
    desk: Path, page_words: str, tmp_path: Path
) -> None:
    judged = shutil.copytree(desk, tmp_path / "judged")
    done = run_here(judged, "review", "a.txt:2", "--passage", page_words, "--by", "Ines")
    assert done.code == 0, done.err
    for each in rounds_of(judged, tmp_path, 5, *WITHDRAW):
        assert each["again"] == 0 or "holds no copy" in each["said"], each["said"]
        (row,) = rows_of(each, "reviews")
        assert (row["decision"], row["exact"], row["prefix"]) == ("chosen", "", "")


def test_what_a_person_says_of_a_state_is_written_once_and_taken_back_once(
    desk: Path, tmp_path: Path
) -> None:
    said = ("override", URLS[0], "--state", "walled", "--why", "I saw the wall", "--until",
            "2099-03-01", "--by", "Ines")  # fmt: skip
    killed = rounds_of(desk, tmp_path, 3, *said)
    assert len(killed) >= 2
    for each in killed:
        assert each["again"] == 0, each["said"]
        assert each["at_once"] == 0
        (row,) = rows_of(each, "overrides")
        assert (row["state"], row["why"]) == ("walled", "I saw the wall"), each["step"]
        assert [row["state"] for row in rows_of(each, "states")].count("walled") == 1
    told = shutil.copytree(desk, tmp_path / "told")
    assert run_here(told, *said).code == 0
    lifted = ("override", URLS[0], "--lift", "--why", "It is down again", "--by", "Ines")
    for each in rounds_of(told, tmp_path, 3, *lifted):
        assert each["again"] == 0, each["said"]
        in_order = sorted(rows_of(each, "overrides"), key=lambda row: str(row["at"]))
        assert [row["state"] for row in in_order] == ["walled", None], each["step"]
        assert {row["state"] for row in rows_of(each, "states")} == {"alive"}


def test_judgements_are_applied_once(desk: Path, tmp_path: Path) -> None:
    judged = shutil.copytree(desk, tmp_path / "judged")
    logins = [f"https://{STAND_INS[0]}/login/?page={page}" for page in range(2)]
    (judged / "b.txt").write_text(a_draft(logins, title="Behind a Login"))
    done = run_here(judged, "ingest", "b.txt", *CONFIG, "--json")
    assert done.json["fetch"]["archived"] == 2, done.out
    (judged / "sites.toml").write_text(SITES)
    settings = (judged / "settings.toml").read_text()
    (judged / "settings.toml").write_text(
        settings.replace("[fetch]", f'[fetch]\nsites = "{judged / "sites.toml"}"')
    )
    killed = rounds_of(judged, tmp_path, 3, "rejudge", "--apply", *CONFIG)
    assert len(killed) >= 2
    for each in killed:
        assert each["again"] == 0, each["said"]
        assert len(rows_of(each, "judgements")) == 2, each["step"]


def test_a_package_is_there_whole_or_not_at_all(desk: Path, tmp_path: Path) -> None:
    killed = rounds_of(desk, tmp_path, 2, "export", "--format", "wacz", "-o", "out.wacz")
    assert killed
    for each in killed:
        assert each["again"] == 0, each["said"]
        assert [name for name in each["files"] if "out.wacz" in name] == ["out.wacz"], each["step"]


def test_a_check_of_the_archive_goes_on_and_finds_the_same(desk: Path, tmp_path: Path) -> None:
    known = shutil.copytree(desk, tmp_path / "known")
    assert run_here(known, "fixity").code == 0
    killed = rounds_of(known, tmp_path, 12, "fixity", "--json")
    assert len(killed) >= 2
    for each in killed:
        assert each["again"] == 0, each["said"]


def test_a_rebuild_is_there_whole_or_not_at_all(desk: Path, tmp_path: Path) -> None:
    killed = rounds_of(desk, tmp_path, 7, "rebuild")
    assert killed
    for each in killed:
        assert each["again"] == 0, each["said"]
        # beside a database that is read stand its log and its shared memory; nothing else does
        beside = {name for name in each["files"] if "provenance.db" in name}
        assert beside <= {"provenance.db", "provenance.db-wal", "provenance.db-shm"}, each["step"]
