"""What is known of sources is read some dozens at a time, whatever the order in which their turns come."""

from collections.abc import Collection

import pytest

from provenance.model import Source
from provenance.pipeline import ahead
from provenance.pipeline.ahead import Ahead, in_queues
from provenance.store.before import Before
from provenance.store.database import Database, open_database


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many sources each statement was for."""
    sizes: list[int] = []

    def counted(db: Database, source_ids: Collection[str]) -> dict[str, Before]:
        sizes.append(len(source_ids))
        return {each: Before(title=each) for each in source_ids}

    monkeypatch.setattr(ahead, "read_before", counted)
    return sizes


def a_source(host: int, number: int) -> Source:
    name = f"ford{host}.example"
    return Source(f"source-{host}-{number}", key="", kind="web", url=f"https://{name}/{number}", host=name)  # fmt: skip


SOURCES = [a_source(host, number) for number in range(100) for host in range(100)]


def test_hosts_that_take_turns_cost_one_reading_for_dozens(read: list[int]) -> None:
    with open_database(":memory:") as db:
        known = Ahead(db, in_queues(SOURCES))
        assert all(known[source.id].title == source.id for source in SOURCES for _ in range(3))
    assert sum(read) == len(SOURCES)
    assert len(read) == len(SOURCES) / 50


def test_turns_in_no_order_at_all_read_no_neighbour_twice(read: list[int]) -> None:
    with open_database(":memory:") as db:
        known = Ahead(db, [source.id for source in sorted(SOURCES, key=lambda each: each.id[::-1])])
        assert all(known[source.id].title == source.id for source in SOURCES for _ in range(3))
    assert sum(read) <= 2 * len(SOURCES)


def test_who_is_not_in_the_order_is_known_all_the_same(read: list[int]) -> None:
    with open_database(":memory:") as db:
        known = Ahead(db, [])
        assert [known["source-of-tolls"].title for _ in range(4)] == ["source-of-tolls"] * 4
    assert read == [1]


def test_queues_are_those_of_a_round() -> None:
    few, many = [a_source(1, 0)], [a_source(2, number) for number in range(3)]
    mixed = [many[0], *few, *many[1:]]
    assert in_queues(mixed) == [source.id for source in (*many, *few)]
