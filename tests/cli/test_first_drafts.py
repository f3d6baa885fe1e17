"""What an editor who never saw the tool ran into, one promise each."""

from pathlib import Path

import pytest

from support.runs import run_here

DRAFT = """A Short Update

By Ada Writer

Two barges were stopped below the ford.[1]

References

[1] https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
"""
ONCE = "Tolls rose.[^1]\n\n[^1]: ttps://www.fords.example/low\n"


def test_a_scheme_without_its_first_letter_is_mended_in_markdown_too(tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text(ONCE)
    done = run_here(tmp_path, "validate", "--fix", "draft.md")
    assert (tmp_path / "draft.md").read_text() == ONCE.replace("ttps", "https")
    assert "nothing found" in done.err


def test_what_cannot_be_mended_is_named_with_its_place_and_not_promised_again(
    tmp_path: Path,
) -> None:
    (tmp_path / "footnotes").mkdir()
    (tmp_path / "footnotes/house.toml").write_text('[style]\nseparator = " → "\n', "utf-8")
    (tmp_path / "draft.txt").write_bytes(DRAFT.replace("ford.", "café.").encode("cp1252"))
    done = run_here(tmp_path, "validate", "--fix", "draft.txt")
    assert done.code == 1
    assert done.err.startswith("draft.txt:9:45: FN103 [1] is not mended: “→” cannot be written in ")
    assert "error FN103 [1] nothing separates" in done.out
    assert "--fix" not in done.out


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github", "html"])
def test_who_sends_the_report_into_a_file_is_told_so(tmp_path: Path, form: str) -> None:
    (tmp_path / "draft.txt").write_text(DRAFT)
    done = run_here(tmp_path, "validate", "draft.txt", "--format", form, "-o", "report")
    assert (done.code, done.out) == (1, "")
    assert done.err == "report: 1 document, 1 error; 1 can be mended safely: --fix\n"
