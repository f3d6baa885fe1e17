"""What a night has to do and has done is told by the looks that there are, whatever the clock says."""

from pathlib import Path

import pytest

from provenance.store.database import open_database
from provenance.store.night_work import (
    OpenNight,
    add_to_night,
    begin_night,
    count_due,
    count_results,
    end_night,
    find_open_night,
    sources_left,
)
from support.records import a_check_line, a_parsed, on_day, source_id_of
from support.stores import FilledStore

URLS = [f"https://host{number}.example/{number}" for number in range(4)]
IDS = [source_id_of(url) for url in URLS]
NIGHT = OpenNight("night-1", on_day(30))


@pytest.fixture
def filled() -> FilledStore:
    filled = FilledStore(open_database(":memory:"))
    parsed = a_parsed({str(number): [url] for number, url in enumerate(URLS, 1)},
                      [(f"Claim {number}.", [str(number)]) for number in range(1, 5)])  # fmt: skip
    filled.document(parsed, document_id="first", path=None)
    filled.checks(*(a_check_line(source, on_day(20)) for source in IDS))
    return filled


def test_sources_are_left_in_the_order_of_the_night_until_there_is_a_look(
    filled: FilledStore,
) -> None:
    begin_night(filled.db, NIGHT, [IDS[2], IDS[0], IDS[1]])
    assert sources_left(filled.db) == [IDS[2], IDS[0], IDS[1]]
    filled.checks(a_check_line(IDS[0], on_day(30)))
    assert sources_left(filled.db) == [IDS[2], IDS[1]]
    assert add_to_night(filled.db, [IDS[0], IDS[3]]) == [IDS[3]], "what was done is not done again"
    assert sources_left(filled.db) == [IDS[2], IDS[1], IDS[3]]
    assert count_due(filled.db) == 4


@pytest.mark.parametrize("day", [31, 5], ids=["on", "set back"])
def test_what_came_of_the_night_is_its_own_look_also_where_the_clock_was_set_back(
    filled: FilledStore, day: int
) -> None:
    begin_night(filled.db, NIGHT, IDS[:2])
    filled.checks(a_check_line(IDS[0], on_day(day), "temporary"))
    assert count_results(filled.db) == {"temporary": 1}
    assert sources_left(filled.db) == [IDS[1]]


def test_of_two_looks_in_one_night_the_last_counts(filled: FilledStore) -> None:
    begin_night(filled.db, NIGHT, IDS[:1])
    filled.checks(a_check_line(IDS[0], on_day(30), "temporary"))
    filled.checks(a_check_line(IDS[0], on_day(30.5), "gone"))
    assert count_results(filled.db) == {"gone": 1}


def test_a_night_is_found_again_by_another_process_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    begin_night(open_database(path), NIGHT, [])
    again = open_database(path)
    assert find_open_night(again) == NIGHT
    end_night(again)
    assert find_open_night(open_database(path)) is None
