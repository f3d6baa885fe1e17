"""Quoted passages against later versions of their pages: what is found, what is believed, what it costs.

    PROVENANCE_CORPUS=FOLDER python benchmarks/rot.py [--each 8] [--show altered:20]

Reads `evidence/rot/{factbook,ota}.jsonl.gz` below that folder: real revisions of pages
(`old`, `new`). From each pair up to `--each` sentences of 40 to 400 characters that still
stand in the new text (in normal form) and as many that do not. Then, with the sentences
that still stand:

    noise     the new text is set otherwise around and in them, the words are the same
    edits     one fact in them is changed, they are taken out, or moved to the end

and what a look costs on pages of 50,000 characters, beside difflib and beside
`rapidfuzz.fuzz.partial_ratio_alignment` over the whole page, which is no more than a place.
"""

import argparse
import difflib
import gzip
import json
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz.fuzz import partial_ratio_alignment

from provenance.link.anchor import Anchored, SearchText, find_passage
from provenance.link.normal import normalise
from provenance.link.passages import cut_passages, select_passage
from provenance.model import Passage

SETS = ("factbook", "ota")
SHORTEST, LONGEST = 40, 400
PAGE_CHARS = 50_000
STATES = ("intact", "moved", "reworded", "altered", "missing")


class Pair(NamedTuple):
    name: str
    old: str
    new: str


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--each", type=int, default=8)
    arguments.add_argument("--show", default="", help="print so many of a state, as altered:20")
    options = arguments.parse_args()
    root = os.environ.get("PROVENANCE_CORPUS")
    if not root:
        print("set PROVENANCE_CORPUS to the folder that has evidence/rot", file=sys.stderr)
        return 2
    state, _, count = options.show.partition(":")
    for name in SETS:
        pairs = list(read_pairs(Path(root) / "evidence" / "rot" / f"{name}.jsonl.gz"))
        measure(name, pairs, options.each, state, int(count or 10))
    return 0


def read_pairs(path: Path) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Pair(row["id"], row["old"], row["new"])


def measure(name: str, pairs: list[Pair], each: int, show: str, count: int) -> None:
    chance = random.Random(5)
    tables: dict[str, Counter[str]] = defaultdict(Counter)
    shown: list[tuple[Passage, Anchored, str]] = []
    for pair in pairs:
        same, changed = quotes_of(pair, each, chance)
        new = SearchText(pair.new)
        for quote in same:
            tables["still there, word for word"][find_passage(quote, new).state] += 1
        for quote in changed:
            found = find_passage(quote, new)
            tables["not there word for word"][found.state] += 1
            if found.state == show:
                shown.append((quote, found, pair.new))
        for kind, quote, text in [
            *spoiled(same, pair.new, chance, NOISE),
            *spoiled(same, pair.new, chance, EDITS),
        ]:
            tables[kind][find_passage(quote, SearchText(text)).state] += 1
    print(f"\n{name}: {len(pairs)} pairs")
    print(f"{'':38}{'n':>6}" + "".join(f"{state:>10}" for state in STATES))
    for kind, table in tables.items():
        n = table.total()
        print(f"{kind:38}{n:6}" + "".join(f"{100 * table[state] / n:9.1f}%" for state in STATES))
    noise = sum((tables[kind] for kind in NOISE), Counter[str]())
    print(f"noise, right state: {100 * noise['intact'] / max(1, noise.total()):.2f} %")
    for quote, found, text in chance.sample(shown, min(count, len(shown))):
        print("\n-", quote.exact, "\n+", found.span and found.span.of(text), "\n ", found.reason)
        print(f"  score {found.score:.2f} context {found.context:.2f}")
    cost(pairs, chance)


def quotes_of(pair: Pair, each: int, chance: random.Random) -> tuple[list[Passage], list[Passage]]:
    new = normalise(pair.new).text
    same, changed = [], []
    for span in cut_passages(pair.old, "en"):
        if SHORTEST <= span.end - span.start <= LONGEST:
            stands = normalise(span.of(pair.old)).text.strip() in new
            (same if stands else changed).append(select_passage(pair.old, span))
    return (
        chance.sample(same, min(each, len(same))),
        chance.sample(changed, min(each, len(changed))),
    )


Spoil = Callable[[str, random.Random], str | None]


def spoiled(
    quotes: list[Passage], text: str, chance: random.Random, ways: dict[str, Spoil]
) -> Iterator[tuple[str, Passage, str]]:
    """Quotes beside the text in which the place where each stands was spoiled in each way."""
    for quote in quotes[:4]:
        at = text.find(quote.exact)
        if at < 0 or text.count(quote.exact) > 1:
            continue
        for kind, way in ways.items():
            other = way(quote.exact, chance)
            if other is None:
                continue
            rest = text[at + len(quote.exact) :]
            tail = "\n" + quote.exact + "\n" if kind == "moved to the end" else ""
            yield kind, quote, text[:at] + other + rest + tail


