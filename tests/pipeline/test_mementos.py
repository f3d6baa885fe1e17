"""What is gone is looked up in other archives; what they say is judged, kept, and never ours.

The archives here are stand-ins on loopback that answer as the real ones are documented to.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from provenance import IngestOptions, IngestReport, Workplace, ingest, rebuild
from provenance.keep.memento_links import read_links, read_timemap
from provenance.keep.reader import ArchiveReader
from provenance.link.method import LEXICAL_METHOD
from provenance.model import MementoLine, WarcPlace
from provenance.pipeline.catchup import open_store
from provenance.pipeline.timemaps import export_timemap
from provenance.pipeline.withdraw import Order, withdraw
from provenance.settings import MementoSettings
from provenance.trace.chain import trace
from support.keeping import check_with_strangers
from support.runs import Running, run
from support.web import Asked, Reset, Web, page, redirect, settings_for
from support.workplace import Later, a_workplace, all_rows, archive_files, query, settings_file

GONE = "http://gone.example.org/news/42"
CDX, REPLAY = "http://cdx.example.org/cdx", "http://replay.example.org/web/"
MAPS = "http://maps.example.org/timemap/"
HOSTS = ("gone.example.org", "live.example.org", "cdx.example.org", "replay.example.org",
         "maps.example.org", "avail.example.org", "wall.example.org", "inner.example.org")  # fmt: skip
STAMP = "20230309101112"
WHEN = "Thu, 09 Mar 2023 10:11:12 GMT"
TEXT = "<title>The fair of March</title><p>" + "The guild counted forty barges on the river. " * 12

Scene = Callable[[Web], None]


def rows(*found: tuple[str, str], url: str = GONE) -> bytes:
    head = ["original", "timestamp", "statuscode"]
    return page(json.dumps([head, *([url, stamp, status] for stamp, status in found)]),
                Content_Type="application/json")  # fmt: skip


def copy_of_page(when: str = WHEN, body: str = TEXT, status: str = "200 OK", **more: str) -> bytes:
    return page(body, status, Memento_Datetime=when, **more)


def a_stand_in(web: Web) -> None:
    """An archive that holds one good copy of what is gone."""
    web.say("cdx.example.org", "/cdx", rows((STAMP, "200")))
    web.say("replay.example.org", f"/web/{STAMP}id_/{GONE}", copy_of_page())


def a_document(*urls: str, published: str = "2023-12-15") -> str:
    lines = ["The Barges of Spring", "", f"Published: {published}", ""]
    lines += [f"The guild counted {n} barges on the river.[{n}]" for n in range(1, len(urls) + 1)]
    lines += ["", "References", ""]
    return "\n".join([*lines, *(f"[{n}] {url}\n" for n, url in enumerate(urls, 1))])


class Place:
    """A workplace whose settings lead to a web on loopback, and runs of `ingest` in it."""

    def __init__(self, folder: Path, web: Web, mementos: MementoSettings, **fetch: Any) -> None:
        self.web = web
        self.path = folder / "draft.txt"
        settings = settings_for(web, *HOSTS, **({"attempts": 1} | fetch))
        self.workplace = a_workplace(folder, replace(settings, mementos=mementos))

    async def run(
        self,
        *urls: str,
        workplace: Workplace | None = None,
        options: IngestOptions | None = None,
        published: str = "2023-12-15",
    ) -> IngestReport:
        self.path.write_text(a_document(*(urls or (GONE,)), published=published))
        place = workplace or self.workplace
        return await asyncio.to_thread(ingest, [str(self.path)], place, options or IngestOptions())

    def lookups(self, columns: str = "outcome, uri_m, memento_at, reason") -> list[tuple[Any, ...]]:
        return query(self.workplace, f"SELECT {columns} FROM memento_lookups ORDER BY archive")


def story(
    folder: Path, scene: Scene, tell: Callable[[Place], Any], mementos: Any = None, **fetch: Any
) -> None:
    """Set a scene on a web where the source is gone, and let `tell` say what happens."""

    async def main() -> None:
        async with Web() as web:
            web.say("gone.example.org", "/news/42", page("gone", "404 Not Found"))
            web.say("live.example.org", "/", page(TEXT))
            scene(web)
            asked = MementoSettings(cdx_url=CDX, replay_url=REPLAY)
            await tell(Place(folder, web, mementos or asked, **fetch))

    asyncio.run(main())


def test_what_is_gone_gets_the_memento_before_the_documents_day(tmp_path: Path) -> None:
    def scene(web: Web) -> None:
        stamps = (("20191231000000", "200"), (STAMP, "200"), ("20231215120000", "404"),
                  ("20240101000000", "200"))  # fmt: skip
        web.say("cdx.example.org", "/cdx", rows(*stamps))
        web.say("replay.example.org", f"/web/{STAMP}id_/{GONE}", copy_of_page())

    async def tell(place: Place) -> None:
        report = await place.run()
        assert (report.mementos.absent, report.mementos.with_memento) == (1, 1)
        assert report.mementos.silent == ()
        ((outcome, uri_m, at, near),) = place.lookups("outcome, uri_m, memento_at, near")
        assert (outcome, uri_m) == ("found", f"{REPLAY}{STAMP}/{GONE}")
        assert (at[:19], near[:19]) == ("2023-03-09T10:11:12", "2023-12-15T23:59:59")
        (asked,) = place.web.paths_asked("cdx.example.org")
        assert "closest=20231215235959" in asked
        assert "/robots.txt" not in [
            a.target for a in place.web.asked if a.host == "cdx.example.org"
        ]
        assert query(place.workplace, "SELECT count(*) FROM captures") == [(0,)]
        with open_store(place.workplace.db_path, read_only=True) as store:
            (claim,) = trace(store.db, GONE).claims
        (memento,) = claim.citations[0].mementos
        assert (memento.archive, memento.uri_m) == ("cdx.example.org", uri_m)

    story(tmp_path, scene, tell)


def test_a_second_run_asks_nobody_and_adds_nothing(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        await place.run()
        before = all_rows(place.workplace.db_path), archive_files(place.workplace)
        asked = len(place.web.asked)
        report = await place.run()
        assert report.mementos.with_memento == 1
        assert report.mementos.asked == 0
        assert len(place.web.asked) == asked
        assert (all_rows(place.workplace.db_path), archive_files(place.workplace)) == before

    story(tmp_path, a_stand_in, tell)


def test_after_so_many_days_it_is_asked_again_and_replaced(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        place.web.say("cdx.example.org", "/cdx", rows())
        await place.run()
        assert place.lookups("outcome") == [("none",)]
        a_stand_in(place.web)
        soon = replace(place.workplace, clock=Later(days=20))
        await place.run(workplace=soon)
        assert place.lookups("outcome") == [("none",)]
        later = replace(place.workplace, clock=Later(days=31))
        await place.run(workplace=later)
        assert place.lookups("outcome") == [("found",)]

    story(tmp_path, a_stand_in, tell)


def test_a_rebuild_makes_the_same_rows(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        await place.run()
        before = all_rows(place.workplace.db_path)
        assert before["memento_lookups"]
        await asyncio.to_thread(rebuild, place.workplace)
        assert all_rows(place.workplace.db_path) == before

    story(tmp_path, a_stand_in, tell, MementoSettings(cdx_url=CDX, replay_url=REPLAY, copy=True))


def test_nobody_is_asked_by_default_nor_offline_nor_about_what_is_there(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        quiet = replace(
            place.workplace, settings=replace(place.workplace.settings, mementos=MementoSettings())
        )
        await place.run(GONE, "http://live.example.org/", workplace=quiet)
        assert place.web.paths_asked("cdx.example.org") == []
        report = await place.run(
            GONE, "http://live.example.org/", options=IngestOptions(offline=True)
        )
        assert place.web.paths_asked("cdx.example.org") == []
        assert report.mementos.absent == 1
        await place.run(GONE, "http://live.example.org/")
        (asked,) = place.web.paths_asked("cdx.example.org")
        assert "gone.example.org" in asked

    story(tmp_path, a_stand_in, tell)


def test_a_copy_is_kept_as_what_it_is_and_its_text_can_carry_evidence(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        report = await place.run()
        assert report.mementos.copied == 1
        columns = "warc_file, warc_offset, warc_length, payload_sha256, media_type"
        ((*warc, payload, media_type),) = place.lookups(columns)
        record = ArchiveReader(place.workplace.archive_root).read(WarcPlace(*warc))
        assert record.header("WARC-Target-URI") == f"{REPLAY}{STAMP}id_/{GONE}"
        assert record.header("X-Provenance-Archive-Of") == GONE
        assert record.payload == TEXT.encode()
        assert media_type == "text/html"
        assert query(place.workplace, "SELECT count(*) FROM captures") == [(0,)]
        ((text,),) = query(
            place.workplace, "SELECT text FROM texts WHERE payload_sha256 = ?", payload
        )
        assert "forty barges" in text
        ((uri_m,),) = place.lookups("uri_m")
        held = query(place.workplace, "SELECT uri_m, capture_id, attachment_id FROM evidence")
        assert held == [(uri_m, None, None)]
        shown = query(place.workplace, "SELECT evidence_uri_m, evidence_method FROM claim_sources")
        assert shown == [(uri_m, LEXICAL_METHOD)]
        ((state,),) = query(place.workplace, "SELECT state FROM states")
        assert state == "failing"  # a copy elsewhere brings no page back to life
        assert check_with_strangers(place.workplace.archive_root) > 0
        later = replace(place.workplace, clock=Later(days=60))
        await place.run(workplace=later)  # what is copied is not asked for again
        assert len(place.web.paths_asked("cdx.example.org")) == 1

    story(tmp_path, a_stand_in, tell, MementoSettings(cdx_url=CDX, replay_url=REPLAY, copy=True))


LOGIN = "<title>Log in</title><form><input type=password name=p></form><p>Sign in to go on</p>"
NO_COPIES = [
    ("an archived 404", copy_of_page(status="404 Not Found")),
    ("an archived 429", copy_of_page(status="429 Too Many Requests")),
    ("an archived redirect",
     page("", "302 Found", Memento_Datetime=WHEN, Location=f"{REPLAY}20230401000000id_/{GONE}")),
    ("a soft 404", copy_of_page(body="<title>404 Not Found</title><h1>Page not found</h1>")),
    ("a challenge", copy_of_page(body="<title>Just a moment...</title>Checking your browser",
                                 X_Archive_Orig_cf_mitigated="challenge")),
    ("a login wall", page(LOGIN, Memento_Datetime=WHEN, X_Archive_Orig_Location="/login")),
    ("no memento", page(TEXT)),
    ("a nonsense date", page(TEXT, Memento_Datetime="the other day")),
    ("a redirect to a private address", redirect("http://10.0.0.1/")),
    ("no http", redirect("file:///etc/passwd")),
    ("an empty body", copy_of_page(body="")),
]  # fmt: skip


@pytest.mark.parametrize("reply", [reply for _, reply in NO_COPIES],
                         ids=[name for name, _ in NO_COPIES])  # fmt: skip
def test_what_an_archive_shows_is_judged_and_an_earlier_copy_taken(
    tmp_path: Path, reply: bytes
) -> None:
    def scene(web: Web) -> None:
        web.say("cdx.example.org", "/cdx", rows(("20230101000000", "200"), (STAMP, "200")))
        web.say("replay.example.org", f"/web/{STAMP}id_/{GONE}", reply)
        web.say("replay.example.org", f"/web/20230401000000id_/{GONE}", copy_of_page())
        good = copy_of_page("Sun, 01 Jan 2023 00:00:00 GMT")
        web.say("replay.example.org", f"/web/20230101000000id_/{GONE}", good)

    async def tell(place: Place) -> None:
        report = await place.run()
        assert report.mementos.silent == ()
        ((outcome, uri_m, _, _),) = place.lookups()
        assert (outcome, uri_m) == ("found", f"{REPLAY}20230101000000/{GONE}")

    story(tmp_path, scene, tell, MementoSettings(cdx_url=CDX, replay_url=REPLAY, copy=True))


def test_where_no_copy_is_the_page_none_is_claimed_and_the_reasons_stand(tmp_path: Path) -> None:
    def scene(web: Web) -> None:
        web.say("cdx.example.org", "/cdx", rows(("20230101000000", "200"), (STAMP, "200")))
        web.say("replay.example.org", "*", copy_of_page(status="404 Not Found"))

    async def tell(place: Place) -> None:
        await place.run()
        ((outcome, uri_m, _, reason),) = place.lookups()
        assert (outcome, uri_m) == ("none", None)
        assert "2023-03-09: an archived HTTP 404" in reason

    story(tmp_path, scene, tell)


def test_an_archive_that_shows_nothing_is_believed_about_a_200(tmp_path: Path) -> None:
    def scene(web: Web) -> None:
        web.say("cdx.example.org", "/cdx", rows((STAMP, "200")))
        web.say("replay.example.org", "*", page("down", "503 Service Unavailable"))

    async def tell(place: Place) -> None:
        await place.run()
        ((outcome, uri_m, _, reason),) = place.lookups()
        assert (outcome, uri_m) == ("found", f"{REPLAY}{STAMP}/{GONE}")
        assert "by the archive's word alone" in reason

    story(tmp_path, scene, tell, MementoSettings(cdx_url=CDX, replay_url=REPLAY, copy=True))


HUGE = [b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n",
        *[b"x" * 60_000] * 40]  # fmt: skip
DRIP = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
    *[part for _ in range(200) for part in (b"[", 0.1)],
]
OUTAGES = [
    ("nobody answers", [30.0], True),
    ("a reset", [Reset()], True),
    ("502", page("<html>bad</html>", "502 Bad Gateway"), True),
    ("429 for an hour", page("slow down", "429 Too Many Requests", Retry_After="3600"), True),
    ("a slow drip", DRIP, True),
    ("torn in the middle", [b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n[[", Reset()], True),
    ("a redirect to a private address", redirect("http://192.168.0.1/cdx"), True),
    ("a redirect loop", redirect("/cdx"), True),
    ("no http at all", [b"220 mail.example.org ESMTP\r\n\r\n"], True),
    ("200 with html", page("<html><title>Maintenance</title></html>"), False),
    ("403 with words", page("Blocked Site Error", "403 Forbidden"), False),
    ("404 of the service", page("no such page", "404 Not Found"), False),
    ("an endless answer", HUGE, False),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "is_silent"), [outage[1:] for outage in OUTAGES],
                         ids=[outage[0] for outage in OUTAGES])  # fmt: skip
def test_an_outage_costs_a_line_in_the_report_and_nothing_else(
    tmp_path: Path, reply: Any, is_silent: bool
) -> None:
    """Other archives are asked all the same; the next run asks the one that failed again."""
    sources = [f"http://gone.example.org/{n}" for n in range(5)]

    def scene(web: Web) -> None:
        web.say("gone.example.org", "*", page("gone", "404 Not Found"))
        web.say("cdx.example.org", "/cdx", reply)
        web.say("maps.example.org", "*", page("", "404 Not Found"))

    async def tell(place: Place) -> None:
        report = await asyncio.wait_for(place.run(*sources), 20)
        assert report.fetch.sources == 5
        assert report.fetch.failed == 5
        (silent,) = report.mementos.silent
        assert silent.archive == "cdx.example.org"
        asked = 1 if is_silent else 3
        assert silent.left == (5 if is_silent else 2)
        assert query(place.workplace, "SELECT archive, outcome, count(*) FROM memento_lookups"
                     " GROUP BY archive, outcome") == [
            *([] if is_silent else [("cdx.example.org", "unknown", asked)]),
            ("maps.example.org", "none", 5),
        ]  # fmt: skip
        place.web.say("cdx.example.org", "/cdx", rows())
        again = await place.run(*sources)
        assert again.mementos.silent == ()
        assert again.mementos.asked == silent.left

    mementos = MementoSettings(cdx_url=CDX, replay_url=REPLAY, timemap_urls=(MAPS,),
                               max_bytes=1_000_000, timeout_s=1.0)  # fmt: skip
    story(tmp_path, scene, tell, mementos)


def test_what_says_nothing_never_takes_the_place_of_a_copy(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        await place.run()
        place.web.say("cdx.example.org", "/cdx", page("<html>"))
        await place.run(workplace=replace(place.workplace, clock=Later(days=40)))
        assert len(place.web.paths_asked("cdx.example.org")) == 2
        assert place.lookups("outcome, uri_m") == [("found", f"{REPLAY}{STAMP}/{GONE}")]

    story(tmp_path, a_stand_in, tell)


def timemap(*lines: str, url: str = GONE) -> bytes:
    return page(
        ",\n".join([f'<{url}>; rel="original"', *lines]), Content_Type="application/link-format"
    )


def test_a_timemap_in_pages_is_read_where_the_day_is(tmp_path: Path) -> None:
    """The page that holds the day is read before the others; every copy is looked at first."""

    def scene(web: Web) -> None:
        web.say("maps.example.org", f"/timemap/{GONE}", timemap(
            '</timemap/1>; rel="timemap"; from="Fri, 01 Jan 2010 00:00:00 GMT";'
            ' until="Fri, 01 Jan 2021 00:00:00 GMT"',
            '</timemap/2>; rel="timemap"; from="Sat, 02 Jan 2021 00:00:00 GMT";'
            ' until="Mon, 01 Jan 2024 00:00:00 GMT"',
        ))  # fmt: skip
        web.say("maps.example.org", "/timemap/2", timemap(
            f'</AbC,1>; rel="first last memento"; datetime="{WHEN}"',
            '</timemap/1>; rel="timemap"'))  # fmt: skip
        web.say("maps.example.org", "/AbC,1", copy_of_page())

    async def tell(place: Place) -> None:
        await place.run()
        assert place.lookups("archive, outcome, uri_m") == [
            ("maps.example.org", "found", "http://maps.example.org/AbC,1")
        ]
        assert place.web.paths_asked("maps.example.org") == [
            f"/timemap/{GONE}", "/timemap/2", "/AbC,1",
        ]  # fmt: skip

    story(tmp_path, scene, tell, MementoSettings(timemap_urls=(MAPS,), max_pages=2))


def test_a_timemap_that_never_ends_is_left(tmp_path: Path) -> None:
    def more(asked: Asked) -> bytes:
        number = int(asked.target.rpartition("/")[2]) + 1
        return timemap(f'</timemap/{number}>; rel="timemap"')

    def scene(web: Web) -> None:
        web.say("maps.example.org", "*", more)

    async def tell(place: Place) -> None:
        await place.run()
        ((outcome, reason),) = place.lookups("outcome, reason")
        assert (outcome, reason) == ("unknown", "a TimeMap of more than 5 pages")
        assert len(place.web.paths_asked("maps.example.org")) == 5

    story(tmp_path, scene, tell, MementoSettings(timemap_urls=(MAPS,)))


def test_a_timemap_that_names_a_private_address_reaches_nobody(tmp_path: Path) -> None:
    def scene(web: Web) -> None:
        web.say("maps.example.org", "*", timemap(
            f'<http://10.0.0.1:{web.port}/secret>; rel="memento"; datetime="{WHEN}"',
            f'<http://[::1]/secret>; rel="memento"; datetime="{WHEN}"'))  # fmt: skip

    async def tell(place: Place) -> None:
        report = await place.run()
        assert place.lookups("outcome") == [("none",)]
        assert report.mementos.silent == ()
        assert not any("secret" in asked.target for asked in place.web.asked)

    story(tmp_path, scene, tell, MementoSettings(timemap_urls=(MAPS,)))


def test_an_empty_availability_answer_is_unknown(tmp_path: Path) -> None:
    def scene(web: Web) -> None:
        web.say("avail.example.org", "*", page('{"url": "x", "archived_snapshots": {}}'))

    async def tell(place: Place) -> None:
        report = await place.run()
        assert place.lookups("outcome") == [("unknown",)]
        assert report.mementos.with_memento == 0

    story(
        tmp_path,
        scene,
        tell,
        MementoSettings(availability_url="http://avail.example.org/available"),
    )


def test_a_copy_that_a_service_shows_at_another_moment_is_told_with_that_moment(
    tmp_path: Path,
) -> None:
    """The service leads on to the copy that it has; only an archived redirect is none."""

    def scene(web: Web) -> None:
        web.say("cdx.example.org", "/cdx", rows((STAMP, "200")))
        web.say(
            "replay.example.org",
            f"/web/{STAMP}id_/{GONE}",
            redirect(f"/web/20230309101500id_/{GONE}"),
        )
        moved = copy_of_page("Thu, 09 Mar 2023 10:15:00 GMT")
        web.say("replay.example.org", f"/web/20230309101500id_/{GONE}", moved)

    async def tell(place: Place) -> None:
        await place.run()
        ((outcome, uri_m, at, _),) = place.lookups()
        assert (outcome, at[:19]) == ("found", "2023-03-09T10:15:00")
        assert uri_m == f"{REPLAY}20230309101500/{GONE}"

    story(tmp_path, scene, tell)


def test_a_walled_source_is_looked_up_too(tmp_path: Path) -> None:
    walled = "http://wall.example.org/story/1"

    def scene(web: Web) -> None:
        web.say("wall.example.org", "*", page("pay", "402 Payment Required"))
        web.say("cdx.example.org", "/cdx", rows((STAMP, "200"), url=walled))
        web.say("replay.example.org", "*", copy_of_page())

    async def tell(place: Place) -> None:
        report = await place.run(walled)
        assert (report.mementos.absent, report.mementos.with_memento) == (1, 1)

    story(tmp_path, scene, tell)


def test_lines_say_what_was_asked_when_and_near_which_day(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        began = datetime.now(UTC) - timedelta(seconds=1)
        await place.run(published="2022-06")
        archive = ArchiveReader(place.workplace.archive_root)
        (line,) = [line for line, _ in archive.journal_lines() if isinstance(line, MementoLine)]
        assert line.lookup.url == GONE
        assert line.lookup.at > began
        assert line.lookup.copy is None
        near = line.lookup.near
        assert near is None or near.isoformat() == "2022-06-30T23:59:59+00:00"

    story(tmp_path, a_stand_in, tell)


def test_the_timemap_of_a_source_names_our_captures_and_others_copies(tmp_path: Path) -> None:
    """It is read back by our own reader; our captures have no address on the web but a record's id."""

    async def tell(place: Place) -> None:
        place.web.say("gone.example.org", "/news/42", page(TEXT))
        await place.run()
        place.web.say("gone.example.org", "/news/42", page("gone", "404 Not Found"))
        await place.run(workplace=replace(place.workplace, clock=Later(days=40)))
        text = await asyncio.to_thread(export_timemap, place.workplace, GONE)
        assert text.startswith(f'<{GONE}>; rel="original",\n')
        first, last = (link for link in read_links(text) if "memento" in link.rels)
        assert (first.rels, first.params["datetime"]) == ({"first", "memento"}, WHEN)
        assert first.target == f"{REPLAY}{STAMP}/{GONE}"
        assert last.rels == {"last", "memento"}
        (warc,) = query(place.workplace, "SELECT warc_file, warc_offset, warc_length FROM captures")
        record = ArchiveReader(place.workplace.archive_root).read(WarcPlace(*warc))
        assert record.record_id == f"<{last.target}>"
        timemap = read_timemap(text.encode(), "http://maps.example.org/", GONE)
        assert timemap is not None
        assert [copy.uri_m for copy in timemap.copies] == [first.target]

    story(tmp_path, a_stand_in, tell)


