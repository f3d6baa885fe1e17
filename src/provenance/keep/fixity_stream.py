"""Records of a WARC file one after the other, each digested as it is inflated: nothing is held whole.

`warc.read_record` hands out a record and so has to hold it; whoever only wants to know
whether it is what it says reads here, in pieces, whatever its size.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from provenance.keep.records import HEAD_LENGTH_FIELD, find_head_end

__all__ = ["CheckedRecord", "DamagedRecord", "RecordStream"]

_GZIP_WINDOW = 31
_READ_BYTES = 1 << 16
_SCAN_BYTES = 1 << 20
_PIECE_BYTES = 1 << 20
# No header of ours comes near (HTTP heads are cut at 256 KB when they are fetched, WARC headers repeat
# a URL); what has no end by then is no record. Both heads are held whole until their end is found.
_MAX_HEAD_BYTES = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b\x08"
# RFC 1952, section 2.3: deflate, no flags, no time. The two bytes behind it name the compressor.
_PLAIN_MEMBER = _GZIP_MAGIC + bytes(5)
_HEAD_END = b"\r\n\r\n"


class DamagedRecord(Exception):
    """What stands at `offset` is no whole record; `why` says what was met."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(why)
        self.offset = offset
        self.why = why


class CheckedRecord(NamedTuple):
    """What a record says of itself, beside what its bytes say. Digests are SHA-256, 64 hex digits.

    `is_plain` is False where the gzip member has flags or a time, as none has that was
    written here. `http_head` is None where the block has none. `payload_sha256` is of what follows the
    head, of the whole block where there is none.
    """

    offset: int
    length: int
    headers: tuple[tuple[str, str], ...]
    http_head: bytes | None
    block_sha256: str
    payload_sha256: str
    is_plain: bool

    def header(self, name: str) -> str | None:
        """Return the first value of a WARC header, the name without regard to case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def type(self) -> str:
        """The record's type, empty where it names none."""
        return self.header("WARC-Type") or ""


class _Block:
    """A block on its way past: both digests, and the HTTP head at its beginning."""

    def __init__(self, headers: tuple[tuple[str, str], ...], size: int) -> None:
        named = {name.lower(): value for name, value in reversed(headers)}
        self._declared = named.get(HEAD_LENGTH_FIELD.lower(), "")
        self._has_head = named.get("content-type", "").startswith("application/http")
        self._left = size
        self._whole = hashlib.sha256()
        self._payload = hashlib.sha256()
        self._waiting = b""  # until it is known where the head ends
        self.http_head: bytes | None = None

    def take(self, piece: memoryview) -> memoryview:
        """Digest what belongs to the block and return the rest."""
        own = piece[: self._left]
        if own:
            self._left -= len(own)
            self._whole.update(own)
            if self._has_head and self.http_head is None:
                self._waiting += own
                self._split(is_last=not self._left)
            else:
                self._payload.update(own)
        return piece[len(own) :]

    def _split(self, *, is_last: bool) -> None:
        waiting = self._waiting
        at = int(self._declared) if self._declared.isdecimal() else find_head_end(waiting)
        if min(at, len(waiting)) > _MAX_HEAD_BYTES:
            raise ValueError("its HTTP head has no end")
        if at >= len(waiting) and not is_last:
            return
        self.http_head = waiting[:at]
        self._payload.update(memoryview(waiting)[at:])
        self._waiting = b""

    def digests(self) -> tuple[str, str]:
        """Return the SHA-256 of block and payload; an empty HTTP block is all head."""
        if self._has_head and self.http_head is None:
            self.http_head = b""
        return self._whole.hexdigest(), self._payload.hexdigest()

    @property
    def left(self) -> int:
        """How many bytes of it are still to come."""
        return self._left


