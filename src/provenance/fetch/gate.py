"""The host's turn: one connection at a time, a pause between requests, and patience when asked.

Whoever wants to send a request waits here, and nowhere else. Two limits hold at
once: per host (one request in flight, `interval_s` between two starts, "not
before" for the whole host from Retry-After), and for the run as a whole.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from provenance.fetch.policy import next_turn_s

__all__ = ["Gate"]


class _Host:
    __slots__ = ("interval_s", "lock", "not_before_s", "turn_s")

    def __init__(self, interval_s: float) -> None:
        self.lock = asyncio.Lock()
        self.interval_s = interval_s
        self.turn_s = 0.0
        self.not_before_s = 0.0


class Gate:
    """Hands out turns. Times are on the clock that is handed in, in seconds since the epoch."""

    def __init__(
        self,
        *,
        interval_s: float,
        concurrency: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._interval_s = interval_s
        self._slots = asyncio.Semaphore(concurrency)
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn and a free slot; the turn ends with the block."""
        state = self._state(host)
        async with state.lock:
            now_s = self._clock().timestamp()
            turn_s = next_turn_s(now_s, state.turn_s, state.interval_s, state.not_before_s)
            if turn_s > now_s:
                await self._sleep(turn_s - now_s)
            async with self._slots:
                state.turn_s = max(turn_s, self._clock().timestamp()) + state.interval_s
                yield

    def slow_down(self, host: str, interval_s: float) -> None:
        """Keep at least this many seconds between two requests to a host (Crawl-delay)."""
        state = self._state(host)
        state.interval_s = max(state.interval_s, interval_s)

    def defer(self, host: str, seconds: float) -> None:
        """Leave a host alone for so many seconds from now (Retry-After)."""
        state = self._state(host)
        state.not_before_s = max(state.not_before_s, self._clock().timestamp() + seconds)

    def waits_s(self, host: str) -> float:
        """Return for how many seconds yet the host asked to be left alone."""
        state = self._hosts.get(host)
        return max(0.0, state.not_before_s - self._clock().timestamp()) if state else 0.0

    def waits_until(self, host: str) -> datetime:
        """Return the moment until which the host asked to be left alone."""
        return self._clock() + timedelta(seconds=self.waits_s(host))

    def _state(self, host: str) -> _Host:
        state = self._hosts.get(host)
        if state is None:
            state = self._hosts[host] = _Host(self._interval_s)
        return state
