"""How often is a passage of a page's text found in the page as it is shown, and what does showing cost?

    PROVENANCE_CORPUS=… python benchmarks/shown.py [--pages 120] [--seed 1]

Reads `corpus/isw_html`, `corpus/wiki_html` and `corpus/blog_html` below that folder. Of each page
the text is extracted as `ingest` does; some of its sentences are taken for passages, with the 32
characters beside them, as evidence keeps them. Printed is the share that is marked in the page, and
apart what was not, to be read; and the time that cleaning and marking take.
"""

import argparse
import os
import random
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import median

from provenance.formats.sentences import find_sentence_starts
from provenance.link.extract import extract_payload
from provenance.model import Passage
from provenance.text import Span
from provenance.web.archived.page import ShowJob, show_payload

FOLDERS = ("isw_html", "wiki_html", "blog_html")
PASSAGES = 8
NEIGHBOUR = 32
LENGTHS = range(30, 400)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show-missed", action="store_true")
    asked = parser.parse_args()
    root = os.environ.get("PROVENANCE_CORPUS")
    if not root:
        print("PROVENANCE_CORPUS is not set", file=sys.stderr)
        return 2
    chance = random.Random(asked.seed)
    for name in FOLDERS:
        pages = sorted(Path(root, "corpus", name).glob("*.html"))
        measure(name, chance.sample(pages, min(asked.pages, len(pages))), chance, asked.show_missed)
    return 0


def measure(name: str, pages: list[Path], chance: random.Random, show_missed: bool) -> None:
    """Print one line for a folder of pages."""
    wanted = found = size = 0
    took: list[float] = []
    for path in pages:
        data = path.read_bytes()
        passages = draw(extract_payload(data, "text/html", "").text, chance)
        started = time.perf_counter()
        shown = show_payload(ShowJob(data, "text/html", passages))
        took.append(time.perf_counter() - started)
        size += len(data)
        wanted += len(passages)
        found += sum(shown.found)
        if show_missed:
            for passage, is_found in zip(passages, shown.found, strict=False):
                if not is_found:
                    print(f"  {path.name}: {passage.exact[:150]!r}")
    print(
        f"{name}: {len(pages)} pages, {wanted} passages, {100 * found / max(1, wanted):.1f} % shown;"
        f" {1000 * median(took):.0f} ms a page (median), {1000 * max(took):.0f} ms at most,"
        f" {size / 1e6 / sum(took):.1f} MB/s"
    )


def draw(text: str, chance: random.Random) -> tuple[Passage, ...]:
    """Return some sentences of a text, each with what stands beside it."""
    starts = list(find_sentence_starts(text, Span(0, len(text)), "en"))
    rows = [
        Span(start, start + len(text[start:end].rstrip()))
        for start, end in pairwise([*starts, len(text)])
    ]
    spans = [span for span in rows if span.end - span.start in LENGTHS]
    return tuple(
        Passage(
            text[span.start : span.end],
            text[max(0, span.start - NEIGHBOUR) : span.start],
            text[span.end : span.end + NEIGHBOUR],
            span.start,
            span.end,
        )
        for span in chance.sample(spans, min(PASSAGES, len(spans)))
    )


if __name__ == "__main__":
    sys.exit(main())
