"""How old is what is known of a draft's sources, in words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from provenance.validate.ages import describe_age
from provenance.validate.draft import Draft, Known
from provenance.validate.house import House
from support.records import a_parsed

NOW = datetime(2024, 3, 20, 9, tzinfo=UTC)
URLS = [f"https://tolls.example/{name}" for name in ("barges", "ferries", "fords")]


class Told:
    """Knows of each source, in order, how many days ago it was looked at; None: met, never looked at."""

    def __init__(self, by_id: Mapping[str, int | None]) -> None:
        self._by_id = by_id

    def of(self, source_id: str) -> Known | None:
        if source_id not in self._by_id:
            return None
        days = self._by_id[source_id]
        return Known(
            source_id, checked_at=None if days is None else NOW - timedelta(days=days, hours=1)
        )

    def texts_of(self, source_id: str) -> Sequence[str]:
        return ()


def age_of(days: Sequence[int | None], cited: int = 3) -> str:
    draft = Draft(a_parsed(notes={"1": URLS[:cited]}), house=House(), today=NOW.date())
    draft.knowledge = Told(dict(zip(draft.sources, days, strict=False)))
    return describe_age(draft)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([0, 0, 0], "3 of 3 sources looked at today"),
        ([12, 3], "2 of 3 sources looked at 3 to 12 days ago"),
        ([1], "1 of 3 sources looked at 1 day ago"),
        ([0, 1], "2 of 3 sources looked at today to 1 day ago"),
        ([None, 5], "1 of 3 sources looked at 5 days ago"),
        # a look of this minute where it is tomorrow already
        ([-1], "1 of 3 sources looked at today"),
        ([None, None, None], ""),
        ([], "nothing is known of the sources: `provenance ingest` looks at them"),
    ],
    ids=["today", "span", "one day", "up to now", "one never", "tomorrow", "none", "unknown"],
)
def test_the_age_is_said_from_the_newest_look_to_the_oldest(
    days: Sequence[int | None], said: str
) -> None:
    assert age_of(days) == said


def test_nothing_is_said_where_nobody_was_asked_or_nothing_is_cited() -> None:
    parsed = a_parsed(notes={"1": URLS})
    assert describe_age(Draft(parsed, house=House(), today=NOW.date())) == ""
    assert age_of([], cited=0) == ""


class Barred(Told):
    """Was refused all that it asked for."""

    def __init__(self, ids: Sequence[str], reasons: Sequence[str]) -> None:
        super().__init__({})
        self._reasons = dict(zip(ids, reasons, strict=True))

    def of(self, source_id: str) -> Known | None:
        reason = self._reasons[source_id]
        return Known(
            source_id, state="not_checkable" if reason else "alive", reason=reason, checked_at=NOW
        )


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (["guard: port 8466", "guard: port 8466"], "0 of 2 sources looked at today; 2 cannot be looked at: guard: port 8466"),
        (["guard: port 8466", "robots.txt"], "0 of 2 sources looked at today; 2 cannot be looked at"),
        (["", "robots.txt"], "1 of 2 sources looked at today; 1 cannot be looked at: robots.txt"),
    ],
    ids=["one reason", "two reasons", "one of two"],
)  # fmt: skip
def test_a_look_that_was_refused_is_not_counted_as_one(reasons: Sequence[str], said: str) -> None:
    draft = Draft(a_parsed(notes={"1": URLS[:2]}), house=House(), today=NOW.date())
    draft.knowledge = Barred(list(draft.sources), reasons)
    assert describe_age(draft) == said
