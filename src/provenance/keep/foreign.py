"""WARC and WACZ files that somebody else made: which responses of a source they hold.

Read with warcio, since such files come in every shape (WARC/0.18 to 1.1, a gzip member for
each record or one for all, or none, chunked bodies). Digests that a record or a package
states are checked; nothing is taken from a file that contradicts itself.
"""

import base64
import binascii
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, Any, NamedTuple

import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from provenance.errors import UnreadableDocument
from provenance.formats.ids import sha256_hex
from provenance.keep.records import find_head_end
from provenance.keep.wacz_manifest import MANIFEST_PATH
from provenance.keep.zip_damage import ZIP_DAMAGE

__all__ = ["ForeignResponse", "read_wacz_responses", "read_warc_responses"]

_DIGEST_CHARACTERS = re.compile(r"[A-Za-z0-9=]+")
_HINT = "attach the file as it was made; a damaged copy proves nothing"
_CHUNK = 1 << 20
# Of what is compressed at once: some 16 MB when it is unpacked.
_BLOCK = 1 << 14
# Browsers and servers end at 256 KB of headers; warcio needs 15 µs a line.
_MOST_HEAD = 1 << 20
# What a reader of damaged gzip, zip or WARC data may raise: all of it is one fact about the file.
_DAMAGE = (
    *ZIP_DAMAGE,
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    msgspec.MsgspecError,
    ValueError,
    KeyError,
)


class _Resource(msgspec.Struct):
    path: str
    hash: str = ""


class _Manifest(msgspec.Struct):
    """What is asked of `datapackage.json`: less than our own packages say of themselves."""

    resources: tuple[_Resource, ...] = ()


