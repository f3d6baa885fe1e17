"""When each host may be asked next, for several processes at once.

Hosts are dealt out to processes, but a redirect may lead to another's host. So the gate
of each process keeps what it knows of a host here: a table of slots in one file that
all of them map, with a lock on the slot of the host that is being asked. The kernel
gives a lock back when its holder is killed, and the time of its last request stays
written. Two hosts may share a slot (one in a million pairs does): then they wait for
each other, which offends nobody.
"""

import errno
import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
from pathlib import Path
from typing import Self

__all__ = ["Board"]

_SLOTS = 1 << 20
# the earliest next turn, and "not before" of Retry-After: seconds since the epoch
_SLOT = struct.Struct("=dd")
_TIME = struct.Struct("=d")


class Board:
    """The table. A process opens it once: its locks are lost when any descriptor of it is closed."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._table = mmap.mmap(fd, _SLOTS * _SLOT.size)

    @classmethod
    def make(cls) -> Self:
        """Return an empty table in a file without a name, which nobody has to tidy up."""
        with tempfile.TemporaryFile() as file:
            file.truncate(_SLOTS * _SLOT.size)
            return cls(os.dup(file.fileno()))

    @classmethod
    def named(cls, path: Path) -> Self:
        """Return the table that the processes of one machine share by its name.

        Raises:
            OSError: it cannot be made, or it is somebody else's.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(path, flags, 0o600)
        if os.fstat(fd).st_uid != os.geteuid():
            os.close(fd)
            raise PermissionError(errno.EPERM, "it is somebody else's", str(path))
        os.ftruncate(fd, _SLOTS * _SLOT.size)
        return cls(fd)

    def close(self) -> None:
        """Give back every lock of this process."""
        self._table.close()
        os.close(self.fd)

    def try_lock(self, key: str) -> bool:
        """Take the turn of a host, if no other process has it."""
        try:
            fcntl.lockf(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB, _SLOT.size, self._at(key))
        except (BlockingIOError, PermissionError):
            return False
        return True

    def unlock(self, key: str) -> None:
        """Give the turn back."""
        fcntl.lockf(self.fd, fcntl.LOCK_UN, _SLOT.size, self._at(key))

    def read(self, key: str) -> tuple[float, float]:
        """Return a host's earliest next turn and its "not before"."""
        turn_s, not_before_s = _SLOT.unpack_from(self._table, self._at(key))
        return turn_s, not_before_s

    def write_turn(self, key: str, turn_s: float) -> None:
        """Note the earliest next turn."""
        _TIME.pack_into(self._table, self._at(key), turn_s)

    def write_not_before(self, key: str, not_before_s: float) -> None:
        """Note until when the host wants to be left alone; an earlier time changes nothing."""
        if not_before_s > self.read(key)[1]:
            _TIME.pack_into(self._table, self._at(key) + _TIME.size, not_before_s)

    def _at(self, key: str) -> int:
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % _SLOTS * _SLOT.size
