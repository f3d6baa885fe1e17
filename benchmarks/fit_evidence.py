"""Fit what `src/provenance/link/evidence.json` holds: the order of passages, and how sure it is.

    PROVENANCE_CORPUS=… python benchmarks/fit_evidence.py

It writes `background.json` (how many pages a word stands on) and then `evidence.json` there.

Reads WiCE dev, NTREX French and Russian (`$PROVENANCE_CORPUS/evidence`); needs numpy. Nothing
else was looked at: `benchmarks/evidence.py` prints what cross-validation makes of the same fit.
Confidence is fitted on orders made by models that had not seen the page.
"""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from evidence_data import NTREX_LANGUAGES, Collection, Task, folder, read_ntrex, read_wice
from evidence_fit import Fitted, fit_chance, fit_order, folds, matrix

import provenance.link
from provenance.link.background import LEAST_PAGES, Background
from provenance.link.confidence import tell_page
from provenance.link.cross_language import compare_across
from provenance.link.same_language import compare
from provenance.link.score import LinearModel, Page, Ranking, order, read_model
from provenance.link.terms import STOP_WORDS, fold_word, read_terms

VERSION = "2"
PLACE = Path(provenance.link.__file__).parent
L2 = 10.0
CHANCE_L2 = 10.0
LICENCES = {
    "WiCE dev": "annotations ODC-BY-1.0",
    "NTREX fr": "CC-BY-SA-4.0",
    "NTREX ru": "CC-BY-SA-4.0",
}
KINDS = ("passage", "support", "page")


class Bench:
    """A collection with its pages indexed once and its features computed once."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.across = collection.language != "en"
        self.pages = [Page(page, collection.language) for page in collection.pages]

    def columns(self, task: Task, page: int) -> tuple[Sequence[int], dict[str, list[float]]]:
        """The passages scored for a claim on a page (its own, or another), and their features."""
        if self.across:
            at = self.pages[page]
            return range(len(at.passages)), compare_across(task.claim, "en", at.cross_index)
        index = self.pages[page].index
        numbers = index.candidates(task.claim)
        return numbers, compare(task.claim, index, numbers)

    @cached_property
    def own(self) -> list[tuple[Sequence[int], dict[str, list[float]]]]:
        return [self.columns(task, task.page) for task in self.collection.tasks]

    @cached_property
    def stems(self) -> list[frozenset[str]]:
        """The stems of each page."""
        return [
            frozenset(stem for terms in page.index.terms for stem in terms.stems)
            for page in self.pages
        ]

    @cached_property
    def counts(self) -> Counter[str]:
        """On how many pages a stem stands."""
        return Counter(stem for stems in self.stems for stem in stems)

    def background(self, at: int) -> Background | None:
        """The background for a task, without its own page and the hard wrong one: a new page is in none."""
        if self.across:
            return None
        task = self.collection.tasks[at]
        left_out = [self.stems[task.page], self.stems[self.wrong[at]]]
        asked = set(read_terms(task.claim, self.collection.language).content)
        counts = {stem: self.counts[stem] - sum(stem in one for one in left_out) for stem in asked}
        kept = {stem: count for stem, count in counts.items() if count >= LEAST_PAGES}
        return Background(len(self.pages), kept)

    @cached_property
    def wrong(self) -> list[int]:
        """For each task the other page nearest to its claim, by BM25 over whole pages."""
        db = sqlite3.connect(":memory:")
        db.execute("CREATE VIRTUAL TABLE pages USING fts5(text, tokenize='porter unicode61')")
        texts = [(at, "\n".join(page)) for at, page in enumerate(self.collection.pages, 1)]
        db.executemany("INSERT INTO pages (rowid, text) VALUES (?, ?)", texts)
        return [self._nearest(db, task) for task in self.collection.tasks]

    def _nearest(self, db: sqlite3.Connection, task: Task) -> int:
        words = sorted(
            {word for word in re.findall(r"\w+", task.claim) if fold_word(word) not in STOP_WORDS}
        )
        if not words:
            return (task.page + 1) % len(self.pages)
        found = db.execute(
            "SELECT rowid - 1 FROM pages WHERE pages MATCH ? AND rowid != ? ORDER BY bm25(pages) LIMIT 1",
            (" OR ".join(f'"{word}"' for word in words), task.page + 1),
        ).fetchone()
        return int(found[0]) if found else (task.page + 1) % len(self.pages)

    @cache  # noqa: B019 (a bench lives as long as the script)
    def other(self, at: int) -> tuple[Sequence[int], dict[str, list[float]]]:
        """The same of the hard wrong page of a task."""
        return self.columns(self.collection.tasks[at], self.wrong[at])


Item = tuple[Bench, int]
"""A task by its bench and its number there."""


def items_of(benches: Sequence[Bench], step: int = 1) -> list[Item]:
    return [(bench, at) for bench in benches for at in range(0, len(bench.collection.tasks), step)]


def pages_of(items: Sequence[Item]) -> list[int]:
    """The page of each task: a page and its translations have one number, and are never parted."""
    return [bench.collection.tasks[at].page for bench, at in items]


def feature_names(items: Sequence[Item]) -> list[str]:
    bench, at = items[0]
    return list(bench.own[at][1])


def fit_ranker(items: Sequence[Item]) -> Fitted:
    """Fit the order on those of the tasks whose gold is among the passages scored."""
    rows, golds, names = [], [], feature_names(items)
    for bench, at in items:
        numbers, columns = bench.own[at]
        places = {number: place for place, number in enumerate(numbers)}
        gold = frozenset(places[n] for n in bench.collection.tasks[at].gold if n in places)
        if gold:
            rows.append(matrix(columns, names))
            golds.append(gold)
    return fit_order(rows, golds, names, L2)


def rank(bench: Bench, at: int, model: LinearModel, *, wrong: bool = False) -> Ranking:
    numbers, columns = bench.other(at) if wrong else bench.own[at]
    return Ranking(order(numbers, columns, model), bench.across)


def place_of_gold(bench: Bench, at: int, ranking: Ranking) -> int:
    """The place of the best gold passage; behind all where it was not scored."""
    task = bench.collection.tasks[at]
    places = [place for place, judged in enumerate(ranking.judged) if judged.number in task.gold]
    return min(places, default=len(bench.pages[task.page].passages))


class Told(NamedTuple):
    """What tells of a claim's own page and of the hard wrong one, and where the gold came in the order."""

    own: dict[str, float]
    other: dict[str, float]
    place: int
    is_supported: bool


