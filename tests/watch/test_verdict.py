"""Stories of looks, and the state that each amounts to.

A story is words such as `404@4`: what was seen, and on which day (0 where there is
none). Words stand for outcomes; `off` is any look from an offline vantage, `old`
and `new` are ok looks with that content, `drift` an ok look at another topic.
"""

from datetime import UTC, datetime, timedelta

import pytest

from provenance.model import CheckFacts, State
from provenance.model.history import History
from provenance.watch.verdict import derive_state

START = datetime(2024, 1, 1, tzinfo=UTC)
OUTCOMES = {
    "200": "ok",
    "old": "ok",
    "new": "ok",
    "drift": "ok",
    "404": "gone",
    "410": "gone",
    "503": "temporary",
    "timeout": "temporary",
    "403": "blocked",
    "login": "wall",
    "ftp": "not_checkable",
    "off": "temporary",
}


def a_look(word: str) -> CheckFacts:
    seen, _, day = word.partition("@")
    return CheckFacts(
        at=START + timedelta(days=float(day or 0)),
        outcome=OUTCOMES[seen],  # type: ignore[arg-type]
        reason="offline" if seen == "off" else seen,
        vantage="offline" if seen == "off" else "online",
        content={"old": "a", "new": "b"}.get(seen),
        drift="hijacked?" if seen == "drift" else None,
    )


def state_of(story: str, source_id: str = "source-1") -> State:
    return derive_state(
        History(tuple(a_look(word) for word in story.split())), kind="web", source_id=source_id
    )


@pytest.mark.parametrize(
    ("story", "state", "reason"),
    [
        ("", "unchecked", "never looked at"),
        ("off", "unchecked", "offline"),
        ("off@1 off@2 off@30", "unchecked", "offline"),
        ("200", "alive", "200"),
        ("200 off@1", "alive", "200"),
        # three gone, 72 hours apart, no ok between
        ("404", "failing", "gone 1/3"),
        ("200 404@1", "failing", "gone 1/3"),
        ("404@1 404@3.99", "failing", "gone 1/3"),
        ("404@1 404@4", "failing", "gone 2/3"),
        ("200 404@1 404@4 404@8", "dead", "gone 3/3"),
        ("404 410@3 404@6", "dead", "gone 3/3"),
        ("404@0 404@1 404@2 404@3 404@4 404@5", "failing", "gone 2/3"),
        ("404@0 404@1 404@2 404@3 404@4 404@5 404@6", "dead", "gone 3/3"),
        ("404@0 404@3 200@4 404@7", "failing", "gone 1/3"),
        ("404@0 404@3 200@4 404@7 404@10 404@13", "dead", "gone 3/3"),
        # what is neither gone nor ok neither counts nor forgives
        ("404@0 503@3 404@4 login@5 404@8", "dead", "gone 3/3"),
        ("404@0 403@3", "failing", "gone 1/3"),
        ("404@0 404@3 off@6", "failing", "gone 2/3"),
        ("404@0 off@3 off@6 off@9", "failing", "gone 1/3"),
        ("404 404@3 404@6 503@7", "dead", "gone 3/3"),
        # one ok ends it
        ("404 404@3 404@6 200@13", "revived", "200"),
        ("404 404@3 404@6 200@13 503@14", "revived", "200"),
        ("404 404@3 404@6 200@13 200@20", "alive", "200"),
        ("404 404@3 404@6 200@13 404@20", "failing", "gone 1/3"),
        ("404 404@3 404@6 200@13 404@20 404@23 404@26", "dead", "gone 3/3"),
        # passing trouble
        ("timeout", "unchecked", "timeout"),
        ("200 503@7", "alive", "200"),
        ("login 503@30", "walled", "login"),
        ("200@0 503@7 503@8 503@20.9", "alive", "200"),
        ("200@0 503@7 503@8 503@21", "failing", "0% ok in 14 days: 503"),
        ("503 503@1 503@13", "unchecked", "503"),
        ("503 503@1 503@14", "failing", "0% ok in 14 days: 503"),
        ("503 200@1 503@12 503@14", "alive", "200"),  # 11 of 14 days ok
        ("503 200@1 503@11 503@12 503@13 503@14", "failing", "71% ok in 14 days: 503"),
        ("503 503@14 200@15", "alive", "200"),
        ("503 503@14 200@15 200@29 503@30 503@34", "alive", "200"),  # a new trouble, 4 days old
        ("503 off@7 off@14", "unchecked", "503"),
        ("503 503@14 503@28 503@300", "failing", "0% ok in 14 days: 503"),
        # walls and refusals are no strike
        ("login", "walled", "login"),
        ("200 login@7 login@37 login@67", "walled", "login"),
        ("403 403@30 403@60", "blocked", "403"),
        ("200 403@7 200@14", "alive", "200"),
        ("drift", "drifted", "hijacked?"),
        ("200 drift@7 200@14", "alive", "200"),
        ("ftp", "not_checkable", "ftp"),
    ],
)
def test_a_story_amounts_to_a_state(story: str, state: str, reason: str) -> None:
    made = state_of(story)
    assert (made.state, made.reason) == (state, reason)


