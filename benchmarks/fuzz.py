"""Hostile documents for every reader: real and sample documents torn, spliced, repeated and bent.

    [PROVENANCE_CORPUS=...] python benchmarks/fuzz.py [--minutes 60] [--seed 1] [--only docx,pdf] [--keep build/fuzz]

Seeds are the documents of `$PROVENANCE_CORPUS/corpus` (where it is set) and the cases
under tests/cases. Each is mutated and read through `pipeline.reading.DocumentReader`, the
door that the commands use. A finding is: any exception but `UnreadableDocument`, a reader
that failed, a promise about spans broken, a word of a note lost, JSON that cannot be
written, or CPU time beyond what the size allows. Findings are kept as files, one per
kind of fault, and named at the end; the exit code is 1 where there is one.
"""

import argparse
import json
import os
import random
import re
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from provenance.cite.contract import parse_to_json
from provenance.cite.parse import parse_document
from provenance.cite.sources import identify_sources
from provenance.errors import UnreadableDocument
from provenance.pipeline.reading import DocumentReader
from provenance.settings import ExtractSettings
from support.cite_builders import assert_nothing_lost, assert_offsets_are_true

CASES = Path(__file__).parents[1] / "tests" / "cases"
_CASE = re.compile(r"^```(\w+)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_MAX_BYTES = 400_000
_SPLICED_SHARE = 0.2
# CPU seconds that a document may take: a start, and so much a megabyte of its text and bytes.
# Slack for a loaded machine is in it; growth that is not linear is far beyond.
_ALLOWED_S = 2.0
_ALLOWED_S_PER_MB = 12.0
_TOKENS = """[ ] ( ) { } < > [[ ]] {{ }} [^ ]: ^[ `` ``` ~~~ | * _ # = : :: .. __ `_ ]_ .. [1] [^1]: [1] [2] [1-3] [i] ¹ ²
<ref> </ref> <ref name=x/> {{cite web|url= {{reflist}} <sup> </sup> <a href=" "> <li> </ol> <p> <!-- --> &amp; &#
http:// https://a.org/ www. ... … dot ; , . Ibid. supra doi:10.1/ \u00a0 \u200b \u202e \ufeff \x00 \r\n \n\n \n \t
--- +++ title: > - 1. 1) i. a. Notes References Endnotes == ===""".split(" ")


class Fault(NamedTuple):
    """What went wrong: a short kind that faults of one cause share, and the whole story."""

    kind: str
    story: str


def read_seeds(only: set[str]) -> list[tuple[str, bytes]]:
    """Return (name, bytes) of the documents to start from."""
    seeds = []
    for path in sorted(CASES.rglob("*.md")):
        for number, match in enumerate(_CASE.finditer(path.read_text("utf-8"))):
            if match[1] != "parsed":
                seeds.append((f"{path.stem}-{number}.{match[1]}", match[2].encode("utf-8")))
    folder = os.environ.get("PROVENANCE_CORPUS")
    if folder:
        seeds += [
            (f"{path.parent.name}/{path.name}", path.read_bytes())
            for path in sorted(Path(folder, "corpus").rglob("*.*"))
            if path.suffix not in {".csv", ".json"} and path.stat().st_size <= _MAX_BYTES * 4
        ]
    return [seed for seed in seeds if not only or any(word in seed[0] for word in only)]


def mutate(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Return the document bent in one to four ways."""
    if data.startswith(b"PK\x03\x04") and dice.random() < 0.8:
        return mutate_parts(data, other, dice)
    for _ in range(dice.randint(1, 4)):
        is_spliced = dice.random() < _SPLICED_SHARE
        data = splice(data, other, dice) if is_spliced else dice.choice(MUTATIONS)(data, dice)
    return data[:_MAX_BYTES] if not data.startswith((b"%PDF", b"PK")) else data


def mutate_parts(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Bend one part inside of a package, so that what is bent is reached."""
    made = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            names = old.namelist()
            bent = dice.choice([name for name in names if name.endswith((".xml", ".rels"))])
            for name in names:
                part = old.read(name)
                new.writestr(name, mutate(part, other, dice) if name == bent else part)
    except (zipfile.BadZipFile, ValueError, IndexError, OSError):
        return data[: dice.randrange(len(data))]
    return made.getvalue()


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _drop(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.randint(1, 2000) :]


def _flip(data: bytes, dice: random.Random) -> bytes:
    bent = bytearray(data)
    for _ in range(dice.randint(1, 20)):
        if bent:
            bent[dice.randrange(len(bent))] = dice.randrange(256)
    return bytes(bent)


def splice(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Put a piece of another document into this one."""
    start, at = dice.randrange(len(other) + 1), dice.randrange(len(data) + 1)
    return data[:at] + other[start : start + dice.randint(1, 3000)] + data[at:]


def _insert(data: bytes, dice: random.Random) -> bytes:
    tokens = "".join(dice.choices(_TOKENS, k=dice.randint(1, 8))).encode("utf-8")
    at = dice.randrange(len(data) + 1)
    return data[:at] + tokens * dice.choice([1, 1, 1, 2, 50]) + data[at:]


def _repeat(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    piece = data[at : at + dice.choice([1, 2, 5, 20, 200, 2000])]
    return data[:at] + piece * dice.choice([2, 3, 30, 3000 // (len(piece) + 1) + 1]) + data[at:]


def _swap_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\n")
    first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _flood(data: bytes, dice: random.Random) -> bytes:
    token = dice.choice(_TOKENS).encode("utf-8") or b" "
    at = dice.randrange(len(data) + 1)
    return data[:at] + token * dice.choice([300, 3000, 20_000]) + data[at:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _drop, _flip, _insert, _insert, _insert, _repeat, _swap_lines, _flood,
)  # fmt: skip


def examine(reader: DocumentReader, data: bytes, name: str) -> Fault | None:
    """Read one document and return the first promise that it broke."""
    began_s = time.process_time()
    try:
        document = reader.read(data, name)
    except UnreadableDocument as error:
        failed = "its reader failed" in error.message or "took more than" in error.message
        return Fault(_short(error.message), error.message) if failed else None
    except Exception as error:
        return _told(error)
    try:
        parsed = parse_document(document)
        identify_sources(parsed)
        json.dumps(parse_to_json(parsed), ensure_ascii=False).encode("utf-8", "surrogatepass")
        took_s = time.process_time() - began_s
        assert_offsets_are_true(parsed)
        assert_nothing_lost(parsed)
    except Exception as error:
        return _told(error)
    size_mb = (len(data) + len(document.text)) / 1e6
    if took_s > _ALLOWED_S + _ALLOWED_S_PER_MB * size_mb:
        return Fault(f"slow {document.format}", f"{took_s:.1f} s CPU for {size_mb:.2f} MB")
    return None


def _told(error: Exception) -> Fault:
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "provenance" in frame.filename]  # fmt: skip
    last = ours[-1] if ours else traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.name}"
    return Fault(f"{type(error).__name__} {where}", "".join(traceback.format_exception(error)))


def _short(message: str) -> str:
    return re.sub(r".*cannot be read: ", "", message)[:80]


def hunt(
    seeds: list[tuple[str, bytes]], minutes: float, dice: random.Random
) -> Iterator[tuple[str, bytes, Fault | None]]:
    """Yield each mutated document and what it broke, until the time is over."""
    ends_s = time.monotonic() + minutes * 60
    with DocumentReader(ExtractSettings()) as reader:
        while time.monotonic() < ends_s:
            name, data = dice.choice(seeds)
            _, other = dice.choice(seeds)
            bent = mutate(data, other, dice)
            yield name, bent, examine(reader, bent, name)


def main() -> None:
    options = read_options()
    seeds = read_seeds(set(filter(None, options.only.split(","))))
    if not seeds:
        sys.exit(f"no document is named like {options.only}")
    tried: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for name, data, fault in hunt(seeds, options.minutes, random.Random(options.seed)):
        tried[Path(name).suffix] += 1
        if fault is None:
            continue
        faults[fault.kind] += 1
        if faults[fault.kind] == 1:
            options.keep.mkdir(parents=True, exist_ok=True)
            kept = options.keep / f"{len(faults):03d}-{Path(name).name}"
            kept.write_bytes(data)
            kept.with_name(kept.name + ".why").write_text(f"{name}\n{fault.story}", "utf-8")
            print(f"{fault.kind}: {kept}", flush=True)
    print(f"{tried.total()} documents: {dict(tried.most_common())}")
    for kind, count in faults.most_common():
        print(f"{count:6d}  {kind}")
    sys.exit(1 if faults else 0)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Hunt for documents that break a promise.")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long (wall clock)")
    parser.add_argument("--seed", type=int, default=1, help="of the dice: the same gives the same")
    parser.add_argument("--only", default="", help="seeds whose names hold one of these words")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where findings go")
    return parser.parse_args()


if __name__ == "__main__":
    main()
