"""The scripts that measure the parser say what they need, and count changes right."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.cite_builders import load_benchmark

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("script", ["accuracy.py", "parse.py"])
@pytest.mark.parametrize(
    ("corpus", "code", "said"),
    [(None, 0, "PROVENANCE_CORPUS is not set"), ("/nowhere", 1, "no gold/score.py")],
)
def test_without_the_corpus_a_benchmark_is_skipped_and_a_wrong_one_is_a_fault(
    script: str, corpus: str | None, code: int, said: str
) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PROVENANCE_CORPUS"}
    if corpus:
        environment["PROVENANCE_CORPUS"] = corpus
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == code
    assert said in done.stdout + done.stderr


def test_changes_between_runs_are_gained_lost_or_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    accuracy = load_benchmark("accuracy")
    rows = [("1", "web", "https://a.org/new"), ("2", "web", "https://b.org"), ("4", "work", "x")]
    last = {
        "a.json": [
            ["1", "web", "https://a.org/old"],
            ["2", "web", "https://b.org"],
            ["3", "work", "y"],
        ]
    }
    accuracy.print_changes([accuracy.Scored("a.json", "seed", None, rows)], last)
    assert capsys.readouterr().out.splitlines() == [
        "~ a.json [1] web https://a.org/old -> web https://a.org/new",
        "+ a.json [4] work x",
        "- a.json [3] work y",
        "",
        "against the last run: 1 gained, 1 lost, 1 changed",
    ]


def test_optional_and_doubled_urls_are_counted_as_the_truth_has_them() -> None:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        parse = load_benchmark("parse")
    finally:
        sys.path.remove(str(BENCHMARKS))
    text = parse.Text(
        "seed",
        b"",
        [["https://a.org", "http://a.org"], ["https://b.org"], ["https://b.org"]],
        ["https://c.org"],
    )
    found = [["http://a.org", "https://b.org", "https://c.org", "https://d.org"]]
    exact, wrong = parse.count_exact([text], found, str)
    assert (round(exact, 1), wrong) == (66.7, 1)
