"""What the parser reaches on real documents today, as floors below which nothing may fall.

Scored by the corpus's own scorer (`benchmarks/accuracy.py` imports it); skipped
where `$PROVENANCE_CORPUS` is unset.
"""

import pytest

from provenance.cite.parse import parse_document
from provenance.pipeline.reading import DocumentReader
from provenance.settings import ExtractSettings
from support.cite_builders import (
    assert_nothing_lost,
    assert_offsets_are_true,
    corpus_folder,
    load_benchmark,
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
KINDS = """blog_html crs_md crs_pdf docx html_footnote_shapes isw_html isw_text isw_text_derived markdown
    pdf rst seed wiki_html wikitext""".split()
ALWAYS = {"marker_sequence_exact": 100, "offsets_valid": 100, "notes_nothing_lost": 100}


@pytest.mark.parametrize("kind", FLOORS)
def test_no_kind_of_document_falls_below_its_floor(kind: str) -> None:
    accuracy = load_benchmark("accuracy")
    problems: list[str] = []
    with DocumentReader(ExtractSettings()) as reader:
        scored, _ = accuracy.score_all(
            corpus_folder(), {kind}, reader, lambda *problem: problems.append(": ".join(problem))
        )
    documents, floors = FLOORS[kind]
    assert len(scored) == documents
    scorer = accuracy.import_scorer(corpus_folder())
    total = scorer.Tally()
    for one in scored:
        total.update(one.tally)
    derived = scorer.derive(total)
    for figure, floor in (floors | ALWAYS).items():
        reached = derived[figure]
        assert reached is None or reached >= floor, "\n".join([f"{figure}: {reached}", *problems])


def test_every_tricky_note_is_read_right() -> None:
    accuracy = load_benchmark("accuracy")
    problems: list[str] = []
    with DocumentReader(ExtractSettings()) as reader:
        reached = accuracy.score_tricky(
            corpus_folder(), reader, lambda *problem: problems.append(": ".join(problem))
        )
    assert problems == []
    assert reached == (60, 60)


@pytest.mark.parametrize("kind", KINDS)
def test_no_real_document_breaks_a_promise_about_spans(kind: str) -> None:
    paths = sorted((corpus_folder() / "corpus" / kind).iterdir())
    read = 0
    with DocumentReader(ExtractSettings()) as reader:
        for path in paths:
            if path.suffix == ".json":
                continue
            parsed = parse_document(reader.read(path.read_bytes(), path.name))
            assert_offsets_are_true(parsed)
            assert_nothing_lost(parsed)
            read += 1
    assert read
