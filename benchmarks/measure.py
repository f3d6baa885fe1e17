"""CPU seconds, wall time and memory of a command with all its children, for benchmarks."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SAMPLE_S = 0.05
# without the compiled modules every start of a Python would cost what only the first one does
_COMPILED_ONCE = {"PYTHONDONTWRITEBYTECODE": ""}


class Spent(NamedTuple):
    """What a command took: CPU is user and system time of the process and what it waited for.

    `peak_mb` is the memory of the whole tree, sampled 20 times a second (what the kernel
    says of a child counts the benchmark that it was forked from).
    """

    cpu_s: float
    wall_s: float
    peak_mb: float
    code: int
    errors: str


def spend(
    command: Sequence[str], *, cwd: Path | None = None, env: dict[str, str] | None = None,
    limit_s: float = 900.0,
) -> Spent:  # fmt: skip
    """Run a command to its end, or kill it after `limit_s`; proxies are not asked."""
    kept = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
    began_s = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env=kept | _COMPILED_ONCE | (env or {}), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    said: list[bytes] = []
    peak = [0]
    ended = threading.Event()
    assert process.stderr is not None
    reader = threading.Thread(
        target=lambda pipe=process.stderr: said.append(pipe.read()), daemon=True
    )
    sampler = threading.Thread(target=_sample, args=(process.pid, peak, ended), daemon=True)
    killer = threading.Timer(limit_s, os.killpg, (process.pid, 9))
    for thread in (reader, sampler, killer):
        thread.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began_s
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    killer.cancel()
    reader.join(2)
    return Spent(
        usage.ru_utime + usage.ru_stime, wall_s, (peak[0] or usage.ru_maxrss * 1024) / 1e6,
        process.returncode, b"".join(said).decode("utf-8", "replace"),
    )  # fmt: skip


def _sample(pid: int, peak: list[int], ended: threading.Event) -> None:
    while not ended.wait(_SAMPLE_S):
        peak[0] = max(peak[0], sum(map(_resident_bytes, _tree(pid))))


def _tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    except OSError:
        pass
    return found


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0


def this(script: str, *arguments: str) -> list[str]:
    """Return the command that runs a benchmark's script anew with these arguments."""
    return [sys.executable, script, *arguments]
