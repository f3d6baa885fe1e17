"""Time many askings of one kind: wall clock, CPU, and the server that is asked; for `store.py` and `readers.py`."""

import contextlib
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

_TICKS_S = os.sysconf("SC_CLK_TCK")


class Times(NamedTuple):
    """Milliseconds of each asking, sorted; CPU milliseconds of one on average."""

    wall_ms: tuple[float, ...]
    cpu_ms: float

    def at(self, percent: float) -> float:
        """Return the time that so many percent of all stayed within (nearest rank)."""
        rank = -(-len(self.wall_ms) * percent // 100)
        return self.wall_ms[max(0, int(rank) - 1)]


def ask_all(ask: Callable[[str], object], things: Sequence[str], cpu_s: Callable[[], float]) -> Times:  # fmt: skip
    """Ask once for each thing, one after another."""
    spent: list[float] = []
    before = cpu_s()
    for thing in things:
        began = time.perf_counter()
        ask(thing)
        spent.append(1000 * (time.perf_counter() - began))
    cpu_ms = 1000 * (cpu_s() - before) / len(things)
    return Times(tuple(sorted(spent)), cpu_ms)


def own_cpu_s() -> float:
    return time.process_time()


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of another process, all its threads, to a hundredth."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS_S


@contextlib.contextmanager
def serve(db: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `provenance serve` with this store as a process of its own."""
    command = [
        sys.executable, "-m", "provenance", "serve", "--port", "0", "--db", str(db),
        "--archive", str(db.parent / "archive"),
    ]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=db.parent, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found, "the server did not start"
        yield found[0], server
    finally:
        server.terminate()
        server.communicate()


class Client:
    """One connection that is kept; an answer that is no page or data raises."""

    def __init__(self, base: str) -> None:
        self.host = urlsplit(base).netloc
        self._connection = http.client.HTTPConnection(self.host, timeout=60)

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise ValueError(f"{path}: {answer.status} {body[:300]!r}")
        return body
