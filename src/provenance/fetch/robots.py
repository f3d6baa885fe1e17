"""robots.txt by RFC 9309: asked once per origin and day, then matched. The only importer of protego.

What an answer means::

    2xx                              its rules (500 KiB of them)
    4xx, more than 5 redirects       everything is allowed
    5xx                              robots_unavailable: the source is temporary
    no answer (DNS, TCP, TLS)        the source gets that same failure
    no answer after a redirect       robots_unavailable: another host must not make a source gone
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from protego import Protego

from provenance.formats.body import decode_body
from provenance.formats.url import Address
from provenance.model import Exchange, Failure, Visit

__all__ = ["MAX_ROBOTS_BYTES", "MAX_ROBOTS_REDIRECTS", "Robots"]

# RFC 9309, section 2.5: at least 500 kibibytes are parsed; section 2.3.1.2: five redirects.
MAX_ROBOTS_BYTES = 512_000
MAX_ROBOTS_REDIRECTS = 5
_DECODED_RATIO = 100
# RFC 9309, section 2.4: a cached copy should not be used for more than 24 hours.
_LONGEST_USE = timedelta(hours=24)

# A line that forbids nothing, however it is read.
_EMPTY_DISALLOW = re.compile(r"\s*disallow\s*:\s*(?:#.*)?", re.IGNORECASE)
# In each of the spellings of Disallow that protego knows.
_IN_ALL_SPELLINGS = "di"


class _OfOrigin(NamedTuple):
    """What an origin said; `paths` is None where it forbids none: matching quotes every URL anew."""

    paths: Protego | None
    delay_s: float


Rules = _OfOrigin | Failure | None


class _Asked(NamedTuple):
    task: asyncio.Task[Rules]
    at: datetime


class Robots:
    """Says of URLs whether robots.txt lets us ask for them."""

    def __init__(
        self,
        product: str,
        ask: Callable[[str], Awaitable[Visit]],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._product = product
        self._ask = ask
        self._clock = clock
        self._rules: dict[str, _Asked] = {}

    async def ask(self, address: Address) -> Failure | float:
        """Return why a URL must not be asked for, else how many seconds its origin wants between requests."""
        if address.path == "/robots.txt":
            return 0.0
        rules = await self._find_rules(address)
        if isinstance(rules, Failure):
            return rules
        if rules is None:
            return 0.0
        paths = rules.paths
        if paths is not None and not paths.can_fetch(address.href, self._product):
            return Failure("robots", f"robots.txt of {address.host} disallows {address.path}")
        return rules.delay_s

    async def aclose(self) -> None:
        """Stop asking."""
        tasks = [asked.task for asked in self._rules.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _find_rules(self, address: Address) -> Rules:
        origin = address.origin
        asked, now = self._rules.get(origin), self._clock()
        if asked is None or (asked.task.done() and now - asked.at > _LONGEST_USE):
            asked = _Asked(asyncio.create_task(self._ask_origin(origin)), now)
            self._rules[origin] = asked
        task = asked.task
        return task.result() if task.done() else await asyncio.shield(task)

    async def _ask_origin(self, origin: str) -> Rules:
        return read_robots(await self._ask(f"{origin}/robots.txt"), self._product)


def read_robots(visit: Visit, product: str) -> Rules:
    """Return the rules that an answered robots.txt gives: None allows all, a Failure none."""
    failure, last = visit.failure, visit.last
    if failure is not None:
        return _read_failure(failure, last)
    assert last is not None, "a visit has a failure or an exchange"
    if last.status >= 500:
        return Failure("robots_unavailable", f"robots.txt answers {last.status}")
    if not 200 <= last.status < 300:
        return None
    decoded = decode_body(last.headers, last.body, MAX_ROBOTS_BYTES, _DECODED_RATIO)
    text = decoded.data.decode("utf-8", "replace").removeprefix("\ufeff")
    paths = Protego.parse(text)
    delay_s = paths.crawl_delay(product)
    wanted_s = float(delay_s) if delay_s and delay_s > 0 else 0.0
    return _OfOrigin(paths if may_forbid(text) else None, wanted_s)


def may_forbid(text: str) -> bool:
    r"""Tell whether a robots.txt may forbid anything to anybody; False only where it cannot.

    >>> may_forbid("User-agent: *\nDisallow:\nAllow: /")
    False
    >>> may_forbid("User-agent: *\nDisalow: /secret")
    True
    """
    return any(
        _IN_ALL_SPELLINGS in line.lower() and not _EMPTY_DISALLOW.fullmatch(line)
        for line in text.splitlines()
    )


def _read_failure(failure: Failure, last: Exchange | None) -> Rules:
    if failure.kind == "redirects":
        return None
    if failure.kind == "later" or last is None:
        return failure
    return Failure("robots_unavailable", f"robots.txt: {failure.kind} after a redirect")
