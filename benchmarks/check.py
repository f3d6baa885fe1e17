"""What checking links costs beside others: CPU seconds per 1,000 URLs, on a web of our own.

    python benchmarks/check.py [--rounds 3] [--shapes http tls gzip 50 200] [--polite] [--grow 50000]

5,000 URLs of 250 hosts (fixture.py). Ours is the whole of it: guard, robots.txt, the
host's turn, redirects, retries, the verdict, a line in the journal on disk and rows
in SQLite, up to 500 to a commit and one every two seconds. Beside it, where they are installed (on the PATH)::

    floor         asyncio + httptools, one queue per host, HEAD, nothing else
    lychee        as shipped (GET) and with HEAD; its certificates unchecked under TLS
    linkchecker   10.6; it is slow, so it gets the first 1,000 URLs

To reach: at most 2 x lychee as shipped and 1/3 of linkchecker, every verdict right.
`--polite` keeps a second between two requests of a host and reads the server's own
clock: the smallest gap seen, and the wall time beside URLs of the busiest host x gap, and
beside the requests that it was sent (robots.txt, redirects, GET after HEAD, attempts) x gap.
`--grow N` checks 1,000, 10,000 and N small pages: the cost of each must stay the same.
The machine's load moves all figures: read the ratios of one run.
"""

import argparse
import asyncio
import collections
import contextlib
import csv
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from fixture import Fixture, Shape, write_lines
from measure import Spent, spend, this

SHAPES = {
    "http": Shape(),
    "gzip": Shape(gzip=True),
    "tls": Shape(tls=True),
    "tls-gzip": Shape(gzip=True, tls=True),
    "50": Shape(latency_ms=50),
    "200": Shape(latency_ms=200),
}
TIMEOUT_S = 10.0
# Nothing is archived that a batch would have to wait for, and a crash costs a second look: as many as
# come in the two seconds after which a run commits, up to these. `--batch 50` is what archiving does.
BATCH = 500
_COMMIT_AFTER_S = 2.0
_LINKCHECKER_URLS = 1000
# What the rules say of each kind of URL; others' answers are put into the same words.
OUTCOMES = {
    "ok": "ok", "mv": "ok", "ra": "ok", "sl": "ok", "s": "ok", "nf": "gone", "fb": "blocked",
    "er": "temporary", "to": "temporary", "refused": "temporary",
}  # fmt: skip
_STATUSES = {"ok": "200", "gone": "404", "blocked": "403", "temporary": "500"}


class Work(NamedTuple):
    """What every contender is handed; answers go to `out`, a line `URL TAB answer` each."""

    urls: Path
    out: Path
    folder: Path
    port: int
    ca_file: Path
    gap_s: float
    batch: int = BATCH


# -- ours -------------------------------------------------------------------------


async def run_ours(work: Work) -> None:
    from provenance.fetch.classify import observe
    from provenance.fetch.fetcher import Fetcher
    from provenance.fetch.rounds import visit_all
    from provenance.formats.ids import make_id
    from provenance.keep.archive import Archive
    from provenance.model import Check, CheckLine, Visit
    from provenance.settings import ArchiveSettings, FetchSettings, Settings
    from provenance.store.database import open_database
    from provenance.store.write import Store
    from provenance.watch.verdict import derive_state

    urls = work.urls.read_text(encoding="utf-8").split()
    settings = Settings(fetch=FetchSettings(
        allow_networks=("127.0.0.0/8",), allow_ports=(work.port, 9), ca_file=str(work.ca_file),
        per_host_interval_s=work.gap_s, concurrency=128 if work.gap_s else 256,
        first_byte_timeout_s=TIMEOUT_S, connect_timeout_s=TIMEOUT_S,
    ))  # fmt: skip

    def now() -> datetime:
        return datetime.now(UTC)

    def line_of(visit: Visit) -> CheckLine:
        verdict, _ = observe(visit)
        source_id = make_id("source", visit.url)
        facts = {
            "hops": [{"url": hop.url, "status": hop.status, "ip": hop.ip} for hop in visit.hops]
        }
        check = Check(
            id=make_id("check", source_id, visit.at.isoformat()), source_id=source_id, at=visit.at,
            url=visit.url, outcome=verdict.outcome, rule=verdict.rule,
            rule_version=verdict.rule_version, reason=verdict.reason,
            http_status=visit.last.status if visit.last else None, final_url=visit.final_url,
            elapsed_ms=visit.elapsed_ms, vantage=visit.vantage, facts=facts,
        )  # fmt: skip
        return CheckLine(check, None, {})

    with (
        contextlib.closing(open_database(work.folder / "provenance.db")) as db,
        Archive.open(work.folder / "archive", ArchiveSettings(), clock=now) as archive,
        work.out.open("w", encoding="utf-8") as out,
    ):
        store = Store(db, derive_state=derive_state)

        def commit(lines: list[CheckLine]) -> None:
            placed = archive.commit(lines)
            store.apply_checks((line, at) for line, at in placed if isinstance(line, CheckLine))
            out.writelines(f"{line.check.url}\t{line.check.outcome}\n" for line in lines)
            lines.clear()

        lines: list[CheckLine] = []
        committed_s = time.monotonic()
        async with Fetcher(settings, clock=now) as fetcher:
            look = getattr(fetcher, "check", fetcher.fetch)
            visits: AsyncGenerator[Visit, None] = visit_all(urls, look, workers=1024)
            async for visit in visits:
                lines.append(line_of(visit))
                if len(lines) >= work.batch or time.monotonic() - committed_s > _COMMIT_AFTER_S:
                    commit(lines)
                    committed_s = time.monotonic()
        commit(lines)


