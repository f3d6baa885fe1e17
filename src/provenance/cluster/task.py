"""What the scheduler calls in a worker's process: bytes in, bytes out."""

import asyncio
import os
import threading
from pathlib import Path

import msgspec

from provenance.cluster.orders import (
    Done,
    Greeting,
    ReadJob,
    ReadReply,
    Refusal,
    Shard,
    Welcome,
)
from provenance.cluster.worker import Worker
from provenance.errors import ProvenanceError, UnreadableDocument
from provenance.pipeline.inputs import RawDocument
from provenance.pipeline.parsing import Parser
from provenance.pipeline.workplace import utc_now
from provenance.version import __version__

__all__ = ["greet", "look_at", "read"]

# The process's workers by their names: one for each run that it takes part in.
_workers: dict[str, Worker] = {}
_seen: set[tuple[str, int]] = set()
_starting = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def greet(message: bytes) -> bytes:
    """Take part in a run: a `Greeting`, answered by a `Welcome` or a `Refusal`."""
    greeting = msgspec.msgpack.decode(message, type=Greeting)
    return msgspec.msgpack.encode(_greet(greeting))


def _greet(greeting: Greeting) -> Welcome | Refusal:
    if greeting.version != __version__:
        return Refusal(
            f"a worker has provenance {__version__}, the run {greeting.version}",
            "install the same version on every machine",
        )
    root = os.environ.get("PROVENANCE_CLUSTER_ARCHIVE") or greeting.archive_root

    async def begin() -> Worker:
        return Worker(greeting, Path(root), utc_now)

    try:
        worker = asyncio.run_coroutine_threadsafe(begin(), _running_loop()).result()
    except ProvenanceError as error:
        return Refusal(error.message, error.hint)
    except OSError as error:
        return Refusal(str(error))
    _workers[worker.name] = worker
    return Welcome(worker.name, os.getpid())


def look_at(message: bytes) -> bytes:
    """Look at a `Shard`, once: answered by `Done` when all of it is on disk, or by a `Refusal`.

    A scheduler that has lost sight of a worker gives its tasks to another by itself. That one has
    another name, and refuses: who has read the marks says who goes on.
    """
    shard = msgspec.msgpack.decode(message, type=Shard)
    worker = _workers.get(shard.name)
    if worker is None or (shard.name, shard.number) in _seen:
        return msgspec.msgpack.encode(Refusal("this shard was given to another worker"))
    _seen.add((shard.name, shard.number))
    done: Done = asyncio.run_coroutine_threadsafe(worker.look_at(shard), _running_loop()).result()
    return msgspec.msgpack.encode(done)


def read(message: bytes) -> bytes:
    """Read and parse a document: a `ReadJob`, answered by a `ReadReply`. It may be done twice."""
    job = msgspec.msgpack.decode(message, type=ReadJob)
    if job.version != __version__:
        return msgspec.msgpack.encode(ReadReply())
    with Parser(job.limits) as parser:
        try:
            reply = ReadReply(parser.parse(RawDocument(job.data, job.name, None, "")))
        except UnreadableDocument as error:
            reply = ReadReply(None, error.message, error.hint)
    return msgspec.msgpack.encode(reply)


def _running_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of all workers of this process, beside the scheduler's own."""
    global _loop  # noqa: PLW0603 - a process has one
    with _starting:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="provenance", daemon=True).start()
        return _loop
