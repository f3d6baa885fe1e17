"""`attach` and `withdraw` as a person runs them: words, exit codes, no question without a terminal."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from support.brought import PNG
from support.runs import COMMAND, Ran, environment, run_here
from support.workplace import a_draft

URL = "https://paper.example/story"
WHY = ("--why", "from our subscription", "--by", "Ines")
REASON = ("--reason", "case 4711", "--by", "Ines")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with one update that cites one page, which nobody looked at, and a picture of it."""
    (tmp_path / "a.txt").write_text(a_draft([URL]))
    (tmp_path / "held.png").write_bytes(PNG)
    (tmp_path / "held.txt").write_text("Sixteen barges crossed at night.")
    assert run_here(tmp_path, "ingest", "a.txt", "--no-fetch").code == 0
    return tmp_path


def words_of(tree: str) -> str:
    """What a tree says, wherever its lines end on the terminal of the moment."""
    return " ".join(tree.replace("│", " ").split())


def test_attach_says_what_became_of_each_file(desk: Path) -> None:
    done = run_here(desk, "attach", URL, "held.png", "held.txt", *WHY)
    assert done.code == 0, done.err
    first, second = done.out.splitlines()
    assert first.startswith(f"held.png: image/png, attached to {URL} as attachment-")
    assert second.startswith("held.txt: text/plain")
    again = run_here(desk, "attach", "a.txt#1", "held.png", *WHY)
    assert "held.png: attached before, on " in again.out


def test_trace_shows_it_as_what_a_person_brought(desk: Path) -> None:
    run_here(desk, "attach", URL, "held.txt", "--made-at", "2023-12-14", *WHY)
    told = run_here(desk, "trace", URL).out
    assert "by Ines · from our subscription · held.txt (text/plain, of" in words_of(told)
    assert "archived" not in told
    (claim,) = run_here(desk, "trace", URL, "--json").json["claims"]
    (citation,) = claim["citations"]
    assert citation["captures"] == []
    (brought,) = citation["attachments"]
    assert (brought["by"], brought["name"], brought["withdrawn"]) == ("Ines", "held.txt", None)
    assert brought["text_sha256"] is not None
    assert brought["made_at"].startswith("2023-12-14")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("attach", URL, "nowhere.pdf", *WHY), "cannot attach nowhere.pdf"),
        (("attach", "https://nobody.example/", "held.png", *WHY), "no source is known"),
        (("attach", URL, "held.png", "--why", " "), "needs a reason"),
        (("withdraw", "https://nobody.example/", "--yes", *REASON), "no source is known"),
        (("withdraw", URL, "--yes", *REASON), "holds no copy"),
        (("withdraw", "capture-0", "--forever", "--yes", *REASON), "only a source"),
    ],
)
def test_wrong_use_is_said_in_one_line_with_exit_code_2(
    desk: Path, arguments: tuple[str, ...], words: str
) -> None:
    run_here(desk, *arguments).assert_clear(2, words)


def test_a_date_that_is_none_is_refused(desk: Path) -> None:
    done = run_here(desk, "attach", URL, "held.png", "--made-at", "last week", *WHY)
    assert done.code == 2
    assert "'last week' is no date" in done.err


def test_without_a_terminal_nobody_is_asked_and_nothing_done(desk: Path) -> None:
    run_here(desk, "attach", URL, "held.txt", *WHY)
    done = run_here(desk, "withdraw", URL, *REASON)
    done.assert_clear(2, "1 attachment, on which 1 claim leans,", "--yes")
    assert "withdrawn" not in run_here(desk, "trace", URL).out


def test_withdrawn_is_what_trace_shows_from_then_on(desk: Path) -> None:
    run_here(desk, "attach", URL, "held.txt", *WHY)
    done = run_here(desk, "withdraw", URL, "--yes", *REASON)
    assert done.code == 0, done.err
    assert done.out.startswith("withdrawn ")
    assert done.out.endswith(": 2 records\n")  # the file and its text
    told = words_of(run_here(desk, "trace", URL).out)
    assert "by Ines: case 4711" in told
    (claim,) = run_here(desk, "trace", URL, "--json").json["claims"]
    (brought,) = claim["citations"][0]["attachments"]
    assert brought["withdrawn"]["reason"] == "case 4711"
    assert brought["text_sha256"] is None
    assert run_here(desk, "search", "barges crossed", "--json").json["texts"] == []
    run_here(desk, "attach", URL, "held.txt", *WHY).assert_clear(2, "were withdrawn on")


@pytest.mark.parametrize(("answer", "is_done"), [("y", True), ("n", False)])
def test_on_a_terminal_it_asks_and_says_what_leans_on_it(
    desk: Path, answer: str, *, is_done: bool
) -> None:
    run_here(desk, "attach", URL, "held.txt", *WHY)
    done = run_on_terminal(desk, answer, "withdraw", URL, *REASON)
    assert done.code == 0, done.err
    assert "1 attachment, on which 1 claim leans, will be taken out for good" in done.err
    assert ("withdrawn" in run_here(desk, "trace", URL).out) == is_done


def run_on_terminal(folder: Path, answer: str, *arguments: str) -> Ran:
    """Run a command whose standard input is a terminal at which somebody types an answer."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=folder, stdin=theirs, capture_output=True, check=False,
            env=environment(), timeout=60,
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
