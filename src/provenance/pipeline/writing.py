"""Store and archive opened together by one who writes to both, the store brought up to date first."""

from collections.abc import Iterator
from contextlib import contextmanager

from provenance.errors import ArchiveError, UsageError
from provenance.keep.archive import Archive
from provenance.keep.recovery import KnownEnds
from provenance.pipeline.catchup import catch_up, open_store
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.taking_over import take_over_earlier
from provenance.pipeline.workplace import Workplace
from provenance.store.write import Store

__all__ = ["open_archive", "open_for_writing"]


def open_archive(store: Store, workplace: Workplace) -> Archive:
    """Open the archive that a store was made from, for writing.

    Raises:
        ArchiveError: the store was made from an archive that is not there.
        ArchiveBusy: another process writes.
    """
    journals = [place.journal for place in store.positions().values() if place.offset]
    root = workplace.archive_root
    if journals and not any((root / journal).exists() for journal in journals):
        # said before a folder is made in its place, into which the right one would be restored;
        # a new checkout has an empty one
        missing = f"nothing is archived in {root}" if root.exists() else f"there is no {root}"
        raise ArchiveError(
            f"{missing}, from which {workplace.db_path} was made",
            hint="name the archive with --archive, or the database that belongs to it with --db",
        )
    return Archive.open(
        workplace.archive_root,
        workplace.settings.archive,
        clock=workplace.clock,
        known=KnownEnds(store.warc_ends(), store.positions()),
        robots=workplace.settings.fetch.robots,
    )


@contextmanager
def open_for_writing(
    workplace: Workplace, progress: Progress = silent_progress
) -> Iterator[tuple[Store, Archive]]:
    """Open both for the length of a block; what an earlier run left undone is done first.

    Raises:
        UsageError: there is no database: nothing was ever ingested here.
    """
    if not workplace.db_path.exists():
        raise UsageError(
            f"there is no database {workplace.db_path}",
            hint="`provenance ingest` makes one, `provenance rebuild` out of an archive; "
            "name another with --db",
        )
    with open_store(workplace.db_path) as store, open_archive(store, workplace) as archive:
        catch_up(store, archive, progress, workplace.settings.extract)
        take_over_earlier(store, archive, workplace, progress)
        yield store, archive
