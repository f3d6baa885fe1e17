"""What validating drafts costs: one with the start, again after a save, a thousand, and larger ones.

    python benchmarks/validate.py [--rounds 5] [--part start again many growth rules clients]

CPU is user and system time of the whole process tree. The drafts are those of `drafts.py`: one
note in twenty has a fault. Goals of 300 notes: 300 ms with the start, 100 ms when it is validated
again. Beside them stand the floor (a Python that imports click and msgspec) and `provenance parse`
of the same file; beside the thousand Markdown files markdownlint-cli2 and proselint, where they
are on the PATH. They look for other things: the table compares what a call over a folder costs,
not what is found. Rules are timed one by one under `rules`: what grows faster than the notes shows.
"""

import argparse
import contextlib
import datetime
import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from drafts import SUFFIXES, compose
from measure import Spent, spend

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.validate.draft import Draft
from provenance.validate.engine import find_findings
from provenance.validate.house import House
from provenance.validate.rules import all_rules

NOTES = 300
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_TODAY = datetime.date(2024, 4, 1)
_FLOOR = [sys.executable, "-c", "import click, msgspec"]
# As the tests of the package do it: modules are compiled once, not at every start.
_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONUNBUFFERED": "1"}


def provenance(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "provenance", *arguments]


def best(command: list[str], rounds: int, folder: Path) -> Spent:
    """Return the round that took the least CPU; one before it compiles what is not compiled yet."""
    spend(command, cwd=folder)
    return min((spend(command, cwd=folder) for _ in range(rounds)), key=lambda one: one.cpu_s)


def write_drafts(folder: Path, count: int) -> dict[str, Path]:
    paths = {}
    for form, suffix in SUFFIXES.items():
        paths[form] = folder / f"draft-{count}.{suffix}"
        paths[form].write_bytes(compose(count, form))
    return paths


def print_start(folder: Path, rounds: int) -> None:
    floor = best(_FLOOR, rounds, folder).cpu_s * 1000
    print(f"\n{NOTES} notes, start included, CPU ms (floor: {floor:.0f})")
    print(f"{'':10}{'validate':>9}{'wall':>7}{'parse':>7}{'peak MB':>9}")
    for form, path in write_drafts(folder, NOTES).items():
        ours = best(provenance("validate", path.name), rounds, folder)
        parse = best(provenance("parse", "--json", path.name), rounds, folder)
        print(
            f"{form:10}{ours.cpu_s * 1000:9.0f}{ours.wall_s * 1000:7.0f}"
            f"{parse.cpu_s * 1000:7.0f}{ours.peak_mb:9.0f}"
        )


