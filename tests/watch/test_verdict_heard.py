"""What others say of a state: second opinions, a person's word, a clock that was moved, first sights.

A story is words of what was seen and on which day, as in `test_verdict.py`; `drift` is another page.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provenance.model import CheckFacts, Opinion, Override, State
from provenance.model.history import History
from provenance.watch.alarm import stage_of
from provenance.watch.verdict import derive_state

START = datetime(2024, 1, 1, tzinfo=UTC)
OUTCOMES = {"200": "ok", "drift": "ok", "404": "gone", "503": "temporary", "403": "blocked",
            "login": "wall", "guard": "not_checkable", "off": "temporary"}  # fmt: skip


def on(day: float) -> datetime:
    return START + timedelta(days=day)


def looks_of(story: str, *, numbered: bool = False) -> tuple[CheckFacts, ...]:
    looks = []
    for number, word in enumerate(story.split(), start=1):
        seen, _, day = word.partition("@")
        looks.append(
            CheckFacts(
                on(float(day or 0)),
                OUTCOMES[seen],  # type: ignore[arg-type]
                seen,
                "offline" if seen == "off" else "online",
                drift="another text" if seen == "drift" else None,
                number=number if numbered else 0,
            )
        )
    return tuple(looks)


def an_opinion(who: str, outcome: str, day: float, **more: Any) -> Opinion:
    return Opinion("source-1", on(day), who, f"https://{who}.example/", outcome, outcome, **more)  # type: ignore[arg-type]


def seen_on(day: float, *, asked: float) -> Opinion:
    return an_opinion("archive.example", "seen", asked, seen_at=on(day))


def state_of(story: str, *opinions: Opinion, **more: Any) -> State:
    return derive_state(History(looks_of(story), opinions, **more), kind="web", source_id="s-1")


DEAD = "200 404@7 404@10 404@13"
FRONT = "front page"
OTHERS = "same host"


@pytest.mark.parametrize(
    ("opinions", "story", "state", "rule"),
    [
        ([], DEAD, "dead", "gone_thrice"),
        # another archive has it, younger than the first strike
        ([seen_on(8, asked=13)], DEAD, "blocked", "seen_elsewhere"),
        ([seen_on(6, asked=13)], DEAD, "dead", "gone_thrice"),
        ([seen_on(8, asked=10)], "200 404@7 404@10", "failing", "gone_counting"),
        # three strikes younger than its copy count for themselves
        ([seen_on(8, asked=13)], f"{DEAD} 404@43", "dead", "gone_thrice"),
        ([seen_on(12, asked=13)], f"{DEAD} 404@43", "blocked", "seen_elsewhere"),
        ([seen_on(12, asked=13)], f"{DEAD} 404@43 404@73 404@103", "dead", "gone_thrice"),
        ([seen_on(12, asked=13), seen_on(60, asked=103)], f"{DEAD} 404@43 404@73 404@103", "blocked", "seen_elsewhere"),
        # what is known of the host
        ([an_opinion(FRONT, "seen", 13)], DEAD, "dead", "gone_thrice"),
        ([an_opinion(FRONT, "missing", 13)], DEAD, "dead", "gone_thrice"),
        ([an_opinion(FRONT, "refused", 13)], DEAD, "blocked", "host_refuses"),
        ([an_opinion(FRONT, "refused", 13)], f"{DEAD} 404@200", "blocked", "host_refuses"),
        ([an_opinion(FRONT, "refused", 13), an_opinion(FRONT, "seen", 43)], f"{DEAD} 404@43", "dead", "gone_thrice"),
        ([an_opinion(FRONT, "refused", 13), an_opinion(OTHERS, "seen", 13)], DEAD, "dead", "gone_thrice"),
        ([an_opinion(FRONT, "empty", 13), an_opinion(OTHERS, "missing", 13)], DEAD, "blocked", "host_refuses"),
        ([an_opinion(FRONT, "empty", 13), an_opinion(OTHERS, "missing", 13)], f"{DEAD} 404@96", "blocked", "host_refuses"),
        ([an_opinion(FRONT, "empty", 13), an_opinion(OTHERS, "missing", 13)], f"{DEAD} 404@98", "dead", "gone_thrice"),
        ([an_opinion(FRONT, "empty", 13), an_opinion(OTHERS, "nothing", 13)], DEAD, "failing", "last_look_held"),
        ([an_opinion(FRONT, "unknown", 13)], DEAD, "failing", "last_look_held"),
        ([an_opinion(FRONT, "unknown", 13)], f"{DEAD} 404@15", "failing", "last_look_held"),
        ([an_opinion(FRONT, "unknown", 13)], f"{DEAD} 404@15.5", "dead", "gone_thrice"),
        ([an_opinion(FRONT, "unknown", 13)], f"{DEAD} 503@16", "failing", "last_look_held"),
        # an archive that met the same settles it
        ([an_opinion(FRONT, "refused", 13), an_opinion("archive.example", "missing", 13)], DEAD, "dead", "gone_thrice"),
        ([an_opinion("archive.example", "nothing", 13), an_opinion(FRONT, "refused", 13)], DEAD, "blocked", "host_refuses"),
        # what was said before the first strike says nothing of it
        ([an_opinion(FRONT, "refused", 5)], DEAD, "dead", "gone_thrice"),
        # one ok ends it, and what was never called dead does not come back
        ([seen_on(8, asked=13)], f"{DEAD} 200@20", "alive", "last_look"),
        ([], f"{DEAD} 200@20", "revived", "back"),
        ([seen_on(8, asked=20.5)], f"{DEAD} 200@20", "revived", "back"),
    ],
)  # fmt: skip
def test_three_strikes_are_held_against_what_others_say(
    opinions: list[Opinion], story: str, state: str, rule: str
) -> None:
    made = state_of(story, *opinions)
    assert (made.state, made.rule) == (state, rule)
    assert state_of(story, *reversed(opinions)) == made


def test_a_doubt_says_who_saw_what_and_when() -> None:
    assert state_of(DEAD, seen_on(8, asked=13)).reason == (
        "gone for us, and archive.example saw it on 2024-01-09"
    )


def test_a_held_source_is_looked_at_again_when_the_look_decides() -> None:
    made = state_of(DEAD, an_opinion(FRONT, "empty", 13))
    assert made.next_due == on(7 + 8.5)
    assert stage_of(made) == "watch"
    assert state_of(f"{DEAD} 503@14", an_opinion(FRONT, "empty", 13)).next_due == on(7 + 8.5)
    late = state_of(f"{DEAD} 503@16", an_opinion(FRONT, "empty", 13)).next_due
    assert late is not None
    assert on(16.9) < late < on(17.1)


@pytest.mark.parametrize(
    ("story", "state", "rule", "stage", "days"),
    [
        ("200 403@7", "blocked", "first_sight", "watch", 1),
        ("200 login@7", "walled", "first_sight", "watch", 1),
        ("200 drift@7", "drifted", "first_sight", "watch", 1),
        ("200 403@7 403@7.2", "blocked", "first_sight", "watch", 1),
        ("200 403@7 403@8", "blocked", "last_look", "bad", 30),
        ("200 403@7 503@8 login@8.1", "walled", "last_look", "bad", 30),
        ("200 403@7 503@8", "blocked", "first_sight", "watch", 1),
        ("200 drift@7 drift@8", "drifted", "last_look", "bad", 7),
        ("200 drift@7 403@8", "blocked", "first_sight", "watch", 1),
        ("200 403@7 200@8 403@15", "blocked", "first_sight", "watch", 1),
        ("200 403@7 200@8", "alive", "last_look", "fine", 7),
        # there was nothing better before it
        ("403", "blocked", "last_look", "bad", 30),
        ("503 login@1", "walled", "last_look", "bad", 30),
        ("drift", "drifted", "last_look", "bad", 7),
        # an address that was answered once is asked again
        ("200 guard@7", "not_checkable", "first_sight", "watch", 1),
        # a name that nobody pays for any more is often sent to 127.0.0.1
        ("200 guard@7 guard@8", "not_checkable", "last_look", "bad", 30),
    ],
)
def test_what_is_seen_for_the_first_time_is_looked_at_again_before_it_counts(
    story: str, state: str, rule: str, stage: str, days: int
) -> None:
    made = state_of(story)
    assert (made.state, made.rule, stage_of(made)) == (state, rule, stage)
    assert made.next_due is not None
    assert made.last_checked is not None
    assert 0.9 * days <= (made.next_due - made.last_checked) / timedelta(days=1) <= 1.1 * days


@pytest.mark.parametrize(
    ("story", "state", "rule"),
    [
        ("200 404@7 403@10 403@20.9", "failing", "gone_counting"),
        ("200 404@7 403@10 403@21", "blocked", "last_look"),
        ("200 404@7 403@10 403@21 404@24", "failing", "gone_counting"),
        # what was counted before says nothing of today either: it is counted from one again
        ("200 404@7 403@21 404@24 404@27", "failing", "gone_counting"),
        ("200 404@7 403@21 404@24 404@27 404@30", "dead", "gone_thrice"),
        ("200 404@7 404@10 403@13 403@160 404@163", "failing", "gone_counting"),
        ("200 404@7 404@10 404@13 403@60", "dead", "gone_thrice"),
    ],
)
def test_a_count_of_gone_is_forgotten_after_two_weeks_of_something_else(
    story: str, state: str, rule: str
) -> None:
    made = state_of(story)
    assert (made.state, made.rule) == (state, rule)


# --- a person's word


def a_word(state: str | None, day: float, until: float | None = None, **more: Any) -> Override:
    ends = on(until) if until is not None else None
    return Override(f"o-{day}", "source-1", on(day), "Ines", "asked the desk", state, ends, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("overrides", "story", "state", "rule"),
    [
        ([a_word("alive", 14, 40)], DEAD, "alive", "override"),
        ([a_word("alive", 14, 40)], f"{DEAD} 404@40", "alive", "override"),
        ([a_word("alive", 14, 40)], f"{DEAD} 404@40.1", "dead", "gone_thrice"),
        ([a_word("alive", 14, 40)], f"{DEAD} off@41", "alive", "override"),
        ([a_word("alive", 14)], f"{DEAD} 404@400", "alive", "override"),
        ([a_word("alive", 14), a_word(None, 15)], DEAD, "dead", "gone_thrice"),
        ([a_word("alive", 14), a_word("walled", 15, 20)], f"{DEAD} 404@21", "dead", "gone_thrice"),
        ([a_word("dead", 1, 30)], "200", "dead", "override"),
        ([a_word("dead", 1, 30)], "", "dead", "override"),
    ],
)
def test_a_persons_word_counts_until_a_look_comes_after_its_end(
    overrides: list[Override], story: str, state: str, rule: str
) -> None:
    for said in (overrides, overrides[::-1]):
        made = state_of(story, overrides=tuple(said))
        assert (made.state, made.rule) == (state, rule)


def test_a_persons_word_names_who_said_why_and_until_when() -> None:
    made = state_of(DEAD, overrides=(a_word("alive", 14, 40),))
    assert made.reason == "Ines: asked the desk (until 2024-02-10)"


def test_a_look_comes_when_a_persons_word_ends() -> None:
    assert state_of("403", overrides=(a_word("alive", 1, 12),)).next_due == on(12)
    undisturbed = state_of("403").next_due
    assert state_of("403", overrides=(a_word("alive", 1, 90),)).next_due == undisturbed
    assert state_of("", overrides=(a_word("alive", 1, 12),)).next_due is None  # due now


def test_a_persons_word_also_counts_for_what_has_no_address() -> None:
    history = History(overrides=(a_word("alive", 1, 12),))
    made = derive_state(history, kind="subscription")
    assert (made.state, made.next_due) == ("alive", None)


# --- a clock that was moved


@pytest.mark.parametrize(
    ("story", "state", "reason"),
    [
        # behind for one night: what was seen then is set aside
        ("200@10 404@11 404@-900 404@14", "failing", "gone 2/3"),
        ("200@10 404@11 404@-900 404@-896 200@15", "alive", "200"),
        # ahead for some nights: aside, once the right time was seen twice
        ("200@10 404@11 404@400 404@404 404@14 404@17", "dead", "gone 3/3"),  # 11, 14, 17
        ("200@10 404@400 404@403 404@406 200@11 200@12", "alive", "200"),
        ("200@10 403@400 200@11 200@12", "alive", "200"),
        # set back by an hour (the end of summer time): two looks are never that near
        ("200@10 200@9.96 200@17", "alive", "200"),
        ("404@10 404@9.96 404@13 404@16", "dead", "gone 3/3"),
    ],
)
def test_looks_that_a_wrong_clock_dated_neither_strike_nor_stall(
    story: str, state: str, reason: str
) -> None:
    made = derive_state(History(looks_of(story, numbered=True)), kind="web")
    assert (made.state, made.reason) == (state, reason)


def test_after_a_clock_was_set_back_the_next_look_comes_within_a_day() -> None:
    ahead = "200@10 200@400 200@11"
    made = derive_state(History(looks_of(ahead, numbered=True)), kind="web")
    assert made.next_due == on(12)
    settled = derive_state(History(looks_of(f"{ahead} 200@12", numbered=True)), kind="web")
    assert settled.last_checked == on(12)
    assert settled.next_due is not None
    assert settled.next_due < on(25)


def test_a_strike_in_a_wrong_future_is_taken_back_when_the_clock_is_right_again() -> None:
    """404 twice, a leap of the clock, 404 a few hours and a day later: no three days passed."""
    story = "200@0 404@1 404@4 404@400 404@4.2 404@5"
    made = derive_state(History(looks_of(story, numbered=True)), kind="web")
    assert (made.state, made.reason) == ("failing", "gone 2/3")
