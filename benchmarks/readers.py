"""64 clients who read over HTTP while one process writes: every answer, lock failures, waiting times, the log's size.

    python benchmarks/readers.py [--scale 0.1] [--folder DIR] [--seconds 300] [--readers 64]

Each client keeps one connection and asks, one after another, for traces, documents, sources, pages of
lists and searches chosen at random. The writer (a process of its own) applies documents of fifty claims, twenty a second
at most, each a transaction that is on disk before the next. Readers keep SQLite from shortening its
write-ahead log: its largest size is told.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote, urlsplit

from generated_store import Scale, fill_store
from timed import cpu_of, serve

from provenance.errors import StoreError
from provenance.store.database import open_database
from store import Things, apply_more, choose, some_documents

_PAUSE_S = 0.05


def _asked(rng: random.Random, things: Things) -> tuple[str, str]:
    claim = quote(rng.choice(things.claims))
    words = quote(rng.choice(things.searches["three words"]))
    return rng.choice((
        ("trace", f"/api/claims/{claim}"), ("trace", f"/claims/{claim}?part=1"),
        ("document", f"/documents/{rng.choice(things.documents)}"),
        ("source", f"/sources/{rng.choice(things.sources)}"),
        ("search", f"/search?q={words}"), ("list", f"/documents?after={rng.choice(things.documents)}"),
    ))  # fmt: skip


class Seen:
    """What the readers were answered."""

    def __init__(self) -> None:
        self.spent_ms: dict[str, list[float]] = {}
        self.wrong: Counter[str] = Counter()

    def note(self, kind: str, began: float, status: int, body: bytes) -> None:
        self.spent_ms.setdefault(kind, []).append(1000 * (time.perf_counter() - began))
        if status != 200:
            self.wrong[f"{kind} {status} {body[:120]!r}"] += 1


async def _read_on(number: int, host: str, things: Things, until: float, seen: Seen) -> None:
    rng = random.Random(number)
    name, _, port = host.rpartition(":")
    reader, writer = await asyncio.open_connection(name, int(port), limit=2**22)
    while time.perf_counter() < until:
        kind, path = _asked(rng, things)
        began = time.perf_counter()
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
            body = await reader.readexactly(length)
            seen.note(kind, began, int(head.split(None, 2)[1]), body)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            seen.wrong[f"{kind}: {error!r}"[:160]] += 1
            writer.close()
            reader, writer = await asyncio.open_connection(name, int(port), limit=2**22)
    writer.close()


def _write_on(path: Path, stop: Event, written: "multiprocessing.Queue[object]") -> None:
    spent: list[float] = []
    failed: list[str] = []
    number = time.time_ns()
    with open_database(path) as db:
        while not stop.is_set():
            number += 10
            try:
                spent += apply_more(db, some_documents(1, number)).wall_ms
            except StoreError as error:
                failed.append(str(error))
            time.sleep(_PAUSE_S)
    written.put((sorted(spent), failed))


@contextlib.contextmanager
def _writing(path: Path, told: Callable[[object], None]) -> Iterator[None]:
    fresh = multiprocessing.get_context("spawn")
    stop, written = fresh.Event(), fresh.Queue()
    writer = fresh.Process(target=_write_on, args=(path, stop, written))
    writer.start()
    try:
        yield
    finally:
        stop.set()
        told(written.get(timeout=120))
        writer.join()


async def _read_all(host: str, path: Path, things: Things, count: int, seconds: float, seen: Seen) -> int:  # fmt: skip
    until = time.perf_counter() + seconds
    readers = asyncio.gather(*(_read_on(n, host, things, until, seen) for n in range(count)))
    largest = 0
    log = path.with_name(path.name + "-wal")
    while not readers.done():
        largest = max(largest, log.stat().st_size if log.exists() else 0)
        await asyncio.wait([readers], timeout=0.2)
    await readers
    return largest


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=0.01)
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--readers", type=int, default=64)
    asked = arguments.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="readers-"))
    path, scale = folder / "provenance.db", Scale.of(asked.scale)
    try:
        fill_store(path, scale)
        print_reading(path, choose(scale, 300), asked.readers, asked.seconds)
    finally:
        if asked.folder is None:
            shutil.rmtree(folder)


def print_reading(path: Path, things: Things, readers: int, seconds: float) -> None:
    seen, written = Seen(), []
    with serve(path) as (base, server):
        host, before = urlsplit(base).netloc, cpu_of(server.pid)
        with _writing(path, written.append):
            largest = asyncio.run(_read_all(host, path, things, readers, seconds, seen))
        cpu_s = cpu_of(server.pid) - before
    print(f"{readers} readers, one writer, {seconds:g} s")
    for kind, spent in sorted(seen.spent_ms.items()):
        _print_times(kind, spent)
    spent, failed = written[0]
    _print_times("writing one", spent)
    answers = sum(map(len, seen.spent_ms.values()))
    print(f"{answers} answers, {answers / seconds:.0f} a second, {1000 * cpu_s / max(answers, 1):.1f} ms of CPU each")  # fmt: skip
    print(f"wrong answers: {dict(seen.wrong) or 'none'}; failed writes: {failed or 'none'}; largest log {largest / 1e6:.1f} MB")  # fmt: skip


def _print_times(kind: str, spent: list[float]) -> None:
    spent = sorted(spent)
    half, most, top = (spent[int(len(spent) * share)] for share in (0.5, 0.95, 0.99))
    print(f"{kind:12} {len(spent):7}  p50 {half:7.0f}  p95 {most:7.0f}  p99 {top:7.0f}  most {spent[-1]:7.0f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
