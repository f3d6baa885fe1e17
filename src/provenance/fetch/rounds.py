"""A round through many URLs: one queue per host, each URL looked at once, nothing lost."""

import asyncio
import contextlib
import heapq
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

from provenance.fetch.budget import BodyBudget
from provenance.formats.url import host_of
from provenance.model import Visit

__all__ = ["queue_by_host", "visit_all", "visit_within"]

# Visits that wait for whoever consumes them: each may hold a body of 50 MB.
_MAX_WAITING_VISITS = 8

Look = Callable[[str], Awaitable[Visit | None]]


def queue_by_host(urls: Iterable[str]) -> deque[tuple[str, ...]]:
    """Return the distinct URLs in one queue per host, the longest first.

    The longest queue decides when a polite round ends, so it must not start last.
    """
    queues: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        queues.setdefault(host_of(url) or "", []).append(url)
    return deque(sorted(map(tuple, queues.values()), key=len, reverse=True))


class _InOrder:
    """Hands out URLs in their order, one of a host at a time: whoever is done with it says so."""

    def __init__(self, urls: Iterable[str]) -> None:
        by_host: dict[str, deque[tuple[int, str]]] = {}
        for place, url in enumerate(dict.fromkeys(urls)):
            by_host.setdefault(host_of(url) or "", deque()).append((place, url))
        self._waiting = [(queue[0][0], host) for host, queue in by_host.items()]
        heapq.heapify(self._waiting)
        self._queues = by_host

    def __len__(self) -> int:
        return len(self._queues)

    def hands(self) -> "Iterable[str]":
        """Yield URLs to one worker, the earliest of a host that nobody asks; each ends the one before."""
        while self._waiting:
            _, host = heapq.heappop(self._waiting)
            queue = self._queues[host]
            _, url = queue.popleft()
            yield url
            if queue:
                heapq.heappush(self._waiting, (queue[0][0], host))


class _ByHost:
    """Hands out one host's URLs after the other's, the longest queue first."""

    def __init__(self, urls: Iterable[str]) -> None:
        self._queues = queue_by_host(urls)

    def __len__(self) -> int:
        return len(self._queues)

    def hands(self) -> Iterable[str]:
        """Yield URLs to one worker."""
        while self._queues:
            yield from self._queues.popleft()


async def visit_all(
    urls: Iterable[str], fetch: Look, *, workers: int, in_order: bool = False
) -> AsyncGenerator[Visit, None]:
    """Yield the visit of each distinct URL as it completes; `fetch` returns None where none is made.

    With `in_order` the URLs are begun in their order, as far as one at a time of a host allows;
    else the hosts with most of them are begun first. A fault of the house in one look stops none
    of the others; it is raised when all of them have been yielded.

    Raises:
        ExceptionGroup: every fault that there was.
    """
    queues = _InOrder(urls) if in_order else _ByHost(urls)
    done: asyncio.Queue[Visit | None] = asyncio.Queue(_MAX_WAITING_VISITS)
    faults: list[Exception] = []
    working = min(workers, len(queues))
    tasks = [
        asyncio.create_task(_work(queues.hands(), fetch, done, faults)) for _ in range(working)
    ]
    try:
        while working:
            visit = await done.get()
            if visit is None:
                working -= 1
            else:
                yield visit
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if faults:
        raise ExceptionGroup("looks that failed for reasons of the house", faults)


async def _work(
    urls: Iterable[str],
    fetch: Look,
    done: asyncio.Queue[Visit | None],
    faults: list[Exception],
) -> None:
    """Look at one URL after the other; None says that there are no more."""
    for url in urls:
        try:
            visit = await fetch(url)
        except Exception as fault:  # noqa: BLE001 - raised by visit_all, after the others
            fault.add_note(f"while fetching {url}")
            faults.append(fault)
        else:
            if visit is not None:
                await done.put(visit)
    await done.put(None)


async def visit_within(
    urls: Iterable[str], look: Look, budget: BodyBudget, *, workers: int, in_order: bool = False
) -> AsyncGenerator[Visit, None]:
    """Yield visits as `visit_all`; the bodies of those that nobody took yet count as held."""
    held = dict[str, int]()

    async def hold(url: str) -> Visit | None:
        visit = await look(url)
        if visit is not None:
            held[url] = sum(len(hop.body) for hop in visit.hops)
            budget.hold(held[url])
        return visit

    stream = visit_all(urls, hold, workers=workers, in_order=in_order)
    try:
        async with contextlib.aclosing(stream) as visits:
            async for visit in visits:
                yield visit
                budget.release(held.pop(visit.url))
    finally:
        for size_bytes in held.values():
            budget.release(size_bytes)
