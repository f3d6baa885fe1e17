"""What the store knows of a draft's sources: as it stands there, all at once, and nothing is changed."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from provenance.errors import NewerStore, StoreError
from provenance.formats.ids import sha256_hex
from provenance.model import (
    Attachment,
    CitedMemento,
    Judgement,
    JudgementLine,
    MementoLookup,
    Review,
    Source,
    Withdrawal,
)
from provenance.store.database import Database, open_database
from provenance.store.holdings import apply_attachment, apply_memento
from provenance.store.reviews import apply_review
from provenance.store.withdrawals import apply_withdrawal
from provenance.validate.draft import Draft, Known, KnownCopy
from provenance.validate.house import House
from provenance.validate.knowledge import KnownSources, StoreKnowledge
from provenance.validate.moved import moved_to
from support.records import (
    NOON,
    a_check_line,
    a_parsed,
    a_source_map,
    a_text_line,
    on_day,
    positions,
    source_id_of,
)
from support.stores import FilledStore

URL = "https://a.example/x"
OTHER = "https://b.example/y"
ID = source_id_of(URL)


@pytest.fixture
def filled() -> Iterator[FilledStore]:
    filled = FilledStore()
    filled.document(a_parsed(notes={"1": [URL], "2": [OTHER]}))
    yield filled
    filled.db.close()


def sources_of(*urls: str) -> tuple[Source, ...]:
    return a_source_map(a_parsed(notes={"1": list(urls)})).sources


def known(filled: FilledStore, url: str = URL) -> Known:
    found = asked(filled).of(source_id_of(url))
    assert found is not None
    return found


def asked(filled: FilledStore) -> KnownSources:
    return StoreKnowledge(filled.db).ask(sources_of(URL, OTHER, "https://never.example/met"))


def test_a_source_that_the_store_never_met_is_not_known(filled: FilledStore) -> None:
    knowledge = asked(filled)
    assert knowledge.of(source_id_of("https://never.example/met")) is None
    assert knowledge.texts_of(source_id_of("https://never.example/met")) == ()


def test_a_source_that_nobody_looked_at_is_unchecked_and_has_no_copy(filled: FilledStore) -> None:
    assert known(filled) == Known(
        ID, "unchecked", state_reason="never looked at", captures=0, attachments=0
    )


def test_a_look_that_found_the_page_tells_when_and_what_it_calls_itself(
    filled: FilledStore,
) -> None:
    filled.checks(a_check_line(ID, NOON, payload="one"))
    filled.texts(a_text_line("one", "words", title="Barges Stopped", date="2023-12-14"))
    found = known(filled)
    assert (found.state, found.outcome, found.checked_at, found.last_ok) == (
        "alive", "ok", NOON, NOON,
    )  # fmt: skip
    assert (found.title, found.published, found.captures, found.captured_at) == (
        "Barges Stopped", "2023-12-14", 1, NOON,
    )  # fmt: skip


def test_one_look_without_a_page_is_failing_and_three_in_nine_days_are_dead(
    filled: FilledStore,
) -> None:
    filled.checks(a_check_line(ID, on_day(0), "gone", rule="status_gone", reason="HTTP 404"))
    first = known(filled)
    assert (first.state, first.state_reason, first.reason) == ("failing", "gone 1/3", "HTTP 404")
    filled.checks(
        a_check_line(ID, on_day(4), "gone", rule="status_gone"),
        a_check_line(ID, on_day(8), "gone", rule="status_gone"),
    )
    assert (known(filled).state, known(filled).state_reason) == ("dead", "gone 3/3")


def test_passing_trouble_does_not_hide_what_a_page_that_is_gone_was(filled: FilledStore) -> None:
    filled.checks(
        a_check_line(ID, on_day(0), "gone", rule="parked", reason="for sale"),
        a_check_line(ID, on_day(1), "temporary", rule="timeout", reason="timeout"),
    )
    found = known(filled)
    assert (found.state, found.outcome, found.rule) == ("failing", "gone", "parked")
    assert found.checked_at == on_day(1)


def test_a_later_judgement_overrules_the_first_verdict(filled: FilledStore) -> None:
    line = a_check_line(ID, NOON, "temporary", rule="soft_404_suspected")
    filled.checks(line)
    judgement = Judgement(
        line.check.id, ID, on_day(1), "gone", "soft_404", 3, "two signs", 3, "facts"
    )
    position = next(positions("judgements"))
    filled.store.apply_holdings([(JudgementLine(judgement, {}), position)])
    found = known(filled)
    assert (found.outcome, found.rule, found.reason) == ("gone", "soft_404", "two signs")


def test_copies_elsewhere_are_those_that_notes_name_and_those_that_were_found(
    filled: FilledStore,
) -> None:
    cited = CitedMemento(ID, "web.archive.example", "https://web.archive.example/1", NOON)
    filled.document(a_parsed(title="Another"), mementos=[cited], document_id="document-two")
    apply_memento(
        filled.db,
        MementoLookup(
            ID, "other.example", on_day(3), URL, "found", "", uri_m="https://other.example/2",
            memento_at=on_day(-5),
        ),
    )  # fmt: skip
    apply_memento(filled.db, MementoLookup(ID, "third.example", on_day(3), URL, "none", "no"))
    assert known(filled).mementos == (
        KnownCopy("other.example", "https://other.example/2", on_day(-5)),
        KnownCopy("web.archive.example", "https://web.archive.example/1", NOON),
    )


def test_texts_come_newest_first_and_each_once_with_those_of_attachments(
    filled: FilledStore,
) -> None:
    filled.checks(
        a_check_line(ID, on_day(0), payload="old"),
        a_check_line(ID, on_day(1), payload="same"),
        a_check_line(ID, on_day(2), payload="new"),
    )
    digest = sha256_hex(b"scan")
    apply_attachment(
        filled.db,
        Attachment(
            "attachment-1", ID, on_day(5), "Ada Writer", "bought", "scan.pdf", "application/pdf",
            digest, 9, "2023/a.warc.gz", 0, 9, digest,
        ),
    )  # fmt: skip
    filled.texts(
        a_text_line("old", "the old text"),
        a_text_line("same", "the old text"),
        a_text_line("new", "the new text"),
        a_text_line("scan", "the scanned text"),
    )
    assert asked(filled).texts_of(ID) == ["the scanned text", "the new text", "the old text"]
    assert known(filled).attachments == 1


def test_claims_that_a_person_confirmed_are_known_until_the_word_is_taken_back(
    filled: FilledStore,
) -> None:
    filled.document(a_parsed({"1": [URL]}))
    for number, decision in enumerate(("rejected", "confirmed", "undone")):
        review = Review(
            str(number), "claim", ID, on_day(number), "an editor", decision, "", "It happened."
        )
        apply_review(filled.db, review)
        said = ("It happened.",) if decision == "confirmed" else ()
        assert known(filled).confirmed == said, decision


def test_what_was_withdrawn_is_no_copy_and_has_no_text(filled: FilledStore) -> None:
    filled.checks(a_check_line(ID, NOON, payload="one"))
    filled.texts(a_text_line("one", "the text"))
    withdrawal = Withdrawal(
        "withdrawal-1", ID, on_day(1), "desk", "asked to", sha256_hex(b"one"),
        sha256_hex(b"the text"), (), (), (),
    )  # fmt: skip
    with filled.db.atomic():
        apply_withdrawal(filled.db, withdrawal)
    assert asked(filled).texts_of(ID) == []
    assert known(filled).captured_at is None


def test_only_redirects_that_are_permanent_all_the_way_are_a_move(filled: FilledStore) -> None:
    def look(url: str, *statuses: int) -> None:
        hops = [{"url": url, "status": status} for status in statuses]
        hops.append({"url": "https://a.example/new/place", "status": 200})
        filled.checks(a_check_line(source_id_of(url), NOON, facts={"hops": hops}, url=url))

    look(URL, 301)
    look(OTHER, 302)
    assert known(filled, URL).moved_to == "https://a.example/new/place"
    assert known(filled, OTHER).moved_to is None


MOVES = {
    "in one hop": ([("https://a.example/x", 308), ("https://b.example/y", 200)], True),
    "over two": (
        [("https://a.example/x", 301), ("https://a.example/z", 301), ("https://a.example/y", 200)],
        True,
    ),
    "no hop": ([("https://a.example/x", 200)], False),
    "for now": ([("https://a.example/x", 307), ("https://a.example/y", 200)], False),
    "to another spelling": (
        [("http://a.example/x", 301), ("https://www.a.example/x", 200)],
        False,
    ),
    "to the front page": ([("https://a.example/x/y", 301), ("https://a.example/", 200)], False),
    "to no page": ([("https://a.example/x", 301), ("https://a.example/y", 404)], False),
    "nothing": ([], False),
}


@pytest.mark.parametrize(("hops", "is_move"), MOVES.values(), ids=MOVES.keys())
def test_a_move_leads_to_another_page_that_is_there(
    hops: list[tuple[str, int]], is_move: bool
) -> None:
    assert moved_to(hops) == (hops[-1][0] if is_move else None)


def test_a_whole_draft_is_read_with_three_questions(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of_store: list[str] = []
    rows = Database.rows

    def counted(self: Database, sql: str, parameters: tuple[object, ...] = ()) -> list[object]:
        asked_of_store.append(sql)
        return rows(self, sql, parameters)  # type: ignore[return-value]

    monkeypatch.setattr(Database, "rows", counted)
    urls = [f"https://a.example/{number}" for number in range(300)]
    StoreKnowledge(filled.db).ask(sources_of(*urls))
    assert len(asked_of_store) == 3


def test_the_last_look_at_each_source_is_found_by_an_index(filled: FilledStore) -> None:
    from provenance.store import knowing

    plan = " ".join(
        str(row["detail"])
        for sql in (knowing._SOURCES, knowing._COPIES)
        for row in filled.db.rows(f"EXPLAIN QUERY PLAN {sql}", ("[]",))
    )
    for table in ("checks", "captures", "attachments", "states"):
        assert f"SCAN {table}" not in plan


# -- the file ---------------------------------------------------------------------


def test_a_store_is_read_while_somebody_writes_and_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "provenance.db"
    writer = FilledStore(open_database(path))
    writer.document(a_parsed())
    with writer.db.atomic(), StoreKnowledge.open(path) as knowledge:
        writer.checks(a_check_line(ID, NOON))
        found = knowledge.ask(sources_of(URL)).of(ID)
        assert found is not None
        assert found.state == "unchecked", "what is not committed is not known"
    writer.db.close()
    before = path.read_bytes()
    with StoreKnowledge.open(path) as knowledge:
        assert knowledge.ask(sources_of(URL)).of(ID).state == "alive"  # type: ignore[union-attr]
        with pytest.raises(StoreError, match="read-only"):
            knowledge._db.execute("DELETE FROM sources")
    assert path.read_bytes() == before


def test_a_store_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no database .*none\.db") as caught:
        StoreKnowledge.open(tmp_path / "none.db")
    assert "provenance ingest" in caught.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("version", "fault", "hint"),
    [(2, StoreError, "provenance rebuild"), (999, NewerStore, "upgrade provenance")],
    ids=["earlier", "later"],
)
def test_a_store_of_another_version_says_what_to_do(
    tmp_path: Path, version: int, fault: type[StoreError], hint: str
) -> None:
    path = tmp_path / "provenance.db"
    open_database(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    with pytest.raises(fault) as caught:
        StoreKnowledge.open(path)
    assert hint in caught.value.hint


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are the notes of the toll clerk. " * 100)
    with pytest.raises(StoreError, match=r"notes\.txt is not a database"):
        StoreKnowledge.open(path)


def test_the_age_of_what_is_known_is_seen_from_the_draft(filled: FilledStore) -> None:
    parsed = a_parsed(notes={"1": [URL, OTHER, "https://never.example/met"]})
    draft = Draft(parsed, house=House(), today=NOON.date())
    assert draft.known_as_of is None
    first, second, _ = draft.source_map.sources
    filled.checks(a_check_line(first.id, NOON), a_check_line(second.id, NOON + timedelta(days=7)))
    ask = StoreKnowledge(filled.db).ask
    draft = Draft(parsed, house=House(), today=NOON.date(), knowledge=ask(draft.source_map.sources))
    assert draft.known_as_of == (NOON, on_day(7))