def cpu_of(pid: int) -> float:
    """CPU seconds that a process and its living children have taken; the clock ticks in 10 ms."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    spent = sum(map(int, stat[11:15])) * _TICK_S
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            spent += cpu_of(int(child))
    return spent


def resident_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1000 if found else 0.0


@contextlib.contextmanager
def running(command: list[str], folder: Path, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    with out.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, stdout=file, stderr=subprocess.STDOUT,
            env={**os.environ, **_ENVIRONMENT},
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def wait_until(is_so: Callable[[], bool], limit_s: float = 60.0) -> None:
    ends = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > ends:
            raise TimeoutError("what was waited for did not come")
        time.sleep(0.01)


def print_again(folder: Path, rounds: int) -> None:
    """What a save costs `--watch`, and what a request costs the server, averaged over many."""
    print(f"\n{NOTES} notes again, CPU ms each ({10 * rounds} times)")
    print(f"{'':10}{'--watch':>8}{'/api/validate':>15}{'page':>7}")
    with serving(folder) as (pid, port):
        for form, path in write_drafts(folder, NOTES).items():
            watched = cost_of_saves(folder, path, 10 * rounds)
            data = path.read_bytes()
            api, page = (
                cost_of_requests(pid, port, f"{where}?name={path.name}", data, 10 * rounds)
                for where in ("/api/validate", "/validate/look")
            )
            print(f"{form:10}{watched * 1000:8.0f}{api * 1000:15.0f}{page * 1000:7.0f}")


def cost_of_saves(folder: Path, path: Path, times: int) -> float:
    out = folder / "watched.txt"
    data = path.read_bytes()

    def seen() -> int:
        return out.read_bytes().count("── ".encode())

    with running(provenance("validate", "--watch", path.name), folder, out) as process:
        wait_until(lambda: seen() == 1)
        time.sleep(0.5)
        wait_until(lambda: settle(process.pid))
        before = cpu_of(process.pid)
        for number in range(times):
            path.write_bytes(data)
            os.utime(path, (number + 1, number + 1))
            wait_until(lambda number=number: seen() == number + 2)
        wait_until(lambda: settle(process.pid))
        return (cpu_of(process.pid) - before) / times


def settle(pid: int) -> bool:
    """Tell whether a process rests: a tenth of a second without work."""
    before = cpu_of(pid)
    time.sleep(0.1)
    return cpu_of(pid) - before <= _TICK_S


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    out = folder / "served.txt"
    with running(provenance("serve", "--port", "0"), folder, out) as process:
        wait_until(lambda: re.search(rb"http://[^:]+:(\d+)", out.read_bytes()) is not None)
        found = re.search(rb"http://[^:]+:(\d+)", out.read_bytes())
        assert found is not None
        yield process.pid, int(found[1])


def ask(port: int, path: str, data: bytes) -> tuple[int, bytes]:
    """Post a draft as the page's own script does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, data, {"Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def cost_of_requests(pid: int, port: int, path: str, data: bytes, times: int) -> float:
    for _ in range(3):
        status, said = ask(port, path, data)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {said[:200]!r}")
    before = cpu_of(pid)
    for _ in range(times):
        ask(port, path, data)
    return (cpu_of(pid) - before) / times


def print_clients(folder: Path, rounds: int, clients: int = 16) -> None:
    """Latency and memory of the server when so many people send their drafts again and again."""
    data = write_drafts(folder, NOTES)["text"].read_bytes()
    each = 10 * rounds
    print(f"\n{clients} clients at once, {each} requests each, text of {NOTES} notes")
    with serving(folder) as (pid, port):
        ask(port, "/api/validate?name=draft.txt", data)
        began_mb = resident_mb(pid)
        for repeat in (1, 2):
            spent, statuses, wall_s = crowd(port, data, clients, each)
            ok = sorted(one for one, status in zip(spent, statuses, strict=True) if status == 200)
            print(
                f"round {repeat}: {len(ok) / wall_s:.1f} answers/s; median {ok[len(ok) // 2] * 1000:.0f} ms,"
                f" p95 {ok[int(len(ok) * 0.95)] * 1000:.0f} ms; {len(statuses) - len(ok)} sent away;"
                f" memory {began_mb:.0f} -> {resident_mb(pid):.0f} MB"
            )


def crowd(port: int, data: bytes, clients: int, each: int) -> tuple[list[float], list[int], float]:
    spent: list[float] = []
    statuses: list[int] = []

    def client() -> None:
        for _ in range(each):
            began = time.perf_counter()
            status, _ = ask(port, "/api/validate?name=draft.txt", data)
            spent.append(time.perf_counter() - began)
            statuses.append(status)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent, statuses, time.perf_counter() - began


