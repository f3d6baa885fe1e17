"""What a night costs beside the network: the due list at a million sources, the bookkeeping of its looks.

`python benchmarks/night.py` (a few minutes; `--checks 10000 --sources 100000` for a small one). Invented
rows and pages; looks come from memory. The second night is the one that counts: most pages are what they were
(six in ten the same bytes, a quarter 304), one in ten is gone, one in twenty fails.
"""

import argparse
import asyncio
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from provenance.formats.ids import sha256_hex
from provenance.keep.spool import Look
from provenance.model import (
    Exchange,
    Failure,
    JournalPosition,
    Source,
    TextLine,
    Visit,
)
from provenance.pipeline import nightly
from provenance.pipeline.catchup import open_store
from provenance.pipeline.conditions import HeldPage
from provenance.pipeline.nightly import run_night
from provenance.pipeline.workplace import Workplace
from provenance.settings import ArchiveSettings, Settings
from provenance.store.database import open_database
from provenance.store.due import list_due, weigh_sources
from provenance.watch.due import order_due

START = datetime(2026, 1, 1, 2, tzinfo=UTC)
_WORDS = "The toll at the upper ford is sixteen crowns for a barge and half of that for a cart. "

_SOURCES = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO sources (source_id, "key", kind, url, canonical_url, host, truncated, access)
SELECT printf('source-%024x', i), printf('web %d', i), 'web',
  printf('https://h%d.example/p/%d', i % :hosts, i), printf('https://h%d.example/p/%d', i % :hosts, i),
  printf('h%d.example', i % :hosts), 0, 'open' FROM n
"""
# 2 % due now, the others over the thirty days to come; one in forty was never looked at.
_STATES = """
INSERT INTO states (source_id, state, rule, reason, last_checked, last_ok, next_due, last_vantage,
  checks, captures)
SELECT source_id, CASE WHEN rowid % 40 THEN 'alive' ELSE 'unchecked' END, 'last_look', 'HTTP 200',
  CASE WHEN rowid % 40 THEN '2025-12-01T02:00:00.000000Z' END,
  CASE WHEN rowid % 40 THEN '2025-12-01T02:00:00.000000Z' END,
  CASE WHEN rowid % 40 THEN strftime('%Y-%m-%dT%H:%M:%f000Z', '2025-12-31T11:00:00',
    printf('+%d seconds', abs(random()) % 2592000)) END,
  CASE WHEN rowid % 40 THEN 'online' END, rowid % 40 > 0, 0
