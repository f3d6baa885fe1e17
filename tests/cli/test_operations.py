"""docs/operations/: every recipe is run, as far as one machine and loopback go."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import rebuild
from provenance.demo.web import SampleWeb
from support.keeping import check_with_strangers
from support.runs import COMMAND, Running, environment, run_here
from support.workplace import (
    a_draft,
    a_workplace,
    all_rows,
    query,
    settings_file,
    web_settings,
)

RECIPES = Path(__file__).parents[2] / "docs" / "operations"
BACKUP = RECIPES / "backup.sh"
URLS = [f"https://desk{number}.example.org/{page}" for number in range(3) for page in range(6)]


def shell(folder: Path, *command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False,
        env=environment(**env), timeout=60,
    )  # fmt: skip


def dump_of(folder: Path) -> str:
    done = run_here(folder, "dump", "--stable")
    assert done.code == 0, done.err
    return done.out


# -- backup and restore ------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path, web: SampleWeb) -> Path:
    """A folder with a draft whose looks take some two seconds."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "draft.txt").write_text(a_draft(URLS))
    settings = web_settings(web)
    paced = replace(settings, fetch=replace(settings.fetch, per_host_interval_s=0.3))
    settings_file(folder, paced, archive={"batch": 2})
    return folder


def test_a_backup_beside_a_writer_is_whole_wherever_it_is_restored(
    desk: Path, tmp_path: Path
) -> None:
    backup, held = tmp_path / "backup", []
    running = Running(desk, "ingest", "draft.txt", "--config", "settings.toml")
    while running.process.poll() is None:
        if (desk / "archive" / "checks").exists():
            done = shell(tmp_path, "sh", BACKUP, desk, backup)
            assert (done.returncode, done.stderr) == (0, "")
            restored = tmp_path / f"restored-{len(held)}"
            shutil.copytree(backup, restored)
            held.append(restored)
        time.sleep(0.3)
    assert running.end().code == 0
    assert len(held) >= 3
    counts = [assert_restored(folder) for folder in held]
    assert counts == sorted(counts)
    assert counts[0] < len(URLS), "the first copy was made while the run went on"
    assert shell(tmp_path, "sh", BACKUP, desk, backup).returncode == 0
    assert assert_restored(backup) == len(URLS)
    assert dump_of(backup) == dump_of(desk)


def assert_restored(folder: Path) -> int:
    """A restored copy is clean, agrees with itself and can be worked with; return its checks."""
    workplace = a_workplace(folder)
    caught_up = run_here(folder, "ingest", "--no-fetch", "../desk/draft.txt", "--json")
    assert caught_up.code == 0, caught_up.err
    assert not caught_up.json["documents"][0]["new"]
    assert run_here(folder, "fixity").code == 0
    check_with_strangers(workplace.archive_root)
    assert query(workplace, "PRAGMA integrity_check") == [("ok",)]
    rows = all_rows(workplace.db_path)
    rebuild(workplace)
    assert all_rows(workplace.db_path) == rows
    lines = (folder / "archive" / "checks").glob("*.jsonl")
    (count,) = query(workplace, "SELECT count(*) FROM checks")
    assert count == (sum(path.read_bytes().count(b"\n") for path in lines),)
    return int(count[0])


def test_a_backup_without_the_sqlite3_command_is_the_same(desk: Path, tmp_path: Path) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "mkdir", "rm", "mv", "cp"):
        (tools / name).symlink_to(shutil.which(name) or name)
    (tools / "python3").symlink_to(sys.executable)
    done = shell(tmp_path, "sh", BACKUP, desk, tmp_path / "backup", PATH=str(tools))
    assert (done.returncode, done.stderr) == (0, "")
    assert dump_of(tmp_path / "backup") == dump_of(desk)