def test_a_withdrawn_capture_is_in_no_timemap(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        place.web.say("gone.example.org", "/news/42", page(TEXT))
        await place.run()
        assert "urn:uuid:" in await asyncio.to_thread(export_timemap, place.workplace, GONE)
        order = Order(GONE, "a test", "a tester")
        await asyncio.to_thread(withdraw, place.workplace, order)
        text = await asyncio.to_thread(export_timemap, place.workplace, GONE)
        assert text == f'<{GONE}>; rel="original"\n'

    story(tmp_path, a_stand_in, tell)


def test_a_copy_that_was_withdrawn_is_not_copied_again(tmp_path: Path) -> None:
    async def tell(place: Place) -> None:
        await place.run()
        order = Order(GONE, "a test", "a tester")
        report = await asyncio.to_thread(withdraw, place.workplace, order)
        assert len(report.withdrawals) == 1
        with open_store(place.workplace.db_path) as store:
            store.db.execute("DELETE FROM memento_lookups")  # as if nobody had ever asked
        again = await place.run()
        assert (again.mementos.with_memento, again.mementos.copied) == (1, 0)

    story(tmp_path, a_stand_in, tell, MementoSettings(cdx_url=CDX, replay_url=REPLAY, copy=True))


def test_the_commands_say_what_was_found_and_what_did_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PROVENANCE_DB", "PROVENANCE_ARCHIVE", "PROVENANCE_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    async def tell(place: Place) -> None:
        sections = {"mementos": {"cdx_url": CDX, "replay_url": REPLAY, "timemap_urls": [MAPS]}}
        settings_file(tmp_path, place.workplace.settings, **sections)
        place.path.write_text(a_document(GONE))
        place.web.say("maps.example.org", "*", page("down", "500 Internal Server Error"))
        config = ("--config", "settings.toml")
        ran = await asyncio.to_thread(run, tmp_path, "ingest", "draft.txt", *config)
        assert ran.code == 0, ran.err
        assert "1 gone, walled or blocked: 1 has a memento" in ran.out
        assert "maps.example.org did not answer: HTTP 500" in ran.out
        shown = await asyncio.to_thread(run, tmp_path, "trace", GONE, *config)
        assert f"copy of 2023-03-09 at cdx.example.org: {REPLAY}{STAMP}/{GONE}" in " ".join(
            shown.out.split()
        )
        again = await asyncio.to_thread(run, tmp_path, "mementos", GONE, "--json", *config)
        assert again.json["mementos"]["silent"][0]["archive"] == "maps.example.org"
        assert again.json["submitted"] is None
        made = ("export", "--format", "timemap", "--source", GONE, "-o", "-")
        exported = await asyncio.to_thread(run, tmp_path, *made, *config)
        assert exported.code == 0, exported.err
        assert WHEN in exported.out
        wrong = await asyncio.to_thread(run, tmp_path, "mementos", "no such source", *config)
        assert wrong.code == 2

    story(tmp_path, a_stand_in, tell, attempts=1)


def test_a_run_killed_while_archives_are_asked_loses_and_doubles_nothing(tmp_path: Path) -> None:
    sources = [f"http://gone.example.org/{n}" for n in range(4)]

    def scene(web: Web) -> None:
        web.say("gone.example.org", "*", page("gone", "404 Not Found"))
        answer = rows((STAMP, "200"))
        web.say("cdx.example.org", "/cdx", lambda _: [0.3, answer])
        web.say("replay.example.org", "*", copy_of_page())

    async def tell(place: Place) -> None:
        sections = {"mementos": {"cdx_url": CDX, "replay_url": REPLAY, "copy": True}}
        settings_file(tmp_path, place.workplace.settings, **sections)
        place.path.write_text(a_document(*sources))
        running = Running(tmp_path, "ingest", "draft.txt", "--config", "settings.toml")
        while len(place.web.paths_asked("cdx.example.org")) < 3:
            assert running.process.poll() is None
            await asyncio.sleep(0.01)
        running.process.kill()
        assert (await asyncio.to_thread(running.end)).code == -9
        report = await place.run(*sources)
        assert (report.mementos.absent, report.mementos.with_memento) == (4, 4)
        assert 1 <= report.mementos.asked <= 2
        lines = [line for line, _ in ArchiveReader(place.workplace.archive_root).journal_lines()]
        found = [line.lookup.source_id for line in lines if isinstance(line, MementoLine)]
        assert len(found) == len(set(found)) == 4
        assert check_with_strangers(place.workplace.archive_root) > 0
        before = all_rows(place.workplace.db_path)
        await asyncio.to_thread(rebuild, place.workplace)
        assert all_rows(place.workplace.db_path) == before

    story(tmp_path, scene, tell, MementoSettings(cdx_url=CDX, replay_url=REPLAY, copy=True))
