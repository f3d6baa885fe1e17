"""The JSON of `parse`: every key that the contract names, every span with its place."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from provenance.cite.contract import parse_to_json
from provenance.model import Parsed
from support.cite_builders import parse_page, parse_text, update_with_notes

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "provenance.parse-1.schema.json"
CITATION_KEYS = set(
    """index kind start end raw url canonical_url truncated repairs publisher title authors date
    access access_url archive_of antecedent hidden href place pages accessed isbn archive_url""".split()
)
KINDS = {"web", "subscription", "on_request", "communication", "work", "commentary", "unknown"}
NOTES = (
    "https://news dot example dot net/a; https://news.example.net/b...",
    "Watch Service, “One Report,” May 3, 2023, available by subscription at www.watch.example.com",
    "Watch Service, “One Report”; Interview with a mayor; Author’s database of events, on request",
    "https://web.archive.org/web/20230101000000/https://news.example.net/a",
    "",
)
PAGE = "<p>It rained.[1] It snowed.[2]</p><p>[1] <a href='https://a.org/xy'>https://a.org/x...</a></p><p>[2] https://b.org</p>"


def jsons() -> list[dict[str, Any]]:
    parsed: list[Parsed] = [
        parse_text(update_with_notes(*NOTES)),
        parse_page(PAGE),
        parse_text("It rained.[7]"),
    ]
    return [json.loads(json.dumps(parse_to_json(one))) for one in parsed]


@pytest.fixture(scope="module", params=[0, 1, 2])
def said(request: pytest.FixtureRequest) -> dict[str, Any]:
    return jsons()[request.param]


def test_every_key_of_the_contract_is_there(said: dict[str, Any]) -> None:
    assert said["schema"] == "provenance.parse/1"
    assert set(said) >= {"schema", "document", "text", "claims", "notes", "findings"}
    assert set(said["document"]) >= set(
        "title authors published data_cutoff origin_url language format sha256".split()
    )
    for claim in said["claims"]:
        assert set(claim) >= {"id", "start", "end", "text", "section", "markers", "place"}
        for marker in claim["markers"]:
            assert set(marker) >= {"label", "start", "end", "note_id", "place"}
    for note in said["notes"]:
        assert set(note) >= {"id", "list", "label", "start", "end", "text", "citations", "place"}
        for citation in note["citations"]:
            assert set(citation) >= CITATION_KEYS
            assert citation["kind"] in KINDS
    for finding in said["findings"]:
        assert set(finding) >= {"rule", "severity", "message", "label", "start", "end"}


def test_the_json_is_as_its_published_schema_says(said: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.validate(said, schema)


def test_markers_name_notes_that_are_there(said: dict[str, Any]) -> None:
    ids = [note["id"] for note in said["notes"]]
    assert len(set(ids)) == len(ids)
    for claim in said["claims"]:
        assert all(m["note_id"] is None or m["note_id"] in ids for m in claim["markers"])
    unnoted = {m["label"] for claim in said["claims"] for m in claim["markers"] if not m["note_id"]}
    assert {f["label"] for f in said["findings"] if f["rule"] == "FN001"} == unnoted


def test_lines_and_columns_lead_into_the_file() -> None:
    text = update_with_notes(*NOTES)
    lines = text.split("\n")
    said = json.loads(json.dumps(parse_to_json(parse_text(text))))
    for note in said["notes"]:
        place = note["place"]
        assert lines[place["line"] - 1][place["column"] - 1 :].startswith(f"[{note['label']}]")


def test_a_cut_text_with_a_whole_href_says_both() -> None:
    citation = jsons()[1]["notes"][0]["citations"][0]
    assert (citation["raw"], citation["url"]) == ("https://a.org/x...", "https://a.org/xy")
    assert (citation["href"], citation["truncated"]) == ("https://a.org/xy", False)
    assert citation["repairs"] == [
        {"kind": "href", "before": "https://a.org/x...", "after": "https://a.org/xy"}
    ]


def test_what_is_not_known_is_null_and_not_left_out() -> None:
    citation = jsons()[0]["notes"][0]["citations"][1]
    assert citation["truncated"] is True
    assert citation["url"] == citation["canonical_url"] == "https://news.example.net/b..."
    assert [
        citation[key] for key in ("publisher", "title", "date", "archive_of", "antecedent")
    ] == [None] * 5


def test_a_short_form_names_the_label_and_index_of_its_antecedent() -> None:
    short, interview, database = jsons()[0]["notes"][2]["citations"]
    assert short["antecedent"] == {"label": "2", "index": 0, "reason": "title"}
    assert (interview["kind"], interview["access"]) == ("communication", "none")
    assert (database["kind"], database["access"]) == ("on_request", "on_request")


def test_an_empty_note_is_a_note_with_a_finding() -> None:
    said = jsons()[0]
    assert said["notes"][4]["citations"] == []
    assert ("FN008", "5") in {(f["rule"], f["label"]) for f in said["findings"]}


def test_an_antecedent_names_its_note_where_the_label_alone_would_not_do() -> None:
    text = (
        "It fell.[1]\n\nNotes\n\n[1] Ada Writer, “At Dawn,” Daily, May 3, 2023.\n\n"
        "It rose.[1] It stood.[2]\n\nNotes\n\n[1] https://a.example/x\n[2] Writer, “At Dawn.”\n"
    )
    notes: Any = parse_to_json(parse_text(text))["notes"]
    assert [(note["list"], note["label"]) for note in notes] == [
        ("references", "1"),
        ("references 2", "1"),
        ("references 2", "2"),
    ]
    antecedent = notes[2]["citations"][0]["antecedent"]
    assert antecedent == {
        "label": "1",
        "index": 0,
        "reason": "title",
        "note_id": notes[0]["id"],
    }
