"""The archive as its writer and its readers use it."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from provenance.errors import ArchiveBusy, ArchiveError, CorruptRecord, FixityError
from provenance.formats.ids import sha256_hex
from provenance.keep.index import WarcIndex
from provenance.keep.lock import WriterLock
from provenance.keep.reader import ArchiveReader
from provenance.keep.records import EarlierPayload
from provenance.keep.recovery import KnownEnds
from provenance.keep.warc import iter_records, read_record
from provenance.model import CheckLine, WarcPlace
from provenance.settings import ArchiveSettings
from support.keeping import (
    NOON,
    Clock,
    a_check_line,
    a_document_line,
    a_text_line,
    a_visit,
    an_exchange,
    check_with_strangers,
    nothing_earlier,
    open_archive,
    place_of,
    warc_files,
)


def add_page(archive, number: int = 0, size: int = 0):
    """Store one page and commit its check; returns the line as written."""
    body = f"<p>page {number}</p>".encode() + os.urandom(size)
    url = f"https://site.test/{number}"
    (stored,) = archive.add_visit(a_visit(an_exchange(url, body=body)), nothing_earlier)
    ((line, _),) = archive.commit([a_check_line(stored, url=url)])
    return line


def names(root: Path) -> list[str]:
    return [path.relative_to(root / "warc").as_posix() for path in warc_files(root)]


def test_a_committed_line_says_up_to_where_its_warc_counts(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        line = add_page(archive)
        size = warc_files(tmp_path)[0].stat().st_size
        assert line.warc_ends == {"2026/provenance-20261122-0001.warc.gz": size}
        assert archive.commit([a_check_line()])[0][0].warc_ends == {}
    (first, _), (second, _) = ArchiveReader(tmp_path).journal_lines()
    assert first == line
    assert second.warc_ends == {}


def test_commit_returns_lines_in_the_order_given_and_writes_documents_first(tmp_path: Path) -> None:
    data = b"An update. [1]"
    with open_archive(tmp_path) as archive:
        place = archive.add_document(data, "text/plain", sha256_hex(data), None)
        (stored,) = archive.add_visit(a_visit(), nothing_earlier)
        origin = EarlierPayload("https://site.test/page", NOON, stored.record_id)
        text = archive.add_text("sixteen", stored.payload_sha256, origin)
        given = [a_text_line(text), a_check_line(stored), a_document_line(place), a_check_line()]
        written = archive.commit(given)
    assert [type(line) for line, _ in written] == [type(line) for line in given]
    assert [position.journal for _, position in written] == [
        "texts",
        "checks",
        "documents",
        "checks",
    ]
    read = list(ArchiveReader(tmp_path).journal_lines())
    assert [position.journal for _, position in read] == ["documents", "checks", "checks", "texts"]
    assert sorted(map(repr, read)) == sorted(map(repr, written))


def test_readers_go_on_behind_the_positions_that_they_know(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        add_page(archive, 1)
        known = {position.journal: position for _, position in archive.journal_lines()}
        later = add_page(archive, 2)
        assert [line for line, _ in archive.journal_lines(known)] == [later]
    assert [line for line, _ in ArchiveReader(tmp_path).journal_lines(known)] == [later]


def test_an_archive_that_does_not_exist_yet_is_empty_and_stays_away(tmp_path: Path) -> None:
    reader = ArchiveReader(tmp_path / "none")
    assert list(reader.journal_lines()) == []
    assert not (tmp_path / "none").exists()


def test_a_visit_without_a_hop_or_a_commit_without_a_line_writes_nothing(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        assert (
            archive.add_visit(a_visit().__class__("https://a.test/", NOON), nothing_earlier) == ()
        )
        assert archive.commit([]) == []
    assert warc_files(tmp_path) == []
    assert list(tmp_path.rglob("*.jsonl")) == []


def test_a_second_run_of_the_day_goes_on_in_the_same_file(tmp_path: Path) -> None:
    for number in range(3):
        with open_archive(tmp_path) as archive:
            add_page(archive, number)
    assert names(tmp_path) == ["2026/provenance-20261122-0001.warc.gz"]
    kinds = [record.type for record in iter_records(warc_files(tmp_path)[0])]
    assert kinds == ["warcinfo", *["response", "request"] * 3]


def test_files_rotate_by_size_and_by_day_in_utc(tmp_path: Path) -> None:
    clock = Clock()
    with open_archive(tmp_path, clock, rotate_bytes=3_000) as archive:
        lines = [add_page(archive, number, size=1_000) for number in range(4)]
        clock.move(hours=12)
        lines.append(add_page(archive, 9))
        clock.move(days=-3)
        lines.append(add_page(archive, 10))
    assert names(tmp_path) == [
        "2026/provenance-20261122-0001.warc.gz",
        "2026/provenance-20261122-0002.warc.gz",
        "2026/provenance-20261123-0001.warc.gz",
    ]
    reader = ArchiveReader(tmp_path)
    for line in lines:
        assert sha256_hex(reader.read_payload(place_of(line))) == line.capture.payload_sha256
    assert all(next(iter_records(path)).type == "warcinfo" for path in warc_files(tmp_path))
    check_with_strangers(tmp_path)


def test_one_commit_may_span_files(tmp_path: Path) -> None:
    with open_archive(tmp_path, rotate_bytes=1) as archive:
        for number in range(3):
            archive.add_visit(a_visit(an_exchange(body=b"%d" % number)), nothing_earlier)
        ((line, _),) = archive.commit([a_check_line()])
    assert sorted(line.warc_ends) == names(tmp_path)
    assert len(line.warc_ends) == 3
    open_archive(tmp_path).close()
    assert len(names(tmp_path)) == 3


def test_what_was_never_committed_is_moved_aside_by_the_next_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_archive(tmp_path) as archive:
        line = add_page(archive, 1)
        (lost,) = archive.add_visit(a_visit(an_exchange(body=b"lost")), nothing_earlier)
    path = warc_files(tmp_path)[0]
    whole, end = path.read_bytes(), line.warc_ends[lost.place.file]
    with open_archive(tmp_path) as archive:
        assert path.read_bytes() == whole[:end]
        with pytest.raises(CorruptRecord):
            archive.read(lost.place)
        (kept,) = (tmp_path / "uncommitted").iterdir()
        assert kept.name == f"{path.name}.{end}.0"
        assert kept.read_bytes() == whole[end:]
        assert f"behind byte {end}" in caplog.text
        again = add_page(archive, 2)
    # a file that was cut takes no more: the lost place never means another record
    assert again.capture.warc_file == "2026/provenance-20261122-0002.warc.gz"
    with open_archive(tmp_path) as archive:
        assert add_page(archive, 3).capture.warc_file == again.capture.warc_file
    check_with_strangers(tmp_path)


def test_a_file_without_any_committed_byte_goes_away_whole_and_its_name_is_spent(
    tmp_path: Path,
) -> None:
    with open_archive(tmp_path) as archive:
        archive.add_visit(a_visit(), nothing_earlier)
    with open_archive(tmp_path) as archive:
        assert warc_files(tmp_path) == []
        assert add_page(archive).capture.warc_file == "2026/provenance-20261122-0002.warc.gz"


def test_a_payload_that_was_cut_away_is_not_revisited(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        archive.add_visit(a_visit(), nothing_earlier)
    with open_archive(tmp_path) as archive:
        (stored,) = archive.add_visit(a_visit(), nothing_earlier)
        assert not stored.revisit


@pytest.mark.parametrize("harm", ["cut", "removed"])
def test_committed_bytes_that_are_gone_are_lost_evidence(tmp_path: Path, harm: str) -> None:
    with open_archive(tmp_path) as archive:
        add_page(archive)
    path = warc_files(tmp_path)[0]
    path.write_bytes(path.read_bytes()[:-1])
    if harm == "removed":
        path.unlink()
    with pytest.raises(CorruptRecord, match="evidence is lost") as raised:
        open_archive(tmp_path)
    assert "restore" in raised.value.hint
    WriterLock(tmp_path / ".lock", 0).release()  # the refusal let go of the lock


def test_lines_missing_from_a_journal_do_not_cost_the_records(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        add_page(archive)
    before = warc_files(tmp_path)[0].read_bytes()
    (tmp_path / "checks/2026-11.jsonl").unlink()
    with pytest.raises(FixityError, match="lines of the journals are missing"):
        open_archive(tmp_path)
    assert warc_files(tmp_path)[0].read_bytes() == before


def test_warcs_of_other_makers_are_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "warc/2026/theirs.warc.gz"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"not ours")
    with open_archive(tmp_path) as archive:
        add_page(archive)
    open_archive(tmp_path).close()
    assert theirs.read_bytes() == b"not ours"


def test_known_ends_spare_the_reading_and_later_lines_still_count(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        line = add_page(archive, 1)
        after = {position.journal: position for _, position in archive.journal_lines()}
        add_page(archive, 2)
    size = warc_files(tmp_path)[0].stat().st_size
    stale = KnownEnds(line.warc_ends, after)
    settings = ArchiveSettings(wait_for_lock_s=0)
    with type(archive).open(tmp_path, settings, clock=Clock(), known=stale):
        assert warc_files(tmp_path)[0].stat().st_size == size
    assert not (tmp_path / "uncommitted").exists()


def test_a_second_writer_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    with open_archive(tmp_path), pytest.raises(ArchiveBusy, match=rf"pid {os.getpid()}\)"):
        open_archive(tmp_path)
    open_archive(tmp_path).close()


def test_a_second_writer_waits_for_its_turn(tmp_path: Path) -> None:
    first = open_archive(tmp_path)
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            first.close()

    WriterLock(tmp_path / ".lock", 10.0, sleep=sleep).release()
    assert len(waits) == 3


def test_a_child_that_outlives_its_parent_does_not_hold_the_lock(tmp_path: Path) -> None:
    archive = open_archive(tmp_path)
    reading, writing = os.pipe()
    ready, says_ready = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.write(says_ready, b"x")
        os.read(reading, 1)  # until the parent says so
        os._exit(0)
    try:
        os.read(ready, 1)
        with pytest.raises(ArchiveBusy):  # the child let go of its copy, not of the lock
            open_archive(tmp_path)
        archive.close()
        open_archive(tmp_path).close()
    finally:
        for handle in (writing, reading, ready, says_ready):
            os.close(handle)
        os.waitpid(child, 0)


def test_a_closed_archive_takes_no_more(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        line = add_page(archive)
    archive.close()
    with pytest.raises(ArchiveError, match="takes no more"):
        archive.add_visit(a_visit(), nothing_earlier)
    assert archive.read(place_of(line)).type == "response"


def test_readers_take_no_lock(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        line = add_page(archive)
        reader = ArchiveReader(tmp_path)
        assert [found for found, _ in reader.journal_lines()] == [line]
        assert reader.read(place_of(line)).type == "response"


def test_many_threads_write_and_read_and_every_record_is_whole(tmp_path: Path) -> None:
    lines, faults = [], []

    def work(archive, number: int) -> None:
        try:
            for step in range(10):
                line = add_page(archive, number * 100 + step, size=300)
                archive.read(place_of(line))
                lines.append(line)
        except Exception as error:
            faults.append(error)

    with open_archive(tmp_path, rotate_bytes=20_000) as archive:
        threads = [threading.Thread(target=work, args=(archive, n)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
    assert len(lines) == 60
    found = [line for line, _ in ArchiveReader(tmp_path).journal_lines()]
    assert {line.capture.id for line in found} == {line.capture.id for line in lines}
    check_with_strangers(tmp_path)


def test_what_a_later_run_refers_to_is_what_stands_in_the_record(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        line = add_page(archive, 7)
    with open_archive(tmp_path) as archive:
        first = archive.payload_at(place_of(line))
        again = an_exchange("https://b.test/", body=archive.read_payload(place_of(line)))
        (stored,) = archive.add_visit(a_visit(again), lambda _digest: first)
        info = WarcPlace(line.capture.warc_file, 0, line.capture.warc_offset)
        with pytest.raises(FixityError, match="has no address"):
            archive.payload_at(info)
        response, revisit = archive.read(place_of(line)), archive.read(stored.place)
    assert first == ("https://site.test/7", NOON, response.record_id)
    for mine, theirs in [
        ("WARC-Refers-To", "WARC-Record-ID"),
        ("WARC-Refers-To-Target-URI", "WARC-Target-URI"),
        ("WARC-Refers-To-Date", "WARC-Date"),
    ]:
        assert revisit.header(mine) == response.header(theirs)


@pytest.mark.parametrize("file", ["../secret", "/etc/passwd", "2026/../../x"])
def test_a_place_outside_the_archive_is_not_read(tmp_path: Path, file: str) -> None:
    with pytest.raises(FixityError, match="no file of the archive"):
        ArchiveReader(tmp_path).read(WarcPlace(file, 0, 1))


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("x")
    for opener in (open_archive, ArchiveReader):
        with pytest.raises(ArchiveError, match="archive"):
            opener(tmp_path / "archive")
    with pytest.raises(ArchiveError, match="cannot make the folder"):
        open_archive(tmp_path / "archive" / "below")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_named_with_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ArchiveError, match="ermission denied") as raised:
            open_archive(tmp_path / "archive")
        assert "--archive" in raised.value.hint
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "cure"),
    [(28, "free some space"), (30, "mounted read-only"), (13, "--archive"), (5, "disk is failing")],
)
def test_each_fault_of_the_disk_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, cure: str
) -> None:
    def fail(*_arguments: object, **_named: object) -> int:
        raise OSError(number, os.strerror(number))

    with open_archive(tmp_path) as archive:
        monkeypatch.setattr(os, "open", fail)
        with pytest.raises(ArchiveError, match=os.strerror(number)) as raised:
            archive.add_visit(a_visit(), nothing_earlier)
        monkeypatch.undo()
        assert cure in raised.value.hint
        assert str(tmp_path) in raised.value.message
        add_page(archive)
    check_with_strangers(tmp_path)


FULL_DISK = """
import resource, sys, json
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from support.keeping import *
from provenance.errors import ArchiveError
root, limit, what = Path(sys.argv[1]), int(sys.argv[3]), sys.argv[4]
archive = open_archive(root)
good = []
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    for n in range(1000):
        if what == "warc":
            (stored,) = archive.add_visit(a_visit(an_exchange(body=os.urandom(700))), nothing_earlier)
        line = a_check_line(stored if what == "warc" else None, url=f"https://a.test/{n}")
        archive.commit([line])
        good.append(line.check.id)
