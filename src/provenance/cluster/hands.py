"""The workers of a round: greeted when they come, read while they work, fenced when they are lost."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterator

import msgspec

from provenance.cluster.book import Assignment, Book
from provenance.cluster.orders import Done, Greeting, Item, Refusal, Shard, Welcome
from provenance.cluster.pool import Pool, PoolLost
from provenance.cluster.worker import Worker
from provenance.errors import ProvenanceError
from provenance.keep.spool import Look, SpoolReader, is_held, list_spools, stop_worker
from provenance.pipeline.workplace import Workplace
from provenance.version import __version__

__all__ = ["Hand", "Hands"]

_log = logging.getLogger("provenance.cluster")
_POLL_S = 0.05
_welcome = msgspec.msgpack.Decoder(Welcome | Refusal).decode
_done = msgspec.msgpack.Decoder(Done | Refusal).decode


class Hand:
    """One worker of the round: its journal, and the shards that it has under way."""

    def __init__(self, name: str, address: str, threads: int, reader: SpoolReader) -> None:
        self.name = name
        self.address = address
        self.threads = threads
        self.reader = reader
        self.tasks: dict[int, asyncio.Future[bytes]] = {}


class Hands:
    """All workers of a round. `faults` are those of the house that they told of."""

    def __init__(
        self, run: str, workplace: Workplace, book: Book, withheld: frozenset[str],
        item_of: Callable[[str], Item],
    ) -> None:  # fmt: skip
        self._run = run
        self._workplace = workplace
        self._root = workplace.archive_root.resolve()
        self._book = book
        self._withheld = tuple(sorted(withheld))
        self._item_of = item_of
        self._hands: dict[str, Hand] = {}
        self._refused: set[str] = set()
        self._own: Worker | None = None
        self._late: list[Look] = []
        self.faults: list[ProvenanceError] = []

    @property
    def count(self) -> int:
        """How many take part now."""
        return len(self._hands)

    async def refresh(self, pool: Pool) -> None:
        """Greet whoever came, and let go of whoever is not there any more.

        Raises:
            PoolLost: the scheduler does not answer.
        """
        there = await pool.workers()
        for hand in [each for each in self._hands.values() if each.address]:
            if hand.address not in there:
                await self.lose(hand)
        known = {hand.address for hand in self._hands.values()} | self._refused
        for address in sorted(there.keys() - known):
            await self._greet(pool, address, there[address])

    def _greeting(self) -> Greeting:
        return Greeting(
            __version__,
            self._run,
            f"w{secrets.token_hex(6)}",
            str(self._root),
            self._workplace.settings,
            self._withheld,
        )

    async def _greet(self, pool: Pool, address: str, threads: int) -> None:
        greeting = self._greeting()
        try:
            said = _welcome(await pool.greet(address, msgspec.msgpack.encode(greeting)))
        except PoolLost:
            return  # it went while it was greeted: it is asked again if it comes back
        if isinstance(said, Refusal):
            self._refused.add(address)
            _log.warning(
                "the worker at %s does not take part: %s\n  → %s", address, said.message, said.hint
            )
            return
        self._add(greeting.name, address, threads)

    def _add(self, name: str, address: str, threads: int) -> None:
        path = next(
            (each for each in list_spools(self._root, self._run) if each.stem == name), None
        )
        if path is None:
            self._refused.add(address)
            _log.warning("the worker at %s writes to another folder than %s", address, self._root)
            return
        self._hands[name] = Hand(name, address, threads, SpoolReader(path))

    def go_alone(self) -> None:
        """Work in this process, as one worker more: nobody else is there."""
        if self._own is None:
            greeting = self._greeting()
            self._own = Worker(greeting, self._root, self._workplace.clock)
            self._add(greeting.name, "", 1)

    def assign(self, pool: Pool | None) -> None:
        """Give every worker as many tasks as it works on at once, and none to wait in a queue."""
        slots = sum(hand.threads for hand in self._hands.values())
        for hand in self._hands.values():
            while len(hand.tasks) < hand.threads and (given := self._book.give(hand.name, slots)):
                hand.tasks[given.number] = self._give(hand, given, pool)

    def _give(self, hand: Hand, given: Assignment, pool: Pool | None) -> asyncio.Future[bytes]:
        items = tuple(self._item_of(url) for url in given.urls)
        shard = Shard(hand.name, given.number, items)
        if hand.address and pool is not None:
            key = f"provenance-{self._run}-{hand.name}-{given.number}"
            return pool.give(hand.address, msgspec.msgpack.encode(shard), key)
        assert self._own is not None

        async def by_ourselves(own: Worker) -> bytes:
            return msgspec.msgpack.encode(await own.look_at(shard))

        return asyncio.ensure_future(by_ourselves(self._own))

    def read(self) -> Iterator[Look]:
        """Yield the looks that came since the last time, each URL's once."""
        for hand in list(self._hands.values()):
            yield from self._read_one(hand)
        while self._late:
            yield self._late.pop()

    def _read_one(self, hand: Hand) -> Iterator[Look]:
        """Yield what one worker has seen since the last time."""
        for line in hand.reader.read():
            if not isinstance(line, Look):
                self._book.hear_mark(line.url)
            elif self._book.hear_look(line.visit.url):
                yield line

    async def collect(self) -> None:
        """Hear of the shards that came to their end."""
        for hand in list(self._hands.values()):
            over = {number: task for number, task in hand.tasks.items() if task.done()}
            for number, task in over.items():
                said = None if task.cancelled() or task.exception() else _done(task.result())
                if not isinstance(said, Done):
                    await self.lose(hand)
                    break
                del hand.tasks[number]
                self._late += self._read_one(hand)  # it was on disk before it was said
                self._book.finish(number)
                self.faults += [ProvenanceError(what, hint=hint) for what, hint in said.faults]

    async def lose(self, hand: Hand) -> None:
        """Make sure that a worker asks nobody any more, then give what it has left to others."""
        if self._hands.pop(hand.name, None) is None:
            return
        for task in hand.tasks.values():
            task.cancel()
        await asyncio.gather(*hand.tasks.values(), return_exceptions=True)
        stop_worker(self._root, self._run, hand.name)
        is_dead = await self._is_let_go(hand)
        self._late += self._read_one(hand)
        lost = sum(len(each.urls) for each in self._book.given_to(hand.name))
        self._book.lose(hand.name, is_dead=is_dead)
        if lost:
            _log.warning(
                "a worker was lost (%s)%s", hand.address or "this process",
                "" if is_dead else ", and may still be asking: what it had is left for the next run",
            )  # fmt: skip

    async def lose_all(self) -> None:
        """As `lose`, for all who were reached by the scheduler."""
        for hand in [each for each in self._hands.values() if each.address]:
            await self.lose(hand)

    async def _is_let_go(self, hand: Hand) -> bool:
        loop = asyncio.get_running_loop()
        ends_s = loop.time() + self._workplace.settings.cluster.let_go_s
        while is_held(hand.reader.path):
            if loop.time() >= ends_s:
                return False
            await asyncio.sleep(_POLL_S)
        return True

    async def close(self) -> None:
        """End what works in this process."""
        for hand in self._hands.values():
            for task in hand.tasks.values():
                task.cancel()
        if self._own is not None:
            await self._own.close()
