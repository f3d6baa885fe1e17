"""Which WARC records a package needs: those of each capture's hops, and whatever they refer to."""

from collections.abc import Iterator

import msgspec

from provenance.keep.cdxj import IndexedRecord, read_line
from provenance.keep.index import WarcIndex
from provenance.keep.reader import ArchiveReader
from provenance.keep.wacz import Chosen
from provenance.keep.warc import StoredRecord, iter_records, read_record
from provenance.model import WarcPlace
from provenance.store.bundles import holders_of_payloads, read_withdrawals
from provenance.store.database import Database, Row

__all__ = ["BundleRecords", "Tombstones"]

_REVISIT_MIME = "warc/revisit"


class Tombstones:
    """What was withdrawn: it goes into no package, and the package says so."""

    def __init__(self, db: Database) -> None:
        self.rows = read_withdrawals(db)
        self._ids = {name for row in self.rows for name in (*row["captures"], *row["attachments"])}
        self._payloads = {row["payload_sha256"] for row in self.rows}
        self._places: dict[str, set[int]] = {}
        for row in self.rows:
            for file, offset, _ in row["places"]:
                self._places.setdefault(file, set()).add(offset)

    def cover(self, row_id: str, payload_sha256: str) -> bool:
        """Tell whether a capture or attachment was withdrawn, by its id or with its payload."""
        return row_id in self._ids or payload_sha256 in self._payloads

    def offsets(self, file: str) -> set[int]:
        """Return where withdrawn records stand in a WARC file."""
        return self._places.get(file, set())


class BundleRecords:
    """The records chosen so far. Memory grows with their number, not with their size.

    `missing` counts what a capture leans on and is not found: a hop that the index does
    not know, a payload that a revisit refers to.
    """

    def __init__(self, archive: ArchiveReader, db: Database, tombstones: Tombstones) -> None:
        self._archive = archive
        self._db = db
        self._tombstones = tombstones
        self._chosen: dict[str, dict[int, bool]] = {}
        self._chains: dict[str, list[tuple[int, list[str]]]] = {}
        self.missing = 0

    def add(self, file: str, offset: int, *, with_request: bool) -> None:
        """Choose one record, and the request that was archived with it."""
        offsets = self._chosen.setdefault(file, {})
        offsets[offset] = with_request or offsets.get(offset, False)

    def add_capture(self, row: Row) -> None:
        """Choose what a capture consists of: its hops, its body's holder, its text."""
        file, offset = row["warc_file"], row["warc_offset"]
        self.add(file, offset, with_request=True)
        hops = msgspec.json.decode(row["hops"]) if row["hops"] else []
        if len(hops) > 1:
            urls = [hop["url"] for hop in hops[:-1]]
            self._chains.setdefault(file, []).append((offset, urls))
        if row["held_by"] is not None:
            length = row["warc_length"]
            held = WarcPlace(row["held_file"], row["held_offset"], 0)
            self._add_referent(WarcPlace(file, offset, length), row["payload_sha256"], held)
        self.add_text(row)

    def add_text(self, row: Row) -> None:
        """Choose the record of a payload's text, if there is one."""
        if row["text_file"] is not None:
            self.add(row["text_file"], row["text_offset"], with_request=False)

    def _add_referent(self, revisit: WarcPlace, payload: str, held: WarcPlace | None) -> None:
        """Choose the record that a revisit names, found among those that hold its payload."""
        named = self._read(revisit.file, revisit.offset).header("WARC-Refers-To")
        candidates = [(held.file, held.offset)] if held else []
        candidates += [
            (row["warc_file"], row["warc_offset"]) for row in holders_of_payloads(self._db, payload)
        ]
        for file, offset in dict.fromkeys(candidates):
            if offset in self._tombstones.offsets(file):
                continue
            if named is None or self._read(file, offset).record_id == named:
                self.add(file, offset, with_request=False)
                return
        self.missing += 1

    def _read(self, file: str, offset: int) -> StoredRecord:
        return read_record(self._archive.root / "warc" / file, offset)

    def resolve_hops(self) -> None:
        """Choose the records of the redirects before each capture, by the indexes of their files."""
        for file in sorted(self._chains):
            chains = self._chains[file]
            indexed = self._indexed(file, {offset for offset, _ in chains})
            position = {record.offset: number for number, record in enumerate(indexed)}
            for offset, urls in chains:
                self._add_hops(file, urls, indexed[: position.get(offset, 0)])
        self._chains = {}

    def _add_hops(self, file: str, urls: list[str], before: list[IndexedRecord]) -> None:
        """The hops of a look stand one behind the other: the last of them before its capture."""
        for url, record in zip(reversed(urls), reversed(before), strict=False):
            if record.url != url:
                break
            self.add(file, record.offset, with_request=True)
            urls = urls[:-1]
            digest = record.digest.partition(":")[2]
            if record.mime == _REVISIT_MIME and digest:
                self._add_referent(WarcPlace(file, record.offset, 0), digest, None)
        self.missing += len(urls)

    def _indexed(self, file: str, wanted: set[int]) -> list[IndexedRecord]:
        """Return a file's indexed records by offset; read from the file where the index lags."""
        index = WarcIndex(self._archive.root)
        try:
            found = [read_line(line) for line in index.lines(file)]
        except ValueError:
            found = []
        if wanted - {record.offset for record in found}:
            found = list(self._read_file(file, max(wanted)))
        return sorted(found)

    def _read_file(self, file: str, last: int) -> Iterator[IndexedRecord]:
        for record in iter_records(self._archive.root / "warc" / file):
            if record.offset > last:
                return
            if record.type in {"response", "revisit", "resource"}:
                mime = _REVISIT_MIME if record.type == "revisit" else ""
                yield IndexedRecord(
                    file,
                    record.offset,
                    record.length,
                    record.header("WARC-Target-URI") or "",
                    mime,
                    record.header("WARC-Payload-Digest") or "",
                )

    def by_file(self) -> Iterator[tuple[Chosen, set[int]]]:
        """Yield what was chosen, file by file, with the offsets that were withdrawn."""
        for file in sorted(self._chosen):
            yield Chosen(file, self._chosen[file]), self._tombstones.offsets(file)

    def __len__(self) -> int:
        return len(self._chosen)
