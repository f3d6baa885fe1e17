"""What fetching workers put into the shared archive: each its own files, none of them anybody else's.

::

    archive/workers/RUN/run                 made by the one writer: who does not see it, sees another folder
    archive/workers/RUN/NAME.jsonl          marks and looks of one worker, locked for as long as it lives
    archive/workers/RUN/stop, NAME.stop     "ask nobody any more": all of a run, or one worker
    archive/warc/YYYY/provenance-YYYYMMDD-NNNN-NAME.warc.gz

A mark is on disk before its URL is asked, a look is on disk after its records are. So whatever
is killed: a URL without a mark was never asked, a look is whole, and what has a mark and no look
was in flight. Nothing here counts before the archive's one writer names it in a journal.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from provenance.errors import ArchiveError, CorruptRecord
from provenance.formats.ids import sha256_hex
from provenance.keep.disk import AppendOnlyFile, archive_faults, make_folder, replace_file
from provenance.keep.exchanges import StoredExchange, add_exchange, add_not_modified
from provenance.keep.journal import encode_line
from provenance.keep.records import EarlierPayload, KnownPayload
from provenance.keep.series import WarcSeries
from provenance.model import Visit
from provenance.settings import ArchiveSettings

__all__ = [
    "Known",
    "Look",
    "Mark",
    "Spool",
    "SpoolReader",
    "begin_run",
    "end_run",
    "is_held",
    "list_runs",
    "list_spools",
    "settle_spool",
    "spool_names",
    "stop_run",
    "stop_worker",
]

_FOLDER = "workers"


class Mark(Struct, frozen=True, tag="mark"):
    """A URL is about to be asked, for a source."""

    source_id: str
    url: str
    at: datetime


class Look(Struct, frozen=True, tag="look"):
    """A URL was asked. What is stored stands in WARC files, `visit` has no bodies of it.

    `ends` says where those files end behind it, `index` are the lines for their indexes. Without
    `stored` the visit is whole: it had no answer, or one that the archive must not hold.
    """

    source_id: str
    visit: Visit
    stored: tuple[StoredExchange, ...]
    ends: dict[str, int]
    index: dict[str, list[str]]


class Known(NamedTuple):
    """What a worker is told of a source before it looks: the payload of its latest capture.

    `is_withheld`: nothing of it may be archived.
    """

    held: KnownPayload | None = None
    is_withheld: bool = False


_decode = msgspec.json.Decoder(Mark | Look).decode


class Spool:
    """One worker's files, for the worker that writes them. Not for threads.

    Raises:
        ArchiveError: this is not the archive of the run, the name is taken, or a disk fault.
    """

    def __init__(
        self,
        root: Path,
        run: str,
        name: str,
        settings: ArchiveSettings,
        *,
        robots: str = "obey",
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        self._folder = root / _FOLDER / run
        if not (self._folder / "run").is_file():
            raise ArchiveError(
                f"{self._folder} is not there: this is not the archive of the run",
                hint="mount the archive at one path on every machine, or say where it is with "
                "$PROVENANCE_CLUSTER_ARCHIVE",
            )
        self._name = name
        self._withheld = withheld
        path = self._folder / f"{name}.jsonl"
        if path.exists():
            raise ArchiveError(f"{path} is another worker's", hint="run again")
        self._journal = AppendOnlyFile(path)
        self._lock = _lock(path)
        self._series = WarcSeries(root, settings.rotate_bytes, robots, name)
        self._index: dict[str, list[str]] = {}

    def is_stopped(self) -> bool:
        """Tell whether the run, or this worker, was told to ask nobody any more."""
        return self.is_run_over() or (self._folder / f"{self._name}.stop").exists()

    def is_run_over(self) -> bool:
        """Tell whether all of the run was told so, or is ended."""
        return (self._folder / "stop").exists() or not (self._folder / "run").exists()

    def write(
        self, marks: Sequence[Mark], looks: Sequence[tuple[str, Visit, Known]], now: datetime
    ) -> None:
        """Put marks and looks (source id, visit, what was known) on disk, records first."""
        lines: list[Mark | Look] = [self._store(*look, now) for look in looks]
        if any(isinstance(line, Look) and line.stored for line in lines):
            self._series.sync()
        self._journal.append(b"".join(encode_line(line) for line in [*lines, *marks]))
        self._journal.sync()

    def _store(self, source_id: str, visit: Visit, known: Known, now: datetime) -> Look:
        digests = {sha256_hex(hop.body) for hop in visit.hops}
        if not visit.hops or known.is_withheld or digests & self._withheld:
            return Look(source_id, visit, (), {}, {})
        batch = self._series.begin(now)
        held = known.held

        def find(digest: str) -> EarlierPayload | None:
            return held.record if held is not None and held.sha256 == digest else None

        stored = tuple(
            add_not_modified(batch, index, hop, held)
            if hop.status == 304 and hop is visit.last and held is not None
            else add_exchange(batch, index, hop, find, {})
            for index, hop in enumerate(visit.hops)
        )
        self._series.write(batch)
        told = self._series.forget()
        bare = tuple(replace(hop, body=b"", response_head=b"") for hop in visit.hops)
        return Look(source_id, replace(visit, hops=bare), stored, {batch.file: batch.end}, told)

    def close(self) -> None:
        """Let go of all files and of the lock: this worker asks nobody any more."""
        self._series.close()
        self._journal.close()
        os.close(self._lock)


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise ArchiveError(
            f"cannot lock {path}: {error.strerror}",
            hint="the archive's folder must lie on a file system with locks (`flock`)",
        ) from error
    return handle


# -- for the archive's one writer ---------------------------------------------------------------


class SpoolReader:
    """Reads a worker's journal as it grows, each whole line once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    @property
    def name(self) -> str:
        """The worker's name."""
        return self.path.name.partition(".")[0]

    def read(self) -> Iterator[Mark | Look]:
        """Yield the lines that came since the last time; a last one without its end comes later.

        Raises:
            CorruptRecord: a line is none of a worker's.
        """
        with archive_faults(self.path, "read"), self.path.open("rb") as file:
            file.seek(self._offset)
            for data in file:
                if not data.endswith(b"\n"):
                    return
                try:
                    line = _decode(data)
                except msgspec.MsgspecError as error:
                    raise CorruptRecord(
                        f"{self.path} byte {self._offset} is no line of a worker: {error}",
                        hint="move the file away: its URLs are looked at when they are due again",
                    ) from error
                self._offset += len(data)
                yield line


