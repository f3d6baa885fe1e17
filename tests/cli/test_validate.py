"""`provenance validate` as an editor meets it: what it prints, writes, refuses, and leaves with."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
import unicodedata
from pathlib import Path

import pytest

from provenance.cli.columns import draw_place, width_of, wrap
from provenance.demo.web import SampleWeb
from support.runs import COMMAND, Ran, environment, run_here
from support.workplace import settings_file, web_settings

GOOD = """A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/barges
"""
GLUED = GOOD.replace("/barges", "/bargeshttps://www.fords.example/news/12")
WARNED = GOOD.replace("/barges", "/barges?utm_source=post")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "good.txt").write_text(GOOD)
    (tmp_path / "glued.txt").write_text(GLUED)
    (tmp_path / "warned.txt").write_text(WARNED)
    return tmp_path


def test_a_clean_draft_is_quiet(desk: Path) -> None:
    assert run_here(desk, "validate", "good.txt") == Ran(0, "", "good.txt: 1 note, nothing found\n")


def test_a_finding_is_shown_with_its_place_and_what_mends_it(desk: Path) -> None:
    done = run_here(desk, "validate", "glued.txt")
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        "glued.txt:9:45: error FN103 [1] nothing separates this address from the one before it (--fix)\n"
        "    …ample/2024/03/bargeshttps://www.fords.example/news/12\n"
        "                         ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^\n"
        "glued.txt: 1 error; 1 can be mended safely: --fix\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.txt"], 0),
        (["warned.txt"], 0),
        (["warned.txt", "--fail-on", "warning"], 1),
        (["warned.txt", "--fail-on", "info"], 1),
        (["glued.txt", "--fail-on", "never"], 0),
        (["glued.txt", "--ignore", "FN1"], 0),
        (["glued.txt", "--select", "FN0,FN2"], 0),
        (["glued.txt", "--select", "glued-addresses"], 1),
        (["good.txt", "glued.txt", "good.txt"], 1),
        (["glued.txt", "missing.txt"], 2),
        (["missing.txt", "glued.txt"], 2),
        (["*.txt"], 1),
        (["."], 1),
        (["no*.txt"], 2),
        (["https://tolls.example/draft"], 2),
        (["--house", "missing.toml", "good.txt"], 2),
        (["--select", "FN9999", "good.txt"], 2),
        (["--db", "missing.db", "good.txt"], 2),
        (["--baseline", "missing.json", "good.txt"], 2),
        (["--baseline", "glued.txt", "good.txt"], 2),
        (["-o", "good.txt", "good.txt"], 2),
        (["-o", "no/such/folder.txt", "glued.txt"], 2),
        (["--watch", "--json", "good.txt"], 2),
        (["--watch", "missing.txt"], 2),
        (["--diff", "--json", "good.txt"], 2),
        ([], 2),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else str(value),
)
def test_the_exit_code_is_that_of_the_contract(desk: Path, arguments: list[str], code: int) -> None:
    done = run_here(desk, "validate", *arguments)
    assert done.code == code, done
    assert "Traceback" not in done.err
    assert bool(done.err) or code != 2


def test_what_cannot_be_read_is_named_and_all_else_is_done(desk: Path) -> None:
    (desk / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = run_here(desk, "validate", "missing.txt", "picture.png", "glued.txt", "--json")
    assert done.code == 2
    assert [each["path"] for each in done.json["documents"]] == ["glued.txt"]
    assert "missing.txt" in done.err
    assert "picture.png" in done.err


def test_standard_input_is_a_draft_too(desk: Path) -> None:
    done = run_here(desk, "validate", "-", "--json", stdin=GLUED.encode())
    assert (done.code, done.json["documents"][0]["path"]) == (1, "-")
    assert "standard input" in run_here(desk, "validate", "-").err


def test_the_house_style_of_the_folder_and_of_the_settings_is_taken(desk: Path) -> None:
    (desk / "footnotes").mkdir()
    (desk / "footnotes" / "house.toml").write_text('[rules]\nFN103 = "warning"\n')
    assert run_here(desk, "validate", "glued.txt").code == 0
    (desk / "ours.toml").write_text('fail_on = "warning"\n')
    (desk / "provenance.toml").write_text('[validate]\nhouse = "ours.toml"\n')
    assert run_here(desk, "validate", "warned.txt").code == 1
    (desk / "ours.toml").write_text('[rules]\ntracking-parameter = "off"\n')
    refused = run_here(desk, "validate", "warned.txt")
    assert refused.code == 2
    assert "ours.toml:2: there is no rule tracking-parameter; tracking-parameters" in refused.err


def test_what_is_waived_or_suppressed_is_counted_apart(desk: Path) -> None:
    (desk / "house.toml").write_text(
        '[[waiver]]\nrule = "FN103"\ndocument = "glued.txt"\nreason = "so"\nowner = "desk"\nexpires = 2999-01-01\n'
    )
    done = run_here(desk, "validate", "glued.txt", "--house", "house.toml")
    assert done == Ran(0, "", "glued.txt: 1 note, nothing found, 1 let pass\n")
    shown = run_here(desk, "validate", "glued.txt", "--house", "house.toml", "--json").json
    assert shown["documents"][0]["findings"][0]["standing"] == "waived"
    assert shown["documents"][0]["summary"] == {"error": 0, "warning": 0, "info": 0}


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_against_an_earlier_report_only_what_is_new_counts(desk: Path, form: str) -> None:
    assert run_here(desk, "validate", "glued.txt", "--format", form, "-o", "before.json").code == 1
    again = run_here(desk, "validate", "glued.txt", "--baseline", "before.json")
    assert again == Ran(0, "", "glued.txt: 1 note, nothing found\n")
    worse = GLUED.replace("ford.[1]", "ford.[1] The toll was doubled.[2]") + "\n[2] https://www.tolls.example/ahttps://www.fords.example/b\n"  # fmt: skip
    (desk / "glued.txt").write_text(worse)
    done = run_here(desk, "validate", "glued.txt", "--baseline", "before.json")
    assert done.code == 1
    assert "glued.txt:11:" in done.out
    assert "glued.txt:9:" not in done.out
    assert "1 as in the baseline" in done.out


def test_a_report_goes_into_a_file_in_plain_text(desk: Path) -> None:
    done = run_here(desk, "validate", "glued.txt", "good.txt", "-o", "report.txt")
    assert (done.code, done.out) == (1, "")
    written = (desk / "report.txt").read_text()
    assert written.startswith("glued.txt:9:45: error FN103 [1]")
    assert "\x1b" not in written
    assert written.endswith("2 documents: 1 error; 1 can be mended safely: --fix\n")


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "github", "html"])
def test_each_form_names_the_finding_and_goes_into_a_file(desk: Path, form: str) -> None:
    printed = run_here(desk, "validate", "glued.txt", "--format", form)
    written = run_here(desk, "validate", "glued.txt", "--format", form, "--output", "report")
    assert printed.code == written.code == 1
    assert "FN103" in printed.out
    assert written.out == ""
    assert (desk / "report").read_text("utf-8") == printed.out


def test_fix_mends_the_file_and_keeps_the_old_one(desk: Path) -> None:
    done = run_here(desk, "validate", "--fix", "glued.txt")
    assert done.code == 0
    assert "1 finding mended" in done.err
    assert "/barges; https://www.fords.example/news/12" in (desk / "glued.txt").read_text()
    assert (desk / "glued.txt.bak").read_text() == GLUED
    again = run_here(desk, "validate", "--fix", "glued.txt")
    assert again == Ran(0, "", "glued.txt: 1 note, nothing found\n")


def test_diff_shows_the_patch_and_changes_nothing(desk: Path) -> None:
    done = run_here(desk, "validate", "--diff", "glued.txt", "good.txt")
    assert done.code == 1
    assert "+[1] https://www.tolls.example/2024/03/barges; https://www.fords.example/news/12" in done.out  # fmt: skip
    assert (desk / "glued.txt").read_text() == GLUED
    assert run_here(desk, "validate", "--diff", "good.txt").code == 0


def test_standard_input_is_mended_onto_standard_output(desk: Path) -> None:
    done = run_here(desk, "validate", "--fix", "-", stdin=GLUED.encode())
    assert done.code == 0
    assert done.out == GLUED.replace("bargeshttps", "barges; https")
    assert "nothing found" in done.err


def test_every_rule_is_listed_and_explained(desk: Path) -> None:
    listed = run_here(desk, "validate", "--rules").out
    codes = re.findall(r"^(FN\d{3})  ", listed, re.MULTILINE)
    assert len(codes) >= 35
    assert len(codes) == len(listed.splitlines())
    assert re.search(r"^FN103  glued-addresses +error +--fix +\w", listed, re.MULTILINE)
    page = run_here(desk, "validate", "--explain", "glued-addresses").out
    assert page.startswith("FN103 glued-addresses (error): ")
    for heading in ("Why it matters", "Example", "Use instead", "Fix"):
        assert f"\n{heading}\n" in page


def test_many_of_a_kind_are_folded_until_all_are_asked_for(desk: Path) -> None:
    notes = "".join(f"\n[{n}] https://a.example/{n}https://b.example/{n}\n" for n in range(1, 31))
    body = " ".join(f"Barge {n} was stopped below the ford.[{n}]" for n in range(1, 31))
    (desk / "many.txt").write_text(
        f"A Short Update\n\nBy Ada Writer\n\n{body}\n\nReferences\n{notes}"
    )
    out = run_here(desk, "validate", "many.txt").out
    assert out.count(" FN103 [") == 5
    assert "… and 25 more of FN103 glued-addresses: [6] [7]" in out
    assert run_here(desk, "validate", "many.txt", "--all").out.count(" FN103 [") == 30


def test_a_name_and_a_draft_that_steer_terminals_steer_none(desk: Path) -> None:
    name = "evil\x1b[2J.txt"
    (desk / name).write_text(
        GLUED.replace("below", "be\x1b[2Jlow\u202e").replace("[1] https", "[1] \x1b]0;x\x07https")
    )
    done = run_here(desk, "validate", name)
    assert "\x1b" not in done.out + done.err
    assert "\u202e" not in done.out


# The terminal itself.


def in_window(folder: Path, columns: int, *arguments: str, **changes: str) -> str:
    """What a terminal of so many columns is sent."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {key: value for key, value in environment(**changes).items() if key != "COLUMNS"}
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, stdin=child, stdout=child, stderr=child, env=env
    )
    os.close(child)
    sent = b""
    try:
        while piece := os.read(parent, 65536):
            sent += piece
    except OSError:  # the other end is closed
        pass
    os.close(parent)
    process.wait(timeout=30)
    return sent.decode().replace("\r\n", "\n")


