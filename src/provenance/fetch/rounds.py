"""A round through many URLs: one queue per host, each URL looked at once, nothing lost."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

from provenance.formats.url import host_of
from provenance.model import Visit

__all__ = ["queue_by_host", "visit_all"]

# Visits that wait for whoever consumes them: each may hold a body of 50 MB.
_MAX_WAITING_VISITS = 8


def queue_by_host(urls: Iterable[str]) -> deque[tuple[str, ...]]:
    """Return the distinct URLs in one queue per host, the longest first.

    The longest queue decides when a polite round ends, so it must not start last.
    """
    queues: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        queues.setdefault(host_of(url) or "", []).append(url)
    return deque(sorted(map(tuple, queues.values()), key=len, reverse=True))


async def visit_all(
    urls: Iterable[str], fetch: Callable[[str], Awaitable[Visit]], *, workers: int
) -> AsyncGenerator[Visit, None]:
    """Yield the visit of each distinct URL as it completes.

    A fault of the house in one look stops none of the others; it is raised when
    all of them have been yielded.

    Raises:
        ExceptionGroup: every fault that there was.
    """
    queues = queue_by_host(urls)
    done: asyncio.Queue[Visit | None] = asyncio.Queue(_MAX_WAITING_VISITS)
    faults: list[Exception] = []
    working = min(workers, len(queues))
    tasks = [asyncio.create_task(_work(queues, fetch, done, faults)) for _ in range(working)]
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
    queues: deque[tuple[str, ...]],
    fetch: Callable[[str], Awaitable[Visit]],
    done: asyncio.Queue[Visit | None],
    faults: list[Exception],
) -> None:
    """Look at the URLs of one host after the other; None says that there are no more."""
    while queues:
        for url in queues.popleft():
            try:
                visit = await fetch(url)
            except Exception as fault:  # noqa: BLE001 - raised by visit_all, after the others
                fault.add_note(f"while fetching {url}")
                faults.append(fault)
            else:
                await done.put(visit)
    await done.put(None)
