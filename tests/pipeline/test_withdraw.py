"""What is withdrawn is gone everywhere, everything else stays, and it stays known why."""

import contextlib
import itertools
import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from provenance import IngestOptions, Workplace, ingest, rebuild
from provenance.demo.web import SampleWeb
from provenance.errors import UsageError, WithdrawnRecord
from provenance.keep import archive as archive_module
from provenance.keep.reader import ArchiveReader
from provenance.keep.tombstone import read_tombstones
from provenance.model import WarcPlace
from provenance.pipeline import withdraw as withdraw_module
from provenance.pipeline.catchup import open_store
from provenance.pipeline.withdraw import Order, plan_withdrawal, withdraw
from provenance.store.dump import dump_rows
from provenance.store.search import search
from provenance.store.write import Store
from support.keeping import check_with_strangers
from support.workplace import (
    STAND_INS,
    Later,
    a_draft,
    a_workplace,
    archive_files,
    ingest_text,
    query,
    web_settings,
)

URLS = [f"https://{host}/a?page={page}" for host in STAND_INS[:2] for page in range(2)]
CHANGING = "https://live.orrinpost.example/2024/03/dar-azmil-as-it-happened"
WHY = "the publisher asked for it, case 4711"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, web: SampleWeb) -> Path:
    """Four pages, looked at twice without a change: captures, revisits, texts."""
    folder = tmp_path_factory.mktemp("lived")
    now = a_workplace(folder, web_settings(web))
    ingest_text(now, folder / "a.txt", a_draft(URLS), IngestOptions())
    ingest([str(folder / "a.txt")], a_workplace(folder, web_settings(web), Later(days=9)))
    return folder


@pytest.fixture
def workplace(lived: Path, tmp_path: Path, web: SampleWeb) -> Workplace:
    shutil.copytree(lived, tmp_path / "copy")
    return a_workplace(tmp_path / "copy", web_settings(web), Later(days=10))


def an_order(what: str = URLS[0], **changes: object) -> Order:
    return Order(what, WHY, "an archivist", **changes)  # type: ignore[arg-type]


def source_of(workplace: Workplace, url: str = URLS[0]) -> str:
    ((source_id,),) = query(workplace, "SELECT source_id FROM sources WHERE url = ?", url)
    return str(source_id)


def text_of(workplace: Workplace, url: str = URLS[0]) -> str:
    ((text,),) = query(
        workplace,
        "SELECT DISTINCT x.text FROM captures c JOIN texts x USING (payload_sha256)"
        " WHERE c.source_id = ?",
        source_of(workplace, url),
    )
    return str(text)


def dumped(workplace: Workplace) -> list[dict[str, object]]:
    with open_store(workplace.db_path, read_only=True) as store:
        return list(dump_rows(store.db, stable=False))


def found(workplace: Workplace, words: str) -> set[str]:
    with open_store(workplace.db_path, read_only=True) as store:
        return {hit.source_id for hit in search(store.db, words, limit=100).texts}


def test_the_pages_differ_and_were_seen_twice(workplace: Workplace) -> None:
    texts = {text_of(workplace, url) for url in URLS}
    assert len(texts) == len(URLS)
    counts = query(workplace, "SELECT count(*), count(revisit_of) FROM captures")
    assert counts == [(8, 4)]


def test_the_plan_says_what_goes_and_changes_nothing(workplace: Workplace) -> None:
    files, rows = archive_files(workplace), dumped(workplace)
    plan = plan_withdrawal(workplace, an_order())
    assert [copy.kind for copy in plan.copies] == ["capture", "capture"]
    assert (plan.dependents.sources, plan.dependents.claims) == (1, 1)
    assert (archive_files(workplace), dumped(workplace)) == (files, rows)


def test_no_byte_of_the_page_stays_in_archive_or_database(workplace: Workplace) -> None:
    """Neither as text, nor in the full-text index, a free page, the log, a record or an index."""
    source = source_of(workplace)
    text = text_of(workplace)
    places = [
        WarcPlace(*row)
        for row in query(
            workplace,
            "SELECT warc_file, warc_offset, warc_length FROM captures WHERE source_id = ?1"
            " UNION SELECT x.warc_file, x.warc_offset, x.warc_length FROM texts x"
            " JOIN captures c USING (payload_sha256) WHERE c.source_id = ?1",
            source,
        )
    ]
    report = withdraw(workplace, an_order())
    assert report.scrubbed
    (withdrawal,) = report.withdrawals
    assert set(withdrawal.places) == set(places)
    assert len(places) == 3  # the response, its revisit, the text
    for path in workplace.db_path.parent.glob("provenance.db*"):
        assert text.encode()[:200] not in path.read_bytes()
    reader = ArchiveReader(workplace.archive_root)
    for place in places:
        with pytest.raises(WithdrawnRecord, match="was withdrawn"):
            reader.read(place)
    for path in (workplace.archive_root / "index").glob("*.cdxj"):
        assert withdrawal.payload_sha256 not in path.read_text()
    check_with_strangers(workplace.archive_root)


