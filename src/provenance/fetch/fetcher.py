"""A URL in, a Visit out: hop by hop, guarded, polite, tried again where that helps.

The only importer of tenacity. The order of what happens to each hop::

    guard -> robots.txt -> the host's turn -> transport -> Location, or the end
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

import tenacity

from provenance.fetch.gate import Gate
from provenance.fetch.guard import Guard
from provenance.fetch.policy import (
    TRANSIENT_STATUSES,
    back_off_s,
    is_transient,
    parse_retry_after,
    product_token,
    user_agent,
)
from provenance.fetch.resolve import Resolver
from provenance.fetch.robots import MAX_ROBOTS_BYTES, MAX_ROBOTS_REDIRECTS, Robots
from provenance.fetch.rounds import visit_all
from provenance.fetch.route import Router
from provenance.fetch.transport import Transport
from provenance.fetch.walk import Hop, Plan, Walk, follow, read_url
from provenance.formats.url import Address, parse_address
from provenance.model import Exchange, Failure, Vantage, Visit
from provenance.settings import Settings
from provenance.version import __version__

__all__ = ["Fetcher"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A worker waits for its host most of the time, so there are more of them than connections.
_WORKERS_PER_CONNECTION = 4


class Fetcher:
    """Looks at sources. An async context manager: leaving it closes every socket.

    `clock` returns the time as an aware UTC datetime; `sleep` is an argument so
    that tests need not wait.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        fetch = settings.fetch
        self._settings = fetch
        self._clock = clock
        self._sleep = sleep
        self._guard = Guard(fetch)
        self._resolver = Resolver(fetch, settings.vantage)
        router = Router(fetch, self._guard, self._resolver)
        self._transport = Transport(fetch, router, clock=clock)
        self._gate = Gate(
            interval_s=fetch.per_host_interval_s,
            concurrency=fetch.concurrency,
            clock=clock,
            sleep=sleep,
        )
        agent = user_agent(fetch, __version__)
        self._headers = {
            "User-Agent": agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
            "Accept-Language": "en,*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        self._robots = Robots(product_token(agent), self._ask_robots)

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
        await self._robots.aclose()
        await self._resolver.aclose()
        await self._transport.aclose()

    async def vantage(self) -> Vantage:
        """Return whether the canary names answer, asked once per run."""
        return await self._resolver.vantage()

    async def fetch(self, url: str) -> Visit:
        """Look at one URL with GET. What the world does wrong is in the visit, not raised.

        `hops` are those of the last attempt. Transient ends are tried again
        (`attempts`, `attempts_budget_s`), honouring Retry-After up to
        `max_retry_after_s`; a host that asks for more is `later` for the whole run.
        """
        fetch = self._settings
        obeys = fetch.robots == "obey"
        return await self._visit(url, Plan(obeys, fetch.max_redirects, fetch.max_body_bytes))

    def visits(self, urls: Iterable[str]) -> AsyncGenerator[Visit, None]:
        """Yield the visit of each distinct URL as it completes, one queue per host.

        Whoever may stop early closes it (`contextlib.aclosing`): that cancels what is
        under way and closes its sockets.

        Raises:
            ExceptionGroup: faults of the house, after every other visit was yielded.
        """
        workers = self._settings.concurrency * _WORKERS_PER_CONNECTION
        return visit_all(urls, self.fetch, workers=workers)

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
            found = await self._look(step, plan, walk)
            if isinstance(found, Exchange):
                walk.hops.append(found)
                walk.cookies.take(found, step.address)
                step = self._next_step(found, plan, walk)
            else:
                step = found
        # offline is of the vantage; whatever else was seen was seen online
        is_offline = step is not None and step.kind == "offline"
        vantage: Vantage = "offline" if is_offline else "online"
        return Visit(url, at, tuple(walk.hops), step, round(walk.wire_s * 1000), vantage)

    # -- one hop --------------------------------------------------------------

    async def _look(self, hop: Hop, plan: Plan, walk: Walk) -> Exchange | Failure:
        address = hop.address
        failure = self._guard.refuse_url(address, hop.written)
        if failure is None and plan.obeys_robots:
            failure = await self._obey_robots(address)
        if failure is not None:
            return failure
        if self._gate.waits_s(address.host) > self._settings.max_retry_after_s:
            return self._later(address.host)
        cookies = walk.cookies.header_for(address)
        walk.enter(address, cookies)
        headers = self._headers | {"Cookie": cookies} if cookies else self._headers
        async with self._gate.turn(address.host):
            loop = asyncio.get_running_loop()
            started_s = loop.time()
            try:
                return await self._transport.look(
                    address, headers, max_body_bytes=plan.max_body_bytes
                )
            finally:
                walk.wire_s += loop.time() - started_s

    async def _obey_robots(self, address: Address) -> Failure | None:
        refusal = await self._robots.refuse(address)
        if refusal is None:
            delay_s = await self._robots.crawl_delay_s(address)
            self._gate.slow_down(address.host, min(delay_s, self._settings.max_crawl_delay_s))
        return refusal

    def _next_step(self, exchange: Exchange, plan: Plan, walk: Walk) -> Hop | Failure | None:
        """Return where an exchange leads: on, to a failure, or nowhere since it is the end."""
        if exchange.status in TRANSIENT_STATUSES:
            return self._heed_retry_after(exchange)
        if exchange.status not in _REDIRECTS:
            return None
        if len(walk.hops) > plan.max_redirects:
            return Failure("redirects", f"more than {plan.max_redirects} redirects")
        location = exchange.header("location")
        if location is None:
            return Failure("redirects", f"{exchange.status} without a Location")
        step = follow(exchange.url, location)
        if isinstance(step, Hop) and walk.was_at(step.address):
            return Failure("redirects", f"a loop: back to {step.address.href}")
        return step

    def _heed_retry_after(self, exchange: Exchange) -> Failure | None:
        """Leave the host alone as long as it asks; `later` where that is longer than this run."""
        asked_s = parse_retry_after(exchange.header("retry-after"), self._clock())
        address = parse_address(exchange.url)
        if asked_s is None or address is None:
            return None
        self._gate.defer(address.host, asked_s)
        return self._later(address.host) if asked_s > self._settings.max_retry_after_s else None

    def _later(self, host: str) -> Failure:
        until = self._gate.waits_until(host).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Failure("later", f"{host} asks to be left alone until {until}")


def _last_visit(state: tenacity.RetryCallState) -> Visit:
    assert state.outcome is not None, "tenacity asks after an attempt only"
    visit: Visit = state.outcome.result()
    return visit
