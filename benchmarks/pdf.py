"""How fast PDFs are read: pages a second, beside PDFium's own plain text of the same pages.

    PROVENANCE_CORPUS=FOLDER python benchmarks/pdf.py [--rounds 3]

Reads every PDF of `corpus/pdf` and `corpus/crs_pdf` below that folder. For each, in turn and
in one process, in CPU time, the best of the rounds:

    PDFium    the text of each page as PDFium gives it, lines broken as printed
    layout    read_pdf_layout: each character with its place, size and weight
    document  read_pdf_document: columns, furniture, notes, markers, joined lines
    parse     parse_document on top: claims, notes split into citations

The ratio is the document's time to PDFium's; it runs in a child process with a time limit
of its own, so that what counts is that it stays within the same order. No goal fails the run.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2

from provenance.cite.parse import parse_document
from provenance.cite.readers.pdf import read_pdf_document
from provenance.formats.pdf_layout import read_pdf_layout

FOLDERS = ("pdf", "crs_pdf")
STEPS = ("PDFium", "layout", "document", "parse")


def read_plainly(data: bytes) -> int:
    """Read the text of all pages and return their number."""
    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.get_textpage().get_text_bounded()
    return len(document)


def time_of(work: Callable[[], object], rounds: int) -> float:
    """The best CPU time in seconds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def measure(data: bytes, rounds: int) -> tuple[float, ...]:
    """The seconds that each step takes on one file."""
    works = (
        lambda: read_plainly(data),
        lambda: read_pdf_layout(data),
        lambda: read_pdf_document(data, "0" * 64),
        lambda: parse_document(read_pdf_document(data, "0" * 64)),
    )
    return tuple(time_of(work, rounds) for work in works)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    root = os.environ.get("PROVENANCE_CORPUS")
    paths = [p for name in FOLDERS for p in sorted(Path(root or "", "corpus", name).glob("*.pdf"))]
    if not root or not paths:
        print("skipped: PROVENANCE_CORPUS names no folder of PDFs")
        return 0
    print(f"{'pages/s':34}", *(f"{step:>9}" for step in STEPS), "  document/PDFium")
    total, pages = [0.0] * len(STEPS), 0
    for path in paths:
        data = path.read_bytes()
        count, taken = read_plainly(data), measure(data, rounds)
        total, pages = [a + b for a, b in zip(total, taken, strict=True)], pages + count
        print(
            f"{path.name:34}", *(f"{count / s:9.0f}" for s in taken), f"{taken[2] / taken[0]:8.1f}"
        )
    print(f"{'all':34}", *(f"{pages / s:9.0f}" for s in total), f"{total[2] / total[0]:8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
