"""One child process of the cage, seen from outside: its pipes, its clock, its end."""

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TypedDict

from provenance.formats.cage_child import LENGTH

__all__ = ["ChildProcess", "Gone", "Start", "TimedOut"]

_CHILD = Path(__file__).with_name("cage_child.py")
# How often a child that works is looked at: is it alive (a grandchild may hold its pipe open),
# and how much memory has it used. A C library that runs out of memory ends it soon after.
_LOOK_AFTER_S = 0.02
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


class Start(TypedDict):
    """The first frame to a child, as JSON."""

    worker: str
    sys_path: list[str]
    timeout_s: float
    memory_bytes: int
    max_jobs: int
    max_growth_bytes: int


class TimedOut(Exception):
    """The deadline passed while waiting for the child."""


class Gone(Exception):
    """The child closed its pipe or died."""


class ChildProcess:
    """A fresh interpreter and its two pipes. Used by one thread at a time, but for `interrupt`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-I", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # a group of its own: killed as a whole
        )
        self.pid = self._process.pid
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        self._lock = threading.Lock()
        self._is_reaped = False
        # what wait4 tells begins at the parent's own peak: only what exceeds this is the child's
        self.peak_at_start_bytes = 0
        self._seen_peak_bytes = 0

    def is_alive(self) -> bool:
        """Tell whether the process runs, without reaping it."""
        gone = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return gone is None

    def send(self, frame: bytes, deadline: float) -> None:
        """Send one frame; `deadline` is in terms of `time.monotonic`.

        Raises:
            TimedOut: the child did not take it in time.
            Gone: the child does not read any more.
        """
        left = memoryview(LENGTH.pack(len(frame)) + frame)
        while left:
            self._wait_for(self._to, select.POLLOUT, deadline)
            try:
                left = left[os.write(self._to, left) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise Gone from None

    def receive(self, deadline: float, max_bytes: int) -> tuple[bytes, bytes]:
        """Return kind and value of the next frame; raises like `send`."""
        head = self._read(LENGTH.size + 1, deadline)
        (length,) = LENGTH.unpack(head[: LENGTH.size])
        if length > max_bytes:
            raise Gone  # no child of ours can have made that
        return head[LENGTH.size :], self._read(length, deadline)

    def _read(self, length: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._wait_for(self._from, select.POLLIN, deadline)
            try:
                part = os.read(self._from, min(length - len(parts), 1 << 20))
            except BlockingIOError:
                continue
            if not part:
                raise Gone
            parts += part
        return bytes(parts)

    def _wait_for(self, fd: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(fd, event)
        while True:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimedOut
            if poll.poll(min(left_s, _LOOK_AFTER_S) * 1000):
                return
            self._note_peak()
            if not self.is_alive() and not poll.poll(0):
                raise Gone

    def _note_peak(self) -> None:
        with contextlib.suppress(OSError):  # no such file system, or just gone
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
            if found := _PEAK.search(status):
                self._seen_peak_bytes = int(found[1]) * 1024

    def interrupt(self) -> None:
        """Kill the child and its children; from any thread, any number of times."""
        with self._lock:
            if not self._is_reaped:  # after that the number may belong to somebody else
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)

    def end(self, *, kill: bool = True) -> tuple[int, int]:
        """Kill (unless it is dead already), reap; return the wait status and the peak in bytes.

        With `kill=False` the status tells how the child died by itself; its own
        children are killed all the same.
        """
        if not kill:
            self._wait_until_dead()
        self.interrupt()
        with self._lock:
            _, status, usage = os.wait4(self.pid, 0)
            self._is_reaped = True
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()  # finds it reaped; tells the object so
        told_bytes = usage.ru_maxrss * 1024
        is_own = told_bytes > self.peak_at_start_bytes
        return status, told_bytes if is_own else self._seen_peak_bytes

    def _wait_until_dead(self) -> None:
        give_up = time.monotonic() + 1.0  # a pipe closed on purpose by a child that lives on
        while self.is_alive() and time.monotonic() < give_up:
            time.sleep(0.005)
