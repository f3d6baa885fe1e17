"""The WARC files of an archive, several at once; what was read is kept before the next is begun."""

import hashlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from provenance.keep.fixity_finding import Finding
from provenance.keep.fixity_ledger import Ledger, Seen
from provenance.keep.fixity_warc import WarcTask, read_warc
from provenance.keep.index import WarcIndex
from provenance.keep.series import list_warcs
from provenance.pipeline.fixity_known import Known
from provenance.pipeline.progress import Progress, Stage

__all__ = ["FileResults", "find_strays", "read_files"]

# zlib and hashlib let other threads run; past four the interpreter's lock is what is waited for.
_MOST_AT_ONCE = 4


class FileResults(Struct):
    """What came of each WARC file, by its name below `warc/`; `carried` were not read again."""

    seen: dict[str, Seen] = {}
    carried: set[str] = set()
    read_bytes: int = 0

    @property
    def found(self) -> int:
        """How many findings there are in all."""
        return sum(seen.found for seen in self.seen.values())

    def findings(self) -> list[Finding]:
        """Return the findings that were kept, file by file."""
        return [each for _, seen in sorted(self.seen.items()) for each in seen.findings]

    def suspects(self) -> set[str]:
        """Return the files that seem to differ."""
        return {file for file, seen in self.seen.items() if seen.differences}

    def with_second_look(self, again: "FileResults") -> "FileResults":
        """Return these results with those of a second look in their place."""
        return FileResults(
            {**self.seen, **again.seen}, self.carried, self.read_bytes + again.read_bytes
        )


class _Job(NamedTuple):
    """A file with what its reading rests on: as long as none of it changes, it need not be read."""

    task: WarcTask
    wanted: str
    mtime_ns: int


def read_files(
    root: Path,
    known: Known,
    ledger: Ledger,
    progress: Progress,
    *,
    run: str,
    at: datetime,
    since: datetime | None,
    only: set[str] | None,
) -> FileResults:
    """Compare every WARC file (those of `only`, if given) with what is known of it."""
    results = FileResults()
    files = [file for file in known.files() if only is None or file in only]
    reading = _Reading(root, known, ledger, run=run, at=at, since=since if only is None else None)
    total = sum(known.ends.get(file, 0) for file in files)
    with progress("Reading the archive", total, in_bytes=True) as stage:
        for file, seen, was_read in reading.all(files, stage, again=only is not None):
            results.seen[file] = seen
            if was_read:
                results.read_bytes += seen.end
                ledger.add(seen)
            else:
                results.carried.add(file)
    return results


class _Reading:
    """One pass over files."""

    def __init__(
        self, root: Path, known: Known, ledger: Ledger, *, run: str, at: datetime, since: datetime | None
    ) -> None:  # fmt: skip
        self._root = root
        self._known = known
        self._ledger = ledger
        self._run = run
        self._at = at
        self._since = since
        self._stop = threading.Event()

    def all(
        self, files: list[str], stage: Stage, *, again: bool
    ) -> Iterator[tuple[str, Seen, bool]]:
        """Yield each file with what was seen of it, and whether it was read for that."""
        at_once = min(_MOST_AT_ONCE, os.cpu_count() or 1)
        waiting = iter(files)
        running: dict[Future[tuple[Seen, bool]], str] = {}
        with ThreadPoolExecutor(at_once, thread_name_prefix="fixity") as pool:
            try:
                while True:
                    for file in islice(waiting, at_once - len(running)):
                        running[pool.submit(self._one, file, stage, again)] = file
                    if not running:
                        return
                    for done in wait(running, return_when=FIRST_COMPLETED).done:
                        yield running.pop(done), *done.result()
            finally:
                self._stop.set()

    def _one(self, file: str, stage: Stage, again: bool) -> tuple[Seen, bool]:
        job = self._job(file)
        before = self._ledger.seen.get(f"warc/{file}")
        if before and not again and self._still_holds(before, job):
            stage.advance(file, by=job.task.end)
            return before, False

        def advance(count: int) -> None:
            if self._stop.is_set():
                raise InterruptedError("the reading was stopped")
            stage.advance(file, by=count)

        found = read_warc(self._root, job.task, advance)
        seen = Seen(
            self._run, self._at, f"warc/{file}", job.task.end, found.sha256, job.wanted,
            job.mtime_ns, found.records, found.found, found.findings,
        )  # fmt: skip
        return _with_good(seen, before, len(job.task.withdrawn)), True

    def _still_holds(self, before: Seen, job: _Job) -> bool:
        is_recent = before.run == self._run or (
            self._since is not None and before.at >= self._since and not before.found
        )
        is_same = (before.end, before.wanted, before.mtime_ns) == (
            job.task.end, job.wanted, job.mtime_ns,
        )  # fmt: skip
        return is_recent and is_same

    def _job(self, file: str) -> _Job:
        end = self._known.ends.get(file, 0)
        wanted = self._known.places.wanted(file)
        withdrawn = self._known.withdrawn.get(file, {})
        before = self._ledger.seen.get(f"warc/{file}")
        mark, mark_sha256 = None, ""
        if before and before.good_end is not None and before.good_withdrawn == len(withdrawn):
            mark, mark_sha256 = before.good_end, before.good_sha256
        task = WarcTask(file, end, wanted, withdrawn, mark, mark_sha256)
        speaks = msgspec.json.encode(
            [wanted, sorted(map(repr, withdrawn)), self._index_state(file)]
        )
        return _Job(task, hashlib.sha256(speaks).hexdigest(), _mtime_ns(self._root / "warc" / file))

    def _index_state(self, file: str) -> list[int]:
        path = WarcIndex(self._root).path(file)
        return [path.stat().st_size, path.stat().st_mtime_ns] if path.is_file() else []


def _with_good(seen: Seen, before: Seen | None, withdrawn: int) -> Seen:
    """Return what was seen with what is known to be whole: this reading, or an earlier one."""
    if not seen.found:
        return replace(seen, good_end=seen.end, good_sha256=seen.sha256, good_withdrawn=withdrawn)
    if before is None:
        return seen
    return replace(
        seen,
        good_end=before.good_end,
        good_sha256=before.good_sha256,
        good_withdrawn=before.good_withdrawn,
    )


def _mtime_ns(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


def find_strays(root: Path, known: Known) -> Iterator[Finding]:
    """Yield files that nothing speaks of."""
    index = WarcIndex(root)
    ours = set(list_warcs(root))
    for file in sorted(ours - set(known.files())):
        yield Finding(
            "uncommitted", "warc", f"warc/{file}", None, "no journal line counts any byte of it",
            cure="another process is writing, or the next run moves it to uncommitted/",
        )  # fmt: skip
    indexes = {index.path(file) for file in ours | set(known.files())}
    for path in sorted(index.folder.glob("*")):
        if path not in indexes and not path.name.startswith("."):
            yield Finding(
                "foreign", "index", path.relative_to(root).as_posix(), None,
                "an index of no WARC file that is here", cure="move it away if nobody needs it",
            )  # fmt: skip
    for path in sorted((root / "warc").rglob("*")):
        name = path.relative_to(root / "warc").as_posix()
        if path.is_file() and name not in ours and name not in known.ends:
            yield Finding(
                "foreign", "warc", f"warc/{name}", None,
                "a file of another maker, which is left alone",
                cure="move it away if it is not meant to be here",
            )  # fmt: skip
