"""Opening, upgrading and failing: always one clear error, never a half-made store."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
import sqlite_utils

from provenance.errors import NewerStore, StoreError
from provenance.store.database import Database, open_database
from provenance.store.schema import APPLICATION_ID, LATEST_VERSION, migrations
from support.records import a_check_line, a_parsed, source_id_of
from support.stores import FilledStore

HERE = Path(__file__).parents[1]


def run_python(code: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )


def test_a_new_store_has_safe_settings(tmp_path: Path) -> None:
    with open_database(tmp_path / "p.db") as db:
        assert db.value("PRAGMA journal_mode") == "wal"
        assert db.value("PRAGMA synchronous") == 2  # FULL
        assert db.value("PRAGMA foreign_keys") == 1
        assert db.value("PRAGMA user_version") == LATEST_VERSION
        assert db.value("PRAGMA integrity_check") == "ok"
        strict = db.rows("SELECT name, strict FROM pragma_table_list WHERE type = 'table'")
        ours = [row["strict"] for row in strict if not row["name"].startswith(("sqlite_", "_"))]
        assert len(ours) > 15
        assert all(ours)


def test_opening_again_finds_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a folder with spaces and ? # % signs.db"
    with open_database(path) as db:
        FilledStore(db).document(a_parsed())
    with open_database(path) as db:
        assert db.value("SELECT count(*) FROM claim_sources") == 1
    with open_database(str(path), read_only=True) as db:
        assert db.value("SELECT count(*) FROM claim_sources") == 1


def test_processes_that_open_a_new_store_at_once_all_succeed(tmp_path: Path) -> None:
    code = (
        "import sys; from provenance.store.database import open_database\n"
        "with open_database(sys.argv[1]) as db: print(db.value('PRAGMA user_version'))"
    )
    racing = [run_python(code, tmp_path / "p.db") for _ in range(4)]
    told = [process.communicate(timeout=60) for process in racing]
    assert [out.strip() for out, _ in told] == [str(LATEST_VERSION)] * 4, told
    with open_database(tmp_path / "p.db") as db:
        assert db.value("SELECT count(*) FROM _sqlite_migrations") == LATEST_VERSION


def test_a_store_of_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with open_database(path) as db:
        db.execute(f"PRAGMA user_version = {LATEST_VERSION + 1}")
    for read_only in (False, True):
        with pytest.raises(NewerStore, match="later version") as caught:
            open_database(path, read_only=read_only)
        assert "upgrade" in caught.value.hint


def a_store_of_schema_2(path: Path) -> None:
    """A file as the version before the last one left it, with one content that it had read."""
    parsed = a_parsed()
    with sqlite3.connect(path) as connection:
        old = sqlite_utils.Database(connection, execute_plugins=False)
        migrations.apply(old, stop_before="m003_keep_what_prose_notes_say")
        for pragma in (f"application_id = {APPLICATION_ID}", "user_version = 2"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(
            "INSERT INTO contents VALUES (1, ?, 'test 0', 'text', NULL, '[]', NULL, NULL, NULL,"
            " NULL, '', '[]')",
            (parsed.document.sha256,),
        )
        connection.execute("INSERT INTO notes VALUES (1, 1, 0, 'note-1', 'notes', '1', 0, 0, '')")
        connection.execute(
            'INSERT INTO citations (note_key, citation_index, kind, start, "end", raw, truncated,'
            " hidden, repairs, authors, access) VALUES (1, 0, 'work', 0, 1, 'x', 0, 0, '[]', '[]',"
            " 'open')"
        )
    connection.close()


def columns_of(db: Database) -> dict[str, list[str]]:
    tables = db.column("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    listed = "SELECT name || ' ' || type FROM pragma_table_info(?)"
    return {table: db.column(listed, (table,)) for table in sorted(tables)}


def test_a_store_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    a_store_of_schema_2(path)
    with pytest.raises(StoreError, match="schema 2 and this version reads"):
        open_database(path, read_only=True)
    with open_database(path) as db, open_database(":memory:") as new:
        assert db.value("PRAGMA user_version") == LATEST_VERSION
        assert columns_of(db) == columns_of(new)
        assert db.rows("SELECT raw, pages, accessed FROM citations") == [
            {"raw": "x", "pages": None, "accessed": None}
        ]
        FilledStore(db).document(a_parsed())  # another parser: read anew, in the same file
        assert db.column("SELECT kind FROM citations") == ["web"]
        assert db.value("PRAGMA integrity_check") == "ok"


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "update.txt"
    path.write_text("[1] https://a.example/ " * 100)
    for read_only in (False, True):
        with pytest.raises(StoreError, match=r"update\.txt is not a database"):
            open_database(path, read_only=read_only)
    assert path.read_text().startswith("[1]")


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mine (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_database(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_folder_is_no_database(tmp_path: Path, read_only: bool) -> None:
    with pytest.raises(StoreError, match=r"no database|cannot be opened"):
        open_database(tmp_path, read_only=read_only)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere") as caught:
        open_database(tmp_path / "nowhere" / "p.db")
    assert "folder must exist" in caught.value.hint


def test_reading_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with pytest.raises(StoreError, match="there is no database"):
        open_database(path, read_only=True)
    assert not path.exists()


def test_an_empty_file_cannot_be_read_but_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.touch()
    with pytest.raises(StoreError, match="schema 0"):
        open_database(path, read_only=True)
    with open_database(path) as db:
        assert db.value("PRAGMA user_version") == LATEST_VERSION


def test_writing_to_a_read_only_store_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    open_database(path).close()
    with open_database(path, read_only=True) as db:
        with pytest.raises(StoreError, match=r"p\.db is read-only") as caught:
            FilledStore(db).document(a_parsed())
        assert "permission" in caught.value.hint


def test_a_file_that_may_not_be_written_is_found_out_at_the_door() -> None:
    code = (
        "import os, sys\n"
        "from provenance.errors import StoreError\n"
        "from provenance.store.database import open_database\n"
        "open_database(':memory:').close()\n"
        "if os.geteuid() == 0: os.setuid(65534)  # root may write anything\n"
        "with open_database(sys.argv[1], read_only=True) as db: print(db.value('SELECT 1'))\n"
        "try: open_database(sys.argv[1])\n"
        "except StoreError as error: print(error)"
    )
    # not tmp_path: other users may not enter the folder that pytest makes these in
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "p.db"
        open_database(path).close()
        path.chmod(0o444)
        folder.chmod(0o555)
        try:
            out, err = run_python(code, path).communicate(timeout=60)
        finally:
            folder.chmod(0o755)
    assert out.splitlines()[:1] == ["1"], err
    assert "is read-only" in out


def test_a_full_disk_leaves_the_last_good_state(tmp_path: Path) -> None:
    with open_database(tmp_path / "p.db") as db:
        filled = FilledStore(db)
        filled.document(a_parsed())
        db.execute(f"PRAGMA max_page_count = {db.value('PRAGMA page_count') + 5}")
        big = a_parsed({"1": ["https://b.example/"]}, [("word " * 40_000, ["1"])])
        with pytest.raises(StoreError, match="the disk is full"):
            filled.document(big, document_id="big")
        assert db.value("SELECT count(*) FROM documents") == 1
        assert db.value("PRAGMA integrity_check") == "ok"
        db.execute("PRAGMA max_page_count = 1000000")
        assert filled.document(big, document_id="big") is True


def test_a_file_size_limit_is_a_fault_and_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    open_database(path).close()
    code = (
        "import resource, signal, sys\n"
        "from support.stores import FilledStore; from support.records import a_parsed\n"
        "from provenance.errors import StoreError\n"
        "from provenance.store.database import open_database\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "db = open_database(sys.argv[1]); filled = FilledStore(db)\n"
        "filled.document(a_parsed())\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "try: filled.document(a_parsed(claims=[('word ' * 200_000, ['1'])]), document_id='two')\n"
        "except StoreError as error: print('fault', error)\n"
    )
    out, err = run_python(code, path).communicate(timeout=60)
    assert out.startswith("fault database"), err
    with open_database(path) as db:
        assert db.value("PRAGMA integrity_check") == "ok"
        assert db.column("SELECT document_id FROM documents") == ["document-one"]


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with open_database(path) as db:
        filled = FilledStore(db)
        for number in range(40):
            parsed = a_parsed(claims=[(f"Claim {number} " * 50, ["1"])])
            filled.document(parsed, document_id=f"document-{number}")
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(data)
    with (
        pytest.raises(StoreError, match="is damaged") as caught,
        open_database(path, read_only=True) as db,
    ):
        db.rows("SELECT * FROM claim_sources")
    assert "rebuild" in caught.value.hint


def test_a_store_in_use_says_so_after_waiting(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with open_database(path) as db, db.atomic():
        with pytest.raises(StoreError, match="in use by another process"):
            open_database(path, busy_timeout_s=0.1)
        with open_database(path, read_only=True, busy_timeout_s=0.1) as reader:
            assert reader.value("SELECT count(*) FROM documents") == 0


def test_a_block_that_fails_is_undone_and_the_next_one_works() -> None:
    with open_database(":memory:") as db:

        def fail_halfway() -> None:
            with db.atomic():
                db.execute("INSERT INTO warc_ends VALUES ('a', 1)")
                with db.atomic():
                    db.execute("INSERT INTO warc_ends VALUES ('b', 1)")
                raise KeyError

        with pytest.raises(KeyError):
            fail_halfway()
        with db.atomic():
            db.execute("INSERT INTO warc_ends VALUES ('c', 1)")
        assert db.column("SELECT file FROM warc_ends") == ["c"]


def test_threads_may_share_a_store(tmp_path: Path) -> None:
    faults: list[BaseException] = []
    with open_database(tmp_path / "p.db") as db:

        def write(name: str) -> None:
            try:
                for number in range(25):
                    with db.atomic():
                        db.execute("INSERT INTO warc_ends VALUES (?, 0)", (f"{name}{number}",))
                        db.execute("UPDATE warc_ends SET end_bytes = end_bytes + 1")
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert db.value("SELECT max(end_bytes) FROM warc_ends") == 100


APPLY_UNTIL_KILLED = """
import sys
from support.stores import FilledStore
from support.records import a_check_line, a_document_line, a_parsed, a_source_map, source_id_of
from provenance.model import JournalPosition
from provenance.store.database import open_database
filled = FilledStore(open_database(sys.argv[1]))
number = filled.db.value("SELECT count(*) FROM documents")
while True:
    url = f"https://host{number}.example/"
    parsed = a_parsed({"1": [url] * 5}, [(f"Claim {number} {k}.", ["1"]) for k in range(40)],
                      title=str(number))
    line = a_document_line(parsed, document_id=f"document-{number}", path=None,
                           warc_ends={"w": number + 1})
    place = JournalPosition("documents", "f", number + 1)
    filled.store.apply_document(line, parsed, a_source_map(parsed), place, parser="p")
    filled.checks(a_check_line(source_id_of(url), payload=url))
    number += 1
    print(number, flush=True)
