"""What nights tell of a source over its life: no death passed over, no first sign told as an alarm.

A life is what the page shows from a day on; each look comes when the state says that it is due.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from provenance.model import ChangeGroup, CheckFacts, Opinion, Outcome, State
from provenance.model.history import History
from provenance.watch.alarm import stage_of
from provenance.watch.changes import Looked, group_of
from provenance.watch.settled import settled_state
from provenance.watch.verdict import derive_state

FIRST = datetime(2027, 12, 1, 3, tzinfo=UTC)
OUTCOMES: dict[str, Outcome] = {
    "ok": "ok", "other": "ok", "404": "gone", "503": "temporary", "wall": "wall", "403": "blocked",
    "guard": "not_checkable",
}  # fmt: skip


class Told(NamedTuple):
    day: int
    group: ChangeGroup
    state: str
    rule: str


def a_look(day: int, seen: str) -> CheckFacts:
    drift = "another text" if seen == "other" else None
    return CheckFacts(
        FIRST + timedelta(days=day), OUTCOMES[seen], seen, drift=drift, number=day + 1
    )


def derive(history: History) -> State:
    return derive_state(history, kind="web", source_id="source-1")


def live(life: str, nights: int = 200, opinions: tuple[Opinion, ...] = ()) -> list[Told]:
    """Play nights over a life such as `ok 404@30 503@40`; return what they tell."""
    turns = [(int(day or 0), seen) for seen, _, day in (w.partition("@") for w in life.split())]
    history, state = History((), opinions), derive(History())
    told = []
    for day in range(nights):
        if state.next_due is not None and state.next_due > FIRST + timedelta(days=day):
            continue
        seen = [what for since, what in turns if since <= day][-1]
        before, history = state, History((*history.checks, a_look(day, seen)), opinions)
        state = derive(history)
        group = group_of(_looked(before, state, history, seen))
        if group is not None:
            told.append(Told(day, group, state.state, state.rule))
    return told


def _looked(before: State, after: State, history: History, seen: str) -> Looked:
    settled = None
    if stage_of(before) == "watch" and before.last_checked and stage_of(after) != "watch":
        known = history.before(before.last_checked)
        settled = settled_state(known, kind="web", source_id="source-1")
    since = min(
        (each.at for each in history.checks if after.last_ok is None or each.at > after.last_ok),
        default=None,
    )
    return Looked(
        source_id="source-1", url="https://tolls.example/a", host="tolls.example", before=before,
        after=after, outcome=OUTCOMES[seen], rule=seen, reason=seen, settled=settled,
        since=since if after.state not in {"alive", "revived", "unchecked"} else None,
    )  # fmt: skip


def alarms(told: list[Told]) -> list[Told]:
    return [each for each in told if each.group in {"worse", "still"}]


@pytest.mark.parametrize("life", ["ok 404@30 503@34", "ok 404@30 503@37", "404 503@1"])
def test_a_host_that_dies_behind_a_404_or_two_is_told_of_within_three_weeks(life: str) -> None:
    last_gone = int(life.rsplit("@", 1)[1])
    first = alarms(live(life))[0]
    assert (first.group, first.state, first.rule) == ("worse", "failing", "long_trouble")
    assert first.day <= last_gone + 21


def test_behind_a_wall_one_404_is_a_first_sign_and_no_reminder() -> None:
    told = alarms(live("ok wall@20 404@60"))
    assert [(each.group, each.state) for each in told] == [("worse", "walled"), ("worse", "dead")]


@pytest.mark.parametrize("seen", ["wall", "403"])
def test_one_503_between_months_of_a_wall_is_no_fortnight_of_trouble(seen: str) -> None:
    told = alarms(live(f"503 {seen}@1 503@25 {seen}@38 503@60 {seen}@75"))
    assert len(told) == 1
    assert told[0].rule == "last_look"


@pytest.mark.parametrize("seen", ["404", "wall", "403", "other"])
def test_what_is_there_every_other_look_alarms_nobody(seen: str) -> None:
    turns = " ".join(f"{seen if day % 2 else 'ok'}@{day}" for day in range(200))
    assert alarms(live(turns)) == []


@pytest.mark.parametrize(
    "life",
    ["ok 404@20", "ok 503@20 404@45", "ok wall@20 404@70", "ok other@20 404@70", "404",
     "ok 403@20 503@50 404@80", "ok 404@20 ok@24 404@50"],
)  # fmt: skip
def test_every_death_is_told_once_whatever_came_before(life: str) -> None:
    dead = [each for each in live(life) if each.group == "worse" and each.state == "dead"]
    assert len(dead) == 1
    assert dead[0].day <= int(life.rpartition("404@")[2] or 0) + 43


def test_a_name_that_is_sent_into_a_private_network_is_told_and_so_is_its_return() -> None:
    told = [each for each in live("ok guard@20 ok@90") if each.group != "watch"]
    assert [(each.group, each.state) for each in told] == [
        ("worse", "not_checkable"), ("fixed", "alive"),
    ]  # fmt: skip
    assert told[0].day <= 40
    assert alarms(live("ok guard@20 ok@21 guard@40 ok@41")) == []
    assert alarms(live("guard")) == [], "what was never there was told when it was read"


def test_a_copy_of_tomorrow_keeps_no_death_back() -> None:
    asked = FIRST + timedelta(days=30)
    lie = Opinion("source-1", asked, "archive.example", "https://archive.example/", "seen", "seen",
                  seen_at=FIRST.replace(year=2099))  # fmt: skip
    told = alarms(live("ok 404@20", opinions=(lie,)))
    assert (told[0].state, told[0].rule) == ("dead", "gone_thrice")


def test_a_leap_day_and_a_years_turn_are_days_like_any_other() -> None:
    dying = live("ok 404@85", nights=105)  # 2028-02-24
    assert [each.state for each in alarms(dying)] == ["dead"]
