"""`provenance export` in the forms of other programs, as a person's shell runs it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from provenance.demo.run import demonstrate
from support.runs import COMMAND, run_here

POST = "https://social.example/@orrinwatch/status/176437971340071?s=20"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("exports")
    demonstrate(made)
    return made


def export(folder: Path, *arguments: str, code: int = 0) -> Any:
    done = run_here(folder, "export", *arguments)
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    return done


def test_a_file_and_a_stream_are_the_same_bytes(folder: Path) -> None:
    for form in ("bibtex", "annotations"):
        told = export(folder, "--format", form, "--out", "told").out
        assert told.startswith("told  ")
        assert "sha256:" in told
        streamed = subprocess.run(
            [*COMMAND, "export", "--format", form, "-o", "-"], cwd=folder, capture_output=True, check=True
        )  # fmt: skip
        assert streamed.stdout == (folder / "told").read_bytes()
        assert streamed.stderr == b""


def test_json_says_what_was_written(folder: Path) -> None:
    said = json.loads(
        export(folder, "--format", "ris", "-o", "a.ris", "--source", POST, "--json").out
    )
    assert said["schema"] == "provenance.export/1"
    assert (said["format"], said["records"], said["title"]) == ("ris", 1, POST)
    assert said["size_bytes"] == (folder / "a.ris").stat().st_size


def test_ascii_and_the_mark_for_excel_are_given_when_asked_for(folder: Path) -> None:
    export(folder, "--format", "bibtex", "--ascii", "-o", "a.bib")
    assert (folder / "a.bib").read_bytes().isascii()
    export(folder, "--format", "csv", "--bom", "-o", "a.csv")
    assert (folder / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_timemap_is_of_one_source_in_either_form(folder: Path) -> None:
    named = ("--source", POST, "--base-url", "https://desk.example/")
    links = export(folder, "--format", "timemap", *named, "-o", "-").out
    said = json.loads(export(folder, "--format", "timemap-json", *named, "-o", "-").out)
    assert f'<{POST}>; rel="original"' in links
    assert said["self"] == f"https://desk.example/timemap/json/{POST}"
    (copy,) = said["mementos"]["list"]
    assert copy["uri"].startswith("https://desk.example/captures/capture-")
    assert copy["uri"] in links
    bare = json.loads(export(folder, "--format", "timemap-json", "--source", POST, "-o", "-").out)
    assert "self" not in bare
    assert bare["mementos"]["first"]["uri"].startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "docx", "-o", "-"), "docx"),
        (("--format", "csv"), "--out"),
        (("--format", "csv", "-o", "-", "--json"), "name one with -o"),
        (("--format", "csv", "-o", "-", "--document", "no such update"), "no document 'no such update'"),
        (("--format", "ris", "-o", "-", "--source", "https://no.example/"), "no source is known"),
        (("--format", "ris", "-o", "no/such/folder.ris"), "cannot write"),
        (("--format", "ris", "-o", "."), "is a folder"),
        (("--format", "ris", "-o", "-", "--base-url", "desk\x1b[2J"), "is no address"),
        (("--format", "ris", "-o", "-", "--base-url", "javascript:alert(1)"), "is no address"),
        (("--format", "timemap-json", "-o", "-"), "--source"),
        (("--format", "wacz", "-o", "-"), "a package needs a file"),
        (("--format", "csv", "-o", "-", "--db", "none.db"), "there is no database"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    before = sorted(folder.iterdir())
    done = export(folder, *arguments, code=2)
    assert words in done.err
    assert "\x1b" not in done.err
    assert done.out == ""
    assert sorted(folder.iterdir()) == before


def test_whoever_stops_listening_gets_no_traceback(folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "export", "--format", "prov-json", "-o", "-"], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
