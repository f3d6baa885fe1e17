"""The database can be thrown away: the archive holds all of it, ids, times and places included."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from provenance import IngestOptions, Workplace, ingest, rebuild
from provenance.demo.sample import sample_update_path
from provenance.demo.web import SampleWeb
from provenance.errors import CorruptRecord, StoreError
from provenance.pipeline.catchup import open_store
from provenance.store.dump import dump_rows
from support.workplace import (
    STAND_INS,
    Later,
    Rows,
    a_draft,
    a_machine_without_internet,
    a_workplace,
    all_rows,
    archive_files,
    ingest_text,
    query,
    web_settings,
)


def dumped(workplace: Workplace, *, stable: bool) -> list[dict[str, Any]]:
    with open_store(workplace.db_path, read_only=True) as store:
        return list(dump_rows(store.db, stable=stable))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Path:
    """A folder in which much has happened: versions, offline looks, changes, later looks."""
    folder = tmp_path_factory.mktemp("lived")
    options = IngestOptions(fetch=False)
    with a_machine_without_internet() as offline:
        ingest([str(sample_update_path())], a_workplace(folder, offline))
    now = a_workplace(folder, web_settings(web))
    ingest([str(sample_update_path())], now)
    ingest([str(sample_update_path("sample-update.html"))], now)
    urls = [f"https://{host}/a?page={page}" for host in STAND_INS[:3] for page in range(3)]
    for name, text in {
        "a": a_draft(urls[:5]),
        "b": a_draft(urls[3:], title="Another", word="ferries"),
    }.items():
        ingest_text(now, folder / f"{name}.txt", text, options)
    ingest_text(now, folder / "a.txt", a_draft(urls[1:7], word="rafts"), IngestOptions())
    web.turn_the_page()
    later = a_workplace(folder, web_settings(web), Later(days=40))
    ingest([str(folder / "a.txt"), str(folder / "b.txt"), str(sample_update_path())], later)
    ingest_text(later, folder / "a.txt", a_draft(urls[:5]), options)
    return folder


@pytest.fixture
def workplace(lived: Path, tmp_path: Path) -> Workplace:
    """A copy of that folder."""
    shutil.copytree(lived, tmp_path / "copy")
    return a_workplace(tmp_path / "copy")


def test_the_folder_holds_what_a_rebuild_must_bring_back(workplace: Workplace) -> None:
    counts = {name: len(rows) for name, rows in all_rows(workplace.db_path).items()}
    assert counts["versions"] > counts["documents"] > 2
    assert counts["checks"] > counts["captures"] > counts["texts"] > 20
    assert counts["drifts"] > 0
    assert query(workplace, "SELECT count(*) > 0 FROM captures WHERE revisit_of IS NOT NULL") == [
        (1,)
    ]
    assert query(workplace, "SELECT count(DISTINCT vantage) FROM checks") == [(2,)]


def test_a_rebuilt_database_equals_the_first_row_for_row(workplace: Workplace) -> None:
    rows, full = all_rows(workplace.db_path), dumped(workplace, stable=False)
    files = archive_files(workplace)
    applied = rebuild(workplace)
    assert applied == sum(
        data.count(b"\n") for name, data in files.items() if name.endswith(".jsonl")
    )
    assert_same(all_rows(workplace.db_path), rows)
    assert dumped(workplace, stable=False) == full
    assert archive_files(workplace) == files


def assert_same(made: Rows, wanted: Rows) -> None:
    assert made.keys() == wanted.keys()
    for name, rows in wanted.items():
        assert made[name] == rows, name


def test_a_rebuild_leaves_one_file(workplace: Workplace) -> None:
    rebuild(workplace)
    beside = {path.name for path in workplace.db_path.parent.glob("provenance.db*")}
    assert beside == {"provenance.db"}


def test_a_deleted_database_is_caught_up_by_the_next_run(workplace: Workplace, lived: Path) -> None:
    rows = all_rows(workplace.db_path)
    for path in workplace.db_path.parent.glob("provenance.db*"):
        path.unlink()
    report = ingest([str(lived / "a.txt")], workplace, IngestOptions(fetch=False))
    assert not report.documents[0].new
    assert_same(all_rows(workplace.db_path), rows)


def test_a_database_behind_its_journals_catches_up(
    workplace: Workplace, tmp_path: Path, web: SampleWeb
) -> None:
    """An older copy of the database beside the archive of today."""
    old = tmp_path / "old.db"
    with sqlite3.connect(workplace.db_path) as connection:
        connection.execute("VACUUM INTO ?", (str(old),))
    connection.close()
    online = a_workplace(workplace.db_path.parent, web_settings(web))
    path = tmp_path / "new.txt"
    ingest_text(
        online, path, a_draft([f"https://{STAND_INS[5]}/new"], title="New"), IngestOptions()
    )
    rows = all_rows(online.db_path)
    behind = Workplace(old, online.archive_root, online.settings)
    assert all_rows(old) != rows
    ingest([str(path)], behind)
    assert_same(all_rows(old), rows)


def test_a_rebuild_without_an_archive_keeps_the_database(workplace: Workplace) -> None:
    rows = all_rows(workplace.db_path)
    elsewhere = Workplace(workplace.db_path, workplace.archive_root.with_name("nowhere"))
    with pytest.raises(StoreError, match="nothing to rebuild from"):
        rebuild(elsewhere)
    assert all_rows(workplace.db_path) == rows


def test_a_rebuild_that_fails_keeps_the_database(workplace: Workplace) -> None:
    rows = all_rows(workplace.db_path)
    journal = max((workplace.archive_root / "texts").glob("*.jsonl"))
    data = journal.read_bytes()
    journal.write_bytes(data.replace(b'"payload_sha256"', b'"payload_sum"', 1))
    with pytest.raises(CorruptRecord, match="line 1"):
        rebuild(workplace)
    assert all_rows(workplace.db_path) == rows
    journal.write_bytes(data)
    rebuild(workplace)
    assert_same(all_rows(workplace.db_path), rows)