def tell(items: Sequence[Item], fitted: Fitted) -> list[Told]:
    model, found = read_model(fitted.written()), []
    for bench, at in items:
        task = bench.collection.tasks[at]
        own, other = rank(bench, at, model), rank(bench, at, model, wrong=True)
        pages, back = (bench.pages[task.page], bench.pages[bench.wrong[at]]), bench.background(at)
        found.append(
            Told(
                tell_page(task.claim, "en", pages[0], own, back),
                tell_page(task.claim, "en", pages[1], other, back),
                place_of_gold(bench, at, own),
                bool(task.gold),
            )
        )
    return found


def cross_fitted(items: Sequence[Item], seed: int) -> list[Told]:
    """What is told of tasks, each by a ranker that has not seen its page."""
    found: list[Told] = []
    for train, test in folds(pages_of(items), seed):
        found += tell([items[at] for at in test], fit_ranker([items[at] for at in train]))
    return found


def questions(told: Sequence[Told], kind: str) -> tuple[list[dict[str, float]], np.ndarray]:
    """The rows of one of the three questions, and the answers (0 or 1).

    passage: is the first passage right · support: does anything on the page support the claim ·
    page: is it the claim's own page, or the hard wrong one (claims that their page supports).
    """
    if kind == "passage":
        return [one.own for one in told], np.array([float(one.place == 0) for one in told])
    if kind == "support":
        return [one.own for one in told], np.array([float(one.is_supported) for one in told])
    good = [one for one in told if one.is_supported]
    rows = [one.own for one in good] + [one.other for one in good]
    return rows, np.repeat([1.0, 0.0], len(good))


def fit_confidence(told: Sequence[Told], kind: str) -> Fitted:
    rows, right = questions(told, kind)
    names = list(rows[0])
    return fit_chance(table_of(rows, names), right, names, CHANCE_L2)


def table_of(rows: Sequence[dict[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[row[name] for name in names] for row in rows])


def fit_side(benches: Sequence[Bench], step: int, kinds: Sequence[str]) -> dict[str, object]:
    """The order and its confidence, for one language or across; `step` thins out the second fit."""
    items = items_of(benches)
    told = cross_fitted(items_of(benches, step), seed=0)
    return {
        "order": fit_ranker(items).written(),
        "confidence": {kind: fit_confidence(told, kind).written() for kind in kinds},
    }


def written_background(bench: Bench) -> dict[str, object]:
    """As `background.json` has it: stems by the number of pages they stand on."""
    kept = {stem: count for stem, count in bench.counts.items() if count >= LEAST_PAGES}
    lines: dict[int, list[str]] = defaultdict(list)
    for stem in sorted(kept):
        lines[kept[stem]].append(stem)
    whole = Background(len(bench.pages), kept)
    claims = [read_terms(task.claim, "en").content for task in bench.collection.tasks]
    weights = [whole.weight(stem) for claim in claims for stem in dict.fromkeys(claim)]
    return {
        "data": bench.collection.name,
        "sha256": bench.collection.digest,
        "pages": len(bench.pages),
        "mean_weight": round(sum(weights) / len(weights), 4),
        "stems": {str(count): " ".join(lines[count]) for count in sorted(lines)},
    }


def write(name: str, data: object) -> None:
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    (PLACE / name).write_text(text, encoding="utf-8")


def main() -> None:
    at = folder()
    wice = read_wice(at)
    foreign = [read_ntrex(at, language) for language in NTREX_LANGUAGES]
    same = Bench(wice)
    write("background.json", written_background(same))
    written = {
        "version": VERSION,
        "data": [
            {"name": one.name, "licence": LICENCES[one.name], "sha256": one.digest}
            for one in (wice, *foreign)
        ],
        "same_language": fit_side([same], 1, KINDS),
        "cross_language": fit_side([Bench(one) for one in foreign], 4, ("passage", "page")),
    }
    write("evidence.json", written)


if __name__ == "__main__":
    main()
