"""The host's turn: one connection at a time, a pause between requests, and patience when asked.

Whoever wants to send a request waits here, and nowhere else: pages, robots.txt,
redirects, retries, HEAD and GET alike. Two limits hold at once: per host (one
request in flight, `interval_s` between two requests, "not before" for the whole host
from Retry-After), and for the run as a whole. Where the run has several processes,
the host's limits hold over all of them (board.py).

A host is its name, whatever port and scheme; `www.` in front makes no other host of
it, since it is the same server nearly always. Two names at one address are two
hosts: a content network has thousands of them, and cannot be told from a small
server with two.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from provenance.fetch.board import Board
from provenance.fetch.policy import MAX_REFUSALS_IN_A_ROW, next_turn_s, refusal_pause_s

__all__ = ["Gate", "NotNow", "Turn", "host_key"]

# What rounding to microseconds may take off a pause; waiting for it would be a second, empty sleep.
# Between the end of a pause and the request on the wire lies more than this.
_ROUNDING_S = 1e-5
# How often a host is looked for that another process is asking: rare, it takes a redirect.
_OTHER_PROCESS_S = 0.02


def host_key(host: str) -> str:
    """Return what a host is known by at the gate.

    >>> host_key("www.a.org")
    'a.org'
    """
    bare = host.removeprefix("www.")
    return bare if "." in bare else host


class _Host:
    __slots__ = ("interval_s", "key", "lock", "not_before_s", "refusals", "turn_s")

    def __init__(self, key: str, interval_s: float) -> None:
        self.key = key
        self.lock = asyncio.Lock()
        self.interval_s = interval_s
        self.turn_s = 0.0
        self.not_before_s = 0.0
        self.refusals = 0


class NotNow(Exception):
    """While we waited for its turn, the host asked for more time than this run gives."""


class Turn:
    """A turn that was given: the pause to the next one begins when its answer begins.

    The host read the request before it answered, and reads the next one after that was
    sent: so its own clock, too, shows the whole pause, whatever delays either side. From
    the sending of the request it would not: one that is read late stands close to the next.
    """

    def __init__(self, gate: "Gate", state: _Host) -> None:
        self._gate = gate
        self._state = state

    def sent(self) -> None:
        """Note that the request goes out now."""
        self._gate.note_request(self._state)

    def answered(self, ago_s: float) -> None:
        """Note that the first byte of the answer came so many seconds ago, or that none will."""
        self._gate.note_request(self._state, ago_s)

    async def again(self) -> None:
        """Wait until one more request may be sent in this turn (its connection was stale)."""
        await self._gate.wait_for_turn(self._state)


class Gate:
    """Hands out turns. Times are on the clock that is handed in, in seconds since the epoch."""

    def __init__(
        self,
        *,
        interval_s: float,
        concurrency: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        longest_wait_s: float = math.inf,
        board: Board | None = None,
    ) -> None:
        self._longest_wait_s = longest_wait_s
        self._board = board
        self._interval_s = interval_s
        self._slots = asyncio.Semaphore(concurrency)
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._told_s = -math.inf
        self._set_back_s = 0.0

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator["Turn"]:
        """Wait for the host's turn and a free slot; the turn ends with the block."""
        state = self._state(host)
        async with state.lock:
            board = self._board
            if board is not None:
                await self._keep_others_off(state, board)
            try:
                await self.wait_for_turn(state)
                async with self._slots:
                    turn = Turn(self, state)
                    turn.sent()
                    yield turn
            finally:
                if board is not None:
                    board.unlock(state.key)

    async def _keep_others_off(self, state: _Host, board: Board) -> None:
        """Wait until no other process of this run asks the host, and keep them from it."""
        while not board.try_lock(state.key):
            await self._sleep(_OTHER_PROCESS_S)

    async def wait_for_turn(self, state: _Host) -> None:
        """Wait out the host's pause and whatever it asked for; whoever waits holds its lock.

        Raises:
            NotNow: it asked for more than `longest_wait_s`, or refused too often in a row.
        """
        while True:
            self._read_board(state)
            now_s = self._now_s()
            is_too_long = state.not_before_s - now_s > self._longest_wait_s
            if is_too_long or state.refusals >= MAX_REFUSALS_IN_A_ROW:
                raise NotNow
            turn_s = next_turn_s(now_s, state.turn_s, state.interval_s, state.not_before_s)
            if turn_s - now_s <= _ROUNDING_S:
                return
            await self._sleep(turn_s - now_s)

    def note_request(self, state: _Host, ago_s: float = 0.0) -> None:
        """Begin the pause after a request that the host had read so many seconds ago."""
        state.turn_s = max(state.turn_s, self._now_s() - ago_s + state.interval_s)
        if self._board is not None:
            self._board.write_turn(state.key, state.turn_s)

    def slow_down(self, host: str, interval_s: float) -> None:
        """Keep at least this many seconds between two requests to a host (Crawl-delay)."""
        state = self._state(host)
        if interval_s > state.interval_s:
            # robots.txt was asked for itself: the pause that it asks for begins there
            state.turn_s += interval_s - state.interval_s
            state.interval_s = interval_s

    def defer(self, host: str, seconds: float) -> None:
        """Leave a host alone for so many seconds from now (Retry-After)."""
        state = self._state(host)
        state.not_before_s = max(state.not_before_s, self._now_s() + seconds)
        if self._board is not None:
            self._board.write_not_before(state.key, state.not_before_s)

    def back_off(self, host: str) -> None:
        """Leave a host alone that has had enough: longer with every such answer in a row."""
        state = self._state(host)
        state.refusals += 1
        self.defer(host, refusal_pause_s(state.refusals))

    def has_had_enough(self, host: str) -> bool:
        """Tell whether a host refused so often in a row that it waits for the next run."""
        return self._state(host).refusals >= MAX_REFUSALS_IN_A_ROW

    def be_at_ease(self, host: str) -> None:
        """Forget that a host had enough of us: it answers again."""
        self._state(host).refusals = 0

    def waits_s(self, host: str) -> float:
        """Return for how many seconds yet the host asked to be left alone."""
        state = self._state(host)
        self._read_board(state)
        return max(0.0, state.not_before_s - self._now_s())

    def waits_until(self, host: str) -> datetime:
        """Return the moment until which the host asked to be left alone."""
        return self._clock() + timedelta(seconds=self.waits_s(host))

    def _read_board(self, state: _Host) -> None:
        if self._board is not None:
            turn_s, not_before_s = self._board.read(state.key)
            state.turn_s = max(state.turn_s, turn_s)
            state.not_before_s = max(state.not_before_s, not_before_s)

    def _now_s(self) -> float:
        """Return the time, which never goes back: a clock set back by an hour would stop every host for one."""
        told_s = self._clock().timestamp()
        self._set_back_s += max(0.0, self._told_s - told_s)
        self._told_s = told_s
        return told_s + self._set_back_s

    def _state(self, host: str) -> _Host:
        key = host_key(host)
        state = self._hosts.get(key)
        if state is None:
            state = self._hosts[key] = _Host(key, self._interval_s)
        return state
