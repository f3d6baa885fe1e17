"""Tombstones: what stands in a WARC file where a record was taken out.

A file is append-only but for this. A withdrawn record's bytes are overwritten by one
gzip member of exactly the same length, which holds a WARC `metadata` record: when it was
taken out, why, and the digest of what stood there. Every other record keeps its offset,
and every reader of WARC files reads on.

The withdrawal's journal line is on disk before the first byte changes, and what is written
follows from that line alone. So whatever was interrupted is found and finished by the next
writer: the beginning of a record is written last, and a record that begins as its tombstone
does is one. Nothing of this needs the database.
"""

import logging
import os
import uuid
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from provenance.errors import ArchiveError, CorruptRecord
from provenance.formats.ids import sha256_hex
from provenance.keep.disk import archive_faults
from provenance.keep.index import WarcIndex
from provenance.keep.journal import Journal
from provenance.keep.records import one_line, warc_date
from provenance.keep.redaction import blank_words
from provenance.keep.warc import StoredRecord
from provenance.model import WarcPlace, Withdrawal, WithdrawalLine

__all__ = [
    "TOMBSTONE_FIELD",
    "bury",
    "finish_withdrawals",
    "finish_words",
    "is_tombstone",
    "make_tombstone",
    "read_tombstones",
    "read_withdrawals",
]

_log = logging.getLogger("provenance.keep")

# The WARC header by which a tombstone is known; it repeats the digest of the payload.
TOMBSTONE_FIELD = "X-Provenance-Withdrawn"
# RFC 1952, section 2.3: magic, deflate, flags, no time, no hint, no system; FCOMMENT is bit 4.
_GZIP_HEAD, _PLAIN, _WITH_COMMENT = b"\x1f\x8b\x08", b"\0", b"\x10"
_GZIP_REST = b"\0\0\0\0\0\xff"
_GZIP_BYTES = len(_GZIP_HEAD) + 1 + len(_GZIP_REST) + 8  # the trailer: CRC-32 and length
_RAW_DEFLATE = -15
_STORED_MAX = 65_535  # RFC 1951, section 3.2.4
_RECORD_END = b"\r\n\r\n"
# Up to so many bytes are made up for by the member's comment, more by spaces in the record.
_COMMENT_MAX = 256
# What of the reason stands in the file, the most that fits; the journal has all of it.
_REASON_CHARACTERS = (1_000, 200, 60, 0)
# A record's first bytes are written last, in one call; so many at most.
_HEAD_BYTES = 4_096
_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562: names that are URLs


def is_tombstone(record: StoredRecord) -> bool:
    """Tell whether a record stands in the place of one that was withdrawn."""
    return record.type == "metadata" and record.header(TOMBSTONE_FIELD) is not None


def read_withdrawals(root: Path) -> list[Withdrawal]:
    """Return every withdrawal of the archive below `root`, in the order in which they were made.

    Raises:
        CorruptRecord: a line of the journal cannot be read.
    """
    journal = Journal(root / "withdrawals", WithdrawalLine)
    return [line.withdrawal for line, _ in journal.read()]


def read_tombstones(root: Path) -> dict[WarcPlace, Withdrawal]:
    """Return the places whose records were withdrawn, each with the reason; for fixity and export.

    A place is listed from the moment at which its withdrawal counts, also where a crash has
    kept the bytes from being overwritten yet: whoever reads must leave it out either way.
    """
    return _first_by_place(read_withdrawals(root))


def _first_by_place(withdrawals: Iterable[Withdrawal]) -> dict[WarcPlace, Withdrawal]:
    """Return what each place was withdrawn by: the first, where there are several."""
    found: dict[WarcPlace, Withdrawal] = {}
    for withdrawal in withdrawals:
        for place in withdrawal.places:
            found.setdefault(place, withdrawal)
    return found


def make_tombstone(withdrawal: Withdrawal, place: WarcPlace) -> bytes:
    """Return the `place.length` bytes that take the place of a withdrawn record.

    The same withdrawal and place always give the same bytes.

    Raises:
        ArchiveError: the record is shorter than the shortest tombstone (some 200 bytes),
            which none is that this program wrote.
    """
    for most in _REASON_CHARACTERS:
        block = _block_of(withdrawal, most)
        member = _fit(withdrawal, place, block, is_digested=True)
        if member is not None:
            return member
    member = _fit(withdrawal, place, b"", is_digested=False)
    if member is None:
        raise ArchiveError(
            f"the {place.length} bytes at byte {place.offset} of {place.file} are too few for a tombstone"
        )
    return member


def _block_of(withdrawal: Withdrawal, most: int) -> bytes:
    fields = {"withdrawal": withdrawal.id}
    if most:
        fields["reason"] = one_line(withdrawal.reason[:most])
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()


