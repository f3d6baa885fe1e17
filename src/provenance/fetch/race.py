"""Several addresses of one host: the next is tried before the first has failed (RFC 8305).

A dead first address would otherwise cost the whole time for connecting. Each
attempt gets a head start of 250 ms over the next; one that fails outright gives it up.
"""

import asyncio
import itertools
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Protocol, TypeVar

__all__ = ["HEAD_START_S", "in_turns", "race"]

# RFC 8305, section 8: the recommended Connection Attempt Delay.
HEAD_START_S = 0.25


class Abortable(Protocol):
    """What an attempt makes; one that comes too late is aborted."""

    def abort(self) -> None:
        """Close it now."""


Made = TypeVar("Made", bound=Abortable)


def in_turns(addresses: Iterable[str]) -> list[str]:
    """Return addresses with the families taking turns, IPv4 first: one may be dead as a whole.

    >>> in_turns(["::1", "::2", "192.0.2.1"])
    ['192.0.2.1', '::1', '::2']
    """
    listed = list(addresses)
    families = [[a for a in listed if ":" not in a], [a for a in listed if ":" in a]]
    return [a for pair in itertools.zip_longest(*families) for a in pair if a is not None]


async def race(
    addresses: Iterable[str],
    attempt: Callable[[str], Awaitable[Made]],
    *,
    head_start_s: float = HEAD_START_S,
) -> tuple[Made, str]:
    """Return what the first attempt that succeeds made, and its address. The others are undone.

    Raises:
        OSError: none succeeded (that of the last), or TLS failed at one of them: that is
            an answer, and no other address is asked for a better one.
    """
    left = deque(addresses)
    running: dict[asyncio.Future[Made], str] = {}
    error: BaseException = OSError("no address")
    try:
        while left or running:
            if left:
                address = left.popleft()
                running[asyncio.ensure_future(attempt(address))] = address
            done, _ = await asyncio.wait(
                running,
                timeout=head_start_s if left else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                failure = task.exception()
                if failure is None:
                    return task.result(), running.pop(task)
                error = failure
                del running[task]
                if isinstance(failure, ssl.SSLError) or not isinstance(failure, OSError):
                    raise failure
        raise error
    finally:
        await _undo(running)


async def _undo(running: Iterable[asyncio.Future[Made]]) -> None:
    tasks = list(running)
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            (await task).abort()
