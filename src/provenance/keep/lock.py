"""One writer at a time: an advisory lock on the archive's folder (POSIX `flock`, not Windows).

The kernel lets go of the lock when its holder ends, however it ends: there are no
stale locks to clear. Over NFS it holds between machines only where the mount says so.
"""

import fcntl
import logging
import os
import time
import weakref
from collections.abc import Callable
from pathlib import Path

from provenance.errors import ArchiveBusy
from provenance.keep.disk import archive_faults

__all__ = ["WriterLock"]

_log = logging.getLogger("provenance.keep")
_POLL_S = 0.05


class WriterLock:
    """The right to write to the archive, held from `__init__` to `release`.

    Raises:
        ArchiveBusy: another process held it for all of `wait_s`; the message has its pid.
    """

    def __init__(
        self, path: Path, wait_s: float, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        with archive_faults(path, "lock"):
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._wait_for_turn(path, wait_s, sleep)
            with archive_faults(path, "write"):
                os.ftruncate(self._handle, 0)
                os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)
        except BaseException:
            os.close(self._handle)
            raise
        _held.add(self)

    def _wait_for_turn(self, path: Path, wait_s: float, sleep: Callable[[float], None]) -> None:
        waited_s = 0.0
        while not self._try_lock(path):
            holder = os.pread(self._handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            if waited_s >= wait_s:
                raise ArchiveBusy(
                    f"another process (pid {holder}) writes to {path.parent}",
                    hint="wait for it to finish; `archive.wait_for_lock_s` says how long to wait",
                )
            if not waited_s and wait_s > 1:
                _log.warning(
                    "process %s writes to %s: waiting up to %g s", holder, path.parent, wait_s
                )
            sleep(_POLL_S)
            waited_s += _POLL_S

    def _try_lock(self, path: Path) -> bool:
        with archive_faults(path, "lock"):
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def release(self) -> None:
        """Let the next one write."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


_held: "weakref.WeakSet[WriterLock]" = weakref.WeakSet()


def _let_go_in_child() -> None:
    """Close a forked child's copy of the lock, or it would outlive a parent that is killed."""
    for lock in list(_held):
        lock.release()


os.register_at_fork(after_in_child=_let_go_in_child)
