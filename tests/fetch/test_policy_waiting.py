"""How long to wait, who we say we are, and what is worth a second try."""

from datetime import UTC, datetime

import pytest

from provenance.fetch.policy import (
    back_off_s,
    is_transient,
    next_turn_s,
    parse_retry_after,
    product_token,
    refusal_pause_s,
    user_agent,
)
from provenance.model import Exchange, Failure, FailureKind, Visit
from provenance.settings import FetchSettings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), ("0", 0), (" 7 ", 7), ("999999999", 999999999),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
        ("Sunday, 22-Nov-26 12:01:00 GMT", 60),
        ("Sun Nov 22 12:01:00 2026", 60),
        ("Sun Dec  6 12:00:00 2026", 14 * 86400),
        ("Sun, 22 Nov 2020 12:01:00 GMT", 0),
        ("Friday, 22-Nov-80 12:00:00 GMT", 0),
        ("Sun, 22 Nov 2026 11:59:60 GMT", 0),
        ("Sun, 22 Nov 2026 12:01:09 GMT", 69),
        ("Sun, 22 Nov 2026 12:01:60 GMT", 119),
        ("\t7", 7),
    ],
)  # fmt: skip
def test_retry_after_is_read_in_all_its_forms(value: str, seconds: float) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [None, "", "-5", "1.5", "1e3", "soon", "٣", "12 s", "9" * 30, "Sun, 99 Nov 2026 12:01:00 GMT",
     "Sun, 22 Foo 2026 12:01:00 GMT", "Sun, 22 Nov 2026 25:01:00 GMT", "22 Nov 2026",
     "Sun, 22 Nov 2026 12:01:00 +0200"],
)  # fmt: skip
def test_nonsense_in_retry_after_says_nothing(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@pytest.mark.parametrize(("written", "year"), [("76", 2076), ("77", 1977)], ids=["50", "51"])
def test_a_year_of_two_digits_is_at_most_fifty_years_ahead(written: str, year: int) -> None:
    at = datetime(year, 11, 22, 12, tzinfo=UTC)
    wanted = max(0.0, (at - NOW).total_seconds())
    assert parse_retry_after(f"Sunday, 22-Nov-{written} 12:00:00 GMT", NOW) == wanted


@pytest.mark.parametrize("space", ["\xa0", "\v", "\x85", "X"], ids=["nbsp", "vt", "nel", "letter"])
def test_only_blanks_and_tabs_may_stand_around_it(space: str) -> None:
    assert parse_retry_after(f"{space}7", NOW) is None


def a_visit(
    status: int = 200, failure: FailureKind | None = None, truncated: bool = False
) -> Visit:
    last = Exchange(
        "http://a.test/", "GET", NOW, "192.0.2.1", b"", status, b"", (), b"", 1,
        "disconnect" if truncated else None,
    )  # fmt: skip
    return Visit("http://a.test/", NOW, (last,), Failure(failure) if failure else None)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507, 508, 520, 522, 529])
def test_statuses_of_the_moment_are_transient(status: int) -> None:
    assert is_transient(a_visit(status))


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 410, 451, 501, 505, 999])
def test_statuses_of_the_page_are_not(status: int) -> None:
    assert not is_transient(a_visit(status))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("timeout", True), ("reset", True), ("refused", True), ("dns", True), ("unreachable", True),
     ("offline", False), ("nxdomain", False), ("tls", False), ("guard", False), ("robots", False),
     ("later", False), ("protocol", False), ("redirects", False)],
)  # fmt: skip
def test_only_failures_of_the_moment_are_transient(kind: FailureKind, expected: bool) -> None:
    assert is_transient(a_visit(failure=kind)) is expected


def test_a_body_that_broke_off_is_worth_another_try() -> None:
    assert is_transient(a_visit(truncated=True))


def test_back_off_doubles_from_half_a_second_to_thirty() -> None:
    whole = [back_off_s(attempt, 1.0) for attempt in range(1, 10)]
    assert whole == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert [back_off_s(attempt, 0.0) for attempt in (1, 2)] == [0.25, 0.5]
    assert back_off_s(10_000, 0.5) <= 30


def test_a_host_that_refuses_is_left_alone_from_half_a_second_to_thirty() -> None:
    pauses = [refusal_pause_s(refusals) for refusals in range(1, 10)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert refusal_pause_s(100_000) == 30


def test_the_next_turn_is_the_latest_of_what_was_asked_for() -> None:
    assert next_turn_s(100, 0, 1, 0) == 100
    assert next_turn_s(100, 100.4, 1, 0) == 100.4
    assert next_turn_s(100, 100.4, 1, 160) == 160


def test_a_clock_set_back_costs_one_interval_at_most() -> None:
    assert next_turn_s(100, 3700, 1, 0) == 101


def test_the_user_agent_is_honest_and_safe_in_a_header() -> None:
    assert user_agent(FetchSettings(), "1.2") == "provenance/1.2"
    assert (
        user_agent(FetchSettings(contact="desk@a.test"), "1.2") == "provenance/1.2 (+desk@a.test)"
    )
    evil = FetchSettings(contact="a\r\nX-Evil: 1é")
    assert user_agent(evil, "1.2") == "provenance/1.2 (+aX-Evil: 1)"
    assert user_agent(FetchSettings(user_agent="desk/2 (x)"), "1.2") == "desk/2 (x)"
    assert user_agent(FetchSettings(user_agent="desk/~ a\x7f"), "1.2") == "desk/~ a"


def test_the_product_token_is_what_robots_txt_names() -> None:
    assert product_token("provenance/1.2 (+a)") == "provenance"
    assert product_token("Desk Bot") == "Desk"
    assert product_token("/2") == "provenance"