def test_what_a_browser_made_of_the_page_goes_with_it(workplace: Workplace) -> None:
    """Places as a rendered look tells them, here those of another page's records."""
    source = source_of(workplace)
    beside = query(
        workplace,
        "SELECT c.warc_file, c.warc_offset, c.warc_length FROM captures c"
        " WHERE c.source_id <> ? AND c.revisit_of IS NULL ORDER BY c.warc_offset LIMIT 3",
        source,
    )
    rendered = {
        "dom": beside[0],
        "pdf": beside[1],
        "requisites": [{"url": "x", "place": beside[2]}],
    }
    with contextlib.closing(sqlite3.connect(workplace.db_path)) as connection, connection:
        connection.execute(
            "UPDATE checks SET facts = json_set(facts, '$.rendered', json(?)) WHERE source_id = ?",
            (json.dumps(rendered), source),
        )
    (withdrawal,) = withdraw(workplace, an_order()).withdrawals
    assert {WarcPlace(*place) for place in beside} < set(withdrawal.places)
    check_with_strangers(workplace.archive_root)


def test_the_looks_keep_no_words_of_the_page(workplace: Workplace) -> None:
    words = "SELECT count(facts ->> '$.page.text_start') FROM checks WHERE source_id = ?"
    source = source_of(workplace)
    assert query(workplace, words, source) != [(0,)]
    withdraw(workplace, an_order())
    assert query(workplace, words, source) == [(0,)]
    assert dumped_after_rebuild(workplace) == dumped(workplace)


def test_single_words_are_gone_from_the_full_text_index_and_the_free_pages(
    workplace: Workplace, tmp_path: Path
) -> None:
    ((digest, text),) = query(
        workplace,
        "SELECT DISTINCT x.payload_sha256, x.text FROM captures c JOIN texts x"
        " USING (payload_sha256) WHERE c.source_id = ?",
        source_of(workplace),
    )
    rare = "xylographheliotrope"
    with contextlib.closing(sqlite3.connect(workplace.db_path)) as connection, connection:
        connection.execute(
            "UPDATE texts SET text = ? WHERE payload_sha256 = ?", (f"{text} {rare}", digest)
        )
    assert rare.encode() in b"".join(p.read_bytes() for p in tmp_path.glob("copy/provenance.db*"))
    assert found(workplace, rare) == {source_of(workplace)}
    withdraw(workplace, an_order())
    assert found(workplace, rare) == set()
    data = b"".join(p.read_bytes() for p in tmp_path.glob("copy/provenance.db*"))
    assert rare.encode() not in data
    assert b"heliotrope" not in data


def test_every_other_page_can_still_be_read_and_found(workplace: Workplace) -> None:
    before = {url: text_of(workplace, url) for url in URLS[1:]}
    withdraw(workplace, an_order())
    assert {url: text_of(workplace, url) for url in URLS[1:]} == before
    reader = ArchiveReader(workplace.archive_root)
    for row in query(
        workplace,
        "SELECT warc_file, warc_offset, warc_length FROM captures WHERE source_id <> ?",
        source_of(workplace),
    ):
        reader.read(WarcPlace(*row))


def test_what_happened_stays_known(workplace: Workplace) -> None:
    source = source_of(workplace)
    history = query(workplace, "SELECT * FROM check_history WHERE source_id = ?", source)
    withdraw(workplace, an_order())
    assert query(workplace, "SELECT * FROM check_history WHERE source_id = ?", source) == history
    assert query(workplace, 'SELECT reason, "by", forever FROM withdrawals') == [
        (WHY, "an archivist", 0)
    ]
    claims = query(
        workplace, "SELECT capture_id, state FROM claim_sources WHERE source_id = ?", source
    )
    assert claims == [(None, "alive")]
    assert query(workplace, "SELECT captures FROM source_states WHERE source_id = ?", source) == [
        (0,)
    ]


def test_a_rebuild_honours_it(workplace: Workplace) -> None:
    text = text_of(workplace)
    withdraw(workplace, an_order())
    rows = dumped(workplace)
    rebuild(workplace)
    assert dumped(workplace) == rows
    assert text.encode()[:200] not in workplace.db_path.read_bytes()
    assert query(workplace, "SELECT count(*) FROM texts WHERE reason = 'withdrawn'") == [(1,)]


