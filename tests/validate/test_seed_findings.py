"""What is found in the seed document, counted beside a reader who only searches for signs."""

import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House
from provenance.validate.records import DraftFinding
from provenance.validate.rules import all_rules

CORPUS = os.environ.get("PROVENANCE_CORPUS", "")
pytestmark = pytest.mark.skipif(not CORPUS, reason="$PROVENANCE_CORPUS is not set")


@pytest.fixture(scope="module")
def draft() -> Draft:
    (path,) = (Path(CORPUS) / "seed").glob("*.txt")
    parsed = parse_document(read_document(path.read_bytes(), path.name))
    return Draft(parsed, house=House(), today=date(2023, 12, 15))


@pytest.fixture(scope="module")
def found(draft: Draft) -> dict[str, list[DraftFinding]]:
    by_rule: dict[str, list[DraftFinding]] = {}
    for each in find_findings(draft, all_rules()):
        by_rule.setdefault(each.rule, []).append(each)
    return by_rule


@pytest.mark.parametrize(
    ("rule", "sign"),
    [
        ("FN102", r"https?://\S*?\.\.\.(?=[\s;]|$|https?:)"),
        ("FN103", r"(?<=[^\s;,\[(])https?://"),
        ("FN104", r"\sdot\s"),
        ("FN107", r"\?s=\d+"),
    ],
    ids=["cut", "glued", "defanged", "tracking"],
)
def test_every_sign_in_the_notes_is_one_finding_and_there_are_no_others(
    draft: Draft, found: dict[str, list[DraftFinding]], rule: str, sign: str
) -> None:
    notes = draft.text[draft.parsed.notes[0].start :]
    assert len(found[rule]) == len(re.findall(sign, notes)) > 0


def test_what_is_odd_once_is_said_once_and_at_its_place(
    found: dict[str, list[DraftFinding]],
) -> None:
    assert len(found["FN102"]) == 20
    once = {rule: [(each.label, each.severity) for each in said] for rule, said in found.items()}
    assert once["FN007"] == [(None, "warning")], "the near-marker"
    assert once["FN114"] == [("1", "warning")], "posts at two names of one host"
    assert once["FN116"] == [("1", "warning")], "the source that [1] names twice"
    assert once["FN214"] == [("31", "warning")], "the short form"
    assert "note [25]" in found["FN214"][0].message


def test_nothing_else_is_found_but_claims_on_request(
    found: dict[str, list[DraftFinding]],
) -> None:
    named = {"FN102", "FN103", "FN104", "FN107", "FN007", "FN114", "FN116", "FN214"}
    rest = [each for rule, said in found.items() if rule not in named for each in said]
    assert Counter((each.rule, each.severity) for each in rest) == {("FN402", "info"): 4}
