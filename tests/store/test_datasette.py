"""Datasette opens the store with our metadata, and every canned query answers."""

import asyncio
import json
import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from provenance.demo.run import demonstrate

DOCS = Path(__file__).parents[2] / "docs"
METADATA = yaml.safe_load((DOCS / "datasette" / "metadata.yaml").read_text("utf-8"))
OURS = METADATA["databases"]["provenance"]
QUERIES: dict[str, dict[str, Any]] = OURS["queries"]
ASKED = {"host": "wirepress.example", "days": "", "words": 'barges "Ouldane'}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, its failing sources dead: on one day none dies, since that takes several looks."""
    path = demonstrate(tmp_path_factory.mktemp("datasette")).workplace.db_path
    with sqlite3.connect(path) as writing:
        writing.execute("UPDATE states SET state = 'dead' WHERE state = 'failing'")
    writing.close()
    return path


@pytest.fixture
def connection(store: Path) -> Iterator[sqlite3.Connection]:
    found = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    # as Datasette does it: words in quotes, quotes doubled
    found.create_function("escape_fts", 1, lambda text: " ".join(f'"{word}"' for word in text.replace('"', " ").split()))  # fmt: skip
    yield found
    found.close()


def rows_of(connection: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    cursor = connection.execute(QUERIES[name]["sql"], ASKED)
    names = [column[0] for column in cursor.description]
    assert len(names) == len(set(names))
    return [dict(zip(names, row, strict=True)) for row in cursor]


def test_what_the_metadata_tells_of_is_there_and_nothing_of_it_is_misspelt(
    connection: sqlite3.Connection,
) -> None:
    known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}  # fmt: skip
    for table, said in OURS["tables"].items():
        if said == {"hidden": True} and table.startswith("_"):
            continue  # what a version of the store may do without
        assert table in known
        columns = {row[1] for row in connection.execute(f'PRAGMA table_xinfo("{table}")')}
        named = {*said.get("columns", ()), *said.get("units", ()), *said.get("facets", ())}
        named |= {
            said[key] for key in ("sort", "sort_desc", "label_column", "fts_pk") if key in said
        }
        assert named <= columns, table
        assert said.get("fts_table", "claims_fts") in known
    for view in ("claim_sources", "source_states", "check_history"):
        assert OURS["tables"][view]["description"]


@pytest.mark.parametrize("name", QUERIES)
def test_a_canned_query_answers_about_the_sample(connection: sqlite3.Connection, name: str) -> None:
    found = rows_of(connection, name)
    assert found, name
    assert QUERIES[name]["title"]
    named = set(QUERIES[name].get("params", ()))
    assert named == {word for word in ASKED if f":{word}" in QUERIES[name]["sql"]}


def test_claims_only_on_dead_sources_are_those_and_no_others(
    connection: sqlite3.Connection,
) -> None:
    by_claim: dict[tuple[str, str], set[str]] = {}
    for document, claim, state in connection.execute("SELECT document_id, claim_id, state FROM claim_sources WHERE source_id IS NOT NULL"):  # fmt: skip
        by_claim.setdefault((document, claim), set()).add(state)
    expected = sorted(claim for (_, claim), states in by_claim.items() if states == {"dead"})
    assert (
        sorted(row["claim_id"] for row in rows_of(connection, "claims_only_on_dead_sources"))
        == expected
    )
    assert expected


def test_hosts_are_counted_as_their_sources_are(connection: sqlite3.Connection) -> None:
    found = rows_of(connection, "hosts_by_state")
    ((sources,),) = connection.execute("SELECT count(*) FROM sources WHERE host IS NOT NULL")
    assert sum(row["sources"] for row in found) == sources
    ((dead,),) = connection.execute(
        "SELECT count(*) FROM states WHERE state IN ('failing', 'dead')"
    )
    assert sum(row["failing_or_dead"] for row in found) == dead


def test_evidence_to_review_begins_with_the_least_sure_and_has_nothing_that_a_person_judged(
    connection: sqlite3.Connection,
) -> None:
    found = rows_of(connection, "evidence_to_review")
    scores = [row["evidence_score"] or 0 for row in found]
    assert scores == sorted(scores)
    assert {row["evidence_verdict"] for row in found} <= {"partial", "not_found"}


def test_datasette_opens_the_store_and_its_pages_answer(store: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports
        from datasette.app import Datasette
    asyncio.run(
        _visit(Datasette([str(store)], metadata=METADATA, settings={"sql_time_limit_ms": 20_000}))
    )


async def _visit(datasette: Any) -> None:
    await datasette.invoke_startup()

    async def get(path: str) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = await datasette.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text[:500]}"
        return answer

    front = (await get("/provenance")).text
    assert all(query["title"] in front for query in QUERIES.values())
    for table in (
        "claim_sources",
        "source_states",
        "check_history",
        "claims",
        "texts",
        "captures",
        "reviews",
    ):
        page = (await get(f"/provenance/{table}")).text
        assert OURS["tables"][table]["description"][:40] in page
    for name, query in QUERIES.items():
        asked = "&".join(f"{each}={ASKED[each] or '7'}" for each in query.get("params", ()))
        answer = json.loads((await get(f"/provenance/{name}.json?_shape=objects&{asked}")).text)
        assert answer["rows"], name
    faceted = json.loads((await get("/provenance/source_states.json?_facet=state")).text)
    assert {each["value"] for each in faceted["facet_results"]["state"]["results"]} >= {
        "alive",
        "dead",
    }
    found = json.loads((await get("/provenance/texts.json?_search=barges&_shape=objects")).text)
    assert found["rows"]
