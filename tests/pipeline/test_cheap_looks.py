"""What a look may cost the store: a bound on questions a look, and an unchanged page read once."""

import asyncio
import sqlite3
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provenance import Workplace
from provenance.keep.spool import Look
from provenance.keep.warc import make_record_id
from provenance.model import Exchange, Source, Visit
from provenance.pipeline import looks, nightly
from provenance.pipeline.conditions import HeldPage
from provenance.pipeline.nightly import run_night
from provenance.store import database
from support.workplace import a_draft, a_machine_without_internet, a_workplace, ingest_text, query

SOURCES = 96
# One question a source at most, and some 40 for the night itself, its commits and its report.
MOST_QUESTIONS = 1.5
_ANSWER = {0: 304, 1: 404}


class FromMemory:
    """A crew that asks nobody; one page in six is not modified on a later night, one in six is gone."""

    requests = 0

    def __init__(self, night: int, clock: Callable[[], datetime]) -> None:
        self._night = night
        self._clock = clock

    async def visits(
        self, sources: Mapping[str, Source], held: Mapping[str, HeldPage]
    ) -> AsyncGenerator[Visit, None]:
        for url in sources:
            number = int(url.rpartition("/")[2])
            status = _ANSWER.get(number % 6, 200) if self._night else 200
            assert not self._night or url in held
            yield visit_of(url, number, status, self._clock())
            await asyncio.sleep(0)

    def stored(self, visit: Visit) -> Look | None:
        return None

    def put_off(self, visit: Visit) -> bool:
        return False


def visit_of(url: str, number: int, status: int, at: datetime) -> Visit:
    tolls = " ".join(f"The toll at ford {each} is {number + each} crowns." for each in range(180))
    page = f"<title>Tolls {number}</title><h1>Fords</h1><p>{tolls}</p>".encode()
    body = {200: page, 304: b"", 404: b"<p>no such ford"}[status]
    fields = (("Content-Type", "text/html"), ("ETag", f'"{number}"'))
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields)
    asked = f'GET / HTTP/1.1\r\nIf-None-Match: "{number}"\r\n\r\n'.encode()
    hop = Exchange(
        url, "GET", at, "192.0.2.1", asked, status, f"{head}\r\n".encode(), fields, body, 5
    )
    return Visit(url, at, (hop,), None, 5)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    monkeypatch.setattr(
        nightly, "extract_texts", read_nothing
    )  # what reading costs is not asked here
    now = [datetime(2026, 3, 1, 2, tzinfo=UTC)]

    def clock() -> datetime:
        now[0] += timedelta(milliseconds=1)
        return now[0]

    with a_machine_without_internet() as settings:
        made = a_workplace(tmp_path, settings, clock)
        urls = [f"https://h{number % 8}.example/fords/{number}" for number in range(SOURCES)]
        ingest_text(made, tmp_path / "draft.txt", a_draft(urls))
        run_night(made, hire=lambda *_: FromMemory(0, clock))
        now[0] += timedelta(days=40)
        yield made


async def read_nothing(*_: object) -> int:
    return 0


def night_after(workplace: Workplace) -> None:
    report = run_night(workplace, hire=lambda *_: FromMemory(1, workplace.clock))
    assert report.run.checked == SOURCES


def test_a_look_asks_the_store_hardly_anything_by_itself(
    watched: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()
    connect = database._connect

    def listen(path: str, read_only: bool, busy_timeout_s: float) -> sqlite3.Connection:
        made = connect(path, read_only, busy_timeout_s)
        made.set_trace_callback(lambda sql: asked.update([sql.split(None, 1)[0].upper()]))
        return made

    monkeypatch.setattr(database, "_connect", listen)
    night_after(watched)
    questions = asked["SELECT"] + asked["WITH"]
    assert questions <= MOST_QUESTIONS * SOURCES, asked
    assert asked["SELECT"] > 10, "the statements are heard at all"


def test_a_page_of_the_same_bytes_is_judged_by_what_was_read_of_it_before(
    watched: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    read_page = looks.read_page

    def count(visit: Visit, *known: object) -> object:
        read.append(visit.url)
        return read_page(visit, *known)  # type: ignore[arg-type]

    monkeypatch.setattr(looks, "read_page", count)
    night_after(watched)
    unchanged = [number for number in range(SOURCES) if number % 6 not in _ANSWER]
    assert {int(url.rpartition("/")[2]) for url in read}.isdisjoint(unchanged)
    told = query(
        watched,
        "SELECT s.url, k.outcome, k.rule, k.facts -> '$.page', k.facts -> '$.headers'"
        " FROM checks k JOIN sources s ON s.source_id = k.source_id ORDER BY s.url, k.at",
    )
    for number in unchanged:
        first, second = [row for row in told if row[0].endswith(f"/{number}")]
        assert first == second
        assert f"Tolls {number}" in first[3]


def test_ids_of_records_are_uuids_of_what_they_say() -> None:
    for offset in range(64):
        made = make_record_id(
            "response", "https://h.example/", "2026", "ab", file="f", offset=offset
        )
        name = f"response https://h.example/ 2026 ab f {offset}"
        assert made == f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
