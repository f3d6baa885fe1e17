"""Reading a WACZ package as whoever was handed it: is it what its makers wrote? Offline.

Every file is hashed and compared with the manifest, the manifest with its digest file,
signature and time stamp; every record with its own digests; and of our packages the index
with the records. What differs is a value (`Difference`), never an exception: only a file that
is no package at all is one. Sizes are taken from nobody's word: what is read is bounded by
what the manifest says, and by the ZIP's own entry.
"""

import hashlib
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, Literal

import msgspec
from msgspec import Struct

from provenance.errors import UsageError
from provenance.keep.cdxj import format_line
from provenance.keep.fixity_stream import CheckedRecord, DamagedRecord, RecordStream
from provenance.keep.record_digests import refuse_record
from provenance.keep.sorted_lines import SortedLines
from provenance.keep.wacz_layout import differing_layout, refuse_name
from provenance.keep.wacz_manifest import (
    DIGEST_PATH,
    INDEX_PATH,
    MANIFEST_PATH,
    DigestFile,
    Manifest,
    Resource,
    digest_of,
    encode,
)
from provenance.keep.zip_damage import ZIP_DAMAGE
from provenance.model import WarcPlace

__all__ = ["Difference", "PackageSeen", "check_package"]

_COPY_BYTES = 1 << 20
# A manifest has a line or two for each WARC file of 1 GB: of a petabyte it would be this large.
_MOST_MANIFEST_BYTES = 256_000_000
_LOCAL_HEADER_BYTES = 30
# Text packs to a tenth, an index of one site to a fiftieth; deflate ends at a thousandth.
_MOST_TIMES_PACKED = 200
_OURS = "provenance/"

Kind = Literal[
    "missing",  # the manifest names it and it is not there
    "differs",  # it is not what its digest or size says
    "unlisted",  # it is there and nobody vouches for it
    "doubled",  # two files of one name: which of them is meant, readers decide differently
    "unreadable",  # it cannot be read as what it is
    "record",  # a record is not what its own digest says
    "index",  # the index does not say what stands in the records
    "layout",  # a ZIP that is put together otherwise than ours are: readers may see different files
    "seal",  # what is said of a signature is not what was signed
    "extract",  # a row of the database in a bundle is not what the package's records say
]


class Difference(Struct, frozen=True):
    """One thing that is not as the package says."""

    kind: Kind
    path: str
    detail: str


class PackageSeen(Struct, frozen=True):
    """What was read of a package; `manifest` is that of the bytes that were hashed."""

    differences: tuple[Difference, ...]
    files: int
    records: int
    manifest_bytes: bytes
    manifest: Manifest
    digest: DigestFile | None

    @property
    def manifest_sha256(self) -> str:
        """The digest of the manifest's bytes, in hex."""
        return digest_of(self.manifest_bytes).removeprefix("sha256:")


OnRecord = Callable[[str, CheckedRecord], None]


