"""A worker's life in one run: a mark on disk, then the question, then what came on disk.

One process asks for all of its shards with one fetcher, so that a host's turn is taken in one
place; the processes of a machine share a board (fetch/board.py) for hosts that redirects lead to.
"""

import asyncio
import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from provenance.cluster.orders import Done, Greeting, Item, Shard
from provenance.errors import ProvenanceError
from provenance.fetch.board import Board
from provenance.fetch.fetcher import Fetcher
from provenance.fetch.rounds import visit_all
from provenance.keep.spool import Known, Mark, Spool
from provenance.model import Visit
from provenance.settings import Settings

__all__ = ["Worker"]

_Look = tuple[str, Visit, Known]
# How often a worker looks whether it was told to ask nobody any more.
_STOP_POLL_S = 0.2
_WORKERS_PER_CONNECTION = 4


class Worker:
    """Looks at shards until it is told to stop; then what is in flight is given up, its marks stay.

    Belongs to the event loop that it is made in.

    Raises:
        ArchiveError: the archive of the run is not here, or its disk has a fault.
    """

    def __init__(self, greeting: Greeting, root: Path, clock: Callable[[], datetime]) -> None:
        settings = _of_one_process(greeting.settings)
        self.name = greeting.name
        self._clock = clock
        self._concurrency = settings.fetch.concurrency
        self._spool = Spool(
            root,
            greeting.run,
            greeting.name,
            settings.archive,
            robots=settings.fetch.robots,
            withheld=frozenset(greeting.withheld),
        )
        self._board_path = _board_path(greeting.run)
        self._board = Board.named(self._board_path)
        self._fetcher = Fetcher(settings, clock=clock, board=self._board)
        self._waiting: list[tuple[Mark | _Look, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._shards: set[asyncio.Task[Done]] = set()
        self._over = asyncio.Event()
        self._watch = asyncio.create_task(self._stop_when_told())

    async def look_at(self, shard: Shard) -> Done:
        """Look at a shard's sources, as far as this worker may go on."""
        if self._over.is_set():
            return Done(shard.number)
        task = asyncio.create_task(self._look_at(shard))
        self._shards.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if not self._over.is_set():
                raise
            return Done(shard.number)
        finally:
            self._shards.discard(task)

    async def _look_at(self, shard: Shard) -> Done:
        items = {item.url: item for item in shard.items}

        async def look(url: str) -> Visit:
            return await self._look(items[url])

        stream = visit_all(items, look, workers=self._concurrency * _WORKERS_PER_CONNECTION)
        try:
            async with contextlib.aclosing(stream) as visits:
                async for _ in visits:
                    pass
        except ExceptionGroup as group:
            return Done(shard.number, tuple(_words_of(fault) for fault in group.exceptions))
        return Done(shard.number)

    async def _look(self, item: Item) -> Visit:
        """Look at one source; what is returned is light: the visit itself is on disk."""
        nothing = Visit(item.url, self._clock())
        if self._over.is_set():
            return nothing
        await self._put(Mark(item.source_id, item.url, nothing.at))
        visit = await self._fetcher.fetch(item.url, item.validators)
        await self._put((item.source_id, visit, item.known))
        return nothing

    # -- one write for all who wait: a disk that takes 5 ms a sync takes hundreds of marks with it

    async def _put(self, what: "Mark | _Look") -> None:
        """Return when it is on disk."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await written

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            marks = [what for what, _ in batch if isinstance(what, Mark)]
            looks = [what for what, _ in batch if not isinstance(what, Mark)]
            fault: Exception | None = None
            try:
                await asyncio.to_thread(self._spool.write, marks, looks, self._clock())
            except Exception as error:  # noqa: BLE001 - raised where it was waited for
                fault = error
            for _, written in batch:
                if written.done():  # its waiter was cancelled
                    continue
                if fault is None:
                    written.set_result(None)
                else:
                    written.set_exception(fault)

    async def _stop_when_told(self) -> None:
        while not await asyncio.to_thread(self._spool.is_stopped):  # noqa: ASYNC110
            await asyncio.sleep(_STOP_POLL_S)  # a file on a shared disk tells it
        await self._end()

    async def _end(self) -> None:
        """Give up what is in flight and let go of everything."""
        self._over.set()
        for task in self._shards:
            task.cancel()
        await asyncio.gather(*self._shards, return_exceptions=True)
        while self._writing is not None and not self._writing.done():
            await asyncio.wait({self._writing})
        await self._fetcher.__aexit__(None, None, None)
        if self._spool.is_run_over():  # whoever else still maps the table goes on with it
            self._board_path.unlink(missing_ok=True)
        self._spool.close()
        self._board.close()

    async def close(self) -> None:
        """End at once, without being told."""
        if not self._over.is_set():
            self._watch.cancel()
            await self._end()
        with contextlib.suppress(asyncio.CancelledError):
            await self._watch


def _of_one_process(settings: Settings) -> Settings:
    return replace(settings, fetch=replace(settings.fetch, processes=1))


def _board_path(run: str) -> Path:
    digest = hashlib.sha256(run.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"provenance-board-{os.geteuid()}-{digest}"


def _words_of(fault: Exception) -> tuple[str, str]:
    if isinstance(fault, ProvenanceError):
        return fault.message, fault.hint
    return f"{type(fault).__name__}: {fault}", ""
