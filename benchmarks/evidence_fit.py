"""The two fits that evidence rests on: which passage comes first, and how sure that is (numpy only)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

CLIP = 6.0
SEEDS = (1, 2, 3)
FOLDS = 5
STEPS = 150
RATE = 0.05

Columns = Mapping[str, Sequence[float]]


class Fitted(NamedTuple):
    """Weights over standardized, clipped features."""

    names: tuple[str, ...]
    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    intercept: float = 0.0

    def score(self, rows: np.ndarray) -> np.ndarray:
        off = np.clip((rows - self.mean) / self.spread, -CLIP, CLIP)
        return off @ self.weights + self.intercept

    def written(self) -> dict[str, object]:
        """As `evidence.json` has it: (mean, spread, weight) of each feature."""
        triples = zip(self.names, self.mean, self.spread, self.weights, strict=True)
        return {
            "intercept": round(float(self.intercept), 5),
            "weights": {n: [round(float(v), 6) for v in (m, s, w)] for n, m, s, w in triples},
        }


def matrix(columns: Columns, names: Sequence[str]) -> np.ndarray:
    return np.array([columns[name] for name in names], float).T


def fit_order(
    pages: Sequence[np.ndarray], golds: Sequence[frozenset[int]], names: Sequence[str], l2: float
) -> Fitted:
    """Conditional logit: the chance that a passage of a page is one of the gold ones, softmax over the page.

    Whichever gold passage is likeliest already is taken as the one to raise (their chances are
    added up); `l2` is the ridge in claims, Adam makes `STEPS` steps.
    """
    every = np.concatenate(pages)
    mean, spread = every.mean(0), every.std(0) + 1e-9
    rows = np.clip((every - mean) / spread, -CLIP, CLIP)
    sizes = np.array([len(page) for page in pages])
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    gold = np.zeros(len(rows))
    for start, numbers in zip(starts, golds, strict=True):
        gold[start + np.array(sorted(numbers))] = 1
    weights = np.zeros(len(names))

    def gradient(at: np.ndarray) -> np.ndarray:
        score = rows @ at
        chance = np.exp(score - np.repeat(np.maximum.reduceat(score, starts), sizes))
        wanted = chance * gold
        chance = chance / np.repeat(np.add.reduceat(chance, starts), sizes)
        wanted = wanted / np.repeat(np.add.reduceat(wanted, starts), sizes)
        return (rows.T @ (wanted - chance) - l2 * at) / len(pages)

    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        slope = gradient(weights)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        move = first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        weights = weights + RATE * move
    return Fitted(tuple(names), mean, spread, weights)


def fit_chance(
    rows: np.ndarray, right: np.ndarray, names: Sequence[str], l2: float = 3.0
) -> Fitted:
    """Logistic regression by Newton's method, ridge `l2` in rows; no class is given more weight."""
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    off = np.clip((rows - mean) / spread, -CLIP, CLIP)
    design = np.c_[off, np.ones(len(off))]
    ridge = np.diag([l2] * off.shape[1] + [1e-6])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (right - chance) - ridge @ weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + ridge
        weights = weights + np.linalg.solve(curve, slope)
    return Fitted(tuple(names), mean, spread, weights[:-1], float(weights[-1]))


def chance(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-score))


def folds(pages: Sequence[int], seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield (train, test) of five parts: tasks of one page are never in both."""
    known = sorted(set(pages))
    shuffled = np.random.RandomState(seed).permutation(len(known))
    for fold in range(FOLDS):
        held = {known[at] for at in shuffled[fold::FOLDS]}
        yield (
            [at for at, page in enumerate(pages) if page not in held],
            [at for at, page in enumerate(pages) if page in held],
        )


def rank_of_gold(scores: np.ndarray, gold: frozenset[int]) -> int:
    """The place of the best gold passage, from 0; of equal scores the first on the page comes first."""
    return min(int((scores > scores[at]).sum() + (scores[:at] == scores[at]).sum()) for at in gold)


def auroc(scores: np.ndarray, right: np.ndarray) -> float:
    """The chance that a right one has a higher score than a wrong one."""
    good, bad = scores[right == 1], scores[right == 0]
    above = (good[:, None] > bad[None, :]).mean() + 0.5 * (good[:, None] == bad[None, :]).mean()
    return float(above)


def calibration_error(chances: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """ECE: how far chance and share of right ones lie apart, over ten bins of equal width."""
    where = np.minimum((chances * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(chances[where == b].mean() - right[where == b].mean()) * (where == b).mean()
            for b in range(bins)
            if (where == b).any()
        )
    )
