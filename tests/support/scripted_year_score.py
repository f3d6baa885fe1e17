"""The nights of the scripted year held against its script, for us and for three simpler rules.

The others (`scripted_year_rules`) hear of the same looks, on the same nights.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from support.scripted_year import Source, Year
from support.scripted_year_rules import Rule, answer_of, fails
from support.scripted_year_run import Alarm, NightSeen

__all__ = ["Death", "Rival", "Score", "rivals", "score_year"]

LATE_NIGHTS = 10
SLOWEST_NIGHTS = 43
_LONG_TROUBLE_NIGHTS = 14


class Death(NamedTuple):
    """A time for which a source is dead: its first night and its last, the first look in it, and when we said so."""

    source: int
    began: int
    ended: int
    first_look: int | None
    told: int | None


class Score:
    """What a year's nights amount to for one rule."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.matrix: Counter[tuple[str, str]] = Counter()
        self.verdicts = 0
        self.right_verdicts = 0
        self.deaths: list[Death] = []
        self.false_alarms: list[tuple[int, Alarm]] = []
        self.wrong_kind: list[tuple[int, Alarm]] = []
        self.alarms = 0
        self.source_nights = 0

    @property
    def precision(self) -> float:
        """The share of dead verdicts that the script agrees with."""
        return self.right_verdicts / self.verdicts if self.verdicts else 1.0

    def recall(self, nights: int) -> tuple[int, int]:
        """Return how many deaths were told within `LATE_NIGHTS` of the first look after them, and of how many.

        Deaths that nobody looked at, and such that ended before they had to be told, do not count;
        on a night of our own outage nobody is looked at.
        """
        judged = [death for death in self.deaths
                  if death.first_look is not None and death.first_look + LATE_NIGHTS <= min(death.ended, nights)]  # fmt: skip
        told = sum(
            death.told is not None and death.told <= (death.first_look or 0) + LATE_NIGHTS
            for death in judged
        )
        return told, len(judged)

    def delays(self) -> list[int]:
        """Return the nights from each death that was told to its verdict, in order."""
        return sorted(death.told - death.began for death in self.deaths if death.told is not None)

    def late(self, nights: int) -> list[Death]:
        """Return the deaths that `recall` counts and that were not told in time."""
        return [death for death in self.deaths
                if death.first_look is not None and death.first_look + LATE_NIGHTS <= min(death.ended, nights)
                and (death.told is None or death.told > death.first_look + LATE_NIGHTS)]  # fmt: skip

    def overdue(self, nights: int) -> list[Death]:
        """Return the deaths of which nothing was said after `SLOWEST_NIGHTS`."""
        return [death for death in self.deaths
                if min(death.ended, nights) - death.began > SLOWEST_NIGHTS
                and (death.told is None or death.told - death.began > SLOWEST_NIGHTS)]  # fmt: skip

    @property
    def false_alarms_in_10_000(self) -> float:
        """False alarms per 10,000 source-nights."""
        return 10_000 * len(self.false_alarms) / max(1, self.source_nights)


def score_year(year: Year, nights: Iterable[NightSeen]) -> list[Score]:
    """Return our score and those of the others; the nights are read once."""
    ours, others = Score("provenance"), rivals(year)
    lives = [_Life(source.number) for source in year.sources]
    for seen in nights:
        looked = frozenset(seen.looks)
        for source in year.sources:
            _hear(
                ours,
                lives[source.number],
                year,
                source,
                seen.night,
                seen.states[source.number],
                source.number in looked,
            )
        for alarm in seen.changes:
            _hear_alarm(ours, year, seen.night, alarm)
        for other in others:
            other.hear(year, seen.night, looked)
    for life in lives:
        ours.deaths += life.finish(year.scale.nights)
    return [ours, *(other.finish(year) for other in others)]


