"""Ingest holds each claim against each capture of what it cites, once; a rebuild finds the same."""

from pathlib import Path

import pytest

from provenance import IngestOptions, Workplace, ingest, rebuild
from provenance.demo.sample import sample_update_path
from provenance.demo.web import SampleWeb
from provenance.link.method import LEXICAL_METHOD
from provenance.link.score import LexicalScorer, our_weights
from provenance.pipeline.catchup import open_store
from provenance.pipeline.evidence import find_all_evidence
from provenance.pipeline.progress import silent_progress
from support.copied import copy_workplace
from support.workplace import a_workplace, query, web_settings

_ALL = "SELECT * FROM evidence ORDER BY evidence_id"
_PAIRS = """
SELECT count(*) FROM (SELECT DISTINCT m.claim_key, p.capture_id FROM markers m
JOIN citations i ON i.note_key = m.note_key AND m.repeats_note = 0
JOIN captures p ON p.source_id = i.source_id AND p.revisit_of IS NULL
JOIN texts x ON x.payload_sha256 = p.payload_sha256 WHERE m.claim_key IS NOT NULL)
"""


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Workplace:
    made = a_workplace(tmp_path_factory.mktemp("ingested"), web_settings(web))
    ingest([str(sample_update_path())], made)
    return made


@pytest.fixture
def workplace(ingested: Workplace, tmp_path: Path) -> Workplace:
    """A copy, for tests that write to it."""
    return copy_workplace(ingested, tmp_path)


def find_again(workplace: Workplace) -> int:
    with open_store(workplace.db_path) as store:
        return find_all_evidence(store, silent_progress)


def test_every_claim_is_held_against_every_capture_that_it_cites(workplace: Workplace) -> None:
    (pairs,) = query(workplace, _PAIRS)[0]
    assert query(workplace, "SELECT count(*) FROM evidence") == [(pairs,)]
    assert pairs > 25
    assert query(workplace, "SELECT DISTINCT method FROM evidence") == [(LEXICAL_METHOD,)]


def test_what_was_found_is_not_looked_for_again(workplace: Workplace) -> None:
    before = query(workplace, _ALL)
    assert find_again(workplace) == 0
    ingest([str(sample_update_path())], workplace, IngestOptions(fetch=False))
    assert query(workplace, _ALL) == before


def test_only_what_is_missing_is_found_and_nothing_is_doubled(workplace: Workplace) -> None:
    """As after a kill: some pages are done, some are not."""
    before = query(workplace, _ALL)
    with open_store(workplace.db_path) as store:
        lost = store.db.execute(
            "DELETE FROM evidence WHERE substr(capture_id, -1) IN ('1', '5', 'a', 'c')"
        )
        assert 0 < lost < len(before)
        assert find_all_evidence(store, silent_progress) == lost
    assert query(workplace, _ALL) == before


def test_what_another_method_found_is_found_anew(workplace: Workplace) -> None:
    before = query(workplace, _ALL)
    with open_store(workplace.db_path) as store:
        store.db.execute(
            "UPDATE evidence SET method = 'older/0', score = 0, evidence_id = 'x' || evidence_id"
        )
    assert find_again(workplace) == len(before)
    assert query(workplace, _ALL) == before


def test_a_rebuild_finds_the_same(workplace: Workplace) -> None:
    before = query(workplace, _ALL)
    rebuild(workplace)
    assert query(workplace, _ALL) == before


def test_quotations_stand_in_the_archived_text(workplace: Workplace) -> None:
    quoted = query(
        workplace,
        'SELECT e.exact, substr(x.text, e.start + 1, e."end" - e.start), e.score, e.verdict FROM evidence e'
        " JOIN captures p USING (capture_id) JOIN texts x ON x.payload_sha256 = p.payload_sha256"
        " WHERE e.exact IS NOT NULL",
    )
    assert quoted
    for exact, there, score, verdict in quoted:
        assert exact == there
        assert 0.5 <= score <= 1
        assert verdict in {"supported", "partial"}
    bare = query(
        workplace,
        "SELECT count(*) FROM evidence WHERE exact IS NULL AND verdict IN ('supported', 'partial')",
    )
    assert bare == [(0,)]


def test_the_version_of_the_method_is_that_of_the_weights() -> None:
    assert LexicalScorer().method == LEXICAL_METHOD == f"lexical/{our_weights()['version']}"