except ArchiveError as error:
    try:
        archive.close()
    except ArchiveError:
        pass
    print(json.dumps([good, error.message, error.hint]))
"""


@pytest.mark.parametrize("what", ["warc", "journal"])
def test_a_full_disk_is_said_plainly_and_leaves_nothing_half_written(
    tmp_path: Path, what: str
) -> None:
    support = str(Path(__file__).parents[1])
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path), support, "20000", what]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    good, message, hint = json.loads(done.stdout)
    assert re.search(r"cannot write .*(warc\.gz|jsonl): File too large", message)
    assert "ulimit" in hint
    assert len(good) > 5
    for path in tmp_path.rglob("*.jsonl"):
        assert path.read_bytes().endswith(b"\n")
    with open_archive(tmp_path) as archive:
        found = [line for line, _ in archive.journal_lines()]
        assert [line.check.id for line in found] == good
        for line in found:
            if line.capture:
                assert archive.read(place_of(line)).type == "response"
        add_page(archive)
    check_with_strangers(tmp_path)
    # what was appended was cut back at once: there was nothing to move aside
    assert not (tmp_path / "uncommitted").exists()


def test_after_a_failed_commit_the_archive_takes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = open_archive(tmp_path)
    add_page(archive, 1)
    archive.add_visit(a_visit(), nothing_earlier)

    def fail(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(ArchiveError, match="Input/output error"):
            archive.commit([a_check_line()])
    with pytest.raises(ArchiveError, match="takes no more"):
        archive.add_visit(a_visit(), nothing_earlier)
    with pytest.raises(ArchiveError, match="takes no more"):
        archive.commit([a_check_line()])
    archive.close()
    with open_archive(tmp_path) as archive:
        assert len(list(archive.journal_lines())) == 1


def test_a_line_that_cannot_be_written_ends_the_run_and_not_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def fails_for_journals(handle: int, data: bytes) -> int:
        if os.readlink(f"/proc/self/fd/{handle}").endswith(".jsonl"):
            write(handle, data[:7])
            raise OSError(28, "No space left on device")
        return write(handle, data)

    archive = open_archive(tmp_path)
    line = add_page(archive, 1)
    archive.add_visit(a_visit(), nothing_earlier)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fails_for_journals)
        with pytest.raises(ArchiveError, match="No space left") as raised:
            archive.commit([a_check_line()])
    assert "free some space" in raised.value.hint
    with pytest.raises(ArchiveError, match="takes no more"):
        archive.commit([a_check_line()])
    archive.close()
    with open_archive(tmp_path) as archive:
        assert [found for found, _ in archive.journal_lines()] == [line]
    assert len(list((tmp_path / "index").iterdir())) == 1


def test_a_torn_line_is_moved_aside_before_the_next_one_is_written(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        lines = [add_page(archive, number) for number in range(2)]
    path = tmp_path / "checks/2026-11.jsonl"
    path.write_bytes(path.read_bytes()[:-9])
    (tmp_path / "index/provenance-20261122-0001.cdxj").unlink()
    with open_archive(tmp_path) as archive:
        lines[1] = add_page(archive, 2)
        assert [line for line, _ in archive.journal_lines()] == lines
    assert len(list((tmp_path / "uncommitted").iterdir())) == 2


def test_the_order_of_the_journals_says_nothing_about_what_counts(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        (stored,) = archive.add_visit(a_visit(), nothing_earlier)
        archive.commit([a_text_line(None)])  # read last, and says less than the next line
        line = add_page(archive, 1)
    with open_archive(tmp_path) as archive:
        assert archive.read(place_of(line)).type == "response"
        assert archive.read(stored.place).type == "response"


def test_the_first_fault_is_the_one_that_is_reported(tmp_path: Path) -> None:
    def work() -> None:
        with open_archive(tmp_path) as archive:
            add_page(archive)
            (tmp_path / "index").write_text("in the way")
            raise KeyError("the first fault")

    with pytest.raises(KeyError):
        work()
    (tmp_path / "index").unlink()
    open_archive(tmp_path).close()
    assert len(list((tmp_path / "index").iterdir())) == 1


def test_a_line_keeps_its_types_through_the_journal(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        line = add_page(archive)
    ((found, _),) = ArchiveReader(tmp_path).journal_lines()
    assert isinstance(found, CheckLine)
    assert found == line
    assert found.check.at.tzinfo is not None
    path = tmp_path / "warc" / line.capture.warc_file
    assert read_record(path, line.capture.warc_offset).length == line.capture.warc_length


def test_a_long_run_remembers_no_more_than_it_may_and_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.keep.pending_index._MOST_FRESH_LINES", 5)
    monkeypatch.setattr("provenance.keep.archive._MOST_PAYLOADS", 4)
    with open_archive(tmp_path, rotate_bytes=20_000) as archive:
        for number in range(60):
            add_page(archive, number)
            assert sum(map(len, archive._index._fresh.values())) < 2 * 5
            assert len(archive._payloads) <= 4
    lines = [
        line
        for path in (tmp_path / "index").glob("*.cdxj")
        for line in path.read_text("utf-8").splitlines()
    ]
    assert len(lines) == len(set(lines)) == 60
    assert not any(WarcIndex(tmp_path).is_stale(name) for name in names(tmp_path))
    check_with_strangers(tmp_path)
