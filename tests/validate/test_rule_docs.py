"""`docs/rules/` is what the rules' own pages say; `DOCS=rewrite` (`make docs`) writes it anew."""

import os
import re
from pathlib import Path

import pytest

from provenance.validate.rule_docs import Documented, documented_rules, write_docs
from provenance.validate.rules import all_rules

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
DOCUMENTED = documented_rules()
WRITTEN = write_docs(DOCUMENTED)


def test_the_folder_is_what_would_be_written() -> None:
    if os.environ.get("DOCS") == "rewrite":
        FOLDER.mkdir(exist_ok=True)
        for stale in {path.name for path in FOLDER.glob("*.md")} - set(WRITTEN):
            (FOLDER / stale).unlink()
        for name, words in WRITTEN.items():
            (FOLDER / name).write_text(words, encoding="utf-8")
    assert {path.name for path in FOLDER.iterdir()} == set(WRITTEN), "run `make docs`"
    differing = [
        name
        for name, words in WRITTEN.items()
        if (FOLDER / name).read_text(encoding="utf-8") != words
    ]
    assert differing == [], "run `make docs`"


def test_the_index_names_every_rule_once_with_severity_and_fix() -> None:
    rows = re.findall(r"^\| \[(FN\d{3})\]\((FN\d{3})\.md\) \| (\S+) \| (\w+) \| (\w+) \|", WRITTEN["README.md"], re.MULTILINE)  # fmt: skip
    assert rows == [
        (each.rule.code, each.rule.code, each.rule.name, each.rule.severity, each.page.fix)
        for each in DOCUMENTED
    ]
    assert [each.rule for each in DOCUMENTED] == list(all_rules())
    assert {fix for *_, fix in rows} <= {"safe", "unsafe", "none"}


@pytest.mark.parametrize("each", DOCUMENTED, ids=lambda each: each.rule.code)
def test_a_page_keeps_all_that_its_docstring_says(each: Documented) -> None:
    words = WRITTEN[f"{each.rule.code}.md"]
    assert words.startswith(f"# {each.rule.code} {each.rule.name}\n")
    assert each.page.about in words
    assert [line for line in words.splitlines() if line.startswith("## ")] == [
        f"## {name}" for name in each.page.sections
    ]
    for section in each.page.sections:
        assert each.page.sections[section].strip() in words
