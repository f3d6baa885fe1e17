"""Journals: what a line promises, and what happens to what is no line."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from provenance.errors import CorruptRecord, FixityError
from provenance.keep.journal import Journal
from provenance.model import CheckLine, JournalPosition
from support.keeping import NOON, a_check_line


def a_journal(root: Path) -> Journal[CheckLine]:
    return Journal(root / "checks", CheckLine)


def a_line(number: int) -> CheckLine:
    return a_check_line(url=f"https://site.test/{number}")


def written(root: Path, count: int = 3) -> list[JournalPosition]:
    journal = a_journal(root)
    positions = [journal.append(a_line(n), NOON) for n in range(count)]
    journal.sync()
    journal.close()
    return positions


def test_lines_come_back_in_order_each_with_the_place_behind_it(tmp_path: Path) -> None:
    positions = written(tmp_path)
    found = list(a_journal(tmp_path).read())
    assert found == [(a_line(n), positions[n]) for n in range(3)]
    assert positions[-1].offset == (tmp_path / "checks/2026-11.jsonl").stat().st_size


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    positions = written(tmp_path, 4)
    for read_up_to in range(4):
        rest = [line for line, _ in a_journal(tmp_path).read(positions[read_up_to])]
        assert rest == [a_line(n) for n in range(read_up_to + 1, 4)]


def test_a_new_month_begins_a_new_file_and_order_is_kept(tmp_path: Path) -> None:
    journal = a_journal(tmp_path)
    november = journal.append(a_line(1), NOON)
    december = journal.append(a_line(2), datetime(2026, 12, 1, tzinfo=UTC))
    journal.append(a_line(3), datetime(2027, 1, 1, tzinfo=UTC))
    journal.close()
    assert [path.name for path in journal.months()] == [
        "2026-11.jsonl", "2026-12.jsonl", "2027-01.jsonl"]  # fmt: skip
    assert november < december
    assert [line for line, _ in journal.read()] == [a_line(1), a_line(2), a_line(3)]
    assert [line for line, _ in journal.read(november)] == [a_line(2), a_line(3)]


@pytest.mark.parametrize("reopens", [False, True])
def test_a_clock_set_back_writes_no_line_before_those_that_were_read(
    tmp_path: Path, reopens: bool
) -> None:
    journal = a_journal(tmp_path)
    december = journal.append(a_line(1), datetime(2026, 12, 1, tzinfo=UTC))
    if reopens:
        journal.close()
    journal.append(a_line(2), NOON)
    journal.close()
    assert [line for line, _ in journal.read(december)] == [a_line(2)]


@pytest.mark.parametrize("cut", [1, 10, 200])
def test_a_torn_last_line_is_not_read_and_the_next_writer_moves_it_aside(
    tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture
) -> None:
    positions = written(tmp_path)
    path = tmp_path / "checks/2026-11.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    assert [line for line, _ in a_journal(tmp_path).read()] == [a_line(0), a_line(1)]
    with caplog.at_level(logging.WARNING, "provenance.keep"):
        kept = a_journal(tmp_path).cut_torn_line(tmp_path / "uncommitted")
    assert kept is not None
    assert path.read_bytes() == whole[: positions[1].offset]
    assert path.read_bytes() + kept.read_bytes() == whole[:-cut]
    assert str(kept) in caplog.text
    assert a_journal(tmp_path).cut_torn_line(tmp_path / "uncommitted") is None


def test_a_first_line_that_is_torn_leaves_an_empty_journal(tmp_path: Path) -> None:
    written(tmp_path, 1)
    path = tmp_path / "checks/2026-11.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    a_journal(tmp_path).cut_torn_line(tmp_path / "uncommitted")
    assert list(a_journal(tmp_path).read()) == []


def test_a_very_long_torn_line_is_found_too(tmp_path: Path) -> None:
    positions = written(tmp_path)
    path = tmp_path / "checks/2026-11.jsonl"
    with path.open("ab") as out:
        out.write(b"x" * 300_000)
    a_journal(tmp_path).cut_torn_line(tmp_path / "uncommitted")
    assert path.stat().st_size == positions[-1].offset


@pytest.mark.parametrize(
    "bad",
    [b"no json\n", b"\n", b"{}\n", b'{"type":"document"}\n', b"\x00\x00\x00\n", b'{"a":"\xff"}\n',
     b"[" * 100_000 + b"\n"],
)  # fmt: skip
def test_a_whole_line_of_another_shape_is_named_with_file_line_and_byte(
    tmp_path: Path, bad: bytes
) -> None:
    positions = written(tmp_path, 2)
    path = tmp_path / "checks/2026-11.jsonl"
    data = path.read_bytes()
    first = positions[0].offset
    path.write_bytes(data[:first] + bad + data[first:])
    reading = a_journal(tmp_path).read()
    assert next(reading)[0] == a_line(0)
    with pytest.raises(CorruptRecord, match=rf"2026-11.jsonl line 2 \(byte {first}\)"):
        next(reading)
    with pytest.raises(CorruptRecord, match="line 2 "):
        next(a_journal(tmp_path).read(positions[0]))


def test_an_older_month_without_its_end_is_corrupt(tmp_path: Path) -> None:
    written(tmp_path)
    path = tmp_path / "checks/2026-11.jsonl"
    (tmp_path / "checks/2026-12.jsonl").write_bytes(b"")
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(CorruptRecord, match=r"line 3 .*a later file follows"):
        list(a_journal(tmp_path).read())


@pytest.mark.parametrize("shift", [-1, 1, 10**6])
def test_a_position_that_the_journal_does_not_have_is_refused(tmp_path: Path, shift: int) -> None:
    last = written(tmp_path)[-1]
    wrong = msgspec.structs.replace(last, offset=last.offset + shift)
    with pytest.raises(FixityError, match="up to which it was read before"):
        list(a_journal(tmp_path).read(wrong))
    missing = msgspec.structs.replace(last, file="2020-01.jsonl")
    with pytest.raises(FixityError):
        list(a_journal(tmp_path).read(missing))


def test_a_text_that_json_cannot_say_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    written(tmp_path, 1)
    before = (tmp_path / "checks/2026-11.jsonl").read_bytes()
    journal = a_journal(tmp_path)
    with pytest.raises(UnicodeEncodeError):
        journal.append(a_check_line(url="https://a.test/\ud800"), NOON)
    journal.close()
    assert (tmp_path / "checks/2026-11.jsonl").read_bytes() == before