def test_a_later_look_that_brings_the_same_is_recorded_and_not_archived(
    workplace: Workplace,
) -> None:
    source = source_of(workplace)
    withdraw(workplace, an_order())
    sizes = {name: len(data) for name, data in archive_files(workplace).items() if "warc" in name}
    later = Workplace(workplace.db_path, workplace.archive_root, workplace.settings, Later(days=60))
    path = workplace.db_path.parent / "b.txt"
    report = ingest_text(later, path, a_draft(URLS[:1], title="B"), IngestOptions())
    assert report.fetch.unchanged == 1
    ((reason, outcome, capture, withdrawn),) = query(
        workplace,
        "SELECT reason, outcome, capture_id, facts ->> '$.withdrawn' FROM checks"
        " WHERE source_id = ? ORDER BY at DESC LIMIT 1",
        source,
    )
    assert (reason, outcome, capture) == (f"withdrawn: {WHY}", "ok", None)
    assert [(withdrawn,)] == query(workplace, "SELECT payload_sha256 FROM withdrawals")
    grown = {name: len(d) for name, d in archive_files(workplace).items() if "warc" in name}
    assert sum(grown.values()) - sum(sizes.values()) < 2_000  # the document, and no page
    assert dumped_after_rebuild(workplace) == dumped(workplace)


def dumped_after_rebuild(workplace: Workplace) -> list[dict[str, object]]:
    rebuild(workplace)
    return dumped(workplace)


@pytest.mark.parametrize("forever", [False, True])
def test_what_the_source_shows_later_is_archived_unless_it_was_withdrawn_for_ever(
    tmp_path: Path, web: SampleWeb, *, forever: bool
) -> None:
    workplace = a_workplace(tmp_path, web_settings(web))
    ingest_text(workplace, tmp_path / "a.txt", a_draft([CHANGING]), IngestOptions())
    source = source_of(workplace, CHANGING)
    assert held(workplace, source) == 1
    withdraw(workplace, an_order(CHANGING, forever=forever))
    assert held(workplace, source) == 0
    web.turn_the_page()
    later = a_workplace(tmp_path, workplace.settings, Later(days=80))
    ingest([str(tmp_path / "a.txt")], later)
    assert held(workplace, source) == (0 if forever else 1)
    (state,) = query(workplace, "SELECT reason FROM states WHERE source_id = ?", source)
    assert (state == (f"withdrawn: {WHY}",)) == forever
    assert dumped_after_rebuild(later) == dumped(later)


def held(workplace: Workplace, source: str) -> int:
    ((count,),) = query(workplace, "SELECT captures FROM source_states WHERE source_id = ?", source)
    return int(count)


def test_one_capture_takes_those_of_the_same_bytes_with_it(workplace: Workplace) -> None:
    ((capture,),) = query(
        workplace,
        "SELECT capture_id FROM captures WHERE source_id = ? AND revisit_of IS NOT NULL",
        source_of(workplace),
    )
    (withdrawal,) = withdraw(workplace, an_order(capture)).withdrawals
    assert len(withdrawal.captures) == 2
    assert capture in withdrawal.captures