class RecordStream:
    """Reads `[0, end)` of a WARC file once, from front to back.

    `advance` is told how many stored bytes were read. `marks` are offsets at which the
    SHA-256 of everything before is wanted; see `sha256_up_to`.
    """

    def __init__(
        self,
        file: BinaryIO,
        end: int,
        advance: Callable[[int], None] = lambda _: None,
        marks: tuple[int, ...] = (),
    ) -> None:
        self._file = file
        self._advance = advance
        self._rest = memoryview(b"")
        self._digest = hashlib.sha256()
        self._digested = 0
        self._marks = sorted({mark for mark in marks if mark <= end} | {end})
        self._sha256_at: dict[int, str] = {}
        self.end = end
        self.offset = 0
        self.is_plain = True

    def record(self) -> CheckedRecord:
        """Return the record at `offset`, behind which `offset` stands then.

        Raises:
            DamagedRecord: there is none, or not all of it; go on with `skip_damage`.
        """
        start = self.offset
        try:
            headers, block = self._read(start)
        except (zlib.error, UnicodeDecodeError, ValueError) as error:
            raise DamagedRecord(start, str(error)) from error
        whole, payload = block.digests()
        length = self.offset - start
        return CheckedRecord(start, length, headers, block.http_head, whole, payload, self.is_plain)

    def _read(self, start: int) -> tuple[tuple[tuple[str, str], ...], _Block]:
        head, tail = b"", b""
        block: _Block | None = None
        headers: tuple[tuple[str, str], ...] = ()
        for piece in self._member(start):
            rest = memoryview(piece)
            if block is None:
                head += piece
                at = head.find(_HEAD_END)
                if at < 0:
                    if len(head) > _MAX_HEAD_BYTES:
                        raise DamagedRecord(start, "its header has no end")
                    continue
                headers = _parse_head(head[:at])
                block = _Block(headers, _size_of(headers))
                rest = memoryview(head)[at + len(_HEAD_END) :]
            tail += block.take(rest)
            if len(tail) > len(_HEAD_END):
                break
        if block is None or block.left or tail != _HEAD_END:
            raise DamagedRecord(start, "its Content-Length is not the length of its block")
        return headers, block

    def _member(self, start: int) -> Iterator[bytes]:
        """Yield what the gzip member at `offset` holds, in pieces."""
        head = self._peek(len(_PLAIN_MEMBER))
        self.is_plain = head == _PLAIN_MEMBER
        inflater = zlib.decompressobj(_GZIP_WINDOW)
        while not inflater.eof:
            if not self._rest and not self._fill():
                raise DamagedRecord(start, "the file ends inside it")
            piece = inflater.decompress(self._rest, _PIECE_BYTES)
            left = len(inflater.unused_data if inflater.eof else inflater.unconsumed_tail)
            self._drop(len(self._rest) - left)
            if piece:
                yield piece

    def _peek(self, count: int) -> bytes:
        if len(self._rest) < count and self.offset + len(self._rest) < self.end:
            few = bytes(self._rest)
            self._fill()
            self._rest = memoryview(few + bytes(self._rest))
        return bytes(self._rest[:count])

    def _drop(self, count: int) -> None:
        self.offset += count
        self._rest = self._rest[count:]

    def _fill(self) -> bool:
        at = self.offset + len(self._rest)
        data = self._file.read(min(_READ_BYTES, self.end - at))
        self._note(at, data)
        self._rest = memoryview(data)
        return bool(data)

    def _note(self, at: int, data: bytes) -> None:
        """Digest and count what was not seen before."""
        view = memoryview(data)[max(0, self._digested - at) :]
        if not view:
            return
        self._advance(len(view))
        while view:
            next_mark = next((mark for mark in self._marks if mark > self._digested), self.end)
            part = view[: next_mark - self._digested]
            self._digest.update(part)
            self._digested += len(part)
            view = view[len(part) :]
            if self._digested == next_mark:
                self._sha256_at[next_mark] = self._digest.hexdigest()

    def skip_damage(self, start: int) -> int:
        """Go on behind a damaged record that began at `start`: where the next one begins, or the end.

        A record begins where a gzip member does whose content begins as a WARC header.
        """
        at = start + 1
        while at < self.end:
            self._file.seek(at)
            data = self._file.read(min(_SCAN_BYTES, self.end - at))
            if not data:
                break
            self._note(at, data)
            found = data.find(_GZIP_MAGIC)
            while found >= 0 and not self._begins_record(at + found):
                found = data.find(_GZIP_MAGIC, found + 1)
            if found >= 0:
                return self._go_to(at + found)
            at += max(1, len(data) - len(_GZIP_MAGIC) + 1)
        return self._go_to(self.end)

    def _begins_record(self, offset: int) -> bool:
        self._file.seek(offset)
        try:
            begin = zlib.decompressobj(_GZIP_WINDOW).decompress(self._file.read(1024), 16)
        except zlib.error:
            return False
        return begin.startswith(b"WARC/1.")

    def _go_to(self, offset: int) -> int:
        self._file.seek(offset)
        self._rest = memoryview(b"")
        self.offset = offset
        return offset

    def sha256_up_to(self, offset: int) -> str | None:
        """Return the SHA-256 of the first `offset` stored bytes, None where it was not asked for."""
        return hashlib.sha256().hexdigest() if offset == 0 else self._sha256_at.get(offset)


def _parse_head(head: bytes) -> tuple[tuple[str, str], ...]:
    first, *lines = head.decode("utf-8").split("\r\n")
    if first not in ("WARC/1.1", "WARC/1.0"):
        raise ValueError(f"no WARC record: it begins {first[:20]!r}")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"no WARC header: {line[:40]!r}")
        headers.append((name, value.strip()))
    return tuple(headers)


def _size_of(headers: tuple[tuple[str, str], ...]) -> int:
    stated = next((value for name, value in headers if name.lower() == "content-length"), "")
    if not (stated.isascii() and stated.isdecimal()):
        raise ValueError(f"no Content-Length: {stated[:20]!r}")
    return int(stated)
