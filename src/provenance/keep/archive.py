"""The archive for the one who writes: append records, put them on disk, then say so in a journal.

The order is the promise. Records are appended and fsynced; only then a journal
line that names them is appended and fsynced; only then may a database apply it.
A crash between any two steps leaves nothing that counts and is half there.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from provenance.errors import ArchiveError
from provenance.formats.ids import sha256_hex
from provenance.keep.disk import make_folder
from provenance.keep.exchanges import (
    FindPayload,
    StoredExchange,
    add_copied,
    add_exchange,
    add_not_modified,
)
from provenance.keep.journal import encode_line
from provenance.keep.lock import WriterLock
from provenance.keep.pending_index import PendingIndex
from provenance.keep.reader import ArchiveReader
from provenance.keep.records import (
    EarlierPayload,
    KnownPayload,
    Record,
    make_conversion,
    make_resource,
)
from provenance.keep.recovery import KnownEnds, merge_ends, recover_warcs
from provenance.keep.series import WarcSeries, list_warcs
from provenance.keep.spool import Look, spool_names
from provenance.keep.tombstone import bury, finish_withdrawals, finish_words
from provenance.keep.warc import Batch
from provenance.model import (
    JournalLine,
    JournalPosition,
    Visit,
    WarcPlace,
    Withdrawal,
    WithdrawalLine,
)
from provenance.settings import ArchiveSettings

__all__ = ["Archive", "StoredExchange"]

# Bodies that this run stored and remembers by their digest: some 20 MB.
_MOST_PAYLOADS = 50_000


class Archive(ArchiveReader):
    """The archive below `root`, open for writing: `with Archive.open(...) as archive`.

    Reading is safe from any thread; writes from several threads take turns. Nothing
    that was added counts before `commit` returned.
    """

    @classmethod
    def open(
        cls,
        root: Path,
        settings: ArchiveSettings,
        *,
        clock: Callable[[], datetime],
        known: KnownEnds | None = None,
        robots: str = "obey",
    ) -> Self:
        """Take the lock, make the folders and move aside what a crash left uncommitted.

        `clock` returns the moment in UTC. `known` spares the reading of all journals.
        `robots` is the policy that each file's warcinfo states.

        Raises:
            ArchiveBusy: another process writes.
            CorruptRecord: committed bytes are missing, or a journal line is unreadable.
            FixityError: journals and index, or journals and `known`, disagree.
            ArchiveError: the folder cannot be written.
        """
        make_folder(root)
        lock = WriterLock(root / ".lock", settings.wait_for_lock_s)
        try:
            ends = known or KnownEnds({}, {})
            return cls(root, settings, lock, clock=clock, known=ends, robots=robots)
        except BaseException:
            lock.release()
            raise

    def __init__(
        self,
        root: Path,
        settings: ArchiveSettings,
        lock: WriterLock,
        *,
        clock: Callable[[], datetime],
        known: KnownEnds,
        robots: str,
    ) -> None:
        super().__init__(root)
        self._clock = clock
        self._lock = lock
        self._turn = threading.RLock()
        self._is_broken = False
        self._payloads: dict[str, EarlierPayload] = {}
        for journal in self._journals:
            journal.cut_torn_line(root / "uncommitted")
        finish_words(root)  # a line that is half blank cannot be read
        lines = (line for line, _ in self.journal_lines(known.after))
        self._committed = merge_ends(known.ends, lines)
        recover_warcs(root, self._committed, spool_names(root))
        finish_withdrawals(root)
        ours = self._committed.keys() & set(list_warcs(root))  # not what a worker still writes
        self._index = PendingIndex(root, self._committed, ours)
        self._series = WarcSeries(root, settings.rotate_bytes, robots)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
            return
        with suppress(ArchiveError):  # the first fault is the one to report
            self.close()

    def add_visit(
        self,
        visit: Visit,
        find_payload: FindPayload,
        *,
        is_capture: bool = True,
        unmodified: KnownPayload | None = None,
    ) -> tuple[StoredExchange, ...]:
        """Append every hop of a visit, response before request; all of them or none.

        `find_payload` is asked for a payload's SHA-256 that this run does not remember
        and answers with the record in which it was stored first. Empty and truncated
        bodies are never revisits. Only the last body of what `is_capture` can be referred
        to later: whoever looks for a body looks among captures. A 304 at the end becomes
        a revisit of `unmodified`, the payload that it was asked about.
        """
        if not visit.hops:
            return ()
        with self._turn:
            batch = self._begin()
            seen: dict[str, EarlierPayload] = {}

            def find(digest: str) -> EarlierPayload | None:
                return self._payloads.get(digest) or find_payload(digest)

            stored = tuple(
                add_not_modified(batch, index, hop, unmodified)
                if hop.status == 304 and hop is visit.last and unmodified is not None
                else add_exchange(batch, index, hop, find, seen)
                for index, hop in enumerate(visit.hops)
            )
            self._series.write(batch)
            if is_capture and stored[-1].payload_sha256 in seen:
                self._payloads[stored[-1].payload_sha256] = seen[stored[-1].payload_sha256]
            return stored

    def add_memento(self, visit: Visit, archive_of: str) -> StoredExchange:
        """Append the look at another archive's copy of `archive_of`; return its last exchange."""
        with self._turn:
            batch = self._begin()
            stored = add_copied(batch, visit, archive_of)
            self._series.write(batch)
            return stored

    def add_document(
        self, data: bytes, media_type: str, sha256: str, origin_url: str | None
    ) -> WarcPlace:
        """Append a document's own bytes as a `resource` record.

        Raises:
            ValueError: `sha256` is not the digest of `data`.
        """
        if sha256 != sha256_hex(data):
            raise ValueError(f"{sha256} is not the digest of these {len(data)} bytes")
        return self.add_record(make_resource(data, media_type, origin_url, self._clock()))

    def add_text(self, text: str, payload_sha256: str, refers_to: EarlierPayload) -> WarcPlace:
        """Append the text of a payload as a `conversion` record of the record `refers_to` names."""
        return self.add_record(make_conversion(text, payload_sha256, refers_to, self._clock()))

    def add_record(self, record: Record) -> WarcPlace:
        """Append one record as `keep.records` made it."""
        with self._turn:
            batch = self._begin()
            written = batch.add(record)
            self._series.write(batch)
            return written.place

    def adopt(self, look: Look) -> None:
        """Let what a worker stored for a look count with the next `commit` (keep/spool.py)."""
        with self._turn:
            self._refuse_if_broken()
            self._series.adopt(look.ends, look.index)

    def _begin(self) -> Batch:
        self._refuse_if_broken()
        return self._series.begin(self._clock())

    def _refuse_if_broken(self) -> None:
        if self._is_broken:
            raise ArchiveError(
                f"{self.root} takes no more: it met a fault before, or it was closed",
                hint="run again: what was committed before is kept",
            )

    def commit(self, lines: Sequence[JournalLine]) -> list[tuple[JournalLine, JournalPosition]]:
        """Make everything appended so far count, and say so in the journals.

        Returns the lines as written (their `warc_ends` filled in), in the order given,
        each with the position behind it. Lines are on disk in the order of `Journals`:
        documents' first, withdrawals' last. Without lines nothing is committed.

        Raises:
            ArchiveError: a write failed. Lines of an earlier journal may count already;
                this archive takes no more, and the next run starts from the journals.
        """
        if not lines:
            return []
        with self._turn:
            self._refuse_if_broken()
            return self._commit(lines)

    def _commit(self, lines: Sequence[JournalLine]) -> list[tuple[JournalLine, JournalPosition]]:
        ends = self._series.sync()
        filled = [msgspec.structs.replace(line, warc_ends=ends) for line in lines]
        encoded = [encode_line(line) for line in filled]
        self._is_broken = True  # until all of it is on disk, whatever interrupts
        positions = self._journals.append(filled, encoded, self._clock())
        self._committed.update(ends)
        fresh = self._series.forget()
        if len(self._payloads) > _MOST_PAYLOADS:  # by now their rows tell of them
            self._payloads = dict(list(self._payloads.items())[-_MOST_PAYLOADS // 2 :])
        self._is_broken = False
        self._index.add(fresh)
        return [(line, positions[at]) for at, line in enumerate(filled)]

    def withdraw(
        self, withdrawals: Sequence[Withdrawal]
    ) -> list[tuple[JournalLine, JournalPosition]]:
        """Say in the journal what is taken out, then overwrite it; returns the lines as `commit`.

        With the lines on disk it counts: whatever interrupts the rest, the next writer ends it.
        """
        with self._turn:
            lines = self.commit([WithdrawalLine(each, {}) for each in withdrawals])
            changed = bury(self.root, withdrawals)
            # their index lines are not written yet: made anew, they leave out what was taken out
            self._index.distrust(changed)
            return lines

    def close(self) -> None:
        """Write the indexes of the files that grew and let the next one write."""
        with self._turn:
            try:
                self.write_indexes()
            finally:
                self._is_broken = True  # without the lock nothing more may be written
                self._series.close()
                for journal in self._journals:
                    journal.close()
                self._lock.release()

    def write_indexes(self) -> None:
        """Bring the index of every file up to date, for whoever looks for records in them."""
        if self._is_broken:  # an index that is older than its file is made anew by the next run
            return
        self._index.write()