class _Life:
    """The deaths of one source, as they are told."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._deaths: list[Death] = []
        self._began: int | None = None
        self._first_look: int | None = None
        self._told: int | None = None
        self.was_dead = False

    def hear(self, night: int, *, is_dead: bool, is_looked_at: bool, says_dead: bool) -> None:
        if is_dead and self._began is None:
            self._began, self._first_look, self._told = night, None, None
        if not is_dead and self._began is not None:
            self._end(night - 1)
        if is_dead and is_looked_at and self._first_look is None:
            self._first_look = night
        if is_dead and says_dead and self._told is None and self._first_look is not None:
            self._told = night

    def finish(self, night: int) -> list[Death]:
        if self._began is not None:
            self._end(night + 10**6)
        return self._deaths

    def _end(self, night: int) -> None:
        assert self._began is not None
        self._deaths.append(Death(self._source, self._began, night, self._first_look, self._told))
        self._began = None


def _row(year: Year, source: Source, night: int) -> str:
    truth = source.truth(night)
    if truth == "well" and (trouble := year.trouble(source.host, night)):
        return "well, we are offline" if trouble == "ours" else "well, in trouble"
    return truth


def _hear(
    score: Score,
    life: _Life,
    year: Year,
    source: Source,
    night: int,
    state: str,
    is_looked_at: bool,
) -> bool:
    """Take one source's state of one night; tell whether it was called dead for the first time."""
    truth = source.truth(night)
    score.matrix[_row(year, source, night), state] += 1
    score.source_nights += 1
    says_dead = state == "dead"
    is_new = says_dead and not life.was_dead
    if is_new:
        score.verdicts += 1
        score.right_verdicts += truth == "dead"
    life.was_dead = says_dead
    life.hear(
        night,
        is_dead=truth == "dead",
        is_looked_at=is_looked_at and not _is_ours(year, night),
        says_dead=says_dead,
    )
    return is_new


def _hear_alarm(score: Score, year: Year, night: int, alarm: Alarm) -> None:
    if alarm.group not in {"worse", "still"}:
        return
    score.alarms += 1
    source = year.sources[alarm.source]
    truth = source.truth(night)
    if truth == "well" and not _is_long_trouble(year, source, night):
        score.false_alarms.append((night, alarm))
    elif (
        truth != "well"
        and alarm.to in {"dead", "walled", "blocked", "drifted"}
        and alarm.to != truth
    ):
        score.wrong_kind.append((night, alarm))


def _is_ours(year: Year, night: int) -> bool:
    return any(spell.holds(night) for spell in year.ours)


def _is_long_trouble(year: Year, source: Source, night: int) -> bool:
    """Tell whether its host has been in one trouble or another for a fortnight."""
    return all(
        year.trouble(source.host, before)
        for before in range(night - _LONG_TROUBLE_NIGHTS + 1, night + 1)
    )


class Rival:
    """A rule that hears of the same looks."""

    def __init__(self, rule: Rule, sources: int) -> None:
        self.score = Score(rule)
        self._rule = rule
        self._needed = 3 if rule == "InternetArchiveBot" else 1
        self._failures: list[list[int]] = [[] for _ in range(sources)]
        self._states = ["alive"] * sources
        self._lives = [_Life(number) for number in range(sources)]

    def hear(self, year: Year, night: int, looked: frozenset[int]) -> None:
        for source in year.sources:
            is_looked_at = source.number in looked
            if is_looked_at:
                self._look(year, source, night)
            state = self._states[source.number]
            is_new = _hear(
                self.score, self._lives[source.number], year, source, night, state, is_looked_at
            )
            if is_new:
                _hear_alarm(
                    self.score,
                    year,
                    night,
                    Alarm(source.number, "worse", "dead", self.score.name, ""),
                )

    def finish(self, year: Year) -> Score:
        for life in self._lives:
            self.score.deaths += life.finish(year.scale.nights)
        return self.score

    def _look(self, year: Year, source: Source, night: int) -> None:
        failures = self._failures[source.number]
        if not fails(self._rule, answer_of(year, source, night)):
            failures.clear()
            self._states[source.number] = "alive"
        elif not failures or night - failures[-1] >= 3 or self._needed == 1:
            failures.append(night)
        if len(failures) >= self._needed:
            self._states[source.number] = "dead"


def rivals(year: Year) -> list[Rival]:
    """Return the other rules, each with nothing heard."""
    count = len(year.sources)
    return [Rival("naive", count), Rival("lychee", count), Rival("InternetArchiveBot", count)]


def in_order(score: Score) -> Iterator[tuple[str, Counter[str]]]:
    """Yield the rows of a confusion matrix: what was true, and how many source-nights got which state."""
    for truth in sorted({row for row, _ in score.matrix}):
        yield (
            truth,
            Counter({state: count for (row, state), count in score.matrix.items() if row == truth}),
        )
