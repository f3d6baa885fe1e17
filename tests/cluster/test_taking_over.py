"""What workers leave: marks, looks and records on disk; taken over by the one writer, once."""

import asyncio
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance import Workplace, rebuild
from provenance.cluster.book import Book
from provenance.cluster.orders import Greeting, Item, Shard
from provenance.cluster.worker import Worker
from provenance.errors import ArchiveError, CorruptRecord
from provenance.keep.reader import ArchiveReader
from provenance.keep.spool import (
    Known,
    Look,
    Mark,
    Spool,
    SpoolReader,
    begin_run,
    end_run,
    is_held,
    list_runs,
    list_spools,
    settle_spool,
    stop_run,
)
from provenance.model import CheckLine, Visit
from provenance.pipeline.writing import open_for_writing
from provenance.settings import ArchiveSettings, ClusterSettings
from provenance.store.read import sources_to_fetch
from provenance.version import __version__
from support.clustered import TimedWeb
from support.keeping import check_with_strangers
from support.workplace import a_draft, a_workplace, all_rows, ingest_text, query

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
NAME = "w0123456789ab"


def a_desk(folder: Path, web: TimedWeb, pages: int = 3) -> Workplace:
    settings = replace(web.settings(), cluster=ClusterSettings(let_go_s=0.2))
    workplace = a_workplace(folder, settings)
    ingest_text(workplace, folder / "draft.txt", a_draft(web.urls(pages)))
    return workplace


def let_a_worker_look(workplace: Workplace, *, run: str = "ingest-1", stop: bool = False) -> None:
    """One worker looks at everything and dies; nobody takes in what it has seen."""
    with open_for_writing(workplace) as (store, _):
        due = sources_to_fetch(store.db, None, workplace.clock())
    items = tuple(Item(source.id, source.url or "") for source in due)

    async def main() -> None:
        begin_run(workplace.archive_root, run)
        greeting = Greeting(__version__, run, NAME, str(workplace.archive_root), workplace.settings)
        worker = Worker(greeting, workplace.archive_root, workplace.clock)
        if stop:
            stop_run(workplace.archive_root, run)
            await asyncio.sleep(0.5)
        done = await worker.look_at(Shard(NAME, 1, items))
        assert done.faults == ()
        await worker.close()

    asyncio.run(main())


def test_what_workers_of_a_killed_run_have_seen_is_taken_over_and_asked_no_more(
    tmp_path: Path,
) -> None:
    with TimedWeb(3) as web:
        workplace = a_desk(tmp_path, web)
        let_a_worker_look(workplace)
        assert query(workplace, "SELECT count(*) FROM checks") == [(0,)]
        with open_for_writing(workplace) as (store, _):
            assert sources_to_fetch(store.db, None, workplace.clock()) == []
        assert query(workplace, "SELECT count(*), count(capture_id) FROM checks") == [(9, 9)]
        assert set(web.asked.values()) == {1}
        check_with_strangers(workplace.archive_root)
        assert list_runs(workplace.archive_root) == []
        before = all_rows(workplace.db_path)
        rebuild(workplace)
        assert all_rows(workplace.db_path) == before


def test_looks_that_were_taken_over_half_are_not_taken_over_twice(tmp_path: Path) -> None:
    with TimedWeb(3) as web:
        workplace = a_desk(tmp_path, web)
        let_a_worker_look(workplace)
        (spool,) = list_spools(workplace.archive_root, "ingest-1")
        kept = spool.read_bytes()
        with open_for_writing(workplace):
            pass
        # the run was killed behind its last commit, before it settled the journal
        begin_run(workplace.archive_root, "ingest-1")
        spool.write_bytes(kept)
        with open_for_writing(workplace):
            pass
        assert query(workplace, "SELECT count(*) FROM checks") == [(9,)]
        lines = ArchiveReader(workplace.archive_root).journal_lines()
        written = [line.check.id for line, _ in lines if isinstance(line, CheckLine)]
        assert len(written) == len(set(written)) == 9, "in the journal, too"
        check_with_strangers(workplace.archive_root)


def test_a_worker_that_still_lives_is_told_to_stop_and_left_for_the_next_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with TimedWeb(2) as web:
        workplace = a_desk(tmp_path, web)
        let_a_worker_look(workplace)
        root, other = workplace.archive_root, "wfedcba987654"
        dead, alive = (
            list_spools(root, "ingest-1")[0],
            Spool(root, "ingest-1", other, ArchiveSettings()),
        )
        try:
            assert not is_held(dead)
            assert is_held(dead.with_stem(other))
            with caplog.at_level(logging.WARNING), open_for_writing(workplace):
                pass
            assert alive.is_stopped()
            assert "still written to" in caplog.text
            assert query(workplace, "SELECT count(*) FROM checks") == [(6,)]
            assert list_runs(root) == ["ingest-1"]
        finally:
            alive.close()
        with open_for_writing(workplace):
            pass
        assert list_runs(root) == []


def test_a_worker_that_was_told_to_stop_asks_nobody(tmp_path: Path) -> None:
    with TimedWeb(2) as web:
        workplace = a_desk(tmp_path, web)
        let_a_worker_look(workplace, stop=True)
        assert web.total() == 0


