"""A URL in, a Visit out: hop by hop, guarded, polite, tried again where that helps.

The only importer of tenacity. What happens to each hop::

    asking.py (guard, robots.txt, the host's turn, the wire) -> Location, again.py, or the end
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import tenacity

from provenance.fetch.again import CHECKED_BODY_BYTES, is_plain_refusal, settles
from provenance.fetch.asking import Asker
from provenance.fetch.board import Board
from provenance.fetch.marks import Marks
from provenance.fetch.meter import Meter, while_allowed
from provenance.fetch.policy import (
    TRANSIENT_STATUSES,
    back_off_s,
    is_transient,
    parse_retry_after,
)
from provenance.fetch.robots import MAX_ROBOTS_BYTES, MAX_ROBOTS_REDIRECTS
from provenance.fetch.rounds import Look, visit_within
from provenance.fetch.shards import Task, visit_in_processes
from provenance.fetch.walk import Hop, Plan, Validators, Walk, read_url, redirected
from provenance.formats.sites import SiteTable, read_sites
from provenance.model import Exchange, Failure, Vantage, Visit
from provenance.settings import Settings

__all__ = ["Fetcher"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A worker waits for its host most of the time, so there are more of them than connections.
_WORKERS_PER_CONNECTION = 4


class Fetcher:
    """Looks at sources. An async context manager: leaving it closes every socket.

    `clock` returns the time as an aware UTC datetime; `sleep` is an argument for tests.
    With `fetch.processes` over 1, `visits` and `checks` are made by that many processes, each
    with a clock of its own; `board` is theirs in common. `marks` is a file that keeps what
    was asked; after `max_requests` (0: no bound) they end.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        board: Board | None = None,
        marks: Path | None = None,
        max_requests: int = 0,
    ) -> None:
        self._marks_path = str(marks) if marks else ""
        self._marks = Marks(marks) if marks else None
        self.meter = Meter(max_requests)
        self._all_settings = settings
        self._own_board = Board.make() if settings.fetch.processes > 1 else None
        self._settings = settings.fetch
        self._sites = read_sites(settings.fetch.sites)
        self._clock = clock
        self._sleep = sleep
        self._asker = Asker(
            settings,
            clock=clock,
            sleep=sleep,
            ask_robots=self._ask_robots,
            board=board or self._own_board,
            meter=self.meter,
        )

    async def __aenter__(self) -> Self:
        """Return the fetcher; sockets are opened when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every socket and stop every look-up."""
        await self._asker.aclose()
        if self._marks is not None:
            self._marks.close()
        if self._own_board is not None:
            self._own_board.close()

    async def vantage(self) -> Vantage:
        """Return whether the canary names answer, asked once per run."""
        return await self._asker.vantage()

    async def fetch(self, url: str, validators: Validators | None = None) -> Visit:
        """Look at one URL with GET. What the world does wrong is in the visit, not raised.

        `hops` are those of the last attempt; a plain 403 is followed by the same URL
        asked as browsers ask. Transient ends are tried again (`attempts`,
        `attempts_budget_s`), honouring Retry-After up to `max_retry_after_s`; a host that
        asks for more is `later` for the whole run. With `validators` the request for the
        URL that gave them is conditional: the look may then end with a 304.
        """
        with self._asker.budget.direct_look():
            return await self._fetch(url, validators)

    async def check(self, url: str) -> Visit:
        """Look at one URL cheaply: with HEAD, and with GET where HEAD does not settle it.

        For checking links in bulk, not for keeping: a GET reads up to 1 MB of the body.
        The visit is that of the last method asked.
        """
        with self._asker.budget.direct_look():
            return await self._check(url)

    async def _fetch(self, url: str, validators: Validators | None = None) -> Visit:
        plan = self._plan(self._settings.max_body_bytes)
        on_send = partial(self._marks.take, url) if self._marks else None
        plan = plan._replace(asks_as_browser=True, validators=validators, on_send=on_send)
        return await self._visit(url, plan)

    async def ask(self, url: str, max_body_bytes: int) -> Visit:
        """Put a question to a service that a person named in the settings, or look at its answer.

        As `fetch`, but without its robots.txt: that speaks to crawlers, and this is the use
        that the service's documentation describes.
        """
        return await self._visit(url, Plan(False, self._settings.max_redirects, max_body_bytes))

    async def send(
        self,
        url: str,
        form: bytes | None,
        headers: Mapping[str, str],
        max_body_bytes: int,
    ) -> Visit:
        """Ask a service to do something: POST of a form (GET without one), once.

        It is not tried again, since it may have been done, and no redirect is followed: what
        `headers` carry is for this service alone.
        """
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        plan = Plan(
            False,
            0,
            max_body_bytes,
            method="GET" if form is None else "POST",
            content=form,
            headers=tuple({**kind, **headers}.items()),
        )
        return await self._attempt(url, plan)

    async def _check(self, url: str) -> Visit:
        plan = self._plan(CHECKED_BODY_BYTES)
        # one attempt: whatever a HEAD met, GET is the second
        visit = await self._attempt(url, plan._replace(method="HEAD"))
        if settles(visit, self._sites):
            return visit
        return await self._visit(url, plan._replace(asks_as_browser=True))

    def visits(
        self,
        urls: Iterable[str],
        validators: Mapping[str, Validators] | None = None,
        *,
        in_order: bool = False,
    ) -> AsyncGenerator[Visit, None]:
        """Yield the visit of each distinct URL as it completes, one queue per host.

        With `in_order` they are begun in their order as far as that allows, else the longest
        queues first. What was asked before (`marks`) is not asked again, nor among them.
        `validators` are by the URL that is looked at (a redirect may lead to the one
        that gave them). Whoever may stop early closes it (`contextlib.aclosing`): that
        cancels what is under way and closes its sockets.

        Raises:
            ExceptionGroup: faults of the house, after every other visit was yielded.
        """
        known = validators or {}
        if self._own_board is not None:
            return self._share_out(urls, known, Task(marks=self._marks_path, in_order=in_order))
        return self._round(urls, lambda url: self._fetch(url, known.get(url)), in_order=in_order)

    def checks(self, urls: Iterable[str]) -> AsyncGenerator[Visit, None]:
        """Yield the cheap look (`check`) at each distinct URL, as `visits` does."""
        if self._own_board is not None:
            return self._share_out(urls, {}, Task(is_cheap=True))
        return self._round(urls, self._check)

    def _share_out(
        self, urls: Iterable[str], known: Mapping[str, Validators], task: Task
    ) -> AsyncGenerator[Visit, None]:
        everything, board = self._all_settings, self._own_board
        assert board is not None
        return visit_in_processes(urls, known, everything, board, task=task, meter=self.meter)

    def _round(
        self, urls: Iterable[str], look: Look, *, in_order: bool = False
    ) -> AsyncGenerator[Visit, None]:
        async def begin(url: str) -> Visit | None:
            return None if self._marks is not None and url in self._marks else await look(url)

        budget, workers = self._asker.budget, self._workers()
        stream = visit_within(urls, begin, budget, workers=workers, in_order=in_order)
        return while_allowed(stream, self.meter) if self.meter.limit else stream

    def _workers(self) -> int:
        return self._settings.concurrency * _WORKERS_PER_CONNECTION

    def _plan(self, max_body_bytes: int) -> Plan:
        settings = self._settings
        return Plan(settings.robots == "obey", settings.max_redirects, max_body_bytes)

    async def _ask_robots(self, url: str) -> Visit:
        return await self._visit(url, Plan(False, MAX_ROBOTS_REDIRECTS, MAX_ROBOTS_BYTES))

    # -- attempts -------------------------------------------------------------

    async def _visit(self, url: str, plan: Plan) -> Visit:
        first = await self._attempt(url, plan)
        if not is_transient(first):
            return first
        return await self._retry(first, plan)

    async def _retry(self, first: Visit, plan: Plan) -> Visit:
        firsts = [first]

        async def attempt() -> Visit:
            # the attempt that was already made counts as tenacity's first
            return firsts.pop() if firsts else await self._attempt(first.url, plan)

        retrying = tenacity.AsyncRetrying(
            sleep=self._sleep,
            wait=self._wait_s,
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self._settings.attempts),
                tenacity.stop_before_delay(self._settings.attempts_budget_s),
            ),
            retry=tenacity.retry_if_result(is_transient),
            retry_error_callback=_last_visit,
        )
        return await retrying(attempt)

    def _wait_s(self, state: tenacity.RetryCallState) -> float:
        visit = _last_visit(state)
        last = visit.last
        asked_s = parse_retry_after(last.header("retry-after"), self._clock()) if last else None
        return back_off_s(state.attempt_number, random.random()) if asked_s is None else asked_s

    async def _attempt(self, url: str, plan: Plan) -> Visit:
        at = self._clock()
        walk = Walk()
        step: Hop | Failure | None = read_url(url, url)
        while isinstance(step, Hop):
            found = await self._asker.ask(step, plan, walk)
            if isinstance(found, Exchange):
                walk.hops.append(found)
                walk.cookies.take(found, step.address)
                step = self._next_step(step, found, plan, walk)
            else:
                step = found
        # offline is of the vantage; whatever else was seen was seen online
        is_offline = step is not None and step.kind == "offline"
        vantage: Vantage = "offline" if is_offline else "online"
        return Visit(url, at, tuple(walk.hops), step, round(walk.wire_s * 1000), vantage)

    def _next_step(
        self, hop: Hop, exchange: Exchange, plan: Plan, walk: Walk
    ) -> Hop | Failure | None:
        """Return where an exchange leads: on, to a failure, or nowhere since it is the end."""
        if exchange.status in TRANSIENT_STATUSES:
            return self._asker.heed(exchange)
        self._asker.be_at_ease(exchange)
        if exchange.status == 403 and plan.asks_as_browser and not walk.is_browser_like:
            return _as_browser(hop, walk, self._sites)
        return redirected(exchange, plan, walk) if exchange.status in _REDIRECTS else None


def _as_browser(hop: Hop, walk: Walk, sites: SiteTable) -> Hop | None:
    """Return the hop to ask again as browsers do, where the 403 is a plain one."""
    first, last = walk.hops[0], walk.hops[-1]
    if not is_plain_refusal(Visit(first.url, last.at, tuple(walk.hops)), sites):
        return None
    walk.is_browser_like = True
    return hop


def _last_visit(state: tenacity.RetryCallState) -> Visit:
    assert state.outcome is not None, "tenacity asks after an attempt only"
    visit: Visit = state.outcome.result()
    return visit