def print_many(folder: Path, documents: int) -> None:
    """One call over a folder of Markdown drafts of 37 notes, beside two others on the same files."""
    drafts = folder / "many"
    drafts.mkdir()
    size = 0
    for number in range(documents):
        data = compose(37, "markdown", seed=number)
        (drafts / f"draft-{number:04}.md").write_bytes(data)
        size += len(data)
    print(f"\n{documents} Markdown documents in one call, {size / 1e6:.1f} MB")
    print(f"{'':20}{'CPU s':>7}{'wall s':>8}{'docs/s':>8}{'MB/s':>7}{'peak MB':>9}")
    rows = [("provenance", provenance("validate", "many"))]
    for name, command in (
        ("markdownlint-cli2", ["markdownlint-cli2", "many/*.md"]),
        ("proselint", ["proselint", "check", "many"]),
    ):
        if shutil.which(command[0]):
            rows.append((name, command))
        else:
            print(f"{name}: not on the PATH, left out")
    for name, command in rows:
        print_throughput(name, spend(command, cwd=folder), documents, size)
    few = [f"many/draft-{number:04}.md" for number in range(documents // 10)]
    print_throughput("a tenth, provenance", spend(provenance("validate", *few), cwd=folder), len(few), size // 10)  # fmt: skip


def print_throughput(name: str, spent: Spent, documents: int, size: int) -> None:
    if spent.code not in (0, 1):
        print(f"{name}: left with {spent.code}: {spent.errors[:200]}")
        return
    print(
        f"{name:20}{spent.cpu_s:7.1f}{spent.wall_s:8.1f}{documents / spent.cpu_s:8.1f}"
        f"{size / 1e6 / spent.cpu_s:7.2f}{spent.peak_mb:9.0f}"
    )


def thread_ms(work: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        began = time.thread_time()
        work()
        spent.append(time.thread_time() - began)
    return min(spent) * 1000


def fresh_draft(data: bytes) -> Draft:
    return Draft(parse_document(read_document(data, "draft.txt")), house=House(), today=_TODAY)


def print_growth(rounds: int) -> None:
    print(f"\n{'notes':>7}{'parse ms':>10}{'rules ms':>10}{'us a note':>11}")
    for count in (300, 3_000, 30_000):
        data = compose(count, "text")
        times = rounds if count < 30_000 else 1
        parse = thread_ms(lambda data=data: parse_document(read_document(data, "draft.txt")), times)
        drafts = iter([fresh_draft(data) for _ in range(times)])
        rules = thread_ms(lambda drafts=drafts: find_findings(next(drafts), all_rules()), times)
        print(f"{count:7}{parse:10.0f}{rules:10.0f}{(parse + rules) / count * 1000:11.0f}")


def print_rules(rounds: int) -> None:
    """The rules that cost most, and how their cost grows: ten times the notes, ten times the cost."""
    few, many = 300, 3_000
    spent = {count: cost_by_rule(count, rounds) for count in (few, many)}
    rows = sorted(spent[many].items(), key=lambda row: -row[1])
    print(f"\n{'us a note':16}{few:>8}{many:>8}{'ratio':>7}")
    for name, ms in rows[:15]:
        before = spent[few][name] / few * 1000
        now = ms / many * 1000
        print(f"{name:16}{before:8.1f}{now:8.1f}{now / before if before else 0:7.1f}")


def cost_by_rule(count: int, rounds: int) -> dict[str, float]:
    data = compose(count, "text")
    best_of: dict[str, float] = {}
    for _ in range(rounds):
        draft = fresh_draft(data)
        shared = ("source_map", "cited", "written", "cited_by_note", "cited_by_source", "claims_by_note")  # fmt: skip
        work: dict[str, Callable[[], object]] = {
            name: lambda name=name, draft=draft: getattr(draft, name) for name in shared
        }
        work |= {
            rule.code: lambda rule=rule, draft=draft: list(rule.check(draft))
            for rule in all_rules()
        }
        for name, one in work.items():
            ms = thread_ms(one, 1)
            best_of[name] = min(ms, best_of.get(name, ms))
    return best_of


def main() -> None:
    parts = ("start", "again", "many", "growth", "rules", "clients")
    parser = argparse.ArgumentParser(description="What validating drafts costs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--part", nargs="*", choices=parts, default=list(parts))
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work: dict[str, Callable[[], None]] = {
            "start": lambda: print_start(folder, options.rounds),
            "again": lambda: print_again(folder, options.rounds),
            "many": lambda: print_many(folder, options.documents),
            "growth": lambda: print_growth(options.rounds),
            "rules": lambda: print_rules(options.rounds),
            "clients": lambda: print_clients(folder, options.rounds),
        }
        for part in options.part:
            work[part]()
    print(f"\nload {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
