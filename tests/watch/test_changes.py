"""What a night tells of: states before and after, told once, by the host's cause where there is one."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.model import (
    CheckFacts,
    NightReport,
    NightRun,
    Outcome,
    PassageChange,
    PassageState,
    Replacement,
    SourceState,
    State,
    Touched,
)
from provenance.model.history import History
from provenance.watch.alarm import stage_of
from provenance.watch.changes import Looked, group_of, tell
from provenance.watch.settled import settled_state
from provenance.watch.verdict import derive_state

NIGHT = datetime(2026, 3, 4, 3, tzinfo=UTC)
DAY = timedelta(days=1)

FINE = State("alive", "last_look", "HTTP 200")
FIRST_GONE = State("failing", "gone_counting", "gone 1/3")
SECOND_GONE = State("failing", "gone_counting", "gone 2/3")
DEAD = State("dead", "gone_thrice", "gone 3/3")
WALL_SEEN = State("walled", "first_sight", "login wall")
WALLED = State("walled", "last_look", "login wall")
BLOCKED = State("blocked", "last_look", "HTTP 403")
TROUBLE = State("failing", "long_trouble", "10% ok in 14 days: timeout")
REVIVED = State("revived", "back", "HTTP 200")
NEVER = State("unchecked", "never_looked", "never looked at")
DRIFTED = State("drifted", "last_look", "this is another text")

SAID_WELL = State("alive", "override", "Ines: asked the toll house (until 2026-03-31)")
SAID_DEAD = State("dead", "override", "Ines: asked the toll house (until 2026-03-31)")


def a_run(**changed: object) -> NightRun:
    fields: dict[str, object] = {
        "id": "n1", "started": NIGHT, "finished": NIGHT + timedelta(hours=1),
        "due": 1, "checked": 1, "skipped": 0, "failed": 0,
    }  # fmt: skip
    return NightRun(**(fields | changed))  # type: ignore[arg-type]


def looked(
    source_id: str = "s1",
    before: State = FINE,
    after: State = FINE,
    *,
    host: str | None = "tolls.example",
    outcome: Outcome = "ok",
    rule: str = "ok",
    reason: str = "HTTP 200",
    **more: object,
) -> Looked:
    return Looked(
        source_id=source_id, url=f"https://{host}/{source_id}", host=host, before=before,
        after=after, outcome=outcome, rule=rule, reason=reason, **more,  # type: ignore[arg-type]
    )  # fmt: skip


class Known:
    """Answers from dictionaries; what nobody wrote down is cited by one claim of one document."""

    def __init__(
        self,
        touched: Mapping[str, Touched] | None = None,
        replacements: Mapping[str, Replacement] | None = None,
    ) -> None:
        self.known = dict(touched or {})
        self.kept = dict(replacements or {})
        self.asked: list[str] = []

    def touched(self, source_ids: Collection[str]) -> Mapping[str, Touched]:
        self.asked += source_ids
        one = {"documents": ("d",), "claims": ("c",), "documents_in_all": 1, "claims_in_all": 1}
        return {
            each: self.known.get(each) or Touched(name=f"Toll list {each}", **one)  # type: ignore[arg-type]
            for each in source_ids
        }

    def touched_together(self, source_ids: Collection[str]) -> tuple[int, int]:
        return 1, len(source_ids)

    def replacements(self, source_ids: Collection[str]) -> Mapping[str, Replacement]:
        return {each: self.kept[each] for each in source_ids if each in self.kept}


def report(*looks: Looked, answers: Known | None = None, previous: NightReport | None = None):
    return tell(a_run(), looks, answers or Known(), states={"alive": 1}, previous=previous)


@pytest.mark.parametrize(
    ("before", "after", "group"),
    [
        (FINE, FINE, None),
        (FINE, FIRST_GONE, "watch"),
        (FIRST_GONE, SECOND_GONE, None),
        (SECOND_GONE, DEAD, "worse"),
        (SECOND_GONE, FINE, None),
        (DEAD, DEAD, None),
        (DEAD, REVIVED, "fixed"),
        (FINE, WALL_SEEN, "watch"),
        (WALL_SEEN, WALLED, "worse"),
        (WALLED, WALLED, None),
        (WALLED, BLOCKED, None),
        (BLOCKED, WALLED, None),
        (BLOCKED, DEAD, "worse"),
        (DEAD, BLOCKED, None),
        (TROUBLE, DEAD, "worse"),
        (FINE, TROUBLE, "worse"),
        (TROUBLE, FINE, "fixed"),
        (WALLED, FINE, "fixed"),
        (FINE, DRIFTED, "worse"),
        (DRIFTED, WALLED, None),
        (NEVER, FINE, None),
        (NEVER, DEAD, "worse"),
        (NEVER, FIRST_GONE, "watch"),
        (REVIVED, FINE, None),
        # what a person said is no news to anybody, and is no alarm twice
        (FINE, SAID_DEAD, None),
        (DEAD, SAID_WELL, None),
        (SAID_WELL, DEAD, "worse"),
        (SAID_DEAD, DEAD, None),
        (SAID_WELL, FINE, None),
    ],
    ids=lambda each: each if isinstance(each, str) else f"{each.state}-{each.rule}" if each else "-",
)  # fmt: skip
def test_a_change_is_told_once_and_only_when_it_is_one(
    before: State, after: State, group: str | None
) -> None:
    assert group_of(looked(before=before, after=after)) == group


@pytest.mark.parametrize(
    ("was", "now", "group"),
    [
        ("intact", "altered", "worse"),
        ("moved", "missing", "worse"),
        ("altered", "missing", "worse"),
        ("missing", "altered", None),
        ("altered", "altered", None),
        ("altered", "intact", "fixed"),
        ("missing", "moved", "fixed"),
        ("intact", "reworded", "watch"),
        ("intact", "moved", None),
    ],
)
def test_a_passage_that_is_lost_is_worse_and_one_that_is_back_is_fixed(
    was: PassageState, now: PassageState, group: str | None
) -> None:
    passage = PassageChange("c1", "d1", now, "A toll is due.", "No toll is due.", was=was)
    assert group_of(looked(passages=(passage,))) == group


def test_a_source_in_trouble_is_told_again_once_past_the_limit() -> None:
    def after_days(earlier: int, now: int) -> str | None:
        return group_of(
            looked(
                before=State("failing", "long_trouble", "x", last_checked=NIGHT + earlier * DAY),
                after=State("failing", "long_trouble", "x", last_checked=NIGHT + now * DAY),
                since=NIGHT,
            ),
            timedelta(days=30),
        )

    assert [after_days(day - 1, day) for day in (15, 29, 30, 31, 60)] == [
        None, None, "still", None, None,
    ]  # fmt: skip
    assert after_days(28, 36) == "still", "the night of the limit itself may have been left out"


def test_fourteen_walls_of_a_host_are_one_cause() -> None:
    looks = [
        looked(f"s{n}", WALL_SEEN, WALLED, outcome="wall", rule="login_wall", reason="login wall")
        for n in range(13)
    ]
    told = report(*looks, looked("fine"), looked("elsewhere", host="fords.example"))
    (cause,) = told.hosts
    assert (cause.host, cause.cause, cause.sources, cause.of) == (
        "tolls.example", "login wall", 13, 14,
    )  # fmt: skip
    assert "cite a copy" in cause.advice
    assert cause.claims == 13
    assert {change.cause for change in told.changes} == {"login wall"}
    assert told.is_worse


def test_two_of_fourteen_are_no_cause_of_the_host() -> None:
    looks = [looked(f"s{n}") for n in range(12)]
    lost = [looked(f"g{n}", SECOND_GONE, DEAD, outcome="gone", rule="status_gone", status=404)
            for n in range(2)]  # fmt: skip
    told = report(*looks, *lost)
    assert told.hosts == ()
    assert [change.cause for change in told.changes] == [None, None]


@pytest.mark.parametrize(
    ("rule", "status", "outcome", "words"),
    [
        ("nxdomain", None, "gone", "domain name is gone"),
        ("tls", None, "temporary", "certificate"),
        ("status_transient", 429, "temporary", "fewer requests"),
        ("robots_unavailable", None, "temporary", "robots.txt fails"),
    ],
)
def test_what_a_host_has_but_once_is_its_cause_from_two_sources_on(
    rule: str, status: int | None, outcome: Outcome, words: str
) -> None:
    looks = [
        looked(f"s{n}", outcome=outcome, rule=rule, status=status, reason=rule) for n in range(2)
    ]
    (cause,) = report(*looks).hosts
    assert words in cause.cause
    assert cause.advice


def test_all_that_lead_to_the_front_page_are_one_cause() -> None:
    looks = [
        looked(f"s{n}", FINE, FIRST_GONE, outcome="gone", rule="soft_404",
               final_url="https://tolls.example/")
        for n in range(4)
    ]  # fmt: skip
    assert [cause.cause for cause in report(*looks).hosts] == ["all lead to the front page"]


def test_our_own_outage_is_one_cause_and_no_change_of_anybody() -> None:
    looks = [
        looked(f"s{n}", FINE, DEAD, host=f"h{n % 200}.example", outcome="temporary",
               rule="offline", reason="offline", vantage="offline")
        for n in range(2_000)
    ]  # fmt: skip
    told = report(*looks)
    assert told.changes == ()
    (cause,) = told.hosts
    assert (cause.host, cause.sources, cause.of) == (None, 2_000, 2_000)
    assert "our own network" in cause.advice
    assert not told.is_worse


def test_hosts_that_all_fail_before_they_answer_are_one_cause() -> None:
    silent = [
        looked(f"s{n}", host=f"h{n}.example", outcome="temporary", rule="timeout")
        for n in range(30)
    ]
    answering = [looked(f"a{n}", host=f"a{n}.example") for n in range(5)]
    (cause,) = report(*silent, *answering).hosts
    assert (cause.host, cause.sources, cause.of) == (None, 30, 35)
    assert "30 of 35 hosts" in cause.cause or "hosts" in cause.cause


def test_a_few_silent_hosts_are_each_their_own_trouble() -> None:
    silent = [
        looked(f"s{n}", host=f"h{n % 3}.example", outcome="temporary", rule="timeout")
        for n in range(9)
    ]
    answering = [looked(f"a{n}", host=f"a{n}.example") for n in range(20)]
    assert [cause.host for cause in report(*silent, *answering).hosts] == [
        "h0.example", "h1.example", "h2.example",
    ]  # fmt: skip


def test_a_cause_is_news_only_the_first_time() -> None:
    looks = [looked(f"s{n}", outcome="wall", rule="login_wall") for n in range(3)]
    first = report(*looks)
    second = report(*looks, previous=first)
    assert [first.hosts[0].is_news, second.hosts[0].is_news] == [True, False]


def test_only_what_is_told_of_is_asked_about() -> None:
    answers = Known()
    report(*(looked(f"s{n}") for n in range(500)), looked("x", SECOND_GONE, DEAD), answers=answers)
    assert answers.asked == ["x"]


def test_what_most_rests_on_comes_first_and_what_is_fixed_after_what_is_worse() -> None:
    answers = Known({
        "few": Touched(name="Few", claims_in_all=2, documents_in_all=1),
        "many": Touched(name="Many", claims_in_all=9, documents_in_all=3),
        "only": Touched(name="Only", claims_in_all=1, documents_in_all=1, only_support=1),
        "back": Touched(name="Back", claims_in_all=99, documents_in_all=9),
    })  # fmt: skip
    told = report(
        looked("back", DEAD, REVIVED),
        *(looked(each, SECOND_GONE, DEAD, outcome="gone") for each in ("few", "many", "only")),
        answers=answers,
    )
    assert [change.source_id for change in told.changes] == ["only", "many", "few", "back"]


@pytest.mark.parametrize(
    ("replacement", "words"),
    [
        (Replacement("redirect", "https://tolls.example/new"), "cite its new address"),
        (Replacement("memento", "https://old.example/1", NIGHT), "archived copy of 2026-03-04"),
        (Replacement("capture", "/captures/c", NIGHT), "show our capture of 2026-03-04"),
        (Replacement("attachment", "/attachments/a"), "the copy that was brought"),
        (None, "no copy is held"),
    ],
    ids=["redirect", "memento", "capture", "attachment", "nothing"],
)
def test_advice_names_the_best_thing_that_is_left(
    replacement: Replacement | None, words: str
) -> None:
    answers = Known(replacements={"s1": replacement} if replacement else {})
    (change,) = report(looked(before=SECOND_GONE, after=DEAD), answers=answers).changes
    assert words in change.advice


@pytest.mark.parametrize("state", ["dead", "walled", "blocked", "drifted", "failing"])
def test_every_alarm_says_what_to_do(state: SourceState) -> None:
    (change,) = report(looked(after=State(state, "last_look", "x"))).changes
    assert change.group == "worse"
    assert change.advice


def test_what_no_document_cites_any_more_needs_nobody() -> None:
    answers = Known({"s1": Touched(name="Old toll list")})
    (change,) = report(looked(before=SECOND_GONE, after=DEAD), answers=answers).changes
    assert change.advice == "nothing to do: no current document cites it"


def test_nobody_is_reminded_of_what_nobody_cites() -> None:
    still = looked(
        before=State("dead", "gone_thrice", "gone 3/3", last_checked=NIGHT + 29 * DAY),
        after=State("dead", "gone_thrice", "gone 3/3", last_checked=NIGHT + 31 * DAY),
        since=NIGHT,
    )
    assert [change.group for change in report(still).changes] == ["still"]
    assert report(still, answers=Known({"s1": Touched(name="Old")})).changes == ()


def test_a_verdict_that_counts_looks_says_what_they_met() -> None:
    lost = looked(before=SECOND_GONE, after=DEAD, outcome="gone", rule="status_gone",
                  reason="HTTP 404", status=404)  # fmt: skip
    assert [change.reason for change in report(lost).changes] == ["gone 3/3: HTTP 404"]


@pytest.mark.parametrize(
    ("settled", "after", "group"),
    [
        (WALLED, FINE, "fixed"),
        (WALLED, WALLED, None),
        (WALLED, DEAD, "worse"),
        (FINE, FINE, None),
        (FINE, DEAD, "worse"),
        (NEVER, DEAD, "worse"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.state if each else "-",
)
def test_a_first_sign_between_changes_nothing_of_what_was_told(
    settled: State, after: State, group: str | None
) -> None:
    assert group_of(looked(before=SECOND_GONE, after=after, settled=settled)) == group


LOOKS = ("ok", "ok", "ok", "gone", "gone", "temporary", "wall", "blocked")
RANK = {"blocked": 1, "walled": 1, "drifted": 2, "failing": 3, "dead": 4}


@given(st.lists(st.sampled_from(LOOKS), min_size=2, max_size=25))
@settings(max_examples=150, deadline=None)
def test_no_alarm_comes_twice_before_it_is_over_unless_it_became_worse(seen: list[Outcome]) -> None:
    at, before, told, checks = NIGHT, NEVER, 0, ()
    for outcome in seen:
        earlier = History(checks)
        checks = (*checks, CheckFacts(at, outcome, outcome))
        after = derive_state(History(checks), kind="web", source_id="s1")
        is_unsure = stage_of(before) == "watch" != stage_of(after)
        settled = settled_state(earlier, kind="web", source_id="s1") if is_unsure else None
        group = group_of(looked(before=before, after=after, outcome=outcome, settled=settled))
        if group == "worse":
            assert RANK[after.state] > told
            told = RANK[after.state]
        elif group == "fixed":
            assert told
            told = 0
        assert stage_of(after) != "bad" or told, "an alarm that nobody was told of"
        assert stage_of(after) != "fine" or not told, "nobody was told that it is over"
        before, at = after, max(at + timedelta(hours=20), after.next_due or at)
