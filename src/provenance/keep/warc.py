"""Records on disk: one gzip member each. The only importer of warcio and isal.

warcio reads the record's own header. Records are written here, since what warcio
would do by itself differs from what we promise: it re-serialises HTTP heads, digests
chunked bodies with their chunk framing (warcio#74) and adds SHA-1 digests; what is
left of it, a header and two empty lines, is not worth its objects. Compression is
ours too, so that a record is one append.
"""

import base64
import hashlib
import io
import os
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from isal import isal_zlib
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from provenance.errors import CorruptRecord
from provenance.keep.disk import archive_faults
from provenance.keep.records import HEAD_LENGTH_FIELD, Record, find_head_end, warc_date
from provenance.model import WarcPlace

__all__ = [
    "Batch",
    "StoredRecord",
    "WrittenRecord",
    "iter_records",
    "make_record_id",
    "read_fields",
    "read_record",
]

# One core takes 470 MB/s of HTML here (700 of what is gzipped already), 24 with zlib at 6; the
# price is 14 % more bytes for what came uncompressed (docs/adr/0014).
_LEVEL = 2
_GZIP_WINDOW = 31
_READ_BYTES = 1 << 16
# A header with a URL of a thousand characters; a longer one is read with its record.
_FIELDS_BYTES = 1 << 11
_RECORD_END = b"\r\n\r\n"
_NAMESPACE = uuid.NAMESPACE_URL.bytes
_VARIANTS = "89ab"  # the two bits of RFC 4122 above two of the hash
_DIGESTS = ("sha256", "sha1", "sha512", "md5")


class WrittenRecord(NamedTuple):
    """A record with its place: what the index and whoever refers to it need to know."""

    record_id: str
    place: WarcPlace
    headers: tuple[tuple[str, str], ...]
    http_head: bytes | None


class StoredRecord(NamedTuple):
    """A record as read back, its length and digests checked.

    `payload` is what follows the HTTP head (content-encoding kept, transfer-encoding
    removed long ago), or the whole block where there is no head; a revisit has none.
    `length` is in stored bytes.
    """

    type: str
    headers: tuple[tuple[str, str], ...]
    http_head: bytes | None
    payload: bytes
    offset: int
    length: int

    def header(self, name: str) -> str | None:
        """Return the first value of a WARC header, the name without regard to case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def record_id(self) -> str:
        """The record's id, angle brackets included."""
        return self.header("WARC-Record-ID") or ""


class Batch:
    """Records that go to the end of one file together, in one append.

    `file` is the name below `warc/`, `start` the offset at which the append will begin.
    """

    def __init__(self, file: str, start: int) -> None:
        self.file = file
        self.end = start
        self.written: list[WrittenRecord] = []
        self._members: list[bytes] = []

    def add(self, record: Record) -> WrittenRecord:
        """Give a record its place and id, and return both."""
        record_id = make_record_id(
            record.type, record.target_uri, warc_date(record.at), record.block_sha256,
            file=self.file, offset=self.end,
        )  # fmt: skip
        fields = record.named_fields(record_id)
        member = _compress(_serialise(record, fields))
        place = WarcPlace(self.file, self.end, len(member))
        self._members.append(member)
        self.end += len(member)
        written = WrittenRecord(record_id, place, tuple(fields), record.http_head)
        self.written.append(written)
        return written

    def data(self) -> bytes:
        """Return the bytes to append."""
        return b"".join(self._members)


def make_record_id(
    kind: str, target_uri: str | None, date: str, block_sha256: str, *, file: str, offset: int
) -> str:
    """Return an id made of what the record says and where it stands; `date` is its WARC-Date.

    The place is part of it: a page fetched twice within one microsecond by a test's
    clock still gets two ids.
    """
    name = " ".join((kind, target_uri or "", date, block_sha256, file, str(offset)))
    # uuid.uuid5(uuid.NAMESPACE_URL, name), in a third of its time: two ids are made for each look
    hashed = hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).hexdigest()
    variant = _VARIANTS[int(hashed[16], 16) & 3]
    return (
        f"<urn:uuid:{hashed[:8]}-{hashed[8:12]}-5{hashed[13:16]}-{variant}{hashed[17:20]}"
        f"-{hashed[20:32]}>"
    )


def _serialise(record: Record, fields: list[tuple[str, str]]) -> bytes:
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in fields), "\r\n"]
    return b"".join(("\r\n".join(lines).encode("utf-8"), record.block, _RECORD_END))


def _compress(data: bytes) -> bytes:
    deflater = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP_WINDOW)
    member: bytes = deflater.compress(data) + deflater.flush()
    return member


def read_record(path: Path, offset: int, length: int | None = None) -> StoredRecord:
    """Return the record at `offset` of a WARC file.

    Raises:
        CorruptRecord: there is none, its length (also `length`, if given) or a digest
            is not what it says; the message has file and offset.
    """
    with archive_faults(path, "read"):
        if not path.is_file():
            raise CorruptRecord(f"{path} is missing", hint="restore it from a copy of the archive")
        with path.open("rb") as file:
            record = _read_at(path, file, offset)
    if length is not None and record.length != length:
        raise _corrupt(path, offset, f"it is {record.length} bytes long and not {length}")
    return record


