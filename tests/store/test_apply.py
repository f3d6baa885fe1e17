"""Journal lines become rows: once, all of them or none, in versions."""

import msgspec
import pytest

from provenance.errors import StoreError
from provenance.model import CitedMemento, JournalPosition
from provenance.store.database import open_database
from provenance.store.dump import dump_rows
from provenance.store.write import Store
from provenance.watch.verdict import derive_state
from support.records import (
    NOON,
    a_check_line,
    a_citation,
    a_document_line,
    a_parsed,
    a_source_map,
    a_text_line,
    on_day,
    positions,
    source_id_of,
)
from support.stores import FilledStore

A = "https://a.example/x"
B = "https://b.example/y"
TWO_NOTES = {"1": [A], "2": [B, "see also"]}


def count(filled: FilledStore, table: str) -> int:
    return int(filled.db.value(f"SELECT count(*) FROM {table}"))


def test_a_document_becomes_rows_that_say_what_it_said(filled: FilledStore) -> None:
    parsed = a_parsed(TWO_NOTES, [("Two things.", ["1", "2"]), ("A third.", ["2", "9"])])
    assert filled.document(parsed) is True
    row = filled.db.first("SELECT * FROM contents")
    assert row is not None
    assert row["text"] == parsed.document.text
    assert msgspec.json.decode(row["authors"]) == ["A. Writer"]
    assert filled.db.column("SELECT text FROM claims ORDER BY ordinal") == [
        "Two things.",
        "A third.",
    ]
    assert [
        (row["label"], row["raw"], row["kind"])
        for row in filled.db.rows(
            "SELECT n.label, i.raw, i.kind FROM citations i JOIN notes n USING (note_key)"
            " ORDER BY n.ordinal, i.citation_index"
        )
    ] == [("1", A, "web"), ("2", B, "web"), ("2", "see also", "commentary")]
    assert filled.db.value("SELECT note_key FROM markers WHERE label = '9'") is None


def test_the_same_line_twice_changes_nothing() -> None:
    db = open_database(":memory:")
    store = Store(db, derive_state=derive_state)
    parsed = a_parsed(TWO_NOTES)
    sources = a_source_map(parsed)
    line = a_document_line(parsed)
    place = JournalPosition("documents", "2023-12.jsonl", 100)
    check = (a_check_line(source_id_of(A), payload="p"), JournalPosition("checks", "f", 90))
    text = (*reversed(a_text_line("p", "words")),)
    text_item = (text[1], JournalPosition("texts", "f", 80), text[0])
    for news in (True, False):
        assert store.apply_document(line, parsed, sources, place, parser="p") is news
        assert store.apply_checks([check]) == int(news)
        assert store.apply_texts([text_item]) == int(news)
        if news:
            before = list(dump_rows(db, stable=False))
    assert list(dump_rows(db, stable=False)) == before
    assert store.positions() == {
        "documents": place,
        "checks": JournalPosition("checks", "f", 90),
        "texts": JournalPosition("texts", "f", 80),
    }
    assert store.warc_ends() == {"2023/a.warc.gz": 1580}
    db.close()


def test_positions_go_on_into_the_next_months_file() -> None:
    db = open_database(":memory:")
    store = Store(db, derive_state=derive_state)
    looks = [a_check_line(source_id_of(A), on_day(day)) for day in range(3)]
    places = [
        JournalPosition("checks", "2023-12.jsonl", 900),
        JournalPosition("checks", "2024-01.jsonl", 50),
        JournalPosition("checks", "2023-12.jsonl", 950),
    ]
    assert store.apply_checks(list(zip(looks[:2], places[:2], strict=True))) == 2
    assert store.apply_checks([(looks[2], places[2])]) == 0
    assert store.positions()["checks"] == places[1]
    db.close()


def test_warc_ends_never_go_back(filled: FilledStore) -> None:
    filled.document(a_parsed(), warc_ends={"w": 500, "v": 10})
    filled.document(a_parsed(title="other"), document_id="document-two", warc_ends={"w": 400})
    assert filled.store.warc_ends() == {"w": 500, "v": 10}


