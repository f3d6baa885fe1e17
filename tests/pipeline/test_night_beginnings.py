"""How a night begins where others left what is wrong: marks of lost runs, of strangers, a night to come."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provenance.cli.night_told import read_last_night
from provenance.fetch.marks import Marks
from provenance.pipeline.night_begin import begin_or_take_up, marks_of
from provenance.pipeline.night_choice import NightOptions
from provenance.store.database import open_database
from provenance.store.watching import apply_night
from support.nights import a_report
from support.workplace import a_workplace

NOW = datetime(2028, 2, 29, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize("now", [NOW, datetime(2028, 1, 1, tzinfo=UTC)], ids=["leap", "new year"])
def test_a_night_that_a_wrong_clock_dated_years_ahead_is_before_none(
    tmp_path: Path, now: datetime
) -> None:
    here = a_workplace(tmp_path, clock=lambda: now)
    here.archive_root.mkdir()
    days = {"night-before": -1, "night-to-come": 3_650}
    with open_database(here.db_path) as db:
        with db.atomic():
            for id_, after in days.items():
                at = now + timedelta(days=after)
                apply_night(db, a_report(id=id_, started=at, finished=at))
        assert begin_or_take_up(db, here, NightOptions()).night.previous == "night-before"
    assert read_last_night(here).run.id == "night-before"


def test_the_marks_of_two_lost_runs_hold_both_and_strangers_files_stay(tmp_path: Path) -> None:
    folder = tmp_path / "archive" / "marks"
    folder.mkdir(parents=True)
    for name, url in (("20280229T2200", "one"), ("20280229T2300", "two"), ("20270228T2200", "old")):
        marks = Marks(folder / f"{name}00Z_night-{url}")
        marks.take(url)
        marks.close()
    for stranger in ("notes_night-1", "_night-2", "99999999T999999Z_night-3", "readme.txt"):
        (folder / stranger).write_text("tolls", "utf-8")
    here = a_workplace(tmp_path, clock=lambda: NOW)
    with open_database(here.db_path) as db:
        begun = begin_or_take_up(db, here, NightOptions())
    marks = Marks(marks_of(here, begun.night))
    assert [url for url in ("one", "two", "old") if url in marks] == ["one", "two"]
    marks.close()
    assert len(list(folder.iterdir())) == 5, "ours, and four that are none of ours"