def _fit(
    withdrawal: Withdrawal, place: WarcPlace, block: bytes, *, is_digested: bool
) -> bytes | None:
    """Return a member of the place's length, None where it would be longer."""
    bare = _member_parts(withdrawal, place, block, is_digested=is_digested)
    missing = place.length - _size_of(bare)
    padding = 0
    while missing < 0 or missing > _COMMENT_MAX:
        if missing < 0 and not padding:
            return None
        # half of what a comment can make up for stays as room for what the padding itself costs
        padding = max(0, padding + missing - _COMMENT_MAX // 2 - missing // _STORED_MAX * 5)
        padded = block + b"padding:" + b" " * padding + b"\r\n" if padding else block
        bare = _member_parts(withdrawal, place, padded, is_digested=is_digested)
        missing = place.length - _size_of(bare)
    return _gzip_member(bare, missing)


def _member_parts(
    withdrawal: Withdrawal, place: WarcPlace, block: bytes, *, is_digested: bool
) -> tuple[bytes, bytes]:
    """Return a record's bytes: those worth compressing, and those that are only there for length."""
    name = f"{withdrawal.id} {place.file} {place.offset}"
    digest = f"WARC-Block-Digest: sha256:{sha256_hex(block)}\r\n" if is_digested else ""
    kind = "Content-Type: application/warc-fields\r\n" if block else ""
    head = (
        "WARC/1.1\r\nWARC-Type: metadata\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(_NAMESPACE, name)}>\r\n"
        f"WARC-Date: {warc_date(withdrawal.at)}\r\n"
        f"{TOMBSTONE_FIELD}: sha256:{withdrawal.payload_sha256}\r\n"
        f"{digest}{kind}Content-Length: {len(block)}\r\n\r\n"
    )
    told, colon, padding = block.partition(b"padding:")
    return head.encode() + told + colon, padding + _RECORD_END


def _size_of(parts: tuple[bytes, bytes]) -> int:
    told, padding = parts
    blocks = -(-len(padding) // _STORED_MAX)
    return _GZIP_BYTES + len(_deflated(told)) + 5 * blocks + len(padding)


def _deflated(data: bytes) -> bytes:
    """Return raw deflate that ends at a byte's end and may be followed by further blocks."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
    return deflater.compress(data) + deflater.flush(zlib.Z_SYNC_FLUSH)


def _gzip_member(parts: tuple[bytes, bytes], missing: int) -> bytes:
    told, padding = parts
    flags, comment = _PLAIN, b""
    if missing:
        flags, comment = _WITH_COMMENT, b"-" * (missing - 1) + b"\0"
    stored = [padding[at : at + _STORED_MAX] for at in range(0, len(padding), _STORED_MAX)]
    blocks = [
        (b"\1" if number == len(stored) else b"\0")
        + len(part).to_bytes(2, "little")
        + (len(part) ^ 0xFFFF).to_bytes(2, "little")
        + part
        for number, part in enumerate(stored, start=1)
    ]
    data = told + padding
    trailer = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    head = _GZIP_HEAD + flags + _GZIP_REST + comment
    return b"".join((head, _deflated(told), *blocks, trailer))


def finish_withdrawals(root: Path) -> set[str]:
    """Overwrite what was withdrawn and is not overwritten yet; for a writer, under its lock.

    Returns the WARC files that were changed. After an orderly end there is nothing to do,
    which costs one short read a place.
    """
    return bury(root, read_withdrawals(root))


def finish_words(root: Path) -> None:
    """Blank what journals repeat of withdrawn pages; before any other journal is read."""
    blank_words(root, read_withdrawals(root))


def bury(root: Path, withdrawals: Sequence[Withdrawal]) -> set[str]:
    """Overwrite the records of withdrawals, and their words in journals; see the module.

    The indexes forget them too. Returns the WARC files that were changed: all of it is on disk then. What has a
    tombstone already is left alone.

    Raises:
        CorruptRecord: a file is missing, or ends before a record that is to be overwritten.
        ArchiveError: a file cannot be written.
    """
    blank_words(root, withdrawals)
    wanted: dict[str, list[tuple[WarcPlace, Withdrawal]]] = {}
    for place, withdrawal in _first_by_place(withdrawals).items():
        wanted.setdefault(place.file, []).append((place, withdrawal))
    return {file for file, places in wanted.items() if _bury_in_file(root, file, places)}


def _bury_in_file(root: Path, file: str, places: list[tuple[WarcPlace, Withdrawal]]) -> bool:
    path = root / "warc" / file
    if not path.is_file():
        raise CorruptRecord(f"{path} is missing", hint="restore it from a copy of the archive")
    with archive_faults(path, "read"), path.open("rb") as reading:
        due = [
            (place, stone)
            for place, withdrawal in places
            if not _begins_with(reading, place, stone := make_tombstone(withdrawal, place))
        ]
    if not due:
        return False
    index = WarcIndex(root)
    was_stale = index.is_stale(file)
    with archive_faults(path, "overwrite a withdrawn record of"), path.open("rb+") as out:
        size = os.fstat(out.fileno()).st_size
        for place, _ in due:
            if place.offset + place.length > size:
                raise CorruptRecord(
                    f"{path} ends at byte {size}, before the record that was withdrawn from "
                    f"byte {place.offset}",
                    hint="restore the file from a copy of the archive",
                )
        _overwrite(out, due)
    if was_stale:  # it is made anew anyway, from what the file holds now
        index.path(file).unlink(missing_ok=True)
    else:
        index.drop(file, {place.offset for place, _ in places})
    _log.info("%s: %d records withdrawn", path, len(due))
    return True


def _begins_with(file: BinaryIO, place: WarcPlace, stone: bytes) -> bool:
    file.seek(place.offset)
    head = stone[:_HEAD_BYTES]
    return file.read(len(head)) == head


def _overwrite(out: BinaryIO, due: list[tuple[WarcPlace, bytes]]) -> None:
    """Write the ends of the tombstones, then, once those are on disk, their beginnings."""
    handle = out.fileno()
    for place, stone in due:
        _write_at(handle, stone[_HEAD_BYTES:], place.offset + _HEAD_BYTES)
    os.fsync(handle)
    for place, stone in due:
        _write_at(handle, stone[:_HEAD_BYTES], place.offset)
    os.fsync(handle)


def _write_at(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(handle, view, offset)
        view, offset = view[written:], offset + written