def read_fields(path: Path, offset: int, length: int) -> dict[str, str]:
    """Return the header fields of the record at `offset`, by their names in lower case.

    A tenth of what reading the record takes: neither its length nor a digest is checked.
    What does not begin as we write records is read as any other.

    Raises:
        CorruptRecord: there is no record.
    """
    with archive_faults(path, "read"):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            stored = os.pread(handle, min(length, _FIELDS_BYTES), offset)
        finally:
            os.close(handle)
    try:
        start = zlib.decompressobj(_GZIP_WINDOW).decompress(stored, _FIELDS_BYTES)
        head, end, _ = start.partition(_RECORD_END)
        first, *lines = head.decode("utf-8").split("\r\n")
    except (zlib.error, UnicodeDecodeError):
        first, end, lines = "", b"", []
    named = [line.partition(": ") for line in lines]
    if (
        first != "WARC/1.1"
        or not end
        or any(not colon or name != name.strip() for name, colon, _ in named)
    ):
        record = read_record(path, offset, length)
        return {name.lower(): value for name, value in reversed(record.headers)}
    return {name.lower(): value for name, _, value in reversed(named)}


def iter_records(path: Path, start: int = 0, end: int | None = None) -> Iterator[StoredRecord]:
    """Yield every record that begins in `[start, end)`, in order, each one checked.

    Raises:
        CorruptRecord: as `read_record`, or the last record passes `end`.
    """
    with archive_faults(path, "read"), path.open("rb") as file:
        stop = file.seek(0, 2) if end is None else end
        offset = start
        while offset < stop:
            record = _read_at(path, file, offset)
            offset += record.length
            yield record
    if offset != stop:
        raise _corrupt(path, offset, f"the last record passes byte {stop}")


def _read_at(path: Path, file: BinaryIO, offset: int) -> StoredRecord:
    data, length = _inflate_member(path, file, offset)
    headers, block = _parse(path, offset, data)
    named = {name.lower(): value for name, value in reversed(headers)}
    kind = named.get("warc-type", "")
    is_http = named.get("content-type", "").startswith("application/http")
    split = _head_length(named, block) if is_http else 0
    payload = block[split:]
    _check_digest(path, offset, "block", named.get("warc-block-digest"), block)
    if kind != "revisit":
        _check_digest(path, offset, "payload", named.get("warc-payload-digest"), payload)
    head = block[:split] if is_http else None
    return StoredRecord(kind, headers, head, payload, offset, length)


def _inflate_member(path: Path, file: BinaryIO, offset: int) -> tuple[bytes, int]:
    """Return the content of the gzip member at `offset` and the stored bytes that it takes."""
    file.seek(offset)
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    parts, taken = [], 0
    while not inflater.eof:
        chunk = file.read(_READ_BYTES)
        if not chunk:
            raise _corrupt(path, offset, "the file ends inside it")
        taken += len(chunk)
        try:
            parts.append(inflater.decompress(chunk))
        except zlib.error as error:
            raise _corrupt(path, offset, str(error)) from error
    return b"".join(parts), taken - len(inflater.unused_data)


def _parse(path: Path, offset: int, data: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
    stream = io.BytesIO(data)
    try:
        parsed = StatusAndHeadersParser(["WARC/1.1", "WARC/1.0"]).parse(stream)
        size = int(parsed.get_header("Content-Length", "-1"))
    except (StatusAndHeadersParserException, EOFError, ValueError) as error:
        raise _corrupt(path, offset, f"no WARC record: {error}") from error
    start = stream.tell()
    if size < 0 or data[start + size :] != _RECORD_END:
        raise _corrupt(path, offset, "its Content-Length is not the length of its block")
    return tuple(parsed.headers), data[start : start + size]


def _head_length(named: dict[str, str], block: bytes) -> int:
    declared = named.get(HEAD_LENGTH_FIELD.lower(), "")
    return int(declared) if declared.isdecimal() else find_head_end(block)


def _check_digest(path: Path, offset: int, what: str, stated: str | None, data: bytes) -> None:
    if stated is None:
        return
    name, _, value = stated.partition(":")
    if name.lower() not in _DIGESTS:
        raise _corrupt(path, offset, f"its {what} digest is of an unknown kind: {stated[:40]}")
    digest = hashlib.new(name.lower(), data, usedforsecurity=False)
    if value.lower() == digest.hexdigest():
        return
    if value == base64.b32encode(digest.digest()).decode("ascii"):
        return
    raise _corrupt(path, offset, f"its {what} is not what its {what} digest says")


def _corrupt(path: Path, offset: int, why: str) -> CorruptRecord:
    return CorruptRecord(
        f"{path}: the record at byte {offset} is corrupt: {why}",
        hint="restore the file from a copy of the archive",
    )
