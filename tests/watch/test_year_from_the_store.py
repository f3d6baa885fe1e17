"""A year's picture from a store: what the looks say, of all sources or of some drawn by lot."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from provenance.model import YearPicture
from provenance.store.database import Database
from provenance.store.year import draw_of_host, draw_sources, largest_hosts
from provenance.watch.year import picture_year
from support.growth import assert_grows_in_step
from support.records import a_check_line, a_parsed, source_id_of
from support.stores import FilledStore

# A Wednesday: the last week is not over.
NOW = datetime(2025, 3, 5, 9, tzinfo=UTC)


def a_store(stories: dict[str, str]) -> FilledStore:
    """Sources by address, each with its looks: `ok@-30` is a look thirty days ago."""
    filled = FilledStore()
    filled.document(a_parsed({str(n): [url] for n, url in enumerate(stories)}))
    looks = ((url, *word.split("@")) for url, story in stories.items() for word in story.split())
    filled.checks(
        *(
            a_check_line(source_id_of(url), NOW + timedelta(days=float(days)), outcome, url=url)
            for url, outcome, days in looks
        )
    )
    return filled


def weeks_of(picture: YearPicture) -> list[dict[str, int]]:
    return [week.states for week in picture.weeks]


def latest_of(picture: YearPicture) -> dict[str, int]:
    """The states of the last week of which anything is known."""
    return [states for states in weeks_of(picture) if states][-1]


def test_the_last_week_is_the_present_and_there_are_53_mondays() -> None:
    picture = picture_year(a_store({}).db, NOW)
    begins = [week.begins for week in picture.weeks]
    assert len(begins) == 53
    assert {each.weekday() for each in begins} == {0}
    assert begins[-1].isoformat() == "2025-03-03"
    assert picture.until.isoformat() == "2025-03-05"
    assert weeks_of(picture) == [{}] * 53
    assert picture.overall.links == picture.drawn == 0


def test_on_a_monday_at_midnight_the_week_that_just_ended_is_the_last() -> None:
    monday = datetime(2025, 3, 3, tzinfo=UTC)
    assert picture_year(a_store({}).db, monday).weeks[-1].begins.isoformat() == "2025-02-24"


def test_each_week_has_the_states_at_its_end() -> None:
    db = a_store({
        "https://tolls.example/a": "ok@-40 gone@-30 gone@-26 gone@-22",
        "https://tolls.example/b": "ok@-20 wall@-1",
        "https://barges.example/c": "",
        "Ada Writer, conversation with the author": "",
    }).db  # fmt: skip
    picture = picture_year(db, NOW)
    assert weeks_of(picture)[-7:] == [
        {"alive": 1},
        {"alive": 1},
        {"failing": 1},
        {"alive": 1, "dead": 1},
        {"alive": 1, "dead": 1},
        {"alive": 1, "dead": 1},
        {"dead": 1, "walled": 1},
    ]
    assert picture.now["dead"] == picture.now["walled"] == 1
    assert [(step.days, step.share) for step in picture.overall.steps] == [(10, 0.5)]


def test_weeks_in_which_nobody_looked_any_more_are_empty_and_others_go_on() -> None:
    db = a_store(
        {"https://tolls.example/a": "ok@-60 ok@-30", "https://fords.example/": "ok@-31"}
    ).db
    told = weeks_of(picture_year(db, NOW))
    # on January 4th and February 2nd and 3rd: a Saturday, a Sunday and a Monday
    assert told[-9:] == [{"alive": 1}] * 3 + [{"alive": 2}] * 2 + [{}] * 4
    assert picture_year(db, NOW).now["alive"] == 2


def test_what_is_not_yet_is_not_in_the_picture() -> None:
    db = a_store({"https://tolls.example/a": "ok@-9 gone@1 gone@5 gone@9"}).db
    assert latest_of(picture_year(db, NOW)) == {"alive": 1}
    assert picture_year(db, NOW).overall.ended == 0
    assert picture_year(db, NOW + timedelta(days=20)).overall.ended == 1


def test_the_present_week_is_what_the_store_says_of_its_sources() -> None:
    db = a_store(_some_stories(80)).db
    told = Counter(db.column("SELECT state FROM states WHERE last_checked IS NOT NULL"))
    assert latest_of(picture_year(db, NOW)) == dict(told)
    assert len(told) >= 5


def _some_stories(count: int) -> dict[str, str]:
    """Looks at random times; what one saw, the next mostly sees too: else nothing would ever die."""
    chance = random.Random(count)
    words = ("ok", "ok", "ok", "gone", "temporary", "wall", "blocked")
    stories = {}
    for number in range(count):
        word, told = "ok", []
        for day in range(chance.randrange(300, 400), 0, -chance.randrange(9, 50)):
            word = chance.choice(words) if chance.random() < 0.3 else word
            told.append(f"{word}@-{day}")
        stories[f"https://h{number % 7}.example/{number}"] = " ".join(told)
    return stories


def test_links_that_were_gone_from_the_first_are_counted_beside() -> None:
    gone = "gone@-20 gone@-16 gone@-12"
    stories = {f"https://tolls.example/{number}": gone for number in range(3)}
    picture = picture_year(a_store({**stories, "https://fords.example/": "ok@-9"}).db, NOW)
    assert (picture.absent, picture.overall.links, picture.overall.ended) == (3, 1, 0)


def test_hosts_with_few_links_have_no_curve() -> None:
    stories = {f"https://tolls.example/{number}": "ok@-50 ok@-1" for number in range(6)}
    stories |= {f"https://fords.example/{number}": "ok@-50 ok@-1" for number in range(4)}
    picture = picture_year(a_store(stories).db, NOW)
    assert [(host.name, host.links) for host in picture.hosts] == [("tolls.example", 6)]


def test_drawing_by_lot_is_fair_and_always_the_same() -> None:
    stories = {f"https://tolls.example/{n}": "ok@-9" if n % 4 else "wall@-9" for n in range(1200)}
    db = a_store(stories).db
    picture = picture_year(db, NOW, drawn=300)
    assert (picture.drawn, picture.sources) == (300, 1200)
    walled = latest_of(picture)["walled"]
    assert 52 <= walled <= 98  # 75, by four standard deviations
    assert picture_year(db, NOW, drawn=300) == picture
    assert set(draw_sources(db, 100)) < set(draw_sources(db, 300))


@pytest.mark.parametrize(("sources", "most"), [(1, 200), (199, 200), (200, 200), (201, 200), (999, 200)])  # fmt: skip
def test_of_a_host_every_so_many_th_is_drawn(sources: int, most: int) -> None:
    db = a_store({f"https://tolls.example/{number}": "" for number in range(sources)}).db
    drawn = draw_of_host(db, "tolls.example", sources, most)
    assert min(most, sources) / 2 <= len(drawn) <= most
    if sources <= most:
        assert len(drawn) == sources
    assert largest_hosts(db, 3) == [("tolls.example", sources)]


def test_a_host_is_drawn_from_its_whole_time() -> None:
    db = a_store({f"https://tolls.example/{number}": "" for number in range(900)}).db
    places = db.column(
        "SELECT rowid FROM sources WHERE source_id IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        (_json(list(draw_of_host(db, "tolls.example", 900, 90))),),
    )
    assert places[0] <= 10
    assert places[-1] >= 890


def _json(ids: list[str]) -> str:
    return "[" + ",".join(f'"{each}"' for each in ids) + "]"


def test_a_picture_costs_what_is_drawn_not_what_there_is() -> None:
    """Four times the sources and the hosts, the same number drawn: the same rows are read."""
    read = [
        _rows_read(a_store({f"https://h{n % (size // 8)}.example/{n}": "ok@-90" for n in range(size)}).db)
        for size in (150, 600)
    ]  # fmt: skip
    assert abs(read[1] - read[0]) < 0.05 * read[0]


def _rows_read(db: Database) -> int:
    count = 0
    rows = db.rows

    def listen(sql: str, parameters: object = ()) -> list[dict[str, object]]:
        nonlocal count
        found = rows(sql, parameters)  # type: ignore[arg-type]
        count += len(found)
        return found

    db.rows = listen  # type: ignore[method-assign]
    picture_year(db, NOW, drawn=100)
    return count


def test_drawing_more_costs_in_step() -> None:
    db = a_store({f"https://h{n}.example/{n}": "ok@-90 ok@-60 gone@-9" for n in range(420)}).db
    assert_grows_in_step(lambda drawn: picture_year(db, NOW, drawn=drawn), lambda n: n, 40, 360)
