"""What nightly runs told, and the year's picture: on pages and as JSON, complete and never overstated."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from bs4 import BeautifulSoup

from provenance.model import NightReport
from provenance.store.database import open_database
from provenance.store.watching import apply_night, read_night
from provenance.trace.night_runs import list_runs
from provenance.watch.report.data import report_to_data
from provenance.web.library import Library
from provenance.web.year_shown import YearShown
from support.asking_web import Asking, asking
from support.histories import BARGES, TOLLS, day
from support.passages_now import PAGE, told_after
from support.records import a_check_line, a_parsed, on_day, source_id_of
from support.stores import FilledStore
from support.told_nights import BUSY, HOSTILE_NIGHT, OUTAGE, QUIET, a_change, a_report

HTML = {"accept": "text/html"}
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


def page_of(ask: Asking, path: str) -> BeautifulSoup:
    answer = ask.get(path, headers=HTML)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.text, "html.parser")


def words_of(found: object) -> str:
    return " ".join(found.get_text(" ").split())  # type: ignore[attr-defined]


def test_runs_are_listed_the_latest_first_with_what_needs_somebody(of_history: Asking) -> None:
    said = of_history.get("/api/nights/runs").json()
    assert [each["id"] for each in said["items"]] == [HOSTILE_NIGHT, BUSY, OUTAGE, QUIET]
    assert [each["worse"] for each in said["items"]] == [3, 48, 0, 0]
    assert [each["causes"] for each in said["items"]] == [1, 1, 1, 0]
    assert said["next"] is None
    rows = [words_of(each) for each in page_of(of_history, "/nights/runs").select(".runs li")]
    assert "48 changes need you 1 new shared cause" in rows[1]
    assert "nothing needs you 1 new shared cause" in rows[2], "an outage of ours is told too"
    assert "123 of 130 due looked at, 3 of them met passing trouble, 7 left" in rows[1]
    assert "nothing needs you" in rows[3]


def test_the_page_night_begins_with_the_latest_runs(of_history: Asking) -> None:
    page = page_of(of_history, "/nights")
    assert words_of(page.h2) == "Nightly runs"
    links = [each["href"] for each in page.select(".runs a")]
    assert links[:2] == [f"/nights/run/{HOSTILE_NIGHT}", f"/nights/run/{BUSY}"]
    assert not page_of(of_history, "/nights?before=2021-01-01").select(".runs")


def test_a_run_tells_each_thing_to_do_once_and_what_to_do(of_history: Asking) -> None:
    page = page_of(of_history, f"/nights/run/{BUSY}")
    assert "Night of 2021-03-01: 47 worse, 1 still in trouble, 1 well again" in words_of(page.h1)
    groups = {each.h2["id"]: each for each in page.select("section.group")}
    assert list(groups) == ["worse", "still", "fixed", "watch"]
    assert words_of(groups["worse"].h2) == "Worse 47 sources"
    items = groups["worse"].select(".items > li")
    assert len(items) == 3, "forty-five pages behind one wall are one thing"
    for item in page.select(".items > li"):
        assert words_of(item.select_one(".todo")), "each says what to do"
    only = next(each for each in items if "Toll rates" in words_of(each))
    assert only.h3.a["href"] == f"/sources/{TOLLS}"
    assert "1 claim, on it alone" in words_of(only)
    assert only.select_one(".instead a")["href"] == "https://archive.example/2020/tolls"
    walled = next(each for each in items if "fords.example" in words_of(each))
    assert "45 of 45 fords.example" in words_of(walled.h3)
    assert "and 25 more" in words_of(walled)


def test_a_passage_that_changed_is_shown_as_it_was_and_as_it_is(of_history: Asking) -> None:
    page = page_of(of_history, f"/nights/run/{BUSY}")
    passage = page.select_one(".passage")
    assert [words_of(each) for each in passage.select("blockquote")] == [
        "16 crowns for a barge",
        "17 crowns for a barge",
    ]
    assert passage.a["href"] == "/claims/claim-0"
    assert words_of(passage.select_one(".word")) == "altered"
    item = passage.find_parent("li")
    assert item.h3.a["href"] == f"/sources/{BARGES}"
    assert item.select_one(".instead a")["href"] == "/captures/capture-0"


def test_our_own_outage_is_one_cause_and_no_list(of_history: Asking) -> None:
    page = page_of(of_history, f"/nights/run/{OUTAGE}")
    assert "130 of 130 sources met it" in words_of(page)
    assert "look at this machine's network" in words_of(page)
    assert not page.select("section.group")


def test_a_night_without_news_says_so(of_history: Asking) -> None:
    page = page_of(of_history, f"/nights/run/{QUIET}")
    assert "Nothing changed that needs you." in words_of(page)
    assert "alive 90" in words_of(page.select_one("section ul.tally"))


def test_from_run_to_run_and_to_the_looks_of_the_day(of_history: Asking) -> None:
    page = page_of(of_history, f"/nights/run/{OUTAGE}")
    assert page.select_one("a[rel=prev]")["href"] == f"/nights/run/{QUIET}"
    assert page.select_one("a[rel=next]")["href"] == f"/nights/run/{BUSY}"
    of_day = page_of(of_history, "/nights/2021-03-01")
    links = [each["href"] for each in of_day.select("a") if "/nights/run/" in each["href"]]
    assert links == [f"/nights/run/{OUTAGE}", f"/nights/run/{BUSY}"]
    assert "/nights/2021-03-01" in [each["href"] for each in page.select("a")]


def test_a_run_that_never_was_is_not_found(of_history: Asking) -> None:
    for odd in ("nobody", "%00", "🚢", "' OR 1=1--", "%ED%A0%80"):
        path = f"/nights/run/{odd}"
        assert of_history.get(path, headers=HTML).status_code == 404, odd
        assert of_history.get(f"/api{path}").status_code == 404, odd
    assert of_history.get("/api/nights/runs?before=nobody").json()["items"] == []


def test_what_a_stranger_wrote_is_words(of_history: Asking) -> None:
    answer = of_history.get(f"/nights/run/{HOSTILE_NIGHT}", headers=HTML)
    page = BeautifulSoup(answer.text, "html.parser")
    assert not page.select("main script, main img, main [onerror]")
    assert "javascript:" not in [each["href"].partition("//")[0] for each in page.select("a")]
    assert "49" not in words_of(page.h1)
    for found in page.find_all(string=re.compile("\u202e")):
        assert found.find_parent(["bdi", "blockquote"]), "nothing turns the line around"


def test_the_json_is_what_the_run_told(of_history: Asking, history: Path) -> None:
    with open_database(history, read_only=True) as db:
        told = read_night(db, BUSY)
    assert isinstance(told, NightReport)
    assert of_history.get(f"/api/nights/run/{BUSY}").json() == json.loads(
        json.dumps(report_to_data(told))
    )


def test_the_answers_are_what_the_schemas_and_the_description_say(of_history: Asking) -> None:
    described = of_history.get("/api/openapi.json").json()["paths"]
    for name, path in (("night-runs", "/nights/runs"), ("year", "/nights/year")):
        kept = json.loads((SCHEMAS / f"provenance.{name}-1.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(kept)
        answer = described[f"/api{path}"]["get"]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]
        assert {key: kept[key] for key in schema} == schema, name
        said = of_history.get(f"/api{path}").json()
        jsonschema.validate(said, kept)
        assert said["schema"] == f"provenance.{name}/1"
    one = described["/api/nights/run/{run_id}"]["get"]["responses"]["200"]
    schema = one["content"]["application/json"]["schema"]
    for run_id in (QUIET, OUTAGE, BUSY, HOSTILE_NIGHT):
        jsonschema.validate(of_history.get(f"/api/nights/run/{run_id}").json(), schema)


def test_every_run_is_listed_once_however_many_there_are(tmp_path: Path) -> None:
    db = open_database(tmp_path / "provenance.db")
    ids = [f"night-{number:03}" for number in range(60)]
    with db.atomic():
        for number, run_id in enumerate(ids):  # two of each moment
            apply_night(db, a_report(run_id, day(number // 2)))
    listed: list[str] = []
    before = None
    while True:
        found = list_runs(db, before)
        listed += [each.id for each in found.items]
        if found.next is None:
            break
        before = found.next
    assert listed == sorted(ids, reverse=True)


def test_a_very_bad_night_is_no_larger_a_page(tmp_path: Path) -> None:
    path = tmp_path / "provenance.db"
    filled = FilledStore(open_database(path))
    hosts = [f"h{number % 300}.example" for number in range(3000)]
    changes = tuple(
        a_change(source_id=f"source-{number}", host=host, name="fall " * 100, advice="look " * 200)
        for number, host in enumerate(hosts)
    )
    apply_night(filled.db, a_report("night-1", day(1), changes=changes))
    filled.db.close()
    library = Library(path, tmp_path / "archive")
    with asking(library=library) as ask:
        page = ask.get("/nights/run/night-1", headers=HTML)
        listed = ask.get("/nights/runs", headers=HTML)
    library.close()
    assert len(page.content) < 500_000
    assert "And 260 more, on which less rests" in page.text
    assert "3,000 changes need you" in listed.text


# The year's picture.


def test_the_page_night_shows_the_year_and_says_the_same_as_a_table(of_history: Asking) -> None:
    page = page_of(of_history, "/nights")
    pictures = page.select("figure.picture")
    assert len(pictures) == 2
    for picture in pictures:
        assert picture.svg["role"] == "img"
        assert picture.svg.title.get_text()
        assert picture.select("details table tbody tr")
    said = of_history.get("/api/nights/year").json()
    latest = pictures[0].select_one("tbody tr")
    shown = {int(cell.get_text()) for cell in latest.select("td")} - {0}
    weeks = [week["states"] for week in said["weeks"] if week["states"]]
    assert shown == set(weeks[-1].values())
    ids = [each["id"] for each in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_store_without_looks_has_no_picture(tmp_path: Path) -> None:
    open_database(tmp_path / "provenance.db").close()
    library = Library(tmp_path / "provenance.db", tmp_path / "archive")
    with asking(library=library) as ask:
        page = page_of(ask, "/nights")
        assert not page.select("svg.heat, svg.survival")
        assert "Nothing was looked at yet" in words_of(page)
        assert "There was none yet" in words_of(page_of(ask, "/nights/runs"))
        assert ask.get("/api/nights/year").json()["drawn"] == 0
    library.close()


def test_the_picture_is_made_once_for_many_readers_and_anew_when_there_were_looks() -> None:
    now_s = 0.0
    filled = FilledStore()
    url = "https://tolls.example/rates"
    filled.document(a_parsed({"1": [url]}))
    at = datetime(2025, 3, 5, tzinfo=UTC)

    def look(days: float, outcome: str) -> None:
        filled.checks(a_check_line(source_id_of(url), at + timedelta(days=days), outcome, url=url))

    shown = YearShown(lambda: at, monotonic=lambda: now_s)
    look(-1.5, "ok")
    first = shown.picture(filled.db)
    assert first.weeks[-1].states == {"alive": 1}
    look(-1, "wall")
    now_s = 59
    assert shown.picture(filled.db) is first
    now_s = 61
    second = shown.picture(filled.db)
    assert second.weeks[-1].states == {"walled": 1}
    now_s = 650
    assert shown.picture(filled.db) is second
    now_s = 662
    assert shown.picture(filled.db) is not second


@pytest.mark.parametrize("path", ["/nights", "/nights/runs", f"/nights/run/{BUSY}"])
def test_every_page_leads_to_its_json(of_history: Asking, path: str) -> None:
    page = page_of(of_history, path)
    alternate = page.select_one("link[rel=alternate]")["href"]
    assert of_history.get(alternate).json()["schema"].startswith("provenance.night")


def test_a_day_of_looks_says_why_a_run_tells_more_than_its_looks(tmp_path: Path) -> None:
    filled = told_after([PAGE, PAGE], filled=FilledStore(open_database(tmp_path / "p.db")))
    began = on_day(7)
    with filled.db.atomic():
        apply_night(filled.db, a_report(QUIET, began, changes=(a_change(),)))
    library = Library(tmp_path / "p.db", tmp_path / "archive")
    with asking(library=library) as ask:
        said = ask.get(f"/nights/{began:%Y-%m-%d}").text
        before = ask.get(f"/nights/{on_day(0):%Y-%m-%d}").text
    library.close()
    filled.db.close()
    assert "No source changed its state. A run tells of what a first look found when" in said
    assert "A run tells" not in before
