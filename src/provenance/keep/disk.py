"""Files that only grow, folders that are on disk, and faults with a place and a cure.

POSIX only: what is promised here rests on `fsync` of files *and* of the folders
that name them, which Windows does not offer.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from provenance.errors import ArchiveError

__all__ = [
    "AppendOnlyFile",
    "archive_faults",
    "make_folder",
    "move_tail",
    "replace_file",
    "sync_folder",
]

_CURES = {
    errno.ENOSPC: "free some space and run again: nothing half-written is kept",
    errno.EDQUOT: "free some of your quota and run again: nothing half-written is kept",
    errno.EFBIG: "raise the limit on file sizes (`ulimit -f`) or lower `archive.rotate_bytes`",
    errno.EROFS: "the disk is mounted read-only: name another folder with --archive",
    errno.EACCES: "give yourself the right to write there or name another folder with --archive",
    errno.EPERM: "give yourself the right to write there or name another folder with --archive",
    errno.ENOTDIR: "a file stands where a folder must be: name another folder with --archive",
    errno.EEXIST: "a file stands where a folder must be: name another folder with --archive",
    errno.EIO: "the disk is failing: copy the archive elsewhere before anything else",
}
_COPY_BYTES = 1 << 20


@contextlib.contextmanager
def archive_faults(path: Path, doing: str) -> Iterator[None]:
    """Turn an `OSError` into an `ArchiveError` that names the path and what to do about it."""
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"cannot {doing} {path}: {error.strerror or error}",
            hint=_CURES.get(error.errno or 0, ""),
        ) from error


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names on disk: without it a new file may be gone after a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and the folders above it; each new name is on disk when this returns."""
    with archive_faults(folder, "make the folder"):
        if folder.is_dir():
            return
        if folder.parent != folder:
            make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that there is the old one or the new one at any moment, never half of it.

    A link at `path` is replaced, what it led to stays as it is; so does what a link that somebody laid
    at the name of the half-written file leads to.
    """
    fresh = path.with_name(f".{path.name}.new")
    with archive_faults(path, "write"):
        fresh.unlink(missing_ok=True)
        try:
            with fresh.open("xb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def move_tail(path: Path, offset: int, folder: Path) -> Path:
    """Cut a file at `offset` and keep what stood behind it as `folder/NAME.OFFSET.N`.

    The copy is on disk before the file is cut. At offset 0 the file itself is moved.
    """
    make_folder(folder)
    taken = (folder / f"{path.name}.{offset}.{number}" for number in range(1_000_000))
    kept = next(candidate for candidate in taken if not candidate.exists())
    with archive_faults(kept, "move uncommitted bytes to"):
        if offset == 0:
            path.rename(kept)
            sync_folder(path.parent)
        else:
            with path.open("rb+") as source, kept.open("xb") as out:
                source.seek(offset)
                while chunk := source.read(_COPY_BYTES):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
                sync_folder(folder)
                source.truncate(offset)
                os.fsync(source.fileno())
        sync_folder(folder)
    return kept


class AppendOnlyFile:
    """A file that grows by whole appends; `end` is its last good byte.

    An append that fails leaves the file as it was. Where not even that works, or
    where `fsync` failed (after which nobody knows what is on disk), the file takes
    no more: whoever opens it next finds the committed end in the journals.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_broken = False
        make_folder(path.parent)
        with archive_faults(path, "open"):
            is_new = not path.exists()
            if not is_new and not path.is_file():  # a pipe would be waited for
                raise FileExistsError(errno.EEXIST, "it is no file")
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            self._handle = os.open(path, flags, 0o644)
            if is_new:
                sync_folder(path.parent)
            self.end = os.fstat(self._handle).st_size

    def append(self, data: bytes) -> int:
        """Write `data` at the end and return the offset at which it begins; all of it or nothing."""
        self._refuse_if_broken()
        start = self.end
        with archive_faults(self.path, "write"):
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(self._handle, view) :]
                self.end = start + len(data)
            except BaseException:  # an interrupt must not leave half a record either
                self._cut_back(start)
                raise
        return start

    def _refuse_if_broken(self) -> None:
        if self._is_broken:
            raise ArchiveError(
                f"{self.path} takes no more after an earlier fault", hint="run again"
            )

    def _cut_back(self, end: int) -> None:
        try:
            os.ftruncate(self._handle, end)
            self.end = end
        except OSError:
            self._is_broken = True

    def sync(self) -> None:
        """Return when everything appended so far is on disk."""
        self._refuse_if_broken()
        with archive_faults(self.path, "write"):
            try:
                os.fsync(self._handle)
            except OSError:
                self._is_broken = True
                raise

    def close(self) -> None:
        """Let go of the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
