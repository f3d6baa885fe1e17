"""Exports read what is chosen and no more, in pages, in one order."""

from pathlib import Path

import pytest

from provenance.store import export_read
from provenance.store.database import Database, open_database


def plan(db: Database, sql: str) -> list[str]:
    parameters = {"after": "", "chosen": '["source-1"]', "near": None, "ids": '["source-1"]'}
    return [row["detail"] for row in db.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]


@pytest.mark.parametrize(
    "sql",
    [
        export_read._SOURCES.format(sources=export_read._CHOSEN_SOURCES),
        export_read._DOCUMENTS.format(documents=export_read._CHOSEN_DOCUMENTS),
        export_read._DESCRIBED,
        export_read._MEMENTOS,
    ],
    ids=["sources", "documents", "described", "mementos"],
)
def test_of_a_large_store_only_what_is_chosen_is_read(sql: str) -> None:
    with open_database(":memory:") as db:
        scanned = [line for line in plan(db, sql) if line.startswith("SCAN")]
    allowed = ("SCAN w VIRTUAL TABLE", "SCAN wanted VIRTUAL TABLE", "SCAN (subquery", "SCAN q")
    assert [line for line in scanned if not line.startswith(allowed)] == []


def test_all_sources_are_walked_along_their_ids_without_sorting() -> None:
    with open_database(":memory:") as db:
        sql = export_read._SOURCES.format(sources=export_read._ALL_SOURCES).replace(
            ":chosen", "NULL"
        )
        lines = plan(db, sql)
    assert any(line.startswith("SEARCH s USING") for line in lines), lines


def test_more_than_a_page_comes_whole_once_and_in_order() -> None:
    with open_database(":memory:") as db:
        ids = [f"source-{number:05}" for number in range(1_203)]
        db.executemany(
            "INSERT INTO sources (source_id, key, kind, truncated, access) VALUES (?, ?, 'web', 0, 'open')",
            [(id_, id_) for id_ in reversed(ids)],
        )
        assert [row["source_id"] for row in export_read.sources_to_export(db, None)] == ids
        chosen = [*ids[7:900:3], ids[7], "source-unknown"]
        found = [row["source_id"] for row in export_read.sources_to_export(db, chosen)]
        assert found == ids[7:900:3]
        assert list(export_read.sources_to_export(db, [])) == []


def test_what_is_written_meanwhile_is_not_seen_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "provenance.db"
    add = "INSERT INTO sources (source_id, key, kind, truncated, access) VALUES (?, ?, 'web', 0, 'open')"
    with open_database(path) as writer:
        with writer.atomic():
            writer.executemany(add, [(f"source-{number:05}", str(number)) for number in range(600)])
        with open_database(path, read_only=True) as reader:
            with export_read.at_one_moment(reader):
                rows = export_read.sources_to_export(reader, None)
                next(rows)
                writer.execute(add, ("source-99999", "later"))
                assert len(list(rows)) == 599
            with pytest.raises(ValueError, match="stop"), export_read.at_one_moment(reader):
                raise ValueError("stop")
            assert len(list(export_read.sources_to_export(reader, None))) == 601
