"""Annotations: one line each, within GitHub's limits, and nothing in a draft becomes a command."""

import pytest

from provenance.validate.report.baseline import read_baseline
from provenance.validate.report.github import render_github
from provenance.validate.report.records import Unread
from provenance.validate.report.sarif import render_sarif
from support.reported import GLUED, RULES, changed, reported


def test_an_annotation_names_file_place_and_rule() -> None:
    assert render_github([reported(path="./drafts/a,b.txt")]).splitlines()[0] == (
        "::error file=drafts/a%2Cb.txt,line=5,endLine=5,col=75,endColumn=78,"
        "title=FN001 marker-without-note::marker [2] has no note"
    )


def test_a_clean_document_says_nothing() -> None:
    assert render_github([reported(findings=[])]) == ""


@pytest.mark.parametrize(
    ("message", "data"),
    [("50 %: a, b", "50 %25: a, b"), ("a\n::error::b\r", "a%0A::error::b%0D"), ("x ##[add-mask]y", "x ## [add-mask]y")],
    ids=["percent", "lines", "old-form"],
)  # fmt: skip
def test_no_message_ends_its_line_or_begins_a_command(message: str, data: str) -> None:
    looked_at = reported()
    odd = looked_at._replace(findings=[changed(looked_at.findings[0], message=message)])
    written = render_github([odd])
    assert written.endswith(f"::{data}\n")
    assert written.count("\n") == 1


def test_no_path_ends_its_property() -> None:
    written = render_github([reported(path="a:b\n::error::,title=x%.txt")])
    assert all(
        line.startswith("::error file=a%3Ab%0A%3A%3Aerror%3A%3A%2Ctitle=x%25.txt,line=")
        for line in written.splitlines()
    )


def test_a_finding_over_several_lines_names_no_columns() -> None:
    looked_at = reported()
    long = changed(looked_at.findings[0], start=0, end=30)
    line = render_github([looked_at._replace(findings=[long])])
    assert line.startswith("::error file=draft.txt,line=1,endLine=3,title=")


def test_what_github_would_drop_is_counted_in_a_last_notice() -> None:
    looked_at = reported()
    one = looked_at.findings[0]
    many = [
        changed(one, severity=each) for each in ["error"] * 12 + ["warning"] * 11 + ["info"] * 11
    ]
    lines = render_github([looked_at._replace(findings=many)]).splitlines()
    kinds = [line.split()[0] for line in lines]
    assert [kinds.count(each) for each in ("::error", "::warning", "::notice")] == [10, 10, 10]
    assert "2 more errors, 1 more warning and 2 more notices" in lines[-1]


def test_ten_notices_leave_room_for_the_count() -> None:
    looked_at = reported()
    nine = [changed(looked_at.findings[0], severity="info")] * 9
    assert "more" not in render_github([looked_at._replace(findings=nine)]).splitlines()[-1]


def test_what_is_waived_is_no_annotation_and_what_cannot_be_read_is() -> None:
    looked_at = reported()
    waived = [changed(each, standing="waived") for each in looked_at.findings]
    assert render_github([looked_at._replace(findings=waived)]) == ""
    assert render_github([], unread=[Unread("a.docx", "no Word file")]) == (
        "::error file=a.docx,title=unreadable::no Word file\n"
    )


def test_what_a_baseline_knows_is_no_annotation() -> None:
    then = reported(GLUED.replace("bargeshttps", "barges; https"))
    baseline = read_baseline(render_sarif([then], RULES), "then")
    [line] = render_github([reported()], baseline=baseline).splitlines()
    assert "FN103" in line
