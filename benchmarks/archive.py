"""What archiving pages costs beside others: CPU seconds per 1,000 pages, on a web of our own.

    python benchmarks/archive.py [--rounds 3] [--shapes http gzip tls tls-gzip] [--grow 50000]

1,000 pages of 30 to 150 kB on 250 hosts (fixture.py). Ours is what a run does with its
sources: guard, robots.txt, the host's turn, verdict, request and response records with
SHA-256 of block and payload, CDXJ, journal and rows in SQLite, everything on disk before
a row says so, 50 to a batch. Beside it::

    floor          the pages are fetched (asyncio + httptools), and nothing is kept
    wget           --warc-file, one page after the other
    capture_http   warcio's, around urllib

To reach: at most 0.6 x wget; the goal is 0.35 x. Each archive is read back: by fastwarc,
if it is installed, digest by digest. `--grow N` archives 1,000, 10,000 and N small pages:
the cost of each must stay the same, and the memory bounded. The machine's load moves
all figures: read the ratios of one run.
"""

import argparse
import asyncio
import collections
import contextlib
import json
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from check import SHAPES, Bare, Work
from fixture import Fixture, Shape, write_lines
from measure import Spent, spend, this

NAMES = ("floor", "ours", "wget", "capture_http")


async def run_ours(work: Work) -> None:
    from provenance.fetch.fetcher import Fetcher
    from provenance.formats.ids import make_id
    from provenance.keep.archive import Archive
    from provenance.model import Source
    from provenance.pipeline.looks import Looking
    from provenance.pipeline.progress import silent_progress
    from provenance.pipeline.workplace import Workplace
    from provenance.settings import FetchSettings, Settings
    from provenance.store.database import open_database
    from provenance.store.write import Store
    from provenance.watch.verdict import derive_state

    settings = Settings(fetch=FetchSettings(
        allow_networks=("127.0.0.0/8",), allow_ports=(work.port,), ca_file=str(work.ca_file),
        per_host_interval_s=0.0, concurrency=32,
    ))  # fmt: skip
    place = Workplace(work.folder / "provenance.db", work.folder / "archive", settings)
    sources = [
        Source(make_id("source", url), key=url, kind="web", url=url, host=urlsplit(url).hostname)
        for url in work.urls.read_text(encoding="utf-8").split()
    ]
    with (
        contextlib.closing(open_database(place.db_path)) as db,
        Archive.open(place.archive_root, settings.archive, clock=place.clock) as archive,
    ):
        store = Store(db, derive_state=derive_state)
        async with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
            looking = Looking(store, archive, place, fetcher)
            await looking.look_at(sources, silent_progress)
        results = collections.Counter(result.result for result in looking.results.values())
    work.out.write_text(json.dumps(results))


async def run_floor(work: Work) -> None:
    import ssl

    queues: dict[str, list[str]] = collections.defaultdict(list)
    for url in work.urls.read_text(encoding="utf-8").split():
        queues[urlsplit(url).netloc].append(url)
    is_tls = next(iter(queues.values()))[0].startswith("https:")
    context = ssl.create_default_context(cafile=str(work.ca_file)) if is_tls else None
    slots = asyncio.Semaphore(32)

    async def queue(netloc: str, own: list[str]) -> None:
        host, _, port = netloc.partition(":")
        async with slots:
            loop = asyncio.get_running_loop()
            transport, bare = await loop.create_connection(Bare, host, int(port), ssl=context)
            for url in own:
                await bare.ask("GET", netloc, urlsplit(url).path, "gzip")
            transport.close()

    await asyncio.gather(*(queue(netloc, own) for netloc, own in queues.items()))


async def run_capture_http(work: Work) -> None:
    import ssl
    import urllib.request

    from warcio.capture_http import capture_http  # patches http.client, so before urllib

    context = ssl.create_default_context(cafile=str(work.ca_file))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    with capture_http(str(work.folder / "o.warc.gz")):
        for url in work.urls.read_text(encoding="utf-8").split():
            request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
            opener.open(request).read()


def command_of(name: str, work: Work, shape: Shape) -> list[str]:
    if name != "wget":
        return this(__file__, "--as", name, json.dumps(work, default=str))
    command = [
        "wget", "-nv", "--no-proxy", "-T", "20", "-t", "1", f"--warc-file={work.folder}/o",
        "--no-warc-keep-log", "-O", "/dev/null", f"--ca-certificate={work.ca_file}",
    ]  # fmt: skip
    return [*command, *(["--compression=gzip"] if shape.gzip else []), "-i", str(work.urls)]


# -- reading back -----------------------------------------------------------------


class Kept(NamedTuple):
    """Response and revisit records, how many with a payload digest that is right, stored bytes."""

    responses: int
    right: int
    stored_bytes: int


def read_back(folder: Path) -> Kept:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    responses = right = stored = 0
    for path in folder.rglob("*.warc.gz"):
        stored += path.stat().st_size
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response):
                responses += 1
                right += bool(record.verify_payload_digest())
    return Kept(responses, right, stored)


