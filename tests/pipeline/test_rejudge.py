"""Stored looks judged again: read back byte for byte, shown, applied, and kept by a rebuild."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import Workplace, rebuild, rejudge
from provenance.fetch import classify
from provenance.fetch.fetcher import Fetcher
from provenance.formats.ids import make_id
from provenance.formats.sites import read_sites
from provenance.keep.archive import Archive
from provenance.keep.reader import ArchiveReader
from provenance.model import JudgementLine, Source, Visit, WarcPlace
from provenance.pipeline.catchup import open_store
from provenance.pipeline.lookback import LookBack
from provenance.pipeline.looks import Looking
from provenance.pipeline.progress import silent_progress
from provenance.pipeline.workplace import utc_now
from provenance.store.dump import dump_rows
from provenance.store.judgements import iter_checked_sources
from support.web import Close, Reply, Web, page, settings_for

LONG = "<p>" + "word " * 400


def a_source(url: str) -> Source:
    return Source(make_id("source", url), key=url, kind="web", url=url, host=url.split("/")[2])


def look(
    folder: Path, routes: dict[tuple[str, str], Reply], *urls: str, rounds: int = 1, sites: str = ""
) -> tuple[Workplace, list[Visit], Web]:
    """Look at these URLs on a web of these routes; return the workplace and what was seen."""
    seen: list[Visit] = []
    web = Web()
    web.routes = dict(routes)

    class Remembering(Fetcher):
        async def visits(self, *arguments: object, **named: object) -> AsyncGenerator[Visit, None]:
            async for visit in super().visits(*arguments, **named):  # type: ignore[arg-type]
                seen.append(visit)
                yield visit

    async def run() -> Workplace:
        async with web:
            hosts = {host for host, _ in routes}
            settings = settings_for(web, *hosts, attempts=1, robots="ignore", sites=sites)
            place = Workplace(folder / "provenance.db", folder / "archive", settings)
            for _ in range(rounds):
                with (
                    open_store(place.db_path) as store,
                    Archive.open(place.archive_root, settings.archive, clock=utc_now) as archive,
                ):
                    async with Remembering(settings, clock=utc_now) as fetcher:
                        looking = Looking(store, archive, place, fetcher)
                        await looking.look_at([a_source(url) for url in urls], silent_progress)
            return place

    return asyncio.run(run()), seen, web


def rows(place: Workplace, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(place.db_path) as db:
        return db.execute(sql, parameters).fetchall()


def read_back(place: Workplace) -> list[Visit | None]:
    with open_store(place.db_path, read_only=True) as store:
        back = LookBack(ArchiveReader(place.archive_root), store.db)
        return [
            back.read_visit(check, whole=True)
            for source in iter_checked_sources(store.db)
            for check in source.checks
        ]


def chunked(*chunks: bytes, name: bytes = b"transfer-ENCODING") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    return b"HTTP/1.1 200 Fine\r\nContent-Type: text/html\r\n%s: chunked\r\n\r\n%s" % (name, body)


ROUTES: dict[tuple[str, str], Reply] = {
    ("a.test", "/moved"): page("", "301 Moved", Location="http://b.test/new"),
    ("b.test", "/new"): page("<title>New</title>" + LONG),
    ("a.test", "/same"): page("<title>New</title>" + LONG),
    ("a.test", "/chunked"): chunked(b"<title>Chunks</title>", LONG.encode()),
    ("b.test", "/gone"): page("no", "404 Not Found"),
    ("b.test", "/login"): page("<input type=password>", Set_Cookie="s=1; Path=/"),
    ("b.test", "/odd"): [
        b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n<title>Odd</title>" + LONG.encode(), Close(),
    ],
}  # fmt: skip
URLS = [f"http://{host}{path}" for host, path in ROUTES if path != "/new"]


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, list[Visit]]:
    place, seen, _ = look(tmp_path_factory.mktemp("looked"), ROUTES, *URLS)
    return place, seen


def test_a_whole_look_is_read_back_from_the_archive_byte_for_byte(
    looked: tuple[Workplace, list[Visit]],
) -> None:
    place, seen = looked
    found = {visit.url: visit for visit in read_back(place) if visit}
    assert len(found) == len(seen) == len(URLS)
    for visit in seen:
        again = found[visit.url]
        assert again.hops == visit.hops
        assert replace(again, elapsed_ms=visit.elapsed_ms) == visit


def test_under_the_same_rules_nothing_would_change(looked: tuple[Workplace, list[Visit]]) -> None:
    place, _ = looked
    for from_archive in (True, False):
        report = rejudge(place, from_archive=from_archive)
        assert (report.checks, report.changed, report.sources_changed) == (len(URLS), 0, 0)
        assert report.kept == 0
        assert report.archive == (len(URLS) if from_archive else 0)


def with_sites(place: Workplace, text: str) -> Workplace:
    path = place.db_path.parent / "sites.toml"
    path.write_text(text, encoding="utf-8")
    read_sites.cache_clear()
    fetch = replace(place.settings.fetch, sites=str(path))
    return replace(place, settings=replace(place.settings, fetch=fetch))


TEASERS: dict[tuple[str, str], Reply] = {
    ("a.test", "/one"): page("<title>One</title><p>Join to read"),
    ("a.test", "/two"): page("<title>Two</title><p>Join to read more"),
    ("b.test", "/three"): page("<title>Three</title>" + LONG),
}
LOGIN = 'login = ["a.test"]\n'


def a_place(folder: Path, rounds: int = 1) -> Workplace:
    urls = [f"http://{host}{path}" for host, path in TEASERS]
    return look(folder, TEASERS, *urls, rounds=rounds)[0]


def test_what_would_change_is_shown_and_nothing_is_written(tmp_path: Path) -> None:
    place = with_sites(a_place(tmp_path), LOGIN)
    before = snapshot(tmp_path)
    report = rejudge(place)
    assert (report.checks, report.changed, report.sources_changed) == (3, 2, 2)
    (change,) = report.changes
    assert (change.from_rule, change.to_rule, change.checks) == ("ok", "members_page", 2)
    assert (change.from_outcome, change.to_outcome) == ("ok", "wall")
    assert {example.url for example in change.examples} == {
        "http://a.test/one",
        "http://a.test/two",
    }
    assert [(s.from_state, s.to_state, s.sources) for s in report.states] == [
        ("alive", "walled", 2)
    ]
    assert {each.url for each in report.sources} == {"http://a.test/one", "http://a.test/two"}
    assert snapshot(tmp_path) == before


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in (folder / "archive").rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if path.name != ".lock"}


STATES = "SELECT url, state FROM source_states ORDER BY url"


def test_applied_judgements_count_for_the_state_and_the_first_verdict_stays(tmp_path: Path) -> None:
    place = with_sites(a_place(tmp_path), LOGIN)
    checks = rows(place, "SELECT * FROM checks ORDER BY check_id")
    history = rows(place, "SELECT source_id, outcome, rule FROM check_history ORDER BY 1")
    report = rejudge(place, apply=True)
    assert (report.changed, report.applied) == (2, True)
    assert rows(place, STATES) == [
        ("http://a.test/one", "walled"), ("http://a.test/two", "walled"),
        ("http://b.test/three", "alive"),
    ]  # fmt: skip
    assert rows(place, "SELECT * FROM checks ORDER BY check_id") == checks
    assert rows(place, "SELECT source_id, outcome, rule FROM check_history ORDER BY 1") == history
    lines = [
        line for line, _ in ArchiveReader(place.archive_root).journal_lines()
        if isinstance(line, JudgementLine)
    ]  # fmt: skip
    assert {(line.judgement.rule, line.judgement.basis) for line in lines} == {
        ("members_page", "archive")
    }
    assert {line.judgement.rules for line in lines} == {classify.RULE_SET_VERSION}


def test_a_rebuild_gives_the_same_rows_judgements_and_states(tmp_path: Path) -> None:
    place = with_sites(a_place(tmp_path, rounds=2), LOGIN)
    rejudge(place, apply=True)
    before = dumped(place)
    rebuild(place)
    assert dumped(place) == before
    assert any('"table": "judgements"' in row for row in before)


def dumped(place: Workplace) -> list[str]:
    with open_store(place.db_path, read_only=True) as store:
        return [json.dumps(row, sort_keys=True) for row in dump_rows(store.db, stable=False)]


def test_what_was_applied_is_no_news_and_can_be_taken_back_by_a_later_judgement(
    tmp_path: Path,
) -> None:
    plain = a_place(tmp_path)
    place = with_sites(plain, LOGIN)
    assert rejudge(place, apply=True).changed == 2
    assert rejudge(place, apply=True).changed == 0
    assert rejudge(place).changed == 0
    report = rejudge(plain, apply=True)
    assert report.changed == 2
    assert {state for _, state in rows(plain, STATES)} == {"alive"}
    rebuild(plain)
    assert {state for _, state in rows(plain, STATES)} == {"alive"}


def test_a_run_that_died_between_journal_and_rows_is_made_good_by_the_next(tmp_path: Path) -> None:
    place = with_sites(a_place(tmp_path), LOGIN)
    copy = tmp_path / "before.db"
    with sqlite3.connect(place.db_path) as db, sqlite3.connect(copy) as other:
        db.backup(other)
    rejudge(place, apply=True)
    for suffix in ("", "-wal", "-shm"):
        Path(f"{place.db_path}{suffix}").unlink(missing_ok=True)
    copy.rename(place.db_path)
    report = rejudge(place, apply=True)
    assert report.changed == 0
    assert rows(place, "SELECT count(*) FROM judgements") == [(2,)]
    journal = "".join(p.read_text() for p in (place.archive_root / "judgements").iterdir())
    assert journal.count("\n") == 2


def forget(place: Workplace, *names: str) -> None:
    """Make the facts of every check those of an early version."""
    with sqlite3.connect(place.db_path) as db:
        for name in ("v", "rules", "page", "is_blank", *names):
            db.execute("UPDATE checks SET facts = json_remove(facts, ?)", (f"$.{name}",))
        db.execute(
            "UPDATE checks SET facts = (SELECT json_set(facts, '$.hops', json_group_array("
            "json_remove(value, '$.warc', '$.at'))) FROM json_each(facts, '$.hops'))"
            " WHERE facts ->> '$.hops' IS NOT NULL"
        )


def test_looks_of_an_early_version_are_read_back_by_their_captures(tmp_path: Path) -> None:
    place = with_sites(a_place(tmp_path), LOGIN)
    forget(place)
    report = rejudge(place)
    assert (report.archive, report.changed) == (3, 2)


def test_looks_whose_page_nobody_kept_keep_their_verdict(tmp_path: Path) -> None:
    place = with_sites(a_place(tmp_path), LOGIN)
    forget(place)
    report = rejudge(place, from_archive=False)
    assert (report.kept, report.facts, report.changed) == (3, 0, 0)


def test_an_early_status_is_still_judged(tmp_path: Path) -> None:
    gone: dict[tuple[str, str], Reply] = {("a.test", "/x"): page("no", "403 Forbidden")}
    place, _, _ = look(tmp_path, gone, "http://a.test/x")
    forget(place)
    with sqlite3.connect(place.db_path) as db:
        db.execute("UPDATE checks SET outcome = 'gone', rule = 'refused_once'")
    report = rejudge(place)
    assert [(each.from_rule, each.to_rule) for each in report.changes] == [
        ("refused_once", "forbidden")
    ]
    assert report.facts == 1


# -- looks that ask more than one question ------------------------------------------


def facts(place: Workplace) -> list[dict[str, object]]:
    return [json.loads(str(row[0])) for row in rows(place, "SELECT facts FROM checks ORDER BY at")]


def test_a_doubt_is_settled_by_a_random_path_once_a_host_and_archived(tmp_path: Path) -> None:
    shell = page("<title>The Studio</title><p>" + " ".join(f"programme{n}" for n in range(300)))
    routes: dict[tuple[str, str], Reply] = {
        ("a.test", "/2023/12/one"): page("", "302 Found", Location="/"),
        ("a.test", "/2023/12/two"): page("", "302 Found", Location="/"),
        ("a.test", "*"): shell,
    }
    urls = ["http://a.test/2023/12/one", "http://a.test/2023/12/two"]
    place, _, first = look(tmp_path, routes, *urls)
    with sqlite3.connect(place.db_path) as db:  # as a document's citation says it
        db.execute("UPDATE sources SET host = 'a.test'")
    _, _, second = look(tmp_path, routes, *urls)
    asked = [each.target for web in (first, second) for each in web.asked]
    own = {"/", "/2023/12/one", "/2023/12/two", "/robots.txt"}
    probes = [target for target in asked if target not in own]
    assert len(probes) == 1, "one probe a host and day, also over runs"
    assert {row[0] for row in rows(place, "SELECT rule FROM checks")} == {"soft_404"}
    told = facts(place)
    probe = next(each["probe"] for each in told if "warc" in each.get("probe", {}))  # type: ignore[operator]
    assert isinstance(probe, dict)
    record = ArchiveReader(place.archive_root).read(WarcPlace(*probe["warc"]))
    assert record.header("WARC-Target-URI") == f"http://a.test{probes[0]}"
    assert rows(place, "SELECT count(*) FROM captures") == [(0,)]
    assert rejudge(place).changed == rejudge(place, from_archive=False).changed == 0


def test_telegram_is_asked_for_its_public_view_and_recorded_as_what_it_is(tmp_path: Path) -> None:
    shown = f'<title>Rybar</title><div data-post="rybar/12">words</div>{LONG}'
    routes: dict[tuple[str, str], Reply] = {("t.me", "/s/rybar/12"): page(shown),
                                            ("t.me", "/s/rybar/13"): page(shown)}  # fmt: skip
    own = tmp_path / "plain.toml"  # as our own row, over plain HTTP
    own.write_text(
        '[[site."t.me".instead]]\nwhen = "t.me/(?:s/)?([a-z]+)/([0-9]+)"\n'
        'ask = "http://t.me/s/{1}/{2}"\nshows = \'data-post="{1}/{2}"\'\n'
    )
    urls = ("http://t.me/rybar/12", "http://t.me/rybar/13")
    place, _, web = look(tmp_path, routes, *urls, sites=str(own))
    assert all(a.target.startswith("/s/rybar/") for a in web.asked)
    told = dict(rows(place, "SELECT url, rule FROM checks"))  # type: ignore[arg-type]
    assert told == {
        "http://t.me/s/rybar/12": "ok", "http://t.me/s/rybar/13": "post_not_shown",
    }  # fmt: skip
    asked: Sequence[object] = [each["asked_instead"] for each in facts(place)]
    assert {str(each) for each in asked} == {
        str({"shows": f'data-post="rybar/{n}"', "site": "t.me"}) for n in (12, 13)
    }
    assert rejudge(place).changed == rejudge(place, from_archive=False).changed == 0
