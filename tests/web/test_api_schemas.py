"""The API answers by the schemas in docs/schema/, and its own description says nothing else."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from support.asking_web import asking, clean_draft, glued_draft

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
RULES = "provenance.rules-1.schema.json"
VALIDATE = "provenance.validate-1.schema.json"
WAIVED = "<!-- provenance: ignore-file FN103 because it is so -->\n\n"


def schema_of(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def faults_of(said: object, schema: dict[str, Any]) -> list[str]:
    found = jsonschema.Draft202012Validator(schema).iter_errors(said)
    return [f"{each.json_path}: {each.message}" for each in found]


@pytest.mark.parametrize(
    ("draft", "standings"),
    [(clean_draft(), set()), (glued_draft(3), {"open"}), (WAIVED + glued_draft(3), {"suppressed"})],
    ids=["clean", "glued", "suppressed"],
)
def test_what_is_found_is_said_in_the_words_of_the_command(draft: str, standings: set[str]) -> None:
    with asking() as web:
        said = web.post("/api/validate?name=draft.md", draft).json()
        described = web.get("/api/openapi.json").json()
    answer = described["paths"]["/api/validate"]["post"]["responses"]["200"]
    assert faults_of(said, schema_of(VALIDATE)) == []
    assert faults_of(said, answer["content"]["application/json"]["schema"]) == []
    assert {each["standing"] for each in said["documents"][0]["findings"]} == standings


def test_the_rules_are_listed_by_their_schema_and_every_page_is_there() -> None:
    with asking() as web:
        said = web.get("/api/rules").json()
        described = web.get("/api/openapi.json").json()
        pages = {web.get(each["page"]).status_code for each in said["rules"]}
    answer = described["paths"]["/api/rules"]["get"]["responses"]["200"]
    assert faults_of(said, schema_of(RULES)) == []
    assert faults_of(said, answer["content"]["application/json"]["schema"]) == []
    assert pages == {200}
    assert faults_of({**said, "rules": []}, schema_of(RULES)) != []
