"""The sample document of the real corpus, against its truth written by hand.

Read from `$PROVENANCE_CORPUS` (gold/ and seed/); skipped where that is unset.
"""

import json
from collections import Counter
from typing import Any

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.cite.sources import identify_sources
from provenance.model import Citation, Parsed
from support.cite_builders import (
    assert_nothing_lost,
    assert_offsets_are_true,
    corpus_folder,
)


@pytest.fixture(scope="module")
def gold() -> dict[str, Any]:
    return json.loads((corpus_folder() / "gold" / "seed_gold.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def seed(gold: dict[str, Any]) -> Parsed:
    path = corpus_folder() / "seed" / gold["file"]
    return parse_document(read_document(path.read_bytes(), path.name))


def citations_by_note(parsed: Parsed) -> dict[str, tuple[Citation, ...]]:
    return {note.label: note.citations for note in parsed.notes}


def test_every_note_names_what_the_truth_says_in_kind_and_order(
    seed: Parsed, gold: dict[str, Any]
) -> None:
    found = {
        label: [(citation.kind, citation.url) for citation in citations]
        for label, citations in citations_by_note(seed).items()
    }
    assert found == {
        label: [(truth["kind"], truth.get("url")) for truth in truths]
        for label, truths in gold["footnotes"].items()
    }
    assert len(found) == 37
    assert sum(map(len, found.values())) == 76
    assert sum(url is not None for note in found.values() for _, url in note) == 66


def test_cut_urls_are_known_as_cut(seed: Parsed, gold: dict[str, Any]) -> None:
    for label, citations in citations_by_note(seed).items():
        truths = gold["footnotes"][label]
        assert [c.truncated for c in citations] == [t.get("truncated", False) for t in truths]


def test_reports_carry_publisher_title_date_and_the_way_to_them(
    seed: Parsed, gold: dict[str, Any]
) -> None:
    described = 0
    for label, citations in citations_by_note(seed).items():
        for citation, truth in zip(citations, gold["footnotes"][label], strict=True):
            if truth["kind"] == "web":
                continue
            described += 1
            assert citation.title == truth.get("title"), label
            assert citation.publisher == truth.get("publisher"), label
            assert citation.date == truth.get("date"), label
            assert citation.access_url == truth.get("access_url"), label
            assert citation.access == truth["kind"], label
    assert described == 10


def test_the_short_form_stands_for_the_one_report_that_fits(
    seed: Parsed, gold: dict[str, Any]
) -> None:
    tied = {
        (label, citation.index): (citation.antecedent.label, citation.antecedent.index)
        for label, citations in citations_by_note(seed).items()
        for citation in citations
        if citation.antecedent
    }
    truth = {
        (label, index): tuple(citation["short_form_of"][key] for key in ("label", "index"))
        for label, citations in gold["footnotes"].items()
        for index, citation in enumerate(citations)
        if "short_form_of" in citation
    }
    assert tied == truth == {("31", 0): ("25", 1)}


def test_the_document_says_who_wrote_it_when_and_where(seed: Parsed, gold: dict[str, Any]) -> None:
    metadata = seed.document.metadata
    assert metadata.title == gold["title"]
    assert list(metadata.authors) == gold["authors"]
    assert metadata.published == gold["published"]
    assert metadata.data_cutoff == gold["data_cutoff"]
    assert metadata.origin_url == gold["origin_url"]
    assert metadata.language == "en"


def test_claims_stand_exactly_where_a_person_put_them(seed: Parsed, gold: dict[str, Any]) -> None:
    truth = json.loads((corpus_folder() / "gold" / "seed_claims.json").read_text("utf-8"))
    found = [
        {"label": marker.label, "start": claim.start, "end": claim.end, "text": claim.text}
        for claim in seed.claims
        for marker in claim.markers
    ]
    assert found == [{key: claim[key] for key in found[0]} for claim in truth]
    assert len(found) == gold["markers"] == 37
    assert all(marker.note_id for claim in seed.claims for marker in claim.markers)


def test_sources_are_counted_once_however_they_are_spelled(seed: Parsed) -> None:
    sources = identify_sources(seed)
    kinds = Counter(source.kind for source in sources.sources)
    assert kinds == {"web": 36, "subscription": 4, "on_request": 1}
    by_label = {note.label: note for note in seed.notes}
    assert sources.source_ids[by_label["31"].id, 0] == sources.source_ids[by_label["25"].id, 1]
    databases = [
        (citation.raw, sources.source_ids[note.id, citation.index])
        for note in seed.notes
        for citation in note.citations
        if citation.kind == "on_request"
    ]
    assert len({raw for raw, _ in databases}) == 3
    assert len({source_id for _, source_id in databases}) == 1


def test_nothing_is_lost_moved_or_complained_of(seed: Parsed, gold: dict[str, Any]) -> None:
    file = corpus_folder() / "seed" / gold["file"]
    assert seed.document.text == file.read_bytes().decode("utf-8")
    assert_offsets_are_true(seed)
    assert_nothing_lost(seed)
    cut = [citation for note in seed.notes for citation in note.citations if citation.truncated]
    assert [(found.rule, found.severity, found.start) for found in seed.findings] == [
        ("FN102", "info", citation.start) for citation in cut
    ]
