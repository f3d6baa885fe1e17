"""A source, a host or a night costs what is in it, not what is in the store: steps of SQLite are counted."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from provenance.store.database import Database
from provenance.trace.hosts import report_host, report_hosts
from provenance.trace.nights import list_nights, report_night
from provenance.trace.sources import report_source
from provenance.watch.verdict import derive_state
from provenance.web.capture_comparison import compare_captures
from provenance.web.source_picture import picture_source
from support.histories import TOLLS, a_store_with_history, day

NUMBERS = "WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 8000) "
MORE = (
    (
        "INSERT INTO sources SELECT printf('source-x%023x', v), 'k' || v, 'web', 'https://h' || v,"
        " 'https://h' || v, 'h' || v || '.example', 0, NULL, NULL, NULL, 'open' FROM n"
    ),
    (
        "INSERT INTO states SELECT printf('source-x%023x', v), 'alive', 'last_look', 'ok', NULL, NULL,"
        " '2031-01-01T00:00:00.000000Z', 'online', 1, 0, 2 FROM n"
    ),
    (
        "INSERT INTO checks SELECT printf('check-x%023x', v), printf('source-x%023x', v),"
        " '2030-06-' || printf('%02d', 1 + v % 28) || 'T03:00:00.000000Z', 'u', 'ok', 'ok', 1, 'ok', 200, 'u',"
        " 1, 'online', NULL, '{}' FROM n"
    ),
    (
        "INSERT INTO captures SELECT printf('capture-x%023x', v), printf('source-x%023x', v),"
        " '2030-06-01T03:00:00.000000Z', 'u', 'u', 200, 'text/html', 'w', 0, 1, printf('%064x', v), 1,"
        " NULL, NULL FROM n"
    ),
)
ASKED: dict[str, Callable[[Database], object]] = {
    "source": lambda db: report_source(db, TOLLS),
    "picture": lambda db: picture_source(db, report_source(db, TOLLS)),  # type: ignore[arg-type]
    "comparison": lambda db: compare_captures(db, TOLLS, None, None),
    "later_hosts": lambda db: report_hosts(db, "h1", "h1"),
    "second_page_of_a_host": lambda db: report_host(db, "tolls.example", TOLLS),
    "night": lambda db: report_night(db, day(7 * 60).date(), derive_state),
    "nights": lambda db: list_nights(db, date(2022, 1, 1)),
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    """A store with a history, and the same among eight thousand other sources."""
    folder = tmp_path_factory.mktemp("steps")
    small, large = (
        a_store_with_history(folder / f"{name}.db", hostile=False) for name in ("small", "large")
    )
    with large.atomic():
        for statement in MORE:
            large.execute(NUMBERS + statement)
    yield small, large
    small.close()
    large.close()


def steps_of(db: Database, ask: Callable[[Database], object]) -> int:
    seen = 0

    def ten_more() -> int:
        nonlocal seen
        seen += 10
        return 0

    db.utils.conn.set_progress_handler(ten_more, 10)
    try:
        ask(db)
    finally:
        db.utils.conn.set_progress_handler(None, 0)
    return seen


@pytest.mark.parametrize("asked", list(ASKED))
def test_what_is_asked_of_one_costs_no_more_in_a_larger_store(
    stores: tuple[Database, Database], asked: str
) -> None:
    small, large = stores
    few = steps_of(small, ASKED[asked])
    assert few > 0
    assert steps_of(large, ASKED[asked]) <= 1.2 * few + 2_000


def test_counting_all_states_costs_what_is_in_the_store(stores: tuple[Database, Database]) -> None:
    """So that the test above is known to see a difference."""
    small, large = stores
    assert steps_of(large, report_hosts) > 10 * steps_of(small, report_hosts)
