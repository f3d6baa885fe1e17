"""What a person says of a state is kept once, counts until its day, can be taken back, survives everything."""

import multiprocessing
import os
import signal
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from provenance import IngestOptions, Workplace, ingest, rebuild
from provenance.errors import UsageError
from provenance.keep.archive import Archive
from provenance.keep.reader import ArchiveReader
from provenance.model import CheckLine, OverrideLine
from provenance.pipeline.catchup import open_store
from provenance.pipeline.nightly import run_night
from provenance.pipeline.overriding import (
    DAYS,
    OverrideOrder,
    OverrideReport,
    end_overrides,
    last_day,
    override,
)
from provenance.pipeline.writing import open_for_writing
from provenance.store.overrides import last_override, list_overrides, state_of
from provenance.store.states import histories_at, refresh_states
from provenance.watch.verdict import derive_state
from support.records import a_check_line
from support.runs import run_here
from support.workplace import a_draft, a_workplace, all_rows

URL = "https://tolls.example/ford"
TODAY = datetime(2024, 3, 1, 4, tzinfo=UTC)


class Moving:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = TODAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def workplace(tmp_path: Path, clock: Moving) -> Workplace:
    (tmp_path / "a.txt").write_text(a_draft([URL, "Interview with a ferryman, March 1, 2024."]))
    place = a_workplace(tmp_path, clock=clock)
    ingest([str(tmp_path / "a.txt")], place, IngestOptions(fetch=False))
    return place


def say(workplace: Workplace, state: Any = "walled", **changes: Any) -> OverrideReport:
    said = {"source": URL, "why": "asked the toll house", "by": "Ines", "until": date(2024, 3, 9)}
    return override(workplace, OverrideOrder(state=state, **said | changes))


def lines(workplace: Workplace) -> list[OverrideLine]:
    found = ArchiveReader(workplace.archive_root).journal_lines()
    return [line for line, _ in found if isinstance(line, OverrideLine)]


def stored_state(workplace: Workplace, source: str | None = None) -> tuple[str, str]:
    with open_store(workplace.db_path, read_only=True) as store:
        row = store.db.first(
            "SELECT state, rule, reason FROM source_states WHERE url = ? OR source_id = ?",
            (URL if source is None else None, source),
        )
    assert row is not None
    return row["state"], row["reason"]


def test_what_a_person_says_counts_and_names_who_why_and_until(workplace: Workplace) -> None:
    report = say(workplace)
    assert (report.before.state, report.now.state, report.is_new) == ("unchecked", "walled", True)
    assert stored_state(workplace) == ("walled", "Ines: asked the toll house (until 2024-03-09)")


def test_the_same_said_again_is_written_once(workplace: Workplace) -> None:
    first, again = say(workplace), say(workplace)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.override == first.override
    assert len(lines(workplace)) == 1
    assert say(workplace, why="asked again").is_new
    assert say(workplace, "alive").is_new
    assert len(lines(workplace)) == 3


def test_what_was_said_is_taken_back(workplace: Workplace) -> None:
    before = say(workplace).before
    lifted = say(workplace, None, why="a mistake")
    assert lifted.now == before
    assert not say(workplace, None, why="once more").is_new
    assert len(lines(workplace)) == 2


def test_nothing_is_taken_back_where_nobody_said_anything(workplace: Workplace) -> None:
    report = say(workplace, None)
    assert (report.override, report.is_new) == (None, False)
    assert lines(workplace) == []


def test_a_rebuild_gives_the_same_rows(workplace: Workplace) -> None:
    say(workplace)
    say(workplace, "alive", until=None)
    say(workplace, "walled", source="a.txt#2")
    before = all_rows(workplace.db_path)
    rebuild(workplace)
    assert all_rows(workplace.db_path) == before
    assert stored_state(workplace)[0] == "alive"


def test_what_is_said_last_counts_though_the_clock_was_set_back(
    workplace: Workplace, clock: Moving
) -> None:
    say(workplace)
    clock.now = TODAY - timedelta(days=3)
    say(workplace, "alive")
    assert stored_state(workplace)[0] == "alive"
    before = all_rows(workplace.db_path)
    rebuild(workplace)
    assert all_rows(workplace.db_path) == before