def test_the_order_in_which_checks_are_handed_in_does_not_matter() -> None:
    looks = [a_look(word) for word in ["200", "404@1", "404@4", "404@8"]]
    states = {
        derive_state(History(tuple(order)), kind="web").state for order in (looks, looks[::-1])
    }
    assert states == {"dead"}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("subscription", "subscription"),
        ("on_request", "on request"),
        ("communication", "communication"),
        ("work", "no address"),
        ("unknown", "no address"),
    ],
)
def test_what_has_no_address_is_not_checkable_and_never_due(kind: str, reason: str) -> None:
    for looks in ([], [a_look("404")]):
        made = derive_state(History(tuple(looks)), kind=kind)  # type: ignore[arg-type]
        assert (made.state, made.reason, made.next_due) == ("not_checkable", reason, None)


def days_until_due(story: str, source_id: str = "source-1") -> float:
    made = state_of(story, source_id)
    assert made.next_due is not None
    assert made.last_checked is not None
    return (made.next_due - made.last_checked) / timedelta(days=1)


@pytest.mark.parametrize(
    ("story", "days"),
    [
        ("200", 7),
        ("old new@7", 7),
        ("old old@7", 14),
        ("old old@7 old@21", 28),
        ("old old@7 old@21 old@49 old@79", 30),
        ("old old@7 503@21 old@22", 28),
        ("new new@7 new@21 old@49", 7),
        ("old 404@7 old@10", 7),
        ("200 200@7", 7),  # nothing is known about the content
        ("200 503@7", 1),
        ("timeout", 1),
        ("503 503@14", 1),
        ("404 404@3 404@6", 7),
        ("404 404@3 404@6 200@13", 7),
        ("login", 30),
        ("403", 30),
        ("drift", 7),
    ],
)
def test_the_next_look_comes_in_good_time(story: str, days: float) -> None:
    for number in range(50):
        assert days * 0.9 <= days_until_due(story, f"source-{number}") <= days * 1.1


def test_two_bad_nights_with_a_good_week_between_them_are_no_long_trouble() -> None:
    """A page that was dead came back between an outage and the next: nobody looked for a week."""
    story = "404@0 404@4 404@8 503@15 200@22 503@29"
    assert state_of(story).state == "revived"
    assert (
        state_of("200@0 " + " ".join(f"503@{day}" for day in range(3, 18))).rule == "long_trouble"
    )


def test_a_look_after_a_day_is_made_by_the_very_next_night() -> None:
    """A run once a night passes over what is due an hour later, and would look every other night."""
    for story in ("200 503@7", "timeout", "503 503@14"):
        assert max(days_until_due(story, f"source-{number}") for number in range(200)) <= 1.0


def test_after_a_gone_the_next_look_is_never_too_early_to_count() -> None:
    for number in range(200):
        for story in ("404", "404 404@3"):
            assert 3.0 <= days_until_due(story, f"source-{number}") <= 3.3


def test_an_early_look_after_a_gone_keeps_the_appointment() -> None:
    made = state_of("404 403@2")
    assert made.next_due is not None
    assert made.next_due >= START + timedelta(days=3)


def test_jitter_spreads_sources_and_is_the_same_in_every_run() -> None:
    dues = {days_until_due("200", f"source-{number}") for number in range(100)}
    assert len(dues) == 100
    assert max(dues) - min(dues) > 1.0
    assert days_until_due("200", "source-7") == days_until_due("200", "source-7")


def test_offline_looks_are_told_but_move_nothing_else() -> None:
    before, after = state_of("200"), state_of("200 off@3")
    assert after.next_due == before.next_due
    assert after.last_ok == before.last_ok == START
    assert after.last_checked == START + timedelta(days=3)


def test_what_was_only_looked_at_offline_is_due_at_once() -> None:
    assert state_of("off").next_due is None
    assert state_of("ftp").next_due is None
