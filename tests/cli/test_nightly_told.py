"""A night as it is told by the command: a screen, files, people, and again the morning after."""

import json
from pathlib import Path
from typing import NamedTuple

import jsonschema
import lxml.etree
import pytest

from provenance.demo.background import start_in_thread
from provenance.demo.sample import sample_update_path
from support.runs import Ran, run_here
from support.workplace import settings_file, web_settings

SCHEMA = Path(__file__).parents[2] / "docs/schema/provenance.nightly-1.schema.json"
FORMS = ("markdown", "html", "atom", "sarif", "metrics")


class Told(NamedTuple):
    """A folder after its first night, and what the command printed."""

    folder: Path
    night: Ran
    again: Ran


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The sample's sources are looked at for the first time: some of them are behind walls."""
    folder = tmp_path_factory.mktemp("told")
    (folder / "notify.txt").write_text("json://127.0.0.1:1/nobody\n", "utf-8")
    with start_in_thread(edition=1) as web:
        config = settings_file(
            folder, web_settings(web),
            night={"notify_file": "notify.txt", "desk_url": "https://desk.example"},
        )  # fmt: skip
        done = run_here(folder, "ingest", sample_update_path(), "--no-fetch", "--config", config)
        assert done.code == 0, done.err
        files = [word for form in FORMS for word in (f"--{form}", f"n.{form}")]
        night = run_here(folder, "nightly", *files, "--config", config)
        again = run_here(folder, "nightly", "--config", config)
    return Told(folder, night, again)


def test_a_night_that_found_walls_ends_with_1_on_one_screen(told: Told) -> None:
    assert told.night.code == 1, told.night.err
    lines = told.night.out.splitlines()
    assert lines[0].startswith("Night of ")
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    assert any(line.strip().startswith("→") for line in lines)


def test_every_file_that_was_asked_for_is_there(told: Told) -> None:
    for form in FORMS:
        assert (told.folder / f"n.{form}").stat().st_size > 100
    lxml.etree.fromstring((told.folder / "n.atom").read_bytes())
    log = json.loads((told.folder / "n.sarif").read_text("utf-8"))
    assert {each["baselineState"] for each in log["runs"][0]["results"]} == {"new"}
    assert 'provenance_night_sources{result="checked"}' in (told.folder / "n.metrics").read_text()


def test_a_message_that_was_not_sent_is_a_warning(told: Told) -> None:
    assert "warning: the message to json (line 1 of " in told.night.err


def test_the_morning_after_it_is_told_again_without_asking_anybody(told: Told) -> None:
    again = run_here(told.folder, "nightly", "--last", "--json", "--db", "provenance.db")
    assert again.code == 0, again.err
    jsonschema.validate(again.json, json.loads(SCHEMA.read_text("utf-8")))
    assert again.json["run"]["due"] == 0, "the last night is the quiet one"
    assert again.err == ""


def test_a_night_after_which_nothing_changed_says_so_in_two_lines_and_writes_to_nobody(
    told: Told,
) -> None:
    assert told.again.code == 0, told.again.err
    assert "nothing needs you" in told.again.out
    assert len(told.again.out.splitlines()) <= 4
    assert "warning" not in told.again.err


def test_before_the_first_night_there_is_none_to_tell(tmp_path: Path) -> None:
    done = run_here(tmp_path, "ingest", sample_update_path(), "--no-fetch")
    assert done.code == 0, done.err
    run_here(tmp_path, "nightly", "--last").assert_clear(2, "no night was run yet")


def test_a_file_in_no_folder_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    run_here(tmp_path, "nightly", "--html", "missing/n.html").assert_clear(2, "--html", "no folder")
