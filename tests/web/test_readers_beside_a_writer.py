"""64 people read at the desk while a run writes: every question has its answer, no lock fails.

Ten seconds here; `benchmarks/readers.py` does the same for minutes on a store of 20,000 documents
and says how long each waited.
"""

import asyncio
import itertools
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

from provenance.demo.run import Demonstration
from provenance.store.database import open_database
from provenance.store.write import Store
from provenance.watch.verdict import derive_state
from support.copied import copy_workplace
from support.records import PARSER, a_document_line, a_parsed, a_source_map, positions
from support.serving import serving

READERS = 64
SECONDS = 10.0


class Writer(threading.Thread):
    """Applies one document after another, each a transaction that is on disk before the next."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.stop = threading.Event()
        self.written = 0
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            with open_database(self.path) as db:
                store = Store(db, derive_state=derive_state)
                for position in positions("generated"):
                    if self.stop.is_set():
                        return
                    parsed = a_parsed({"1": [f"https://reader.example/{self.written}"]})
                    line = a_document_line(parsed, document_id=f"while-reading-{self.written}")
                    store.apply_document(
                        line, parsed, a_source_map(parsed), position, parser=PARSER
                    )
                    self.written += 1
                    time.sleep(0.02)
        except BaseException as fault:
            self.fault = fault


def test_64_readers_and_a_writer_for_ten_seconds_without_a_fault(
    demonstrated: Demonstration, tmp_path: Path
) -> None:
    place = copy_workplace(demonstrated.workplace, tmp_path)
    writer = Writer(place.db_path)
    answers: Counter[int] = Counter()
    with serving(tmp_path, "--db", str(place.db_path), "--archive", str(place.archive_root)) as (
        address,
        _,
    ):
        writer.start()
        try:
            asyncio.run(read_all(urlsplit(address).netloc, paths_of(place.db_path), answers))
        finally:
            writer.stop.set()
            writer.join()
    assert writer.fault is None
    assert writer.written > 20
    assert set(answers) == {200}
    assert answers[200] > 3 * READERS
    with open_database(place.db_path, read_only=True) as db:
        kept = "SELECT count(*) FROM documents WHERE document_id LIKE 'while-reading-%'"
        assert db.value(kept) == writer.written
        assert db.value("PRAGMA integrity_check") == "ok"


def paths_of(db_path: Path) -> list[str]:
    """What people ask for: claims, texts, sources, lists, searches."""
    with closing(sqlite3.connect(db_path)) as db:
        claims = [row[0] for row in db.execute("SELECT claim_id FROM claims LIMIT 20")]
        documents = [row[0] for row in db.execute("SELECT document_id FROM documents")]
        sources = [row[0] for row in db.execute("SELECT source_id FROM sources LIMIT 20")]
    return [
        *(f"/api/claims/{quote(each)}" for each in claims),
        *(f"/documents/{quote(each)}" for each in documents),
        *(f"/sources/{quote(each)}" for each in sources),
        "/documents", "/search?q=toll", "/search?q=barges",
    ]  # fmt: skip


async def read_all(host: str, paths: list[str], answers: Counter[int]) -> None:
    until = time.monotonic() + SECONDS
    async with asyncio.TaskGroup() as readers:
        for number in range(READERS):
            readers.create_task(read_on(host, paths[number % len(paths) :] + paths, until, answers))


async def read_on(host: str, paths: list[str], until: float, answers: Counter[int]) -> None:
    """Ask one thing after another over one connection."""
    name, _, port = host.rpartition(":")
    reader, writer = await asyncio.open_connection(name, int(port), limit=2**22)
    for path in itertools.cycle(paths):
        if time.monotonic() > until:
            break
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))
        answers[int(head.split(None, 2)[1])] += 1
    writer.close()
    await writer.wait_closed()