def plain(sent: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", sent)


@pytest.mark.parametrize("columns", [24, 40, 60, 100, 200])
def test_no_line_is_wider_than_the_window(desk: Path, columns: int) -> None:
    shown = plain(in_window(desk, columns, "validate", "glued.txt", "warned.txt"))
    assert max(map(width_of, shown.splitlines())) <= columns
    words = " ".join(shown.split())
    assert "nothing separates this address from the one before it" in words
    for line, under in zip(shown.splitlines(), shown.splitlines()[1:], strict=False):
        if re.fullmatch(r" *~*\^", under):
            assert width_of(under) <= max(width_of(line), 1)


def test_a_terminal_has_colours_unless_it_wants_none(desk: Path) -> None:
    assert "\x1b[31m\x1b[1merror" in in_window(desk, 100, "validate", "glued.txt", NO_COLOR="")
    assert "\x1b" not in in_window(desk, 100, "validate", "glued.txt", NO_COLOR="1")
    assert "\x1b" not in in_window(desk, 100, "validate", "glued.txt", NO_COLOR="", TERM="dumb")
    assert "\x1b" not in run_here(desk, "validate", "glued.txt").out


# Watching.


def wait_for(path: Path, words: str, times: int = 1, within_s: float = 20.0) -> str:
    give_up = time.monotonic() + within_s
    while path.read_text().count(words) < times:
        assert time.monotonic() < give_up, path.read_text()
        time.sleep(0.02)
    return path.read_text()


@pytest.fixture
def watching(desk: Path):
    env = environment(PYTHONUNBUFFERED="1")
    with (desk / "seen.log").open("wb") as log:
        process = subprocess.Popen(
            [*COMMAND, "validate", "--watch", "glued.txt"],
            cwd=desk,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
        )
        yield process
        process.kill()
        process.wait()


def test_watch_looks_again_at_what_is_saved_and_ends_when_it_is_told_to(
    desk: Path, watching: subprocess.Popen[bytes]
) -> None:
    log = desk / "seen.log"
    wait_for(log, "glued.txt:9:45: error FN103")
    fresh = desk / ".glued.swp"
    fresh.write_text(GOOD)
    fresh.replace(desk / "glued.txt")
    # within a second on a machine that has time; the wait is twenty times as long
    wait_for(log, "nothing found")
    (desk / "glued.txt").unlink()
    wait_for(log, "is gone")
    (desk / "glued.txt").write_bytes(b"PK\x03\x04half a Word file")
    wait_for(log, "is a ZIP archive")
    (desk / "glued.txt").write_text(GLUED)
    wait_for(log, "glued.txt:9:45: error FN103", times=2)
    watching.send_signal(signal.SIGINT)
    assert watching.wait(timeout=20) == 130
    assert "Traceback" not in log.read_text()


# How wide words are.


@pytest.mark.parametrize(
    ("text", "columns"),
    [("barge", 5), ("漢字", 4), ("e\u0301", 1), ("a\u200bb", 2), ("שלום", 4), ("👍", 2), ("", 0)],
    ids=["latin", "wide", "combining", "unseen", "hebrew", "emoji", "nothing"],
)
def test_a_text_takes_the_columns_that_a_terminal_gives_it(text: str, columns: int) -> None:
    assert width_of(text) == columns


@pytest.mark.parametrize("width", [12, 20, 40, 80])
@pytest.mark.parametrize(
    "line",
    [
        "one two three four five six seven eight nine ten eleven twelve",
        "x" * 200,
        "漢字" * 60,
        "a\tb\x1b[2Jc\u202ed " * 20,
        "https://a.example/" + "%D0%B0" * 50 + " and on",
    ],
    ids=["words", "one word", "wide", "controls", "address"],
)
def test_a_drawn_place_is_underlined_where_it_stands(line: str, width: int) -> None:
    text = f"before\n{line}\nbehind"
    for start in range(7, 7 + len(line), 7):
        for length in (0, 1, 9, 400):
            shown, under = draw_place(text, start, start + length, width)
            assert width_of(shown) <= width
            assert width_of(under) <= width
            assert not any(unicodedata.category(char) == "Cc" for char in shown)
            left = len(under) - len(under.lstrip(" "))
            prefix = next(shown[:n] for n in range(len(shown) + 1) if width_of(shown[:n]) >= left)
            assert width_of(prefix) == left
            first = text[start]
            if first.isprintable() and not first.isspace() and length:
                assert shown[len(prefix)] == first


def test_words_from_right_to_left_stand_alone_so_that_the_line_under_them_is_true() -> None:
    text = "قبل https://a.example/اخبار بعد"
    shown, under = draw_place(text, 4, 27, 60)
    assert shown == text[4:27]
    assert under == "~" * 22 + "^"


def test_an_unseen_character_is_seen_at_the_place() -> None:
    assert draw_place("a\u200bb", 1, 2, 20) == ("a·b", " ^")


def test_wrapped_words_lose_nothing() -> None:
    text = "draft.txt:1:2: error FN103 [1] nothing separates " + "x" * 50
    lines = wrap(text, 20, 2)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(len, lines)) <= 20


