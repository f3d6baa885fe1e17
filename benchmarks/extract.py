"""What text costs: CPU milliseconds a page, ours beside trafilatura's own, on the same pages.

    PROVENANCE_CORPUS=FOLDER python benchmarks/extract.py [--rounds 5]

Reads `corpus/isw_html`, `corpus/wiki_html` and `corpus/blog_html` below that
folder. For each page, in turn and in one process:

    trafilatura   bare_extraction(page, with_metadata=True): text, title, date, authors
    ours          extract_payload(page): the same four and the language

The best of the rounds counts, page by page (the machine's load only adds). A page
whose text is not the same is named. The goal is 0.8 x with the same text.
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura

from provenance.link.extract import extract_payload
from provenance.model import Extract

FOLDERS = ("isw_html", "wiki_html", "blog_html")
GOAL = 0.8


class Row(NamedTuple):
    folder: str
    name: str
    size_bytes: int
    theirs_ms: float
    ours_ms: float
    is_same_text: bool
    is_same_title: bool
    cause: str
    dates: tuple[str | None, str | None]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    root = os.environ.get("PROVENANCE_CORPUS")
    if not root:
        print("skipped: PROVENANCE_CORPUS names no folder of pages")
        return 0
    logging.disable(logging.CRITICAL)
    pages = [path for name in FOLDERS for path in sorted(Path(root, "corpus", name).glob("*.html"))]
    if not pages:
        print(f"skipped: no pages below {root}/corpus/{{{','.join(FOLDERS)}}}")
        return 0
    _measure(pages[0], 1)  # imports, regular expressions
    rows = [_measure(path, rounds) for path in pages]
    return _report(rows)


def _measure(path: Path, rounds: int) -> Row:
    data = path.read_bytes()
    theirs_ms = ours_ms = float("inf")
    for _ in range(rounds):
        document, took_ms = _time(lambda: trafilatura.bare_extraction(data, with_metadata=True))
        theirs_ms = min(theirs_ms, took_ms)
        extract, took_ms = _time(lambda: extract_payload(data, "text/html", ""))
        ours_ms = min(ours_ms, took_ms)
    return _compare(path, data, document, extract, theirs_ms, ours_ms)


def _time(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.process_time()
    result = work()
    return result, (time.process_time() - begun) * 1_000


def _compare(
    path: Path, data: bytes, document: Any, extract: Extract, theirs_ms: float, ours_ms: float
) -> Row:
    text = (document.text or "") if document is not None else ""
    return Row(
        path.parent.name,
        path.name,
        len(data),
        theirs_ms,
        ours_ms,
        text == extract.text,
        document is not None and document.title == extract.title,
        _find_cause(data, extract),
        (document.date if document is not None else None, extract.date),
    )


def _find_cause(data: bytes, extract: Extract) -> str:
    """Say where the time of a page goes that is not much cheaper here."""
    tree = trafilatura.load_html(data)
    quick = trafilatura.bare_extraction(tree, fast=True)
    if quick is None or quick.text != extract.text:
        return "the fall-backs gave another text and had to run"
    visible = len(" ".join(tree.text_content().split()))
    if 2 * len(extract.text) < visible:
        return f"the text is {len(extract.text) / visible:.0%} of the page: fall-backs had to run"
    return "the main extraction alone, common to both, takes that long"


def _report(rows: Sequence[Row]) -> int:
    print(f"{'':12} pages    KB  trafilatura ms   ours ms  ratio  worst  same text  title  date")
    for folder in (*FOLDERS, "all"):
        some = [row for row in rows if folder in {row.folder, "all"}]
        if some:
            print(_line(folder, some))
    for row in rows:
        ratio = row.ours_ms / row.theirs_ms
        if not row.is_same_text:
            print(f"other text: {row.folder}/{row.name}")
        if ratio > GOAL:
            print(f"over the goal: {row.folder}/{row.name}: {ratio:.2f}, since {row.cause}")
        if row.dates[0] != row.dates[1]:
            print(f"other date: {row.folder}/{row.name}: {row.dates[0]} there, {row.dates[1]} here")
    return 0 if all(row.is_same_text for row in rows) and _ratio(rows) <= GOAL else 1


def _ratio(rows: Sequence[Row]) -> float:
    return sum(row.ours_ms for row in rows) / sum(row.theirs_ms for row in rows)


def _line(folder: str, rows: Sequence[Row]) -> str:
    count = len(rows)
    theirs_ms = sum(row.theirs_ms for row in rows) / count
    ours_ms = sum(row.ours_ms for row in rows) / count
    worst = max(row.ours_ms / row.theirs_ms for row in rows)
    return (
        f"{folder:12} {count:5} {sum(row.size_bytes for row in rows) / count / 1e3:5.0f}"
        f" {theirs_ms:15.1f} {ours_ms:9.1f} {_ratio(rows):6.2f} {worst:6.2f}"
        f" {sum(row.is_same_text for row in rows):10} {sum(row.is_same_title for row in rows):6}"
        f" {sum(row.dates[0] == row.dates[1] for row in rows):5}"
    )


if __name__ == "__main__":
    sys.exit(main())
