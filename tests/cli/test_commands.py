"""The command line as a person and a script meet it: help, streams, standard input, speed of starting."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import provenance
from provenance import IngestOptions, ingest
from provenance.cli import _COMMANDS
from provenance.demo.sample import sample_update_path
from provenance.demo.web import SampleWeb
from support.runs import environment, run, run_here
from support.workplace import a_draft, a_workplace, settings_file, web_settings

HEAVY = ("trafilatura", "sqlite_utils", "httpx", "dns", "pypdfium2", "lxml", "warcio")
URL = "https://desk0.example.org/page"


@pytest.mark.parametrize("command", _COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(tmp_path: Path, command: str, option: str) -> None:
    done = run_here(tmp_path, command, option)
    assert (done.code, done.err) == (0, "")
    assert f"Usage: provenance {command}" in done.out
    assert max(map(len, done.out.splitlines())) <= 80, "a line is wider than a narrow terminal"
    assert list(tmp_path.iterdir()) == []


def test_the_program_lists_every_command_and_its_version(tmp_path: Path) -> None:
    listed = run_here(tmp_path, "--help").out
    for name, entry in _COMMANDS.items():
        assert name in listed
        assert entry.help[:20] in listed
    assert provenance.__version__ in run_here(tmp_path, "--version").out


def test_the_script_and_the_module_are_the_same_program(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("provenance")
    done = subprocess.run(
        [script, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True,
        env=environment(),
    )  # fmt: skip
    assert done.stdout == run_here(tmp_path, "--help").out


def imported_by(folder: Path, *arguments: str) -> set[str]:
    """Top-level packages that a command has imported by its end."""
    code = (
        "import sys; from provenance.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True,
        check=True, env=environment(),
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


def test_commands_start_without_the_packages_that_they_do_not_use(tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(a_draft([URL]))
    for arguments in (["--help"], ["ingest", "--help"], ["rebuild", "--help"], ["config"],
                      ["parse", "draft.txt", "--json"]):  # fmt: skip
        assert imported_by(tmp_path, *arguments).isdisjoint(HEAVY), arguments


def test_parsing_a_text_imports_nothing_that_draws_waits_or_reads_other_formats(
    tmp_path: Path,
) -> None:
    (tmp_path / "draft.txt").write_text(a_draft([URL]))
    unused = {"rich", "asyncio", "lxml", "bs4", "sqlite3", "email", "zipfile", "tempfile"}
    assert imported_by(tmp_path, "parse", "draft.txt", "--json").isdisjoint(unused)


def test_parse_reads_standard_input_and_makes_nothing(tmp_path: Path) -> None:
    text = a_draft([URL], title="An Update")
    done = run_here(tmp_path, "parse", "-", "--json", stdin=text.encode())
    assert (done.code, done.err) == (0, "")
    assert done.json["text"] == text
    assert done.json["document"]["title"] == "An Update"
    assert list(tmp_path.iterdir()) == []


def test_parse_says_the_same_of_a_file_as_of_standard_input(tmp_path: Path) -> None:
    data = f"<html><body><p>It rained.[1]</p><h2>Notes</h2><p>[1] {URL}</p></body></html>".encode()
    (tmp_path / "page.html").write_bytes(data)
    from_file = run_here(tmp_path, "parse", "page.html", "--json").json
    assert from_file["document"]["format"] == "html"
    assert run_here(tmp_path, "parse", "-", "--json", stdin=data).json == from_file


def test_parse_reads_a_pipe(tmp_path: Path) -> None:
    text = a_draft([URL])
    done = subprocess.run(
        ["sh", "-c", f"cat | {sys.executable} -m provenance parse /dev/stdin --json"],
        cwd=tmp_path, input=text, capture_output=True, text=True, check=True, env=environment(),
    )  # fmt: skip
    assert json.loads(done.stdout)["text"] == text


def test_ingest_reads_standard_input_once(tmp_path: Path) -> None:
    data = a_draft([URL]).encode()
    first = run_here(tmp_path, "ingest", "-", "--no-fetch", "--json", stdin=data).json
    again = run_here(tmp_path, "ingest", "-", "--no-fetch", "--json", stdin=data).json
    assert first["documents"][0]["new"]
    assert first["documents"][0]["path"] is None
    assert again["documents"] == [{**first["documents"][0], "new": False}]


def test_data_goes_to_standard_output_and_progress_to_standard_error(
    tmp_path: Path, web: SampleWeb
) -> None:
    (tmp_path / "draft.txt").write_text(a_draft([URL]))
    config = settings_file(tmp_path, web_settings(web))
    on_a_terminal = environment(FORCE_COLOR="1", TERM="xterm")
    done = run_here(
        tmp_path, "ingest", "draft.txt", "--config", config, "--json", env=on_a_terminal
    )
    assert done.json["fetch"]["archived"] == 1
    for stage in ("Reading documents", "Looking at sources", "Reading pages"):
        assert stage in done.err
    piped = run_here(tmp_path, "ingest", "draft.txt", "--config", config, "--json")
    assert piped.json["fetch"]["unchanged"] == 1
    assert piped.err == ""


def test_the_environment_names_database_archive_and_settings(tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(a_draft([URL]))
    (tmp_path / "mine.toml").write_text("[fetch]\ncontact = 'desk@example.org'\n")
    env = environment(
        PROVENANCE_DB="one.db", PROVENANCE_ARCHIVE="kept", PROVENANCE_CONFIG="mine.toml"
    )
    assert run_here(tmp_path, "ingest", "--no-fetch", "draft.txt", env=env).code == 0
    assert "guild" in run_here(tmp_path, "search", "guild", env=env).out
    assert run_here(tmp_path, "rebuild", env=env).code == 0
    assert (
        'fetch.contact = "desk@example.org"  # mine.toml'
        in run_here(tmp_path, "config", env=env).out
    )
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"draft.txt", "mine.toml", "one.db", "kept"}
    (tmp_path / "provenance.toml").write_text("[fetch]\ncontact = 'other@example.org'\n")
    assert "other@example.org" in run_here(tmp_path, "config").out
    assert "desk@example.org" in run_here(tmp_path, "config", env=env).out


@pytest.mark.parametrize("command", ["trace", "search"])
def test_no_hit_is_an_empty_answer(tmp_path: Path, command: str) -> None:
    (tmp_path / "draft.txt").write_text(a_draft([URL]))
    ingest([str(tmp_path / "draft.txt")], a_workplace(tmp_path), IngestOptions(fetch=False))
    done = run_here(tmp_path, command, "zzz", "--json")
    assert (done.code, done.json["claims"], done.err) == (0, [], "")
    said = run_here(tmp_path, command, "zzz")
    assert (said.code, said.out) == (0, "")
    assert "nothing found" in said.err
    for hostile in (b"\xff:[c]", "\"NEAR(' *"):
        done = run_here(tmp_path, command, "--json", "--", hostile)
        assert (done.code, done.err) == (0, ""), hostile


def test_trace_shows_a_tree_and_names_what_it_is_made_of(tmp_path: Path, web: SampleWeb) -> None:
    (tmp_path / "draft.txt").write_text(a_draft([URL, "https://www.cut.example/so-far..."]))
    config = settings_file(tmp_path, web_settings(web))
    ingested = run_here(tmp_path, "ingest", "draft.txt", "--config", config, "--json").json
    document = ingested["documents"][0]["id"]
    tree = run_here(tmp_path, "trace", f"{document}:1").out
    for part in ("guild counted 4 barges", "[1]", URL, "alive", "archived", ".warc.gz at"):
        assert part in tree
    assert "cut" in run_here(tmp_path, "trace", f"{document}:2").out
    for query in (URL, "http://DESK0.example.org/page", "draft.txt:1"):
        assert run_here(tmp_path, "trace", query, "--json").json["claims"], query


def test_a_terminal_that_shows_only_ascii_gets_escapes_and_no_fault(tmp_path: Path) -> None:
    text = a_draft([URL], title="Une année “calme”", word="péniches")
    (tmp_path / "draft.txt").write_text(text, encoding="utf-8")
    env = environment() | {"PYTHONIOENCODING": "ascii"}
    for arguments in (["parse", "draft.txt"], ["ingest", "--no-fetch", "draft.txt"],
                      ["trace", "guild"], ["search", "guild"]):  # fmt: skip
        done = run_here(tmp_path, *arguments, env=env)
        assert (done.code, done.err) == (0, ""), arguments


def test_a_trace_without_its_archive_says_so_and_is_shown_all_the_same(tmp_path: Path) -> None:
    assert run_here(tmp_path, "demo", "--folder", "shown").code == 0
    where = ("--db", "shown/provenance.db")
    found = run_here(tmp_path, "trace", "sample-update.txt:12", *where)
    assert found.code == 0
    assert "alive" in found.out
    assert "not in archive" in found.err
    assert "--archive" in found.err
    whole = run_here(
        tmp_path, "trace", "sample-update.txt:12", *where, "--archive", "shown/archive"
    )
    assert whole.err == ""
    (place,) = re.findall(r"shown/archive/warc/\S+", whole.out)
    assert (tmp_path / place).is_file()


def test_the_demo_shows_the_main_job_and_a_second_time_adds_nothing(tmp_path: Path) -> None:
    first = run_here(tmp_path, "demo", "--folder", "shown")
    assert (first.code, first.err) == (0, "")
    for part in ("stands in for its sources", "archived", "why not", "└── [", "next"):
        assert part in first.out
    assert {path.name for path in tmp_path.iterdir()} == {"shown"}
    # what it says to try next can be typed as it stands, also where the command is not on the path
    off_path = environment() | {"PATH": "/nowhere"}
    told = run(tmp_path, "demo", "--folder", "shown", env=off_path).out.partition("\nnext\n")[2]
    activates = Path(sys.executable).with_name("activate").is_file()
    assert told.lstrip().startswith(". ") == activates
    dump = run_here(tmp_path, "dump", "--db", "shown/provenance.db").out
    second = run_here(tmp_path, "demo", "--folder", "shown")
    assert "in the archive already" in second.out
    assert run_here(tmp_path, "dump", "--db", "shown/provenance.db").out == dump


def test_a_document_is_archived_as_what_it_is_wherever_it_came_from(tmp_path: Path) -> None:
    page = sample_update_path("sample-update.html").read_bytes()
    assert run_here(tmp_path, "ingest", "-", "--no-fetch", stdin=page).code == 0
    (tmp_path / "saved").write_bytes(page.replace(b"March 8", b"March 9"))
    (tmp_path / "plain").write_text(a_draft(["https://tolls.example/a"]))
    assert run_here(tmp_path, "ingest", "saved", "plain", "--no-fetch").code == 0
    (warc,) = (tmp_path / "archive" / "warc").rglob("*.warc.gz")
    types = re.findall(
        rb"^Content-Type: (text/.*)\r$", gzip.decompress(warc.read_bytes()), re.MULTILINE
    )
    assert types == [b"text/html", b"text/html", b"text/plain"]
