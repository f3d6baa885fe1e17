"""A pool of killable child processes with memory and time limits.

Libraries that read hostile bytes hang, eat memory and crash; none of that may
reach the program. A `Cage` runs one function in child processes and answers with
a value or with the reason why there is none::

    with Cage("provenance.link.extract:extract_job", workers=2, timeout_s=30,
              memory_bytes=1_500_000_000) as cage:
        match cage.run_sync(frame):
            case Done(value): ...
            case Refused(reason, detail): ...

What holds whatever the function does: a job ends within its time, the child is
killed together with its own children; a dead child costs the job that it was
doing and no other (one killed from outside before it took its job up costs none:
a fresh child gets the job, once); when the parent is killed, even with -9, the
children go.

Children are fresh interpreters (never a fork of a threaded parent), start when
first needed, serve many jobs, and are replaced after `max_jobs` or when they
have grown. POSIX only; the memory limit is enforced on Linux.
"""

import asyncio
import json
import os
import queue
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Literal, NamedTuple, Self

from msgspec import Struct

from provenance.errors import ProvenanceError
from provenance.formats.cage_process import ChildProcess, Gone, Start, TimedOut

__all__ = ["Cage", "CageResult", "Done", "Refused"]

# Fifty pages of text extraction take a second: a fresh start each 500 jobs costs a few per cent.
_MAX_JOBS = 500
_MAX_GROWTH_BYTES = 400_000_000
# Importing a worker's libraries takes about a second, on a loaded machine much longer.
_START_TIMEOUT_S = 60.0
# A child that dies by a fault of its own after using this share of its memory died of the limit:
# C libraries abort when an allocation fails, and the failed one is often the biggest. A guess, and
# for people only: nothing is decided by it.
_MEMORY_SHARE = 0.4


class Done(Struct, frozen=True):
    """What the worker returned."""

    value: bytes


class Refused(Struct, frozen=True):
    """Why there is no value: the time or the memory ran out, the child died, or the worker raised.

    `detail` is for people: the exception in words, the name of the signal.
    """

    reason: Literal["timeout", "memory", "crash", "error"]
    detail: str = ""


CageResult = Done | Refused
_CALLED_OFF = Refused("crash", "called off")  # the cage was closed, or the job cancelled in time


class _Answer(NamedTuple):
    """What came of one try of a job: is the child spent, and had it taken the job up?"""

    result: CageResult
    is_spent: bool
    was_taken: bool = True


class _Job:
    """One argument on its way, and the child that has it: so that it can be called off."""

    def __init__(self, argument: bytes) -> None:
        self.argument = argument
        self.is_cancelled = False
        self._child: ChildProcess | None = None
        self._lock = threading.Lock()

    def hand_to(self, child: ChildProcess | None) -> None:
        with self._lock:
            self._child = child
            if self.is_cancelled and child is not None:
                child.interrupt()

    def cancel(self) -> None:
        with self._lock:
            self.is_cancelled = True
            if self._child is not None:
                self._child.interrupt()