def check_ours(folder: Path, pages: int) -> None:
    """Fail unless every page is in the index, the rows and the WARC files."""
    results = json.loads((folder / "out").read_text())
    index = [line for path in folder.rglob("*.cdxj") for line in path.read_text().splitlines()]
    with contextlib.closing(sqlite3.connect(folder / "provenance.db")) as db:
        rows = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("checks", "captures")]  # fmt: skip
    found = (results.get("archived", 0), *rows)
    if found != (pages,) * 3 or len(index) < pages:
        sys.exit(f"{pages} pages: {results}, rows {rows}, {len(index)} lines of index")


# -- measuring --------------------------------------------------------------------


class Result(NamedTuple):
    spent: Spent
    kept: Kept | None


def measure(name: str, web: Fixture, urls: list[str], *, reads_back: bool) -> Result:
    web.forget()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        listed = write_lines(folder / "urls.txt", urls)
        work = Work(listed, folder / "out", folder, web.port, web.ca_file, 0.0)
        spent = spend(command_of(name, work, web.shape), cwd=folder)
        if spent.code:
            sys.exit(f"{name} ended with {spent.code}: {spent.errors[-2000:]}")
        if name == "ours":
            check_ours(folder, len(urls))
        return Result(spent, read_back(folder) if reads_back and name != "floor" else None)


def print_beside(shape: Shape, rounds: int, names: list[str], *, reads_back: bool) -> None:
    print(f"\n1,000 pages over {shape}; median of {rounds}")
    print(f"{'':<13} {'CPU s/1,000':>11} {'x wget':>7} {'wall s':>7} {'peak MB':>8} {'MB kept':>8}  digests right")  # fmt: skip
    with Fixture(shape) as web:
        urls = web.pages(1000)
        # around urllib, capture_http records nothing of https
        able = [name for name in names if not (shape.tls and name == "capture_http")]
        taken: dict[str, list[Result]] = {name: [] for name in able}
        for _ in range(rounds):
            for name, results in taken.items():
                results.append(measure(name, web, urls, reads_back=reads_back))
    cpu = {name: statistics.median(r.spent.cpu_s for r in found) for name, found in taken.items()}
    for name, results in taken.items():
        spent, kept = results[-1]
        beside = f"{cpu[name] / cpu['wget']:7.2f}" if "wget" in cpu else f"{'':7}"
        wall = statistics.median(result.spent.wall_s for result in results)
        read = f"{kept.stored_bytes / 1e6:8.1f}  {kept.right} of {kept.responses}" if kept else ""
        print(
            f"{name:<13} {cpu[name]:11.3f} {beside} {wall:7.1f} {spent.peak_mb:8.0f} {read}",
            flush=True,
        )
    if {"ours", "wget"} <= set(cpu):
        ratio = cpu["ours"] / cpu["wget"]
        print(
            f"  ours / wget: {ratio:.2f}, to reach 0.60: {'yes' if ratio <= 0.6 else 'NO'}, goal 0.35"
        )


def print_growth(most: int) -> None:
    print(f"\n{'pages':>8} {'CPU s/1,000':>12} {'peak MB':>8}")
    with Fixture(Shape()) as web:
        for count in sorted({1000, 10_000, most}):
            spent, _ = measure("ours", web, web.pages(count, small=True), reads_back=False)
            print(f"{count:8} {spent.cpu_s / count * 1000:12.3f} {spent.peak_mb:8.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="The cost of archiving pages.")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--shapes", nargs="*", choices=SHAPES, default=["http", "gzip", "tls", "tls-gzip"]
    )
    parser.add_argument("--only", nargs="*", choices=NAMES)
    parser.add_argument("--grow", type=int, metavar="N")
    parser.add_argument("--as", dest="role", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role:
        run_as(*options.role)
        return
    names = [name for name in NAMES if not options.only or name in options.only]
    if not shutil.which("wget"):
        print("wget is not on the PATH: left out")
        names.remove("wget")
    reads_back = _has_fastwarc()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name in options.shapes:
        print_beside(SHAPES[name], options.rounds, names, reads_back=reads_back)
    if options.grow:
        print_growth(options.grow)


def _has_fastwarc() -> bool:
    with contextlib.suppress(ImportError):
        import fastwarc.warc  # noqa: F401

        return True
    print("fastwarc is not installed: what others would read back is not counted")
    return False


def run_as(role: str, work: str) -> None:
    urls, out, folder, port, ca_file, gap_s, _ = json.loads(work)
    handed = Work(Path(urls), Path(out), Path(folder), port, Path(ca_file), gap_s)
    roles: dict[str, Any] = {"ours": run_ours, "floor": run_floor, "capture_http": run_capture_http}
    asyncio.run(roles[role](handed))


if __name__ == "__main__":
    main()
