"""`provenance compare` as one meets it: files, standard input, stored versions, every form, bad input."""

import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.cli.columns import width_of
from support.compared import Said, a_draft
from support.docx_builder import a_docx
from support.runs import Ran, environment, run_here
from support.workplace import a_workplace, ingest_text

TOLL = Said("The toll at the ford was doubled on Monday.", ("https://tolls.example/doubled",))
BARGES = Said("Two barges were stopped below the ford.", ("https://barges.example/stopped",))
FERRY = Said("The ferry has not run since the flood.", ("https://ferry.example/timetable",))
OLD = a_draft((TOLL, BARGES))
NEW = a_draft((FERRY, TOLL, BARGES._replace(sentence="Three barges were stopped below the ford.")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.txt").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.txt").write_text(NEW, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database has two versions of one document, and none of its files any more."""
    folder = tmp_path_factory.mktemp("stored")
    place = a_workplace(folder)
    path = folder / "update.txt"
    for text in (OLD, NEW):
        ingest_text(place, path, text)
    path.unlink()
    (folder / "new.txt").write_text(NEW, encoding="utf-8")
    return folder


def summary(ran: Ran) -> dict[str, int]:
    return {name: number for name, number in ran.json["summary"].items() if number}


CHANGED = {
    "notes_added": 1,
    "notes_renumbered": 2,
    "claims_added": 1,
    "claims_reworded": 1,
    "sources_gained": 1,
}


def test_what_changed_is_said_with_signs_and_words(folder: Path) -> None:
    done = run_here(folder, "compare", "old.txt", "new.txt")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "old.txt → new.txt\n"
        "\n"
        "Notes\n"
        "  + [1] https://ferry.example/timetable\n"
        "  ~ [1]–[2] → [2]–[3] 2 notes renumbered\n"
        "\n"
        "Claims\n"
        "  + “The ferry has not run since the flood.” [1]\n"
        "  ~ [-Two-]{+Three+} barges were stopped below the ford. [3]\n"
        "\n"
        "Sources\n"
        "  + https://ferry.example/timetable [1]\n"
        "\n"
        "1 note added, 2 renumbered; 1 claim added, 1 reworded; 1 source gained\n"
    )


def test_the_same_thing_said_otherwise_in_many_notes_is_shown_once(folder: Path) -> None:
    page = "https://tolls.example/a-page-about-tolls"
    said = [Said(f"Town {n} pays the toll of that day.", (page,)) for n in range(3)]
    (folder / "whole.txt").write_text(a_draft(said), encoding="utf-8")
    (folder / "cut.txt").write_text(a_draft(said).replace("-about-tolls", "-abo..."), "utf-8")
    out = run_here(folder, "compare", "whole.txt", "cut.txt").out
    assert out.count(f"address: {page} → https://tolls.example/a-page-abo...") == 1
    assert out.count("~ as in [1]") == 2


def test_nothing_changed_is_one_line(folder: Path) -> None:
    done = run_here(folder, "compare", "old.txt", "old.txt")
    assert (done.code, done.out) == (0, "old.txt → old.txt: no note, claim or source changed\n")


def test_it_leaves_with_1_only_where_it_is_asked_to_and_something_changed(folder: Path) -> None:
    assert run_here(folder, "compare", "old.txt", "new.txt", "--fail-on-change").code == 1
    assert run_here(folder, "compare", "old.txt", "old.txt", "--fail-on-change").code == 0


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_a_report_goes_into_a_file_as_it_goes_to_standard_output(folder: Path, form: str) -> None:
    words = ("compare", "old.txt", "new.txt", "--format", form)
    shown = run_here(folder, *words)
    kept = run_here(folder, *words, "-o", "report")
    assert (kept.code, kept.out) == (0, "")
    assert (folder / "report").read_text(encoding="utf-8") == shown.out


def test_json_says_all_of_it(folder: Path) -> None:
    done = run_here(folder, "compare", "old.txt", "new.txt", "--json")
    assert done.json["schema"] == "provenance.compare/1"
    assert summary(done) == CHANGED
    assert (done.json["old"]["name"], done.json["old"]["version"]) == ("old.txt", None)


def test_a_page_and_a_word_file_of_the_same_words_are_the_same(folder: Path) -> None:
    paragraphs = [line for line in OLD.split("\n") if line.strip()]
    (folder / "old.docx").write_bytes(a_docx("".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)))  # fmt: skip
    page = "".join(f"<p>{each}</p>" for each in paragraphs)
    (folder / "old.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    for name in ("old.docx", "old.html"):
        assert summary(run_here(folder, "compare", "old.txt", name, "--json")) == {}
        assert summary(run_here(folder, "compare", name, "new.txt", "--json")) == CHANGED


def test_standard_input_is_one_of_the_two(folder: Path) -> None:
    done = run_here(folder, "compare", "old.txt", "-", "--json", stdin=NEW.encode())
    assert summary(done) == CHANGED
    assert done.json["new"]["name"] == "standard input"
    run_here(folder, "compare", "-", "-").assert_clear(2, "standard input is one draft")


def test_two_stored_versions_are_compared_by_number_by_name_or_with_a_file(stored: Path) -> None:
    found = [
        run_here(stored, "compare", *words, "--json")
        for words in (
            ("update.txt", "--versions", "1", "2"),
            ("update.txt@1", "update.txt@2"),
            ("A Short Update@1", "A Short Update"),
            ("update.txt@1", "new.txt"),
        )
    ]
    assert [summary(each) for each in found] == [CHANGED] * 4
    versions = [(each.json["old"]["version"], each.json["new"]["version"]) for each in found]
    assert versions == [(1, 2), (1, 2), (1, 2), (1, None)]
    document = found[0].json["old"]["document_id"]
    assert summary(run_here(stored, "compare", f"{document}@2", f"{document}@1", "--json")) == {
        "notes_dropped": 1,
        "notes_renumbered": 2,
        "claims_dropped": 1,
        "claims_reworded": 1,
        "sources_lost": 1,
    }


def test_a_stored_version_is_what_its_file_was(stored: Path) -> None:
    assert run_here(stored, "compare", "update.txt", "new.txt").out.endswith(
        ": no note, claim or source changed\n"
    )


def test_a_file_comes_before_a_stored_document_of_that_name(stored: Path) -> None:
    (stored / "update.txt@1").write_text(NEW, encoding="utf-8")
    try:
        assert summary(run_here(stored, "compare", "update.txt@1", "new.txt", "--json")) == {}
    finally:
        (stored / "update.txt@1").unlink()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("old.txt",), ("the older draft and the newer", "--versions 1 2")),
        (("old.txt", "new.txt", "old.txt"), ("the older draft and the newer",)),
        (("old.txt", "missing.txt"), ("missing.txt: no such file", "--db names another")),
        (("old.txt", "."), ("folder",)),
        (("old.txt", "new.txt", "--db", "none.db", "--versions", "1", "2"), ("--versions takes one document",)),
        (("old.txt", "--versions", "1", "2"), ("old.txt@1: no such file", "provenance.db is not there")),
        (("old.txt", "empty.txt"), ("empty",)),
        (("old.txt", "new.txt", "-o", "new.txt"), ("new.txt is a draft",)),
        (("old.txt", "new.txt", "-o", "no/such/folder"), ("cannot write no/such/folder",)),
        (("old.txt", "https://tolls.example/draft"), ("no such file",)),
        (("old.txt", "a\x07b"), ("no such file",)),
        (("old.txt", "x" * 5000), ("no such file",)),
    ],
    ids=["one", "three", "missing", "folder", "two-and-versions", "no-database", "empty", "over-a-draft",
         "no-folder", "address", "bell", "long"],
)  # fmt: skip
def test_what_cannot_be_compared_is_said_with_what_to_do(
    folder: Path, words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    (folder / "empty.txt").write_bytes(b"")
    done = run_here(folder, "compare", *words)
    assert done.code == 2, (done.out, done.err)
    assert done.out == ""
    for each in said:
        assert each in done.err
    assert (folder / "new.txt").read_text(encoding="utf-8") == NEW


def test_a_version_that_is_not_there_is_said_with_those_that_are(stored: Path) -> None:
    done = run_here(stored, "compare", "update.txt", "--versions", "1", "3")
    assert done.code == 2
    assert "update.txt has no version 3" in done.err
    assert "versions 1 to 2" in done.err
    done = run_here(stored, "compare", "update.txt@0", "new.txt")
    assert (done.code, "has no version 0" in done.err) == (2, True)


def test_a_name_that_no_document_has_is_said(stored: Path) -> None:
    done = run_here(stored, "compare", "nowhere.txt", "new.txt")
    assert (done.code, "no document of this name" in done.err) == (2, True)


def test_versions_that_two_parsers_read_are_not_held_against_each_other(
    stored: Path, tmp_path: Path
) -> None:
    shutil.copy(stored / "provenance.db", tmp_path / "provenance.db")
    with sqlite3.connect(tmp_path / "provenance.db") as db:
        db.execute("UPDATE contents SET parser = '0' WHERE content_key = 1")
    db.close()
    done = run_here(tmp_path, "compare", "update.txt", "--versions", "1", "2")
    assert done.code == 2
    assert "provenance rebuild" in done.err


def test_a_damaged_database_is_a_fault_of_the_house(tmp_path: Path) -> None:
    (tmp_path / "provenance.db").write_bytes(b"no database" * 1000)
    run_here(tmp_path, "compare", "a", "b").assert_clear(3, "provenance.db")


def test_hostile_words_steer_no_terminal(folder: Path) -> None:
    nasty = NEW.replace("The ferry", "The \x1b[2J\u202eferry").replace(
        "timetable", "time\x1b]0;x\x07table"
    )
    (folder / "nasty.txt").write_text(nasty, encoding="utf-8")
    for form in ("text", "html"):
        done = run_here(folder, "compare", "old.txt", "nasty.txt", "--format", form)
        assert done.code == 0, done.err
        assert not set(done.out) & {"\x1b", "\x07", "\u202e"}


def test_markup_in_a_draft_is_no_markup_of_the_terminal(folder: Path) -> None:
    (folder / "marked.txt").write_text(NEW.replace("Three", "[bold]Three[/]"), encoding="utf-8")
    assert "[bold]Three[/]" in run_here(folder, "compare", "old.txt", "marked.txt").out


@pytest.mark.parametrize("columns", [24, 60, 200])
def test_nothing_is_wider_than_the_window(folder: Path, columns: int) -> None:
    lines = in_a_window(folder, columns, "compare", "old.txt", "new.txt").split("\n")
    assert max(map(width_of, lines)) <= columns
    assert any("Three" in line for line in lines)


def in_a_window(folder: Path, columns: int, *words: str) -> str:
    """What a command prints on a terminal so wide, its colours left out."""
    leader, follower = pty.openpty()
    env = environment(COLUMNS=str(columns), TERM="xterm-256color")
    command = [sys.executable, "-m", "provenance", *words]
    read = []
    with subprocess.Popen(command, cwd=folder, stdout=follower, stderr=follower, env=env) as child:
        os.close(follower)
        while part := next_part(leader):
            read.append(part)
        assert child.wait() == 0
    os.close(leader)
    return re.sub(r"\x1b\[[0-9;]*m", "", b"".join(read).decode()).replace("\r", "")


def next_part(leader: int) -> bytes:
    try:
        return os.read(leader, 65_536)
    except OSError:  # Linux: the other end of a terminal was closed
        return b""


def test_json_is_one_object_on_one_line(folder: Path) -> None:
    out = run_here(folder, "compare", "old.txt", "new.txt", "--json").out
    assert out.count("\n") == 1
    assert json.loads(out)