def test_a_changed_draft_is_a_new_version_and_the_old_rows_stay(filled: FilledStore) -> None:
    filled.document(a_parsed(claims=[("First draft.", ["1"])]))
    filled.document(a_parsed(claims=[("Second draft.", ["1"])]), at=on_day(1))
    assert filled.db.column("SELECT seq FROM versions ORDER BY seq") == [1, 2]
    assert count(filled, "claims") == 2
    assert filled.db.column("SELECT claim_text FROM claim_sources") == ["Second draft."]


def test_going_back_to_an_earlier_draft_is_a_version_of_its_own(filled: FilledStore) -> None:
    first, second = a_parsed(), a_parsed(claims=[("Other.", ["1"])])
    for day, parsed in enumerate((first, second, first)):
        filled.document(parsed, at=on_day(day))
    assert filled.db.column("SELECT seq FROM versions ORDER BY seq") == [1, 2, 3]
    assert count(filled, "contents") == 2


def test_another_line_for_the_same_content_at_the_same_path_is_no_new_version(
    filled: FilledStore,
) -> None:
    """Two processes may both have written a line for one file."""
    filled.document(a_parsed())
    filled.document(a_parsed(), at=on_day(1))
    assert count(filled, "versions") == 1
    filled.document(a_parsed(), at=on_day(2), path="/desk/moved.txt")
    assert filled.db.column("SELECT path FROM versions ORDER BY seq") == [
        "/desk/update.txt",
        "/desk/moved.txt",
    ]


def test_the_same_content_in_two_documents_is_stored_once(filled: FilledStore) -> None:
    filled.document(a_parsed(TWO_NOTES))
    filled.document(a_parsed(TWO_NOTES), document_id="document-two", path="/desk/copy.txt")
    assert count(filled, "claims") == 1
    assert filled.db.column("SELECT DISTINCT document_id FROM claim_sources ORDER BY 1") == [
        "document-one",
        "document-two",
    ]


def test_another_parser_replaces_what_the_earlier_one_read(filled: FilledStore) -> None:
    parsed = a_parsed(TWO_NOTES)
    filled.document(parsed)
    filled.checks(a_check_line(source_id_of(A)))
    better = msgspec.structs.replace(
        parsed, notes=parsed.notes[:1], claims=(msgspec.structs.replace(
            parsed.claims[0], text="Read better.", markers=parsed.claims[0].markers[:1]),)
    )  # fmt: skip
    key = filled.db.value("SELECT content_key FROM contents")
    filled.document(better, parser="test 2", at=on_day(1))
    assert filled.db.value("SELECT content_key FROM contents") == key
    assert filled.db.column("SELECT claim_text FROM claim_sources") == ["Read better."]
    assert filled.db.column("SELECT url FROM sources") == [A]  # nobody cites B any more
    assert count(filled, "versions") == 1


def test_a_source_that_was_looked_at_stays_when_nobody_cites_it(filled: FilledStore) -> None:
    parsed = a_parsed(TWO_NOTES)
    filled.document(parsed)
    filled.checks(a_check_line(source_id_of(B)))
    filled.document(msgspec.structs.replace(parsed, notes=(), claims=()), parser="test 2")
    assert filled.db.column("SELECT url FROM sources") == [B]


def test_the_same_parser_leaves_the_rows_of_a_known_content_untouched(filled: FilledStore) -> None:
    filled.document(a_parsed(TWO_NOTES))
    before = filled.db.rows("SELECT * FROM claims JOIN markers USING (claim_key)")
    filled.document(a_parsed(TWO_NOTES), path="/desk/moved.txt")
    assert filled.db.rows("SELECT * FROM claims JOIN markers USING (claim_key)") == before


