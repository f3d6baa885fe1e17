"""What rests on the sources that a night tells of, and what could stand in for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.formats.ids import make_id, sha256_hex
from provenance.model import (
    Attachment,
    AttachmentLine,
    CitedMemento,
    MementoLine,
    MementoLookup,
    Withdrawal,
    WithdrawalLine,
)
from provenance.store.touched import StoreAnswers
from support.histories import TOLLS, a_store_with_history
from support.records import a_check_line, a_parsed, on_day, positions, source_id_of
from support.stores import FilledStore

OLD, NEW = "https://tolls.example/old", "https://tolls.example/new"
LOST = source_id_of(OLD)
_LOOKUPS = positions("mementos")


@pytest.fixture
def filled() -> Iterator[FilledStore]:
    filled = FilledStore()
    yield filled
    filled.db.close()


def cite(filled: FilledStore, *urls: str, mementos: list[CitedMemento] | None = None) -> None:
    notes = {str(number): [url] for number, url in enumerate(urls, 1)}
    filled.document(a_parsed(notes), path=None, mementos=mementos or [])


def found_in_archive(filled: FilledStore, uri_m: str, day: float | None) -> None:
    """Keep that an archive has a copy of a day, or one that it does not date."""
    lookup = MementoLookup(
        LOST, f"a{day}.example", on_day(9), OLD, "found", "1 copy", near=on_day(0), uri_m=uri_m,
        memento_at=None if day is None else on_day(day), status=200, count=1,
    )  # fmt: skip
    filled.store.apply_holdings([(MementoLine(lookup, {}), next(_LOOKUPS))])


def held(filled: FilledStore, *days: int) -> None:
    filled.checks(*(a_check_line(LOST, on_day(day), payload=f"p{day}", url=OLD) for day in days))


def best(filled: FilledStore) -> tuple[str, str] | None:
    found = StoreAnswers(filled.db).replacements([LOST]).get(LOST)
    return (found.kind, found.url) if found else None


def test_what_rests_on_a_source_is_that_of_current_versions(filled: FilledStore) -> None:
    first = a_parsed({"1": [OLD]}, [("A toll is due.", ["1"]), ("It rose.", ["1"])])
    filled.document(first, document_id="d1", path=None)
    filled.document(a_parsed({"1": [OLD]}, title="B"), document_id="d2", path=None)
    answers = StoreAnswers(filled.db)
    before = answers.touched([LOST])[LOST]
    assert (before.documents, before.documents_in_all, before.claims_in_all) == (("d1", "d2"), 2, 3)
    assert len(before.claims) == 3
    filled.document(a_parsed({"1": [NEW]}, title="A, corrected"), document_id="d1", path=None)
    after = answers.touched([LOST])[LOST]
    assert (after.documents, after.documents_in_all, after.claims_in_all) == (("d2",), 1, 1)


def test_only_support_counts_claims_whose_other_sources_are_lost_as_well(
    filled: FilledStore,
) -> None:
    claims = [("Alone.", ["1"]), ("With another.", ["1", "2"]), ("With a dead one.", ["1", "3"])]
    dead = "https://barges.example/gone"
    filled.document(a_parsed({"1": [OLD], "2": [NEW], "3": [dead]}, claims), path=None)
    filled.checks(
        *(a_check_line(source_id_of(dead), on_day(4 * n), "gone", url=dead) for n in range(3))
    )
    told = StoreAnswers(filled.db).touched([LOST])[LOST]
    assert (told.claims_in_all, told.only_support) == (3, 2)


def test_documents_and_claims_of_several_sources_are_counted_once(filled: FilledStore) -> None:
    filled.document(a_parsed({"1": [OLD], "2": [NEW]}), path=None)
    assert StoreAnswers(filled.db).touched_together([LOST, source_id_of(NEW)]) == (1, 1)


def test_a_source_that_nobody_cites_any_more_is_touched_by_nothing(filled: FilledStore) -> None:
    cite(filled, OLD)
    told = StoreAnswers(filled.db).touched(["unheard-of"])["unheard-of"]
    assert (told.name, told.documents_in_all, told.claims) == ("unheard-of", 0, ())


def test_nothing_kept_is_no_replacement(filled: FilledStore) -> None:
    cite(filled, OLD)
    assert best(filled) is None


def test_what_is_alive_at_the_address_that_it_led_to_comes_first(filled: FilledStore) -> None:
    cite(filled, OLD, NEW)
    found_in_archive(filled, "https://archive.example/1", 1)
    filled.checks(
        a_check_line(LOST, on_day(1), payload="p", url=OLD, final_url=NEW),
        a_check_line(source_id_of(NEW), on_day(1), payload="p", url=NEW),
    )
    assert best(filled) == ("redirect", NEW)


def test_an_address_that_is_no_source_that_is_alive_is_not_believed(filled: FilledStore) -> None:
    cite(filled, OLD, NEW)
    found_in_archive(filled, "https://archive.example/1", 1)
    filled.checks(a_check_line(LOST, on_day(1), payload="p", url=OLD, final_url=NEW))
    assert best(filled) == ("memento", "https://archive.example/1")


def test_of_archived_copies_the_nearest_to_the_citation_is_best(filled: FilledStore) -> None:
    cite(filled, OLD)
    for day in (-40, 3, 90):
        found_in_archive(filled, f"https://archive.example/{day}", day)
    held(filled, 1)
    assert best(filled) == ("memento", "https://archive.example/3")


def test_a_copy_of_an_unknown_day_is_best_only_where_there_is_no_other(filled: FilledStore) -> None:
    cite(filled, OLD)
    found_in_archive(filled, "https://archive.example/undated", None)
    assert best(filled) == ("memento", "https://archive.example/undated")
    found_in_archive(filled, "https://archive.example/400", 400)
    assert best(filled) == ("memento", "https://archive.example/400")


def test_a_copy_that_the_author_cites_counts_where_no_archive_was_asked(
    filled: FilledStore,
) -> None:
    cited = CitedMemento(LOST, "archive.example", "https://archive.example/cited", on_day(1))
    cite(filled, OLD, mementos=[cited])
    assert best(filled) == ("memento", "https://archive.example/cited")


def test_our_capture_is_the_first_where_claims_lean_on_none(filled: FilledStore) -> None:
    cite(filled, OLD)
    held(filled, 1, 5, 9)
    capture = make_id("capture", LOST, on_day(1).isoformat())
    assert best(filled) == ("capture", f"/captures/{capture}")


def test_what_was_withdrawn_replaces_nothing(filled: FilledStore) -> None:
    cite(filled, OLD)
    held(filled, 1)
    attachment = Attachment(
        id="brought", source_id=LOST, at=on_day(3), by="Ada", why="lawful copy", name="old.html",
        media_type="text/html", payload_sha256=sha256_hex(b"brought"), payload_bytes=7,
        warc_file="2023/a.warc.gz", warc_offset=0, warc_length=9,
        text_payload=sha256_hex(b"brought"), url=OLD, made_at=on_day(2),
    )  # fmt: skip
    filled.store.apply_holdings([(AttachmentLine(attachment, {}), next(positions("attachments")))])
    place = positions("withdrawals")
    for payload, left in ((b"p1", ("attachment", "/attachments/brought")), (b"brought", None)):
        withdrawal = Withdrawal(
            make_id("withdrawal", sha256_hex(payload)), LOST, on_day(4), "Ada", "asked to",
            sha256_hex(payload), None, (), (), (),
        )  # fmt: skip
        filled.store.apply_holdings([(WithdrawalLine(withdrawal, {}), next(place))])
        assert best(filled) == left


def test_the_capture_that_claims_lean_on_is_shown_before_others(tmp_path: Path) -> None:
    with a_store_with_history(tmp_path / "history.db", weeks=40, hostile=False) as db:
        leaned_on = db.value("SELECT capture_id FROM evidence WHERE source_id = ?", (TOLLS,))
        db.execute("DELETE FROM memento_lookups")
        db.execute("DELETE FROM cited_mementos")
        found = StoreAnswers(db).replacements([TOLLS])[TOLLS]
    assert (found.kind, found.url) == ("capture", f"/captures/{leaned_on}")


def test_three_claims_are_shown_those_of_the_latest_document_first(filled: FilledStore) -> None:
    for year in (2021, 2023, 2022):
        claims = [
            (f"In {year} a toll was due. " + "More. " * 99, ["7"]),
            (f"It rose in {year}.", ["7"]),
        ]
        parsed = a_parsed({"7": [OLD]}, claims, title=f"Update {year}", published=f"{year}-02-03")
        filled.document(parsed, document_id=f"d{year}", path=None)
    told = StoreAnswers(filled.db).touched([LOST])[LOST]
    assert told.claims_in_all == 6
    assert [(each.title, each.label, each.claim[:12]) for each in told.citing] == [
        ("Update 2023", "7", "In 2023 a to"), ("Update 2023", "7", "It rose in 2"),
        ("Update 2022", "7", "In 2022 a to"),
    ]  # fmt: skip
    assert len(told.citing[0].claim) == 240
