"""Faults of the house: said in a line or two with the right code, and the same command again mends it."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import rebuild
from provenance.demo.scenes import load_scenes
from provenance.demo.web import SampleWeb
from support.keeping import check_with_strangers
from support.runs import COMMAND, Running, environment, run, run_here
from support.workplace import (
    a_draft,
    a_workplace,
    all_rows,
    query,
    settings_file,
    web_settings,
)

URLS = [f"https://desk{number}.example.org/{page}" for number in range(4) for page in range(3)]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with one draft in it."""
    (tmp_path / "draft.txt").write_text(a_draft(URLS))
    return tmp_path


@pytest.fixture(scope="module")
def known_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose draft was taken in; for tests that change nothing."""
    folder = tmp_path_factory.mktemp("known")
    (folder / "draft.txt").write_text(a_draft(URLS))
    assert run_here(folder, "ingest", "--no-fetch", "draft.txt").code == 0
    return folder


@pytest.fixture
def config(desk: Path, web: SampleWeb) -> Path:
    return settings_file(desk, web_settings(web))


def assert_whole(folder: Path, *, captures: int) -> None:
    """The draft is there once with every claim, and the archive is what it says."""
    workplace = a_workplace(folder)
    assert query(workplace, "SELECT count(*), count(capture_id) FROM claim_sources") == [
        (len(URLS), captures)
    ]
    assert query(workplace, "PRAGMA integrity_check") == [("ok",)]
    check_with_strangers(workplace.archive_root)
    rows = all_rows(workplace.db_path)
    rebuild(workplace)
    assert all_rows(workplace.db_path) == rows


# -- the database ------------------------------------------------------------------------------


def test_a_database_that_is_a_text_file_is_refused_and_left_alone(desk: Path) -> None:
    (desk / "notes.txt").write_text("my own notes\n")
    for command in (["ingest", "--no-fetch", "draft.txt"], ["trace", "x"], ["search", "x"]):
        run_here(desk, *command, "--db", "notes.txt").assert_clear(3, "notes.txt is not a database")
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    run_here(desk, "rebuild", "--db", "notes.txt").assert_clear(3, "notes.txt", "left alone")
    assert (desk / "notes.txt").read_text() == "my own notes\n"


def test_the_database_of_another_program_is_refused_and_left_alone(desk: Path) -> None:
    with sqlite3.connect(desk / "other.db") as other:
        other.execute("CREATE TABLE documents (title TEXT)")
    other.close()
    before = (desk / "other.db").read_bytes()
    done = run_here(desk, "ingest", "--no-fetch", "draft.txt", "--db", "other.db")
    done.assert_clear(3, "other.db belongs to another program")
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    run_here(desk, "rebuild", "--db", "other.db").assert_clear(3, "other.db", "left alone")
    assert (desk / "other.db").read_bytes() == before


def test_a_newer_database_is_refused_and_left_alone(desk: Path) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    with sqlite3.connect(desk / "provenance.db") as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    for command in (["ingest", "--no-fetch", "draft.txt"], ["trace", "x"]):
        run_here(desk, *command).assert_clear(3, "later version", "upgrade provenance")
    assert run_here(desk, "rebuild").code == 0  # made anew, in today's form
    assert run_here(desk, "trace", "guild").code == 0


def test_a_damaged_database_is_mended_by_a_rebuild(desk: Path) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    dump = run_here(desk, "dump").out
    path = desk / "provenance.db"
    data = bytearray(path.read_bytes())
    for start in range(4096, len(data), 4096):
        data[start : start + 512] = os.urandom(512)
    path.write_bytes(data)
    run_here(desk, "ingest", "--no-fetch", "draft.txt").assert_clear(3, "damaged", "rebuild")
    assert run_here(desk, "rebuild").code == 0
    assert run_here(desk, "dump").out == dump


def test_a_database_that_is_a_folder_or_in_none_is_refused(desk: Path) -> None:
    (desk / "folder").mkdir()
    for name in ("folder", "missing/provenance.db"):
        run_here(desk, "ingest", "--no-fetch", "draft.txt", "--db", name).assert_clear(3, name)
    # who asks has named the wrong one
    run_here(desk, "trace", "x", "--db", "missing/provenance.db").assert_clear(2, "no database")
    assert not (desk / "missing").exists()


def test_a_read_only_database_can_be_asked_and_says_why_it_takes_nothing(desk: Path) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    (desk / "new.txt").write_text(a_draft(["https://new.example/"], title="New"))
    (desk / "provenance.db").chmod(0o444)
    desk.chmod(0o555)
    try:
        assert "guild" in run(desk, "search", "guild", obeys_permissions=True).out
        done = run(desk, "ingest", "--no-fetch", "new.txt", obeys_permissions=True)
        done.assert_clear(3, "provenance.db", "write permission")
    finally:
        desk.chmod(0o755)
        (desk / "provenance.db").chmod(0o644)
    assert run_here(desk, "ingest", "--no-fetch", "new.txt").code == 0
    assert query(a_workplace(desk), "SELECT count(*) FROM documents") == [(2,)]


# -- the archive -------------------------------------------------------------------------------


def test_an_archive_that_is_a_file_is_refused(desk: Path) -> None:
    (desk / "archive").write_text("a file\n")
    run_here(desk, "ingest", "--no-fetch", "draft.txt").assert_clear(3, "archive", "--archive")
    assert (desk / "archive").read_text() == "a file\n"
    (desk / "archive").unlink()
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    assert_whole(desk, captures=0)


def test_an_archive_without_permission_takes_nothing_and_loses_nothing(desk: Path) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    (desk / "new.txt").write_text(a_draft(["https://new.example/"], title="New"))
    folders = [desk / "archive", *(path for path in (desk / "archive").rglob("*"))]
    modes = {path: path.stat().st_mode for path in folders}
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = run(desk, "ingest", "--no-fetch", "new.txt", obeys_permissions=True)
    done.assert_clear(3, "archive", "Permission denied")
    for path, mode in modes.items():
        path.chmod(mode)
    assert query(a_workplace(desk), "SELECT count(*) FROM documents") == [(1,)]
    assert run_here(desk, "ingest", "--no-fetch", "new.txt").code == 0
    assert query(a_workplace(desk), "SELECT count(*) FROM documents") == [(2,)]


def test_an_archive_that_cannot_be_written_to_can_be_rebuilt_from(desk: Path) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    dump = run_here(desk, "dump").out
    (desk / "archive" / ".lock").unlink()
    (desk / "archive").chmod(0o555)
    done = run(desk, "rebuild", "--db", "new.db", obeys_permissions=True)
    (desk / "archive").chmod(0o755)
    assert done.code == 0, done.err
    assert run_here(desk, "dump", "--db", "new.db").out == dump


def test_a_lost_warc_is_said_before_anything_is_written(desk: Path) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    (warc,) = (desk / "archive").rglob("*.warc.gz")
    data = warc.read_bytes()
    warc.write_bytes(data[:-10])
    (desk / "new.txt").write_text(a_draft(["https://new.example/"], title="New"))
    run_here(desk, "ingest", "--no-fetch", "new.txt").assert_clear(3, warc.name, "restore")
    warc.write_bytes(data)
    assert run_here(desk, "ingest", "--no-fetch", "new.txt").code == 0


def test_a_rebuild_beside_no_archive_keeps_the_database(desk: Path) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    dump = run_here(desk, "dump").out
    run_here(desk, "rebuild", "--archive", "nowhere").assert_clear(3, "nowhere")
    assert run_here(desk, "dump").out == dump


@pytest.mark.parametrize("command", ["ingest draft.txt --no-fetch", "nightly"])
def test_an_archive_of_another_database_is_told_from_an_old_one(desk: Path, command: str) -> None:
    # a new checkout has an empty archive/: whoever forgets --archive is not sent to a backup
    first = ("--db", "else/store.db", "--archive", "else/archive")
    (desk / "else").mkdir()
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt", *first).code == 0
    (desk / "archive").mkdir()
    (desk / "archive/README.md").write_text("nothing yet")
    done = run_here(desk, *command.split(), "--db", "else/store.db")
    done.assert_clear(3, "nothing is archived in archive", "name the archive with --archive")
    assert [each.name for each in (desk / "archive").iterdir() if each.is_dir()] == []


# -- the disk ----------------------------------------------------------------------------------


@pytest.mark.parametrize("most_bytes", [512, 20_000, 150_000, 300_000])
def test_a_file_that_may_not_grow_is_said_and_the_next_run_does_the_rest(
    desk: Path, config: Path, most_bytes: int
) -> None:
    done = run(desk, "ingest", "draft.txt", "--config", config, file_bytes=most_bytes)
    if done.code != 0:  # the last one may just fit
        done.assert_clear(3)
        assert "space" in done.err or "full" in done.err or "too large" in done.err
    done = run_here(desk, "ingest", "draft.txt", "--config", config)
    assert done.code == 0, done.err
    assert_whole(desk, captures=len(URLS))


# Runs in a mount namespace of its own, so that the small disk is seen by nobody else.
_ON_A_SMALL_DISK = """
mount -t tmpfs -o size={size}k small small && cd small || exit 77
{command}; echo "code $?" >&2
mount -o remount,size=20m ../small || exit 77
{command}; echo "code $?" >&2
cp -a . ../kept
"""


@pytest.mark.parametrize("size", [16, 340, 420])
def test_a_full_disk_is_said_and_the_next_run_does_the_rest(
    desk: Path, config: Path, size: int
) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "true"], check=False).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    (desk / "small").mkdir()
    command = " ".join([*COMMAND, "ingest", "../draft.txt", "--config", str(config), "--json"])
    script = _ON_A_SMALL_DISK.format(size=size, command=command)
    done = subprocess.run([unshare, "-rm", "sh", "-c", script], cwd=desk, capture_output=True,
                          text=True, check=False, env=environment(), timeout=90)  # fmt: skip
    if done.returncode == 77:
        pytest.skip(f"this machine does not let us mount a small disk: {done.stderr}")
    first, second, _ = done.stderr.split("code ")
    assert "Traceback" not in done.stderr, done.stderr
    assert 1 <= len(first.strip().splitlines()) <= 2, done.stderr
    assert "space" in first or "full" in first, done.stderr
    assert second.startswith("3\n"), done.stderr
    assert done.stderr.endswith("code 0\n"), done.stderr
    assert_whole(desk / "kept", captures=len(URLS))


def test_standard_output_on_a_full_disk_is_a_fault_and_not_a_success(desk: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "parse", "draft.txt", "--json"], cwd=desk, stdout=full,
            stderr=subprocess.PIPE, text=True, check=False, env=environment(), timeout=60,
        )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


# -- others, and signals -----------------------------------------------------------------------


def slow_config(desk: Path, web: SampleWeb) -> Path:
    """Settings and a draft with a page that takes two seconds: time to do something meanwhile."""
    slow = next(scene.url for scene in load_scenes() if scene.does == "slow page")
    (desk / "draft.txt").write_text(a_draft([*URLS[:-1], slow]))
    return settings_file(desk, web_settings(web), archive={"wait_for_lock_s": 0.2})


def wait_until_asked(web: SampleWeb, running: Running) -> None:
    """Wait until all pages but the slow one were sent: then nothing is written for a while."""
    seen = len(web.log)
    give_up = time.monotonic() + 30
    while sum(served.target != "/robots.txt" for served in list(web.log)[seen:]) < len(URLS) - 1:
        assert running.process.poll() is None, running.end()
        assert time.monotonic() < give_up, "the run does not ask"
        time.sleep(0.01)
    time.sleep(0.2)


def test_of_two_runs_at_once_the_second_says_who_is_first_and_breaks_nothing(
    desk: Path, web: SampleWeb
) -> None:
    config = slow_config(desk, web)
    running = Running(desk, "ingest", "draft.txt", "--config", config)
    wait_until_asked(web, running)
    running.signal(signal.SIGSTOP)  # so that it is not done before the others have tried
    second = run_here(desk, "ingest", "draft.txt", "--config", config)
    assert "guild" in run_here(desk, "search", "guild").out, "readers must not wait"
    rebuilding = run_here(desk, "rebuild", "--config", config)
    running.signal(signal.SIGCONT)
    first = running.end()
    assert first.code == 0, first.err
    for refused in (second, rebuilding):
        refused.assert_clear(3, f"pid {running.process.pid}", "wait")
    again = run_here(desk, "ingest", "draft.txt", "--config", config)
    assert again.code == 0
    assert_whole(desk, captures=len(URLS))


def test_two_runs_that_may_wait_both_end_well(desk: Path, config: Path) -> None:
    (desk / "other.txt").write_text(a_draft(URLS, title="Another", word="rafts"))
    runs = [
        Running(desk, "ingest", name, "--config", config) for name in ("draft.txt", "other.txt")
    ]
    for running in runs:
        done = running.end()
        assert done.code == 0, done.err
    assert query(a_workplace(desk), "SELECT count(*) FROM documents") == [(2,)]
    assert set(query(a_workplace(desk), "SELECT count(*) FROM checks GROUP BY source_id")) == {(1,)}


def test_an_interrupted_run_says_so_leaves_nobody_and_is_finished_by_the_next(
    desk: Path, web: SampleWeb
) -> None:
    config = slow_config(desk, web)
    running = Running(desk, "ingest", "draft.txt", "--config", config)
    wait_until_asked(web, running)
    running.signal(signal.SIGINT)
    done = running.end()
    done.assert_clear(130, "interrupted")
    assert running.leaves_nobody()
    assert run_here(desk, "ingest", "draft.txt", "--config", config).code == 0
    assert_whole(desk, captures=len(URLS))


# What is interrupted may leave the file of a module, or a connection, for the process' end to close. Python
# tells, since these runs are told to warn of everything; a person's are not.
_LEFT_OPEN = re.compile(
    r"Exception ignored in: .*\n(?:Traceback .*\n(?: .*\n)*)?ResourceWarning: unclosed .*\n"
)


def test_a_run_that_is_interrupted_at_any_moment_ends_with_130(desk: Path, config: Path) -> None:
    codes = set()
    for moment in range(6):
        running = Running(desk, "ingest", "draft.txt", "--config", config)
        while running.process.poll() is None and not running.has_open("provenance.db"):
            time.sleep(0.005)
        time.sleep(moment * 0.2)
        running.signal(signal.SIGINT)
        done = running.end()
        codes.add(done.code)
        # all done, and the signal came while the interpreter took itself down
        was_done = done.code == -signal.SIGINT and "archive/" in done.out
        assert done.code in {0, 130} or was_done, done.err
        assert "Traceback" not in _LEFT_OPEN.sub("", done.err), done.err
        assert running.leaves_nobody()
    assert 130 in codes
    assert run_here(desk, "ingest", "draft.txt", "--config", config).code == 0
    assert_whole(desk, captures=len(URLS))


@pytest.mark.parametrize(
    "arguments",
    [
        ["parse", "draft.txt"],
        ["parse", "draft.txt", "--json"],
        ["search", "guild"],
        ["trace", "guild", "--limit", "100"],
        ["dump"],
        ["config"],
        ["ingest", "--no-fetch", "draft.txt", "--json"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_reader_that_has_seen_enough_is_no_fault(known_desk: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=known_desk, stdout=writing, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, check=False, env=environment(), timeout=60,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 0


# -- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[fetch]\nper_host_intervall_s = 1.0\n", ["per_host_intervall_s", "fetch"]),
        ("[fetsch]\n", ["fetsch"]),
        ("[fetch]\nattempts = 'three'\n", ["attempts"]),
        ("[fetch\n", ["line 1"]),
        ("[fetch.connect_to]\n'a:443' = 1\n", ["connect_to"]),
        ("[fetch]\nnameservers = ['nowhere']\n", ["nameservers", "nowhere"]),
        ("[fetch]\nallow_networks = ['10.0.0.0/99']\n", ["allow_networks", "10.0.0.0/99"]),
    ],
)
def test_settings_that_cannot_be_meant_are_named(desk: Path, text: str, words: list[str]) -> None:
    (desk / "provenance.toml").write_text(text)
    done = run_here(desk, "ingest", "draft.txt")
    assert done.code == 2, done.err
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) <= 4, done.err
    for word in words:
        assert word in done.err
    (desk / "provenance.toml").unlink()
    assert run_here(desk, "ingest", "--offline", "draft.txt").code == 0


def test_a_certificate_file_that_is_missing_is_named_and_the_next_run_does_the_rest(
    desk: Path, web: SampleWeb
) -> None:
    settings = web_settings(web)
    missing = replace(settings, fetch=replace(settings.fetch, ca_file="missing.pem"))
    done = run_here(desk, "ingest", "draft.txt", "--config", settings_file(desk, missing))
    assert done.code == 2, done.err
    assert "ca_file" in done.err
    assert "missing.pem" in done.err
    assert "Traceback" not in done.err
    assert (
        run_here(desk, "ingest", "draft.txt", "--config", settings_file(desk, settings)).code == 0
    )
    assert_whole(desk, captures=len(URLS))


def test_a_settings_file_that_is_missing_or_no_text_is_named(desk: Path) -> None:
    (desk / "bad.toml").write_bytes(b"\xff\xfe[fetch]")
    for name in ("missing.toml", "bad.toml", "."):
        run_here(desk, "parse", "draft.txt", "--config", name).assert_clear(2, name)
    environs = environment(PROVENANCE_CONFIG="elsewhere.toml")
    run_here(desk, "parse", "draft.txt", env=environs).assert_clear(2, "elsewhere.toml")


def test_wrong_use_is_two_and_says_how(desk: Path) -> None:
    for arguments in (["ingest"], ["nonsense"], ["trace"], ["parse", "--nonsense", "draft.txt"],
                      ["ingest", "--document", "x", "a.txt", "b.txt"]):  # fmt: skip
        done = run_here(desk, *arguments)
        assert done.code == 2, (arguments, done)
        assert "Usage:" in done.err
        assert "Traceback" not in done.err
