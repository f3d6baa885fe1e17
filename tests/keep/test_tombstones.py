"""What stands where a record was taken out: of the same length, readable, and telling of nothing else."""

import gzip
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance.errors import ArchiveError, CorruptRecord
from provenance.formats.ids import sha256_hex
from provenance.keep.archive import Archive
from provenance.keep.index import WarcIndex
from provenance.keep.reader import ArchiveReader
from provenance.keep.series import list_warcs
from provenance.keep.tombstone import (
    bury,
    finish_withdrawals,
    is_tombstone,
    make_tombstone,
    read_tombstones,
)
from provenance.keep.warc import iter_records, read_record
from provenance.model import WarcPlace, Withdrawal, WithdrawalLine
from support.keeping import (
    a_check_line,
    a_visit,
    an_exchange,
    check_with_fastwarc,
    check_with_strangers,
    nothing_earlier,
    open_archive,
    warc_files,
)

SECRET = b"<p>The secret is heliotrope.</p>"


def a_withdrawal(*places: WarcPlace, reason: str = "asked by the publisher") -> Withdrawal:
    return Withdrawal(
        id="withdrawal-0123456789abcdef",
        source_id="source-0123456789abcdef",
        at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        by="a person",
        reason=reason,
        payload_sha256=sha256_hex(SECRET),
        text_sha256=None,
        captures=(),
        attachments=(),
        places=places,
    )


def a_written_archive(root: Path, *bodies: bytes) -> list[WarcPlace]:
    """An archive of these pages; returns the places of their responses."""
    with open_archive(root) as archive:
        places = []
        for number, body in enumerate(bodies):
            url = f"https://site.test/{number}"
            (stored,) = archive.add_visit(a_visit(an_exchange(url, body=body)), nothing_earlier)
            archive.commit([a_check_line(stored, url=url)])
            places.append(stored.place)
    return places


def tell(archive: Archive, withdrawal: Withdrawal) -> None:
    archive.commit([WithdrawalLine(withdrawal, {})])


SIZES = [
    *range(260, 1_400),
    4_095,
    4_096,
    4_097,
    65_000,
    *range(65_530, 65_560),
    131_500,
    3_000_001,
]


def test_a_tombstone_is_exactly_as_long_as_what_it_replaces() -> None:
    for size in SIZES:
        place = WarcPlace("2026/provenance-20261122-0001.warc.gz", 1_234, size)
        stone = make_tombstone(a_withdrawal(place), place)
        assert len(stone) == size
        record = gzip.decompress(stone)
        assert record.startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")
        assert record.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("reason", ["", "x", "é" * 3_000, "a\r\nb\0c\ud800", "word " * 100])
def test_any_reason_fits_and_breaks_no_line(reason: str, tmp_path: Path) -> None:
    for size in (260, 300, 500, 900, 5_000):
        place = WarcPlace("2026/provenance-20261122-0001.warc.gz", 0, size)
        stone = make_tombstone(a_withdrawal(place, reason=reason), place)
        path = tmp_path / f"{size}.warc.gz"
        path.write_bytes(stone)
        record = read_record(path, 0, size)
        assert is_tombstone(record)
        assert record.header("X-Provenance-Withdrawn") == f"sha256:{sha256_hex(SECRET)}"


def test_what_is_too_short_for_a_tombstone_is_said_and_not_written() -> None:
    place = WarcPlace("2026/provenance-20261122-0001.warc.gz", 0, 100)
    with pytest.raises(ArchiveError, match="100 bytes at byte 0"):
        make_tombstone(a_withdrawal(place), place)


def test_strangers_read_a_file_with_tombstones_of_all_sizes(tmp_path: Path) -> None:
    """warcio and fastwarc meet the padding of every record size between two whole records."""
    noise = random.Random(4)
    bodies = [noise.randbytes(size) for size in (1, 40, 300, 5_000, 70_000, 600_000)]
    places = a_written_archive(tmp_path, *(b for body in bodies for b in (body, b"kept" + body)))
    (path,) = warc_files(tmp_path)
    before = [(record.offset, record.length) for record in iter_records(path)]
    with open_archive(tmp_path) as archive:
        tell(archive, a_withdrawal(*places[::2]))
    assert bury(tmp_path, [a_withdrawal(*places[::2])])
    assert [(record.offset, record.length) for record in iter_records(path)] == before
    assert [offset for _, offset in check_with_fastwarc(path)] == [at for at, _ in before]
    assert check_with_strangers(tmp_path) == len(before)
    for place, body in zip(places[1::2], bodies, strict=True):
        assert ArchiveReader(tmp_path).read_payload(place) == b"kept" + body


def test_nothing_of_the_payload_stays_in_the_file(tmp_path: Path) -> None:
    noise = random.Random(5).randbytes(9_000)
    (place,) = a_written_archive(tmp_path, noise)
    (path,) = warc_files(tmp_path)
    stored = path.read_bytes()[place.offset : place.offset + place.length]
    bury(tmp_path, [a_withdrawal(place)])
    data = path.read_bytes()
    assert not any(stored[at : at + 16] in data for at in range(0, len(stored) - 16, 16))
    assert noise[:16] not in b"".join(record.payload for record in iter_records(path))


def test_every_other_byte_of_the_file_stays(tmp_path: Path) -> None:
    places = a_written_archive(tmp_path, SECRET, b"other", b"third")
    (path,) = warc_files(tmp_path)
    before = path.read_bytes()
    place = places[1]
    bury(tmp_path, [a_withdrawal(place)])
    after = path.read_bytes()
    assert after[: place.offset] == before[: place.offset]
    assert after[place.offset + place.length :] == before[place.offset + place.length :]
    assert len(after) == len(before)


