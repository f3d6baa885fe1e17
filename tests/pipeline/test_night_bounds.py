"""A bound in minutes holds whatever the web sends: nothing that was done by then is lost, the rest waits."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from provenance import Workplace
from provenance.link.extractor import Extractor
from provenance.model import Extract, NightReport
from provenance.pipeline import evidence as evidence_module
from provenance.pipeline.evidence import find_all_evidence
from provenance.pipeline.night_budget import BudgetSpent
from provenance.pipeline.nightly import run_night
from provenance.pipeline.progress import Stage, silent_progress
from provenance.pipeline.writing import open_for_writing
from provenance.settings import Settings
from support.counting_web import HOSTS, CountingWeb
from support.workplace import a_draft, a_workplace, ingest_text, query

# 1.2 seconds, of which the last tenth is for reading and telling.
MINUTES = 0.02
# A busy machine starts threads and children late.
SLACK_S = 2.0


def a_desk(folder: Path, settings: Settings, sources: int = 6) -> Workplace:
    night = replace(settings.night, max_minutes=MINUTES)
    desk = a_workplace(folder, replace(settings, night=night))
    urls = [f"http://{HOSTS[number % 3]}/page/{number}" for number in range(sources)]
    ingest_text(desk, folder / "draft.txt", a_draft(urls))
    return desk


def timed(desk: Workplace) -> tuple[NightReport, float]:
    began = time.monotonic()
    return run_night(desk), time.monotonic() - began


@contextmanager
def a_dripping_web() -> Iterator[str]:
    """Every answer is a byte now and then, without end: no single wait is ever too long."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                self.send_error(404)
                return
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            try:
                while not over.wait(0.02):
                    self.wfile.write(b"x")
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_answers_that_drip_for_ever_end_with_the_minutes(tmp_path: Path) -> None:
    with a_dripping_web() as address, CountingWeb() as web:
        settings = web.settings()
        stand_ins = {f"{host}:80": address for host in HOSTS}
        fetch = replace(settings.fetch, connect_to=stand_ins)
        report, took_s = timed(a_desk(tmp_path, replace(settings, fetch=fetch)))
    assert took_s < MINUTES * 60 + SLACK_S
    assert report.run.ended_by == "minutes"
    assert (report.run.due, report.run.skipped, report.run.failed) == (6, 6, 0)
    assert report.states == {"unchecked": 6}


def test_pages_that_take_half_a_minute_to_read_end_with_the_minutes_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Extractor.extract

    async def slow(self: Extractor, data: bytes, media_type: str, url: str) -> Extract:
        if url.endswith(("1", "2")):
            await asyncio.sleep(30)
        return await read(self, data, media_type, url)

    with CountingWeb() as web:
        desk = a_desk(tmp_path, web.settings())
        with monkeypatch.context() as patched:
            patched.setattr(Extractor, "extract", slow)
            patched.setattr("provenance.pipeline.night_budget.TimeBudget.left_s", lambda _: 1.5)
            report, took_s = timed(desk)
    assert took_s < MINUTES * 60 + 1.5 + SLACK_S
    assert report.run.checked == 6
    texts = "SELECT count(*) FROM texts WHERE reason IS NULL"
    assert query(desk, texts) == [(4,)]


def test_a_long_page_with_many_claims_can_be_left_between_two_and_is_taken_up_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_module, "_AT_ONCE_CHARS", 1)

    class Impatient:
        def __init__(self) -> None:
            self.left = 3

        def advance(self, note: str = "", by: int = 1) -> None:
            self.left -= 1
            if not self.left:
                raise BudgetSpent

    @contextmanager
    def impatient(*_: Any, **__: Any) -> Iterator[Stage]:
        yield Impatient()

    with CountingWeb() as web:
        desk = a_workplace(tmp_path, web.settings())
        url = f"http://{HOSTS[0]}/page/1"
        ingest_text(desk, tmp_path / "draft.txt", a_draft([url] * 5))
        monkeypatch.setattr("provenance.pipeline.nightly.find_all_evidence", lambda *_: 0)
        run_night(desk)
    count = "SELECT count(*) FROM evidence WHERE capture_id IS NOT NULL"
    with open_for_writing(desk, silent_progress) as (store, _):
        with pytest.raises(BudgetSpent):
            find_all_evidence(store, impatient)
        assert store.db.value(count) == 3
        find_all_evidence(store, silent_progress)
        assert store.db.value(count) == 5