class ForeignResponse(NamedTuple):
    """A response as the file has it; `payload` is without transfer-encoding, with content-encoding."""

    url: str
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes

    @property
    def payload_sha256(self) -> str:
        """The digest of the payload, as of a capture of ours."""
        return sha256_hex(self.payload)

    @property
    def content_type(self) -> str:
        """The Content-Type as sent, parameters included; empty where there is none."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")


def read_warc_responses(
    file: IO[bytes], is_wanted: Callable[[str], bool], max_unpacked_bytes: int
) -> Iterator[ForeignResponse]:
    """Yield the responses in a WARC file (gzipped or not) whose URL is wanted, in its order.

    Revisits are left out: their body stands elsewhere.

    Raises:
        UnreadableDocument: no WARC, cut off, more than `max_unpacked_bytes` when unpacked, or a
            wanted record contradicts its own digest.
    """
    try:
        for record in _Records(file, max_unpacked_bytes):
            stated = int(record.rec_headers.get_header("Content-Length") or 0)
            if stated > max_unpacked_bytes:
                raise _too_large(max_unpacked_bytes)
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type == "response" and is_wanted(url.strip("<>")):
                response = _response_of(record, url.strip("<>"))
                if response is not None:
                    yield response
    except _DAMAGE as error:
        raise UnreadableDocument(f"it is no whole WARC: {error}", hint=_HINT) from error


def _too_large(max_unpacked_bytes: int) -> UnreadableDocument:
    return UnreadableDocument(
        f"it unpacks to more than {max_unpacked_bytes:,} bytes",
        hint="attach a smaller one, or raise `attach.max_unpacked_bytes`",
    )


class _Unpacked(DecompressingBufferedReader):  # type: ignore[misc]
    """What a file unpacks to, bounded as a whole, whatever its records say, and in its lines."""

    def __init__(self, file: IO[bytes], max_unpacked_bytes: int) -> None:
        super().__init__(file, block_size=_BLOCK)
        self._most = max_unpacked_bytes

    def _process_read(self, data: bytes) -> None:
        super()._process_read(data)
        if self.num_read > self._most:
            raise _too_large(self._most)

    def readline(self, length: int | None = None) -> bytes:
        """Return a line; one without an end is read no further than a head may be long."""
        line: bytes = super().readline(length or _MOST_HEAD + 1)
        if length is None and len(line) > _MOST_HEAD:
            raise ValueError("a line of a record's head has no end")
        return line


class _Records(ArchiveIterator):  # type: ignore[misc]
    """Records as warcio reads them; one that is longer than it says ends the reading.

    warcio prints all that stands behind the stated end, of whatever length, and reads on.
    """

    def __init__(self, file: IO[bytes], max_unpacked_bytes: int) -> None:
        super().__init__(file, no_record_parse=True)
        self.reader = _Unpacked(file, max_unpacked_bytes)

    def _consume_blanklines(self) -> tuple[bytes | None, int]:
        size = 0
        while line := self.reader.readline():
            if line.strip():
                if not size:
                    raise ValueError("a record is longer than its Content-Length")
                return line, size
            size += len(line)
        return None, size


def _response_of(record: Any, url: str) -> ForeignResponse | None:
    block = record.raw_stream.read()
    length = int(record.rec_headers.get_header("Content-Length") or -1)
    if length != len(block):
        raise ValueError(f"the record of {url} is cut off after {len(block)} of {length} bytes")
    _check(record, url, "Block", block)
    stream = io.BytesIO(block)
    if not record.rec_headers.get_header("Content-Type", "").startswith("application/http"):
        return None
    if find_head_end(block[: _MOST_HEAD + 1]) > _MOST_HEAD:
        raise ValueError(f"the HTTP head of {url} has no end")
    head = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"]).parse(stream)
    framed = stream.read()
    is_chunked = "chunked" in (head.get_header("Transfer-Encoding") or "").lower()
    payload = ChunkedDataReader(io.BytesIO(framed)).read() if is_chunked else framed
    # writers differ in whether they digest the framing (warcio#74)
    _check(record, url, "Payload", payload, framed)
    return ForeignResponse(
        url,
        _date_of(record.rec_headers.get_header("WARC-Date")),
        int(head.get_statuscode()),
        tuple(head.headers),
        payload,
    )


def _date_of(written: str | None) -> datetime:
    at = datetime.fromisoformat(written or "")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _check(record: Any, url: str, what: str, *readings: bytes) -> None:
    """Refuse a record that states a digest which is none of what it holds."""
    stated = record.rec_headers.get_header(f"WARC-{what}-Digest")
    name, _, value = (stated or "").partition(":")
    if not stated or name.lower() not in {"sha1", "sha256", "sha512", "md5"}:
        return
    for data in readings:
        digest = hashlib.new(name.lower(), data, usedforsecurity=False)
        if value.lower() == digest.hexdigest() or _is_base32(value, digest.digest()):
            return
    raise ValueError(f"the {what.lower()} of {url} is not what its digest says")


def _is_base32(value: str, digest: bytes) -> bool:
    if not _DIGEST_CHARACTERS.fullmatch(value):
        return False
    try:
        return base64.b32decode(value.upper() + "=" * (-len(value) % 8)) == digest
    except binascii.Error:
        return False


def read_wacz_responses(
    file: IO[bytes], is_wanted: Callable[[str], bool], max_unpacked_bytes: int
) -> Iterator[ForeignResponse]:
    """Yield the responses in a WACZ whose URL is wanted; see `read_warc_responses`.

    Raises:
        UnreadableDocument: no WACZ, encrypted, too large when unpacked, or a file in it is not
            what `datapackage.json` says.
    """
    try:
        with zipfile.ZipFile(file) as package:
            if sum(entry.file_size for entry in package.infolist()) > max_unpacked_bytes:
                raise _too_large(max_unpacked_bytes)
            _check_package(package)
            for name in sorted(package.namelist()):
                if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                    with package.open(name) as warc:
                        data = io.BytesIO(warc.read())
                    yield from read_warc_responses(data, is_wanted, max_unpacked_bytes)
    except _DAMAGE as error:
        raise UnreadableDocument(f"it is no whole WACZ: {error}", hint=_HINT) from error


def _check_package(package: zipfile.ZipFile) -> None:
    """Refuse a package of which a file is not what its manifest says."""
    if any(entry.flag_bits & 1 for entry in package.infolist()):
        raise UnreadableDocument("it is encrypted", hint="attach it without a password")
    manifest = msgspec.json.decode(package.read(MANIFEST_PATH), type=_Manifest)
    for resource in manifest.resources:
        name, _, stated = resource.hash.partition(":")
        if name != "sha256":
            continue
        digest = hashlib.sha256()
        with package.open(resource.path) as entry:
            while chunk := entry.read(_CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != stated.lower():
            raise ValueError(f"{resource.path} is not what {MANIFEST_PATH} says")
