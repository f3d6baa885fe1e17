"""How many requests a run sends, and an end to them: pages, robots.txt, redirects, retries alike."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Self

from provenance.model import Visit

__all__ = ["Meter", "share_out", "while_allowed"]

# What has its last answer when the bound is reached needs no more than this to be handed over.
_HANDED_OVER_S = 0.25


class Meter:
    """Counts requests. With a `limit`, whoever wants one more waits for ever: the run is over.

    `spent` is set when the last request that was allowed is answered.
    """

    def __init__(self, limit: int = 0) -> None:
        self.limit = limit
        self.sent = 0
        self.spent = asyncio.Event()
        self._in_flight = 0

    def request(self) -> Self:
        """Let one request be sent: `async with meter.request()`."""
        return self  # no generator made a manager: it would be made for every request

    async def __aenter__(self) -> Self:
        """Wait until one more request may be sent."""
        if self.limit and self.sent >= self.limit:
            await asyncio.Event().wait()
        self.sent += 1
        self._in_flight += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        """Note that the request of the block was answered, or will not be."""
        self._in_flight -= 1
        self.count(0)

    def count(self, requests: int) -> None:
        """Count requests that another process sent."""
        self.sent += requests
        if self.limit and self.sent >= self.limit and not self._in_flight:
            self.spent.set()


async def while_allowed(
    visits: AsyncGenerator[Visit, None], meter: Meter
) -> AsyncGenerator[Visit, None]:
    """Yield visits until no more requests are allowed; what would need one more is not among them."""
    spent = asyncio.create_task(meter.spent.wait())
    coming: asyncio.Task[Visit | None] | None = None
    try:
        while True:
            coming = asyncio.create_task(_next(visits))
            await asyncio.wait({coming, spent}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                await asyncio.wait({coming}, timeout=_HANDED_OVER_S)
            visit = coming.result() if coming.done() else None
            if visit is None:
                return
            yield visit
    finally:
        for task in (spent, coming):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await visits.aclose()


async def _next(visits: AsyncGenerator[Visit, None]) -> Visit | None:
    return await anext(visits, None)


def share_out(limit: int, sizes: list[int]) -> list[int]:
    """Return how many of `limit` requests each of several processes may send, by how much each has to do.

    >>> share_out(10, [30, 10])
    [8, 2]
    >>> share_out(1, [1, 1, 1])
    [1, 0, 0]
    """
    total = sum(sizes)
    shares = [limit * size // total for size in sizes]
    left = limit - sum(shares)
    by_rest = sorted(range(len(sizes)), key=lambda at: -(limit * sizes[at] % total))
    for at in by_rest[:left]:
        shares[at] += 1
    return shares