class Cage:
    """Runs `worker` ("module:function", bytes to bytes) in at most `workers` child processes.

    `timeout_s` is wall-clock time for one job, without waiting for a free child;
    `memory_bytes` limits the address space of one child (RLIMIT_AS), libraries
    included. Safe to use from several threads and event loops at once.

    Raises:
        ProvenanceError: the worker cannot be imported or started: a fault of the house.
    """

    def __init__(
        self,
        worker: str,
        *,
        workers: int,
        timeout_s: float,
        memory_bytes: int,
        max_jobs: int = _MAX_JOBS,
        max_growth_bytes: int = _MAX_GROWTH_BYTES,
    ) -> None:
        self._start_frame = Start(
            worker=worker,
            sys_path=[os.path.abspath(path) for path in sys.path],
            timeout_s=timeout_s,
            memory_bytes=memory_bytes,
            max_jobs=max_jobs,
            max_growth_bytes=max_growth_bytes,
        )
        self._is_closed = False
        self._lock = threading.Lock()
        self._children: set[ChildProcess] = set()
        # last in, first out: a warm child is taken before another one is started
        self._idle: queue.LifoQueue[ChildProcess | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._workers = workers
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="cage")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill all children; jobs under way end as refused. Any number of times."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            children = list(self._children)
        for child in children:
            child.interrupt()
        for _ in range(self._workers):
            self._drop(self._idle.get())  # with all places taken, nobody uses a child
        for _ in range(self._workers):
            self._idle.put(None)
        self._threads.shutdown(wait=True)

    async def run(self, argument: bytes) -> CageResult:
        """Run the worker on `argument`; cancelling kills the child that is at it."""
        if self._is_closed:
            return _CALLED_OFF
        job = _Job(argument)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._run, job)
        except asyncio.CancelledError:
            job.cancel()
            raise

    def run_sync(self, argument: bytes) -> CageResult:
        """Run the worker on `argument` and wait for it."""
        return self._run(_Job(argument))

    def _run(self, job: _Job) -> CageResult:
        answer = self._try(job)
        # A child killed while idle looks alive until the system has taken it apart, on a busy
        # machine a while later: a job that is sent to it until then is lost without its fault.
        return answer.result if answer.was_taken else self._try(job).result

    def _try(self, job: _Job) -> _Answer:
        child = self._idle.get()
        is_spent = False
        try:
            if job.is_cancelled or self._is_closed:
                return _Answer(_CALLED_OFF, is_spent=False)
            child = self._ready(child)
            is_spent = True  # unless the child says otherwise
            answer = self._ask(child, job)
            is_spent = answer.is_spent
            return answer
        finally:
            if is_spent or self._is_closed:
                self._drop(child)
                child = None
            self._idle.put(child)

    def _ready(self, child: ChildProcess | None) -> ChildProcess:
        """Return the child if it lives, else a new one that has loaded the worker."""
        if child is not None and child.is_alive():
            return child
        self._drop(child)
        child = ChildProcess()
        with self._lock:
            self._children.add(child)
            if self._is_closed:
                child.interrupt()
        deadline = time.monotonic() + _START_TIMEOUT_S
        try:
            child.send(json.dumps(self._start_frame).encode(), deadline)
            kind, value = child.receive(deadline, 10_000)
        except TimedOut:
            kind, value = b"E", b"not ready in time"
        except Gone:
            kind, value = b"E", b"died while starting"
        except BaseException:
            self._drop(child)
            raise
        if kind == b"R":
            child.peak_at_start_bytes = int(value)
            return child
        self._drop(child)
        raise ProvenanceError(
            f"cannot start {self._start_frame['worker']}: {value.decode('utf-8', 'replace')}"
        )

    def _ask(self, child: ChildProcess, job: _Job) -> _Answer:
        """Return what the child makes of the job."""
        timeout_s, max_bytes = self._start_frame["timeout_s"], self._start_frame["memory_bytes"]
        deadline = time.monotonic() + timeout_s
        was_taken = False
        job.hand_to(child)
        try:
            child.send(job.argument, deadline)
            kind, value = child.receive(deadline, max_bytes)
            was_taken = kind == b"T"
            if was_taken:
                kind, value = child.receive(deadline, max_bytes)
        except TimedOut:
            return _Answer(Refused("timeout", f"no answer in {timeout_s:g} s"), is_spent=True)
        except Gone:
            return _Answer(self._explain(child), is_spent=True, was_taken=was_taken)
        finally:
            job.hand_to(None)
        match kind:
            case b"V" | b"v":
                return _Answer(Done(value), is_spent=kind == b"v")
            case b"M":
                return _Answer(Refused("memory", "MemoryError"), is_spent=True)
            case _:
                described = value.decode("utf-8", "replace")
                return _Answer(Refused("error", described), is_spent=False)

    def _explain(self, child: ChildProcess) -> Refused:
        with self._lock:
            self._children.discard(child)
        status, peak_bytes = child.end(kill=False)
        code = os.waitstatus_to_exitcode(status)
        if code >= 0:
            return Refused("crash", f"exit status {code}")
        name = signal.Signals(-code).name
        if -code == signal.SIGXCPU:
            return Refused("timeout", name)
        if peak_bytes > _MEMORY_SHARE * self._start_frame["memory_bytes"]:
            return Refused("memory", f"{name} at {peak_bytes} bytes")
        return Refused("crash", name)

    def _drop(self, child: ChildProcess | None) -> None:
        """Kill and reap a child that is not yet."""
        with self._lock:
            if child is None or child not in self._children:
                return
            self._children.discard(child)
        child.end()
