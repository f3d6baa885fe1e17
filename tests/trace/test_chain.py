"""From a question back to the archived bytes."""

import json
from collections.abc import Iterator

import msgspec
import pytest

from provenance.model import CitedMemento
from provenance.trace.chain import explain_nothing, trace
from provenance.trace.records import Trace
from support.records import (
    NOON,
    a_check_line,
    a_citation,
    a_parsed,
    a_text_line,
    on_day,
    source_id_of,
)
from support.stores import FilledStore

A = "https://www.a.example/x?utm_source=feed"
B = "https://twitter.com/who/status/12?s=20"
FIRST = "JNIM attacked the camp, and 16 soldiers died."
SECOND = "The army withdrew from the town of Djibo."


@pytest.fixture
def filled() -> Iterator[FilledStore]:
    filled = FilledStore()
    refanged = msgspec.structs.replace(a_citation(A), raw="https://www.a dot example/x", url=A)
    filled.document(
        a_parsed({"1": [refanged, "see also"], "2": [B]}, [(FIRST, ["1"]), (SECOND, ["2", "1"])]),
        mementos=[
            CitedMemento(source_id_of(A), "archive.example", "https://archive.example/9/a", NOON)
        ],
    )
    filled.checks(
        a_check_line(source_id_of(A), on_day(0), payload="p0", url=A),
        a_check_line(source_id_of(A), on_day(7), payload="p1", url=A),
    )
    filled.texts(a_text_line("p1", "The words of the page."))
    yield filled
    filled.db.close()


def claims_of(found: Trace) -> list[str]:
    return [claim.text for claim in found.claims]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (FIRST, [FIRST]),
        ("  " + FIRST.replace(" and", "\n  and"), [FIRST]),
        ("16 soldiers died", [FIRST]),
        ("soldiers JNIM", [FIRST]),
        ("the", [FIRST, SECOND]),
        (A, [FIRST, SECOND]),
        ("http://a.example/x", [FIRST, SECOND]),
        ("a.example/x", [FIRST, SECOND]),
        ("https://www.a dot example/x", [FIRST, SECOND]),
        ("https://mobile.twitter.com/who/status/12", [SECOND]),
        ("https://archive.example/9/a", [FIRST, SECOND]),
        (source_id_of(B), [SECOND]),
        ("document-one:2", [SECOND]),
        ("document-one:[2]", [SECOND]),
        ("document-o:1", [FIRST, SECOND]),
        ("/desk/update.txt:2", [SECOND]),
        ("update.txt:2", [SECOND]),
        ("weekly UPDATE:2", [SECOND]),
        ("date.txt:2", []),
        ("document-one:99", []),
        ("https://nobody.example/", []),
        ("nothing of the kind", []),
        ("", []),
        ("🙂", []),
        ('"((( NEAR', []),
        ("a\0b\ud800", []),
    ],
)
def test_a_question_finds_its_claims(filled: FilledStore, query: str, expected: list[str]) -> None:
    assert sorted(claims_of(trace(filled.db, query))) == sorted(expected)


def test_a_claim_is_found_by_its_id_also_when_a_later_draft_dropped_it(filled: FilledStore) -> None:
    claim_id = trace(filled.db, FIRST).claims[0].id
    filled.document(a_parsed(claims=[("Rewritten.", ["1"])]), at=on_day(1))
    assert claims_of(trace(filled.db, claim_id)) == [FIRST]
    assert claims_of(trace(filled.db, FIRST)) == []


def test_the_chain_leads_to_every_capture_and_memento(filled: FilledStore) -> None:
    (claim,) = trace(filled.db, FIRST).claims
    assert (claim.document.title, claim.document.published) == ("Weekly update", "2023-12-15")
    page, remark = claim.citations
    assert (page.label, page.index, page.kind) == ("1", 0, "web")
    assert page.source is not None
    assert (page.source.id, page.source.state) == (source_id_of(A), "alive")
    assert [capture.at[:10] for capture in page.captures] == ["2023-12-16", "2023-12-23"]
    assert [capture.text_sha256 is not None for capture in page.captures] == [False, True]
    assert [memento.at for memento in page.mementos] == ["2023-12-16T12:00:00.000000Z"]
    assert (remark.kind, remark.source, remark.captures) == ("commentary", None, ())


def test_the_json_has_the_contracts_keys(filled: FilledStore) -> None:
    encoded = json.loads(msgspec.json.encode(trace(filled.db, FIRST)))
    assert list(encoded) == ["schema", "query", "claims"]
    assert encoded["schema"] == "provenance.trace/1"
    claim = encoded["claims"][0]
    assert set(claim) == {"id", "document", "text", "start", "end", "citations"}
    assert set(claim["document"]) == {"id", "title", "published", "path"}
    citation = claim["citations"][0]
    assert set(citation) >= {
        "label", "index", "kind", "raw", "url", "canonical_url", "access", "source", "captures",
        "attachments", "mementos", "evidence",
    }  # fmt: skip
    assert set(citation["source"]) == {"id", "state", "reason"}
    assert set(citation["captures"][0]) == {
        "id", "at", "final_url", "status", "media_type", "warc_file", "warc_offset",
        "warc_length", "payload_sha256", "text_sha256", "withdrawn",
    }  # fmt: skip
    assert set(citation["mementos"][0]) == {"archive", "uri_m", "at"}


def test_a_question_without_an_answer_encodes_to_an_empty_list(filled: FilledStore) -> None:
    assert msgspec.json.encode(trace(filled.db, "nobody said this")) == (
        b'{"schema":"provenance.trace/1","query":"nobody said this","claims":[]}'
    )


def test_no_more_chains_than_asked_for(filled: FilledStore) -> None:
    assert len(trace(filled.db, A, limit=1).claims) == 1


def test_nothing_found_says_why_as_far_as_the_store_can_tell(filled: FilledStore) -> None:
    unmarked = a_parsed(
        {"1": ["https://a.example/x"], "13": ["https://a.example/unmarked"]},
        [("Something happened.", ["1"])],
    )
    filled.document(unmarked, path="/desk/update.txt")
    assert "has no marker" in explain_nothing(filled.db, "https://a.example/unmarked")
    assert "[99]" in explain_nothing(filled.db, "update.txt:99")
    assert "search" in explain_nothing(filled.db, "no such words")
    assert "search" in explain_nothing(filled.db, "")