# -- the floor --------------------------------------------------------------------


class Bare(asyncio.Protocol):
    """A connection that reads answers and does nothing with them."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"location":
            self.location = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if self.method == "HEAD":
            self.done.set_result(self.parser.get_status_code())

    def on_message_complete(self) -> None:
        if self.method == "GET":
            self.done.set_result(self.parser.get_status_code())

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError())

    async def ask(self, method: str, host: str, target: str, codings: str = "identity") -> int:
        import httptools

        self.method = method
        self.parser = httptools.HttpResponseParser(self)
        self.location = ""
        self.done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        head = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: {codings}\r\n\r\n"
        self.transport.write(head.encode())  # type: ignore[attr-defined]
        async with asyncio.timeout(TIMEOUT_S):
            return await self.done


async def run_floor(work: Work) -> None:
    import ssl

    queues: dict[str, list[str]] = collections.defaultdict(list)
    for url in work.urls.read_text(encoding="utf-8").split():
        queues[urlsplit(url).netloc].append(url)
    loop = asyncio.get_running_loop()
    is_tls = next(iter(queues.values()))[0].startswith("https:")
    context = ssl.create_default_context(cafile=str(work.ca_file)) if is_tls else None
    answers: list[str] = []

    async def queue(netloc: str, own: list[str]) -> None:
        host, _, port = netloc.partition(":")
        bare = None
        for url in own:
            place = urlsplit(url)
            target = f"{place.path}?{place.query}"
            try:
                if bare is None:
                    _, bare = await loop.create_connection(Bare, host, int(port), ssl=context)
                status = await bare.ask("HEAD", netloc, target)
                if status == 301:
                    status = await bare.ask(
                        "HEAD", netloc, urlsplit(urljoin(url, bare.location)).path
                    )
            except (OSError, TimeoutError):
                status, bare = 0, None
            answers.append(f"{url}\t{status or 'ERR'}")
        if bare is not None:
            bare.transport.close()  # type: ignore[attr-defined]

    await asyncio.gather(*(queue(netloc, own) for netloc, own in queues.items()))
    write_lines(work.out, answers)


# -- others -----------------------------------------------------------------------


def lychee_command(work: Work, method: str) -> list[str]:
    return [
        "lychee", "--format", "json", "--output", str(work.out), "--no-progress", "-vv",
        "--max-concurrency", "256", "--timeout", f"{TIMEOUT_S:g}", "--max-retries", "1",
        "--host-concurrency", "20", "--host-request-interval", "0ms", "--insecure",
        "--method", method, str(work.urls),
    ]  # fmt: skip


def read_lychee(work: Work) -> dict[str, str]:
    found = json.loads(work.out.read_text(encoding="utf-8"))
    answers: dict[str, str] = {}
    for name, verdict in (("success_map", "200"), ("redirect_map", "200"), ("error_map", ""), ("timeout_map", "ERR")):  # fmt: skip
        for entries in (found.get(name) or {}).values():
            for entry in entries:
                url = entry.get("url") or entry.get("origin")
                code = (entry.get("status") or {}).get("code")
                answers.setdefault(
                    url["url"] if isinstance(url, dict) else url, verdict or str(code or "ERR")
                )
    return answers


def linkchecker_command(work: Work) -> list[str]:
    settings = work.folder / "linkchecker.ini"
    verify = f"sslverify={work.ca_file}\n"
    settings.write_text(
        f"[checking]\nmaxrequestspersecond=1000\nrobotstxt=0\n{verify}"
        "[filtering]\ncheckextern=1\n[output]\nwarnings=0\n[csv]\nparts=urlname,result,valid,realurl\n"
    )
    page = work.folder / "links.html"
    links = "\n".join(f'<a href="{url}">x</a>' for url in work.urls.read_text().split())
    page.write_text(f"<html><body>{links}</body></html>")
    for path in (work.folder, *work.folder.iterdir()):
        path.chmod(0o777)  # linkchecker lays down the rights of root
    return [
        "linkchecker", "-f", str(settings), "--no-robots", "--check-extern", "-r1", "-t", "128",
        "--timeout", f"{TIMEOUT_S:g}", "--no-status", "-v", "-o", "none",
        "-F", f"csv/utf_8/{work.out}", f"file://{page}",
    ]  # fmt: skip


def read_linkchecker(work: Work) -> dict[str, str]:
    answers: dict[str, str] = {}
    with work.out.open(newline="", encoding="utf-8") as file:
        for row in csv.reader((line for line in file if not line.startswith("#")), delimiter=";"):
            if row and row[0].startswith("http"):
                status = re.match(r"\d{3}", row[1])
                answers[row[0]] = status[0] if status else "ERR"
    return answers


def read_tsv(work: Work) -> dict[str, str]:
    lines = work.out.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)  # type: ignore[arg-type]


class Contender(NamedTuple):
    command: Callable[[Work], list[str]]
    read: Callable[[Work], dict[str, str]]
    program: str | None = None


def _own(name: str) -> Contender:
    return Contender(
        lambda work: this(__file__, "--as", name, json.dumps(work, default=str)), read_tsv
    )


CONTENDERS = {
    "floor": _own("floor"),
    "ours": _own("ours"),
    "lychee": Contender(lambda work: lychee_command(work, "get"), read_lychee, "lychee"),
    "lychee HEAD": Contender(lambda work: lychee_command(work, "head"), read_lychee, "lychee"),
    "linkchecker": Contender(linkchecker_command, read_linkchecker, "linkchecker"),
}


# -- measuring --------------------------------------------------------------------


class Result(NamedTuple):
    spent: Spent
    urls: int
    right: int
    wrong: dict[str, int]

    @property
    def cpu_s_per_1000(self) -> float:
        return self.spent.cpu_s / self.urls * 1000


def is_right(kind: str, answer: str | None) -> bool:
    """Tell whether an answer is that of its kind: an outcome of ours or a status of others."""
    wanted = OUTCOMES[kind]
    if answer in set(OUTCOMES.values()):
        return answer == wanted
    if kind in {"to", "refused"}:
        return answer is not None and not answer.startswith(("1", "2", "3", "4"))
    return answer == _STATUSES[wanted]


def measure(
    name: str, web: Fixture, links: dict[str, str], gap_s: float = 0.0, batch: int = BATCH
) -> Result:
    web.forget()
    contender = CONTENDERS[name]
    if name == "linkchecker":
        links = dict(list(links.items())[:_LINKCHECKER_URLS])
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        urls = write_lines(folder / "urls.txt", links)
        work = Work(urls, folder / "out", folder, web.port, web.ca_file, gap_s, batch)
        spent = spend(contender.command(work), env={"HOME": made})
        try:
            answers = contender.read(work)
        except (OSError, ValueError):
            sys.exit(f"{name} left no answers, exit code {spent.code}: {spent.errors[-2000:]}")
    wrong = collections.Counter(
        f"{kind} -> {answers.get(url, 'nothing')}"
        for url, kind in links.items()
        if not is_right(kind, answers.get(url))
    )
    return Result(spent, len(links), len(links) - wrong.total(), dict(wrong))


def print_beside(shape: Shape, mix: str, rounds: int, names: list[str], batch: int) -> None:
    print(f"\n{mix} URLs over {shape}; {batch} to a commit; median of {rounds}")
    print(f"{'':<12} {'CPU s/1,000':>11} {'x lychee':>9} {'wall s':>7} {'peak MB':>8}  right")
    with Fixture(shape) as web:
        links = web.links(mix)
        taken: dict[str, list[Result]] = {name: [] for name in names}
        for _ in range(rounds):
            for name, results in taken.items():
                results.append(measure(name, web, links, batch=batch))
    cpu = {
        name: statistics.median(r.cpu_s_per_1000 for r in found) for name, found in taken.items()
    }
    for name, results in taken.items():
        last = results[-1]
        beside = f"{cpu[name] / cpu['lychee']:9.2f}" if "lychee" in cpu else f"{'':9}"
        wall = statistics.median(result.spent.wall_s for result in results)
        print(
            f"{name:<12} {cpu[name]:11.3f} {beside} {wall:7.1f} {last.spent.peak_mb:8.0f}"
            f"  {last.right} of {last.urls} {last.wrong or ''}", flush=True,
        )  # fmt: skip
    if "ours" in cpu:
        for other, most in (("lychee", 2.0), ("linkchecker", 1 / 3)):
            if other in cpu:
                ratio = cpu["ours"] / cpu[other]
                print(
                    f"  ours / {other}: {ratio:.2f}, to reach {most:.2f}: {'yes' if ratio <= most else 'NO'}"
                )


def print_polite(shape: Shape, gap_s: float) -> None:
    with Fixture(shape) as web:
        links = web.links("clean")
        result = measure("ours", web, links, gap_s)
        requests, smallest_s, most = web.tell()
    urls = max(collections.Counter(urlsplit(url).netloc for url in links).values())
    most_asked = max(requests.values())
    wall_s = result.spent.wall_s
    print(
        f"{shape}, {gap_s:g} s between two requests of a host: {sum(requests.values())} requests, "
        f"smallest gap on the server's clock {smallest_s:.4f} s, most at once on a host {most}; "
        f"{wall_s:.1f} s = {wall_s / (urls * gap_s):.2f} x {urls} URLs of the busiest host x gap "
        f"(to reach 1.30) = {wall_s / (most_asked * gap_s):.2f} x {most_asked} requests that it was sent "
        f"x gap; right {result.right} of {result.urls}",
        flush=True,
    )  # fmt: skip


def print_growth(most: int) -> None:
    print(f"\n{'checks':>8} {'CPU s/1,000':>12} {'peak MB':>8}")
    with Fixture(Shape()) as web:
        for count in sorted({1000, 10_000, most}):
            links = dict.fromkeys(web.pages(count, small=True), "s")
            result = measure("ours", web, links)
            print(
                f"{count:8} {result.cpu_s_per_1000:12.3f} {result.spent.peak_mb:8.0f}", flush=True
            )


def main() -> None:
    parser = argparse.ArgumentParser(description="The cost of checking links.")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=["http", "tls"])
    parser.add_argument("--mix", nargs="*", choices=("clean", "mix"), default=["clean"])
    parser.add_argument("--only", nargs="*", choices=CONTENDERS)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--polite", nargs="?", type=float, const=1.0, metavar="GAP_S")
    parser.add_argument("--grow", type=int, metavar="N")
    parser.add_argument("--as", dest="role", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role:
        run_as(*options.role)
        return
    names = [
        name for name, contender in CONTENDERS.items()
        if (not options.only or name in options.only)
        and (contender.program is None or shutil.which(contender.program))
    ]  # fmt: skip
    missing = {
        each.program
        for each in CONTENDERS.values()
        if each.program and not shutil.which(each.program)
    }
    for program in sorted(missing):
        print(f"{program} is not on the PATH: left out")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name in options.shapes:
        for mix in options.mix:
            print_beside(SHAPES[name], mix, options.rounds, names, options.batch)
    if options.polite:
        for name in ("50", "200"):
            print_polite(SHAPES[name], options.polite)
    if options.grow:
        print_growth(options.grow)


def run_as(role: str, work: str) -> None:
    urls, out, folder, port, ca_file, gap_s, batch = json.loads(work)
    handed = Work(Path(urls), Path(out), Path(folder), port, Path(ca_file), gap_s, batch)
    roles: dict[str, Any] = {"ours": run_ours, "floor": run_floor}
    asyncio.run(roles[role](handed))


if __name__ == "__main__":
    main()
