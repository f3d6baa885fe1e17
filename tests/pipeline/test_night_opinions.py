"""Nights around deaths: what is gone for us alone is never told as dead, what is dead is told in ten days."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from provenance import Workplace, rebuild
from provenance.model import NightReport, SourceState
from provenance.pipeline.nightly import run_night
from provenance.settings import MementoSettings
from provenance.store.database import open_database
from provenance.store.dump import dump_rows
from support.counting_web import HOSTS, CountingWeb
from support.workplace import a_draft, a_workplace, ingest_text, query

START = datetime(2026, 3, 1, 2, tzinfo=UTC)
HIDDEN, SITE, ALONE, SEEN, ARCHIVE = (f"http://{host}" for host in HOSTS[:5])
# From the second night on: a host that answers 404 to us alone, whatever is asked; a page that was
# taken down; a page whose whole site is gone; and one of such a site that an archive saw since.
HIDDEN_PAGES = [f"{HIDDEN}/1", f"{HIDDEN}/2", f"{HIDDEN}/3"]
TAKEN_DOWN, STAYS, LAST_OF_ITS_SITE, SEEN_SINCE = (
    f"{SITE}/1",
    f"{SITE}/2",
    f"{ALONE}/1",
    f"{SEEN}/1",
)
EVERY = [*HIDDEN_PAGES, TAKEN_DOWN, STAYS, LAST_OF_ITS_SITE, SEEN_SINCE]
NIGHTS = 20


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


class Season(NamedTuple):
    """What nights told, what every source's state was on each, and what was asked."""

    workplace: Workplace
    reports: list[NightReport]
    states: list[dict[str, tuple[SourceState, str]]]
    asked: dict[str, int]


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    folder, clock = tmp_path_factory.mktemp("season"), Clock()
    with CountingWeb() as web:
        settings = web.settings()
        settings = replace(
            settings,
            mementos=MementoSettings(timemap_urls=(f"{ARCHIVE}/timemap/",)),
            extract=replace(settings.extract, workers=1),
        )
        place = a_workplace(folder, settings, clock)
        ingest_text(place, folder / "draft.txt", a_draft(EVERY))
        reports, states = [], []
        for night in range(NIGHTS):
            clock.now = START + timedelta(days=night)
            reports.append(run_night(place))
            states.append(states_of(place))
            if night == 0:
                die(web)
        yield Season(place, reports, states, dict(web.asked))


def die(web: CountingWeb) -> None:
    for host in (HOSTS[0], HOSTS[2], HOSTS[3]):
        web.refuse(host, 404, {})
    web.serve(TAKEN_DOWN, 404)
    copied = START + timedelta(days=12)
    stamp, seen = f"{copied:%Y%m%d%H%M%S}", f"{copied:%a, %d %b %Y %H:%M:%S GMT}"
    copy = f"{ARCHIVE}/web/{stamp}/{SEEN_SINCE}"
    links = f'<{SEEN_SINCE}>;rel="original",\n<{copy}>;rel="memento";datetime="{seen}"'
    kind = {"Content-Type": "application/link-format"}
    web.serve(f"{ARCHIVE}/timemap/{SEEN_SINCE}", 200, links.encode(), **kind)
    page = b"<title>Of tolls</title><p>" + b"The toll is due at noon. " * 200
    web.serve(f"{ARCHIVE}/web/{stamp}id_/{SEEN_SINCE}", 200, page, **{"Memento-Datetime": seen})


def states_of(place: Workplace) -> dict[str, tuple[SourceState, str]]:
    rows = query(place, "SELECT url, state, rule FROM source_states")
    return {url: (state, rule) for url, state, rule in rows}


def first_with(season: Season, url: str, state: str) -> int | None:
    """The first night after which a source was in a state."""
    return next((n for n, states in enumerate(season.states) if states[url][0] == state), None)


def test_what_is_gone_for_us_alone_is_never_told_as_dead(season: Season) -> None:
    for url in (*HIDDEN_PAGES, STAYS, SEEN_SINCE):
        assert first_with(season, url, "dead") is None, url
    told = {
        change.url for report in season.reports for change in report.changes if change.to == "dead"
    }
    assert told == {TAKEN_DOWN, LAST_OF_ITS_SITE}


@pytest.mark.parametrize("url", [TAKEN_DOWN, LAST_OF_ITS_SITE], ids=["a page", "a whole site"])
def test_a_death_is_told_within_ten_days_of_the_first_look_after_it(
    season: Season, url: str
) -> None:
    failing, dead = first_with(season, url, "failing"), first_with(season, url, "dead")
    assert failing is not None
    assert dead is not None
    assert dead - failing <= 10


def test_a_host_that_is_gone_as_a_whole_for_us_is_told_as_what_it_is(season: Season) -> None:
    for url in HIDDEN_PAGES:
        assert season.states[-1][url] == ("blocked", "host_refuses")
    said = query(
        season.workplace, "SELECT DISTINCT reason FROM source_states WHERE rule = 'host_refuses'"
    )
    assert all("the whole host is gone for us: its front page" in reason for (reason,) in said)


def test_what_another_archive_saw_since_is_not_dead(season: Season) -> None:
    assert season.states[-1][SEEN_SINCE] == ("blocked", "seen_elsewhere")
    reasons = query(season.workplace, "SELECT reason FROM source_states WHERE url = ?", SEEN_SINCE)
    assert reasons == [(f"gone for us, and {HOSTS[4]} saw it on 2026-03-13",)]


def test_a_front_page_is_asked_once_a_night_for_all_pages_of_its_host(season: Season) -> None:
    doubted = query(
        season.workplace,
        "SELECT substr(at, 1, 10), count(*) FROM opinions WHERE who = 'front page' AND url = ?"
        " GROUP BY 1",
        f"{HIDDEN}/",
    )
    assert sum(count for _, count in doubted) > len(doubted)
    assert season.asked[f"{HIDDEN}/"] == len(doubted)


def test_nobody_is_asked_about_what_is_well(season: Season) -> None:
    of_well = query(
        season.workplace,
        "SELECT count(*) FROM opinions o JOIN sources s USING (source_id) WHERE s.url = ?",
        STAYS,
    )
    assert of_well == [(0,)]


def test_a_rebuild_hears_the_same_opinions(season: Season) -> None:
    def rows() -> list[object]:
        with open_database(season.workplace.db_path, read_only=True) as db:
            return [
                row for row in dump_rows(db, stable=False) if row["table"] != "journal_positions"
            ]

    before = rows()
    rebuild(season.workplace)
    assert rows() == before
