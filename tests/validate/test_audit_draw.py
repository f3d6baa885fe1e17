"""The audit's draw: the same for everybody, of what is open, without a word of the documents."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "audit_findings.py"
DRAFT = """A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

## References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/{number} {comment}

[2] https://www.tolls.example/2024/03/doub...
"""


def drawn_from(corpus: Path | None, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PROVENANCE_CORPUS"}
    if corpus is not None:
        environment["PROVENANCE_CORPUS"] = str(corpus)
    command = [sys.executable, str(SCRIPT), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def a_corpus(folder: Path, drafts: int) -> Path:
    (folder / "corpus").mkdir()
    for number in range(drafts):
        comment = "" if number else "<!-- provenance: ignore FN103 because it is kept -->"
        text = DRAFT.format(number=number, comment=comment)
        (folder / "corpus" / f"draft-{number:03}.md").write_text(text, encoding="utf-8")
    return folder


def test_a_draw_is_the_same_twice_and_another_with_another_seed(tmp_path: Path) -> None:
    corpus = a_corpus(tmp_path, 70)
    first = drawn_from(corpus)
    assert first == drawn_from(corpus)
    assert first != drawn_from(corpus, "--seed", "20231216")
    rows = [line for line in first.splitlines() if line.startswith("| ") and "draft-" in line]
    assert len(rows) == 100
    assert "tolls.example" not in first


def test_what_is_suppressed_is_not_drawn(tmp_path: Path) -> None:
    rows = [line for line in drawn_from(a_corpus(tmp_path, 2)).splitlines() if "draft-" in line]
    assert ["FN103" in row for row in rows if "draft-000" in row] == [False]
    assert sorted("FN103" in row for row in rows if "draft-001" in row) == [False, True]


def test_without_a_corpus_nothing_is_drawn_and_nothing_fails() -> None:
    assert "PROVENANCE_CORPUS is not set" in drawn_from(None)
