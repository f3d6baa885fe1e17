"""Runs of the command line as a person's shell makes them: child processes, pipes, signals, limits."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from provenance.cli import _run

COMMAND = (sys.executable, "-W", "error", "-m", "provenance")
TIMEOUT_S = 90.0
# So that every process of a run, and of its children, can be found again in /proc.
_MARK = "PROVENANCE_TESTED_RUN"

# Capabilities by which root passes over permissions (capabilities(7)), and where to drop them
# for good (prctl(2)): so that "no permission" means the same for root as for everybody.
_LIMITED = """
import ctypes, json, os, resource, sys
limits, command = json.loads(sys.argv[1]), sys.argv[2:]
if "file_bytes" in limits:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file_bytes"],) * 2)
if limits.get("obeys_permissions") and os.geteuid() == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if libc.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
            raise OSError(ctypes.get_errno(), "prctl")
os.execv(command[0], command)
"""

# A shell's background job ignores SIGINT, and what it starts would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Ran(NamedTuple):
    """What came of a run."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)

    def assert_clear(self, code: int, *words: str) -> None:
        """Fail unless it ended with `code` and said so in one or two lines that name `words`."""
        assert self.code == code, (self.code, self.out, self.err)
        assert "Traceback" not in self.err + self.out, self.err
        assert 1 <= len(self.err.strip().splitlines()) <= 2, self.err
        for word in words:
            assert word in self.err, (word, self.err)


def environment(**changes: str) -> dict[str, str]:
    """The environment without what would change what the command does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROVENANCE_")}
    return {**kept, "PYTHONIOENCODING": "utf-8", **changes}


def run(
    folder: Path,
    *arguments: str | bytes | Path,
    stdin: bytes | None = None,
    env: dict[str, str] | None = None,
    **limits: object,
) -> Ran:
    """Run `provenance ARGUMENTS` in `folder`; `limits` as in `_LIMITED`."""
    done = subprocess.run(
        [*_limited(limits), *COMMAND, *arguments],
        cwd=folder,
        input=stdin if stdin is not None else b"",
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
        env=env or environment(),
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace"))


def run_here(
    folder: Path,
    *arguments: str | bytes | Path,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
) -> Ran:
    """Run a command in this process, which spares the start of another; for what needs no more."""
    read, out, err = (
        io.TextIOWrapper(io.BytesIO(content), "utf-8", write_through=True)
        for content in (stdin, b"", b"")
    )
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, env or environment(), clear=True),
        mock.patch.object(sys, "stdin", read),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _run([os.fsdecode(argument) for argument in arguments])
    return Ran(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]


def _limited(limits: dict[str, object]) -> Sequence[str]:
    return (sys.executable, "-c", _LIMITED, json.dumps(limits)) if limits else ()


class Running:
    """A run that goes on while the test looks, in a process group of its own."""

    def __init__(self, folder: Path, *arguments: str | Path) -> None:
        self.mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(**{_MARK: self.mark}),
            start_new_session=True,
        )

    def signal(self, number: int) -> None:
        """Send a signal to the process group, as a terminal does; no matter if it has ended."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def has_open(self, name: str) -> bool:
        """Tell whether the run has a file of this name open."""
        links = Path(f"/proc/{self.process.pid}/fd")
        with contextlib.suppress(OSError):  # it ends while we look
            return any(os.readlink(link).endswith(name) for link in links.iterdir())
        return False

    def end(self) -> Ran:
        """Wait for the end."""
        out, err = self.process.communicate(timeout=TIMEOUT_S)
        return Ran(self.process.returncode, out.decode(), err.decode())

    def leaves_nobody(self, within_s: float = 5.0) -> bool:
        """Tell whether no process of this run, or started by it, lives on."""
        give_up = time.monotonic() + within_s
        while living := _marked(self.mark):
            if time.monotonic() > give_up:
                return False
            time.sleep(0.02 * len(living))
        return True


def _marked(mark: str) -> list[str]:
    wanted = f"{_MARK}={mark}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in path.read_bytes().split(b"\0"):
                found.append(path.parent.name)
        except OSError:
            continue  # it ended while we looked, or is not ours to look at
    return found
