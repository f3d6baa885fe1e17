"""The weights as shipped, on the public sets they were fitted on: a guard against a change that breaks them.

How good they are on pages that they have not seen is told by `benchmarks/evidence.py`, not here.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from provenance.link.score import LexicalScorer, Page

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def data() -> Iterator[Any]:
    """The reader of the sets, and the folder where they stand."""
    corpus = os.environ.get("PROVENANCE_CORPUS")
    if not corpus or not (Path(corpus) / "evidence" / "wice").is_dir():
        pytest.skip("$PROVENANCE_CORPUS/evidence is not there")
    sys.path.insert(0, str(BENCHMARKS))
    import evidence_data

    yield evidence_data, Path(corpus) / "evidence"
    sys.path.remove(str(BENCHMARKS))


def share_first(tasks: Sequence[Any], pages: Sequence[Sequence[str]], language: str) -> float:
    scorer, indexed = LexicalScorer(), {}
    right = []
    for task in tasks:
        page = indexed.setdefault(task.page, Page(pages[task.page], language))
        right.append(scorer.rank(task.claim, "en", page).judged[0].number in task.gold)
    return sum(right) / len(right)


def test_the_right_sentence_comes_first_for_nine_claims_of_ten(data: Any) -> None:
    reader, folder = data
    wice = reader.read_wice(folder)
    tasks = [task for task in wice.tasks if task.gold][::3]
    assert share_first(tasks, wice.pages, "en") >= 0.88


@pytest.mark.parametrize(("language", "least"), [("fr", 0.9), ("ru", 0.8)])
def test_across_languages_too(data: Any, language: str, least: float) -> None:
    reader, folder = data
    ntrex = reader.read_ntrex(folder, language)
    tasks = [task for task in ntrex.tasks if task.page % 5 == 0][::3]
    assert len(tasks) > 100
    assert share_first(tasks, ntrex.pages, language) >= least - 0.03


def test_another_page_is_less_likely_to_be_meant_than_the_claims_own(data: Any) -> None:
    reader, folder = data
    wice, scorer = reader.read_wice(folder), LexicalScorer()
    tasks = [task for task in wice.tasks if task.gold][::6]
    surer = []
    for task in tasks:
        chances = []
        for number in (task.page, (task.page + 1) % len(wice.pages)):
            page = Page(wice.pages[number], "en")
            ranking = scorer.rank(task.claim, "en", page)
            chances.append(scorer.confidence(task.claim, "en", page, ranking).page)
        surer.append(chances[0] > chances[1])
    assert sum(surer) / len(surer) > 0.95
