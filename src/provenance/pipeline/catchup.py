"""Journal lines that the database has not seen yet -> rows; from nothing at all: a rebuild.

A crash between a journal line and its rows leaves the database behind; the next
run catches up before it does anything else. A database that was deleted is only
further behind.
"""

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from provenance.errors import (
    ArchiveBusy,
    ArchiveError,
    NewerStore,
    StoreError,
    UsageError,
    WithdrawnRecord,
)
from provenance.keep.lock import WriterLock
from provenance.keep.reader import ArchiveReader
from provenance.keep.tombstone import finish_withdrawals
from provenance.model import (
    CheckLine,
    DocumentLine,
    JournalLine,
    JournalPosition,
    RecoveryLine,
    TextLine,
)
from provenance.pipeline.documents import apply_document_line
from provenance.pipeline.evidence import find_all_evidence
from provenance.pipeline.following import follow_all
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.reading import DocumentReader
from provenance.pipeline.workplace import Workplace
from provenance.settings import ExtractSettings
from provenance.store.database import Database, open_database
from provenance.store.schema import APPLICATION_ID
from provenance.store.withdrawals import scrub
from provenance.store.write import HoldingLine, Store
from provenance.watch.verdict import derive_state

__all__ = ["catch_up", "open_store", "rebuild"]

_DEFAULT_LIMITS = ExtractSettings()
# So many lines go into one transaction.
_BATCH = 500
# SQLite's file format, section 1.3: the header's first bytes, and where the application id stands.
_SQLITE_MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID_AT = slice(68, 72)
_OUR_ID = APPLICATION_ID.to_bytes(4, "big")
_ONE_PAGE = 4096  # a file of one page has no table: whoever made it was killed before the first


@contextlib.contextmanager
def open_store(path: Path, *, read_only: bool = False) -> Iterator[Store]:
    """Open the database for the length of a block.

    Raises:
        UsageError: it is only to be read, and is not there.
        StoreError: it cannot be used.
    """
    if read_only and not path.exists():
        raise UsageError(
            f"there is no database {path}",
            hint="`provenance ingest` makes one, `provenance rebuild` out of an archive; "
            "name another with --db",
        )
    with contextlib.closing(open_database(path, read_only=read_only)) as db:
        yield Store(db, derive_state=derive_state)


def catch_up(
    store: Store,
    archive: ArchiveReader,
    progress: Progress = silent_progress,
    limits: ExtractSettings = _DEFAULT_LIMITS,
) -> int:
    """Apply the journal lines behind the database's positions; return how many there were."""
    known = store.positions()
    # counted first and read again: the journals of years would not fit into memory
    count = sum(1 for _ in archive.journal_lines(known))
    if not count:
        scrub(store.db)
        return 0
    lines = archive.journal_lines(known)
    with (
        progress("Catching up with the archive", count) as stage,
        DocumentReader(limits) as reader,
    ):
        for kind, group in itertools.groupby(lines, key=lambda item: type(item[0])):
            while batch := list(itertools.islice(group, _BATCH)):
                _apply_batch(store, archive, reader, kind, batch)
                for _ in batch:
                    stage.advance()
    scrub(store.db)
    return count


def _apply_batch(
    store: Store,
    archive: ArchiveReader,
    reader: DocumentReader,
    kind: type,
    batch: Sequence[tuple[JournalLine, JournalPosition]],
) -> None:
    """Apply lines of one journal, in order."""
    if kind is CheckLine:
        store.apply_checks((line, at) for line, at in batch if isinstance(line, CheckLine))
    elif kind is RecoveryLine:
        store.apply_recoveries((line, at) for line, at in batch if isinstance(line, RecoveryLine))
    elif kind is TextLine:
        store.apply_texts(
            (line, at, _text_of(archive, line)) for line, at in batch if isinstance(line, TextLine)
        )
    store.apply_holdings((line, at) for line, at in batch if isinstance(line, HoldingLine))
    for line, at in batch:
        if isinstance(line, DocumentLine):
            apply_document_line(store, line, at, archive.read_payload(line.warc), reader)


def _text_of(archive: ArchiveReader, line: TextLine) -> str:
    """Return the text that a line speaks of; none where it was withdrawn since."""
    if line.warc is None:
        return ""
    try:
        return archive.read_text(line.warc)
    except WithdrawnRecord:
        return ""


def rebuild(workplace: Workplace, progress: Progress = silent_progress) -> int:
    """Make the database anew from the archive; return the number of journal lines applied.

    The old database stays in place until the new one is complete.

    Raises:
        ArchiveBusy: another process writes; its database must not be taken from under it.
        StoreError: the archive holds no journal, so that a rebuild would lose what is there;
            or what stands at the database's path is none of ours.
    """
    archive = ArchiveReader(workplace.archive_root)
    if next(archive.journal_lines(), None) is None:
        raise StoreError(
            f"{workplace.archive_root} holds no journal: nothing to rebuild from",
            hint="name the archive with --archive",
        )
    _refuse_to_replace_foreign(workplace.db_path)
    fresh = workplace.db_path.with_name(workplace.db_path.name + ".rebuild")
    with _writers_kept_out(workplace) as may_write:
        if may_write:
            finish_withdrawals(workplace.archive_root)
        _remove(fresh)
        with open_store(fresh) as store:
            applied = catch_up(store, archive, progress, workplace.settings.extract)
            find_all_evidence(store, progress)
            follow_all(store, progress)
            _fold_journal(store.db)
        _remove_sidecars(workplace.db_path)
        fresh.replace(workplace.db_path)
        _remove_sidecars(fresh)
    return applied


@contextlib.contextmanager
def _writers_kept_out(workplace: Workplace) -> Iterator[bool]:
    """Hold the writers' lock for the length of a block; tell whether the archive can be written."""
    path, wait_s = workplace.archive_root / ".lock", workplace.settings.archive.wait_for_lock_s
    try:
        lock = WriterLock(path, wait_s)
    except ArchiveBusy:
        raise
    except ArchiveError:  # an archive that cannot be written to has no writers
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _refuse_to_replace_foreign(path: Path) -> None:
    """Refuse to put a database in the place of somebody's file; one of ours may be damaged."""
    if not path.exists():
        return
    try:
        with open_store(path, read_only=True):
            return
    except NewerStore:
        return
    except StoreError as error:
        with path.open("rb") as file:
            head = file.read(_ONE_PAGE + 1)
        is_ours = head.startswith(_SQLITE_MAGIC) and head[_APPLICATION_ID_AT] == _OUR_ID
        is_unborn = head.startswith(_SQLITE_MAGIC) and len(head) <= _ONE_PAGE
        if head and not is_ours and not is_unborn:
            raise StoreError(
                f"{path} is no database of provenance, and is left alone",
                hint="move it away and run the same again, or name another file with --db",
            ) from error


def _fold_journal(db: Database) -> None:
    """Bring everything into the one file that is about to be moved."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _remove_sidecars(path)


def _remove_sidecars(path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