def between_words(put: str) -> Spoil:
    def spoil(exact: str, chance: random.Random) -> str | None:
        blanks = [m.start() for m in re.finditer(r"(?<=[^\W\d_]) (?=[^\W\d_])", exact)]
        if not blanks:
            return None
        at = chance.choice(blanks)
        return exact[:at] + put + exact[at + 1 :]

    return spoil


def soft_hyphens(exact: str, _: random.Random) -> str:
    return re.sub(r"([^\W\d_]{3})(?=[^\W\d_]{3})", "\\1\u00ad", exact)


def curly(exact: str, _: random.Random) -> str | None:
    other = re.sub(r'"([^"]*)"', "“\\1”", exact.replace("'", "’").replace(" - ", " – "))
    return other if other != exact else None


def broken(exact: str, chance: random.Random) -> str:
    return re.sub(r" ", lambda _: chance.choice([" ", " ", "\n", "  "]), exact)


NOISE: dict[str, Spoil] = {
    "no-break spaces": lambda exact, _: exact.replace(" ", "\u00a0"),
    "curly quotes and dashes": curly,
    "line breaks": broken,
    "soft hyphens": soft_hyphens,
    "zero-width and bidi marks": lambda exact, _: (
        "\u202a" + exact.replace("e", "e\u200b") + "\u202c"
    ),
    "upper case": lambda exact, _: exact.upper(),
    "a footnote mark inside": between_words("[12] "),
    "a raised footnote mark inside": between_words("¹² "),
    "ADVERTISEMENT inside": between_words(" ADVERTISEMENT "),
    "an advertisement on lines of its own": between_words(
        "\n\nAdvertisement\nSave 20 % on oars at Ford & Daughters, from £9\n\n"
    ),
}


def other_number(exact: str, chance: random.Random) -> str | None:
    found = [m for m in re.finditer(r"(?<![\w.,])\d+(?![\w])", exact) if m.start() > 4]
    if not found:
        return None
    match = chance.choice(found)
    return exact[: match.start()] + str(int(match[0]) + chance.randint(1, 9)) + exact[match.end() :]


def other_name(exact: str, chance: random.Random) -> str | None:
    found = list(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b", exact))
    if not found:
        return None
    match = chance.choice(found)
    return exact[: match.start()] + "Brackwater" + exact[match.end() :]


def negated(exact: str, _: random.Random) -> str | None:
    other = re.sub(r"\b(is|are|was|were|has|will|may|can|should)\b", "\\1 not", exact, count=1)
    return other if other != exact else None


EDITS: dict[str, Spoil] = {
    "a number changed": other_number,
    "a name changed": other_name,
    "a negation added": negated,
    "taken out": lambda *_: "",
    "moved to the end": lambda *_: "",
}


def cost(pairs: list[Pair], chance: random.Random) -> None:
    """CPU milliseconds a quote on pages of 50,000 characters; the page made ready once, said apart."""
    pages = [pair for pair in pairs if len(pair.new) >= PAGE_CHARS][:20] or pairs[:20]
    spent: dict[str, list[float]] = defaultdict(list)
    for pair in pages:
        text, old = pair.new[:PAGE_CHARS], pair.old[:PAGE_CHARS]
        same, changed = quotes_of(Pair(pair.name, old, text), 5, chance)
        ready, took = timed(lambda text=text: made_ready(text))
        spent["page made ready, once"].append(took)
        for kind, quotes in (("quote still there", same), ("quote changed or gone", changed)):
            for quote in quotes:
                spent[kind].append(timed(lambda q=quote, r=ready: find_passage(q, r))[1])
                spent["page and quote together"].append(
                    timed(lambda q=quote, t=text: find_passage(q, SearchText(t)))[1]
                )
                call = lambda q=quote, r=ready: partial_ratio_alignment(q.exact, r.normal.text)  # noqa: E731
                spent["partial_ratio_alignment (place only)"].append(timed(call)[1])
        for quote in (same + changed)[:1]:
            call = lambda q=quote, t=text: difflib.SequenceMatcher(  # noqa: E731
                None, q.exact, t, autojunk=False
            ).get_matching_blocks()
            spent["difflib (matching blocks)"].append(timed(call)[1])
    for kind, took in spent.items():
        took.sort()
        mean, high = sum(took) / len(took), took[int(0.95 * (len(took) - 1))]
        print(f"{kind:38}{len(took):6} mean {mean:8.2f} ms  p95 {high:8.2f} ms")


def made_ready(text: str) -> SearchText:
    ready = SearchText(text)
    _ = ready.places, ready.plain_words
    return ready


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    value = call()
    return value, 1000 * (time.process_time() - began)


if __name__ == "__main__":
    sys.exit(main())
