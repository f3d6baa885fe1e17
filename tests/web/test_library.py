"""Connections for readers: lent, given back, dropped when another file takes the database's place."""

import shutil
import threading
from pathlib import Path

import pytest

from provenance.demo.run import Demonstration
from provenance.demo.sample import SAMPLE_UPDATES
from provenance.web.library import Library
from provenance.web.problems import Problem


def test_many_threads_read_at_once_and_none_is_refused(library: Library) -> None:
    found: list[int] = []

    def read() -> None:
        for _ in range(20):
            with library.reading() as db:
                found.append(db.value("SELECT count(*) FROM documents"))

    threads = [threading.Thread(target=read) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [len(SAMPLE_UPDATES)] * 640


def test_a_store_that_is_not_there_is_said_and_found_when_it_comes(
    tmp_path: Path, demonstrated: Demonstration
) -> None:
    library = Library(tmp_path / "provenance.db", tmp_path / "archive")
    assert not library.is_there
    for _ in range(20):  # more often than there are connections: none is lost on the way
        with pytest.raises(Problem, match="no store yet"), library.reading():
            pass
    shutil.copy(demonstrated.workplace.db_path, tmp_path / "provenance.db")
    with library.reading() as db:
        assert db.value("SELECT count(*) FROM documents") == len(SAMPLE_UPDATES)
    library.close()


def test_a_database_that_was_rebuilt_is_read_anew(
    tmp_path: Path, demonstrated: Demonstration
) -> None:
    path = tmp_path / "provenance.db"
    shutil.copy(demonstrated.workplace.db_path, path)
    library = Library(path, tmp_path / "archive")
    with library.reading() as before:
        assert before.value("SELECT count(*) FROM documents") == len(SAMPLE_UPDATES)
    shutil.copy(demonstrated.workplace.db_path, tmp_path / "new.db")
    (tmp_path / "new.db").replace(path)
    with library.reading() as after:
        assert after is not before
    library.close()


def test_what_reads_cannot_write(library: Library) -> None:
    from provenance.errors import StoreError

    with library.reading() as db, pytest.raises(StoreError, match="read-only"):
        db.execute("DELETE FROM states")
