"""Many read while one writes: every question is answered, nobody waits for a lock, the log stays small."""

import asyncio
import socket
import threading
from pathlib import Path

import pytest

from provenance.store import database
from provenance.web.serving import Listening, _listen


def test_small_answers_are_sent_at_once() -> None:
    """With Nagle's delay on, each request on a kept connection took 44 ms in place of 1."""

    async def delays_are_off() -> list[int]:
        bound = _listen(Listening("127.0.0.1", 0), 0)
        seen: list[int] = []

        def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            taken = writer.get_extra_info("socket")
            seen.append(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(accepted, sock=bound):
            reader, writer = await asyncio.open_connection(*bound.getsockname()[:2])
            await reader.read()
            writer.close()
        return seen

    assert asyncio.run(delays_are_off()) == [1]


def test_the_log_is_begun_anew_beside_readers_who_never_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite alone lets it grow: at the end of each transaction somebody reads."""
    monkeypatch.setattr(database, "_LOG_BYTES", 200_000)
    path = tmp_path / "provenance.db"
    log = tmp_path / "provenance.db-wal"
    with database.open_database(path) as db:
        db.execute("CREATE TABLE lines (words TEXT)")
        largest = _write_beside_readers(db, path, log)
    assert largest < 1_500_000


def _write_beside_readers(db: database.Database, path: Path, log: Path) -> int:
    stop = threading.Event()
    faults: list[BaseException] = []

    def read_on() -> None:
        try:
            with database.open_database(path, read_only=True) as reading:
                while not stop.is_set():
                    reading.rows("SELECT words FROM lines ORDER BY rowid DESC LIMIT 200")
        except BaseException as error:
            faults.append(error)

    readers = [threading.Thread(target=read_on) for _ in range(4)]
    for each in readers:
        each.start()
    largest = 0
    try:
        for _ in range(200):
            with db.atomic():
                db.executemany("INSERT INTO lines VALUES (?)", [("x" * 2000,)] * 10)
            largest = max(largest, log.stat().st_size)
    finally:
        stop.set()
        for each in readers:
            each.join()
    assert faults == []
    return largest


def test_a_reader_who_stays_does_not_hold_the_writer_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LOG_BYTES", 50_000)
    monkeypatch.setattr(database, "_LOG_PATIENCE_MS", 1)
    path = tmp_path / "provenance.db"
    with database.open_database(path) as db:
        db.execute("CREATE TABLE lines (words TEXT)")
        with database.open_database(path, read_only=True) as reading, reading.atomic():
            before = reading.value("SELECT count(*) FROM lines")
            for _ in range(20):
                with db.atomic():
                    db.execute("INSERT INTO lines VALUES (?)", ("x" * 20_000,))
            assert reading.value("SELECT count(*) FROM lines") == before
        assert db.value("SELECT count(*) FROM lines") == 20
        assert db.value("PRAGMA busy_timeout") == 30_000
