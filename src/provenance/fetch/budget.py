"""How many bytes of bodies may be in memory at once, over all connections together.

128 hosts with bodies of 50 MB would need 6.4 GB. So once the bodies under way and
the visits that wait for their consumer pass the limit, reading stops: the sockets
are left alone, which slows the servers down (TCP's own flow control), and the time
of the exchange stands still. What is read on all the same::

    the longest under way   while nothing finished waits for the consumer: its end frees room
                            (or while the consumer waits for a look of its own, or for so long
                            that it may wait for this very host in another process)
    everything              as soon as there is room again

So the most that is held is the limit and one body, and a chunk for each connection:
306 MB for 128 hosts with 50 MB each under the limit of 256 MB (measured by
tests/fetch/test_body_budget.py). Hops before a look's last are counted when it ends.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["BodyBudget", "Deadlines", "Share"]


# A consumer that takes nothing for so long is taken to wait for one of those who are paused.
PATIENCE_S = 5.0


class Share:
    """What one exchange holds; made by `BodyBudget.join`, ended by `leave`."""

    def __init__(
        self, budget: "BodyBudget", transport: asyncio.ReadTransport, deadlines: "Deadlines"
    ) -> None:
        self._budget = budget
        self._transport = transport
        self._deadlines = deadlines
        self.size_bytes = 0
        self.is_paused = False

    def take(self, size_bytes: int) -> None:
        """Note that so many bytes more are held; the exchange may be paused for it."""
        self.size_bytes += size_bytes
        self._budget.grow(size_bytes)

    def leave(self) -> None:
        """Give everything back: the exchange is over, its body is its reader's."""
        self._budget.drop(self)

    def set_paused(self, is_paused: bool) -> None:
        """Pause or resume, where that changes anything."""
        if is_paused == self.is_paused or self._transport.is_closing():
            return
        self.is_paused = is_paused
        if is_paused:
            self._deadlines.pause()
            self._transport.pause_reading()
        else:
            self._deadlines.resume()
            self._transport.resume_reading()


class BodyBudget:
    """The bytes of all bodies that are under way or wait to be consumed; not for threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._shares: dict[Share, None] = {}  # in the order in which they began
        self._waiting = 0
        self._direct_looks = 0
        self._is_tight = False
        self._patience: asyncio.TimerHandle | None = None
        self._has_lost_patience = False
        self.total_bytes = 0
        self.most_bytes = 0

    def join(self, transport: asyncio.ReadTransport, deadlines: "Deadlines") -> Share:
        """Return the share of an exchange that begins."""
        share = Share(self, transport, deadlines)
        self._shares[share] = None
        return share

    def grow(self, size_bytes: int) -> None:
        """Count bytes that were read."""
        self.total_bytes += size_bytes
        self.most_bytes = max(self.most_bytes, self.total_bytes)
        if self._is_tight or self.total_bytes >= self._limit_bytes:
            self._settle()

    def drop(self, share: Share) -> None:
        """Count the bytes of an exchange no more."""
        if self._shares.pop(share, share) is None:
            self.total_bytes -= share.size_bytes
            self._settle()

    def hold(self, size_bytes: int) -> None:
        """Count a finished visit that waits for its consumer."""
        self._waiting += 1
        self.grow(size_bytes)

    def release(self, size_bytes: int) -> None:
        """Count a visit no more: it was consumed, or nobody will."""
        self._waiting -= 1
        self._has_lost_patience = False
        self.total_bytes -= size_bytes
        self._settle()

    @contextmanager
    def direct_look(self) -> Iterator[None]:
        """Say that somebody waits for a look: it may be the consumer of all others."""
        self._direct_looks += 1
        self._settle()
        try:
            yield
        finally:
            self._direct_looks -= 1

    def _settle(self) -> None:
        was_tight, self._is_tight = self._is_tight, self.total_bytes >= self._limit_bytes
        if not (self._is_tight or was_tight):
            return
        may_one_go_on = not self._waiting or self._direct_looks > 0 or self._has_lost_patience
        self._be_patient(is_needed=self._is_tight and not may_one_go_on)
        # one without a byte of a body costs nothing yet, and its server's time is running
        reading = [share for share in self._shares if share.size_bytes]
        for place, share in enumerate(reading):
            is_exempt = place == 0 and may_one_go_on
            share.set_paused(self._is_tight and not is_exempt)

    def _be_patient(self, *, is_needed: bool) -> None:
        if not is_needed and self._patience is not None:
            self._patience.cancel()
            self._patience = None
        elif is_needed and self._patience is None:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(PATIENCE_S, self._lose_patience)

    def _lose_patience(self) -> None:
        self._patience = None
        self._has_lost_patience = True
        self._settle()


class Deadlines:
    """The two timers of an exchange; time stands still while it is paused for want of memory.

    The second is set only when it may be the next to go off: most answers come in one piece.
    """

    def __init__(
        self,
        first_byte_s: float,
        total_s: float,
        on_first_byte: Callable[[], None],
        on_total: Callable[[], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_total = on_total
        self._left_s = total_s
        self._ends_s = self._loop.time() + total_s
        self._total: asyncio.TimerHandle | None = None
        self._is_over = False
        self._first_byte = self._loop.call_later(first_byte_s, on_first_byte)
        if total_s <= first_byte_s:
            self.await_rest()

    def begin_answer(self) -> None:
        """Note the first byte."""
        self._first_byte.cancel()

    def await_rest(self) -> None:
        """Set the timer of the whole, where there is more of the answer to come."""
        if self._total is None and not self._is_over:
            self._total = self._loop.call_at(self._ends_s, self._on_total)

    def pause(self) -> None:
        """Stop the time; nothing is paused before its first byte."""
        self._left_s = max(0.0, self._ends_s - self._loop.time())
        self.stop()

    def resume(self) -> None:
        """Let the time go on."""
        self._is_over, self._ends_s = False, self._loop.time() + self._left_s
        self.await_rest()

    def stop(self) -> None:
        """End both timers."""
        self._is_over = True
        self._first_byte.cancel()
        if self._total is not None:
            self._total.cancel()
            self._total = None
