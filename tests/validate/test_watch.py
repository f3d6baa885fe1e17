"""A saved file is seen once it is written whole, whichever way an editor saves it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provenance.pipeline.watching import Saved, watch_files


class Clock:
    """Stands for sleep: at each look what is due happens; when nothing is due any more, it ends."""

    def __init__(self, *steps: Callable[[], object] | None) -> None:
        self.steps = iter(steps)
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        step = next(self.steps, StopIteration)
        if step is StopIteration:
            raise KeyboardInterrupt
        if callable(step):
            step()


def told(paths: list[Path], *steps: Callable[[], object] | None) -> list[Saved]:
    return list(_until_the_end(watch_files(paths, Clock(*steps).sleep, 0.01)))


def _until_the_end(saved: Iterator[Saved]) -> Iterator[Saved]:
    try:
        yield from saved
    except KeyboardInterrupt:
        return


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_text("one")
    return path


def test_every_file_is_told_at_the_beginning(draft: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    assert told([draft, missing]) == [Saved(draft), Saved(missing, is_gone=True)]


def test_nothing_is_told_while_nothing_happens(draft: Path) -> None:
    assert told([draft], None, None, None) == [Saved(draft)]


def test_a_save_is_told_once_at_the_second_look(draft: Path) -> None:
    assert told([draft], lambda: draft.write_text("two two")) == [Saved(draft)]
    assert told([draft], lambda: draft.write_text("three"), None, None) == [Saved(draft)] * 2


def test_a_file_that_comes_in_pieces_is_told_when_it_is_whole(draft: Path) -> None:
    pieces = [lambda n=n: draft.write_text("x" * n) for n in (0, 10, 20, 30)]
    assert told([draft], *pieces, None, None) == [Saved(draft)] * 2


def test_a_file_replaced_by_another_of_the_same_size_and_time_is_told(draft: Path) -> None:
    def replace() -> None:
        fresh = draft.with_name(".draft.swp")
        fresh.write_text("two")
        at = draft.stat().st_mtime_ns
        os.utime(fresh, ns=(at, at))
        fresh.replace(draft)

    assert told([draft], replace, None) == [Saved(draft)] * 2


def test_a_file_taken_away_and_put_back_is_no_loss(draft: Path) -> None:
    aside = draft.with_name("draft.txt~")

    def put_back() -> None:
        draft.write_text("anew")

    gone_for_a_moment = told([draft], lambda: draft.rename(aside), put_back, None, None)
    assert gone_for_a_moment == [Saved(draft)] * 2


def test_a_file_that_is_gone_is_told_once_and_again_when_it_comes_back(draft: Path) -> None:
    steps = (draft.unlink, None, None, lambda: draft.write_text("back"), None, None)
    assert told([draft], *steps) == [Saved(draft), Saved(draft, is_gone=True), Saved(draft)]


def test_one_of_several_files_is_told_alone(draft: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("other")
    found = told([draft, other], lambda: other.write_text("others"), None)
    assert found == [Saved(draft), Saved(other), Saved(other)]


def test_between_two_looks_it_sleeps(draft: Path) -> None:
    clock = Clock(None, None)
    list(_until_the_end(watch_files([draft], clock.sleep)))
    assert clock.slept == [0.1, 0.1, 0.1]