# What is known of the sources.

GONE = "https://www.tessaline-today.example/news/local/2024/03/governor-denies-posts-abandoned"


def test_sources_are_looked_at_when_asked_and_nothing_is_stored(desk: Path, web: SampleWeb) -> None:
    config = settings_file(desk, web_settings(web))
    (desk / "gone.txt").write_text(GOOD.replace("https://www.tolls.example/2024/03/barges", GONE))
    before = sorted(path.name for path in desk.iterdir())
    unasked = run_here(desk, "validate", "gone.txt", "--config", config)
    assert unasked.code == 0, "nobody was asked"
    looked = run_here(desk, "validate", "gone.txt", "--config", config, "--check-sources")
    assert looked.code == 1, looked
    assert re.search(r"^gone.txt:9:5: error FN3\d\d \[1\]", looked.out, re.MULTILINE), looked
    assert "1 of 1 source looked at today" in looked.out
    assert sorted(path.name for path in desk.iterdir()) == before


def test_a_database_speaks_of_what_it_knows_and_one_that_is_none_stops_nothing(
    desk: Path, web: SampleWeb
) -> None:
    config = settings_file(desk, web_settings(web))
    (desk / "gone.txt").write_text(GOOD.replace("https://www.tolls.example/2024/03/barges", GONE))
    assert run_here(desk, "ingest", "gone.txt", "--config", config).code == 0
    known = run_here(desk, "validate", "gone.txt", "--config", config)
    assert known.code == 1, known
    assert "FN3" in known.out
    (desk / "provenance.db").write_bytes(b"no database at all" * 100)
    silent = run_here(desk, "validate", "gone.txt", "--config", config)
    assert (silent.code, silent.out) == (0, ""), silent
    assert "nothing is known of the sources" in silent.err
    assert run_here(desk, "validate", "gone.txt", "--db", "provenance.db").code == 3