def begin_run(root: Path, run: str) -> None:
    """Make the folder of a run; one that is there already goes on.

    A stop that an earlier life of the run was given is taken back.
    """
    folder = root / _FOLDER / run
    make_folder(folder)
    replace_file(folder / "run", f"{run}\n".encode())
    (folder / "stop").unlink(missing_ok=True)


def stop_run(root: Path, run: str) -> None:
    """Tell every worker of a run to ask nobody any more."""
    _touch(root / _FOLDER / run / "stop")


def stop_worker(root: Path, run: str, name: str) -> None:
    """Tell one worker of a run to ask nobody any more."""
    _touch(root / _FOLDER / run / f"{name}.stop")


def _touch(path: Path) -> None:
    with archive_faults(path, "write"):
        path.touch()


def is_held(path: Path) -> bool:
    """Tell whether a worker's process lives and may still write: the kernel knows, by its lock."""
    with archive_faults(path, "open"):
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
    return False


def list_runs(root: Path) -> list[str]:
    """Return the runs that workers took part in and that are not ended."""
    return sorted(path.parent.name for path in (root / _FOLDER).glob("*/run"))


def list_spools(root: Path, run: str, *, settled: bool = False) -> list[Path]:
    """Return the journals of a run's workers, by default those that were not settled yet."""
    found = sorted((root / _FOLDER / run).glob("w*.jsonl*"))
    return [path for path in found if settled or path.suffix == ".jsonl"]


def spool_names(root: Path) -> frozenset[str]:
    """Return the names of all workers whose looks were not all taken over yet."""
    paths = (path for run in list_runs(root) for path in list_spools(root, run))
    return frozenset(path.stem for path in paths)


def settle_spool(path: Path) -> None:
    """Note that every look of a dead worker's journal was taken over; its marks stay readable."""
    with archive_faults(path, "rename"):
        path.rename(path.with_suffix(".jsonl.settled"))


def end_run(root: Path, run: str) -> None:
    """Remove what was kept of a run: all its workers are dead, and all their looks are taken over."""
    folder = root / _FOLDER / run
    if list_spools(root, run):
        return
    with archive_faults(folder, "remove"):
        (folder / "run").unlink(missing_ok=True)  # first: without it nobody joins
        for path in folder.glob("*"):
            path.unlink(missing_ok=True)
        folder.rmdir()