def test_a_document_that_is_the_same_bytes_stays(workplace: Workplace) -> None:
    """An update that is cited by another one: its own record is what a rebuild reads."""
    ((digest, file, offset, length),) = query(
        workplace,
        "SELECT k.sha256, v.warc_file, v.warc_offset, v.warc_length FROM versions v"
        " JOIN contents k USING (content_key)",
    )
    with contextlib.closing(sqlite3.connect(workplace.db_path)) as connection, connection:
        connection.execute(
            "UPDATE captures SET payload_sha256 = ? WHERE source_id = ?",
            (digest, source_of(workplace)),
        )
    report = withdraw(workplace, an_order())
    assert len(report.kept_documents) == 1
    assert WarcPlace(file, offset, length) not in report.withdrawals[0].places
    ArchiveReader(workplace.archive_root).read(WarcPlace(file, offset, length))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("https://nobody.example/", "no source is known"),
        ("capture-000000000000000000000000", "holds no copy"),
        ("a.txt#99", "no source is known"),
        ("a.txt#1:7", "no source is known"),
    ],
)
def test_what_names_nothing_is_refused(workplace: Workplace, what: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        withdraw(workplace, an_order(what))


def test_a_note_names_its_source(workplace: Workplace) -> None:
    plan = plan_withdrawal(workplace, an_order("a.txt#2"))
    assert plan.source_id == source_of(workplace, URLS[1])
    assert plan_withdrawal(workplace, an_order("a.txt#2:0")) == plan


def test_what_was_withdrawn_is_not_withdrawn_again(workplace: Workplace) -> None:
    withdraw(workplace, an_order())
    with pytest.raises(UsageError, match=r"holds no copy of .*: withdrawn on .* by an archivist"):
        withdraw(workplace, an_order())


def test_a_withdrawal_needs_a_reason(workplace: Workplace) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        withdraw(workplace, Order(URLS[0], " ", "x"))


@pytest.mark.parametrize("step", ["before_the_bytes", "before_the_rows", "before_the_scrubbing"])
def test_what_was_interrupted_is_finished_by_the_next_writer(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    text = text_of(workplace)

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    where, name = {
        "before_the_bytes": (archive_module, "bury"),
        "before_the_rows": (Store, "apply_holdings"),
        "before_the_scrubbing": (withdraw_module, "scrub"),
    }[step]
    monkeypatch.setattr(where, name, die)
    with pytest.raises(Killed):
        withdraw(workplace, an_order())
    monkeypatch.undo()
    assert len(read_tombstones(workplace.archive_root)) == 3
    ingest([str(workplace.db_path.parent / "a.txt")], workplace, IngestOptions(fetch=False))
    for path in workplace.db_path.parent.glob("provenance.db*"):
        assert text.encode()[:200] not in path.read_bytes()
    for place in read_tombstones(workplace.archive_root):
        with pytest.raises(WithdrawnRecord):
            ArchiveReader(workplace.archive_root).read(place)
    assert query(workplace, "SELECT scrubbed FROM withdrawals") == [(1,)]
    assert dumped_after_rebuild(workplace) == dumped(workplace)


def test_killed_at_each_of_its_steps_the_next_run_finishes_it(
    lived: Path, tmp_path: Path, web: SampleWeb
) -> None:
    """SIGKILL before the n-th write to an archived file or `fsync`, for every n there is."""
    killed = told = 0
    for step in range(1, 60):
        folder = tmp_path / str(step)
        shutil.copytree(lived, folder)
        workplace = a_workplace(folder, web_settings(web), Later(days=10))
        text = text_of(workplace)
        if not killed_at(step, workplace):
            break
        killed += 1
        ingest([str(folder / "a.txt")], workplace, IngestOptions(fetch=False))
        places = read_tombstones(workplace.archive_root)
        told += bool(places)
        for place in places:
            with pytest.raises(WithdrawnRecord):
                ArchiveReader(workplace.archive_root).read(place)
        data = b"".join(path.read_bytes() for path in folder.glob("provenance.db*"))
        assert (text.encode()[:200] in data) == (not places)
        assert query(workplace, "SELECT min(scrubbed) FROM withdrawals") == [
            (1 if places else None,)
        ]
        assert dumped_after_rebuild(workplace) == dumped(workplace)
        if step % 4 == 0:  # slow: another process for each file
            check_with_strangers(workplace.archive_root)
        shutil.rmtree(folder)
    assert killed >= 8
    assert 0 < told < killed


def killed_at(step: int, workplace: Workplace) -> bool:
    """Withdraw in a child that is killed at one of its steps; tell whether it came so far."""
    child = os.fork()
    if child == 0:
        left = itertools.count(step, -1)

        def counted(call: Callable[..., object]) -> Callable[..., object]:
            def counting(*arguments: object) -> object:
                if next(left) == 1:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments)

            return counting

        os.fsync, os.pwrite = counted(os.fsync), counted(os.pwrite)  # type: ignore[assignment]
        try:
            withdraw(workplace, an_order())
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_a_rebuild_after_an_interruption_finishes_it_too(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of(workplace)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(archive_module, "bury", die)
    with pytest.raises(KeyboardInterrupt):
        withdraw(workplace, an_order())
    monkeypatch.undo()
    rebuild(workplace)
    assert text.encode()[:200] not in workplace.db_path.read_bytes()
    for place in read_tombstones(workplace.archive_root):
        with pytest.raises(WithdrawnRecord):
            ArchiveReader(workplace.archive_root).read(place)


def test_while_somebody_reads_the_words_are_wiped_by_the_next_run(workplace: Workplace) -> None:
    with contextlib.closing(sqlite3.connect(workplace.db_path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM texts").fetchone()
        report = withdraw(workplace, an_order())
        assert not report.scrubbed
        reader.execute("COMMIT")
    ingest([str(workplace.db_path.parent / "a.txt")], workplace, IngestOptions(fetch=False))
    assert query(workplace, "SELECT scrubbed FROM withdrawals") == [(1,)]
