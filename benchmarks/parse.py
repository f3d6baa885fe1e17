"""How fast the parser reads and how exact it is, beside two link finders on the same bytes.

    PROVENANCE_CORPUS=... python benchmarks/parse.py [--rounds 5]

Read are the sample document and the development texts of the corpus (plain text:
the two others know no HTML). Each round runs all three on every document in turn,
so that the machine's load falls on all of them alike; the best round counts, in
CPU time. The parser does all of its work (decoding, list, markers, claims, notes,
metadata, identity), the link finders only find links in the same text.

Exact is a URL of the truth that comes out right, character for character, in its
note; for the link finders, anywhere in the document. Wrong is what comes out and
stands in no truth of its document. The goal is 2.5 times the speed of
linkify-it-py; the floor, below which the run fails, is 1.5 times, since load on a
shared machine moves the figures.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from accuracy import corpus_folder, find_source, import_scorer
from linkify_it import LinkifyIt
from urlextract import URLExtract

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document

KINDS = ("seed", "glued", "isw_text", "isw_text_derived")
GOAL, FLOOR = 2.5, 1.5
Find = Callable[[bytes], Iterable[str | None]]


class Text(NamedTuple):
    """One document: its bytes, and for every URL of its truth the ways to write it that are right."""

    kind: str
    data: bytes
    truth: list[list[str]]
    optional: list[str]


class Counted(NamedTuple):
    """What one finder made of all texts."""

    megabytes_a_second: float
    exact: float
    wrong: int


def read_texts(folder: Path) -> list[Text]:
    right_forms = import_scorer(folder).gurls
    texts = []
    for path in sorted((folder / "gold" / "dev").rglob("*.json")):
        gold: dict[str, Any] = json.loads(path.read_text("utf-8"))
        source = find_source(folder, path, gold["file"]) if gold.get("kind") in KINDS else None
        if source is None:
            continue
        citations = [c for citations in gold["notes"].values() for c in citations if c.get("url")]
        truth = [right_forms(c) for c in citations if not c.get("optional")]
        optional = [url for c in citations if c.get("optional") for url in right_forms(c)]
        texts.append(Text(gold["kind"], source.read_bytes(), truth, optional))
    return texts


def with_provenance(data: bytes) -> Iterable[str | None]:
    parsed = parse_document(read_document(data, "update.txt"))
    return [citation.url for note in parsed.notes for citation in note.citations]


def with_urlextract() -> Find:
    extractor = URLExtract()
    return lambda data: extractor.find_urls(data.decode("utf-8", "replace"))


def with_linkify() -> Find:
    linkify = LinkifyIt()
    return lambda data: [
        match.url for match in linkify.match(data.decode("utf-8", "replace")) or ()
    ]


def count_exact(
    texts: list[Text], found: list[list[str]], normal: Callable[[str], str]
) -> tuple[float, int]:
    exact = wrong = total = 0
    for text, urls in zip(texts, found, strict=True):
        left = Counter(map(normal, urls))
        total += len(text.truth)
        for forms in text.truth:
            hit = next((form for form in forms if left[form] > 0), None)
            if hit is not None:
                exact += 1
                left[hit] -= 1
        for url in text.optional:
            left.pop(url, None)
        wrong += sum(count for count in left.values() if count > 0)
    return 100 * exact / total, wrong


def measure(
    texts: list[Text], finders: dict[str, Find], rounds: int, folder: Path
) -> dict[str, Counted]:
    normal = import_scorer(folder).nurl
    size = sum(len(text.data) for text in texts) / 1e6
    best: dict[str, float] = {}
    results: dict[str, list[list[str]]] = {}
    for _ in range(rounds):
        spent: Counter[str] = Counter()
        for name in finders:
            results[name] = []
        for text in texts:
            for name, find in finders.items():
                began = time.process_time()
                urls = list(find(text.data))
                spent[name] += time.process_time() - began  # type: ignore[assignment]
                results[name].append([url for url in urls if url])
        for name in finders:
            best[name] = min(best.get(name, spent[name]), spent[name])
    counted = {}
    for name in finders:
        exact, wrong = count_exact(texts, results[name], normal)
        counted[name] = Counted(size / best[name], exact, wrong)
    return counted


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and exactness beside two link finders.")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = corpus_folder()
    texts = read_texts(folder)
    finders: dict[str, Find] = {
        "provenance": with_provenance,
        "linkify-it-py": with_linkify(),
        "urlextract": with_urlextract(),
    }
    seed = [text for text in texts if text.kind == "seed"]
    others = [text for text in texts if text.kind != "seed"]
    # the seed is short: as many rounds more make its time as long as that of the rest
    ratios = [
        report("the seed", seed, measure(seed, finders, options.rounds * 10, folder)),
        report("the development texts", others, measure(others, finders, options.rounds, folder)),
    ]
    if min(ratios) < FLOOR:
        sys.exit(f"below the floor of {FLOOR}")


def report(title: str, texts: list[Text], counted: dict[str, Counted]) -> float:
    """Print one table and return our speed as a multiple of linkify-it-py's."""
    size = sum(len(text.data) for text in texts)
    urls = sum(len(text.truth) for text in texts)
    print(f"{title}: {len(texts)} texts, {size:,} bytes, {urls:,} URLs\n")
    print(f"{'':14}  {'MB/s':>6}  {'exact %':>7}  {'wrong':>6}")
    for name, one in counted.items():
        print(f"{name:14}  {one.megabytes_a_second:6.2f}  {one.exact:7.2f}  {one.wrong:6}")
    ratio = counted["provenance"].megabytes_a_second / counted["linkify-it-py"].megabytes_a_second
    print(f"\nprovenance : linkify-it-py = {ratio:.2f} (goal {GOAL}, floor {FLOOR})\n")
    return ratio


if __name__ == "__main__":
    main()
