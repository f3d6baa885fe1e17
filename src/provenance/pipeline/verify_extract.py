"""The database of a bundle, taken out and held against the bundle's records."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from provenance.keep.fixity_stream import CheckedRecord
from provenance.keep.sorted_lines import SortedLines
from provenance.keep.wacz_check import Difference
from provenance.keep.wacz_manifest import EXTRACT_PATH
from provenance.store.extract_check import ExtractSeen, RecordSeen, check_extract

__all__ = ["RecordNotes", "compare_extract"]

_COPY_BYTES = 1 << 20


class RecordNotes:
    """What was seen of each record while the package was read; kept on disk when there is much."""

    def __init__(self, lines: SortedLines) -> None:
        self._lines = lines

    def take(self, file: str, record: CheckedRecord) -> None:
        """Note one record of `archive/FILE`."""
        digest = record.payload_sha256
        if record.type == "revisit":
            digest = (record.header("WARC-Payload-Digest") or "").removeprefix("sha256:")
        note = RecordSeen(
            file,
            record.offset,
            record.length,
            record.type,
            record.header("WARC-Target-URI") or "",
            record.header("WARC-Date") or "",
            digest,
            record.block_sha256,
            (record.header("X-Provenance-Converted-Payload") or "").removeprefix("sha256:"),
        )
        self._lines.add(msgspec.json.encode(note))

    def __iter__(self) -> Iterator[RecordSeen]:
        """Yield each of them."""
        for line in self._lines:
            yield msgspec.json.decode(line, type=RecordSeen)


def compare_extract(
    package: Path, records: RecordNotes, scratch: Path
) -> tuple[ExtractSeen, list[Difference]]:
    """Take the extract out of a package whose digests are good, and compare it with the records."""
    taken = scratch / "extract.sqlite"
    try:
        with zipfile.ZipFile(package) as opened, opened.open(EXTRACT_PATH) as stream:
            _copy(stream, taken)
        seen = check_extract(taken, records)
    finally:
        taken.unlink(missing_ok=True)
    found = [
        Difference("extract", EXTRACT_PATH, f"{each.table} {each.row}: {each.detail}".lstrip(" :"))
        for each in seen.differences
    ]
    return seen, found


def _copy(stream: IO[bytes], to: Path) -> None:
    with to.open("wb") as out:
        while chunk := stream.read(_COPY_BYTES):
            out.write(chunk)
