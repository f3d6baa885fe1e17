"""SARIF: valid for strangers, true about places, and stable from one run to the next."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from provenance.errors import SettingsError
from provenance.model import Place, PlaceAt
from provenance.validate.records import Edit, Fix
from provenance.validate.report.baseline import FINGERPRINT, read_baseline
from provenance.validate.report.data import findings_to_json
from provenance.validate.report.records import ReportedDocument, Unread
from provenance.validate.report.sarif import render_sarif
from support.reported import GLUED, RULES, changed, reported, with_places

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "files" / "sarif-2.1.0.schema.json").read_text("utf-8")
)
HTML = (
    "<p>Two barges &amp; a toll were stopped.<a href='#n1' id=r1><sup>1</sup></a></p><p>And &#x1F6A3; more.</p>"
    "<ol><li id=n1>https://www.tolls.example/bargeshttps://www.fords.example/12 <a href='#r1'>^</a></li></ol>"
)


def log_of(*documents: ReportedDocument, **options: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(render_sarif(documents, RULES, **options))
    jsonschema.validate(said, SCHEMA)
    return said


def run_of(*documents: ReportedDocument, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = log_of(*documents, **options)["runs"][0]
    return found


def cut(region: dict[str, int], text: str) -> str:
    """What a reader of SARIF cuts out by lines and columns, without our offsets."""
    lines = text.split("\n")
    first, last = region["startLine"] - 1, region["endLine"] - 1
    if first == last:
        return lines[first][region["startColumn"] - 1 : region["endColumn"] - 1]
    middle = lines[first + 1 : last]
    return "\n".join(
        (lines[first][region["startColumn"] - 1 :], *middle, lines[last][: region["endColumn"] - 1])
    )


def a_word_file() -> ReportedDocument:
    looked_at = reported()
    document = looked_at.draft.parsed.document
    places = (PlaceAt(0, Place(paragraph=3)), PlaceAt(100, Place(paragraph=1, note=2)))
    from msgspec.structs import replace

    word = with_places(looked_at, replace(document, format="docx", places=places))
    findings = [changed(each, place=places[1].place) for each in looked_at.findings]
    return word._replace(path="draft.docx", findings=findings, encoding=None)


def a_hostile_one() -> ReportedDocument:
    looked_at = reported()
    message = 'a "quote", {0}, [here](javascript:alert(1)) and \ud800 \x00 \u202e'
    return looked_at._replace(
        path="a folder/ünï:code%20.txt",
        findings=[changed(looked_at.findings[0], message=message)],
    )


def test_every_kind_of_document_makes_a_log_that_the_oasis_schema_allows() -> None:
    said = log_of(
        reported(),
        reported(HTML, "draft.html"),
        reported(GLUED.replace("\n", "\r\n"), "crlf.txt"),
        reported("No notes.\n", "empty.txt"),
        a_word_file(),
        a_hostile_one(),
        unread=[Unread("broken.docx", "broken.docx: it is no Word file")],
        exit_code=2,
    )
    assert [each["location"]["uri"] for each in said["runs"][0]["artifacts"]] == [
        "draft.txt", "draft.html", "crlf.txt", "empty.txt", "draft.docx",
        "a%20folder/%C3%BCn%C3%AF%3Acode%2520.txt",
    ]  # fmt: skip


def test_the_schema_that_is_kept_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": "2.1.0", "runs": [{"results": []}]}, SCHEMA)


@pytest.mark.skipif(
    "PROVENANCE_SARIF_MULTITOOL" not in os.environ,
    reason="PROVENANCE_SARIF_MULTITOOL names no SARIF Multitool (docs/reports.md says how)",
)
def test_microsofts_multitool_finds_no_error(tmp_path: Path) -> None:
    baseline = read_baseline(render_sarif([reported()], RULES), "then.sarif")
    written = render_sarif(
        [reported(), reported(HTML, "draft.html"), a_word_file(), a_hostile_one()],
        RULES,
        baseline=baseline,
        unread=[Unread("broken.docx", "it is no Word file")],
        exit_code=1,
    )
    (tmp_path / "now.sarif").write_text(written, encoding="utf-8")
    done = subprocess.run(
        [os.environ["PROVENANCE_SARIF_MULTITOOL"], "validate", str(tmp_path / "now.sarif")],
        capture_output=True, text=True, check=False,
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
    )  # fmt: skip
    assert "Analysis completed successfully" in done.stdout, done.stdout + done.stderr
    assert " error " not in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("text", "path"),
    [(GLUED, "a.txt"), (GLUED.replace("\n", "\r\n"), "a.txt"), ("\U0001f6a3 é\n" + GLUED, "a.txt"),
     (HTML, "a.html"), ("# Title\n\nSome *words* \U0001f6a3 &amp; end.[2]\n\n## References\n\n[1] https://www.a.example/\n", "a.md")],
    ids=["plain", "crlf", "astral", "html", "markdown"],
)  # fmt: skip
def test_a_region_cuts_out_of_the_file_what_the_finding_is_about(text: str, path: str) -> None:
    looked_at = reported(text, path)
    assert looked_at.findings
    for found, result in zip(looked_at.findings, run_of(looked_at)["results"], strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        words = looked_at.draft.text[found.start : found.end]
        assert cut(region, text) == words
        assert (
            text[region["charOffset"] : region["charOffset"] + region["charLength"]].replace(
                "\r\n", "\n"
            )
            == words
        )


def test_a_word_file_has_a_logical_place_and_no_region_and_no_fix() -> None:
    for result in run_of(a_word_file())["results"]:
        location = result["locations"][0]
        assert "region" not in location["physicalLocation"]
        assert location["logicalLocations"][0]["fullyQualifiedName"] == "note 2, paragraph 1"
        assert "fixes" not in result


def applied(text: str, fix: dict[str, Any]) -> str:
    for each in reversed(fix["artifactChanges"][0]["replacements"]):
        start = each["deletedRegion"]["charOffset"]
        end = start + each["deletedRegion"]["charLength"]
        text = text[:start] + each["insertedContent"]["text"] + text[end:]
    return text


def test_a_fix_made_by_a_stranger_is_the_fix() -> None:
    result = next(each for each in run_of(reported())["results"] if each["ruleId"] == "FN103")
    assert applied(GLUED, result["fixes"][0]) == GLUED.replace(
        "bargeshttps", "barges; https"
    )  # the separator of the house style


@pytest.mark.parametrize(
    ("text", "path", "edit", "expected"),
    [
        ("<p>a &amp; b c</p>", "a.html", lambda t: (t.index("b"), t.index("b") + 1, "x & <y>"), "<p>a &amp; x &amp; &lt;y&gt; c</p>"),
        ("<p>a &amp; b c</p>", "a.html", lambda t: (t.index("&"), t.index("&") + 1, "and"), "<p>a and b c</p>"),
        ("<p>one<b>two</b></p>", "a.html", lambda t: (t.index("two"), t.index("two"), " "), "<p>one <b>two</b></p>"),
        ("one *two* three\n", "a.md", lambda t: (t.index("three"), t.index("three") + 5, "a*b"), None),
        ("one *two* three\n", "a.md", lambda t: (t.index("three"), t.index("three") + 5, "four"), "one *two* four\n"),
    ],
    ids=["escaped", "an-entity", "between-elements", "syntax-in-markdown", "words-in-markdown"],
)  # fmt: skip
def test_a_fix_is_given_only_where_it_can_be_said_in_the_files_own_characters(
    text: str, path: str, edit: Any, expected: str | None
) -> None:
    looked_at = reported(text, path)
    a_finding = reported().findings[0]
    fix = Fix(True, (Edit(*edit(looked_at.draft.text)),))
    [result] = run_of(looked_at._replace(findings=[changed(a_finding, fix=fix, start=0, end=0)]))[
        "results"
    ]
    assert (applied(text, result["fixes"][0]) if "fixes" in result else None) == expected


def test_all_edits_of_a_fix_are_there_or_none() -> None:
    fix = Fix(True, (Edit(0, 1, "x"), Edit(2, 3, "https://a.example/", in_target=True)))
    [result] = run_of(reported()._replace(findings=[changed(reported().findings[0], fix=fix)]))[
        "results"
    ]
    assert "fixes" not in result


def test_every_result_points_to_its_rule_and_every_rule_explains_itself() -> None:
    run = run_of(reported())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for rule in rules:
        assert rule["shortDescription"]["text"].endswith(".")
        assert "## Why it matters" in rule["help"]["markdown"]


def test_what_is_waived_or_suppressed_says_where_and_why() -> None:
    looked_at = reported()
    first, second = looked_at.findings
    run = run_of(looked_at._replace(findings=[
        changed(first, standing="waived", reason="until the ministry answers"),
        changed(second, standing="suppressed")]))  # fmt: skip
    assert [each["suppressions"][0]["kind"] for each in run["results"]] == ["external", "inSource"]
    assert run["results"][0]["suppressions"][0]["justification"] == "until the ministry answers"


@pytest.mark.parametrize("form", ["sarif", "json"])
def test_a_baseline_tells_new_from_known_and_from_gone(form: str) -> None:
    then = reported()
    written = (
        render_sarif([then], RULES)
        if form == "sarif"
        else json.dumps(findings_to_json([("./draft.txt", then.findings)]))
    )
    baseline = read_baseline(written, "then")
    moved = GLUED.replace("Two barges", "In March two barges and a boat")
    mended = moved.replace("Monday.[2]", "Monday.[2] It was raised again.[2]").replace(
        "bargeshttps", "barges; https"
    )
    run = run_of(reported(mended), baseline=baseline)
    states = {(each["ruleId"], each["baselineState"]) for each in run["results"]}
    assert states == {("FN001", "new"), ("FN001", "unchanged"), ("FN103", "absent")}
    # a document that was not looked at is not called mended
    assert {
        each["baselineState"]
        for each in run_of(reported(path="b.txt"), baseline=baseline)["results"]
    } == {"new"}


def test_what_a_baseline_calls_absent_is_not_known_any_more() -> None:
    first = read_baseline(render_sarif([reported()], RULES), "a")
    clean = reported(findings=[])
    second = read_baseline(render_sarif([clean], RULES, baseline=first), "b")
    assert (len(first), len(second)) == (2, 0)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"documents": [{"path": "a", "findings": [{}]}]}',
             '{"runs": [{"results": [{"locations": []}]}]}'],
    ids=["empty", "list", "object", "null", "no-fingerprint", "no-location"],
)  # fmt: skip
def test_what_is_no_report_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(SettingsError, match=r"old\.json is no report"):
        read_baseline(text, "old.json")


def test_a_fingerprint_does_not_change_when_text_is_added_before_it() -> None:
    def prints(text: str) -> list[str]:
        return [
            each["partialFingerprints"][FINGERPRINT] for each in run_of(reported(text))["results"]
        ]

    assert prints(GLUED) == prints(GLUED.replace("A Short Update", "A Somewhat Longer Update"))


def test_an_absolute_path_is_a_file_address_and_comes_back() -> None:
    looked_at = reported(path="/srv/drafts/a b.txt")
    run = run_of(looked_at)
    assert run["artifacts"][0]["location"] == {"uri": "file:///srv/drafts/a%20b.txt"}
    baseline = read_baseline(render_sarif([looked_at], RULES), "x")
    assert {each["baselineState"] for each in run_of(looked_at, baseline=baseline)["results"]} == {
        "unchanged"
    }