@pytest.mark.parametrize(
    ("until", "days", "day"),
    [
        (None, None, date(2024, 3, 1) + timedelta(days=DAYS)),
        (None, 1, date(2024, 3, 2)),
        (date(2024, 3, 1), None, date(2024, 3, 1)),
    ],
)
def test_it_ends_on_a_day(
    workplace: Workplace, until: date | None, days: int | None, day: date
) -> None:
    assert last_day(workplace, until, days) == day


@pytest.mark.parametrize(
    ("until", "days", "words"),
    [
        (date(2024, 2, 29), None, "2024-02-29 is over"),
        (date(2024, 3, 9), 3, "both say"),
        (None, 10**9, "no such day"),
    ],
)
def test_an_end_that_cannot_be_is_refused(
    workplace: Workplace, until: date | None, days: int | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        last_day(workplace, until, days)


@pytest.mark.parametrize(
    "changes",
    [{"why": " "}, {"why": "a" * 501}, {"by": "\n"}, {"source": "https://other.example/"}],
    ids=["no reason", "too long a reason", "no name", "no source"],
)
def test_an_order_that_says_too_little_or_too_much_is_refused(
    workplace: Workplace, changes: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        say(workplace, **changes)
    assert lines(workplace) == []


def test_words_of_several_lines_and_odd_letters_become_one_line(workplace: Workplace) -> None:
    say(workplace, why="asked\n the\ttoll \ud800 house \x00", by=" Ines\u2028 ")
    assert "\n" not in stored_state(workplace)[1]
    rebuild(workplace)
    assert stored_state(workplace)[0] == "walled"


def test_what_is_over_and_cannot_be_looked_at_is_ended_by_the_night(
    workplace: Workplace, clock: Moving
) -> None:
    say(workplace)
    say(workplace, "alive", source="a.txt#2", until=date(2024, 3, 20))
    clock.now = datetime(2024, 3, 10, 4, tzinfo=UTC)
    assert end_all(workplace) == 1
    assert stored_state(workplace) == ("unchecked", "never looked at")
    assert end_all(workplace) == 0
    clock.now = datetime(2024, 3, 21, 4, tzinfo=UTC)
    assert end_all(workplace) == 1
    before = all_rows(workplace.db_path)
    rebuild(workplace)
    assert all_rows(workplace.db_path) == before


def test_a_night_ends_what_is_over_also_where_nothing_is_looked_at(
    tmp_path: Path, clock: Moving
) -> None:
    (tmp_path / "b.txt").write_text(a_draft(["Interview with a ferryman, March 1, 2024."]))
    place = a_workplace(tmp_path, clock=clock)
    ingest([str(tmp_path / "b.txt")], place, IngestOptions(fetch=False))
    source_id = say(place, "alive", source="b.txt#1").source.id
    assert run_night(place).run.due == 0
    assert stored_state(place, source_id)[0] == "alive"
    clock.now = datetime(2024, 3, 10, 4, tzinfo=UTC)
    run_night(place)
    assert stored_state(place, source_id)[0] == "not_checkable"


def test_a_word_that_was_renewed_does_not_end_with_the_day_of_the_earlier(
    workplace: Workplace, clock: Moving
) -> None:
    source_id = say(workplace, "alive", source="a.txt#2").source.id
    clock.now += timedelta(hours=1)
    say(workplace, "alive", source="a.txt#2", until=date(2024, 6, 1))
    clock.now = datetime(2024, 3, 10, 4, tzinfo=UTC)
    assert end_all(workplace) == 0
    assert stored_state(workplace, source_id)[0] == "alive"
    clock.now = datetime(2024, 6, 2, 4, tzinfo=UTC)
    assert (end_all(workplace), end_all(workplace)) == (1, 0)
    assert stored_state(workplace, source_id)[0] == "not_checkable"


def test_what_a_person_held_back_is_told_of_when_their_word_ends(
    tmp_path: Path, clock: Moving
) -> None:
    """No look comes after its last day, so that nothing but the word itself tells of a change."""
    place = a_workplace(tmp_path, clock=clock)
    (tmp_path / "a.txt").write_text(a_draft([URL]))
    ingest([str(tmp_path / "a.txt")], place, IngestOptions(fetch=False))
    with open_for_writing(place) as (store, archive):
        source_id = store.db.value("SELECT source_id FROM sources WHERE url = ?", (URL,))
        looks = [
            replace(
                a_check_line(source_id, TODAY - timedelta(days=back), "gone", url=URL), warc_ends={}
            )
            for back in (12, 8, 4)
        ]
        written = archive.commit(looks)
        store.apply_checks((line, at) for line, at in written if isinstance(line, CheckLine))
        refresh_states(store.db, derive_state, {source_id})
    assert stored_state(place)[0] == "dead"
    say(place, "alive")
    clock.now += timedelta(hours=1)
    quiet = run_night(place)
    assert (quiet.run.due, quiet.changes) == (0, ())
    clock.now += timedelta(hours=1)
    say(place, None, until=None)
    clock.now += timedelta(hours=1)
    (told,) = run_night(place).changes
    assert (told.group, told.from_, told.to) == ("worse", "alive", "dead")


def end_all(workplace: Workplace) -> int:
    with open_for_writing(workplace) as (store, archive):
        return end_overrides(store, archive, workplace)


def killed_while_saying(workplace: Workplace, before_line: bool) -> None:
    commit = Archive.commit

    def commit_and_die(self: Archive, *arguments: Any) -> Any:
        if before_line:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self, *arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    Archive.commit = commit_and_die  # type: ignore[assignment,method-assign]
    say(workplace)


@pytest.mark.parametrize("before_line", [True, False], ids=["before its line", "after its line"])
def test_whoever_is_killed_says_it_again_and_it_is_said_once(
    workplace: Workplace, before_line: bool
) -> None:
    child = multiprocessing.get_context("fork").Process(
        target=killed_while_saying, args=(workplace, before_line)
    )
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    assert say(workplace).is_new is before_line
    assert stored_state(workplace)[0] == "walled"
    assert len(lines(workplace)) == 1


def test_history_and_state_are_read_as_they_were_then(workplace: Workplace, clock: Moving) -> None:
    source_id = say(workplace).source.id
    clock.now += timedelta(days=2)
    say(workplace, "alive")
    with open_store(workplace.db_path, read_only=True) as store:
        known = histories_at(store.db, [source_id])[source_id]
        then = histories_at(store.db, [source_id], before=TODAY + timedelta(days=1))[source_id]
        assert derive_state(known, kind="web").state == state_of(store.db, source_id).state
        assert derive_state(then, kind="web").state == "walled"
        assert then == known.before(TODAY + timedelta(days=1))
        assert len(list_overrides(store.db, source_id)) == 2
        assert last_override(store.db, source_id) == known.overrides[-1]


# --- as a person runs it


def test_the_command_says_what_the_state_is_and_was(workplace: Workplace) -> None:
    folder = workplace.db_path.parent
    says = ("override", URL, "--why", "asked", "--by", "Ines")
    done = run_here(folder, *says, "--state", "walled", "--until", "2999-12-31")
    assert done.code == 0, done.err
    assert done.out == (
        f"{URL}: walled (Ines: asked (until 2999-12-31)); it was unchecked\n"
    )  # fmt: skip
    again = run_here(folder, *says, "--state", "walled", "--until", "2999-12-31")
    assert "walled, as it was said before" in again.out
    traced = run_here(folder, "trace", URL, "--json").json
    assert traced["claims"][0]["citations"][0]["source"]["state"] == "walled"
    assert "Ines: asked" in run_here(folder, "trace", URL).out
    lifted = run_here(folder, *says, "--lift")
    assert lifted.out == f"{URL}: taken back; it is unchecked (never looked at)\n"
    nothing = run_here(folder, "override", "a.txt#2", "--why", "x", "--by", "Ines", "--lift")
    assert "nobody said anything of its state" in nothing.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say either --state or --lift"),
        (("--state", "walled", "--lift"), "say either --state or --lift"),
        (("--state", "revived"), "revived"),
        (("--state", "walled", "--until", "soon"), "'soon' is no date"),
        (("--state", "walled", "--until", "2001-01-01"), "2001-01-01 is over"),
        (("--state", "walled", "--days", "0"), "--days"),
    ],
    ids=["nothing", "both", "no such state", "no date", "over", "no days"],
)
def test_wrong_use_is_exit_2_with_what_to_do(
    workplace: Workplace, arguments: tuple[str, ...], words: str
) -> None:
    done = run_here(workplace.db_path.parent, "override", URL, "--why", "asked", *arguments)
    assert done.code == 2
    assert words in done.err
    assert "Traceback" not in done.err
