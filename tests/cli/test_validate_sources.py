"""`provenance validate --db` and `--check-sources`: what a store and the live web say of a draft."""

import json
from pathlib import Path
from typing import Any

import pytest

from provenance import IngestOptions, ingest
from provenance.demo.sample import sample_update_path
from provenance.demo.web import SampleWeb
from support.runs import run_here
from support.workplace import a_workplace, settings_file, web_settings

GONE = "https://www.transport.gov.sarhenia.test/fr/communiques/2024/canonnieres-tinzaret"
DRAFT = f"An Update\n\nTwo gunboats were promised.[1]\n\nReferences\n\n[1] {GONE}\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Path:
    """A folder with a store that was filled from the sample update, and a draft."""
    folder = tmp_path_factory.mktemp("desk")
    settings = web_settings(web)
    ingest([str(sample_update_path())], a_workplace(folder, settings), IngestOptions())
    settings_file(folder, settings)
    (folder / "draft.txt").write_text(DRAFT, encoding="utf-8")
    return folder


def findings(done: Any) -> dict[str, Any]:
    (document,) = json.loads(done.out)["documents"]
    return {each["rule"]: each for each in document["findings"]}


def test_the_store_is_asked_where_it_stands(desk: Path) -> None:
    done = run_here(desk, "validate", "draft.txt", "--json")
    assert done.code == 1
    found = findings(done)["FN302"]
    assert "gone 1/3" in found["message"]
    assert found["fix"]["safe"]
    assert "web.archive.example" in found["fix"]["edits"][0]["replacement"]


def test_a_store_that_was_named_and_is_not_there_is_a_wrong_use(desk: Path) -> None:
    run_here(desk, "validate", "draft.txt", "--db", "none.db").assert_clear(2, "none.db", "no such")
    assert not (desk / "none.db").exists()


def test_without_a_store_nothing_is_said_of_sources(tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(DRAFT, encoding="utf-8")
    done = run_here(tmp_path, "validate", "draft.txt", "--json")
    assert (done.code, findings(done)) == (0, {})
    assert [path.name for path in tmp_path.iterdir()] == ["draft.txt"]


def test_a_live_look_tells_what_is_there_now_and_stores_nothing(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(DRAFT, encoding="utf-8")
    settings = str(desk / "settings.toml")
    done = run_here(
        tmp_path, "validate", "draft.txt", "--check-sources", "--config", settings, "--json"
    )
    assert done.code == 1
    assert "one look, just now" in findings(done)["FN302"]["message"]
    assert [path.name for path in tmp_path.iterdir()] == ["draft.txt"]


def test_a_live_look_knows_the_copies_that_the_store_has(desk: Path) -> None:
    before = (desk / "provenance.db").read_bytes()
    done = run_here(
        desk, "validate", "draft.txt", "--check-sources", "--config", "settings.toml", "--json"
    )
    found = findings(done)["FN302"]
    assert "one look, just now" in found["message"]
    assert found["fix"] is not None
    assert (desk / "provenance.db").read_bytes() == before


def test_the_fix_writes_the_archived_link_into_the_file(desk: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(DRAFT, encoding="utf-8")
    done = run_here(tmp_path, "validate", "draft.txt", "--fix", "--db", str(desk / "provenance.db"))
    assert done.code == 0, done.err
    words = draft.read_text(encoding="utf-8")
    assert f"[1] {GONE}, archived at https://web.archive.example/web/" in words
    assert words.startswith(DRAFT[: DRAFT.index("[1] ")])
