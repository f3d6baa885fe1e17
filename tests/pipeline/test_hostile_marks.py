"""Files that stand among the marks of nights: of runs that were lost, of strangers."""

from datetime import UTC, datetime
from pathlib import Path

from provenance.fetch.marks import Marks
from provenance.pipeline.night_begin import begin_or_take_up, marks_of
from provenance.pipeline.night_choice import NightOptions
from provenance.store.database import open_database
from support.workplace import a_workplace

NOW = datetime(2028, 2, 29, 23, 59, tzinfo=UTC)


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
