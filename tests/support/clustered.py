"""A cluster on loopback for tests: a scheduler and workers in processes, a web that keeps the time."""

import contextlib
import hashlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import trustme

from provenance.settings import FetchSettings, Settings

_PROCESS = Path(__file__).with_name("cluster_process.py")


class TimedWeb:
    """Hosts `ford0.example` …: every path is a page; `arrivals` are the moments of requests, by host."""

    def __init__(self, hosts: int, *, pause_s: float = 0.0, interval_s: float = 0.02) -> None:
        self.hosts = [f"ford{number}.example" for number in range(hosts)]
        self.asked: Counter[str] = Counter()
        self.arrivals: dict[str, list[float]] = defaultdict(list)
        self.interval_s = interval_s
        turn = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                now = time.monotonic()
                host = self.headers["Host"]
                with turn:
                    web.arrivals[host].append(now)
                    if self.path != "/robots.txt":
                        web.asked[f"http://{host}{self.path}"] += 1
                time.sleep(pause_s)
                url = f"http://{host}{self.path}"
                words = hashlib.sha256(url.encode()).hexdigest()
                page = f"<title>{words}</title><p>{url} {words * 30}</p>".encode()
                self.send_response(404 if self.path == "/robots.txt" else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # who asked was killed
                    super().handle()

        web = self
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def urls(self, each: int) -> list[str]:
        return [f"http://{host}/{number}" for host in self.hosts for number in range(each)]

    def settings(self) -> Settings:
        """Settings that lead to it."""
        address = f"127.0.0.1:{self._server.server_address[1]}"
        return Settings(
            fetch=FetchSettings(
                per_host_interval_s=self.interval_s,
                connect_to={f"{host}:80": address for host in self.hosts},
                allow_networks=("127.0.0.0/8",),
                nameservers=("127.0.0.1:9",),
            )
        )

    def shortest_gap_s(self) -> float:
        """The shortest time between two requests that a host saw."""
        pairs = (pair for times in self.arrivals.values() for pair in itertools.pairwise(times))
        return min(later - earlier for earlier, later in pairs)

    def total(self) -> int:
        return sum(self.asked.values())


class LoopbackCluster:
    """A scheduler and workers, each a process that can be killed; none is left behind."""

    def __init__(
        self, workers: int, *, threads: int = 2, tls: dict[str, str] | None = None
    ) -> None:
        self.tls = tls
        self._threads = threads
        self.scheduler, self.address = self._start("scheduler", {})
        self.workers = [self.add_worker() for _ in range(workers)]

    def add_worker(self) -> subprocess.Popen[str]:
        told = {"scheduler": self.address, "threads": self._threads}
        return self._start("worker", told)[0]

    def _start(self, role: str, told: dict[str, Any]) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, _PROCESS, role, json.dumps({**told, "tls": self.tls})],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, f"the {role} did not start"
        return process, address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in [*self.workers, self.scheduler]:
            with process:
                process.kill()


def kill_when(process: subprocess.Popen[str], reached: Callable[[], bool]) -> threading.Thread:
    """Kill a process -9 as soon as something holds."""

    def wait() -> None:
        while not reached():
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def certificates(folder: Path) -> dict[str, str]:
    """A CA of the test's own and one certificate for all, as PEM files."""
    ca = trustme.CA()
    own = ca.issue_cert("127.0.0.1", "localhost")
    paths = {name: str(folder / f"{name}.pem") for name in ("ca", "cert", "key")}
    ca.cert_pem.write_to_path(paths["ca"])
    own.private_key_pem.write_to_path(paths["key"])
    chain: Iterable[trustme.Blob] = own.cert_chain_pems
    Path(paths["cert"]).write_bytes(b"".join(blob.bytes() for blob in chain))
    return paths
