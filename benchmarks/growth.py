"""What a document of so many notes costs, and what starting the command costs, beside their floors.

    python benchmarks/growth.py [--rounds 3]

CPU time, the best of the rounds. The update is composed here: paragraphs of sentences
with a marker each, and a list whose notes hold one to three addresses, defanged ones
among them. The floor of parsing is one pass of `re` over the same bytes for addresses;
the floor of starting is a Python that imports msgspec and click. Time is linear when
the cost of a note stays the same from 300 to 30,000 notes; the goals are 100 ms for
300 notes and 250 ms for `parse --json` of them, on an idle core.
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document

_ADDRESS = re.compile(rb"https?://[^\s;]+")
_NOTES = (
    "https://t.me/channel_{n}/{n}",
    "https://gazeta dot ru/news/{n}; https://x.com/writer/status/17000{n}",
    "https://www.example.org/report-{n} ; https://t.me/other/{n}; https://zeitung dot org dot ua/{n}",
)


def compose_update(count: int) -> bytes:
    """Return an update with so many claims and notes."""
    claims = (f"Forces moved {n} kilometres towards the river on day {n}.[{n}]" for n in numbers(count))  # fmt: skip
    notes = (f"[{n}] {_NOTES[n % 3].format(n=n)}" for n in numbers(count))
    paragraphs = re.sub(r"((?:[^\n]*\n){4}[^\n]*)\n", r"\1\n\n", "\n".join(claims))
    return (paragraphs + "\n\nReferences\n\n" + "\n".join(notes)).encode("utf-8")


def numbers(count: int) -> range:
    """Return the labels of so many notes."""
    return range(1, count + 1)


def cpu_ms(work: Callable[[], object], rounds: int) -> float:
    """Return the least CPU time of the rounds, in milliseconds."""
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent) * 1000


def child_cpu_ms(command: list[str], rounds: int) -> float:
    """Return the least CPU time of a child process and its children, in milliseconds."""
    spent = []
    for _ in range(rounds + 1):  # the first one may compile the modules
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent) * 1000


def print_growth(rounds: int) -> None:
    print(f"{'notes':>6}  {'kB':>6}  {'ms':>8}  {'ms a note':>9}  {'floor ms':>8}  {'ratio':>6}")
    for count in (300, 3_000, 10_000, 30_000):
        data = compose_update(count)
        ours = cpu_ms(lambda data=data: parse_document(read_document(data)), rounds)
        floor = cpu_ms(lambda data=data: _ADDRESS.findall(data), rounds)
        print(
            f"{count:6}  {len(data) / 1e3:6.0f}  {ours:8.1f}  {ours / count:9.3f}  {floor:8.2f}  {ours / floor:6.0f}"
        )


def print_start(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        update = Path(folder, "update.txt")
        update.write_bytes(compose_update(37))
        ours = child_cpu_ms([sys.executable, "-m", "provenance", "parse", "--json", str(update)], rounds)  # fmt: skip
        floor = child_cpu_ms([sys.executable, "-c", "import msgspec, click"], rounds)
    print(f"\nparse --json of 37 notes, start included: {ours:.0f} ms")
    print(f"python -c 'import msgspec, click':        {floor:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="The cost of notes and of starting.")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print_growth(options.rounds)
    print_start(options.rounds)


if __name__ == "__main__":
    main()
