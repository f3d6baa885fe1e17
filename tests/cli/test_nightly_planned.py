"""`nightly --dry-run`: what a night would do, for people and for programs, and nobody is asked."""

import json
from pathlib import Path

import jsonschema
import pytest

from provenance.demo.sample import sample_update_path
from support.runs import run_here

SCHEMA = Path(__file__).parents[2] / "docs/schema/provenance.night-plan-1.schema.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose sources nobody looked at yet."""
    folder = tmp_path_factory.mktemp("planned")
    done = run_here(folder, "ingest", sample_update_path(), "--no-fetch")
    assert done.code == 0, done.err
    return folder


def test_a_plan_is_data_where_json_is_asked_for_and_words_where_not(folder: Path) -> None:
    as_data = run_here(folder, "nightly", "--dry-run", "--json")
    assert as_data.code == 0, as_data.err
    plan = as_data.json
    jsonschema.validate(plan, json.loads(SCHEMA.read_text("utf-8")))
    assert plan["due"] == sum(host["sources"] for host in plan["hosts"]) > 20
    assert (
        plan["seconds"] == plan["hosts"][0]["seconds"] == max(h["seconds"] for h in plan["hosts"])
    )
    in_words = run_here(folder, "nightly", "--dry-run")
    assert in_words.out.startswith(f"{plan['due']} sources due at {len(plan['hosts'])} hosts")
    assert plan["hosts"][0]["host"] in in_words.out.splitlines()[1]


def test_a_plan_of_one_host_or_document_has_nothing_of_others(folder: Path) -> None:
    whole = run_here(folder, "nightly", "--dry-run", "--json").json
    host = whole["hosts"][0]
    one = run_here(folder, "nightly", "--dry-run", "--json", "--host", host["host"].upper()).json
    assert one["hosts"] == [host]
    name = sample_update_path().name
    assert run_here(folder, "nightly", "--dry-run", "--json", "--document", name).json == whole


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "nobody.example"), "no source has the host nobody.example"),
        (("--document", "nothing.txt"), "nothing.txt"),
        (("--last",), "two questions"),
    ],
    ids=["host", "document", "last"],
)
def test_a_plan_of_what_is_not_there_is_refused(
    folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    run_here(folder, "nightly", "--dry-run", *arguments).assert_clear(2, said)
