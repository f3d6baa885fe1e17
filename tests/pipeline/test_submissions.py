"""Another archive is asked to keep what is live, within its limits, once a day at most.

The service is a stand-in on loopback that answers as Save Page Now 2 is documented to.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from msgspec.structs import replace

from provenance import IngestOptions, ingest, rebuild
from provenance.errors import SettingsError
from provenance.fetch.fetcher import Fetcher
from provenance.pipeline.progress import silent_progress
from provenance.pipeline.report import SubmitReport
from provenance.pipeline.submissions import KEY_VARIABLE, read_key, submit_pages
from provenance.pipeline.writing import open_for_writing
from provenance.settings import SubmitSettings
from support.saving import SAVE, Service, answer
from support.web import Clock, Part, Reset, Web, page, settings_for, until
from support.workplace import a_workplace, all_rows, query

KEY = "accessKEY123:secretKEY456"
HOSTS = ("live.example.org", "save.example.org")


class Place:
    """A workplace with live sources, a clock that moves when somebody sleeps, and runs."""

    def __init__(self, folder: Path, web: Web, submit: SubmitSettings, **fetch: Any) -> None:
        self.clock = Clock()
        settings = replace(settings_for(web, *HOSTS, **fetch), submit=submit)
        self.workplace = replace(a_workplace(folder, settings), clock=self.clock)
        self.folder = folder

    async def take(self, count: int) -> None:
        text = "\n".join(f"Barge {n} came.[{n}]" for n in range(1, count + 1))
        notes = "\n".join(f"[{n}] http://live.example.org/{n}\n" for n in range(1, count + 1))
        path = self.folder / "draft.txt"
        path.write_text(f"The Barges\n\n{text}\n\nReferences\n\n{notes}")
        await asyncio.to_thread(ingest, [str(path)], self.workplace, IngestOptions())

    async def submit(self) -> SubmitReport:
        with open_for_writing(self.workplace) as (store, archive):
            async with Fetcher(
                self.workplace.settings, clock=self.clock, sleep=self.clock.sleep
            ) as fetcher:

                async def opened() -> Fetcher:
                    return fetcher

                return await submit_pages(
                    store, archive, self.workplace, open_fetcher=opened, progress=silent_progress,
                    sleep=self.clock.sleep,
                )  # fmt: skip

    def rows(self) -> list[tuple[Any, ...]]:
        return query(self.workplace, "SELECT url, outcome FROM submissions ORDER BY url")


def story(
    folder: Path, tell: Callable[[Place, Service], Any], *, pages: int = 3, **changes: Any
) -> None:
    async def main() -> None:
        async with Web() as web:
            web.say("live.example.org", "*", page("<title>Barges</title><p>" + "word " * 99))
            service = Service(web)
            submit = replace(SubmitSettings(save_url=SAVE, per_minute=60.0), **changes)
            place = Place(folder, web, submit)
            await place.take(pages)
            await tell(place, service)

    asyncio.run(main())


def test_live_pages_are_sent_and_what_the_service_made_is_known(tmp_path: Path) -> None:
    async def tell(place: Place, service: Service) -> None:
        report = await place.submit()
        assert (report.asked, report.done, report.left, report.pending) == (3, 3, 0, 0)
        assert report.silent == ""
        assert sorted(service.sent) == [f"http://live.example.org/{n}" for n in (1, 2, 3)]
        assert query(place.workplace, "SELECT outcome, uri_m FROM submissions ORDER BY url LIMIT 1") == [
            ("done", "https://web.archive.org/web/20261122120000/http://live.example.org/1")
        ]  # fmt: skip
        before = all_rows(place.workplace.db_path)
        await asyncio.to_thread(rebuild, place.workplace)
        assert all_rows(place.workplace.db_path) == before

    story(tmp_path, tell)


def test_nothing_is_sent_by_default(tmp_path: Path) -> None:
    async def tell(place: Place, service: Service) -> None:
        assert await place.submit() == SubmitReport()
        assert service.asked == []

    story(tmp_path, tell, save_url="")


def test_nothing_is_sent_twice_within_the_year(tmp_path: Path) -> None:
    async def tell(place: Place, service: Service) -> None:
        await place.submit()
        place.clock.now += timedelta(days=300)
        assert (await place.submit()).asked == 0
        place.clock.now += timedelta(days=70)
        await place.submit()
        assert len(service.sent) == 6

    story(tmp_path, tell)


def test_the_limits_a_minute_a_day_and_at_once_are_kept(tmp_path: Path) -> None:
    async def tell(place: Place, service: Service) -> None:
        began = place.clock.now
        report = await place.submit()
        assert (report.asked, report.left) == (5, 3)
        assert service.most_open <= 2
        assert (place.clock.now - began).total_seconds() >= 4 * 20
        assert (await place.submit()).asked == 0
        place.clock.now += timedelta(days=1, seconds=1)
        assert (await place.submit()).asked == 3
        assert len(set(service.sent)) == len(service.sent) == 8

    story(tmp_path, tell, pages=8, per_minute=3.0, per_day=5, concurrent=2)


LOST: list[tuple[str, bytes | list[Part]]] = [
    ("a reset", [Reset()]),
    ("no answer", [30.0]),
    ("502", page("bad", "502 Bad Gateway")),
    ("html", page("<html><title>Oops</title>")),
    ("a torn answer", [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", Reset()]),
    ("a redirect", page("", "307 Temporary Redirect", Location="http://live.example.org/1")),
]


@pytest.mark.parametrize("reply", [reply for _, reply in LOST], ids=[name for name, _ in LOST])
def test_a_lost_answer_ends_the_run_and_is_not_sent_again_within_a_day(
    tmp_path: Path, reply: bytes | list[Part]
) -> None:
    async def tell(place: Place, service: Service) -> None:
        service.on_post = lambda _: reply
        report = await place.submit()
        assert report.silent
        assert (len(service.sent), report.left) == (1, 2)
        service.on_post = lambda _: None
        assert (await place.submit()).done == 2
        assert len(set(service.sent)) == len(service.sent) == 3
        place.clock.now += timedelta(days=1, seconds=1)
        assert (await place.submit()).done == 1
        assert service.sent[-1] == service.sent[0]

    story(tmp_path, tell, timeout_s=0.5)


BUSY = [
    ("429", page("slow down", "429 Too Many Requests")),
    ("503", page("down", "503 Service Unavailable")),
    ("a wrong key", page("no", "401 Unauthorized")),
    ("too many sessions", answer(status="error", status_ext="error:user-session-limit", message="You…")),
]  # fmt: skip


@pytest.mark.parametrize("reply", [reply for _, reply in BUSY], ids=[name for name, _ in BUSY])
def test_what_was_not_taken_waits_in_the_queue_for_the_next_run(
    tmp_path: Path, reply: bytes
) -> None:
    async def tell(place: Place, service: Service) -> None:
        service.on_post = lambda _: reply
        report = await place.submit()
        assert report.silent
        assert (report.asked, report.left) == (0, 3)
        assert [outcome for _, outcome in place.rows()] == ["queued"]
        service.on_post = lambda _: None
        place.clock.now += timedelta(minutes=5)
        assert (await place.submit()).done == 3

    story(tmp_path, tell)


def test_errors_of_a_page_are_told_apart_from_errors_of_the_moment(tmp_path: Path) -> None:
    async def tell(place: Place, service: Service) -> None:
        said = {
            "1": answer(status="error", status_ext="error:blocked-url", message="no"),
            "2": answer(status="error", status_ext="error:too-many-daily-captures", message="10"),
            "3": answer(status="error", status_ext="error:gateway-timeout", message="slow"),
        }
        service.on_post = lambda url: said[url[-1]]
        report = await place.submit()
        assert (report.refused, report.unavailable, report.silent) == (2, 1, "")
        assert [outcome for _, outcome in place.rows()] == ["refused", "refused", "unavailable"]
        place.clock.now += timedelta(hours=23)
        await place.submit()
        assert len(service.sent) == 3
        place.clock.now += timedelta(hours=2)
        await place.submit()
        assert service.sent[3:] == ["http://live.example.org/3"]

    story(tmp_path, tell)


def test_a_job_that_failed_is_told_so(tmp_path: Path) -> None:
    async def tell(place: Place, service: Service) -> None:
        service.ended = {"status": "error", "status_ext": "error:no-access", "message": "403"}
        assert (await place.submit()).refused == 3

    story(tmp_path, tell)


def test_a_run_that_was_killed_goes_on_where_it_was_and_sends_nothing_twice(tmp_path: Path) -> None:
    """Killed at each of its steps in turn; what is on disk then is all that the next run has."""

    class Killed(BaseException):
        pass

    async def tell(place: Place, service: Service) -> None:
        for step in range(1, 12):
            count = 0

            async def until_killed(seconds: float, step: int = step) -> None:
                nonlocal count
                count += 1
                if count == step % 4 + 1:
                    raise Killed
                place.clock.now += timedelta(seconds=seconds)

            asked = place.clock.sleep
            place.clock.sleep = until_killed  # type: ignore[method-assign]
            try:
                await place.submit()
            except Killed:
                pass
            finally:
                place.clock.sleep = asked  # type: ignore[method-assign]
        await place.submit()
        assert len(service.sent) == len(set(service.sent)) == 6
        assert {outcome for _, outcome in place.rows()} == {"done"}

    story(tmp_path, tell, pages=6, concurrent=2)


def test_a_request_that_was_on_its_way_when_the_run_was_killed_waits_a_day(tmp_path: Path) -> None:
    async def tell(place: Place, service: Service) -> None:
        service.on_post = lambda _: [5.0]
        task = asyncio.create_task(place.submit())
        await until(lambda: bool(service.sent) or task.done(), 10.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        service.on_post = lambda _: None
        await place.submit()
        assert len(service.sent) == len(set(service.sent)) == 3
        assert sorted(outcome for _, outcome in place.rows()) == ["asked", "done", "done"]

    story(tmp_path, tell)


def test_jobs_that_never_end_are_left_for_the_next_run(tmp_path: Path) -> None:
    async def tell(place: Place, service: Service) -> None:
        service._pending = 1_000
        report = await place.submit()
        assert (report.asked, report.pending, report.left) == (2, 2, 1)
        service._pending = 0
        assert (await place.submit()).done == 3

    story(tmp_path, tell, concurrent=2, wait_for_jobs_s=60.0)


def test_the_key_goes_over_tls_to_the_service_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    caplog.set_level(logging.DEBUG)

    async def main() -> None:
        ca = trustme.CA()
        ca_file = tmp_path / "ca.pem"
        ca.cert_pem.write_to_path(str(ca_file))
        async with Web(ca) as web:
            await web.serve_tls("save.example.org")
            web.say("live.example.org", "*", page("<title>Barges</title><p>" + "word " * 99))
            service = Service(web)
            submit = SubmitSettings(save_url=SAVE.replace("http:", "https:"), per_minute=60.0)
            place = Place(tmp_path, web, submit, ca_file=str(ca_file))
            await place.take(1)
            assert (await place.submit()).done == 1
            assert all(
                f"Authorization: LOW {KEY}".encode() in asked.head for asked in service.asked
            )
            others = [asked for asked in web.asked if asked.host == "live.example.org"]
            assert others
            assert not any(KEY.encode() in asked.head for asked in others)
            away = page("", "302 Found", Location="http://live.example.org/take")
            service.on_post = lambda _: away
            place.clock.now += timedelta(days=400)
            await place.submit()
            assert not any(asked.target == "/take" for asked in web.asked)
            for path in tmp_path.rglob("*"):
                if path.is_file():
                    assert b"secretKEY456" not in path.read_bytes()

    asyncio.run(main())
    assert "secretKEY456" not in caplog.text


def test_a_key_is_never_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    with pytest.raises(SettingsError) as told:
        read_key(SubmitSettings(save_url=SAVE))
    assert "secretKEY456" not in str(told.value)


@pytest.mark.parametrize("key", ["nocolon", "a b:c", "a:b\nX: y", ":x"])
def test_what_is_no_key_is_refused_and_not_repeated(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    file = tmp_path / "key"
    file.write_text(key)
    settings = SubmitSettings(save_url="https://save.example.org/save", key_file=str(file))
    with pytest.raises(SettingsError) as told:
        read_key(settings)
    assert key not in f"{told.value} {told.value.hint}" or key == ":x"


def test_the_key_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    settings = SubmitSettings(save_url="https://save.example.org/save", key_file=str(file))
    assert read_key(settings) == KEY
    assert read_key(replace(settings, key_file="")) is None
