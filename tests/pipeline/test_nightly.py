"""What a night promises: all that is due, in its bounds, once; and nothing told of our own outage but that."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import Workplace, ingest
from provenance.errors import ArchiveBusy, UsageError
from provenance.fetch.marks import Marks
from provenance.fetch.meter import Meter
from provenance.keep.lock import WriterLock
from provenance.model import NightReport
from provenance.pipeline.night_begin import (
    Begun,
    begin_or_take_up,
    marks_of,
    plan_night,
    take_what_fell_due,
)
from provenance.pipeline.night_budget import TimeBudget, keep_within
from provenance.pipeline.night_choice import NightOptions
from provenance.pipeline.nightly import run_night
from provenance.pipeline.progress import silent_progress
from provenance.pipeline.writing import open_for_writing
from provenance.settings import NightSettings, Settings
from provenance.store.database import open_database
from provenance.store.due import read_sources
from provenance.store.night_work import OpenNight, begin_night
from provenance.store.watching import last_night
from support.counting_web import HOSTS, CountingWeb
from support.workplace import a_draft, a_machine_without_internet, a_workplace, ingest_text, query

SOURCES = 24


class Set:
    """A clock that stands where it was put, and goes a millisecond with every look at it."""

    def __init__(self, **after: float) -> None:
        self.now = datetime(2026, 3, 1, 2, tzinfo=UTC) + timedelta(**after)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def web() -> Iterator[CountingWeb]:
    """A web on which nothing is there any more: what it answers needs no reading."""
    with CountingWeb() as running:
        for host in HOSTS:
            running.refuse(host, 410, {})
        yield running


@pytest.fixture
def pages() -> Iterator[CountingWeb]:
    with CountingWeb() as running:
        yield running


def urls(count: int = SOURCES) -> list[str]:
    return [f"http://{HOSTS[number % 4]}/page/{number}" for number in range(count)]


def a_desk(folder: Path, settings: Settings, clock: Set | None = None) -> Workplace:
    """A document with sources that nobody has looked at yet."""
    one_reader = replace(settings, extract=replace(settings.extract, workers=1))
    workplace = a_workplace(folder, one_reader, clock or Set())
    ingest_text(workplace, folder / "draft.txt", a_draft(urls()))
    return workplace


def bounded(workplace: Workplace, **night: float) -> Workplace:
    changed = replace(workplace.settings.night, **night)
    return replace(workplace, settings=replace(workplace.settings, night=changed))


def assert_sum_holds(report: NightReport) -> None:
    run = report.run
    assert run.checked + run.skipped + run.failed == run.due


def test_a_night_looks_at_all_that_is_due_and_the_next_at_nothing(
    tmp_path: Path, pages: CountingWeb
) -> None:
    clock = Set()
    workplace = a_desk(tmp_path, pages.settings(), clock)
    first = run_night(workplace)
    assert (first.run.due, first.run.checked, first.run.skipped) == (SOURCES, SOURCES, 0)
    assert first.run.requests == SOURCES + 4  # a robots.txt for each host
    assert first.run.captured == SOURCES
    assert first.states == {"alive": SOURCES}
    assert not first.changes
    assert not first.is_worse
    second = run_night(workplace)
    assert (second.run.due, second.run.requests) == (0, 0)
    assert second.run.previous == first.run.id
    assert set(pages.asked.values()) == {1}
    # all alive: looked at again after a week or so, each on its own day
    clock.now += timedelta(days=7)
    third = run_night(workplace)
    assert 0 < third.run.due < SOURCES
    assert_sum_holds(third)


def test_what_a_night_told_stands_in_the_journal_and_leaves_nothing_else(
    tmp_path: Path, web: CountingWeb
) -> None:
    workplace = a_desk(tmp_path, web.settings())
    report = run_night(workplace)
    db = open_database(workplace.db_path)
    assert last_night(db) == report
    lines = (workplace.archive_root / "nights" / "2026-03.jsonl").read_text().splitlines()
    assert len(lines) == 1
    assert json.loads(lines[0])["report"]["run"]["id"] == report.run.id
    assert query(workplace, "SELECT count(*) FROM _night_work") == [(0,)]
    assert list((workplace.archive_root / "marks").iterdir()) == []


def test_requests_end_a_night_and_the_next_does_the_rest(tmp_path: Path, web: CountingWeb) -> None:
    workplace = a_desk(tmp_path, web.settings())
    first = run_night(bounded(workplace, max_requests=14))
    assert (first.run.requests, first.run.ended_by) == (14, "requests")
    assert first.run.checked == sum(web.asked.values()) == 10
    assert_sum_holds(first)
    second = run_night(workplace)
    assert second.run.due == second.run.checked == SOURCES - 10
    assert set(web.asked.values()) == {1}


def test_a_bound_that_just_suffices_ends_nothing_early(tmp_path: Path, web: CountingWeb) -> None:
    workplace = a_desk(tmp_path, web.settings())
    run = run_night(bounded(workplace, max_requests=SOURCES + 4)).run
    assert (run.checked, run.ended_by) == (SOURCES, None)


def test_minutes_end_a_night_on_a_clock_that_is_handed_in(tmp_path: Path, web: CountingWeb) -> None:
    """Each look at the clock takes it two seconds on: some six looks in."""
    workplace = a_desk(tmp_path, web.settings())
    ticks = iter(range(0, 10_000, 2))
    report = run_night(bounded(workplace, max_minutes=0.5), monotonic=lambda: float(next(ticks)))
    assert report.run.ended_by == "minutes"
    assert 0 < report.run.checked < SOURCES
    assert_sum_holds(report)
    assert run_night(workplace).run.due == SOURCES - report.run.checked


def test_a_host_that_never_answers_does_not_outlast_the_minutes(tmp_path: Path) -> None:
    with CountingWeb(pause_s=60.0) as web:
        workplace = a_desk(tmp_path, web.settings())
        began = datetime.now(UTC)
        report = run_night(bounded(workplace, max_minutes=1 / 60))
        took = (datetime.now(UTC) - began).total_seconds()
    assert took < 2.0
    assert (report.run.ended_by, report.run.skipped) == ("minutes", SOURCES)
    # cut off in the middle of a look: nothing of it is written
    assert query(workplace, "SELECT count(*) FROM checks") == [(0,)]


def test_with_a_bound_what_most_rests_on_is_asked_first(tmp_path: Path, web: CountingWeb) -> None:
    """Of two sources behind one claim neither stands alone; those of the other claims do."""
    workplace = a_workplace(tmp_path, web.settings(), Set())
    shared = [f"http://{HOSTS[0]}/shared/{number}" for number in range(6)]
    alone = [f"http://{HOSTS[0]}/alone/{number}" for number in range(3)]
    text = a_draft(["; ".join(shared), *alone])
    ingest_text(workplace, tmp_path / "draft.txt", text)
    report = run_night(bounded(workplace, max_requests=4))
    assert report.run.checked == 3
    assert set(web.asked) == set(alone)


@pytest.mark.parametrize(
    ("bounds", "first"),
    [({}, "shared"), ({"max_minutes": 5}, "alone"), ({"max_requests": 5}, "alone")],
    ids=["none", "minutes", "requests"],
)
def test_without_a_bound_the_host_with_most_to_do_begins(
    tmp_path: Path, web: CountingWeb, bounds: dict[str, float], first: str
) -> None:
    workplace = bounded(a_workplace(tmp_path, web.settings(), Set()), **bounds)
    shared = [f"http://{HOSTS[0]}/shared/{number}" for number in range(6)]
    alone = [f"http://{HOSTS[1]}/alone/{number}" for number in range(3)]
    ingest_text(workplace, tmp_path / "draft.txt", a_draft(["; ".join(shared), *alone]))
    with open_for_writing(workplace) as (store, _):
        begun = begin_or_take_up(store.db, workplace, NightOptions())
        sources = read_sources(store.db, begun.left)
    urls_in_order = [sources[source_id].url or "" for source_id in begun.left]
    assert len(urls_in_order) == 9
    assert all(f"/{first}/" in url for url in urls_in_order[:3])


def test_only_the_hosts_and_documents_that_are_named_are_looked_at(
    tmp_path: Path, web: CountingWeb
) -> None:
    workplace = a_desk(tmp_path, web.settings())
    ingest_text(workplace, tmp_path / "other.txt", a_draft([f"http://{HOSTS[0]}/other"]))
    one = run_night(workplace, NightOptions(documents=("other.txt",)))
    assert (one.run.due, set(web.asked)) == (1, {f"http://{HOSTS[0]}/other"})
    assert run_night(workplace, NightOptions(hosts=(HOSTS[1],))).run.due == SOURCES // 4


@pytest.mark.parametrize(
    "options",
    [NightOptions(hosts=("nobody.example",)), NightOptions(documents=("nothing.txt",))],
    ids=["host", "document"],
)
def test_a_host_or_document_that_is_none_makes_no_quiet_night(
    tmp_path: Path, web: CountingWeb, options: NightOptions
) -> None:
    workplace = a_desk(tmp_path, web.settings())
    for ask in (run_night, plan_night):
        with pytest.raises(UsageError, match=r"nobody\.example|nothing\.txt"):
            ask(workplace, options)
    assert not query(workplace, "SELECT 1 FROM nights")
    assert run_night(workplace).run.due == SOURCES, "no work was left behind"


def test_the_plan_names_hosts_with_their_minutes_and_asks_nobody(
    tmp_path: Path, web: CountingWeb
) -> None:
    settings = web.settings()
    settings = replace(settings, fetch=replace(settings.fetch, per_host_interval_s=2.0))
    plans = plan_night(a_desk(tmp_path, settings), NightOptions())
    assert [(plan.sources, plan.seconds) for plan in plans] == [(SOURCES // 4, 14.0)] * 4
    assert not web.asked


def test_a_machine_without_a_network_tells_one_cause_and_asks_few(tmp_path: Path) -> None:
    with a_machine_without_internet() as settings:
        workplace = a_workplace(tmp_path, settings, Set())
        names = [f"https://host{number}.example/page" for number in range(60)]
        ingest_text(workplace, tmp_path / "draft.txt", a_draft(names))
        report = run_night(workplace)
    assert report.run.vantage == "offline"
    assert not report.changes
    assert not report.is_worse
    (cause,) = report.hosts
    assert (cause.host, cause.cause) == (None, "we were offline")
    assert_sum_holds(report)
    assert query(workplace, "SELECT count(*) FROM checks") == [(5,)]
    assert report.states == {"unchecked": 60}


def test_each_night_of_a_long_outage_of_ours_tells_its_one_cause(tmp_path: Path) -> None:
    """The second look in a row that was made offline is not written down; the night is told of all the same."""
    clock = Set()
    with a_machine_without_internet() as settings:
        workplace = a_workplace(tmp_path, settings, clock)
        names = [f"https://host{number}.example/page" for number in range(3)]
        ingest_text(workplace, tmp_path / "draft.txt", a_draft(names))
        run_night(workplace)
        clock.now += timedelta(days=1)
        report = run_night(workplace)
    assert (report.run.due, report.run.skipped, report.run.vantage) == (3, 3, "offline")
    assert [(cause.host, cause.sources, cause.is_news) for cause in report.hosts] == [
        (None, 3, False)
    ]
    assert query(workplace, "SELECT count(*) FROM checks") == [(3,)]


def test_two_nights_are_never_run_at_once(tmp_path: Path, web: CountingWeb) -> None:
    workplace = a_desk(tmp_path, web.settings())
    held = WriterLock(workplace.archive_root / ".night.lock", 0.0)
    with pytest.raises(ArchiveBusy, match=r"pid \d+\) is at its night over") as told:
        run_night(workplace)
    assert "never run at once" in told.value.hint
    held.release()
    assert not web.asked
    assert run_night(workplace).run.checked == SOURCES


def test_without_a_database_a_night_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        run_night(a_workplace(tmp_path))
    assert "provenance ingest" in told.value.hint


def test_a_night_that_was_begun_long_ago_is_not_taken_up(tmp_path: Path, web: CountingWeb) -> None:
    clock = Set()
    workplace = a_desk(tmp_path, web.settings(), clock)

    def begin() -> Begun:
        with open_for_writing(workplace) as (store, _):
            return begin_or_take_up(store.db, workplace, NightOptions())

    first = begin()
    marks_of(workplace, first.night).write_text("x\n")
    clock.now += timedelta(hours=19)
    again = begin()
    assert (again.night, again.is_taken_up) == (first.night, True)
    clock.now += timedelta(hours=2)
    second = begin()
    assert second.night.id != first.night.id
    assert not second.is_taken_up
    assert not marks_of(workplace, first.night).exists()
    assert not marks_of(workplace, second.night).exists()
    report = run_night(workplace)
    assert (report.run.id, report.run.resumed) == (second.night.id, True)


def test_a_night_that_was_told_of_and_then_killed_is_over(tmp_path: Path, web: CountingWeb) -> None:
    workplace = a_desk(tmp_path, web.settings())
    told = run_night(workplace)
    with open_for_writing(workplace) as (store, _):
        # as a kill between the report's line and the end of its work leaves it
        begin_night(store.db, OpenNight(told.run.id, told.run.started), [])
        begun = begin_or_take_up(store.db, workplace, NightOptions())
    assert (begun.is_taken_up, begun.night.previous) == (False, told.run.id)
    assert begun.night.id != told.run.id


def test_what_a_killed_run_asked_counts_towards_the_bound_of_its_night(
    tmp_path: Path, web: CountingWeb
) -> None:
    workplace = a_desk(tmp_path, web.settings())
    with open_for_writing(workplace) as (store, _):
        begun = begin_or_take_up(store.db, workplace, NightOptions())
    marks = Marks(marks_of(workplace, begun.night))
    assert all(marks.take(url) for url in urls()[:6])
    marks.close()
    spent = run_night(bounded(workplace, max_requests=6))
    assert (spent.run.requests, spent.run.ended_by, spent.run.resumed) == (6, "requests", True)
    assert not web.asked
    assert run_night(bounded(workplace, max_requests=6)).run.requests == 6, (
        "a new night, a new bound"
    )


def test_a_host_that_wants_to_be_left_alone_is_not_asked_and_stays_due(tmp_path: Path) -> None:
    with CountingWeb() as web:
        web.refuse(HOSTS[0], 429, {"Retry-After": "7200"})
        workplace = a_desk(tmp_path, web.settings())
        report = run_night(workplace)
        assert report.run.failed == 1
        assert report.run.skipped == SOURCES // 4 - 1
        assert report.run.checked == SOURCES * 3 // 4
        assert run_night(workplace).run.due == SOURCES // 4 - 1


def test_a_host_that_sends_us_away_night_after_night_is_told_of(tmp_path: Path) -> None:
    """Its robots.txt too: nothing of it is ever asked, and silence would be taken for health."""
    clock = Set()
    with CountingWeb() as web:
        workplace = a_desk(tmp_path, web.settings(), clock)
        run_night(workplace)
        web.refuse(HOSTS[0], 503, {"Retry-After": "7200"})
        clock.now += timedelta(days=9)
        first = run_night(workplace)
        for _ in range(7):
            clock.now += timedelta(days=3)
            last = run_night(workplace)
    assert first.run.failed + first.run.skipped == SOURCES // 4
    assert last.states == {"alive": SOURCES * 3 // 4, "failing": SOURCES // 4}
    assert query(workplace, "SELECT DISTINCT rule FROM states WHERE state = 'failing'") == [
        ("long_trouble",)
    ]


def test_what_falls_due_while_a_night_runs_is_asked_in_the_same_night(
    tmp_path: Path, web: CountingWeb
) -> None:
    """Gone at five past two, gone again three nights later at five past two: not on the fourth."""
    clock = Set()
    workplace = a_desk(tmp_path, web.settings(), clock)
    run_night(workplace)
    clock.now += timedelta(hours=72) - timedelta(seconds=30)
    with open_for_writing(workplace, silent_progress) as (store, _):
        begun = begin_or_take_up(store.db, workplace, NightOptions())
        assert begun.left == []
        clock.now += timedelta(minutes=5)
        later = take_what_fell_due(store.db, workplace, NightOptions())
        assert len(later) == SOURCES
        assert take_what_fell_due(store.db, workplace, NightOptions()) == []
    report = run_night(workplace)  # killed here, and taken up
    assert (report.run.due, report.run.checked, report.run.resumed) == (SOURCES, SOURCES, True)
    assert sum(times == 2 for times in web.asked.values()) == SOURCES


def test_what_was_looked_at_by_day_is_held_against_what_the_last_night_knew(
    tmp_path: Path, pages: CountingWeb
) -> None:
    clock = Set()
    workplace = a_desk(tmp_path, pages.settings(), clock)
    run_night(workplace)
    for host in HOSTS[:4]:
        pages.refuse(host, 410, {})
    for days in (12, 4, 4):
        clock.now += timedelta(days=days)
        ingest([str(tmp_path / "draft.txt")], workplace)
    report = run_night(workplace)
    assert report.run.due == 0
    lost = {change.source_id for change in report.changes if change.group == "worse"}
    assert len(lost) == SOURCES
    assert {(change.from_, change.to) for change in report.changes} == {("alive", "dead")}


@pytest.mark.parametrize(
    ("minutes", "share", "asking_ends_s"),
    [(10.0, 0.1, 540.0), (240.0, 0.1, 14_100.0), (10.0, 0.0, 600.0)],
    ids=["a tenth", "five minutes at most", "nothing"],
)
def test_of_the_minutes_some_are_kept_for_reading_and_telling(
    minutes: float, share: float, asking_ends_s: float
) -> None:
    now_s = [1_000.0]
    settings = NightSettings(max_minutes=minutes, wind_down_share=share)
    budget = TimeBudget(settings, lambda: now_s[0])
    assert budget.asking_left_s() == asking_ends_s
    now_s[0] += asking_ends_s
    assert (budget.is_asking_over(), budget.is_over()) == (True, asking_ends_s == minutes * 60)
    now_s[0] = 1_000.0 + minutes * 60
    assert budget.is_over()


def test_what_is_cut_off_is_as_if_it_had_not_begun() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cut off")

    async def main() -> None:
        budget = TimeBudget(NightSettings(max_minutes=0.001), lambda: 0.0)
        assert await keep_within(budget, Meter(), work()) == "minutes"
        unbounded = TimeBudget(NightSettings(), lambda: 0.0)
        assert await keep_within(unbounded, Meter(), None) is None
        spent = Meter(1)
        async with spent.request():
            pass
        task = asyncio.create_task(keep_within(unbounded, Meter(), work()))
        await asyncio.sleep(0.01)
        task.cancel()
        assert await task == "signal"

    asyncio.run(main())
    assert ended == ["cut off"] * 2
