"""Drafts in, validated and mended drafts out: one desk for all requests, safe for many threads.

Nothing that is handed in outlives its request: there is no cache of drafts and no file. Only what
was seen of sources, when a person had them looked at live, is kept in memory for a while.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from datetime import date
from types import TracebackType
from typing import Self, TypeVar

from starlette.concurrency import run_in_threadpool

from provenance.model import Source
from provenance.pipeline.mending import mend_draft
from provenance.pipeline.source_looks import LiveLooks, LookedAt
from provenance.pipeline.validation import Desk, Validated
from provenance.settings import ServeSettings
from provenance.validate.draft import AskKnowledge, Knowledge, Known
from provenance.validate.fix.outcome import Mended
from provenance.web.problems import Problem

__all__ = ["Workbench"]

_T = TypeVar("_T")
# Sources of one live look: of one host a second apart, and each answer is kept for a while.
_MOST_LOOKED_AT = 1_000
_MAX_SEEN = (
    20  # live looks whose answers are kept: one for each draft that is open, the oldest go first
)


class Workbench:
    """Validates and mends drafts. `open_desk` makes a desk for a day; it is made anew when the day changes.

    `make_looks` makes what looks at sources live, `stored` says what the store knows of them.
    At most `max_at_once` drafts are worked on at a time and `max_waiting` wait; the next is
    sent away with 503.
    """

    def __init__(
        self,
        open_desk: Callable[[date], Desk],
        settings: ServeSettings,
        *,
        today: Callable[[], date],
        make_looks: Callable[[], LiveLooks] | None = None,
        stored: AskKnowledge | None = None,
    ) -> None:
        self._open_desk = open_desk
        self._settings = settings
        self._today = today
        self._lock = threading.Lock()
        # today's desk and yesterday's, which somebody may still be working at
        self._desks: list[tuple[date, Desk]] = []
        self._turns = asyncio.Semaphore(settings.max_at_once)
        self._present = 0
        self._make_looks = make_looks
        self._stored = stored
        self._is_looking = False
        self._seen: dict[str, dict[str, Known]] = {}

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

    async def validate(self, data: bytes, path: str, *, seen: str = "") -> Validated:
        """Return what the rules say of a document; `seen` names what a live look at sources saw.

        Raises:
            UnreadableDocument: it is no document.
            Problem: too many are waiting.
        """
        ask = self._ask_of(seen)
        return await self._in_turn(lambda: self._desk_of_today().validate(data, path, ask=ask))

    async def look_live(self, data: bytes, path: str) -> tuple[Validated, str, bool]:
        """Have every source of a document looked at, then validate it; nothing of it is stored.

        Returns:
            What the rules say; the name under which what was seen is kept for `validate` and
            `mend`; whether this machine reached nothing.

        Raises:
            UnreadableDocument: it is no document.
            Problem: another look is under way, there is nothing to look with, or too much to look at.
        """
        if self._make_looks is None:
            raise Problem(501, "This server looks at no sources")
        if self._is_looking:
            raise Problem(
                503, "Sources of another draft are being looked at", hint="try again later"
            )
        looks = self._make_looks()
        self._is_looking = True
        try:
            validated = await run_in_threadpool(
                lambda: self._desk_of_today().validate(data, path, ask=_bounded(looks.ask))
            )
        finally:
            self._is_looking = False
        knowledge = validated.draft.knowledge
        key = secrets.token_urlsafe(16)
        if isinstance(knowledge, LookedAt):
            self._seen[key] = knowledge.seen
        while len(self._seen) > _MAX_SEEN:
            del self._seen[next(iter(self._seen))]
        return validated, key, looks.is_offline

    async def mend(
        self,
        data: bytes,
        path: str,
        *,
        unsafe: bool = False,
        only: Collection[str] | None = None,
        seen: str = "",
    ) -> Mended:
        """Return a document with its fixes made: the safe ones, or those of the findings named.

        Raises:
            UnreadableDocument: it is no document.
            Problem: too many are waiting.
        """
        ask = self._ask_of(seen)

        def work() -> Mended:
            desk = self._desk_of_today()
            validated = desk.validate(data, path, ask=ask)
            return mend_draft(desk, validated, unsafe=unsafe, only=only, ask=ask)

        return await self._in_turn(work)

    def _ask_of(self, seen: str) -> AskKnowledge | None:
        """Return what answers with what a live look saw, over what the store knows; None where there was none."""
        if seen not in self._seen:
            return None
        kept, stored = self._seen[seen], self._stored
        return lambda sources: LookedAt(kept, stored(sources) if stored else None)

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


def _bounded(ask: AskKnowledge) -> AskKnowledge:
    """Refuse to look at very many sources in one go."""

    def ask_some(sources: Sequence[Source]) -> Knowledge:
        if len(sources) > _MOST_LOOKED_AT:
            raise Problem(
                422,
                f"The draft names {len(sources):,} sources; {_MOST_LOOKED_AT:,} can be looked at in one go",
                hint="send a part of it, or run `provenance validate --check-sources`",
            )
        return ask(sources)

    return ask_some
