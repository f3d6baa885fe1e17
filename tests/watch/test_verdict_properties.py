"""What holds for every history: of verdicts over any looks, opinions and words; and how long a death takes."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.model import CheckFacts, Opinion, OpinionOutcome, Override, State
from provenance.model.history import History
from provenance.watch.alarm import stage_of
from provenance.watch.verdict import derive_state

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
GAP = timedelta(hours=72)

hours = st.integers(min_value=0, max_value=24 * 120)
moments = hours.map(lambda hour: START + timedelta(hours=hour))
looks = st.builds(
    CheckFacts,
    at=moments,
    outcome=st.sampled_from(["ok", "gone", "gone", "gone", "temporary", "blocked", "wall"]),
    reason=st.just("seen"),
    vantage=st.sampled_from(["online", "online", "online", "offline"]),
    drift=st.sampled_from([None, None, "another text"]),
)
opinions = st.builds(
    Opinion,
    source_id=st.just("source-1"),
    at=moments,
    who=st.sampled_from(["archive.example", "front page", "same host"]),
    url=st.just("https://tolls.example/"),
    outcome=st.sampled_from(["seen", "missing", "nothing", "unknown", "refused", "empty"]),
    reason=st.just("said"),
    seen_at=st.none() | moments,
)
overrides = st.builds(
    Override,
    id=st.uuids().map(str),
    source_id=st.just("source-1"),
    at=moments,
    by=st.just("Ines"),
    why=st.just("asked"),
    state=st.sampled_from(["alive", "dead", "walled", "not_checkable", None]),
    until=st.none() | moments,
)
many_looks = st.lists(looks, max_size=14).map(tuple)
histories = st.builds(
    History,
    many_looks,
    st.lists(opinions, max_size=4).map(tuple),
    st.lists(overrides, max_size=2, unique_by=lambda each: (each.at, each.id)).map(tuple),
)


def derive(history: History) -> State:
    return derive_state(history, kind="web", source_id="source-1")


def in_time(history: History) -> list[CheckFacts]:
    return sorted((look for look in history.checks if look.vantage == "online"), key=lambda e: e.at)


@given(histories, st.randoms())
def test_the_order_of_what_is_handed_in_never_matters(
    history: History, chance: random.Random
) -> None:
    shuffled = History(
        tuple(chance.sample(history.checks, len(history.checks))),
        tuple(chance.sample(history.opinions, len(history.opinions))),
        tuple(chance.sample(history.overrides, len(history.overrides))),
    )
    assert derive(shuffled) == derive(history)


@given(st.builds(History, many_looks, st.lists(opinions, max_size=4).map(tuple)))
@settings(max_examples=300)
def test_nothing_is_dead_without_three_gone_three_days_apart_and_no_ok_between(
    history: History,
) -> None:
    if derive(history).state != "dead":
        return
    oks = [look.at for look in in_time(history) if look.outcome == "ok"]
    # at one moment an ok and a gone may stand in either order
    gone = [
        look.at
        for look in in_time(history)
        if look.outcome == "gone" and (not oks or look.at >= oks[-1])
    ]
    strikes: list[datetime] = []
    for at in gone:
        if not strikes or at - strikes[-1] >= GAP:
            strikes.append(at)
    assert len(strikes) >= 3


@given(histories)
def test_one_ok_ends_it(history: History) -> None:
    last = max((look.at for look in history.checks), default=START)
    ends = max((each.until or START for each in history.overrides), default=START)
    after = CheckFacts(max(last, ends) + timedelta(hours=1), "ok", "HTTP 200")
    found = derive(History((*history.checks, after), history.opinions))
    assert found.state in {"alive", "revived"}
    assert stage_of(found) == "fine"


@given(histories, moments)
def test_a_persons_word_never_outlives_its_end_by_more_than_one_look(
    history: History, until: datetime
) -> None:
    word = Override("o", "source-1", START + 200 * DAY, "Ines", "asked", "alive", until)
    said = History(history.checks, history.opinions, (*history.overrides, word))
    found = derive(said)
    if any(look.at > until for look in in_time(history)):
        assert found == derive(History(history.checks, history.opinions))
        return
    assert (found.state, found.rule) == ("alive", "override")
    assert found.next_due is None or found.next_due <= until
    after = CheckFacts(until + timedelta(hours=1), "gone", "HTTP 404")
    assert derive(History((*said.checks, after), said.opinions, said.overrides)).rule != "override"


@given(histories)
def test_what_was_answered_is_always_due_again(history: History) -> None:
    found = derive(history)
    if in_time(history):
        assert found.next_due is not None
        assert found.next_due <= max(look.at for look in in_time(history)) + 33 * DAY


@given(many_looks, st.integers(min_value=-2000, max_value=2000))
def test_a_leap_of_the_clock_for_one_night_holds_nothing_up(
    before: tuple[CheckFacts, ...], days: int
) -> None:
    """A look that is dated anywhere is followed by looks by the right clock: it is due within the cadence."""
    ordered = sorted(before, key=lambda look: look.at)
    now = max((look.at for look in ordered), default=START) + DAY
    wrong = CheckFacts(now + days * DAY, "gone", "HTTP 404")
    right = [CheckFacts(now + number * DAY, "ok", "HTTP 200") for number in (1, 2)]
    told = [*ordered, wrong, *right]
    numbered = [
        CheckFacts(look.at, look.outcome, look.reason, look.vantage, None, look.drift, number)
        for number, look in enumerate(told, start=1)
    ]
    found = derive(History(tuple(numbered)))
    assert found.state in {"alive", "revived"}
    assert found.last_ok == right[-1].at
    assert found.next_due is not None
    assert found.next_due <= right[-1].at + 33 * DAY


# --- from a death to its verdict, by the pure function alone


def days_to_verdict(
    source_id: str, died: float, calm: int, opinion: OpinionOutcome | None, hour: random.Random
) -> tuple[float, float]:
    """Look as nights do, at an hour that moves; return the days from the death to the first gone, and to dead.

    After `calm` looks that found the same page, so that the cadence had grown, one comes on day 0;
    `died` is the day of the death. `opinion` is what the front page says at every gone look.
    """
    seen = [
        CheckFacts(START - (calm - n) * 30 * DAY, "ok", "seen", content="a") for n in range(calm)
    ]
    heard: list[Opinion] = []
    death, first, due = START + died * DAY, None, START
    for night in range(100):
        at = START + night * DAY + timedelta(minutes=hour.randrange(150))
        if at < due:
            continue
        is_gone = at >= death
        seen.append(CheckFacts(at, "gone" if is_gone else "ok", "seen", content="a"))
        if is_gone and opinion:
            heard.append(
                Opinion(source_id, at, "front page", "https://a.example/", opinion, "said")
            )
        first = at if is_gone and first is None else first
        state = derive_state(History(tuple(seen), tuple(heard)), kind="web", source_id=source_id)
        assert state.next_due is not None
        due = state.next_due
        if state.state == "dead":
            assert first is not None
            return (first - death) / DAY, (at - death) / DAY
    raise AssertionError("never dead")


@pytest.mark.parametrize("opinion", [None, "seen", "unknown", "empty"])
@pytest.mark.parametrize("calm", [0, 1, 2, 5])
def test_a_death_is_told_within_ten_days_of_the_first_look_and_43_of_the_death(
    calm: int, opinion: OpinionOutcome | None
) -> None:
    """Over sources (each with a jitter of its own) and over all phases of the slowest cadence."""
    chance = random.Random(f"{calm} {opinion}")
    worst_after_look = worst = 0.0
    for number in range(12):
        for phase in range(33):
            died = phase + chance.random() if calm else 0.0
            first, dead = days_to_verdict(f"source-{number}", died, calm, opinion, chance)
            worst_after_look = max(worst_after_look, dead - first)
            worst = max(worst, dead)
    assert worst_after_look <= 10
    assert worst <= 43
    assert worst > worst_after_look - 1  # the death came before the first look
