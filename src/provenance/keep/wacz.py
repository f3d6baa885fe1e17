"""Writing a WACZ package: records copied byte for byte, an index, pages, a manifest, a seal.

The package is written beside its place and renamed, so that there is the whole of it or
nothing. Files stand in it stored, with no time of their own: the same records give the
same bytes.
"""

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

from provenance.errors import ArchiveError, UsageError
from provenance.keep.cdxj import format_line
from provenance.keep.disk import archive_faults, sync_folder
from provenance.keep.sorted_lines import SortedLines
from provenance.keep.wacz_manifest import (
    DIGEST_PATH,
    INDEX_PATH,
    MANIFEST_PATH,
    DigestFile,
    Page,
    Resource,
    digest_of,
    encode,
    make_manifest,
)
from provenance.keep.warc import StoredRecord, read_record
from provenance.model import WarcPlace

__all__ = ["Chosen", "WaczWriter", "new_package"]

_COPY_BYTES = 1 << 20
# ZIP's first day: a file in a package has no time of its own
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
# beyond this a file in a ZIP needs the longer sizes of ZIP64; the format's limit is 4 GiB
_ZIP64_FROM = 1 << 31

Seal = Callable[[bytes, DigestFile], DigestFile]


class Chosen(NamedTuple):
    """Records of one WARC file (named as below `warc/`): each offset with "and its request"."""

    file: str
    offsets: Mapping[int, bool]


@contextlib.contextmanager
def new_package(path: Path) -> Iterator["WaczWriter"]:
    """Write a package that takes its place at `path` when the block ends without a fault.

    Raises:
        UsageError: nothing can be written there.
        ArchiveError: the disk is full or failing.
    """
    fresh = path.with_name(f".{path.name}.new")
    if path.is_dir():
        raise UsageError(f"{path} is a folder", hint="name a file with -o")
    try:
        with _opened(path, fresh) as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
                yield WaczWriter(package, path.parent)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        if isinstance(error, OSError):  # also of what was still to be written when it closed
            raise _fault_of(path, error) from error
        raise


def _opened(path: Path, fresh: Path) -> IO[bytes]:
    try:
        return fresh.open("wb")
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}",
            hint="name a file in a folder of yours with -o",
        ) from error


def _fault_of(path: Path, error: OSError) -> ArchiveError:
    try:
        with archive_faults(path, "write"):
            raise error
    except ArchiveError as fault:
        return fault


class _Entry:
    """A file that is being written into the package; counts and hashes what goes in."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)
        self.size += len(data)

    def resource(self, path: str) -> Resource:
        name = path.rpartition("/")[2].lower()
        return Resource(name, path, f"sha256:{self._hash.hexdigest()}", self.size)


class WaczWriter:
    """A package while it is being written: WARC files first, then `add_lines`, then `finish`.

    Who sets `places` to a dictionary finds there where each record of the archive stands in it.
    """

    def __init__(self, package: zipfile.ZipFile, scratch: Path) -> None:
        self._package = package
        self._scratch = scratch
        self._resources: list[Resource] = []
        self._names: set[str] = set()
        self.records = 0
        self.places: dict[tuple[str, int], WarcPlace] | None = None

    @contextlib.contextmanager
    def _entry(self, path: str, most_bytes: int) -> Iterator[_Entry]:
        info = zipfile.ZipInfo(path, _NO_TIME)
        info.create_system = _UNIX
        info.external_attr = 0o644 << 16
        with self._package.open(info, "w", force_zip64=most_bytes >= _ZIP64_FROM) as out:
            yield _Entry(out)

    def sorting(self) -> SortedLines:
        """Return an empty pile of lines that spills beside the package."""
        return SortedLines(self._scratch)

    def add_warc(
        self, root: Path, chosen: Chosen, left_out: Collection[int], index: SortedLines
    ) -> None:
        """Copy records of a WARC file below `root/warc`, each read and checked on the way.

        The record that opens the file (its warcinfo) comes first. Records at the offsets
        `left_out` never come along. Their index lines, as they stand in the package, are
        added to `index`.

        Raises:
            CorruptRecord: a record is not what its digest says: no package is made of it.
        """
        source = root / "warc" / chosen.file
        name = self._name_for(chosen.file)
        path = f"archive/{name}"
        with archive_faults(source, "read"):
            warc = source.open("rb")
        with warc, self._entry(path, source.stat().st_size) as entry:
            for record in _records(source, chosen.offsets, left_out):
                place = WarcPlace(name, entry.size, record.length)
                line = format_line(record.headers, record.http_head, place)
                if line is not None:
                    index.add(line.encode("utf-8"))
                if self.places is not None:
                    self.places[chosen.file, record.offset] = place
                _copy(warc, record.offset, record.length, entry)
                self.records += 1
        self._resources.append(entry.resource(path))

    def _name_for(self, file: str) -> str:
        """WARC files keep their names; replay tools look no deeper than `archive/`."""
        name = Path(file).name
        if name in self._names:
            name = file.replace("/", "-")
        self._names.add(name)
        return name

    def add_lines(self, path: str, lines: Iterable[bytes], most_bytes: int = 0) -> None:
        """Write a file of lines, each with its line feed."""
        with self._entry(path, most_bytes) as entry:
            for line in lines:
                entry.write(line)
        self._resources.append(entry.resource(path))

    def add_index(self, index: SortedLines) -> None:
        """Write the index of the WARC files."""
        self.add_lines(INDEX_PATH, index, most_bytes=sum(map(len, index)))

    def add_file(self, path: str, file: Path) -> None:
        """Write the bytes of a file."""
        size = file.stat().st_size
        with file.open("rb") as source, self._entry(path, size) as entry:
            _copy(source, 0, size, entry)
        self._resources.append(entry.resource(path))

    @property
    def resources(self) -> tuple[Resource, ...]:
        """What was written so far."""
        return tuple(self._resources)

    def finish(self, *, title: str, created: str, main_page: Page | None, seal: Seal) -> bytes:
        """Write manifest and digest file; return the manifest's bytes.

        `seal` is handed the manifest and the digest file, and gives that back with
        whatever signature or time stamp there is to be.
        """
        manifest = encode(
            make_manifest(self._resources, title=title, created=created, main_page=main_page)
        )
        digest = seal(manifest, DigestFile(MANIFEST_PATH, digest_of(manifest)))
        for path, data in ((MANIFEST_PATH, manifest), (DIGEST_PATH, encode(digest))):
            with self._entry(path, len(data)) as entry:
                entry.write(data)
        return manifest


def _records(
    source: Path, offsets: Mapping[int, bool], left_out: Collection[int]
) -> Iterator[StoredRecord]:
    size = source.stat().st_size
    opening = read_record(source, 0)
    if opening.type == "warcinfo" and 0 not in offsets:
        yield opening
    for offset in sorted(set(offsets) - set(left_out)):
        record = read_record(source, offset)
        yield record
        after = offset + record.length
        while offsets[offset] and after < size and after not in left_out and after not in offsets:
            beside = read_record(source, after)
            if beside.header("WARC-Concurrent-To") != record.record_id:
                break
            yield beside
            after += beside.length


def _copy(warc: IO[bytes], offset: int, length: int, entry: _Entry) -> None:
    warc.seek(offset)
    while length:
        chunk = warc.read(min(length, _COPY_BYTES))
        if not chunk:
            raise ArchiveError("a WARC file became shorter while it was copied", hint="run again")
        entry.write(chunk)
        length -= len(chunk)