def test_the_first_citations_url_stays_the_sources_url(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": ["https://twitter.com/a/status/1"]}))
    filled.document(a_parsed({"1": ["https://x.com/a/status/1?s=20"]}), document_id="two")
    assert filled.db.column("SELECT url FROM sources") == ["https://twitter.com/a/status/1"]


def test_first_cited_is_the_earliest_publication(filled: FilledStore) -> None:
    filled.document(a_parsed(published="2023-12-15"), document_id="one")
    filled.document(a_parsed(published="2022-02-01"), document_id="two")
    filled.document(a_parsed(published=None), document_id="three", at=on_day(-365))
    assert filled.db.value("SELECT first_cited FROM source_states") == "2022-02-01"
    filled.document(a_parsed({"1": [B]}, published=None), document_id="four")
    assert filled.db.value("SELECT first_cited FROM source_states WHERE url = ?", (B,)) == str(
        NOON.date()
    )


def test_a_check_of_a_source_that_no_document_cites_is_kept_and_described_later(
    filled: FilledStore,
) -> None:
    filled.checks(a_check_line(source_id_of(A), payload="p", url=A))
    assert filled.db.rows("SELECT url, canonical_url FROM sources") == [
        {"url": A, "canonical_url": None}
    ]
    filled.document(a_parsed())
    assert filled.db.rows("SELECT url, canonical_url FROM sources") == [
        {"url": A, "canonical_url": A}
    ]
    assert filled.db.value("SELECT state FROM source_states") == "alive"


def test_a_failing_line_leaves_nothing_behind(filled: FilledStore) -> None:
    parsed = a_parsed(TWO_NOTES)
    twice = msgspec.structs.replace(parsed, claims=parsed.claims * 2)
    with pytest.raises(StoreError, match="UNIQUE"):
        filled.document(twice)
    for table in ("contents", "claims", "notes", "sources", "journal_positions", "warc_ends"):
        assert count(filled, table) == 0
    assert filled.document(parsed) is True


def test_lone_surrogates_and_nul_are_stored_and_offsets_stay_true(filled: FilledStore) -> None:
    claim = "a\0b \ud800 c"
    filled.document(a_parsed(claims=[(claim, ["1"])]))
    stored = filled.db.value("SELECT text FROM claims")
    assert stored == "a\0b \ufffd c"
    assert len(stored) == len(claim)


def test_a_text_again_takes_the_place_of_the_earlier(filled: FilledStore) -> None:
    filled.document(a_parsed())
    filled.checks(a_check_line(source_id_of(A), payload="p"))
    filled.texts(a_text_line("p", "first words"))
    filled.texts(a_text_line("p", "second words", extractor="test 2"))
    assert filled.db.rows("SELECT text, extractor FROM texts") == [
        {"text": "second words", "extractor": "test 2"}
    ]


def test_mementos_go_with_the_reading_that_found_them(filled: FilledStore) -> None:
    parsed = a_parsed()
    memento = CitedMemento(source_id_of(A), "archive.example", "https://archive.example/1", NOON)
    filled.document(parsed, mementos=[memento])
    assert filled.db.column("SELECT at FROM cited_mementos") == ["2023-12-16T12:00:00.000000Z"]
    filled.document(parsed, parser="test 2")
    assert count(filled, "cited_mementos") == 0


def test_checks_and_texts_in_either_order_give_the_same_states() -> None:
    """In a run a text follows its check, in a rebuild all checks come first."""
    looks = [a_check_line(source_id_of(A), on_day(day), payload=f"p{day}") for day in (0, 7)]
    words = [a_text_line(f"p{day}", "same words") for day in (0, 7)]
    run, rebuild = FilledStore(), FilledStore()
    for filled in (run, rebuild):
        filled.document(a_parsed())
    for look, word in zip(looks, words, strict=True):
        run.checks(look)
        run.texts(word)
    rebuild.checks(*looks)
    rebuild.texts(*words)
    assert list(dump_rows(run.db, stable=False)) == list(dump_rows(rebuild.db, stable=False))
    due = run.db.value("SELECT next_due FROM states")
    assert due > "2024-01-04"  # unchanged: 14 days, although the bytes differ
    run.db.close()
    rebuild.db.close()


def test_a_commentary_has_no_source_and_a_short_form_shares_one(filled: FilledStore) -> None:
    report = msgspec.structs.replace(
        a_citation("x"), kind="subscription", raw="SITE, “Title”", title="Title"
    )
    parsed = a_parsed({"1": [report, "a remark"], "2": [report]})
    filled.document(parsed)
    assert count(filled, "sources") == 1
    assert filled.db.rows("SELECT kind, source_id IS NULL AS none FROM citations") == [
        {"kind": "subscription", "none": 0},
        {"kind": "commentary", "none": 1},
        {"kind": "subscription", "none": 0},
    ]
    assert filled.db.value("SELECT reason FROM states") == "subscription"


def test_a_run_of_positions_is_strictly_rising() -> None:
    run = positions("checks")
    assert next(run) < next(run) < next(run)
