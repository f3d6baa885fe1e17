"""After a crash: what no journal line counts is moved aside, what one counts must be there."""

import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from provenance.errors import CorruptRecord, FixityError
from provenance.keep.disk import archive_faults, move_tail, sync_folder
from provenance.keep.index import WarcIndex
from provenance.keep.series import list_warcs, worker_of
from provenance.model import JournalLine, JournalPosition

__all__ = ["KnownEnds", "merge_ends", "recover_warcs"]

_log = logging.getLogger("provenance.keep")


class KnownEnds(NamedTuple):
    """Committed ends of WARC files as of the journal positions `after`, by journal.

    Whoever keeps them (the database) saves the archive the reading of all journals;
    the lines behind `after` are read and added.
    """

    ends: Mapping[str, int]
    after: Mapping[str, JournalPosition]


def merge_ends(known: Mapping[str, int], lines: Iterable[JournalLine]) -> dict[str, int]:
    """Return up to which byte each WARC file counts."""
    ends = dict(known)
    for line in lines:
        for file, end in line.warc_ends.items():
            ends[file] = max(end, ends.get(file, 0))
    return ends


def recover_warcs(
    root: Path, ends: Mapping[str, int], spared: Collection[str] = frozenset()
) -> None:
    """Bring every WARC file of ours to its committed end.

    Those of the workers in `spared` may be longer: they live, or their looks are still to be taken.

    Raises:
        CorruptRecord: a file is shorter than its committed end, or gone.
        FixityError: a file's index knows records behind the end that the journals know.
    """
    present = list_warcs(root)
    for file in sorted(set(ends) - set(present)):
        if not (root / "warc" / file).is_file():
            raise _lost(root / "warc" / file, ends[file], 0)
    for file in present:
        path, end = root / "warc" / file, ends.get(file, 0)
        with archive_faults(path, "read"):
            size = path.stat().st_size
        if size < end:
            raise _lost(path, end, size)
        if worker_of(file) in spared:
            continue
        if size > end:
            _refuse_if_indexed(root, file, end)
            kept = move_tail(path, end, root / "uncommitted")
            _log.warning(
                "%s had %d bytes behind byte %d that were never committed: moved to %s",
                path,
                size - end,
                end,
                kept,
            )
        elif size == 0:
            with archive_faults(path, "remove"):
                path.unlink()
                sync_folder(path.parent)


def _refuse_if_indexed(root: Path, file: str, end: int) -> None:
    """Refuse to move away what was committed once: then the journals lost lines, not the WARC."""
    index = WarcIndex(root)
    if index.last_end(file) > end:
        raise FixityError(
            f"the journals count {root / 'warc' / file} up to byte {end}, "
            f"its index up to byte {index.last_end(file)}: lines of the journals are missing",
            hint=f"restore archive/checks, documents, recoveries and texts from a copy, or remove "
            f"{index.path(file)} to give those records up",
        )


def _lost(path: Path, end: int, size: int) -> CorruptRecord:
    return CorruptRecord(
        f"{path} holds {size} bytes and {end} were committed: evidence is lost",
        hint="restore the file from a copy of the archive before anything is written to it",
    )
