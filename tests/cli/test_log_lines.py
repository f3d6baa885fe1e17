"""`--log-format json`: on standard error there is nothing but one JSON object a line."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from provenance.cli import _run
from provenance.demo.web import SampleWeb
from support.runs import Ran, environment, run, run_here
from support.workplace import a_draft, settings_file, web_settings

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schema" / "provenance.log-1.schema.json").read_text()
)


def lines_of(done: Ran) -> list[dict[str, Any]]:
    """Every line of standard error, each checked against the schema."""
    lines = [json.loads(line) for line in done.err.splitlines()]
    for line in lines:
        jsonschema.validate(line, SCHEMA)
    return lines


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_text(a_draft(["https://desk1.example.org/1", "https://desk2.example.org/2"]))
    return path


def test_a_run_tells_its_stages_and_how_far_each_came(draft: Path, web: SampleWeb) -> None:
    config = settings_file(draft.parent, web_settings(web))
    done = run_here(draft.parent, "ingest", "draft.txt", "--config", str(config), "--json",
                    "--log-format", "json")  # fmt: skip
    assert done.code == 0
    stages = {line["fields"]["stage"]: line["fields"] for line in lines_of(done)}
    looks = stages["Looking at sources"]
    assert (looks["done"], looks["total"]) == (2, 2)
    assert looks["elapsed_s"] >= 0
    assert json.loads(done.out)["schema"] == "provenance.ingest/1"  # the data stays what it is


@pytest.mark.parametrize(
    "arguments",
    [
        ["--log-format", "json", "parse", "missing.txt"],
        ["parse", "--log-format", "json", "missing.txt"],
        ["parse", "missing.txt", "--log-format=json"],
    ],
    ids=["before the command", "after it", "at the end"],
)
def test_the_option_may_stand_before_or_after_the_command(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = run_here(tmp_path, *arguments)
    (line,) = lines_of(done)
    assert done.code == 2
    assert line["level"] == "error"
    assert "missing.txt" in line["message"]
    assert line["fields"]["exit_code"] == 2


def test_the_environment_may_say_it_once_for_a_service(tmp_path: Path) -> None:
    env = environment(PROVENANCE_LOG_FORMAT="json", PROVENANCE_LOG_LEVEL="error")
    assert lines_of(run(tmp_path, "parse", "missing.txt", env=env))
    assert run(tmp_path, "doctor", env=env).err == ""
    refused = run(tmp_path, "doctor", env=environment(PROVENANCE_LOG_FORMAT="yaml"))
    assert refused.code == 2
    assert "yaml" in refused.err


def test_what_to_do_is_a_field_of_its_own(draft: Path) -> None:
    done = run_here(draft.parent, "ingest", "ftp://tolls.example/a", "missing.pdf", ".git*",
                    "--log-format", "json")  # fmt: skip
    assert done.code == 2
    assert len(lines_of(done)) == 3
    (draft.parent / "provenance.db").write_text("my own notes\n" * 100)
    refused = run_here(draft.parent, "search", "x", "--log-format", "json")
    (line,) = lines_of(refused)
    assert refused.code == 3
    assert line["message"].startswith("database provenance.db is not a database")
    assert "--db" in line["fields"]["hint"]


def test_wrong_use_is_told_in_json_too(tmp_path: Path) -> None:
    for arguments in (["nonsense"], ["parse"], ["parse", "--nonsense", "x"], ["--nonsense"]):
        done = run_here(tmp_path, *arguments, "--log-format", "json")
        assert done.code == 2
        assert lines_of(done)


def test_strangers_words_make_no_line_of_their_own_and_steer_no_terminal(tmp_path: Path) -> None:
    name = 'a\n{"level": "info"}\x1b[2J\x9b1m\u202etxt'
    done = run_here(tmp_path, "parse", name, "--log-format", "json")
    (line,) = lines_of(done)
    assert done.err.isascii()
    assert re.fullmatch(r"[\x20-\x7e]*\n", done.err)
    assert line["level"] == "error"


def test_by_default_words_are_said_and_the_course_of_a_run_is_not(draft: Path) -> None:
    quiet = run_here(draft.parent, "ingest", "--no-fetch", "draft.txt")
    assert (quiet.code, quiet.err) == (0, "")
    told = run_here(draft.parent, "ingest", "--no-fetch", "draft.txt", "--log-level", "info")
    assert "provenance: Reading documents: 1 of 1" in told.err


def test_a_fault_of_our_own_is_one_line_with_its_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("provenance.cli.config.read_settings", fail)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        _run(["config", "--log-format", "json"])
    assert left.value.code == 1
    (line,) = lines_of(Ran(1, "", capsys.readouterr().err))
    assert line["level"] == "critical"
    assert "a bug" in line["message"]
    assert "ZeroDivisionError" in line["fields"]["traceback"]
    with pytest.raises(ZeroDivisionError):  # a person gets Python's own
        _run(["config"])