def check_package(
    path: Path, scratch: Path, on_record: OnRecord = lambda _name, _record: None
) -> PackageSeen:
    """Read all of a package; index lines are sorted in a temporary folder below `scratch`.

    `on_record` is told of each record with the name of its file below `archive/`.

    Raises:
        UsageError: it cannot be opened, is no ZIP or has no readable manifest.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as package:
            return _Reading(path, file, package, on_record).read(scratch)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except zipfile.BadZipFile as error:
        raise UsageError(
            f"{path} is no WACZ package: {error}",
            hint="`provenance export --format wacz` makes one",
        ) from error


class _Reading:
    def __init__(
        self, path: Path, file: BinaryIO, package: zipfile.ZipFile, on_record: OnRecord
    ) -> None:
        self._on_record = on_record
        self._path = path
        self._file = file
        self._package = package
        self._found: list[Difference] = []
        self._entries = {info.filename: info for info in package.infolist() if not info.is_dir()}
        self._records = 0

    def _note(self, kind: Kind, path: str, detail: str) -> None:
        self._found.append(Difference(kind, path, detail))

    def read(self, scratch: Path) -> PackageSeen:
        if sum(info.compress_size for info in self._package.infolist()) > self._file.seek(0, 2):
            raise UsageError(
                f"{self._path}: its files overlap, and would unpack to more than it holds"
            )
        names = Counter(info.filename for info in self._package.infolist())
        for name in sorted(name for name, count in names.items() if count > 1):
            self._note("doubled", name, "the package holds it more than once")
        for info in self._package.infolist():
            if why := refuse_name(info):
                self._note("layout", info.orig_filename, why)
        manifest_bytes = self._small_file(MANIFEST_PATH)
        if manifest_bytes is None:
            raise UsageError(f"{self._path} is no WACZ package: it has no {MANIFEST_PATH}")
        try:
            manifest = msgspec.json.decode(manifest_bytes, type=Manifest)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise UsageError(f"{self._path}: {MANIFEST_PATH} cannot be read: {error}") from error
        digest = self._digest_file(manifest_bytes)
        if manifest.software.startswith(_OURS):
            for name, detail in differing_layout(self._file, self._package):
                self._note("layout", name, detail)
            self._check_sealing(manifest, digest)
        self._check_resources(manifest)
        self._check_records(manifest, scratch)
        return PackageSeen(
            tuple(self._found),
            len(self._entries),
            self._records,
            manifest_bytes,
            manifest,
            digest,
        )

    def _small_file(self, name: str) -> bytes | None:
        info = self._entries.get(name)
        if info is None:
            return None
        if info.file_size > _MOST_MANIFEST_BYTES:
            raise UsageError(f"{self._path}: {name} claims {info.file_size:,} bytes")
        try:
            with self._package.open(info) as stream:
                return stream.read(_MOST_MANIFEST_BYTES)
        except ZIP_DAMAGE as error:
            raise UsageError(f"{self._path}: {name} cannot be read: {error}") from error

    def _digest_file(self, manifest_bytes: bytes) -> DigestFile | None:
        data = self._small_file(DIGEST_PATH)
        if data is None:
            self._note("missing", DIGEST_PATH, "nothing vouches for the manifest")
            return None
        try:
            digest = msgspec.json.decode(data, type=DigestFile)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            self._note("unreadable", DIGEST_PATH, str(error))
            return None
        actual = digest_of(manifest_bytes)
        if digest.hash != actual:
            self._note("differs", MANIFEST_PATH, f"is {actual} and should be {digest.hash}")
        return digest

    def _check_sealing(self, manifest: Manifest, digest: DigestFile | None) -> None:
        """What stands beside the manifest's digest and is not covered by it."""
        if digest is None:
            return
        if encode(digest) != self._small_file(DIGEST_PATH):
            self._note("differs", DIGEST_PATH, "is not written as we write it")
        signed = digest.signed_data
        said = (manifest.created, manifest.software)
        if signed is not None and (signed.created, signed.software) != said:
            self._note("seal", DIGEST_PATH, "the signature's moment or maker is not the manifest's")

    def _check_resources(self, manifest: Manifest) -> None:
        listed = {resource.path: resource for resource in manifest.resources}
        if len(listed) != len(manifest.resources):
            self._note("doubled", MANIFEST_PATH, "it lists a file more than once")
        for path in sorted(set(self._entries) - set(listed) - {MANIFEST_PATH, DIGEST_PATH}):
            self._note("unlisted", path, "the manifest does not name it")
        for path, resource in listed.items():
            info = self._entries.get(path)
            if info is None:
                self._note("missing", path, "the manifest names it")
            elif why := self._refuse_resource(resource, info):
                self._note("differs", path, why)

    def _refuse_resource(self, resource: Resource, info: zipfile.ZipInfo) -> str | None:
        algorithm, _, stated = resource.hash.partition(":")
        if algorithm not in {"sha256", "md5"}:
            return f"its digest is of an unknown kind: {resource.hash[:40]}"
        if info.file_size > _MOST_TIMES_PACKED * info.compress_size:
            return f"unpacks to {info.file_size:,} bytes out of {info.compress_size:,}: not read"
        running, size = hashlib.new(algorithm, usedforsecurity=False), 0
        try:
            with self._package.open(info) as stream:
                while size <= resource.bytes and (chunk := stream.read(_COPY_BYTES)):
                    running.update(chunk)
                    size += len(chunk)
        except ZIP_DAMAGE as error:
            return f"cannot be read: {error}"
        if size != resource.bytes:
            more = "more" if size > resource.bytes else f"{size:,}"
            return f"holds {more} bytes and should hold {resource.bytes:,}"
        if running.hexdigest() != stated.lower():
            return f"is {algorithm}:{running.hexdigest()} and should be {resource.hash}"
        return None

    def _check_records(self, manifest: Manifest, scratch: Path) -> None:
        is_ours = manifest.software.startswith(_OURS)
        bad = {difference.path for difference in self._found}
        warcs = sorted(name for name in self._entries if name.startswith("archive/"))
        with SortedLines(scratch) as expected:
            for name in warcs:
                self._read_warc(self._entries[name], expected, is_ours=is_ours)
            if is_ours and INDEX_PATH not in bad:
                self._compare_index(expected)

    def _read_warc(self, info: zipfile.ZipInfo, expected: SortedLines, *, is_ours: bool) -> None:
        """Read the records of a WARC file where it lies: it is stored as it is, not packed again."""
        name = info.filename
        if info.compress_type != zipfile.ZIP_STORED:
            self._note("unreadable", name, "it is packed twice, which replay tools do not read")
            return
        stream = RecordStream(self._stored_bytes(info), info.file_size)
        try:
            while stream.offset < stream.end:
                record = stream.record()
                self._records += 1
                if why := refuse_record(record, is_ours=is_ours):
                    self._note("record", name, f"the record at byte {record.offset}: {why}")
                place = WarcPlace(name.removeprefix("archive/"), record.offset, record.length)
                self._on_record(place.file, record)
                line = format_line(record.headers, record.http_head, place)
                if line is not None:
                    expected.add(line.encode("utf-8"))
        except DamagedRecord as damage:
            self._note("record", name, f"the record at byte {damage.offset}: {damage.why}")
        except (KeyError, ValueError) as error:  # a header that an index line needs
            self._note("record", name, f"the record before byte {stream.offset}: {error!r}")

    def _stored_bytes(self, info: zipfile.ZipInfo) -> BinaryIO:
        """Return the package's file where this file's bytes begin: behind its local header."""
        self._file.seek(info.header_offset)
        header = self._file.read(_LOCAL_HEADER_BYTES)
        names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        self._file.seek(info.header_offset + _LOCAL_HEADER_BYTES + names)
        return self._file

    def _compare_index(self, expected: SortedLines) -> None:
        info = self._entries.get(INDEX_PATH)
        if info is None:
            self._note("index", INDEX_PATH, "there is none")
            return
        with self._package.open(info) as stream:
            for number, (stands, should) in enumerate(_pairs(stream, iter(expected)), start=1):
                if stands != should:
                    self._note("index", INDEX_PATH, f"line {number} is not what the records say")
                    return


def _pairs(
    stream: IO[bytes], expected: Iterator[bytes]
) -> Iterator[tuple[bytes | None, bytes | None]]:
    """Both line by line, None behind the end of the shorter."""
    while True:
        # a line of a stranger's index may be endless; none of ours is longer than its URL
        stands, should = stream.readline(_COPY_BYTES) or None, next(expected, None)
        if stands is None and should is None:
            return
        yield stands, should
