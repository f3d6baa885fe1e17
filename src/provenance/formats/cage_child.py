"""The inside of the cage: what runs in each child process. Standard library only.

Started by path and isolated (`python -I cage_child.py`), so that nothing of the
parent's state comes along but what the first frame says. File descriptors 0 and
1 are the pipes; they are moved away at once and replaced, so that whatever a
library prints goes to standard error and never into a frame.

Frames to the child: 8 bytes length (big-endian), then that many bytes. The first
is JSON (see `Start` in cage.py), the others are arguments. Frames from the
child: 8 bytes length, 1 byte kind, then that many bytes::

    R  ready, peak so far        V  a value              v  a value, and the child goes
    E  an exception, in words    M  memory ran out, and the child goes
    T  the job is taken up: from here on, a death is the job's; then comes one of the others
"""

import contextlib
import importlib
import json
import os
import resource
import select
import signal
import struct
import sys
import threading
from collections.abc import Callable
from typing import Any

LENGTH = struct.Struct(">Q")
# Backstop behind the parent's clock: the seconds of CPU that a job may use beyond it.
_SPARE_CPU_S = 3
# Enough for the pipes, a library's data files and a payload; too few to do harm with.
_MAX_OPEN_FILES = 64
_WATCHER_STACK_BYTES = 262_144


def main() -> None:
    """Serve jobs until the parent closes the pipe."""
    jobs, replies = _take_over_pipes()
    start = json.loads(_read_frame(jobs))
    try:
        worker = _load_worker(start)
        _limit(start["memory_bytes"])
    except BaseException as error:  # noqa: BLE001 - reported, whatever it is
        _write_frame(replies, b"E", _describe(error))
        os._exit(1)
    _watch_parent(jobs)
    # what a fork leaves behind: the parent's own peak counts as the child's until it is passed
    inherited_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    _write_frame(replies, b"R", str(inherited_bytes).encode())
    _serve(jobs, replies, worker, start)


def _take_over_pipes() -> tuple[int, int]:
    """Move the pipes off 0 and 1: reads find nothing, prints go to standard error."""
    jobs, replies = os.dup(0), os.dup(1)  # not inheritable: a grandchild cannot hold them open
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return jobs, replies


def _load_worker(start: dict[str, Any]) -> Callable[[bytes], bytes]:
    sys.path[:] = start["sys_path"]
    module, _, name = start["worker"].partition(":")
    worker: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)
    return worker


def _limit(memory_bytes: int) -> None:
    """Set the limits, after the imports: those are trusted and write byte code."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_OPEN_FILES, _MAX_OPEN_FILES))


def _watch_parent(jobs: int) -> None:
    """End this process and all of its children as soon as the parent is gone.

    A parent killed with -9 closes the pipe, which is noticed here even in the
    middle of a job. PR_SET_PDEATHSIG would not do: it fires when the *thread*
    that started the child ends, and it spares the child's own children.
    """

    def wait_for_the_end() -> None:
        poll = select.poll()
        poll.register(jobs, 0)  # no event asked for: POLLHUP and POLLERR come unasked
        poll.poll()
        os.killpg(0, signal.SIGKILL)

    threading.stack_size(_WATCHER_STACK_BYTES)
    threading.Thread(target=wait_for_the_end, daemon=True).start()
    threading.stack_size(0)


def _serve(
    jobs: int, replies: int, worker: Callable[[bytes], bytes], start: dict[str, Any]
) -> None:
    allowed_bytes = _resident_bytes() + start["max_growth_bytes"]
    left = start["max_jobs"]
    while True:
        argument = _read_frame(jobs)
        _write_frame(replies, b"T", b"")
        _limit_cpu(start["timeout_s"])
        left -= 1
        kind, value = _run(worker, argument)
        del argument
        is_last = kind == b"M" or left <= 0 or _resident_bytes() > allowed_bytes
        if kind == b"V" and is_last:
            kind = b"v"
        _write_frame(replies, kind, value)
        del value


def _limit_cpu(timeout_s: float) -> None:
    """Let this job use as much CPU as the parent's clock allows it, and a little more.

    It ends a child that spins while the parent is stopped or gone and a library
    holds the interpreter, so that the watcher cannot run.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit_s = int(usage.ru_utime + usage.ru_stime + timeout_s) + _SPARE_CPU_S
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit is kept
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, resource.RLIM_INFINITY))


def _run(worker: Callable[[bytes], bytes], argument: bytes) -> tuple[bytes, bytes]:
    try:
        return b"V", bytes(worker(argument))
    except MemoryError:
        return b"M", b""
    except BaseException as error:  # noqa: BLE001 - SystemExit too: nothing may end the child unheard
        return b"E", _describe(error)


def _describe(error: BaseException) -> bytes:
    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return words[:500].encode("utf-8", "replace")


def _resident_bytes() -> int:
    """Return the memory in use now; the peak where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _read_frame(fd: int) -> bytes:
    (length,) = LENGTH.unpack(_read(fd, LENGTH.size))
    return _read(fd, length)


def _read(fd: int, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = os.read(fd, min(length - len(parts), 1 << 20))
        if not part:
            os._exit(0)  # the parent has closed the pipe: no more work
        parts += part
    return bytes(parts)


def _write_frame(fd: int, kind: bytes, value: bytes) -> None:
    left = memoryview(LENGTH.pack(len(value)) + kind + value)
    while left:
        left = left[os.write(fd, left) :]


if __name__ == "__main__":
    main()