def test_a_mark_is_on_disk_before_its_url_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TimedWeb(4) as web:
        workplace = a_desk(tmp_path, web)
        write = Spool.write

        def check(self: Spool, marks: list[Mark], looks: list[object], now: datetime) -> None:
            early = [mark.url for mark in marks if web.asked[mark.url]]
            assert early == []
            write(self, marks, looks, now)  # type: ignore[arg-type]

        monkeypatch.setattr(Spool, "write", check)
        let_a_worker_look(workplace)
        lines = list(SpoolReader(list_spools(workplace.archive_root, "ingest-1")[0]).read())
        marks = [line.url for line in lines if isinstance(line, Mark)]
        looks = [line.visit.url for line in lines if isinstance(line, Look)]
        assert sorted(marks) == sorted(looks) == sorted(web.asked)


def test_the_marks_of_a_night_stay_until_it_is_told(tmp_path: Path) -> None:
    with TimedWeb(1) as web:
        workplace = a_desk(tmp_path, web)
        let_a_worker_look(workplace, run="night-1")
        with open_for_writing(workplace):
            pass
        assert list_runs(workplace.archive_root) == ["night-1"]
        (settled,) = list_spools(workplace.archive_root, "night-1", settled=True)
        assert len([line for line in SpoolReader(settled).read() if isinstance(line, Mark)]) == 3


def test_what_may_not_be_archived_is_in_no_record(tmp_path: Path) -> None:
    begin_run(tmp_path, "ingest-1")
    with TimedWeb(1) as web:
        desk = tmp_path / "desk"
        desk.mkdir()
        workplace = a_desk(desk, web)
        let_a_worker_look(workplace)
        lines = list(SpoolReader(list_spools(workplace.archive_root, "ingest-1")[0]).read())
        look = next(line for line in lines if isinstance(line, Look))
    visit = look.visit
    body = b"taken out once"
    visit = replace(visit, hops=tuple(replace(hop, body=body) for hop in visit.hops))
    spool = Spool(tmp_path, "ingest-1", NAME, ArchiveSettings())
    spool.write([], [("s", visit, Known(is_withheld=True))], NOW)
    spool.close()
    (told,) = SpoolReader(list_spools(tmp_path, "ingest-1")[0]).read()
    assert isinstance(told, Look)
    assert told.stored == ()
    assert told.visit.hops[-1].body == body
    assert list((tmp_path / "warc").rglob("*.gz")) == []


def test_a_line_without_its_end_is_read_when_it_has_one(tmp_path: Path) -> None:
    begin_run(tmp_path, "r")
    spool = Spool(tmp_path, "r", NAME, ArchiveSettings())
    spool.write([Mark("s", "http://ford.example/", NOW)], [("s", Visit("x:", NOW), Known())], NOW)
    spool.close()
    (path,) = list_spools(tmp_path, "r")
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    reader = SpoolReader(path)
    assert len(list(reader.read())) == 1
    path.write_bytes(whole)
    assert [type(line) for line in reader.read()] == [Mark]
    path.write_bytes(whole + b"{}\n")
    with pytest.raises(CorruptRecord, match="no line of a worker"):
        list(reader.read())


def test_a_worker_elsewhere_or_twice_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not the archive of the run"):
        Spool(tmp_path, "r", NAME, ArchiveSettings())
    begin_run(tmp_path, "r")
    first = Spool(tmp_path, "r", NAME, ArchiveSettings())
    with pytest.raises(ArchiveError, match="another worker's"):
        Spool(tmp_path, "r", NAME, ArchiveSettings())
    end_run(tmp_path, "r")
    assert list_runs(tmp_path) == ["r"], "its worker is not settled"
    first.close()
    settle_spool(list_spools(tmp_path, "r")[0])
    end_run(tmp_path, "r")
    assert list(tmp_path.glob("workers/*")) == []


def test_every_url_is_in_one_place_whatever_happens() -> None:
    shards = [[f"http://h{host}.example/{n}" for n in range(5)] for host in range(4)]
    everything = {url for urls in shards for url in urls}
    book = Book([*shards, []])
    first, second = book.give("a"), book.give("b")
    assert first
    assert second
    book.hear_mark(first.urls[0])
    assert book.hear_look(first.urls[0])
    assert not book.hear_look(first.urls[0])
    book.hear_mark(first.urls[1])
    book.lose("a", is_dead=True)
    assert book.given_up == {first.urls[1]}
    book.lose("b", is_dead=False)
    assert book.given_up == {first.urls[1], *second.urls}
    while given := book.give("c"):
        assert not book.is_finished
        assert first.urls[1] not in given.urls
        for url in given.urls:
            book.hear_look(url)
        book.finish(given.number)
    assert book.is_finished
    assert book.looked | book.given_up == everything
    assert not book.looked & book.given_up


def test_a_shard_over_which_workers_die_again_and_again_is_given_up() -> None:
    book = Book([["http://ford.example/1", "http://ford.example/2"]])
    for number in range(20):
        if book.give(f"w{number}") is None:
            break
        book.lose(f"w{number}", is_dead=True)
    assert book.is_finished
    assert number == 6
    assert len(book.given_up) == 2


def test_no_process_is_left_with_the_boards_file_open(tmp_path: Path) -> None:
    before = set(os.listdir("/proc/self/fd"))
    with TimedWeb(1) as web:
        let_a_worker_look(a_desk(tmp_path, web))
    assert len(set(os.listdir("/proc/self/fd"))) <= len(before) + 1
