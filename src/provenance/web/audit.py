r"""Who came in, who was refused, what was written and taken away: one JSON line each, only ever added.

A line has `at` (UTC), `event`, `outcome`, `who` and `role` ("" for a stranger), `address`, `what`. The file
is opened for each line, so that it can be moved away at any time (logrotate needs no signal). All but
ASCII is escaped, so that nothing that a stranger typed can move a terminal's cursor or begin a line of
its own; no token is ever written.

What strangers cause is bounded: past `_STRANGERS_PER_MINUTE` their lines are only counted, and the count is
written with the next line that finds a minute over.
"""

import json
import logging
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from provenance.web.tokens import Person

__all__ = ["AuditFault", "AuditLog", "Entry"]

_log = logging.getLogger("provenance.web")
_STRANGERS_PER_MINUTE = 120
_MINUTE_S = 60.0
_MAX_CHARACTERS = 500


class AuditFault(Exception):
    """The log cannot be written; the message says where and why."""


class Entry(NamedTuple):
    """What is to be remembered: `person` did `event` to `what` from `address`, and it ended so."""

    event: str
    outcome: str
    person: Person | None = None
    address: str = ""
    what: str = ""


class AuditLog:
    """The log at `path`. `clock` returns aware UTC datetimes. Safe for threads."""

    def __init__(
        self, path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.path = path
        self._clock = clock
        self._lock = Lock()
        self._minute = 0
        self._strangers = 0
        self._dropped = 0

    def write(self, entry: Entry) -> None:
        """Append a line; it is on disk when this returns.

        Raises:
            AuditFault: it could not be written: what it speaks of must not be done.
        """
        with self._lock:
            at = self._clock()
            lines = self._lines_before(at)
            if entry.person is None and self._is_too_much():
                self._dropped += 1
            else:
                lines.append(_line(at, entry))
            try:
                _append(self.path, "".join(lines).encode("ascii"))
            except OSError as error:
                raise AuditFault(
                    f"cannot write to the audit log {self.path}: {error.strerror or error}"
                ) from error

    def note(self, entry: Entry) -> None:
        """Append a line about what only reads; where that fails, the server's own log says so."""
        try:
            self.write(entry)
        except AuditFault as fault:
            _log.warning("%s (%s, %s)", fault, entry.event, entry.outcome)

    def _is_too_much(self) -> bool:
        self._strangers += 1
        return self._strangers > _STRANGERS_PER_MINUTE

    def _lines_before(self, at: datetime) -> list[str]:
        """Return what the minute that is over left to be said."""
        minute = int(at.timestamp() // _MINUTE_S)
        if minute == self._minute:
            return []
        dropped, self._dropped = self._dropped, 0
        self._minute, self._strangers = minute, 0
        return [_line(at, Entry("audit", "dropped", what=f"{dropped} lines"))] if dropped else []


def _line(at: datetime, entry: Entry) -> str:
    said = {
        "at": at.isoformat(timespec="milliseconds"),
        "event": entry.event,
        "outcome": entry.outcome,
        "who": entry.person.name if entry.person else "",
        "role": entry.person.role if entry.person else "",
        "address": entry.address,
        "what": entry.what,
    }
    cut = {key: value[:_MAX_CHARACTERS] for key, value in said.items()}
    # JSON leaves DEL as it is; a terminal does not
    return json.dumps(cut, ensure_ascii=True).replace("\x7f", "\\u007f") + "\n"


def _append(path: Path, data: bytes) -> None:
    if not data:
        return
    # O_NONBLOCK: a pipe without a reader would be waited for
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
    handle = os.open(path, flags, 0o600)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError("it is no file")
        # what a full disk cut off is closed first, or this line would be lost with it
        if found.st_size and os.pread(handle, 1, found.st_size - 1) != b"\n":
            data = b"\n" + data
        written = os.write(handle, data)
        if written < len(data):
            raise OSError("the disk took only a part of a line")
        os.fsync(handle)
    finally:
        os.close(handle)
