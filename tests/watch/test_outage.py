"""Is it us? A night that reaches nobody ends early; one host that is down, or a hundred that refuse, end nothing."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from provenance.model import Failure, FailureKind, Visit
from provenance.watch.outage import OutageWatch
from support.keeping import an_exchange

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)


def failed(kind: FailureKind = "timeout") -> Visit:
    return Visit("https://tolls.example/", AT, failure=Failure(kind, "no answer"))


def offline() -> Visit:
    return replace(failed("offline"), vantage="offline")


def answered() -> Visit:
    return Visit("https://tolls.example/", AT, (an_exchange("https://tolls.example/"),))


def heard(visits: list[tuple[Visit, str | None]], offline_looks: int = 5) -> list[bool]:
    watch = OutageWatch(offline_looks)
    return [watch.hear(visit, host) for visit, host in visits]


@pytest.mark.parametrize("kind", ["dns", "refused", "unreachable", "timeout", "tls", "reset"])
def test_when_the_first_25_hosts_do_not_answer_it_is_us(kind: FailureKind) -> None:
    told = heard([(failed(kind), f"host{number}.example") for number in range(25)])
    assert told == [False] * 24 + [True]


def test_one_host_that_does_not_answer_is_that_host() -> None:
    assert not any(heard([(failed(), "down.example")] * 200))


@pytest.mark.parametrize("at", [0, 12, 24])
def test_one_answer_takes_the_suspicion_away_for_the_whole_night(at: int) -> None:
    visits: list[tuple[Visit, str | None]] = [
        (failed(), f"host{number}.example") for number in range(80)
    ]
    visits.insert(at, (answered(), "up.example"))
    assert not any(heard(visits))


@pytest.mark.parametrize("kind", ["nxdomain", "robots", "guard", "later"])
def test_what_is_found_out_without_an_answer_of_the_host_is_no_silence(kind: FailureKind) -> None:
    assert not any(heard([(failed(kind), f"host{number}.example") for number in range(80)]))


def test_looks_from_an_offline_vantage_end_a_night_when_so_many_come_in_a_row() -> None:
    row = [(offline(), "tolls.example")] * 5
    assert heard(row) == [False] * 4 + [True]
    assert not any(heard([*row[:4], (answered(), "up.example"), *row[:4]]))
    assert heard(row[:2], offline_looks=2) == [False, True]


def test_a_night_was_all_offline_only_where_nobody_was_reached_at_all() -> None:
    watch = OutageWatch(5)
    assert not watch.was_all_offline
    watch.hear(offline(), "tolls.example")
    assert watch.was_all_offline
    watch.hear(answered(), "tolls.example")
    assert not watch.was_all_offline
