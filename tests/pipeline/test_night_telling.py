"""Whatever goes wrong behind a night, people hear of what it found: once, or twice, never not at all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import Workplace
from provenance.cli import nightly
from provenance.cli.night_told import tell_night
from provenance.errors import ArchiveError
from provenance.model import NightReport
from provenance.pipeline.night_outputs import Outputs
from provenance.pipeline.night_telling import tell_people_of_nights
from provenance.settings import Settings
from provenance.settings_night import NightSettings
from provenance.store.database import open_database
from provenance.store.watching import apply_night
from support.hook import Hook, a_hook
from support.nights import NIGHT, a_change, a_quiet_night, a_report
from support.workplace import a_workplace


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    with a_hook() as hook:
        yield hook


@pytest.fixture
def here(tmp_path: Path, hook: Hook) -> Workplace:
    """A workplace with three nights, the first of which people were told of."""
    hook.told.clear()
    (tmp_path / "notify.txt").write_text(hook.address, "utf-8")
    (tmp_path / "archive").mkdir()
    settings = Settings(night=NightSettings(notify_file=str(tmp_path / "notify.txt")))
    here = a_workplace(tmp_path, settings)
    with open_database(here.db_path) as db, db.atomic():
        for night in (1, 2, 3):
            apply_night(db, a_night(night))
    tell_people_of_nights(here, a_night(1))
    return here


def a_night(number: int) -> NightReport:
    return a_report(
        *(a_change(each, claims_in_all=9) for each in range(number)), id=f"night-{number}",
        started=NIGHT + timedelta(days=number), previous=f"night-{number - 1}" if number > 1 else None,
    )  # fmt: skip


def titles(hook: Hook) -> list[str]:
    return [told["title"] for told in hook.told]


def test_nights_are_told_one_by_one(here: Workplace, hook: Hook) -> None:
    assert tell_people_of_nights(here, a_night(2)) == ()
    assert tell_people_of_nights(here, a_night(3)) == ()
    assert titles(hook) == [f"provenance: {number} worse" for number in (1, 2, 3)]


def test_a_night_that_was_killed_before_it_told_anybody_is_told_by_the_next(
    here: Workplace, hook: Hook
) -> None:
    tell_people_of_nights(here, a_night(3))
    assert titles(hook) == [f"provenance: {number} worse" for number in (1, 2, 3)]


def test_it_is_told_by_a_quiet_night_too(here: Workplace, hook: Hook) -> None:
    quiet = a_quiet_night()
    tell_people_of_nights(here, replace(quiet, run=replace(quiet.run, id="n4", previous="night-3")))
    assert titles(hook) == ["provenance: 1 worse", "provenance: 3 worse"]


def test_the_first_night_that_tells_people_tells_of_none_before_it(
    here: Workplace, hook: Hook
) -> None:
    (here.archive_root / ".night.told").unlink()
    tell_people_of_nights(here, a_night(3))
    assert titles(hook) == ["provenance: 1 worse", "provenance: 3 worse"]


def test_a_file_that_cannot_be_written_keeps_no_message_back(
    here: Workplace, hook: Hook, tmp_path: Path
) -> None:
    (tmp_path / ".n.prom.new").mkdir()
    with pytest.raises(ArchiveError, match=r"n\.prom"):
        tell_night(here, a_night(2), Outputs(metrics=tmp_path / "n.prom"))
    assert titles(hook) == ["provenance: 1 worse", "provenance: 2 worse"]


def test_a_webhook_that_answers_500_is_a_warning_and_no_fault(
    here: Workplace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_hook(500) as broken:
        (tmp_path / "notify.txt").write_text(broken.address, "utf-8")
        tell_night(here, a_night(2), Outputs())
        tell_night(here, a_night(3), Outputs())
    assert capsys.readouterr().err.count("warning: the message to json (line 1 of ") == 2
    assert len(broken.told) == 2, "a message that was refused is not sent again"


def test_a_screen_that_nobody_reads_any_more_keeps_no_message_back(
    here: Workplace, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(nightly, "workplace_of", lambda *_: here)
    monkeypatch.setattr(nightly, "_run", lambda *_: a_night(2))
    monkeypatch.setattr(nightly, "show_report", closed)
    with pytest.raises(BrokenPipeError):
        nightly.command.main(["--db", str(here.db_path)], standalone_mode=False)
    assert titles(hook) == ["provenance: 1 worse", "provenance: 2 worse"]
