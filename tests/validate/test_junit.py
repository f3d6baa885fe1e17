"""JUnit XML: what Jenkins' own schema allows, counted right, whatever characters a draft holds."""

from pathlib import Path

import pytest
from lxml import etree

from provenance.validate.report.baseline import read_baseline
from provenance.validate.report.junit import render_junit
from provenance.validate.report.records import ReportedDocument, Unread
from provenance.validate.report.sarif import render_sarif
from support.reported import GLUED, RULES, changed, reported

SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).parents[1] / "files" / "junit-10.xsd")))


def suites_of(
    *documents: ReportedDocument, fail_on: str = "error", **options: object
) -> etree._Element:
    written = render_junit(documents, fail_on=fail_on, **options)  # type: ignore[arg-type]
    found = etree.fromstring(written.encode())
    SCHEMA.assertValid(found)
    return found


def test_the_schema_that_is_kept_refuses_what_is_no_junit() -> None:
    assert not SCHEMA.validate(etree.fromstring("<testsuite name='a'/>"))


def test_a_suite_a_document_and_a_case_a_finding() -> None:
    found = suites_of(reported(), reported(path="b.txt"))
    assert [suite.get("name") for suite in found] == ["draft.txt", "b.txt"]
    names = [case.get("name") for case in found[0]]
    assert names == ["FN001 marker-without-note (5:75)", "FN103 glued-addresses (9:45)"]
    assert (found.get("tests"), found.get("failures")) == ("4", "4")


def test_what_is_milder_than_the_limit_passes_and_says_itself() -> None:
    looked_at = reported()
    mild = looked_at._replace(
        findings=[changed(each, severity="warning") for each in looked_at.findings]
    )
    [suite] = suites_of(mild)
    assert (suite.get("failures"), suite.get("tests")) == ("0", "2")
    assert suite[0][0].tag == "system-out"
    assert "warning: marker [2] has no note" in suite[0][0].text
    assert suites_of(mild, fail_on="warning")[0].get("failures") == "2"


def test_what_is_waived_is_skipped_with_its_reason() -> None:
    looked_at = reported()
    waived = changed(looked_at.findings[0], standing="waived", reason="it is known")
    [suite] = suites_of(looked_at._replace(findings=[waived]))
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    assert suite[0][0].get("message") == "waived: it is known"


def test_a_clean_document_is_one_case_that_passes() -> None:
    [suite] = suites_of(reported(findings=[]))
    assert [(case.get("name"), len(case)) for case in suite] == [("notes", 0)]


def test_a_document_that_cannot_be_read_is_an_error() -> None:
    found = suites_of(unread=[Unread("a.docx", "a.docx: it is no Word file")])
    assert found.get("errors") == "1"
    assert found[0][0][0].get("message") == "a.docx: it is no Word file"


@pytest.mark.parametrize(
    "text", ["\x00\x08\x1b\ufffe\ud800", "]]><script>&\"'", "a\nb\tc\r", "\u202e \U0001f6a3"],
    ids=["controls", "markup", "blanks", "signs"],
)  # fmt: skip
def test_no_character_of_a_draft_breaks_the_xml(text: str) -> None:
    looked_at = reported()
    odd = changed(looked_at.findings[0], message=text, label=text, url=text)
    [suite] = suites_of(looked_at._replace(path=text + ".txt", findings=[odd]))
    kept = "".join("\ufffd" if char in "\x00\x08\x1b\ufffe\ud800" else char for char in text)
    assert suite[0][0].get("message") == kept


def test_what_a_baseline_knows_is_skipped_and_what_is_new_fails() -> None:
    then = reported(GLUED.replace("bargeshttps", "barges; https"))
    baseline = read_baseline(render_sarif([then], RULES), "then")
    [suite] = suites_of(reported(), baseline=baseline)
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "1")
    assert [case[0].tag for case in suite] == ["skipped", "failure"]
    assert suite[0][0].get("message") == "suppressed: the baseline knows it"
