"""A machine without internet: nothing is called gone, nothing is told twice, and it is made up for."""

import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import IngestOptions, IngestReport, ingest
from provenance.demo.background import start_in_thread
from provenance.demo.sample import sample_update_path
from provenance.demo.web import SampleWeb
from provenance.settings import Settings
from support.runs import run_here
from support.workplace import (
    a_draft,
    a_machine_without_internet,
    a_workplace,
    all_rows,
    archive_files,
    ingest_text,
    query,
    settings_file,
    web_settings,
)

CHECKS = (
    "SELECT s.kind, k.outcome, k.reason, k.vantage, t.state FROM sources s"
    " JOIN states t USING (source_id) LEFT JOIN checks k USING (source_id)"
)
SAID_OFFLINE = {
    "web": ("temporary", "offline", "offline", "unchecked"),
    "other": (None, None, None, "not_checkable"),
}


@pytest.fixture
def offline() -> Iterator[Settings]:
    with a_machine_without_internet() as settings:
        yield settings


def assert_all_offline(report: IngestReport, rows: list[tuple[str, ...]]) -> None:
    said = {("web" if kind == "web" else "other", tuple(rest)) for kind, *rest in rows}
    assert said == set(SAID_OFFLINE.items())
    web = sum(kind == "web" for kind, *_ in rows)
    assert report.fetch.failed == web
    assert report.fetch.by_outcome == {
        "temporary": web,
        "not_checkable": len(rows) - web,
    }
    assert {r.reason for r in report.results if r.outcome == "temporary"} == {"offline"}


def test_on_a_machine_without_internet_every_web_source_is_temporary_for_one_reason(
    tmp_path: Path, offline: Settings
) -> None:
    workplace = a_workplace(tmp_path, offline)
    report = ingest([str(sample_update_path())], workplace)
    assert_all_offline(report, query(workplace, CHECKS))
    assert query(workplace, "SELECT count(*) FROM captures") == [(0,)]


def test_a_second_offline_run_adds_nothing(tmp_path: Path, offline: Settings) -> None:
    workplace = a_workplace(tmp_path, offline)
    names = [str(sample_update_path())]
    first = ingest(names, workplace)
    rows, files = all_rows(workplace.db_path), archive_files(workplace)
    for options in (IngestOptions(), IngestOptions(offline=True)):
        again = ingest(names, workplace, options)
        assert all_rows(workplace.db_path) == rows
        assert archive_files(workplace) == files
        assert again.fetch == first.fetch


def test_once_online_every_source_is_looked_at(
    tmp_path: Path, offline: Settings, web: SampleWeb
) -> None:
    names = [str(sample_update_path())]
    ingest(names, a_workplace(tmp_path, offline))
    online = a_workplace(tmp_path, web_settings(web))
    report = ingest(names, online)
    assert report.fetch.archived > 20
    assert report.fetch.by_outcome["not_checkable"] > 10
    looked = query(
        online, "SELECT count(*) FROM checks WHERE vantage = 'online' GROUP BY source_id"
    )
    assert set(looked) == {(1,)}
    assert query(online, "SELECT count(*) FROM states WHERE last_vantage = 'offline'") == [(0,)]


def test_an_offline_run_says_nothing_against_what_is_archived(
    tmp_path: Path, offline: Settings, web: SampleWeb
) -> None:
    path = tmp_path / "a.txt"
    text = a_draft(["https://desk2.example.org/kept", "https://nowhere.example/gone"])
    ingest_text(a_workplace(tmp_path, web_settings(web)), path, text, IngestOptions())
    workplace = a_workplace(tmp_path, offline)
    rows = all_rows(workplace.db_path)
    report = ingest([str(path)], workplace)
    assert report.fetch.by_outcome == {"gone": 1, "ok": 1}
    assert report.fetch.unchanged == 1
    assert all_rows(workplace.db_path) == rows


def test_offline_asks_nobody(tmp_path: Path, web: SampleWeb) -> None:
    workplace = a_workplace(tmp_path, web_settings(web))
    asked = len(web.log)
    text = a_draft(["https://desk3.example.org/x", "https://www.cut.example/so-far..."])
    report = ingest_text(workplace, tmp_path / "a.txt", text, IngestOptions(offline=True))
    assert len(web.log) == asked
    assert report.fetch.by_outcome == {"temporary": 2}
    assert {result.reason for result in report.results} == {"offline"}
    online = ingest([str(tmp_path / "a.txt")], workplace)
    assert online.fetch.by_outcome == {"not_checkable": 1, "ok": 1}


def test_the_command_on_a_machine_without_internet_ends_well(
    tmp_path: Path, offline: Settings
) -> None:
    config = settings_file(tmp_path, offline)
    done = run_here(tmp_path, "ingest", sample_update_path(), "--config", config, "--json")
    assert done.code == 0, done.err
    assert set(done.json["fetch"]["by_outcome"]) == {"temporary", "not_checkable"}
    assert "gone" not in done.out


class TestSeed:
    """The real update, where the corpus is at hand (`$PROVENANCE_CORPUS`)."""

    def test_without_internet_all_is_linked_and_nothing_is_gone(
        self, tmp_path: Path, offline: Settings, seed: Path
    ) -> None:
        workplace = a_workplace(tmp_path, offline)
        report = ingest([str(seed)], workplace)
        (document,) = report.documents
        assert (document.claims, document.notes, document.citations) == (37, 37, 76)
        assert document.sources == report.fetch.sources == 41
        assert query(
            workplace, "SELECT count(*), count(DISTINCT source_id) FROM claim_sources"
        ) == [(76, 41)]
        assert query(workplace, "SELECT count(DISTINCT claim_id) FROM claim_sources") == [(37,)]
        assert dict(query(workplace, "SELECT kind, count(*) FROM sources GROUP BY kind")) == {
            "web": 36,
            "subscription": 4,
            "on_request": 1,
        }
        assert_all_offline(report, query(workplace, CHECKS))
        rows, files = all_rows(workplace.db_path), archive_files(workplace)
        ingest([str(seed)], workplace)
        assert all_rows(workplace.db_path) == rows
        assert archive_files(workplace) == files

    def test_hosts_that_the_sample_web_stands_in_for_are_archived(
        self, tmp_path: Path, offline: Settings, seed: Path
    ) -> None:
        unread = a_workplace(tmp_path, offline)
        ingest([str(seed)], unread, IngestOptions(fetch=False))
        whole = {
            source_id: urllib.parse.urlsplit(url).hostname or ""
            for source_id, url in query(
                unread, "SELECT source_id, url FROM sources WHERE kind = 'web' AND NOT truncated"
            )
        }
        hosts = sorted(set(whole.values()))[::4]
        with start_in_thread(edition=1, stand_in_for=hosts) as web:
            settings = web.settings(offline, with_names=False)
            settings = replace(settings, fetch=replace(settings.fetch, per_host_interval_s=0.01))
            report = ingest([str(seed)], a_workplace(tmp_path, settings))
        stood_in_for = {source_id for source_id, host in whole.items() if host in hosts}
        assert len(stood_in_for) >= 3
        seen = {result.source_id: result for result in report.results}
        assert {key for key, result in seen.items() if result.outcome == "ok"} == stood_in_for
        assert report.fetch.archived == len(stood_in_for)
        rest = [result for key, result in seen.items() if key not in stood_in_for]
        assert {(result.outcome, result.reason) for result in rest if result.url} == {
            ("temporary", "offline")
        }
        captured = query(unread, "SELECT DISTINCT source_id FROM captures")
        assert {source_id for (source_id,) in captured} == stood_in_for