def test_the_index_no_longer_leads_there(tmp_path: Path) -> None:
    places = a_written_archive(tmp_path, SECRET, b"other")
    (file,) = list_warcs(tmp_path)
    index = WarcIndex(tmp_path)
    (_, kept) = sorted(index.lines(file), key=lambda line: f'"offset":"{places[1].offset}"' in line)
    bury(tmp_path, [a_withdrawal(places[0])])
    assert index.lines(file) == [kept]
    assert not index.is_stale(file)


@pytest.mark.parametrize("is_stale", [True, False], ids=["of-another-time", "of-its-files-time"])
def test_an_unreadable_index_is_made_anew_by_the_next_writer(
    tmp_path: Path, is_stale: bool
) -> None:
    places = a_written_archive(tmp_path, SECRET, b"other")
    (file,) = list_warcs(tmp_path)
    index = WarcIndex(tmp_path)
    index.path(file).write_text("rubbish\n")
    # said, not left to how fast the disk is: files written in one tick bear one time
    at = (tmp_path / "warc" / file).stat().st_mtime_ns + is_stale
    os.utime(index.path(file), ns=(at, at))
    assert index.is_stale(file) == is_stale
    bury(tmp_path, [a_withdrawal(places[0])])
    assert index.is_stale(file)
    open_archive(tmp_path).close()
    (line,) = index.lines(file)
    assert f'"offset":"{places[1].offset}"' in line


def test_to_bury_again_changes_nothing(tmp_path: Path) -> None:
    (place,) = a_written_archive(tmp_path, SECRET)
    (path,) = warc_files(tmp_path)
    assert bury(tmp_path, [a_withdrawal(place)]) == {place.file}
    data, at = path.read_bytes(), path.stat().st_mtime_ns
    assert bury(tmp_path, [a_withdrawal(place)]) == set()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (data, at)


@pytest.mark.parametrize("body_bytes", [20, 3_000, 200_000])
@pytest.mark.parametrize("calls", range(4))
def test_what_was_interrupted_at_any_write_is_finished_by_the_next_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int, body_bytes: int
) -> None:
    from provenance.keep import tombstone

    noise = random.Random(6)
    places = a_written_archive(tmp_path, noise.randbytes(body_bytes), noise.randbytes(body_bytes))
    withdrawal = a_withdrawal(*places)
    with open_archive(tmp_path) as archive:
        tell(archive, withdrawal)
    done = 0
    write = tombstone._write_at

    def write_half(handle: int, data: bytes, offset: int) -> None:
        nonlocal done
        if done == calls:
            write(handle, data[: len(data) // 2], offset)
            raise KeyboardInterrupt
        done += 1
        write(handle, data, offset)

    monkeypatch.setattr(tombstone, "_write_at", write_half)
    with pytest.raises(KeyboardInterrupt):
        finish_withdrawals(tmp_path)
    monkeypatch.undo()
    assert set(read_tombstones(tmp_path)) == set(places)
    open_archive(tmp_path).close()
    path = tmp_path / "warc" / places[0].file
    for place in places:
        stone = make_tombstone(withdrawal, place)
        assert path.read_bytes()[place.offset : place.offset + place.length] == stone
    assert check_with_strangers(tmp_path) == 5


def test_the_beginning_of_a_record_is_written_when_its_end_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place,) = a_written_archive(tmp_path, random.Random(7).randbytes(20_000))
    events: list[tuple[str, int]] = []
    pwrite, fsync = os.pwrite, os.fsync

    def see_write(handle: int, data: memoryview, offset: int) -> int:
        events.append(("write", offset - place.offset))
        return pwrite(handle, data, offset)

    def see_sync(handle: int) -> None:
        if "warc" in os.readlink(f"/proc/self/fd/{handle}"):
            events.append(("sync", 0))
        fsync(handle)

    monkeypatch.setattr(os, "pwrite", see_write)
    monkeypatch.setattr(os, "fsync", see_sync)
    bury(tmp_path, [a_withdrawal(place)])
    assert events[:4] == [("write", 4_096), ("sync", 0), ("write", 0), ("sync", 0)]


def test_a_place_behind_the_end_of_its_file_stops_before_anything_is_written(
    tmp_path: Path,
) -> None:
    (place,) = a_written_archive(tmp_path, SECRET)
    (path,) = warc_files(tmp_path)
    before = path.read_bytes()
    beyond = WarcPlace(place.file, len(before), 500)
    with pytest.raises(CorruptRecord, match="ends at byte"):
        bury(tmp_path, [a_withdrawal(place, beyond)])
    assert path.read_bytes() == before


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (place,) = a_written_archive(tmp_path, SECRET)
    (path,) = warc_files(tmp_path)
    path.unlink()
    with pytest.raises(CorruptRecord, match="is missing"):
        bury(tmp_path, [a_withdrawal(place)])


def test_two_withdrawals_of_one_place_leave_the_first_in_peace(tmp_path: Path) -> None:
    (place,) = a_written_archive(tmp_path, SECRET)
    first = a_withdrawal(place)
    again = replace(first, id="withdrawal-fedcba9876543210", reason="twice")
    with open_archive(tmp_path) as archive:
        tell(archive, first)
        tell(archive, again)
    finish_withdrawals(tmp_path)
    (path,) = warc_files(tmp_path)
    at = path.stat().st_mtime_ns
    assert finish_withdrawals(tmp_path) == set()
    assert path.stat().st_mtime_ns == at