FROM sources
"""


def timed(what: str, work: Callable[[], object]) -> object:
    began, cpu = time.perf_counter(), time.process_time()
    made = work()
    print(
        f"{what:<62}{time.perf_counter() - began:9.3f} s{time.process_time() - cpu:9.3f} s CPU",
        flush=True,
    )
    return made


def measure_due_list(folder: Path, count: int) -> None:
    print(f"\nDue list, {count:,} sources on {count // 50:,} hosts")
    db = open_database(folder / "due.db")
    with db.atomic():
        timed(
            "  rows of sources", lambda: db.rows(_SOURCES, {"count": count, "hosts": count // 50})
        )
        timed("  rows of states, with the triggers that keep the list", lambda: db.rows(_STATES))
    with db.atomic():
        db.execute("INSERT OR IGNORE INTO _weigh SELECT source_id FROM sources")
    timed("  weigh every source", lambda: weigh_sources(db))
    with db.atomic():  # as if a third had evidence, a tenth stood alone
        db.execute(
            "UPDATE _due SET weight = (abs(random()) % 3 = 0) * 4 + (abs(random()) % 10 = 0) * 2"
        )
    db.close()
    db = open_database(folder / "due.db")
    found = list_due(db, START)
    for name in ("first time after opening", "second time"):
        found = timed(f"  due list, {name}", lambda: list_due(db, START))
    print(f"    {len(found):,} due")  # type: ignore[arg-type]
    timed("  put it in order, bounded", lambda: order_due(found, is_bounded=True))  # type: ignore[arg-type]
    timed("  put it in order, unbounded", lambda: order_due(found, is_bounded=False))  # type: ignore[arg-type]
    db.close()


class Remembered:
    """A crew that looks at nothing: its pages come from memory."""

    def __init__(self, night: int, clock: Callable[[], datetime]) -> None:
        self._night = night
        self._clock = clock

    async def visits(
        self, sources: Mapping[str, Source], held: Mapping[str, HeldPage]
    ) -> AsyncGenerator[Visit, None]:
        for url in sources:
            number = int(url.rpartition("/")[2])
            yield self._visit(url, number, held.get(url))
            await asyncio.sleep(0)

    @property
    def requests(self) -> int:
        return 0

    def stored(self, visit: Visit) -> Look | None:  # noqa: ARG002
        return None

    def put_off(self, visit: Visit) -> bool:  # noqa: ARG002
        return False

    def _visit(self, url: str, number: int, held: HeldPage | None) -> Visit:
        at = self._clock()
        kind = number % 20 if self._night else 0
        if kind == 19:
            return Visit(url, at, failure=Failure("timeout", "no first byte in 20 s"))
        status = 404 if kind in {17, 18} else 304 if kind in range(12, 17) and held else 200
        body = page_of(number) if status == 200 else b"" if status == 304 else b"<p>gone"
        fields = (
            ("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{number}"'),
            ("Date", "Thu, 01 Jan 2026 02:00:00 GMT"), ("Content-Length", str(len(body))),
        )  # fmt: skip
        head = (
            f"HTTP/1.1 {status} Whatever\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields) + "\r\n"
        )
        asked = b"GET /p HTTP/1.1\r\nHost: h.example\r\n"
        if status == 304:
            asked += f'If-None-Match: "{number}"\r\n'.encode()
        return Visit(url, at, (Exchange(
            url, "GET", at, "192.0.2.1", asked + b"\r\n", status, head.encode(), fields, body, 80,
        ),), None, 80)  # fmt: skip


def page_of(number: int) -> bytes:
    return (f"<html><head><title>Page {number}</title></head><body><h1>Tolls {number}</h1>"
            + "".join(f"<p>{_WORDS}{number} {line}</p>" for line in range(20)) + "</body></html>").encode()  # fmt: skip


def measure_night(folder: Path, count: int) -> None:
    print(f"\nA night of {count:,} looks")
    moment = [START]

    def clock() -> datetime:
        moment[0] += timedelta(microseconds=100)
        return moment[0]

    settings = Settings(archive=ArchiveSettings(batch=1000))
    workplace = Workplace(folder / "night.db", folder / "archive", settings, clock)
    (folder / "archive").mkdir()
    db = open_database(workplace.db_path)
    with db.atomic():
        db.execute(_SOURCES, {"count": count, "hosts": count // 50})
        db.execute(
            "INSERT INTO states (source_id, state, rule, reason, checks, captures) SELECT source_id, 'unchecked', 'never_looked', '', 0, 0 FROM sources"
        )
    db.close()

    async def without_reading(*_: object) -> int:
        return 0

    nightly.extract_texts = without_reading  # type: ignore[attr-defined] # its cost is the reader's
    for night, name in enumerate(
        ("first looks: all of it is new", "thirty-five days later: most is what it was")
    ):

        def hire(*_: object, night: int = night) -> Remembered:
            return Remembered(night, clock)

        report = timed(f"  {name}", lambda hire=hire: run_night(workplace, hire=hire))
        run = report.run  # type: ignore[attr-defined]
        print(f"    {run.checked:,} checked, {run.failed:,} failed, {len(report.changes):,} changes;"  # type: ignore[attr-defined]
              f" peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")  # fmt: skip
        if not night:
            timed("    (texts put in their place)", lambda: give_texts(workplace, count))
        moment[0] = START + timedelta(days=35)
    timed("  the same rows inserted by plain sqlite3", lambda: insert_plainly(folder, workplace))


def give_texts(workplace: Workplace, count: int) -> None:
    """The text of each page, as if it had been read."""
    with open_store(workplace.db_path) as store:
        lines = []
        for number in range(count):
            digest = sha256_hex(page_of(number))
            text = f"Tolls {number}\n" + f"{_WORDS}\n" * 20
            line = TextLine(
                START,
                digest,
                sha256_hex(text.encode()),
                "generated 1",
                f"Page {number}",
                (),
                None,
                "en",
                None,
                None,
                {},
            )
            lines.append((line, JournalPosition("texts", "2026-01.jsonl", number + 1), text))
        for first in range(0, count, 1000):
            store.apply_texts(lines[first : first + 1000])
        with store.db.atomic():  # the archive holds none of them
            store.db.execute("DELETE FROM journal_positions WHERE journal = 'texts'")


def insert_plainly(folder: Path, workplace: Workplace) -> None:
    """Checks, captures and states of the second night, in batches of a thousand, with the same indices."""
    db = sqlite3.connect(folder / "plain.db")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("ATTACH ? AS night", (str(workplace.db_path),))
    for table in ("checks", "captures", "states"):
        for (sql,) in db.execute(
            "SELECT sql FROM night.sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index')"
            " AND sql IS NOT NULL ORDER BY type DESC", (table,),
        ).fetchall():  # fmt: skip
            db.execute(sql)
    rows = {
        "checks": db.execute("SELECT * FROM night.checks WHERE at > '2026-02'").fetchall(),
        "captures": db.execute("SELECT * FROM night.captures WHERE at > '2026-02'").fetchall(),
        "states": db.execute("SELECT * FROM night.states").fetchall(),
    }
    db.execute("PRAGMA synchronous = FULL")
    began = time.process_time()
    for table, held in rows.items():
        marks = ", ".join("?" * len(held[0]))
        for first in range(0, len(held), 1000):
            with db:
                db.executemany(f"INSERT INTO {table} VALUES ({marks})", held[first : first + 1000])
    print(
        f"    {sum(map(len, rows.values())):,} rows, {time.process_time() - began:.3f} s CPU for the inserts alone"
    )
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=1_000_000)
    parser.add_argument("--checks", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.sources:
            measure_due_list(folder, asked.sources)
        if asked.checks:
            measure_night(folder, asked.checks)


if __name__ == "__main__":
    sys.exit(main())
