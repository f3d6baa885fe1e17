"""The due list follows from the other rows, whatever happens to them, and needs none of them to be told."""

from pathlib import Path

import pytest

from provenance.model import Evidence, Passage
from provenance.store.database import Database, open_database
from provenance.store.due import list_due, read_sources, weigh_sources
from provenance.store.due_tables import FILL_DUE
from provenance.store.evidence import put_evidence
from provenance.store.read import sources_to_fetch
from provenance.store.rows import time_text
from support.histories import BARGES, TOLLS, a_store_with_history, day
from support.records import a_check_line, a_parsed, on_day, source_id_of
from support.stores import FilledStore

URLS = [f"https://host{number % 3}.example/{number}" for number in range(9)]


def due_rows(db: Database) -> list[tuple[str, str, str | None]]:
    return [(row["source_id"], row["next_due"], row["host"]) for row in db.rows("SELECT * FROM _due ORDER BY source_id")]  # fmt: skip


def assert_in_step(db: Database) -> None:
    """Make the list anew, as the upgrade of an older store does, and compare."""
    kept = due_rows(db)
    with db.atomic():
        db.execute("DELETE FROM _due")
        db.execute(FILL_DUE[0])
        assert due_rows(db) == kept


@pytest.fixture
def filled() -> FilledStore:
    filled = FilledStore(open_database(":memory:"))
    parsed = a_parsed({str(number): [url] for number, url in enumerate(URLS, 1)},
                      [(f"Claim {number}.", [str(number)]) for number in range(1, 10)])  # fmt: skip
    filled.document(parsed, document_id="first", path=None)
    return filled


def test_the_list_is_what_a_walk_over_all_sources_finds(filled: FilledStore) -> None:
    db = filled.db
    assert {each.source_id for each in list_due(db, on_day(0))} == {
        source_id_of(url) for url in URLS
    }
    filled.checks(
        *(a_check_line(source_id_of(url), on_day(number)) for number, url in enumerate(URLS[:6]))
    )
    filled.checks(
        a_check_line(
            source_id_of(URLS[6]), on_day(1), "temporary", vantage="offline", reason="offline"
        )
    )
    filled.checks(a_check_line(source_id_of(URLS[7]), on_day(1), "not_checkable", reason="cut"))
    for moment in (0, 3, 8, 9.5, 40):
        walked = {source.id for source in sources_to_fetch(db, None, on_day(moment))}
        assert {each.source_id for each in list_due(db, on_day(moment))} == walked
    assert_in_step(db)


def test_triggers_keep_the_list_in_step_with_a_history(tmp_path: Path) -> None:
    db = a_store_with_history(tmp_path / "history.db", weeks=30)
    assert_in_step(db)
    later = {each.source_id for each in list_due(db, day(400))}
    assert {TOLLS, BARGES} <= later
    earlier = {each.source_id for each in list_due(db, day(186))}
    assert earlier.isdisjoint({TOLLS, BARGES})
    # by a clock that stands half a year before their last looks, these were dated wrong: so look
    assert {TOLLS, BARGES} <= {each.source_id for each in list_due(db, day(0))}


def test_only_named_hosts_and_documents_are_listed(filled: FilledStore) -> None:
    db = filled.db
    other = a_parsed({"1": [URLS[0]]}, [("Another claim.", ["1"])], title="Other")
    filled.document(other, document_id="second", path=None)
    hosts = list_due(db, on_day(0), hosts=["host1.example"])
    assert {each.host for each in hosts} == {"host1.example"}
    assert len(hosts) == 3
    (only,) = list_due(db, on_day(0), document_ids=["second"])
    assert only.source_id == source_id_of(URLS[0])
    assert list_due(db, on_day(0), hosts=["host1.example"], document_ids=["second"]) == []


def weights(db: Database) -> dict[str, int]:
    weigh_sources(db)
    return {each.source_id: each.weight for each in list_due(db, on_day(9_999))}


def test_what_rests_on_a_source_is_weighed_when_it_changes() -> None:
    filled = FilledStore(open_database(":memory:"))
    alone, shared, other = URLS[:3]
    first = a_parsed({"1": [alone], "2": [shared], "3": [other]},
                     [("One.", ["1"]), ("Two.", ["2", "3"])])  # fmt: skip
    filled.document(first, document_id="first", path=None)
    ids = [source_id_of(url) for url in (alone, shared, other)]
    assert [weights(filled.db)[key] for key in ids] == [3, 1, 1]
    filled.checks(a_check_line(ids[1], on_day(1), payload="page"))
    capture = filled.db.value("SELECT capture_id FROM captures")
    key = filled.db.value("SELECT claim_key FROM claims WHERE claim_id = ?", (first.claims[1].id,))
    found = Evidence(first.claims[1].id, ids[1], "supported", "test/1", "because", capture, 0.9,
                     Passage("words", "", "", 0, 5))  # fmt: skip
    put_evidence(filled.db, [(key, found)])
    assert [weights(filled.db)[key] for key in ids] == [3, 5, 1]
    # the next version cites but one of them, for both claims
    second = a_parsed({"1": [shared]}, [("One.", ["1"]), ("Two and a half.", ["1"])])
    filled.document(second, document_id="first", path=None)
    told = weights(filled.db)
    assert [told[key] for key in (ids[0], ids[2])] == [0, 0]
    assert told[ids[1]] & 3 == 3
    assert filled.db.value("SELECT count(*) FROM _weigh") == 0


def test_sources_are_read_by_id_and_the_unknown_is_not_among_them(filled: FilledStore) -> None:
    wanted = [source_id_of(URLS[0]), "source-of-nobody"]
    assert {key: source.url for key, source in read_sources(filled.db, wanted).items()} == {
        wanted[0]: URLS[0]
    }


def test_the_list_is_answered_by_its_index_alone(filled: FilledStore) -> None:
    plan = filled.db.rows(
        "EXPLAIN QUERY PLAN SELECT source_id, host, weight, next_due FROM _due WHERE next_due <= ?",
        (time_text(on_day(0)),),
    )
    assert [row["detail"] for row in plan] == [
        "SEARCH _due USING COVERING INDEX _due_by_time (next_due<?)"
    ]
