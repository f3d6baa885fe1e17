"""The scripted year, night after night, through the real pipeline; what was seen of each night.

Time is an argument: the clock stands at the night's moment (wrong by what the script has it
wrong) and goes on by itself.
"""

import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from provenance import ingest
from provenance.model import NightReport
from provenance.pipeline.nightly import run_night
from provenance.pipeline.workplace import Workplace
from support.scripted_year import Source, Year
from support.scripted_year_answers import DAY_0, PORT, TLS_PORT
from support.scripted_year_pages import claim_of
from support.scripted_year_web import ScriptedWeb

__all__ = ["Alarm", "CauseTold", "NightSeen", "YearRun"]

_SOURCES_A_DOCUMENT = 50


class Alarm(Struct, frozen=True):
    """A change that the night's report told of, by the number of its source."""

    source: int
    group: str
    to: str
    rule: str
    reason: str
    passage: str | None = None


class CauseTold(Struct, frozen=True):
    """A host cause of the report; `host` None is our own."""

    host: str | None
    cause: str
    sources: int
    is_news: bool


class NightSeen(Struct, frozen=True):
    """What a night left behind. `states` and `rules` are of all sources, by number; `looks` of whom a verdict was sought."""

    night: int
    states: tuple[str, ...]
    rules: tuple[str, ...]
    looks: tuple[int, ...]
    changes: tuple[Alarm, ...]
    causes: tuple[CauseTold, ...]
    wall_s: float
    cpu_s: float
    due: int = 0
    checked: int = 0
    skipped: int = 0
    failed: int = 0


class YearRun:
    """A workplace in a folder, and a web that a year is played on."""

    def __init__(self, folder: Path, year: Year, web: ScriptedWeb) -> None:
        self.year = year
        self._web = web
        self._ticks = 0
        self._base = DAY_0
        self._folder = folder
        self.workplace = Workplace(
            folder / "provenance.db", folder / "archive", web.settings(), self.clock
        )
        self._numbers: dict[str, int] = {}
        self._last_check = ""

    def clock(self) -> datetime:
        """Return the time of the run: a millisecond more whenever it is asked for.

        So two runs of a year see the same times; nothing in it waits on this clock.
        """
        self._ticks += 1
        return self._base + timedelta(milliseconds=self._ticks)

    def play(self) -> Iterator[NightSeen]:
        """Yield what each night left behind; night 0 takes the documents in."""
        for night in range(self.year.scale.nights + 1):
            yield self._play(night)

    def _play(self, night: int) -> NightSeen:
        self._web.answers.night = night
        self._ticks = 0
        self._base = DAY_0 + timedelta(days=night, hours=self.year.hours_off(night))
        began_s, cpu_s, report = time.monotonic(), time.process_time(), None
        if night == 0:
            self._take_in()
        else:
            report = run_night(self.workplace)
        spent = time.monotonic() - began_s, time.process_time() - cpu_s
        return self._look_back(night, report, *spent)

    def _take_in(self) -> None:
        paths = []
        every = self.year.sources
        for first in range(0, len(every), _SOURCES_A_DOCUMENT):
            path = self._folder / f"update-{first // _SOURCES_A_DOCUMENT:03}.txt"
            path.write_text(_document(path.stem, every[first : first + _SOURCES_A_DOCUMENT]))
            paths.append(str(path))
        report = ingest(paths, self.workplace)
        assert not report.faults, report.faults
        by_url = self._web.answers.by_url
        for source_id, url in self._rows("SELECT source_id, url FROM sources WHERE kind = 'web'"):
            self._numbers[source_id] = by_url[url].number
        assert len(self._numbers) == len(every), (len(self._numbers), len(every))

    def _look_back(
        self, night: int, report: NightReport | None, wall_s: float, cpu_s: float
    ) -> NightSeen:
        states, rules = [""] * len(self._numbers), [""] * len(self._numbers)
        for source_id, state, rule in self._rows("SELECT source_id, state, rule FROM states"):
            if (number := self._numbers.get(source_id)) is not None:
                states[number], rules[number] = state, rule
        looks = self._new_looks()
        run = report.run if report else None
        return NightSeen(
            night,
            tuple(states),
            tuple(rules),
            looks,
            tuple(self._alarm(change) for change in report.changes) if report else (),
            tuple(CauseTold(each.host, each.cause, each.sources, each.is_news)
                  for each in report.hosts) if report else (),
            wall_s,
            cpu_s,
            *((run.due, run.checked, run.skipped, run.failed) if run else ()),
        )  # fmt: skip

    def _alarm(self, change: Any) -> Alarm:
        number = self._numbers[change.source_id]
        return Alarm(number, change.group, change.to, change.rule, change.reason, change.passage)

    def _new_looks(self) -> tuple[int, ...]:
        """Return whom a check was made of since the last time that this was asked."""
        found = self._rows("SELECT source_id, max(rowid) FROM checks WHERE rowid > ? GROUP BY 1",
                           (int(self._last_check or 0),))  # fmt: skip
        self._last_check = str(max((row[1] for row in found), default=self._last_check or 0))
        return tuple(sorted(self._numbers[row[0]] for row in found if row[0] in self._numbers))

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(f"file:{self.workplace.db_path}?mode=ro", uri=True)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()


def _document(name: str, sources: tuple[Source, ...]) -> str:
    lines = [f"Of tolls and crossings, {name}", ""]
    for number, source in enumerate(sources, 1):
        lines += [f"{claim_of(source)}[{number}]", ""]
    lines += ["References", ""]
    for number, source in enumerate(sources, 1):
        lines += [f"[{number}] {source.url(PORT, TLS_PORT)}", ""]
    return "\n".join(lines)
