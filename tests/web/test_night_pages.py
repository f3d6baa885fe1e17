"""What a day's looks said: told from the checks, complete, and never a change that was none."""

import random
import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from provenance.model import Judgement, JudgementLine
from provenance.store.database import open_database
from provenance.store.states import histories_at
from provenance.trace import nights
from provenance.trace.nights import list_nights, report_night
from provenance.watch.verdict import derive_state
from provenance.web.library import Library
from provenance.web.pages.nights import group_by_cause
from support.asking_web import Asking, asking
from support.histories import BARGES, TOLLS, day
from support.records import a_check_line, a_parsed, positions, source_id_of
from support.stores import FilledStore

GONE_ON = day(7 * 60).date()
BACK_ON = day(7 * 75).date()


def test_a_day_tells_which_sources_are_not_what_they_were(of_history: Asking) -> None:
    said = of_history.get(f"/api/nights/{GONE_ON}").json()
    assert said["by_outcome"] == {"gone": 1, "ok": 1}
    assert said["captured"] == 0  # the barges' page came, with the bytes that we had
    (change,) = said["changes"]
    assert (change["source_id"], change["from"], change["to"]) == (TOLLS, "alive", "failing")
    assert (change["rule"], change["reason"]) == ("gone_counting", "gone 1/3")
    assert (change["claims"], change["documents"]) == (12, 3)
    assert said["hosts"] == [
        {"host": "tolls.example", "outcome": "gone", "cause": "HTTP 404", "sources": 1}
    ]
    page = of_history.get(f"/nights/{GONE_ON}").text
    assert f'href="/sources/{TOLLS}"' in page
    assert "12 claims in 3 documents" in page


def test_a_day_that_changed_nothing_says_so(of_history: Asking) -> None:
    second = GONE_ON + timedelta(days=7)
    assert of_history.get(f"/api/nights/{second}").json()["changes"] == []
    assert "No source changed its state." in of_history.get(f"/nights/{second}").text


def test_what_died_and_came_back_is_told_on_the_days_when_it_did(of_history: Asking) -> None:
    changes = {
        each: [
            (change["from"], change["to"])
            for change in of_history.get(f"/api/nights/{each}").json()["changes"]
            if change["source_id"] == TOLLS
        ]
        for each in (GONE_ON + timedelta(days=14), BACK_ON, BACK_ON + timedelta(days=7))
    }
    assert list(changes.values()) == [
        [("failing", "dead")],
        [("dead", "revived")],
        [("revived", "alive")],
    ]


def test_first_looks_that_found_the_page_are_counted_not_listed(of_history: Asking) -> None:
    said = of_history.get(f"/api/nights/{day(0).date()}").json()
    assert said["first"]["alive"] == 2
    assert {TOLLS, BARGES}.isdisjoint(change["source_id"] for change in said["changes"])


def test_what_a_first_look_found_is_not_called_a_change(of_history: Asking) -> None:
    first = of_history.get(f"/nights/{day(0).date()}").text
    assert "Trouble that first looks found" in first
    assert "not what they were" not in first
    later = of_history.get(f"/nights/{GONE_ON}").text
    assert "Sources that are not what they were" in later
    assert "first looks found" not in later


def test_days_without_looks_are_pages_too_and_lead_to_those_with_looks(of_history: Asking) -> None:
    empty = GONE_ON + timedelta(days=1)
    page = of_history.get(f"/nights/{empty}")
    assert page.status_code == 200
    assert "Nothing was looked at on that day." in page.text
    assert f'href="/nights/{GONE_ON}" rel="prev"' in page.text


@pytest.mark.parametrize("day_", ["0001-01-01", "9999-12-31"])
def test_the_first_and_last_day_of_the_calendar_are_days(of_history: Asking, day_: str) -> None:
    assert of_history.get(f"/nights/{day_}").status_code == 200
    assert of_history.get(f"/api/nights/{day_}").json()["looks"] == 0
    assert of_history.get(f"/nights?before={day_}").status_code == 200


@pytest.mark.parametrize("path", ["/nights/yesterday", "/nights/2023-02-30", "/nights/2023-02-03?after=x"])  # fmt: skip
def test_what_is_no_day_is_refused_with_words(of_history: Asking, path: str) -> None:
    assert of_history.get(path, headers={"accept": "text/html"}).status_code == 422
    assert of_history.get(f"/api{path}").json()["status"] == 422


def test_every_day_is_listed_once_the_latest_first(of_history: Asking) -> None:
    listed: list[str] = []
    before = ""
    while True:
        said = of_history.get(f"/api/nights{before}").json()
        listed += [each["day"] for each in said["items"]]
        if said["next"] is None:
            break
        before = f"?before={said['next']}"
    assert all(a > b for a, b in pairwise(listed))
    assert len(listed) == 201  # two hundred weeks, and a second day of the hostile source


def test_many_sources_of_a_host_that_changed_alike_are_one_thing_that_happened() -> None:
    filled = FilledStore()
    urls = [f"https://fords.example/{number}" for number in range(8)]
    filled.document(a_parsed({str(number): [url] for number, url in enumerate(urls)}))
    for url in urls:
        filled.checks(a_check_line(source_id_of(url), day(0), payload=url, url=url))
        filled.checks(a_check_line(source_id_of(url), day(9), "gone", reason="HTTP 410", url=url))
    night = report_night(filled.db, day(9).date(), derive_state)
    (cause,) = group_by_cause(night.changes)
    assert (cause.host, cause.to, len(cause.changes)) == ("fords.example", "failing", 8)
    assert [(each.host, each.cause, each.sources) for each in night.hosts] == [
        ("fords.example", "HTTP 410", 8)
    ]


