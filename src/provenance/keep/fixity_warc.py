"""One WARC file, every byte of it: records, their digests, their order, and all that speaks of them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from provenance.errors import ArchiveError
from provenance.keep.disk import archive_faults
from provenance.keep.fixity_finding import Finding, FindingKind
from provenance.keep.fixity_index import IndexLines
from provenance.keep.fixity_places import RECORD_TYPES, Wanted
from provenance.keep.fixity_stream import CheckedRecord, DamagedRecord, RecordStream
from provenance.keep.tombstone import make_tombstone
from provenance.keep.warc import make_record_id
from provenance.model import WarcPlace, Withdrawal

__all__ = ["MOST_FINDINGS", "WarcReading", "WarcTask", "read_warc"]

# So many findings of one file are kept; all are counted.
MOST_FINDINGS = 1_000
_RESTORE = "restore the file from a copy of the archive"


class WarcTask(NamedTuple):
    """What is known of a WARC file before it is read.

    `end` is up to where the journals count it, `mark` up to where an earlier reading saw it
    (None: there was none whose digest still means anything), `mark_sha256` what it saw.
    """

    file: str
    end: int
    wanted: Sequence[Wanted]
    withdrawn: Mapping[WarcPlace, Withdrawal]
    mark: int | None = None
    mark_sha256: str = ""


class WarcReading(NamedTuple):
    """What came of it: SHA-256 of the first `end` bytes, how many records, what differs."""

    sha256: str
    records: int
    found: int
    findings: tuple[Finding, ...]


def read_warc(root: Path, task: WarcTask, advance: Callable[[int], None]) -> WarcReading:
    """Compare a WARC file with everything that speaks of it; `advance` is told of stored bytes."""
    path = root / "warc" / task.file
    if not path.is_file():
        message = f"{task.end:,} bytes were committed, and the file is gone: evidence is lost"
        lost = Finding("missing", "warc", f"warc/{task.file}", None, message, cure=_RESTORE)
        return WarcReading("", 0, 1, (lost,))
    with archive_faults(path, "read"), path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        marks = () if task.mark is None else (task.mark,)
        stream = RecordStream(file, min(task.end, size), advance, marks)
        check = _FileCheck(root, task, size)
        kept: list[Finding] = []
        found = 0
        for finding in check.findings(stream):
            found += 1
            if len(kept) < MOST_FINDINGS:
                kept.append(finding)
    sha256 = stream.sha256_up_to(stream.end) or hashlib.sha256().hexdigest()
    return WarcReading(sha256, check.records, found, tuple(kept))


class _FileCheck:
    """The comparison of one file."""

    def __init__(self, root: Path, task: WarcTask, size: int) -> None:
        self._root = root
        self._task = task
        self._size = size
        self._file = f"warc/{task.file}"
        self._wanted: dict[int, list[Wanted]] = {}
        for each in task.wanted:
            self._wanted.setdefault(each.offset, []).append(each)
        self._stones = {place.offset: place for place in task.withdrawn}
        self._before: CheckedRecord | None = None
        self._index = IndexLines(root, task.file)
        self.records = 0

    def _finding(
        self, kind: FindingKind, byte: int | None, message: str, **more: str | None
    ) -> Finding:
        cure = more.pop("cure", None) or _RESTORE
        return Finding(kind, "record", self._file, byte, message, cure=cure, **more)

    def findings(self, stream: RecordStream) -> Iterator[Finding]:
        """Yield whatever differs."""
        if self._size < self._task.end:
            message = f"it holds {self._size:,} bytes and {self._task.end:,} were committed"
            yield Finding("missing", "warc", self._file, self._size, message, cure=_RESTORE)
        while stream.offset < stream.end:
            start = stream.offset
            try:
                record = stream.record()
            except DamagedRecord as damage:
                behind = stream.skip_damage(damage.offset)
                yield self._say_damaged(damage, behind)
                self._before = None
                continue
            self.records += 1
            if start in self._stones:
                yield from self._check_stone(record)
                self._before = None
            else:
                yield from self._check(record)
                self._before = record
        yield from self._leftovers(stream)

    def _say_damaged(self, damage: DamagedRecord, behind: int) -> Finding:
        """Say what is lost; whatever spoke of these bytes is answered by this one finding."""
        start = damage.offset
        within = [offset for offset in self._wanted if start <= offset < behind]
        wanted = [each for offset in within for each in self._wanted.pop(offset)]
        self._index.pass_over(start, behind)
        message = f"the {behind - start:,} bytes from here on are no whole record: {damage.why}"
        if wanted:
            names = sorted({each.said_at for each in wanted})
            message += f"; {'; '.join(names[:3])} {'speaks' if len(names) == 1 else 'speak'} of it"
        return self._finding("unreadable", start, message)

    def _check_stone(self, record: CheckedRecord) -> Iterator[Finding]:
        place = self._stones[record.offset]
        self._wanted.pop(record.offset, None)
        if self._index.has_line_at(record.offset):
            yield self._index.finding(
                "extra", record.offset, "the index leads to a withdrawn record"
            )
        with (self._root / self._file).open("rb") as file:
            file.seek(place.offset)
            data = file.read(place.length)
        try:
            is_stone = data == make_tombstone(self._task.withdrawn[place], place)
        except ArchiveError:
            is_stone = False
        if is_stone:
            return
        if record.type == "metadata" or record.length != place.length:
            yield self._finding(
                "altered", record.offset, "this is not the tombstone that was put here"
            )
        else:
            yield self._finding(
                "behind", record.offset, "this record was withdrawn and is not overwritten yet",
                cure="the next run that writes to the archive finishes it",
            )  # fmt: skip

    def _check(self, record: CheckedRecord) -> Iterator[Finding]:
        yield from self._check_itself(record)
        for wanted in self._wanted.pop(record.offset, ()):
            yield from self._check_wanted(record, wanted)
        yield from self._index.compare(record)

    def _check_itself(self, record: CheckedRecord) -> Iterator[Finding]:
        """Does a record agree with itself, and stand where it was written?"""
        if not record.is_plain:
            message = "its gzip member has flags or a time, which none has that was written here"
            yield self._finding("altered", record.offset, message)
        pairs = [("block", record.header("WARC-Block-Digest"), record.block_sha256)]
        if record.type != "revisit":
            pairs.append(("payload", record.header("WARC-Payload-Digest"), record.payload_sha256))
        for what, stated, found in pairs:
            if stated is None and what == "payload":
                continue
            if stated != f"sha256:{found}":
                yield self._finding(
                    "altered", record.offset, f"its {what} is not what its {what} digest says",
                    expected=stated, found=f"sha256:{found}",
                )  # fmt: skip
        made = make_record_id(
            record.type, record.header("WARC-Target-URI"), record.header("WARC-Date") or "",
            record.block_sha256, file=self._task.file, offset=record.offset,
        )  # fmt: skip
        stated = record.header("WARC-Record-ID")
        if stated != made:
            yield self._finding(
                "altered", record.offset,
                "its id is not that of a record of this type, address, date, block and place",
                expected=made, found=stated,
            )  # fmt: skip
        yield from self._check_order(record)

    def _check_order(self, record: CheckedRecord) -> Iterator[Finding]:
        if record.offset == 0:
            name = record.header("WARC-Filename")
            if record.type != "warcinfo" or name != Path(self._file).name:
                yield self._finding(
                    "altered", 0, "the file does not open with its own warcinfo record",
                    expected=Path(self._file).name, found=f"{record.type} {name}",
                )  # fmt: skip
        answers = record.header("WARC-Concurrent-To")
        if record.type == "request" and self._before is not None:
            before = self._before.header("WARC-Record-ID")
            if answers != before:
                yield self._finding(
                    "altered", record.offset, "this request does not follow its response",
                    expected=answers, found=before,
                )  # fmt: skip

    def _check_wanted(self, record: CheckedRecord, wanted: Wanted) -> Iterator[Finding]:
        origin = wanted.said_at
        if wanted.length != record.length:
            yield self._finding(
                "altered", record.offset, f"{origin} speaks of a record of another length",
                expected=str(wanted.length), found=str(record.length),
            )  # fmt: skip
        if record.type not in RECORD_TYPES[wanted.table] and not _is_rendered(record, wanted.table):
            yield self._finding(
                "altered", record.offset, f"{origin} speaks of a record of another type",
                expected=" or ".join(sorted(RECORD_TYPES[wanted.table])), found=record.type,
            )  # fmt: skip
            return
        digest = record.payload_sha256
        if record.type == "revisit":
            stated = record.header("WARC-Payload-Digest")
            if stated is None:  # a 304 promises nothing of the payload
                return
            digest = stated.removeprefix("sha256:")
        if wanted.digest and wanted.digest != digest:
            yield self._finding(
                "altered", record.offset, f"{origin} speaks of another payload",
                expected=wanted.digest, found=digest,
            )  # fmt: skip

    def _leftovers(self, stream: RecordStream) -> Iterator[Finding]:
        for offset, wanted in sorted(self._wanted.items()):
            for each in wanted:
                yield self._finding(
                    "missing", offset,
                    f"{each.said_at} speaks of a record here, and none begins here",
                )  # fmt: skip
        yield from self._index.leftovers()
        if self._size > self._task.end:
            yield Finding(
                "uncommitted", "warc", self._file, self._task.end,
                f"{self._size - self._task.end:,} bytes that were never committed",
                cure="another process is writing, or the next run moves them to uncommitted/",
            )  # fmt: skip
        mark = self._task.mark
        if mark is not None and mark <= stream.end:
            found = stream.sha256_up_to(mark)
            if found != self._task.mark_sha256:
                yield Finding(
                    "altered", "warc", self._file, None,
                    f"its first {mark:,} bytes are not what they were at the last reading",
                    self._task.mark_sha256, found, _RESTORE,
                )  # fmt: skip


def _is_rendered(record: CheckedRecord, table: str) -> bool:
    """Tell whether a capture is the document that a browser made of a page."""
    target = record.header("WARC-Target-URI") or ""
    return table == "captures" and record.type == "resource" and target.startswith("urn:dom:")
