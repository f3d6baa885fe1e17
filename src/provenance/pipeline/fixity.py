"""The archive read again from end to end, and compared with everything that speaks of it.

Rows are read first, then journals, then WARC files: a row never comes before its line, nor a
line before its records, so that another process may write meanwhile. What seems to differ
while one does is looked at a second time.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from provenance.errors import ArchiveBusy, ArchiveError, UsageError
from provenance.formats.ids import make_id
from provenance.keep.fixity_finding import Finding
from provenance.keep.fixity_ledger import FixityRun, Ledger
from provenance.keep.lock import WriterLock
from provenance.pipeline.fixity_files import FileResults, find_strays, read_files
from provenance.pipeline.fixity_known import Known, collect
from provenance.pipeline.progress import Progress, silent_progress
from provenance.pipeline.workplace import Workplace

__all__ = ["FixityReport", "check_fixity"]


class FixityReport(Struct, frozen=True):
    """What one reading found. `found` counts all findings, of which `findings` are kept.

    `resumed` says that it went on where an earlier one was cut short; `recorded` is False
    where the archive's folder cannot be written.
    """

    run: FixityRun
    resumed: bool
    recorded: bool
    found: int
    findings: tuple[Finding, ...]


def check_fixity(
    workplace: Workplace,
    *,
    full: bool = False,
    since: datetime | None = None,
    progress: Progress = silent_progress,
) -> FixityReport:
    """Compare every digest of the archive, its index, its journals and the database.

    A reading that was cut short goes on where it was, unless `full`. With `since`, WARC files
    that were read without a finding at that time or later, and did not change, are not read
    again; journals, rows and what speaks of those files are compared all the same.

    Raises:
        UsageError: there is no archive.
        ArchiveBusy: another process checks it.
        ArchiveError: a file cannot be read.
        StoreError: the database cannot be read.
    """
    root = workplace.archive_root
    if not root.is_dir():
        raise UsageError(f"there is no archive {root}", hint="name one with --archive")
    with _alone(root, workplace.settings.archive.wait_for_lock_s), _scratch(root) as scratch:
        return _Check(workplace, scratch, since, progress, full=full).run()


class _Check:
    """One reading of one archive."""

    def __init__(
        self,
        workplace: Workplace,
        scratch: Path,
        since: datetime | None,
        progress: Progress,
        *,
        full: bool,
    ) -> None:
        self._workplace = workplace
        self._root = workplace.archive_root
        self._scratch = scratch
        self._since = since
        self._progress = progress
        self._started = workplace.clock()
        self._ledger = Ledger(self._root)
        unfinished = None if full else self._ledger.unfinished_run()
        self._resumed = unfinished is not None
        self._id = unfinished or make_id("fixity", self._started.isoformat())

    def run(self) -> FixityReport:
        """Read everything and say what came of it."""
        recorded = self._ledger.open()
        try:
            known, results, others = self._look(1, only=None)
            suspects = results.suspects()
            if (suspects or others) and self._has_grown(known):
                known, again, others = self._look(2, only=suspects)
                results = results.with_second_look(again)
            run = self._run_of(known, results, others)
            for seen in known.seen_journals(self._id, self._started):
                if not any(each.file == seen.file and each.is_difference for each in others):
                    self._ledger.add(seen)
            self._ledger.finish(run)
        finally:
            self._ledger.close()
        found = results.found + len(others)
        return FixityReport(run, self._resumed, recorded, found, (*others, *results.findings()))

    def _look(self, number: int, only: set[str] | None) -> tuple[Known, FileResults, list[Finding]]:
        known = collect(self._workplace, self._scratch / str(number), self._ledger, self._progress)
        results = read_files(
            self._root, known, self._ledger, self._progress,
            run=self._id, at=self._started, since=self._since, only=only,
        )  # fmt: skip
        return known, results, [*known.findings(), *find_strays(self._root, known)]

    def _has_grown(self, known: Known) -> bool:
        """Tell whether the journals say more than when they were read."""
        sizes = {file.name: file.end for file in known.tally.files}
        for path in self._root.glob("*/[0-9]*.jsonl"):
            name = path.relative_to(self._root).as_posix()
            if path.stat().st_size > sizes.get(name, 0):
                return True
        return False

    def _run_of(self, known: Known, results: FileResults, others: list[Finding]) -> FixityRun:
        findings = [*others, *results.findings()]
        notes = sum(not finding.is_difference for finding in findings)
        return FixityRun(
            id=self._id,
            started=self._started,
            finished=self._workplace.clock(),
            since=self._since,
            files=len(results.seen),
            carried=len(results.carried),
            records=sum(seen.records for seen in results.seen.values()),
            read_bytes=results.read_bytes,
            lines=known.tally.lines,
            rows=known.rows,
            differences=len(others) + results.found - notes,
            notes=notes,
        )


@contextlib.contextmanager
def _alone(root: Path, wait_s: float) -> Iterator[None]:
    """Keep a second check out; an archive that cannot be written to may be read by many."""
    lock = None
    try:
        (root / "fixity").mkdir(exist_ok=True)
        lock = WriterLock(root / "fixity" / ".lock", wait_s)
    except ArchiveBusy:
        raise
    except (ArchiveError, OSError):
        pass
    try:
        yield
    finally:
        if lock:
            lock.release()


@contextlib.contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """A folder beside the ledger, where there is room for it; what a crash left there goes first."""
    folder = root / "fixity" / "scratch"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError:
        with tempfile.TemporaryDirectory(prefix="provenance-fixity-") as elsewhere:
            yield Path(elsewhere)
        return
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