def test_a_night_on_which_everything_failed_is_no_larger_a_page(tmp_path: Path) -> None:
    filled = FilledStore(open_database(tmp_path / "provenance.db"))
    urls = [f"https://h{number % 150}.example/{number}" for number in range(900)]
    filled.document(a_parsed({str(number): [url] for number, url in enumerate(urls)}))
    reason = "it fell " + "down " * 500
    filled.checks(
        *(a_check_line(source_id_of(url), day(0), "wall", reason=reason, url=url) for url in urls)
    )
    filled.db.close()
    library = Library(tmp_path / "provenance.db", tmp_path / "archive")
    with asking(library=library) as ask:
        page = ask.get(f"/nights/{day(0).date()}", headers={"accept": "text/html"})
        said = ask.get(f"/api/nights/{day(0).date()}").json()
    library.close()
    assert len(page.content) < 100_000
    assert "And 110 more causes" in page.text
    assert "and 1 more, on which less rests" in page.text
    assert len(said["changes"]) == 900
    assert sum(host["sources"] for host in said["hosts"]) == 600  # the hundred hosts with most


def test_a_later_judgement_counts_in_every_number() -> None:
    filled = FilledStore()
    url = "https://fords.example/x"
    source = source_id_of(url)
    filled.document(a_parsed({"1": [url]}))
    filled.checks(a_check_line(source, day(0), payload="x", url=url))
    line = a_check_line(source, day(9), payload="y", url=url)
    filled.checks(line)
    judgement = Judgement(
        line.check.id, source, day(20), "gone", "soft_404", 2, "a missing page", 2, "facts"
    )
    filled.store.apply_holdings([(JudgementLine(judgement, {}), next(positions("judgements")))])
    night = report_night(filled.db, day(9).date(), derive_state)
    assert night.by_outcome == {"gone": 1}
    assert [(change.from_, change.to) for change in night.changes] == [("alive", "failing")]
    assert [(each.outcome, each.cause) for each in night.hosts] == [("gone", "a missing page")]


def test_the_changes_are_those_that_comparing_every_state_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sources whose last looks all say the same are passed over: no change may hide there."""
    monkeypatch.setattr(nights, "_MOST_SOURCES", 7)
    chance = random.Random(20231215)
    filled = FilledStore()
    sources = {}
    for number in range(60):
        url = f"https://h{number % 5}.example/{number}"
        sources[source_id_of(url)] = url
    filled.document(a_parsed({str(number): [url] for number, url in enumerate(sources.values())}))
    outcomes = ("ok", "ok", "ok", "ok", "gone", "gone", "temporary", "wall", "blocked")
    for source, url in sources.items():
        outcome = "ok"
        for number in range(chance.randrange(1, 14)):
            outcome = chance.choice((outcome, outcome, chance.choice(outcomes)))
            facts = {"drift": "changed"} if chance.random() < 0.1 and outcome == "ok" else {}
            for hour in range(chance.choice((1, 1, 1, 2))):
                at = day(4 * number + hour / 24)
                filled.checks(a_check_line(source, at, outcome, url=url, facts=facts))
    seen_changes = 0
    for number in range(14):
        night_day = day(4 * number).date()
        expected = _changes_by_force(filled, set(sources), night_day)
        seen: dict[str, tuple[str, str]] = {}
        behind, looked = None, 0
        while True:
            night = report_night(filled.db, night_day, derive_state, behind)
            assert not seen.keys() & {change.source_id for change in night.changes}
            seen |= {change.source_id: (change.from_, change.to) for change in night.changes}
            looked += night.searched
            if night.next is None:
                break
            behind = night.next
        assert seen == expected, night_day
        seen_changes += len(seen)
        rows = filled.db.rows(
            "SELECT DISTINCT source_id FROM checks WHERE substr(at, 1, 10) = ?", (str(night_day),)
        )
        assert looked == len(rows)
    assert seen_changes > 60


def _changes_by_force(
    filled: FilledStore, source_ids: set[str], on: date
) -> dict[str, tuple[str, str]]:
    start = datetime.fromisoformat(f"{on}T00:00:00+00:00")
    found = {}
    for source_id, history in histories_at(filled.db, source_ids).items():
        then = history.before(start)
        now = history.before(start + timedelta(days=1))
        before = derive_state(then, kind="web", source_id=source_id).state
        after = derive_state(now, kind="web", source_id=source_id).state
        is_news = bool(then.checks) or after not in {"alive", "unchecked", "not_checkable"}
        if before != after and is_news:
            found[source_id] = (before, after)
    return found


def test_days_are_found_by_the_index_of_time(history: Path) -> None:
    db = open_database(history, read_only=True)
    asked: list[str] = []
    rows = db.rows

    def listen(sql: str, parameters: object = ()) -> list[dict[str, object]]:
        asked.append(sql)
        return rows(sql, parameters)  # type: ignore[arg-type]

    db.rows = listen  # type: ignore[method-assign]
    list_nights(db)
    report_night(db, GONE_ON, derive_state)
    assert len(asked) > 5
    for sql in asked:
        places = max((int(place) for place in re.findall(r"\?(\d)", sql)), default=sql.count("?"))
        plan = [row["detail"] for row in rows(f"EXPLAIN QUERY PLAN {sql}", (None,) * places)]
        scanned = [
            step for step in plan if re.match(r"SCAN (k|e|c|s|i|n|m|checks|captures)\b", str(step))
        ]
        assert not scanned, (sql, plan)
    db.close()