def test_a_backup_that_cannot_be_made_fails_and_leaves_the_last_one(
    desk: Path, tmp_path: Path
) -> None:
    assert shell(tmp_path, "sh", BACKUP).returncode == 2
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    backup = tmp_path / "backup"
    assert shell(tmp_path, "sh", BACKUP, desk, backup).returncode == 0
    before = (backup / "provenance.db").read_bytes()
    (desk / "provenance.db").write_bytes(b"not a database, whatever it is called" * 100)
    assert shell(tmp_path, "sh", BACKUP, desk, backup).returncode != 0
    assert (backup / "provenance.db").read_bytes() == before


# -- systemd -----------------------------------------------------------------------------------

UNITS = sorted(path.name for path in RECIPES.glob("*.service"))
_ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(_ANALYZE is None, reason="there is no systemd-analyze")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with paths that are there on this machine."""
    for path in [*RECIPES.glob("*.service"), *RECIPES.glob("*.timer")]:
        text = path.read_text().replace("/opt/provenance/bin/provenance", sys.executable)
        (tmp_path / path.name).write_text(text.replace("/opt/provenance/share", str(RECIPES)))
    return tmp_path


@needs_systemd
def test_systemd_understands_every_line(units: Path) -> None:
    names = sorted(path.name for path in units.iterdir())
    assert len(names) == 4
    done = shell(units, "systemd-analyze", "verify", *(f"./{name}" for name in names))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("name", UNITS)
def test_the_services_are_shut_in(units: Path, name: str) -> None:
    done = shell(
        units, "systemd-analyze", "security", "--offline=true", "--threshold=15", f"./{name}"
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1:]


@needs_systemd
def test_the_timers_fire_once_a_day() -> None:
    for path in RECIPES.glob("*.timer"):
        (when,) = re.findall(r"^OnCalendar=(.+)$", path.read_text(), re.MULTILINE)
        done = shell(RECIPES, "systemd-analyze", "calendar", "--iterations=2", when)
        assert done.returncode == 0, done.stderr
        assert (RECIPES / f"{path.stem}.service").is_file()


_NO_NEW_CODE = """
import ctypes, os, sys
if ctypes.CDLL(None, use_errno=True).prctl(65, 1, 0, 0, 0):  # PR_SET_MDWE, Linux 6.3
    sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_the_main_job_needs_no_memory_that_is_both_written_and_run(
    desk: Path, web: SampleWeb
) -> None:
    """What `MemoryDenyWriteExecute=yes` forbids, the kernel forbids here in its own way."""
    settings_file(desk, web_settings(web))
    (desk / "other.md").write_text(
        "# Fords\n\nThe ford was closed.[^1]\n\n[^1]: https://desk1.example.org/9\n"
    )
    done = shell(desk, sys.executable, "-c", _NO_NEW_CODE, *COMMAND, "ingest", "draft.txt", "other.md",
                 "--config", "settings.toml")  # fmt: skip
    if done.returncode == 77:
        pytest.skip("this kernel has no PR_SET_MDWE")
    assert done.returncode == 0, done.stderr
    assert query(a_workplace(desk), "SELECT count(*) FROM captures") == [(len(URLS) + 1,)]


# -- log rotation ------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("logrotate") is None, reason="there is no logrotate")
def test_logrotate_moves_the_logs_away_and_nothing_of_the_archive(tmp_path: Path) -> None:
    for name in ("log/nightly.log", "lib/audit.jsonl", "lib/archive/checks/2024-03.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}\n")
    config = tmp_path / "logrotate.conf"
    text = (RECIPES / "logrotate.conf").read_text()
    text = re.sub(r"create (\d+) provenance provenance", r"create \1", text)
    config.write_text(
        text.replace("/var/log/provenance", str(tmp_path / "log")).replace(
            "/var/lib/provenance", str(tmp_path / "lib")
        )
    )
    config.chmod(0o644)
    tmp_path.chmod(0o755)
    done = shell(tmp_path, "logrotate", "--force", "--state", tmp_path / "state", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "log" / "nightly.log.1").read_text() == "{}\n"
    assert len(list((tmp_path / "lib").glob("audit.jsonl-*"))) == 1
    assert [path.name for path in (tmp_path / "lib" / "archive").rglob("*.jsonl*")] == [
        "2024-03.jsonl"
    ]
