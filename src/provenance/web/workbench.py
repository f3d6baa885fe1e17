"""Drafts in, validated and mended drafts out: one desk for all requests, safe for many threads.

Nothing that is handed in outlives its request: there is no cache of drafts and no file.
"""

import asyncio
import threading
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack
from datetime import date
from types import TracebackType
from typing import Self, TypeVar

from starlette.concurrency import run_in_threadpool

from provenance.pipeline.mending import mend_draft
from provenance.pipeline.validation import Desk, Validated
from provenance.settings import ServeSettings
from provenance.validate.fix.outcome import Mended
from provenance.web.problems import Problem

__all__ = ["Workbench"]

_T = TypeVar("_T")


class Workbench:
    """Validates and mends drafts. `open_desk` makes a desk for a day; it is made anew when the day changes.

    At most `max_at_once` drafts are worked on at a time and `max_waiting` wait; the next is
    sent away with 503.
    """

    def __init__(
        self,
        open_desk: Callable[[date], Desk],
        settings: ServeSettings,
        *,
        today: Callable[[], date],
    ) -> None:
        self._open_desk = open_desk
        self._settings = settings
        self._today = today
        self._lock = threading.Lock()
        # today's desk and yesterday's, which somebody may still be working at
        self._desks: list[tuple[date, Desk]] = []
        self._turns = asyncio.Semaphore(settings.max_at_once)
        self._present = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _, desk in self._desks:
            desk.__exit__(kind, error, trace)
        self._desks.clear()

    async def validate(self, data: bytes, path: str) -> Validated:
        """Return what the rules say of a document.

        Raises:
            UnreadableDocument: it is no document.
            Problem: too many are waiting.
        """
        return await self._in_turn(lambda: self._desk_of_today().validate(data, path))

    async def mend(
        self, data: bytes, path: str, *, unsafe: bool = False, only: Collection[str] | None = None
    ) -> Mended:
        """Return a document with its fixes made: the safe ones, or those of the findings named.

        Raises:
            UnreadableDocument: it is no document.
            Problem: too many are waiting.
        """

        def work() -> Mended:
            desk = self._desk_of_today()
            return mend_draft(desk, desk.validate(data, path), unsafe=unsafe, only=only)

        return await self._in_turn(work)

    async def _in_turn(self, work: Callable[[], _T]) -> _T:
        if self._present >= self._settings.max_at_once + self._settings.max_waiting:
            raise Problem(
                503,
                "Too many drafts at once",
                hint="try again in a moment",
                headers={"Retry-After": "2"},
            )
        async with AsyncExitStack() as leaving:
            self._present += 1
            leaving.callback(self._leave)
            await leaving.enter_async_context(self._turns)
            return await run_in_threadpool(work)

    def _leave(self) -> None:
        self._present -= 1

    def _desk_of_today(self) -> Desk:
        today = self._today()
        with self._lock:
            if not self._desks or self._desks[-1][0] != today:
                for _, desk in self._desks[:-1]:
                    desk.__exit__(None, None, None)
                self._desks = [*self._desks[-1:], (today, self._open_desk(today))]
            return self._desks[-1][1]
