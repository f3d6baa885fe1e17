"""Drafts that show program code, or have no notes at all: what is in brackets there asks for no note."""

from datetime import date

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House
from provenance.validate.rules import all_rules

TODAY = date(2024, 3, 8)
NOTES = "\n## References\n\n[1] https://www.tolls.example/2024/03/barges\n"


def found_in(body: str, notes: str = NOTES, form: str = "md") -> list[tuple[str, str]]:
    text = f"# A Short Update\n\nBy Ada Writer\n\n{body}\n{notes}"
    parsed = parse_document(read_document(text.encode(), f"draft.{form}"))
    findings = find_findings(Draft(parsed, house=House(), today=TODAY), all_rules())
    return [(one.rule, one.severity) for one in findings]


CODE = [
    "```\nname = process.argv[2]\n```",
    "```c\nffi_type *tolls[2]; tolls[3] = NULL;\n```",
    "```\nif (strcmp(name[2], other))\n```",
    "```\n>>> barges[2]\n```",
    "    total += rows[2] * rows[3];\n    rows[2] = 5",
    "Call `os_state[2]` first.",
    "```\ngrid[2][3] = 4\n```",
    "```\nfirst[0]\n```",
]


@pytest.mark.parametrize("code", CODE, ids=[f"code {number}" for number, _ in enumerate(CODE, 1)])
@pytest.mark.parametrize("notes", [NOTES, ""], ids=["with notes", "without"])
def test_a_subscript_in_code_asks_for_no_note(code: str, notes: str) -> None:
    marker = "[1]" if notes else ""
    assert found_in(f"Two barges were stopped below the ford.{marker}\n\n{code}\n", notes) == []


@pytest.mark.parametrize(
    "prose",
    [
        "The toll was doubled[2] on Monday.",
        "The toll was doubled (see the rolls[2]), he said.",
        "The ford is at www.fords.example[2] by now.",
        "The toll was doubled[1][2] on Monday.",
        "It was seen by @ada_writer[2] on Monday.",
        "It was doubled;[2] then it fell.",
        "The rolls (kept at Orrin)[2] say so.",
        "It was the *doubled*[2] toll.",
        "- two barges[2];\n- three ferries.",
    ],
    ids="word|parenthesis|host|two|account|semicolon|behind parenthesis|emphasis|items".split("|"),
)
def test_a_marker_in_prose_asks_for_its_note(prose: str) -> None:
    assert found_in(f"Two barges were stopped.[1] {prose}\n") == [("FN001", "error")]


def test_a_marker_beside_code_still_asks_for_its_note() -> None:
    body = "Two barges were stopped.[1] The toll was doubled.[2]\n\n```\nrows[3] = argv[4]\n```\n"
    assert found_in(body) == [("FN001", "error")]


def test_a_lone_number_in_brackets_without_any_list_is_only_asked_about() -> None:
    assert found_in("Two barges[1] were stopped.\n", "") == [("FN001", "info")]
    assert found_in("Two barges were stopped.[1]\n", "") == [("FN001", "error")]


def test_a_list_is_not_renumbered_where_code_may_hold_its_numbers() -> None:
    text = (
        "A Short Update\n\nBy Ada Writer\n\nOne barge.[1] Two.[3] So rows[3] = 4 is set.\n\nReferences\n\n"
        "[1] https://www.tolls.example/a\n\n[3] https://www.tolls.example/b\n"
    )
    parsed = parse_document(read_document(text.encode(), "draft.txt"))
    found = find_findings(Draft(parsed, house=House(), today=TODAY), all_rules())
    assert [(one.rule, one.fix) for one in found] == [("FN004", None)]


@pytest.mark.parametrize(
    ("heading", "severity"), [("Notes", "info"), ("References", "info"), ("Endnotes", "warning")]
)
def test_a_heading_that_promises_no_notes_is_only_asked_about(heading: str, severity: str) -> None:
    notes = f"\n## {heading}\n\nThe tolls are those of Monday.\n"
    assert found_in("Two barges were stopped.\n", notes) == [("FN010", severity)]
