"""docs/operations/: every recipe is run, as far as one machine and loopback go."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from provenance import rebuild
from provenance.cli import _COMMANDS
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
        if len(held) < 3 and (desk / "archive" / "checks").exists():
            done = shell(tmp_path, "sh", BACKUP, desk, backup)
            assert (done.returncode, done.stderr) == (0, "")
            restored = tmp_path / f"restored-{len(held)}"
            shutil.copytree(backup, restored)
            held.append(restored)
        time.sleep(0.25)
    assert running.end().code == 0
    assert len(held) == 3
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


# -- cron, a workflow, and the page ------------------------------------------------------------


@pytest.fixture
def place(desk: Path, web: SampleWeb, tmp_path: Path) -> dict[str, str]:
    """What stands in the recipes, and what stands for it here; the desk has sources that were never seen."""
    settings_file(desk, web_settings(web)).rename(desk / "provenance.toml")
    (desk / "footnotes").mkdir()
    (desk / "draft.txt").rename(desk / "footnotes" / "draft.txt")
    assert run_here(desk, "ingest", "--no-fetch", "footnotes").code == 0
    command = tmp_path / "bin" / "provenance"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    command.chmod(0o755)
    for name in ("log", "backups"):
        (tmp_path / name).mkdir()
    return {
        "/opt/provenance/bin/provenance": str(command),
        "/opt/provenance/share": str(RECIPES),
        "/var/lib/provenance": str(desk),
        "/var/log/provenance": str(tmp_path / "log"),
        "/var/backups": str(tmp_path / "backups"),
    }


def put_here(text: str, place: dict[str, str]) -> str:
    for there, here in place.items():
        text = text.replace(there, here)
    return text


def test_the_lines_for_cron_run_a_night_and_a_backup(
    desk: Path, tmp_path: Path, place: dict[str, str]
) -> None:
    (desk / "footnotes" / "new.txt").write_text(a_draft(URLS, title="Put there by day"))
    lines = (RECIPES / "nightly.cron").read_text().splitlines()
    jobs = [line.split(maxsplit=6) for line in lines if re.match(r"\d", line)]
    assert [job[5] for job in jobs] == ["provenance", "provenance"]
    for *_, command in jobs:
        assert "%" not in command, "cron makes a line feed of it"
        done = shell(tmp_path, "sh", "-c", put_here(command, place))
        assert done.returncode in {0, 1}, (command, done.stderr)
        assert done.stderr == ""
    assert query(a_workplace(desk), "SELECT checked FROM nights") == [(len(URLS),)]
    assert query(a_workplace(desk), "SELECT count(*) FROM documents") == [(2,)]
    logged = (tmp_path / "log" / "nightly.log").read_text().splitlines()
    assert {json.loads(line)["logger"] for line in logged} >= {"provenance.run"}
    assert dump_of(tmp_path / "backups" / "provenance") == dump_of(desk)


def test_the_service_runs_a_night(desk: Path, tmp_path: Path, place: dict[str, str]) -> None:
    unit = (RECIPES / "provenance-nightly.service").read_text()
    (before,) = re.findall(r"^ExecStartPre=-(.+)$", unit, re.MULTILINE)
    (command,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    environs = dict(
        each.split("=", 1) for each in re.findall(r"^Environment=(.+)$", unit, re.MULTILINE)
    )
    (desk / "footnotes" / "new.txt").write_text(a_draft(URLS[:1], title="Put there by day"))
    taken_in = shell(desk, "sh", "-c", put_here(before, place), **environs)
    assert (taken_in.returncode, "Put there by day" in taken_in.stdout) == (0, True)
    done = shell(desk, "sh", "-c", put_here(command, place), **environs)
    (fine,) = re.findall(r"^SuccessExitStatus=(.+)$", unit, re.MULTILINE)
    assert str(done.returncode) in {"0", *fine.split()}, done.stderr
    assert all(json.loads(line)["level"] == "info" for line in done.stderr.splitlines())
    assert (desk / "nightly.prom").read_text().startswith("# HELP")


def test_the_workflow_takes_in_looks_and_keeps_what_it_says(
    desk: Path, tmp_path: Path, place: dict[str, str]
) -> None:
    steps = yaml.safe_load((RECIPES / "nightly.yml").read_text())["jobs"]["nightly"]["steps"]
    scripts = {step["name"]: step["run"] for step in steps if "run" in step}
    output, summary = tmp_path / "output", tmp_path / "summary"
    env = {
        "PATH": f"{Path(place['/opt/provenance/bin/provenance']).parent}:{os.environ['PATH']}",
        "PROVENANCE_LOG_FORMAT": "json",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    for name in ("Take in what is new", "Look at what is due"):
        done = shell(desk, "bash", "-eo", "pipefail", "-c", scripts[name], **env)
        assert done.returncode == 0, done.stderr
    assert output.read_text() in {"code=0\n", "code=1\n"}
    assert summary.read_text().strip()
    assert json.loads((desk / "nightly.sarif").read_text())["version"] == "2.1.0"
    kept = next(step["with"] for step in steps if step.get("name") == "Keep the state")
    assert all((desk / each).exists() for each in kept["path"].split())


def test_a_restored_backup_is_worked_with_as_the_page_says(
    desk: Path, tmp_path: Path, place: dict[str, str]
) -> None:
    page = (RECIPES.parent / "operations.md").read_text()
    restore = re.search(r"## Restore\n.*?```sh\n(.*?)```", page, re.DOTALL)
    assert restore is not None
    backup = tmp_path / "backups" / "provenance"
    assert shell(tmp_path, "sh", BACKUP, desk, backup).returncode == 0
    elsewhere = {**place, "/var/lib/provenance": str(tmp_path / "elsewhere")}
    path = f"{Path(place['/opt/provenance/bin/provenance']).parent}:{os.environ['PATH']}"
    done = shell(tmp_path, "sh", "-e", "-c", put_here(restore[1], elsewhere), PATH=path)
    assert done.returncode == 0, done.stderr
    restored = a_workplace(tmp_path / "elsewhere")
    # the draft was read at another path, which is all that is new
    assert query(restored, "SELECT count(*) FROM documents") == [(1,)]
    assert query(restored, "SELECT count(*) FROM claim_sources") == [(len(URLS),)]
    assert "ready" in done.stdout


def test_a_first_day_goes_as_the_page_says(desk: Path, place: dict[str, str]) -> None:
    page = (RECIPES.parent / "operations.md").read_text()
    (steps,) = re.findall(r"```sh\n(cd [^`]*?--dry-run\n)```", page)
    (desk / "provenance.db").unlink()
    shutil.rmtree(desk / "archive")
    done = shell(desk, "sh", "-e", "-c", put_here(steps, place))
    assert done.returncode == 0, done.stderr
    assert "ready" in done.stdout
    assert done.stdout.endswith("nothing is due\n")
    looked_at = "SELECT count(*) FROM source_states WHERE state = 'alive'"
    assert query(a_workplace(desk), looked_at) == [(len(URLS),)]


def test_the_page_names_every_recipe_and_no_command_that_is_not_there() -> None:
    page = (RECIPES.parent / "operations.md").read_text()
    for path in RECIPES.iterdir():
        assert path.name in page or path.suffix == ".timer", path.name
    for name in re.findall(r"(?:^|[`/])provenance ([a-z]+)", page, re.MULTILINE):
        assert name in _COMMANDS, name
    for target in re.findall(r"\]\(([^)#:]+)\)", page):
        assert (RECIPES.parent / target).exists(), target


# -- system calls ------------------------------------------------------------------------------


def calls_in(group: str) -> set[str]:
    """The system calls of one of systemd's groups, those of the groups within it included."""
    listed = shell(RECIPES, "systemd-analyze", "syscall-filter", group).stdout.splitlines()[1:]
    names = [line.split("#")[0].strip() for line in listed]
    inner = [calls_in(name) for name in names if name.startswith("@")]
    return {name for name in names if name and not name.startswith("@")}.union(*inner)


@needs_systemd
@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace")
@pytest.mark.skipif(
    not os.environ.get("PROVENANCE_LONG_TESTS"), reason="PROVENANCE_LONG_TESTS is not set"
)
def test_a_night_and_a_backup_make_no_call_that_their_services_forbid(
    desk: Path, tmp_path: Path, place: dict[str, str]
) -> None:
    unit = (RECIPES / "provenance-nightly.service").read_text()
    allowed, denied = re.findall(r"^SystemCallFilter=(\S+)$", unit, re.MULTILINE)
    may = calls_in(allowed) - calls_in(denied.removeprefix("~"))
    night = [place["/opt/provenance/bin/provenance"], "nightly", "--metrics", "nightly.prom"]
    for command in (night, ["sh", str(BACKUP), str(desk), str(tmp_path / "backup")]):
        done = shell(desk, "strace", "-f", "-qq", "-o", tmp_path / "calls", *command)
        assert done.returncode in {0, 1}, done.stderr
        made = set(re.findall(r"^\d+ +(\w+)\(", (tmp_path / "calls").read_text(), re.MULTILINE))
        assert len(made) > 30
        # SQLite, and it alone, where it runs as root, which no service does
        assert made - may <= {"fchown"}, sorted(made - may)
