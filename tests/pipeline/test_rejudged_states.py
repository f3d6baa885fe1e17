"""States of earlier rules: shown as what they would be, derived again on request, as a rebuild does."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from provenance import Workplace, rejudge
from provenance.cli.rejudge import command
from provenance.model import Check, CheckFacts, CheckLine
from provenance.pipeline import rejudged_states
from provenance.pipeline.catchup import open_store
from provenance.pipeline.writing import open_for_writing
from provenance.store.states import histories_at
from provenance.watch.verdict import STATE_RULES_VERSION, derive_state
from support.workplace import a_workplace

START = datetime(2024, 1, 1, tzinfo=UTC)
# What was seen on which day, and the state that the first version of the rules made of it.
STORIES = {
    "https://tolls.example/1": (["200@0", "404@7", "403@10", "403@30"], "failing"),
    "https://tolls.example/2": (["200@0", "404@7", "404@10", "404@13"], "dead"),
    "https://tolls.example/3": (["200@0"], "alive"),
}
SEEN = {"200": ("ok", "ok"), "404": ("gone", "status_gone"), "403": ("blocked", "forbidden")}


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """A store as an earlier version left it: states of the first rules."""
    made = a_workplace(tmp_path)
    with open_store(made.db_path):
        pass
    with open_for_writing(made) as (store, archive):
        lines = [
            CheckLine(a_check(url, word), None, {}) for url, (words, _) in STORIES.items() for word in words
        ]  # fmt: skip
        written = archive.commit(lines)
        store.apply_checks((line, at) for line, at in written if isinstance(line, CheckLine))
    with sqlite3.connect(made.db_path) as db:
        for url, (_, state) in STORIES.items():
            db.execute(
                "UPDATE states SET rules = 1, state = ? WHERE source_id ="
                " (SELECT source_id FROM sources WHERE url = ?)",
                (state, url),
            )
    return made


def a_check(url: str, word: str) -> Check:
    seen, _, day = word.partition("@")
    outcome, rule = SEEN[seen]
    number = url.rpartition("/")[2]
    return Check(
        id=f"check-{number}-{day}",
        source_id=f"source-{number}",
        at=START + timedelta(days=int(day)),
        url=url,
        outcome=outcome,  # type: ignore[arg-type]
        rule=rule,
        rule_version=1,
        reason=f"HTTP {seen}",
        http_status=int(seen),
        final_url=url,
        elapsed_ms=1,
        vantage="online",
        facts={"v": 2, "hops": [{"url": url, "status": int(seen)}], "body_bytes": 4000},
    )


def stored(place: Workplace) -> list[tuple[str, str, int]]:
    with sqlite3.connect(place.db_path) as db:
        return db.execute(
            "SELECT source_id, state, rules FROM states ORDER BY source_id"
        ).fetchall()


def test_states_that_other_rules_derived_are_shown_as_they_would_be(place: Workplace) -> None:
    before = stored(place)
    report = rejudge(place, from_archive=False)
    assert (report.checks, report.changed) == (9, 0)
    assert (report.state_rules, report.states_outdated) == (STATE_RULES_VERSION, 3)
    assert [(step.from_state, step.to_state, step.sources) for step in report.states] == [
        ("failing", "blocked", 1)
    ]
    (change,) = report.sources
    assert (change.source_id, change.reason) == ("source-1", "HTTP 403")
    assert stored(place) == before


def test_applied_they_are_what_a_rebuild_would_derive(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejudged_states, "_BATCH", 2)
    report = rejudge(place, apply=True, from_archive=False)
    assert (report.applied, report.states_outdated, report.sources_changed) == (True, 3, 1)
    assert stored(place) == [
        ("source-1", "blocked", STATE_RULES_VERSION),
        ("source-2", "dead", STATE_RULES_VERSION),
        ("source-3", "alive", STATE_RULES_VERSION),
    ]
    again = rejudge(place, apply=True, from_archive=False)
    assert (again.states_outdated, again.sources_changed) == (0, 0)


def test_a_run_that_was_killed_is_finished_by_the_next(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    renew, done = rejudged_states.Renewing.finish, []

    def renew_once(self: rejudged_states.Renewing) -> None:
        if done:
            raise Killed
        done.append(renew(self))

    monkeypatch.setattr(rejudged_states, "_BATCH", 1)
    monkeypatch.setattr(rejudged_states.Renewing, "finish", renew_once)
    with pytest.raises(Killed):
        rejudge(place, apply=True, from_archive=False)
    assert sorted(rules for _, _, rules in stored(place)) == [1, 1, STATE_RULES_VERSION]
    monkeypatch.undo()
    assert rejudge(place, apply=True, from_archive=False).states_outdated == 2
    assert {rules for _, _, rules in stored(place)} == {STATE_RULES_VERSION}


def test_looks_keep_the_order_in_which_they_were_written_down(place: Workplace) -> None:
    """A look that a wrong clock dated is told by its place in the journal, also after a rebuild."""
    with open_for_writing(place) as (store, archive):
        late = [CheckLine(a_check("https://tolls.example/3", word), None, {}) for word in
                ("404@900", "200@11", "200@12")]  # fmt: skip
        written = archive.commit(late)
        store.apply_checks((line, at) for line, at in written if isinstance(line, CheckLine))
        history = histories_at(store.db, ["source-3"])["source-3"]
        assert all(isinstance(look, CheckFacts) for look in history.checks)
        assert [look.at.year for look in sorted(history.checks, key=lambda e: e.number)] == [
            2024, 2026, 2024, 2024,
        ]  # fmt: skip
        assert derive_state(history, kind="web").state == "alive"
    assert stored(place)[2][1] == "alive"


def test_the_command_says_how_many_are_derived_anew(place: Workplace) -> None:
    places = ["--db", str(place.db_path), "--archive", str(place.archive_root), "--facts"]
    shown = CliRunner().invoke(command, places, standalone_mode=False)
    assert f"3 states are to be derived anew by version {STATE_RULES_VERSION}" in shown.output
    assert "1 × failing → blocked" in shown.output
    assert "Nothing was written: --apply" in shown.output
    applied = CliRunner().invoke(command, [*places, "--apply"], standalone_mode=False)
    assert "3 states were derived anew" in applied.output
