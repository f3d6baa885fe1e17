"""How well passages are found, beside SQLite's FTS5 bm25 in the same run.

    PROVENANCE_CORPUS=… python benchmarks/evidence.py [--across] [--seeds 3]

Everything fitted is fitted and told by 5-fold cross-validation over pages (a page and its
translations are never parted); confidence within a fold is fitted on orders made by models
that had not seen the page. Prints recall@1/3/5, MRR and CPU ms; AUROC and ECE of the three
questions (first passage right, any support, own page or the nearest wrong one); precision
and coverage by threshold. Skipped with a reason where the sets are not there.
"""

import argparse
import re
import sqlite3
import time
from collections.abc import Sequence

import numpy as np
from evidence_data import NTREX_LANGUAGES, Task, folder, read_ntrex, read_wice
from evidence_fit import auroc, calibration_error, chance, folds
from fit_evidence import (
    KINDS,
    Bench,
    cross_fitted,
    fit_confidence,
    fit_ranker,
    items_of,
    pages_of,
    place_of_gold,
    questions,
    rank,
    table_of,
    tell,
)

from provenance.link.score import LexicalScorer, Page, read_model
from provenance.link.terms import STOP_WORDS, fold_word

THRESHOLDS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--across", action="store_true", help="also across languages (ten minutes)")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    at, seeds = folder(), range(1, arguments.seeds + 1)
    wice = Bench(read_wice(at))
    print(
        "passage first, by cross-validation   @1     @3     @5     MRR    CPU ms a claim and page"
    )
    order_of(wice, [wice], seeds)
    if arguments.across:
        foreign = [Bench(read_ntrex(at, language)) for language in NTREX_LANGUAGES]
        for bench in foreign:
            order_of(bench, foreign, seeds[:1])
    for kind in KINDS:
        confidence_of([wice], 1, kind, seeds)
    if arguments.across:
        for kind in ("passage", "page"):
            confidence_of(foreign, 4, kind, seeds[:1])


def order_of(bench: Bench, trained_on: Sequence[Bench], seeds: Sequence[int]) -> None:
    tasks = bench.collection.tasks
    told("FTS5 bm25", bench, *fts5(bench))
    found = []
    for seed in seeds:
        items = [(b, at) for b, at in items_of(trained_on) if b.collection.tasks[at].gold]
        for train, test in folds(pages_of(items), seed):
            model = read_model(fit_ranker([items[at] for at in train]).written())
            held = [items[at][1] for at in test if items[at][0] is bench]
            found += [place_of_gold(bench, at, rank(bench, at, model)) for at in held]
    scorer, start = LexicalScorer(), time.process_time()
    if bench.across:
        for page in bench.pages:
            _ = page.cross_index
    for task in tasks:
        page = (
            bench.pages[task.page]
            if bench.across
            else Page(bench.collection.pages[task.page], "en")
        )
        scorer.rank(task.claim, "en", page)
    told("provenance", bench, found, (time.process_time() - start) / len(tasks) * 1000)


def told(method: str, bench: Bench, places: Sequence[int], ms: float) -> None:
    place = np.array(places)
    shares = [(place < k).mean() for k in (1, 3, 5)]
    figures = "  ".join(f"{value:.3f}" for value in (*shares, (1 / (1 + place)).mean()))
    print(f"{bench.collection.name:12} {method:22} {figures}  {ms:5.1f}", flush=True)


def fts5(bench: Bench) -> tuple[list[int], float]:
    """Places of the gold by bm25 over a page's sentences (porter), and CPU ms with the index made anew."""
    places, start, count = [], time.process_time(), 0
    for task in bench.collection.tasks:
        count += 1
        if task.gold:
            places.append(_place_by_fts5(task, bench.collection.pages[task.page]))
    return places, (time.process_time() - start) / count * 1000


def _place_by_fts5(task: Task, passages: Sequence[str]) -> int:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE page USING fts5(text, tokenize='porter unicode61')")
    db.executemany("INSERT INTO page (rowid, text) VALUES (?, ?)", enumerate(passages))
    words = {w for w in re.findall(r"\w+", task.claim) if fold_word(w) not in STOP_WORDS}
    query = " OR ".join(f'"{word}"' for word in sorted(words)) or '"-"'
    rows = db.execute(
        "SELECT rowid FROM page WHERE page MATCH ? ORDER BY bm25(page), rowid", (query,)
    )
    order = [row for (row,) in rows]
    db.close()
    return min((order.index(gold) for gold in task.gold if gold in order), default=len(passages))


def confidence_of(benches: Sequence[Bench], step: int, kind: str, seeds: Sequence[int]) -> None:
    items, chances, answers, by_seed = items_of(benches, step), [], [], []
    for seed in seeds:
        said, right = [], []
        for train, test in folds(pages_of(items), seed):
            seen = [items[at] for at in train]
            fitted = fit_confidence(cross_fitted(seen, seed + 100), kind)
            rows, answer = questions(tell([items[at] for at in test], fit_ranker(seen)), kind)
            said.append(chance(fitted.score(table_of(rows, fitted.names))))
            right.append(answer)
        chances.append(np.concatenate(said))
        answers.append(np.concatenate(right))
        by_seed.append(
            (auroc(chances[-1], answers[-1]), calibration_error(chances[-1], answers[-1]))
        )
    name = " + ".join(bench.collection.name for bench in benches)
    mean = np.mean(by_seed, 0)
    spread = ", ".join(f"{a:.3f}/{e:.3f}" for a, e in by_seed)
    print(f"\n{name}: {kind}: AUROC {mean[0]:.3f}, ECE {mean[1]:.3f} ({spread})")
    every, right = np.concatenate(chances), np.concatenate(answers)
    for threshold in THRESHOLDS:
        shown = every >= threshold
        print(
            f"  at {threshold}: {shown.mean():.3f} shown, {right[shown].mean():.3f} of them right",
            flush=True,
        )


if __name__ == "__main__":
    main()
