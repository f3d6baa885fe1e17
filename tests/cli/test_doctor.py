"""`doctor` finds what is in the way, says what to do about it, and changes nothing."""

import os
import pty
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import IngestOptions, ingest
from provenance.keep.lock import WriterLock
from provenance.pipeline import doctor_machine, doctor_place
from provenance.pipeline.doctor import Examined, examine
from provenance.pipeline.doctor_machine import Finding
from provenance.pipeline.fixity import check_fixity
from provenance.settings import (
    CaptureSettings,
    FetchSettings,
    Settings,
    SignSettings,
    TimestampSettings,
)
from provenance.store import abilities
from support.runs import run, run_here
from support.workplace import a_draft, a_machine_without_internet, a_workplace, ingest_text


def named(examined: Examined, name: str) -> Finding:
    found = [finding for finding in examined.findings if finding.name == name]
    assert len(found) == 1, (name, examined.findings)
    return found[0]


def everything_below(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*"))


def test_a_new_place_is_ready_and_stays_as_it_was(tmp_path: Path) -> None:
    before = everything_below(tmp_path)
    examined = examine(a_workplace(tmp_path))
    assert examined.works
    assert everything_below(tmp_path) == before
    assert "not there yet" in named(examined, "archive").found
    assert "provenance ingest" in named(examined, "database").found


def test_a_used_place_is_ready(tmp_path: Path) -> None:
    workplace = a_workplace(tmp_path)
    ingest_text(workplace, tmp_path / "draft.txt", a_draft(["https://a.example/1"]))
    before = everything_below(tmp_path / "archive")
    examined = examine(workplace)
    assert examined.works
    assert named(examined, "database").verdict == "good"
    kept = [item for item in before if not item[0].endswith(".lock")]
    assert [i for i in everything_below(tmp_path / "archive") if not i[0].endswith(".lock")] == kept


def test_the_last_reading_of_the_archive_is_told(tmp_path: Path) -> None:
    workplace = a_workplace(tmp_path)
    draft = tmp_path / "draft.txt"
    draft.write_text("A draft\n\nA claim.[1]\n\n[1] https://a.example/\n")
    ingest([str(draft)], workplace, IngestOptions(fetch=False))
    assert named(examine(workplace), "fixity").verdict == "note"
    check_fixity(workplace)
    assert named(examine(workplace), "fixity").verdict == "good"
    (warc,) = (workplace.archive_root / "warc").rglob("*.warc.gz")
    data = bytearray(warc.read_bytes())
    data[-20] ^= 1
    warc.write_bytes(bytes(data))
    check_fixity(workplace, full=True)
    finding = named(examine(workplace), "fixity")
    assert finding.verdict == "bad"
    assert "difference" in finding.found


def test_a_writer_at_work_is_named_and_no_fault(tmp_path: Path) -> None:
    workplace = a_workplace(tmp_path)
    workplace.archive_root.mkdir()
    lock = WriterLock(workplace.archive_root / ".lock", 0.0)
    try:
        finding = named(examine(workplace), "archive")
    finally:
        lock.release()
    assert finding.verdict == "note"
    assert str(os.getpid()) in finding.found


@pytest.mark.parametrize("name", ["archive", "provenance.db"])
def test_what_stands_in_the_way_is_bad(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"somebody's letter")
    examined = examine(a_workplace(tmp_path))
    finding = named(examined, "archive" if name == "archive" else "database")
    assert (finding.verdict, examined.works) == ("bad", False)
    assert finding.advice


def test_places_that_may_not_be_written_are_bad(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed").chmod(0o500)
    done = run(tmp_path, "doctor", "--archive", "closed/archive", "--db", "closed/p.db", "--json",
               obeys_permissions=True)  # fmt: skip
    bad = {check["name"] for check in done.json["checks"] if check["verdict"] == "bad"}
    assert (done.code, bad) == (2, {"archive", "database"})


@pytest.mark.parametrize(("version", "verdict"), [(1, "note"), (999, "bad")])
def test_a_database_of_another_time_is_told(tmp_path: Path, version: int, verdict: str) -> None:
    workplace = a_workplace(tmp_path)
    ingest_text(workplace, tmp_path / "draft.txt", a_draft(["https://a.example/1"]))
    connection = sqlite3.connect(workplace.db_path)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    finding = named(examine(workplace), "database")
    assert finding.verdict == verdict
    assert finding.advice


@pytest.mark.parametrize("year", [1970, 2026])
def test_a_clock_that_cannot_be_true_is_bad(tmp_path: Path, year: int) -> None:
    """Never set, or set back behind what the archive was written at."""
    workplace = a_workplace(tmp_path)
    ingest_text(workplace, tmp_path / "draft.txt", a_draft(["https://a.example/1"]))
    at = datetime(year, 1, 2, tzinfo=UTC)
    finding = named(examine(replace(workplace, clock=lambda: at)), "clock")
    assert finding.verdict == "bad"
    assert finding.advice.startswith("set the clock")


@pytest.mark.parametrize(
    ("settings", "name", "words"),
    [
        (Settings(sign=SignSettings("nowhere.pem")), "settings", "sign.key_file"),
        (Settings(timestamp=TimestampSettings("https://tsa.example/")), "settings", "ca_file"),
        (Settings(fetch=FetchSettings(ca_file="nowhere.pem")), "certificates", "fetch.ca_file"),
        (
            Settings(capture=CaptureSettings(browser="listed", executable="/nowhere")),
            "browser",
            "capture.browser",
        ),
    ],
    ids=["key", "authority", "roots", "browser"],
)
def test_settings_that_cannot_be_kept_are_bad(
    tmp_path: Path, settings: Settings, name: str, words: str
) -> None:
    finding = named(examine(a_workplace(tmp_path, settings)), name)
    assert finding.verdict == "bad"
    assert words in finding.found


def test_a_settings_file_that_is_wrong_is_one_answer_among_others(tmp_path: Path) -> None:
    (tmp_path / "provenance.toml").write_text("[fetch]\nper_host_dellay = 1\n")
    done = run_here(tmp_path, "doctor", "--json")
    checks = {check["name"]: check for check in done.json["checks"]}
    assert (done.code, done.json["works"]) == (2, False)
    assert "per_host_dellay" in checks["settings"]["found"]
    assert checks["python"]["verdict"] == "good"


def test_the_network_is_asked_only_where_that_is_wanted(tmp_path: Path) -> None:
    with a_machine_without_internet() as settings:
        workplace = a_workplace(tmp_path, settings)
        assert "network" not in {finding.name for finding in examine(workplace).findings}
        finding = named(examine(workplace, online=True), "network")
    assert (finding.verdict, "iana.org" in finding.found) == ("bad", True)


def test_a_sqlite_that_lacks_something_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes = (("what no SQLite has", "SELECT no_such_function()"),)
    monkeypatch.setattr(abilities, "_PROBES", (*abilities._PROBES, *probes))
    finding = named(examine(a_workplace(tmp_path)), "sqlite")
    assert (finding.verdict, "what no SQLite has" in finding.found) == ("bad", True)


@pytest.mark.parametrize(
    ("line", "verdict", "words"),
    [
        ("no-such-package>=1", "bad", "no-such-package is missing"),
        ("msgspec>=99.1,<100", "bad", "is older than 99.1"),
        ("msgspec>=0.1", "good", "none missing"),
    ],
    ids=["missing", "old", "good"],
)
def test_packages_that_are_missing_or_old_are_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, verdict: str, words: str
) -> None:
    monkeypatch.setattr(doctor_machine.metadata, "requires", lambda _: [line])
    finding = named(examine(a_workplace(tmp_path)), "packages")
    assert (finding.verdict, words in finding.found) == (verdict, True)


def test_an_old_python_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_machine, "_OLDEST_PYTHON", (sys.version_info[0], 99))
    assert named(examine(a_workplace(tmp_path)), "python").verdict == "bad"


def test_a_full_disk_is_bad_and_a_small_one_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 0

    monkeypatch.setattr(doctor_place.shutil, "disk_usage", lambda _: Usage)
    for free, verdict in ((99_000_000, "bad"), (900_000_000, "note"), (2_000_000_000, "good")):
        Usage.free = free
        assert named(examine(a_workplace(tmp_path)), "disk").verdict == verdict


@pytest.mark.parametrize("columns", [40, 200])
def test_it_is_told_in_narrow_and_wide_terminals(tmp_path: Path, columns: int) -> None:
    """Through a pseudo-terminal of that width no line is longer, and every word is there."""
    ours, theirs = pty.openpty()
    os.set_inheritable(theirs, True)
    command = [sys.executable, "-m", "provenance", "doctor"]
    env = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    process = subprocess.Popen(command, cwd=tmp_path, stdout=theirs, env=env)
    os.close(theirs)
    out = b""
    try:
        while piece := os.read(ours, 65_536):
            out += piece
    except OSError:  # Linux says EIO when the other end is closed
        pass
    os.close(ours)
    assert process.wait(60) == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", out.decode()).splitlines()
    assert max(map(len, lines)) <= columns
    assert "python" in out.decode()
    assert lines[-1].strip() == "ready"
