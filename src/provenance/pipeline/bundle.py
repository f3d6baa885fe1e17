"""What goes into one package: rows told in its contents, pages listed, records chosen."""

from collections.abc import Iterator, Sequence

import msgspec

from provenance.keep.reader import ArchiveReader
from provenance.keep.sorted_lines import SortedLines
from provenance.keep.wacz import WaczWriter
from provenance.keep.wacz_manifest import (
    CONTENTS_PATH,
    PAGES_PATH,
    Page,
    page_line,
    pages_head,
    wacz_time,
)
from provenance.pipeline.bundle_records import BundleRecords, Tombstones
from provenance.pipeline.progress import Progress
from provenance.store.bundles import (
    attachments_chosen,
    captures_chosen,
    copies_chosen,
    documents_chosen,
    sources_chosen,
)
from provenance.store.database import Database, Row
from provenance.store.rows import parse_time

__all__ = ["Bundle", "first_page"]

# which columns of a row are told in the package: nothing that names a person's folders
_TOLD: dict[str, tuple[str, ...]] = {
    "1 document": ("document_id", "seq", "at", "sha256", "title", "published", "origin_url"),
    "2 source": (
        "source_id", "kind", "url", "canonical_url", "publisher", "title", "date", "access",
    ),
    "3 capture": (
        "capture_id", "source_id", "at", "url", "final_url", "status", "media_type",
        "payload_sha256", "payload_bytes", "truncated", "title", "language", "text_sha256",
    ),
    "4 attachment": (
        "attachment_id", "source_id", "at", "by", "why", "name", "media_type",
        "payload_sha256", "payload_bytes", "url", "made_at", "text_sha256",
    ),
    "5 memento": (
        "source_id", "archive", "at", "url", "uri_m", "memento_at", "media_type",
        "payload_sha256", "text_sha256",
    ),
    "6 withdrawn": (
        "withdrawal_id", "source_id", "at", "by", "reason", "payload_sha256", "text_sha256",
        "captures", "attachments",
    ),
}  # fmt: skip


class Bundle:
    """What goes into one package: rows told, records chosen, and how many of each."""

    def __init__(
        self, db: Database, archive: ArchiveReader, pages: SortedLines, contents: SortedLines
    ) -> None:
        self._db = db
        self._tombstones = Tombstones(db)
        self._pages = pages
        self._contents = contents
        self.records = BundleRecords(archive, db, self._tombstones)
        self.counts = dict.fromkeys(_TOLD, 0)
        self.latest = ""
        self.copied = 0

    def gather(self, documents: Sequence[str] | None, sources: Sequence[str] | None) -> None:
        """Go through these documents and sources; None is all of them."""
        db = self._db
        for row in documents_chosen(db, documents):
            self.records.add(row["warc_file"], row["warc_offset"], with_request=False)
            self._tell("1 document", row)
        for row in sources_chosen(db, sources):
            self._tell("2 source", row)
        for row in self._standing(captures_chosen(db, sources), "capture_id"):
            self.records.add_capture(row)
            self._pages.add(row["at"].encode() + b" " + page_line(_page_of(row)))
            self._tell("3 capture", row)
        for row in self._standing(attachments_chosen(db, sources), "attachment_id"):
            self._add_copy("4 attachment", row, with_request=False)
        for row in self._standing(copies_chosen(db, sources), "row_id"):
            self._add_copy("5 memento", row, with_request=True)
        for row in self._tombstones.rows:
            if sources is None or row["source_id"] in sources:
                self._tell("6 withdrawn", row)
        self.records.resolve_hops()

    def _standing(self, rows: Iterator[Row], key: str) -> Iterator[Row]:
        return (row for row in rows if not self._tombstones.cover(row[key], row["payload_sha256"]))

    def _add_copy(self, kind: str, row: Row, *, with_request: bool) -> None:
        self.records.add(row["warc_file"], row["warc_offset"], with_request=with_request)
        self.records.add_text(row)
        self._tell(kind, row)

    def _tell(self, kind: str, row: Row) -> None:
        told = {name: row[name] for name in _TOLD[kind]}
        order, _, word = kind.partition(" ")
        line = msgspec.json.encode({"what": word, **told})
        self._contents.add(order.encode() + b" " + line)
        self.counts[kind] += 1
        self.latest = max(self.latest, row.get("at") or "")

    def write(self, writer: WaczWriter, archive: ArchiveReader, progress: Progress) -> None:
        """Write records, index, pages and contents."""
        with writer.sorting() as index:
            with progress("Copying records", len(self.records)) as stage:
                for chosen, withdrawn in self.records.by_file():
                    writer.add_warc(archive.root, chosen, withdrawn, index)
                    stage.advance(chosen.file)
            writer.add_index(index)
        self.copied = writer.records
        writer.add_lines(PAGES_PATH, _without_order(self._pages, pages_head() + b"\n"))
        writer.add_lines(CONTENTS_PATH, _without_order(self._contents))


def _page_of(row: Row) -> Page:
    cited = row["url"] if row["url"] != row["final_url"] else None
    ts = wacz_time(parse_time(row["at"]))
    return Page(row["capture_id"], row["final_url"], ts, row["title"], cited)


def _without_order(lines: SortedLines, head: bytes = b"") -> Iterator[bytes]:
    if head:
        yield head
    for line in lines:
        yield line.partition(b" ")[2]


def first_page(pages: SortedLines) -> Page | None:
    """Return the earliest page, if there is one."""
    first = next(iter(pages), None)
    return msgspec.json.decode(first.partition(b" ")[2], type=Page) if first else None
