"""Told to end, a run ends in order: what it saw is kept, nobody stays behind, the code says by what."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance.demo.web import SampleWeb
from support.runs import COMMAND, Running, environment, run_here
from support.workplace import a_draft, a_workplace, query, settings_file, web_settings

# One host, so that its pace keeps the run going for as long as the test needs.
URLS = [f"https://desk1.example.org/{page}" for page in range(12)]


@pytest.fixture
def desk(tmp_path: Path, web: SampleWeb) -> Path:
    """A folder with a draft, and settings by which its looks take some three seconds."""
    (tmp_path / "draft.txt").write_text(a_draft(URLS))
    settings = web_settings(web)
    paced = replace(settings, fetch=replace(settings.fetch, per_host_interval_s=0.25))
    settings_file(tmp_path, paced)
    return tmp_path


def asked(web: SampleWeb) -> int:
    """How many of the draft's pages were asked for, by all runs so far."""
    return sum(served.target.lstrip("/").isdecimal() for served in list(web.log))


def start(desk: Path, web: SampleWeb, *command: str) -> Running:
    """A run that has asked for three pages."""
    before = asked(web)
    running = Running(desk, *command, "--config", "settings.toml")
    give_up = time.monotonic() + 60
    while asked(web) < before + 3:
        assert running.process.poll() is None, running.end()
        assert time.monotonic() < give_up
        time.sleep(0.02)
    return running


@pytest.mark.parametrize("number", [signal.SIGHUP], ids=["SIGHUP"])
def test_what_was_seen_is_kept_and_the_next_run_asks_only_for_the_rest(
    desk: Path, web: SampleWeb, number: signal.Signals
) -> None:
    before = asked(web)
    running = start(desk, web, "ingest", "draft.txt")
    os.kill(running.process.pid, number)  # the one process, as systemd and `kill` do
    done = running.end()
    done.assert_clear(128 + number, number.name, "kept")
    assert running.leaves_nobody()
    seen = query(a_workplace(desk), "SELECT count(*) FROM checks")[0][0]
    assert seen >= 2, "what was seen before the signal is committed"
    settings_file(desk, web_settings(web))
    assert run_here(desk, "ingest", "draft.txt", "--config", "settings.toml").code == 0
    counts = query(a_workplace(desk), "SELECT count(*) FROM checks GROUP BY source_id")
    assert counts == [(1,)] * len(URLS)
    # one may have been in flight
    assert asked(web) - before <= len(URLS) + 1


def test_a_night_that_is_told_to_end_tells_what_it_did_and_the_next_asks_for_the_rest(
    desk: Path, web: SampleWeb
) -> None:
    assert run_here(desk, "ingest", "--no-fetch", "draft.txt").code == 0
    before = asked(web)
    running = start(desk, web, "nightly", "--json")
    os.kill(running.process.pid, signal.SIGTERM)
    done = running.end()
    done.assert_clear(143, "SIGTERM", "kept")
    assert running.leaves_nobody()
    night = done.json["run"]
    assert night["ended_by"] == "signal"
    assert night["due"] == len(URLS) == night["checked"] + night["skipped"] + night["failed"]
    assert 2 <= night["checked"] < len(URLS)
    settings_file(desk, web_settings(web))
    assert run_here(desk, "nightly", "--config", "settings.toml").code in {0, 1}
    counts = query(a_workplace(desk), "SELECT count(*) FROM checks GROUP BY source_id")
    assert counts == [(1,)] * len(URLS)
    # that night is over, and told of: what was in flight is the next one's to ask
    assert asked(web) - before <= len(URLS) + 1


def test_a_job_that_ignores_ctrl_c_still_hears_sigterm(desk: Path, web: SampleWeb) -> None:
    before = asked(web)
    # as `command &` in a script starts it
    with subprocess.Popen(
        ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *COMMAND,
         "ingest", "draft.txt", "--config", "settings.toml"],
        cwd=desk, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        while asked(web) < before + 2 and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in err
    assert query(a_workplace(desk), "SELECT count(*) >= 1 FROM checks") == [(1,)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_while_the_packages_load_leaves_no_traceback(
    tmp_path: Path, number: signal.Signals
) -> None:
    """From the first line of ours on; before it stands only the interpreter's own start."""
    ends = set()
    for moment in range(6):
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _BEGUN, "doctor"],
            cwd=tmp_path, env=environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.005 + moment * 0.04)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert "Traceback" not in err, (moment, err)
        assert process.returncode in {0, -number, 128 + number}, (moment, err)
        ends.add(process.returncode)
    assert ends & {-number, 128 + number}


_BEGUN = """
from provenance.__main__ import run
print("begun", flush=True)
run()
"""
