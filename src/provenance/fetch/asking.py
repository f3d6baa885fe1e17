"""One request of a look: may it be sent, when, with which headers; and what its answer asks of us.

The order of what happens to each hop::

    guard -> robots.txt -> the host's turn -> transport
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from provenance.fetch.again import BROWSER_HEADERS
from provenance.fetch.board import Board
from provenance.fetch.budget import BodyBudget
from provenance.fetch.gate import Gate, NotNow
from provenance.fetch.guard import Guard
from provenance.fetch.httpx_seam import HttpxTransport
from provenance.fetch.meter import Meter
from provenance.fetch.policy import (
    MAX_REFUSALS_IN_A_ROW,
    parse_retry_after,
    product_token,
    user_agent,
)
from provenance.fetch.resolve import Resolver
from provenance.fetch.robots import Robots
from provenance.fetch.route import Router
from provenance.fetch.transport import Transport
from provenance.fetch.walk import Hop, Plan, Walk
from provenance.formats.sites import read_sites
from provenance.formats.url import Address, parse_address
from provenance.model import Exchange, Failure, Vantage, Visit
from provenance.settings import Settings
from provenance.version import __version__

__all__ = ["Asker"]

# Statuses by which a host says that it has had enough of us, whatever the page.
_TOO_MANY = frozenset({429, 503})


class Asker:
    """Sends the requests of all looks: the one place where guard, robots, gate and wire meet."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        ask_robots: Callable[[str], Awaitable[Visit]],
        board: Board | None = None,
        meter: Meter | None = None,
    ) -> None:
        fetch = settings.fetch
        self._meter = meter or Meter()
        self._settings = fetch
        self._clock = clock
        self._sites = read_sites(fetch.sites)
        self._guard = Guard(fetch)
        self._resolver = Resolver(fetch, settings.vantage)
        router = Router(fetch, self._guard, self._resolver)
        self._wire = Transport(fetch, router, clock=clock)
        self._transport = HttpxTransport(self._wire)
        self._gate = Gate(
            interval_s=fetch.per_host_interval_s,
            concurrency=fetch.concurrency,
            clock=clock,
            sleep=sleep,
            longest_wait_s=fetch.max_retry_after_s,
            board=board,
        )
        agent = user_agent(fetch, __version__)
        self._headers = {
            "User-Agent": agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
            "Accept-Language": "en,*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        self._robots = Robots(product_token(agent), ask_robots, clock=clock)

    @property
    def budget(self) -> BodyBudget:
        """How much all bodies together may take."""
        return self._wire.budget

    async def vantage(self) -> Vantage:
        """Return whether the canary names answer, asked once per run."""
        return await self._resolver.vantage()

    async def aclose(self) -> None:
        """Close every socket and stop every look-up."""
        await self._robots.aclose()
        await self._resolver.aclose()
        await self._transport.aclose()

    async def ask(self, hop: Hop, plan: Plan, walk: Walk) -> Exchange | Failure:
        """Send one request when its host's turn has come, or say why none may be sent."""
        address = hop.address
        failure = self._guard.refuse_url(address, hop.written)
        if failure is None and plan.obeys_robots:
            failure = await self._obey_robots(address)
        if failure is not None:
            return failure
        failure = self._refuse_for_now(address.host)
        if failure is not None:
            return failure
        if (pause_s := self._sites.site_of(address.host).interval_s) is not None:
            self._gate.slow_down(address.host, pause_s)
        cookies = walk.cookies.header_for(address)
        walk.enter(address, cookies)
        headers = self._headers_for(address, plan, walk, cookies)
        try:
            return await self._send(address, headers, plan, walk)
        except NotNow:
            return self._refuse_for_now(address.host) or self._later(address.host)

    async def _send(
        self, address: Address, headers: dict[str, str], plan: Plan, walk: Walk
    ) -> Exchange | Failure:
        async with self._gate.turn(address.host) as turn, self._meter.request():
            if plan.on_send is not None:
                plan.on_send()
            loop = asyncio.get_running_loop()
            started_s = loop.time()
            try:
                return await self._transport.look(
                    address,
                    headers,
                    method=plan.method,
                    content=plan.content,
                    max_body_bytes=plan.max_body_bytes,
                    turn=turn,
                )
            finally:
                walk.wire_s += loop.time() - started_s

    def heed(self, exchange: Exchange) -> Failure | None:
        """Leave the host alone as long as it asks; `later` where that is longer than this run.

        A host that says "too many" without saying how long is left alone for 0.5 s,
        doubling to 30 with every such answer in a row.
        """
        address = parse_address(exchange.url)
        if address is None:
            return None
        asked_s = parse_retry_after(exchange.header("retry-after"), self._clock())
        if asked_s is not None:
            self._gate.defer(address.host, asked_s)
            is_long = asked_s > self._settings.max_retry_after_s
            return self._later(address.host) if is_long else None
        if exchange.status in _TOO_MANY:
            self._gate.back_off(address.host)
        return None

    def be_at_ease(self, exchange: Exchange) -> None:
        """Forget earlier refusals of a host that answers again."""
        address = parse_address(exchange.url)
        if address is not None:
            self._gate.be_at_ease(address.host)

    def _headers_for(
        self, address: Address, plan: Plan, walk: Walk, cookies: str
    ) -> dict[str, str]:
        headers = self._headers | (BROWSER_HEADERS if walk.is_browser_like else {})
        if cookies:
            headers["Cookie"] = cookies
        if plan.validators is not None:
            headers |= plan.validators.headers_for(address)
        return headers | dict(plan.headers)

    async def _obey_robots(self, address: Address) -> Failure | None:
        said = await self._robots.ask(address)
        if isinstance(said, Failure):
            return said
        self._gate.slow_down(address.host, min(said, self._settings.max_crawl_delay_s))
        return None

    def _refuse_for_now(self, host: str) -> Failure | None:
        if self._gate.has_had_enough(host):
            return Failure("later", f"{host} refused {MAX_REFUSALS_IN_A_ROW} requests in a row")
        is_long = self._gate.waits_s(host) > self._settings.max_retry_after_s
        return self._later(host) if is_long else None

    def _later(self, host: str) -> Failure:
        until = self._gate.waits_until(host).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Failure("later", f"{host} asks to be left alone until {until}")
