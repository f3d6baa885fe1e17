"""The stable views: what other programs rely on."""

import msgspec
import pytest

from provenance.model import Marker
from support.records import (
    a_check_line,
    a_citation,
    a_parsed,
    on_day,
    source_id_of,
)
from support.stores import FilledStore

A = "https://a.example/x"
B = "https://b.example/y"


def test_the_columns_are_the_contracts(filled: FilledStore) -> None:
    def columns(view: str) -> str:
        return ", ".join(filled.db.column(f"SELECT name FROM pragma_table_info('{view}')"))

    assert columns("claim_sources") == (
        "document_id, document_title, claim_id, claim_text, label, citation_index, kind, raw, url,"
        " canonical_url, access, source_id, state, capture_id, captured_at, warc_file,"
        " warc_offset, warc_length, payload_sha256, evidence_verdict, evidence_score,"
        " evidence_exact, evidence_method, evidence_reason, evidence_capture_id,"
        " evidence_attachment_id, evidence_uri_m"
    )
    assert columns("source_states") == (
        "source_id, kind, url, canonical_url, host, state, rule, reason, first_cited,"
        " last_checked, last_ok, next_due, checks, captures, claims"
    )
    assert columns("check_history") == (
        "source_id, checked_at, outcome, http_status, rule, final_url, elapsed_ms, vantage"
    )


def test_one_row_per_claim_and_citation_though_markers_repeat(filled: FilledStore) -> None:
    parsed = a_parsed({"1": [A, B]}, [("Said twice.", ["1", "1", "1"])])
    filled.document(parsed)
    rows = filled.db.rows("SELECT label, citation_index, url FROM claim_sources")
    assert rows == [
        {"label": "1", "citation_index": 0, "url": A},
        {"label": "1", "citation_index": 1, "url": B},
    ]


def test_a_marker_without_a_note_gives_no_row(filled: FilledStore) -> None:
    parsed = a_parsed({"1": [A]}, [("Half sourced.", ["7", "1"]), ("Not sourced.", ["8"])])
    filled.document(parsed)
    assert filled.db.column("SELECT claim_text FROM claim_sources") == ["Half sourced."]


def test_a_marker_that_names_a_note_which_is_not_there_gives_no_row(filled: FilledStore) -> None:
    parsed = a_parsed({"1": [A]}, [("Claim.", ["1"])])
    lost = msgspec.structs.replace(
        parsed.claims[0], markers=(Marker("1", 0, 3, "note-that-is-not-there"),)
    )
    filled.document(msgspec.structs.replace(parsed, claims=(lost,)))
    assert filled.db.column("SELECT claim_text FROM claim_sources") == []


def test_a_citation_without_source_or_capture_keeps_its_row(filled: FilledStore) -> None:
    work = msgspec.structs.replace(a_citation("x"), kind="work", title="A book")
    filled.document(a_parsed({"1": [A, work, "a remark"]}, [("Claim.", ["1"])]))
    assert filled.db.rows("SELECT kind, state, capture_id FROM claim_sources") == [
        {"kind": "web", "state": "unchecked", "capture_id": None},
        {"kind": "work", "state": "not_checkable", "capture_id": None},
        {"kind": "commentary", "state": None, "capture_id": None},
    ]


@pytest.mark.parametrize(
    ("published", "days", "expected"),
    [
        ("2023-12-20", (0, 2, 10), 2),  # noon of the 18th is nearer than noon of the 26th
        ("2023-12-20", (3, 4), 3),  # noon of the 19th and of the 20th: equally near, the earlier
        ("2020-01-01", (0, 2, 10), 0),
        ("2030-01-01", (0, 2, 10), 10),
        (None, (0, 2, 10), 10),
        ("in spring", (0, 2, 10), 10),
    ],
)
def test_the_capture_is_the_one_nearest_to_publication(
    filled: FilledStore, published: str | None, days: tuple[int, ...], expected: int
) -> None:
    filled.document(a_parsed(published=published))
    filled.checks(*(a_check_line(source_id_of(A), on_day(day), payload=f"p{day}") for day in days))
    captured = filled.db.column("SELECT captured_at FROM claim_sources")
    assert captured == [on_day(expected).strftime("%Y-%m-%dT%H:%M:%S.%fZ")]


def test_evidence_of_the_chosen_capture_does_not_double_rows(filled: FilledStore) -> None:
    filled.document(a_parsed())
    looks = [a_check_line(source_id_of(A), on_day(day), payload=f"p{day}") for day in (0, 5)]
    filled.checks(*looks)
    key = filled.db.value("SELECT claim_key FROM claims")
    for number, (look, score) in enumerate(zip(looks, (0.6, 0.9), strict=True)):
        assert look.capture is not None
        row = (f"e{number}", key, source_id_of(A), look.capture.id, "supported", score, "m", "")
        filled.db.execute(
            "INSERT INTO evidence (evidence_id, claim_key, source_id, capture_id, verdict, score,"
            " method, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
    assert filled.db.column("SELECT evidence_score FROM claim_sources") == [0.6]


def test_only_current_versions_count(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [A], "2": [B]}))
    filled.document(a_parsed({"1": [B]}), at=on_day(1))
    assert filled.db.column("SELECT url FROM claim_sources") == [B]
    assert filled.db.rows("SELECT url, claims FROM source_states ORDER BY url") == [
        {"url": A, "claims": 0},
        {"url": B, "claims": 1},
    ]


def test_source_states_count_looks_and_captures(filled: FilledStore) -> None:
    filled.document(a_parsed())
    filled.checks(
        a_check_line(source_id_of(A), on_day(0), payload="p"),
        a_check_line(source_id_of(A), on_day(7), "temporary"),
    )
    assert filled.db.first(
        "SELECT host, state, rule, last_checked, last_ok, checks, captures, claims"
        " FROM source_states"
    ) == {
        "host": "a.example",
        "state": "alive",
        "rule": "last_look",
        "last_checked": "2023-12-23T12:00:00.000000Z",
        "last_ok": "2023-12-16T12:00:00.000000Z",
        "checks": 2,
        "captures": 1,
        "claims": 1,
    }


def test_an_offline_run_leaves_everything_unchecked_with_one_reason(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [A, B]}))
    filled.checks(
        *(a_check_line(source_id_of(url), outcome="temporary", vantage="offline") for url in (A, B))
    )
    assert filled.db.rows("SELECT DISTINCT state, reason, checks FROM source_states") == [
        {"state": "unchecked", "reason": "offline", "checks": 1}
    ]
    assert filled.db.column("SELECT DISTINCT outcome FROM check_history") == ["temporary"]
