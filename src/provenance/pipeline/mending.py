"""Mending drafts on disk: the new file is written at once, and what was there can be had back.

A backup `draft.docx.bak` (then `.bak2`, `.bak3`; none is ever written over) is kept, unless git
has the very bytes that were there: the blob of `HEAD` at that path is then compared by its
digest, so that neither git's settings, nor its filters, nor a file "assumed unchanged" can
mislead. Where git is missing, or slow, or says anything else, the backup is made.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from provenance.errors import ProvenanceError, UnreadableDocument, UsageError
from provenance.validate.fix.mend import mend
from provenance.validate.fix.outcome import Mended

if TYPE_CHECKING:
    from provenance.pipeline.validation import Desk, Validated
    from provenance.validate.draft import AskKnowledge

__all__ = ["MendedFile", "mend_draft", "write_mended"]

_GIT_TIMEOUT_S = 5.0
_MAX_BACKUPS = 10_000
_CURES = {
    errno.ENOSPC: "make room on the disk",
    errno.EROFS: "the disk can only be read: copy the draft elsewhere first",
    errno.EACCES: "give yourself the right to write there, or copy the draft elsewhere first",
    errno.EPERM: "give yourself the right to write there, or copy the draft elsewhere first",
    errno.ENAMETOOLONG: "give the draft a shorter name: those of its backup and of the new file are longer",
    errno.ELOOP: "a link stands where the new file is written: remove it",
}


class MendedFile(NamedTuple):
    """What became of a mended draft: the file, and its backup (None where git has what was there)."""

    path: Path
    backup: Path | None


def mend_draft(
    desk: "Desk",
    validated: "Validated",
    *,
    unsafe: bool = False,
    only: Collection[str] | None = None,
    ask: "AskKnowledge | None" = None,
) -> Mended:
    """Return a validated draft with its fixes made, as `validate.fix.mend` does; nothing is written.

    `ask` is what the draft was validated with, where that was not the desk's own.
    """

    def validate(data: bytes) -> "Validated | None":
        try:
            return desk.validate(data, validated.path, ask=ask)
        except UnreadableDocument:
            return None

    return mend(validated, validate, unsafe=unsafe, only=only)


def write_mended(path: Path, before: bytes, after: bytes) -> MendedFile:
    """Write a mended draft over the file that it was read from; `before` is what was read.

    There is the old file or the new one at any moment, with its mode and, where that may be done, its
    owner; a symbolic link stays one, and the file that it leads to is written. Other names of
    the same file (hard links) keep what was there.

    Raises:
        UsageError: the file was changed since it was read, or may not be written.
        ProvenanceError: the disk is full or failing.
    """
    target = path.resolve()
    with _faults(path), _only_one(target) as fresh:
        _refuse_changed(path, target, before)
        backup = None if _git_has(target, before) else _keep_backup(target, before)
        _write(fresh, after)
        shutil.copystat(target, fresh)
        os.utime(fresh)
        _keep_owner(target, fresh)
        _refuse_changed(path, target, before)  # git and the disk have taken their time
        fresh.replace(target)
        _sync(target.parent)
    return MendedFile(path, backup)


def _refuse_changed(path: Path, target: Path, before: bytes) -> None:
    if target.read_bytes() != before:
        raise UsageError(
            f"{path} was changed while it was being mended: it is left as it is",
            hint="save it, then run the same command again",
        )


@contextlib.contextmanager
def _only_one(target: Path) -> Iterator[Path]:
    """Give the name of the new file beside the old one, to one process at a time.

    The name is always the same: what a killed run left there, the next one writes over.
    """
    fresh = target.with_name(f".{target.name}.mending")
    handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        if not _is_locked(handle, fresh):
            raise UsageError(
                f"{target} is being mended by another run", hint="wait until that has ended"
            )
        try:
            yield fresh
        except BaseException:
            # where all went well the name is free, and the next process may have taken it
            fresh.unlink(missing_ok=True)
            raise
    finally:
        os.close(handle)


def _is_locked(handle: int, fresh: Path) -> bool:
    """Lock the new file; tell whether it is ours, and still stands under its name.

    It does not where the run that held it has ended just now: the file is the draft by then.

    Raises:
        OSError: it is another name of somebody's file, which would be written over.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    here = os.fstat(handle)
    if not stat.S_ISREG(here.st_mode) or here.st_nlink > 1:
        raise OSError(errno.ELOOP, f"{fresh.name} beside it is no file of ours")
    try:
        return os.path.samestat(here, os.lstat(fresh))
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    with path.open("r+b") as out:
        out.truncate()
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _keep_owner(old: Path, new: Path) -> None:
    before = old.stat()
    if (before.st_uid, before.st_gid) != (os.getuid(), os.getgid()):
        # only root gives files away; the group may be kept by whoever is in it
        for owner in (before.st_uid, -1):
            with contextlib.suppress(PermissionError):
                os.chown(new, owner, before.st_gid)
                break


def _keep_backup(target: Path, data: bytes) -> Path:
    """Keep what was there under the first free name; a backup of the same bytes is not made twice."""
    for number in range(1, _MAX_BACKUPS):
        backup = target.with_name(f"{target.name}.bak{number if number > 1 else ''}")
        if backup.exists() or backup.is_symlink():
            if backup.is_file() and backup.read_bytes() == data:
                return backup
            continue
        unfinished = target.with_name(f".{target.name}.backing")
        unfinished.unlink(missing_ok=True)  # a killed run's, or a link to somebody's file
        try:
            with unfinished.open("xb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            shutil.copystat(target, unfinished)
            unfinished.rename(backup)
        except BaseException:
            unfinished.unlink(missing_ok=True)  # a full disk has no room for half a backup
            raise
        _sync(target.parent)
        return backup
    raise UsageError(
        f"{target} has {_MAX_BACKUPS - 1} backups", hint="move them away, then run it again"
    )


def _git_has(target: Path, data: bytes) -> bool:
    """Tell whether the last commit holds these very bytes under this very name."""
    try:
        asked = subprocess.run(  # noqa: S603 - no shell, and the name stands behind `HEAD:./`
            ["git", "rev-parse", "--verify", "--quiet", f"HEAD:./{target.name}"],  # noqa: S607
            cwd=target.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_GIT_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    said = asked.stdout.decode("ascii", "replace").strip()
    blob = b"blob %d\0" % len(data) + data
    # git names blobs by SHA-1, in newer repositories by SHA-256; the length tells which
    digest = hashlib.sha256(blob) if len(said) == 64 else hashlib.sha1(blob)  # noqa: S324
    return asked.returncode == 0 and said == digest.hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = f"cannot write the mended {path}: {error.strerror or error}"
        hint = _CURES.get(error.errno or 0, "")
        is_mine = error.errno in {*_CURES, errno.ENOENT} - {errno.ENOSPC}
        raise (UsageError if is_mine else ProvenanceError)(said, hint=hint) from error
