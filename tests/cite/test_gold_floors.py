"""What the parser reaches on real documents today, as floors below which nothing may fall.

Scored by the corpus's own scorer (`benchmarks/accuracy.py` imports it); skipped
where `$PROVENANCE_CORPUS` is unset.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from provenance.cite.contract import parse_to_json
from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from support.cite_builders import (
    assert_nothing_lost,
    assert_offsets_are_true,
    corpus_folder,
    load_benchmark,
    parse_text,
)

# kind -> (documents, {what the scorer calls it: the least that is right today, in per cent})
FLOORS: dict[str, tuple[int, dict[str, float]]] = {
    "isw_html": (
        21,
        {"url_f1": 100, "notes_exact": 100, "hidden_recall": 100, "claim_exact": 100},
    ),
    "isw_text": (
        8,
        {"url_f1": 99.8, "notes_exact": 99.8, "defanged_recall": 99.3, "claim_exact": 100},
    ),
    "isw_text_derived": (20, {"url_f1": 100, "notes_exact": 99.9, "claim_exact": 100}),
    "glued": (6, {"url_f1": 100, "notes_exact": 100, "defanged_recall": 100}),
    "seed": (1, {"url_f1": 100, "notes_exact": 100, "claim_exact": 100}),
}
ALWAYS = {"marker_sequence_exact": 100, "offsets_valid": 100, "notes_nothing_lost": 100}


@pytest.mark.parametrize("kind", FLOORS)
def test_no_kind_of_document_falls_below_its_floor(kind: str) -> None:
    accuracy = load_benchmark("accuracy")
    problems: list[str] = []
    scored, unread = accuracy.score_all(
        corpus_folder(), {kind}, lambda *problem: problems.append(": ".join(problem))
    )
    documents, floors = FLOORS[kind]
    assert (len(scored), unread) == (documents, [])
    scorer = accuracy.import_scorer(corpus_folder())
    total = scorer.Tally()
    for one in scored:
        total.update(one.tally)
    derived = scorer.derive(total)
    for figure, floor in (floors | ALWAYS).items():
        reached = derived[figure]
        assert reached is None or reached >= floor, "\n".join([f"{figure}: {reached}", *problems])


def score_tricky(score_doc: Callable[..., Any], case: dict[str, Any]) -> list[str]:
    """Score one note in the same small document that the scorer writes around it."""
    label = case.get("label", "1")
    before = case.get("before") or {}
    body = "".join(f" A statement.[{key}]" for key in before).strip()
    notes = "".join(f"[{key}] {note}\n\n" for key, note in before.items())
    parsed = parse_text(
        f"A short report\n\nBy the author\n\n{body} Another statement stands here.[{label}]\n\n"
        f"References\n\n{notes}[{label}] {case['note']}\n"
    )
    assert_offsets_are_true(parsed)
    found = json.loads(json.dumps(parse_to_json(parsed)))
    found["notes"] = [note for note in found["notes"] if note["label"] == label]
    problems: list[str] = []
    gold = {
        "file": case["name"],
        "notes": {label: case["citations"]},
        "markers": None,
        "note_flags": {label: "loose"} if case.get("loose") else {},
    }
    score_doc(gold, found, None, 0.0, lambda *problem: problems.append(": ".join(problem)))
    return problems


def test_every_tricky_note_is_read_right() -> None:
    folder = corpus_folder()
    score_doc = load_benchmark("accuracy").import_scorer(folder).score_doc
    cases = json.loads((folder / "gold" / "tricky_dev.json").read_text("utf-8"))
    assert len(cases) == 60
    problems = [problem for case in cases for problem in score_tricky(score_doc, case)]
    assert problems == []


def test_no_real_text_or_page_breaks_a_promise_about_spans() -> None:
    read = 0
    for path in sorted((corpus_folder() / "corpus").rglob("*")):
        if path.suffix not in {".txt", ".html", ".htm"}:
            continue
        parsed = parse_document(read_document(path.read_bytes(), path.name))
        assert_offsets_are_true(parsed)
        assert_nothing_lost(parsed)
        read += 1
    assert read >= 50
