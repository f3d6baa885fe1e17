"""Quoted passages against later versions of their pages: what is found, what is believed, what it costs.

    PROVENANCE_CORPUS=FOLDER python benchmarks/rot.py [--each 8] [--show altered:20] [--only pages]

Reads `evidence/rot/{factbook,ota}.jsonl.gz` below that folder: real revisions of pages
(`old`, `new`). From each pair up to `--each` sentences of 40 to 400 characters that still
stand in the new text (in normal form) and as many that do not. Then, with the sentences
that still stand:

    noise     the new text is set otherwise around and in them, the words are the same
    edits     one fact in them is changed, they are taken out, or moved to the end

From the last three tables come the two figures that count. A state is *right* where what is kept
is told as kept (intact, moved, reworded: no alarm) and what was changed in a fact or taken out as
lost (altered, missing: alarm); *exact* where it is the very state (intact or moved; altered;
missing). Of what is lost none may be called intact.

How far pages drifted (`watch.drift`): each page from its own later revision and from the next other
page of its set, and what a line at each share would call drifted.

Then what a look costs on pages of 50,000 characters, beside difflib and beside
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
from provenance.watch.drift import PageText, compare_pages, find_furniture, read_lines

SETS = ("factbook", "ota")
SHORTEST, LONGEST = 40, 400
PAGE_CHARS = 50_000
KEPT, ALARM = frozenset({"intact", "moved"}), frozenset({"altered", "missing"})
STATES = ("intact", "moved", "reworded", "altered", "missing")


class Pair(NamedTuple):
    name: str
    old: str
    new: str


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--each", type=int, default=8)
    arguments.add_argument("--show", default="", help="print so many of a state, as altered:20")
    arguments.add_argument("--only", choices=("passages", "pages", "cost"))
    options = arguments.parse_args()
    root = os.environ.get("PROVENANCE_CORPUS")
    if not root:
        print("set PROVENANCE_CORPUS to the folder that has evidence/rot", file=sys.stderr)
        return 2
    state, _, count = options.show.partition(":")
    for name in SETS:
        pairs = list(read_pairs(Path(root) / "evidence" / "rot" / f"{name}.jsonl.gz"))
        print(f"\n{name}: {len(pairs)} pairs")
        if options.only in {None, "passages"}:
            measure(pairs, options.each, state, int(count or 10))
        if options.only in {None, "pages"}:
            measure_pages(pairs)
        if options.only in {None, "cost"}:
            cost(pairs, random.Random(5))
    return 0


def read_pairs(path: Path) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Pair(row["id"], row["old"], row["new"])


def measure(pairs: list[Pair], each: int, show: str, count: int) -> None:
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
    print(f"{'':38}{'n':>6}" + "".join(f"{state:>10}" for state in STATES))
    for kind, table in tables.items():
        n = table.total()
        print(f"{kind:38}{n:6}" + "".join(f"{100 * table[state] / n:9.1f}%" for state in STATES))
    print_right(tables)
    for quote, found, text in chance.sample(shown, min(count, len(shown))):
        print("\n-", quote.exact, "\n+", found.span and found.span.of(text), "\n ", found.reason)
        print(f"  score {found.score:.2f} context {found.context:.2f}")


def print_right(tables: dict[str, Counter[str]]) -> None:
    """The two figures: right states of all whose truth is known, and lost passages called intact."""
    known = {"still there, word for word": KEPT, **dict.fromkeys(NOISE, KEPT), **EXPECTED}
    right = exact = total = lost = unseen = 0
    for kind, states in known.items():
        table = tables[kind]
        is_lost = states.isdisjoint(KEPT)
        total += table.total()
        right += sum(n for state, n in table.items() if (state in ALARM) == is_lost)
        exact += sum(table[state] for state in states)
    for kind in (*(kind for kind in EDITS if EXPECTED[kind] != KEPT), "not there word for word"):
        lost += tables[kind].total()
        unseen += tables[kind]["intact"]
    print(
        f"right state: {100 * right / total:.2f} % of {total:,} (exact: {100 * exact / total:.2f} %)"
    )
    print(f"lost passages called intact: {unseen} of {lost:,}")


def others_of(pair: Pair, pairs: list[Pair], number: int) -> Iterator[Pair]:
    """The pairs of other pages that follow in the set."""
    return (other for other in pairs[number + 1 :] + pairs[:number] if other.name != pair.name)


def furniture_of(pair: Pair, pairs: list[Pair]) -> frozenset[str]:
    """The lines that four other pages share: on their site they are all of one host."""
    host = pair.name.partition("/")[0] if "/" in pair.name else ""
    siblings = [
        other for other in others_of(pair, pairs, pairs.index(pair)) if other.name.startswith(host)
    ]
    return find_furniture(read_lines(f"{other.old}\n{other.new}") for other in siblings[5:9])


def measure_pages(pairs: list[Pair]) -> None:
    """What shares of words are of a page's own later revision, and of another page of the set."""
    furniture = [furniture_of(pair, pairs) for pair in pairs]
    began = time.process_time()
    own = [
        compare_pages(PageText(pair.old), PageText(pair.new), lines).share
        for pair, lines in zip(pairs, furniture, strict=True)
    ]
    took = time.process_time() - began
    others = [
        compare_pages(PageText(pair.old), PageText(other.new), lines).share
        for number, (pair, lines) in enumerate(zip(pairs, furniture, strict=True))
        if (other := next(others_of(pair, pairs, number), None)) is not None
    ]
    for name, shares in (("own revision", sorted(own)), ("another page", sorted(others))):
        points = [f"{shares[int(part * (len(shares) - 1))]:.2f}" for part in (0.05, 0.5, 0.95)]
        print(f"{name:38}{len(shares):6} share p5 {points[0]} median {points[1]} p95 {points[2]}")
    for line in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        false = sum(share > line for share in own) / len(own)
        found = sum(share > line for share in others) / len(others)
        print(
            f"drifted above {line:.1f}: {100 * false:5.1f} % of revisions, {100 * found:5.1f} % of others"
        )
    print(f"{1000 * took / len(own):.1f} ms a pair of pages")


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
        if at < 0 or normalise(text).text.count(normalise(quote.exact).text.strip()) > 1:
            continue  # what stands there twice is not lost by one of them
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
# What became of a passage by each edit.
EXPECTED: dict[str, frozenset[str]] = {
    "a number changed": frozenset({"altered"}),
    "a name changed": frozenset({"altered"}),
    "a negation added": frozenset({"altered"}),
    "taken out": frozenset({"missing"}),
    "moved to the end": KEPT,
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