"""


def test_killed_at_any_moment_the_store_stands_after_some_line(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    for round_number in range(8):
        process = run_python(APPLY_UNTIL_KILLED, path)
        assert process.stdout is not None
        for _ in range(1 + round_number % 3):
            process.stdout.readline()
        threading.Event().wait(0.003 * round_number)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with open_database(path) as db:
            documents = db.value("SELECT count(*) FROM documents")
            assert documents > round_number
            assert db.value("SELECT offset FROM journal_positions WHERE journal = 'documents'") == (
                documents
            )
            assert db.value("SELECT end_bytes FROM warc_ends WHERE file = 'w'") == documents
            assert db.value("SELECT count(*) FROM claims") == documents * 40
            assert db.value("SELECT count(*) FROM citations") == documents * 5
            assert db.value("SELECT count(*) FROM states") == documents
            assert db.rows("PRAGMA foreign_key_check") == []
            db.execute("INSERT INTO claims_fts (claims_fts) VALUES ('integrity-check')")
            assert db.value("PRAGMA integrity_check") == "ok"


def test_a_reader_sees_whole_lines_only_while_another_writes(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with open_database(path) as writer, open_database(path, read_only=True) as reader:
        filled = FilledStore(writer)
        with writer.atomic():
            filled.document(a_parsed())
            assert reader.value("SELECT count(*) FROM documents") == 0
        assert reader.value("SELECT count(*) FROM documents") == 1
        filled.checks(a_check_line(source_id_of("https://a.example/x")))
        assert reader.value("SELECT state FROM source_states") == "alive"
