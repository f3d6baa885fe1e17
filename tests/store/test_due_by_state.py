"""Which sources the due list holds: by what their looks amount to, also where a clock was wrong."""

from datetime import timedelta

import pytest

from provenance.store.due import list_due
from support.records import a_check_line, on_day
from support.stores import FilledStore

OUTCOMES = {"200": "ok", "404": "gone", "403": "blocked", "guard": "not_checkable"}


def a_store(story: str) -> FilledStore:
    """A store with one source that was looked at so: what was seen, and on which day."""
    filled = FilledStore()
    for word in story.split():
        seen, _, day = word.partition("@")
        filled.checks(a_check_line("source-1", on_day(float(day)), OUTCOMES[seen]))
    return filled


def is_due(filled: FilledStore, day: float) -> bool:
    return [due.source_id for due in list_due(filled.db, on_day(day))] == ["source-1"]


@pytest.mark.parametrize(
    ("story", "not_yet", "due"),
    [
        ("200@0", 6, 8),
        ("200@0 403@7", 7.8, 8.2),  # a first sight is looked at again in a day
        ("200@0 403@7 403@8", 30, 42),
        ("200@0 404@7", 9.9, 10.1),
        # an address that was answered once is asked again, one that cannot be asked never
        ("200@0 guard@7", 7.5, 8.2),
        ("200@0 guard@7 guard@8", 30, 42),
        ("guard@0", 400, None),
    ],
)
def test_a_source_is_due_when_its_looks_say_so(
    story: str, not_yet: float, due: float | None
) -> None:
    filled = a_store(story)
    assert not is_due(filled, not_yet)
    assert due is None or is_due(filled, due)


def test_what_is_not_checkable_for_good_after_a_first_sight_leaves_and_comes_back() -> None:
    filled = a_store("guard@0")
    assert not is_due(filled, 400)
    filled.checks(a_check_line("source-1", on_day(1), "ok"))
    assert is_due(filled, 9)


def test_what_a_clock_dated_ahead_is_due_at_once() -> None:
    filled = a_store("200@0 200@400")
    assert is_due(filled, 1), "the clock was ahead by a year and is right again"
    assert not is_due(filled, 400 + 1)
    filled.checks(a_check_line("source-1", on_day(1), "ok"))
    assert is_due(filled, 2.1)
    filled.checks(a_check_line("source-1", on_day(2), "ok"))
    assert not is_due(filled, 3)
    assert is_due(filled, 2 + 16)


def test_nothing_that_waits_as_long_as_it_may_is_taken_for_dated_ahead() -> None:
    for number in range(40):
        filled = FilledStore()
        for day in (0, 1):
            filled.checks(a_check_line(f"source-{number}", on_day(day), "blocked"))
        assert not list_due(filled.db, on_day(1) + timedelta(minutes=1))
