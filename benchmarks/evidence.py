"""How well passages are found, beside SQLite's FTS5 bm25 in the same run.

    PROVENANCE_CORPUS=… python benchmarks/evidence.py [--across] [--seeds 3]

Everything fitted is fitted and told by 5-fold cross-validation over pages (a page and its
translations are never parted); confidence within a fold is fitted on orders made by models
that had not seen the page. Prints recall@1/3/5, MRR and CPU ms with the page read anew; for
each of the three questions (first passage right, any support, own page or the nearest wrong
one) AUROC and ECE, what was said beside what was so, and the abstention curve: how many of
those that are shown are right, by threshold and by coverage, beside FTS5 with its best score
as confidence. Skipped with a reason where the sets are not there.
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
    Item,
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
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)


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
    start = time.process_time()
    places = [place for place, _ in fts5(bench)]
    ms = (time.process_time() - start) / len(places) * 1000
    told(
        "FTS5 bm25",
        bench,
        [at for at, task in zip(places, bench.collection.tasks, strict=True) if task.gold],
        ms,
    )
    found = []
    for seed in seeds:
        items = [(b, at) for b, at in items_of(trained_on) if b.collection.tasks[at].gold]
        for train, test in folds(pages_of(items), seed):
            model = read_model(fit_ranker([items[at] for at in train]).written())
            held = [items[at][1] for at in test if items[at][0] is bench]
            found += [place_of_gold(bench, at, rank(bench, at, model)) for at in held]
    told("provenance", bench, found, milliseconds(bench))


def milliseconds(bench: Bench) -> float:
    """CPU a claim and page, the page read anew for each; words met before are remembered, as they are at work."""
    scorer, language = LexicalScorer(), bench.collection.language
    tasks = bench.collection.tasks[:: max(1, len(bench.collection.tasks) // 300)]
    start = time.process_time()
    for task in tasks:
        scorer.rank(task.claim, "en", Page(bench.collection.pages[task.page], language))
    return (time.process_time() - start) / len(tasks) * 1000


def told(method: str, bench: Bench, places: Sequence[int], ms: float) -> None:
    place = np.array(places)
    shares = [(place < k).mean() for k in (1, 3, 5)]
    figures = "  ".join(f"{value:.3f}" for value in (*shares, (1 / (1 + place)).mean()))
    print(f"{bench.collection.name:12} {method:22} {figures}  {ms:5.1f}", flush=True)


def fts5(bench: Bench) -> list[tuple[int, float]]:
    """For each task the place of the gold by bm25 over its page's sentences, and the best score there."""
    pages = bench.collection.pages
    return [_by_fts5(task, pages[task.page]) for task in bench.collection.tasks]


def _by_fts5(task: Task, passages: Sequence[str]) -> tuple[int, float]:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE page USING fts5(text, tokenize='porter unicode61')")
    db.executemany("INSERT INTO page (rowid, text) VALUES (?, ?)", enumerate(passages))
    words = {w for w in re.findall(r"\w+", task.claim) if fold_word(w) not in STOP_WORDS}
    query = " OR ".join(f'"{word}"' for word in sorted(words)) or '"-"'
    rows = db.execute(
        "SELECT rowid, bm25(page) FROM page WHERE page MATCH ? ORDER BY 2, rowid", (query,)
    ).fetchall()
    db.close()
    order = [row for row, _ in rows]
    place = min((order.index(one) for one in task.gold if one in order), default=len(passages))
    return place, -rows[0][1] if rows else 0.0


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
    theirs = bm25_as_confidence(items, kind)
    print(f"\n{name}: {kind}: AUROC {mean[0]:.3f}, ECE {mean[1]:.3f} ({spread})")
    print(f"  FTS5's best score instead: AUROC {auroc(*theirs):.3f}")
    every, right = np.concatenate(chances), np.concatenate(answers)
    show_calibration(every, right)
    show_abstention(every, right, theirs)


def bm25_as_confidence(items: Sequence[Item], kind: str) -> tuple[np.ndarray, np.ndarray]:
    """FTS5's best score for each row of a question, and the answers: of the passage, by its own order."""
    tasks = [(bench, bench.collection.tasks[at], at) for bench, at in items]
    own = [_by_fts5(task, bench.collection.pages[task.page]) for bench, task, _ in tasks]
    if kind == "passage":
        return np.array([s for _, s in own]), np.array([float(place == 0) for place, _ in own])
    has_gold = np.array([bool(task.gold) for _, task, _ in tasks])
    scores = np.array([score for _, score in own])
    if kind == "support":
        return scores, has_gold.astype(float)
    wrong = np.array(
        [_by_fts5(task, bench.collection.pages[bench.wrong[at]])[1] for bench, task, at in tasks]
    )
    return np.r_[scores[has_gold], wrong[has_gold]], np.repeat([1.0, 0.0], has_gold.sum())


def show_calibration(said: np.ndarray, right: np.ndarray) -> None:
    """Of those of which a chance of about so much was said: how many, the mean said, the share that is so."""
    where = np.minimum((said * 10).astype(int), 9)
    print("  said      " + "".join(f"{at / 10:.1f}-{at / 10 + 0.1:.1f}  " for at in range(10)))
    for title, tell_one in (
        ("of all", lambda at: (where == at).mean()),
        ("mean said", lambda at: said[where == at].mean()),
        ("are right", lambda at: right[where == at].mean()),
    ):
        cells = [
            f"{tell_one(at):7.3f}  " if (where == at).any() else "      –  " for at in range(10)
        ]
        print(f"  {title:10}" + "".join(cells))


def show_abstention(
    said: np.ndarray, right: np.ndarray, theirs: tuple[np.ndarray, np.ndarray]
) -> None:
    for threshold in THRESHOLDS:
        shown = said >= threshold
        print(
            f"  at {threshold}: {shown.mean():.3f} shown, {right[shown].mean():.3f} of them right"
        )
    print("  coverage    " + "".join(f"{share:6.1f} " for share in COVERAGES))
    for method, scores, answers in (("provenance", said, right), ("FTS5 bm25", *theirs)):
        order = np.argsort(-scores, kind="stable")
        shares = [answers[order[: round(len(order) * share)]].mean() for share in COVERAGES]
        print(f"  {method:12}" + "".join(f"{share:6.3f} " for share in shares), flush=True)


if __name__ == "__main__":
    main()
