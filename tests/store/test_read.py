"""What a run asks: what is due, what is there already, what has no text yet."""

import msgspec
import pytest

from provenance.formats.ids import sha256_hex
from provenance.store.read import (
    count_states,
    find_capture,
    find_payload,
    list_documents,
    payloads_without_text,
    read_parser,
    sources_to_fetch,
    text_of_payload,
)
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

A = "https://a.example/x"
B = "https://b.example/y"
CUT = "https://cut.example/z..."


def due(filled: FilledStore, day: float, *document_ids: str) -> list[str | None]:
    found = sources_to_fetch(filled.db, document_ids or None, on_day(day))
    return sorted(source.url or "" for source in found)


def test_what_was_never_looked_at_is_due_and_what_has_no_address_never_is(
    filled: FilledStore,
) -> None:
    book = msgspec.structs.replace(a_citation("x"), kind="work", title="A book")
    filled.document(a_parsed({"1": [A, B, book, "a remark"]}))
    assert due(filled, 0) == [A, B]
    assert due(filled, 1000) == [A, B]


def test_a_cut_url_is_asked_for_until_a_look_says_that_it_cannot_be_checked(
    filled: FilledStore,
) -> None:
    filled.document(a_parsed({"1": [CUT]}))
    assert due(filled, 0) == [CUT]
    filled.checks(a_check_line(source_id_of(CUT), outcome="temporary", vantage="offline"))
    assert due(filled, 0) == [CUT]
    filled.checks(a_check_line(source_id_of(CUT), on_day(1), "not_checkable"))
    assert due(filled, 1000) == []


@pytest.mark.parametrize(
    ("outcome", "vantage", "day", "expected"),
    [
        ("ok", "online", 6, []),
        ("ok", "online", 8, [A]),
        ("ok", "offline", 0, [A]),
        ("temporary", "offline", 0, [A]),
        ("temporary", "online", 0.5, []),
        ("temporary", "online", 1.2, [A]),
        ("gone", "online", 2.9, []),
        ("gone", "online", 3.4, [A]),
        ("wall", "online", 26, []),
        ("wall", "online", 34, [A]),
        ("not_checkable", "online", 1000, []),
    ],
)
def test_a_source_is_due_when_its_state_says_so_or_its_last_look_was_offline(
    filled: FilledStore, outcome: str, vantage: str, day: float, expected: list[str]
) -> None:
    filled.document(a_parsed())
    filled.checks(a_check_line(source_id_of(A), outcome=outcome, vantage=vantage))
    assert due(filled, day) == expected


def test_an_offline_look_after_a_good_one_is_made_up_for(filled: FilledStore) -> None:
    filled.document(a_parsed())
    filled.checks(a_check_line(source_id_of(A)))
    filled.checks(a_check_line(source_id_of(A), on_day(1), "temporary", vantage="offline"))
    assert due(filled, 1) == [A]
    filled.checks(a_check_line(source_id_of(A), on_day(2)))
    assert due(filled, 2) == []


def test_only_sources_of_the_documents_asked_for_in_their_current_version(
    filled: FilledStore,
) -> None:
    filled.document(a_parsed({"1": [A]}), document_id="one")
    filled.document(a_parsed({"1": [B]}), document_id="two")
    assert due(filled, 0, "one") == [A]
    assert due(filled, 0, "one", "two") == [A, B]
    assert due(filled, 0, "nobody") == []
    assert sources_to_fetch(filled.db, [], NOON) == []
    filled.document(a_parsed({"1": [B]}), document_id="one", at=on_day(1))
    assert due(filled, 0, "one") == [B]


def test_a_source_comes_back_as_it_was_given(filled: FilledStore) -> None:
    from support.records import a_source

    filled.document(a_parsed())
    assert sources_to_fetch(filled.db, None, NOON) == [a_source(a_citation(A))]


def test_a_payload_is_found_where_it_was_stored_first(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [A, B]}))
    first = a_check_line(source_id_of(A), on_day(0), payload="same")
    again = a_check_line(
        source_id_of(B), on_day(-1), payload="same", capture={"revisit_of": first.capture.id}
    )  # type: ignore[union-attr]
    filled.checks(first, again)
    assert find_payload(filled.db, sha256_hex(b"same")) == first.capture
    assert find_payload(filled.db, sha256_hex(b"other")) is None
    assert again.capture is not None
    assert find_capture(filled.db, again.capture.id) == again.capture
    assert find_capture(filled.db, "capture-none") is None


def test_payloads_without_text_come_once_and_go_when_they_have_one(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [A, B]}))
    filled.checks(
        a_check_line(source_id_of(A), on_day(0), payload="p"),
        a_check_line(source_id_of(B), on_day(1), payload="p"),
        a_check_line(source_id_of(A), on_day(7), payload="q"),
    )
    assert [capture.payload_sha256 for capture in payloads_without_text(filled.db)] == [
        sha256_hex(b"p"),
        sha256_hex(b"q"),
    ]
    filled.texts(a_text_line("p", "words"))
    filled.texts(a_text_line("q", "", reason="a picture", text_sha256="", warc=None))
    assert payloads_without_text(filled.db) == []
    assert payloads_without_text(filled.db, "test 1") == []
    assert len(payloads_without_text(filled.db, "test 2")) == 2
    assert text_of_payload(filled.db, sha256_hex(b"p")) == "words"
    assert text_of_payload(filled.db, sha256_hex(b"q")) is None


def test_documents_are_counted_in_their_current_version(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [A]}, published="2024-05-05"), document_id="late")
    filled.document(a_parsed({"1": [A, B, "remark"], "2": [A]}), document_id="early")
    filled.document(
        a_parsed({"1": [A, B, "remark"], "2": [A]}, title="Better"),
        document_id="early",
        at=on_day(2),
    )
    early, late = list_documents(filled.db)
    assert (early.id, late.id) == ("early", "late")
    assert (early.title, early.versions, early.at) == ("Better", 2, on_day(2))
    assert (early.claims, early.notes, early.citations, early.sources) == (1, 2, 4, 2)
    assert [document.id for document in list_documents(filled.db, ["late"])] == ["late"]


def test_states_and_parsers_are_told(filled: FilledStore) -> None:
    parsed = a_parsed({"1": [A, B, CUT]})
    filled.document(parsed, parser="p 1")
    filled.checks(a_check_line(source_id_of(A)))
    assert count_states(filled.db) == {"alive": 1, "unchecked": 2}
    assert read_parser(filled.db, parsed.document.sha256) == "p 1"
    assert read_parser(filled.db, "0" * 64) is None
