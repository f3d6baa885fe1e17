"""Looks by 1, 2 and 4 workers of a cluster, beside this process alone: how fast, how dear, how polite.

    python benchmarks/cluster.py [--hosts 200] [--pages 10] [--interval 0.05] [--workers 1 2 4]

One page is some 6 KB, of `--pages` pages on each of `--hosts` hosts on loopback. All of it is real:
marks and looks on disk before and behind each question, WARC records by the workers, verdicts,
journal lines and rows by the one writer. The gap is between two requests as the host saw them. CPU
is of the workers, of the one writer, and of the scheduler; the start of the cluster is left out. The
figures are of the cores that there are: four workers on two cores share them.
"""

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import ClassVar

from provenance import IngestOptions, Workplace, ingest
from provenance.cli.hired import hire_from
from provenance.fetch.fetcher import Fetcher
from provenance.pipeline.looks import Looking
from provenance.pipeline.progress import silent_progress
from provenance.pipeline.taking_over import take_over
from provenance.pipeline.writing import open_for_writing
from provenance.settings import FetchSettings, Settings
from provenance.store.read import sources_to_fetch

WORDS = b"The guild counted barges on the river and told nobody of the toll. " * 90


class Server(asyncio.Protocol):
    """Answers with a page that names its URL; keeps the moments at which each host was asked."""

    arrivals: ClassVar[dict[str, list[float]]] = defaultdict(list)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1]
        host = data.lower().split(b"host: ", 1)[1].split(b"\r\n", 1)[0]
        self.arrivals[host.decode()].append(time.monotonic())
        body = b"<title>%s%s</title><p>%s</p>" % (host, path, WORDS)
        status = b"404 Not Found" if path == b"/robots.txt" else b"200 OK"
        self.transport.write(
            b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(body), body)
        )


def serve(pipe: Pipe) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Server, "127.0.0.1", 0, backlog=4096)
        pipe.send(server.sockets[0].getsockname()[1])
        while await loop.run_in_executor(None, pipe.recv) == "gaps":
            times = Server.arrivals.values()
            gaps = [later - first for each in times for first, later in itertools.pairwise(each)]
            pipe.send((min(gaps), sum(map(len, times))))
            Server.arrivals.clear()

    asyncio.run(main())


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def look(workplace: Workplace, address: str | None) -> int:
    hire = hire_from(address, workplace)

    async def main(store, archive) -> int:  # type: ignore[no-untyped-def]
        async with Fetcher(workplace.settings, clock=lambda: datetime.now(UTC)) as fetcher:
            crew = hire(store, archive, workplace, "benchmark") if hire else None
            due = sources_to_fetch(store.db, None, workplace.clock())
            looking = Looking(store, archive, workplace, fetcher, crew)
            await looking.look_at(due, silent_progress)
            await take_over(store, archive, workplace, fetcher=fetcher)
            return len(looking.results)

    with open_for_writing(workplace) as (store, archive):
        return asyncio.run(main(store, archive))


def measure(label: str, workers: int, settings: Settings, urls: list[str], pipe: Pipe) -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from support.clustered import LoopbackCluster
    from support.workplace import a_draft

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        workplace = Workplace(place / "provenance.db", place / "archive", settings)
        (place / "draft.txt").write_text(a_draft(urls))
        ingest([str(place / "draft.txt")], workplace, IngestOptions(fetch=False))
        if not workers:
            row(label, look, workplace, None, [], pipe, len(urls))
            return
        with LoopbackCluster(workers) as cluster:
            pids = [each.pid for each in cluster.workers]
            row(
                label,
                look,
                workplace,
                cluster.address,
                [*pids, cluster.scheduler.pid],
                pipe,
                len(urls),
            )


def row(label, look, workplace, address, pids, pipe, count) -> None:  # type: ignore[no-untyped-def]
    before, own_before, began_s = (
        [cpu_s(pid) for pid in pids],
        time.process_time(),
        time.monotonic(),
    )
    looked = look(workplace, address)
    took_s = time.monotonic() - began_s
    used = [cpu_s(pid) - was for pid, was in zip(pids, before, strict=True)]
    own_s = time.process_time() - own_before
    pipe.send("gaps")
    gap_s, requests = pipe.recv()
    assert looked == count, (looked, count)
    per_1000 = 1000 / looked
    print(
        f"| {label} | {took_s:.1f} | {looked / took_s:.0f} | {own_s * per_1000:.2f} | "
        f"{sum(used[:-1]) * per_1000:.2f} | {(used[-1] if used else 0) * per_1000:.2f} | "
        f"{requests} | {gap_s:.4f} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--interval", type=float, default=0.05)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    told = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    hosts = [f"ford{number}.example" for number in range(told.hosts)]
    settings = Settings(
        fetch=FetchSettings(
            per_host_interval_s=told.interval,
            connect_to={f"{host}:80": f"127.0.0.1:{port}" for host in hosts},
            allow_networks=("127.0.0.0/8",),
            nameservers=("127.0.0.1:9",),
        )
    )
    urls = [f"http://{host}/{number}" for host in hosts for number in range(told.pages)]
    print(json.dumps({"sources": len(urls), "cores": os.cpu_count(), "load": os.getloadavg()[0],
                      "interval_s": told.interval}))  # fmt: skip
    print(
        "| | s | looks/s | writer, CPU s per 1,000 | workers | scheduler | requests | shortest gap, s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    measure("alone", 0, settings, urls, ours)
    for workers in told.workers:
        measure(f"{workers} workers" if workers > 1 else "1 worker", workers, settings, urls, ours)
    ours.send("end")
    server.join(5)


if __name__ == "__main__":
    main()
