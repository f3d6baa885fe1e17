"""A round over many machines: hosts are dealt out, workers ask and store, one writer takes it in."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping

from provenance.cluster.book import Book
from provenance.cluster.hands import Hands
from provenance.cluster.orders import Item
from provenance.cluster.pool import Pool, PoolLost, check_address
from provenance.fetch.shards import deal
from provenance.keep.archive import Archive
from provenance.keep.records import KnownPayload
from provenance.keep.spool import Known, Look, SpoolReader, begin_run, list_spools, stop_run
from provenance.model import Source, Visit
from provenance.pipeline.conditions import HeldPage, held_payload, place_of
from provenance.pipeline.stored_looks import StoredLooks
from provenance.pipeline.workplace import Workplace
from provenance.store.looks import latest_capture
from provenance.store.read import find_payload
from provenance.store.withdrawals import sources_withdrawn_forever, withdrawn_payloads
from provenance.store.write import Store

__all__ = ["ClusterCrew"]

_log = logging.getLogger("provenance.cluster")
_POLL_S = 0.1


class ClusterCrew(StoredLooks):
    """A crew (pipeline/crew.py) of the workers that a scheduler knows at `address`.

    What the run `run` has asked in an earlier life is not asked again. Afterwards `given_up` are the
    URLs that nobody came to ask, or whose answer was lost with a worker: they stay due.
    """

    def __init__(
        self, address: str, store: Store, archive: Archive, workplace: Workplace, *, run: str
    ) -> None:
        super().__init__(store, archive)
        self._settings = workplace.settings.cluster
        check_address(address, self._settings)
        self._address = address
        self._workplace = workplace
        self._run = run
        self.given_up: frozenset[str] = frozenset()

    async def visits(
        self, sources: Mapping[str, Source], held: Mapping[str, HeldPage]
    ) -> AsyncGenerator[Visit, None]:
        """Yield a visit of each source that was asked for.

        Raises:
            UsageError, SettingsError: the address is none, or must not be used.
            ProvenanceError: no scheduler answers, before anybody was asked.
            ExceptionGroup: faults of the house, after every other visit was yielded.
        """
        root = self._archive.root
        asked = {line.url for path in list_spools(root, self._run, settled=True)
                 for line in SpoolReader(path).read() if not isinstance(line, Look)}  # fmt: skip
        left = [url for url in sources if url not in asked]
        if not left:
            return
        book = Book(deal(left, self._settings.shards))
        hands = self._hire(book, sources, held)
        async with Pool(self._address, self._settings) as pool:
            begin_run(root, self._run)
            try:
                async for look in self._round(book, hands, pool):
                    if (visit := self.take(look)) is not None:
                        yield visit
            finally:
                stop_run(root, self._run)
                await hands.close()
                self.given_up = frozenset(set(left) - book.looked)
        if self.has_put_off:
            # the last worker may just have asked the host that we ask now
            await asyncio.sleep(self._workplace.settings.fetch.per_host_interval_s)
        for visit in self.put_off_visits():
            yield visit
        if hands.faults:
            raise ExceptionGroup("looks that failed for reasons of the house", hands.faults)

    def _hire(
        self, book: Book, sources: Mapping[str, Source], held: Mapping[str, HeldPage]
    ) -> Hands:
        forever = sources_withdrawn_forever(self._store.db)

        def item_of(url: str) -> Item:
            source, page = sources[url], held.get(url)
            known = Known(self._known_payload(source, page), source.id in forever)
            return Item(source.id, url, known, page.validators if page else None)

        withheld = withdrawn_payloads(self._store.db)
        return Hands(self._run, self._workplace, book, withheld, item_of)

    def _known_payload(self, source: Source, page: HeldPage | None) -> KnownPayload | None:
        """Return the payload of a source's latest capture: a worker stores it no second time."""
        if page is not None:
            return held_payload(self._archive, page)
        latest = latest_capture(self._store.db, source.id)
        holder = find_payload(self._store.db, latest.payload_sha256) if latest else None
        if holder is None:
            return None
        earlier = self._archive.payload_at(place_of(holder))
        return KnownPayload(earlier, holder.payload_sha256, holder.payload_bytes)

    async def _round(self, book: Book, hands: Hands, pool: Pool) -> AsyncGenerator[Look, None]:
        """Yield looks as they come, with the scheduler as long as it answers and alone from then on."""
        is_there, alone_since_s = True, time.monotonic()
        while not book.is_finished:
            if is_there:
                try:
                    await hands.refresh(pool)
                except PoolLost:
                    is_there = False
                    _log.warning("the scheduler at %s is lost: this machine goes on", self._address)
                    await hands.lose_all()
            if hands.count:
                alone_since_s = time.monotonic()
            elif not is_there or self._is_long_ago(alone_since_s):
                hands.go_alone()
            hands.assign(pool if is_there else None)
            await asyncio.sleep(_POLL_S)
            await hands.collect()
            for look in hands.read():
                yield look
        for look in hands.read():
            yield look

    def _is_long_ago(self, since_s: float) -> bool:
        return time.monotonic() - since_s >= self._settings.scheduler_patience_s
