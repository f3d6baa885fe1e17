"""`doctor` says whether the nights go on: the last one, one under way, one that died, room for more."""

from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance.keep.lock import WriterLock
from provenance.model import NightReport
from provenance.pipeline import doctor_nights
from provenance.pipeline.catchup import open_store
from provenance.pipeline.doctor import examine
from provenance.pipeline.doctor_machine import Finding
from provenance.pipeline.workplace import Workplace
from provenance.store.night_work import OpenNight, begin_night
from provenance.store.watching import apply_night
from support.nights import a_report, a_run
from support.runs import run_here
from support.workplace import a_draft, a_workplace, ingest_text

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
_Usage = namedtuple("_Usage", "total used free")


@pytest.fixture
def desk(tmp_path: Path) -> Workplace:
    """A store with two sources, on the morning of 10 March."""
    workplace = a_workplace(tmp_path, clock=lambda: NOW)
    ingest_text(
        workplace, tmp_path / "draft.txt", a_draft(["https://a.example/1", "https://b.example/2"])
    )
    return workplace


def told(workplace: Workplace, name: str) -> Finding | None:
    found = [each for each in examine(workplace).findings if each.name == name]
    assert len(found) <= 1
    return found[0] if found else None


def keep(workplace: Workplace, report: NightReport) -> None:
    with open_store(workplace.db_path) as store, store.db.atomic():
        apply_night(store.db, report)


def ended(before: timedelta, **changed: object) -> NightReport:
    at = NOW - before
    run = a_run(started=at - timedelta(hours=1), finished=at, **changed)
    return replace(a_report(), run=run)


def test_a_place_where_no_night_was_run_is_told_what_would_run_one(desk: Workplace) -> None:
    found = told(desk, "night")
    assert found is not None
    assert found.verdict == "note"
    assert "provenance nightly" in found.advice
    assert told(desk, "room") is None


@pytest.mark.parametrize(
    ("before", "changed", "verdict", "words"),
    [
        (timedelta(hours=5), {}, "good", "2026-03-10 03:00 UTC"),
        (timedelta(hours=47), {}, "good", "last ended"),
        (timedelta(days=9), {}, "note", "9 days ago"),
        (timedelta(hours=5), {"due": 90, "checked": 40, "skipped": 50, "failed": 0, "ended_by": "minutes"},
         "note", "the minutes were spent"),
    ],
    ids=["this night", "the night before", "nine days ago", "a budget that is too small"],
)  # fmt: skip
def test_the_last_night_is_told_and_its_age(
    desk: Workplace, before: timedelta, changed: dict[str, object], verdict: str, words: str
) -> None:
    keep(desk, ended(timedelta(days=20)))
    keep(desk, ended(before, id="run-later", **changed))
    found = told(desk, "night")
    assert found is not None
    assert (found.verdict, words in found.found) == (verdict, True), found
    assert bool(found.advice) == (verdict == "note")


def test_a_night_under_way_names_its_process_and_one_that_died_what_takes_it_up(
    desk: Workplace,
) -> None:
    lock = WriterLock(desk.archive_root / ".night.lock", 0.0)
    found = told(desk, "night")
    lock.release()
    assert found is not None
    assert "pid" in found.found
    keep(desk, ended(timedelta(days=1)))
    with open_store(desk.db_path) as store:
        begin_night(store.db, OpenNight("run-x", NOW - timedelta(hours=3)), [])
    found = told(desk, "night")
    assert found is not None
    assert "did not end" in found.found
    assert "takes it up" in found.advice


@pytest.mark.parametrize(("nights", "verdict"), [(5, "note"), (2000, "good")], ids=["few", "many"])
def test_room_is_told_in_nights(
    desk: Workplace, monkeypatch: pytest.MonkeyPatch, nights: int, verdict: str
) -> None:
    run_here(desk.db_path.parent, "ingest", "--offline", "draft.txt")  # two looks
    keep(desk, ended(timedelta(hours=5), due=10, checked=6, skipped=0, failed=4))
    held = sum(p.stat().st_size for p in desk.archive_root.rglob("*") if p.is_file())
    held += desk.db_path.stat().st_size
    usage: Callable[[object], _Usage] = lambda _: _Usage(0, 0, int(held / 2 * 10 * nights))  # noqa: E731
    monkeypatch.setattr(doctor_nights.shutil, "disk_usage", usage)
    found = told(desk, "room")
    assert found is not None
    assert found.verdict == verdict
    assert f"for {nights:,} nights of 10 looks" in found.found


def test_a_log_that_no_writer_can_shorten_is_told(
    desk: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(desk, "write-ahead log") is None
    monkeypatch.setattr(doctor_nights, "_LARGE_LOG_BYTES", 1000)
    with open_store(desk.db_path) as store:
        apply_night(store.db, ended(timedelta(hours=5)))
        found = told(desk, "write-ahead log")
    assert found is not None
    assert "provenance.db-wal" in found.found


def test_a_database_of_another_time_is_told_once(desk: Workplace) -> None:
    with open_store(desk.db_path) as store:
        store.db.execute("PRAGMA user_version = 3")
    examined = [each.name for each in examine(desk).findings if each.verdict != "good"]
    assert "database" in examined
    assert "night" not in examined
